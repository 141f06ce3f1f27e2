"""Player's server and engine's link, over a real Unix socket and over loopback TCP."""

import os
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.types import Note, Phrase
from livesyn.ipc.channel import MAX_WAITING_BYTES, Channel
from livesyn.ipc.local_socket import connect
from livesyn.ipc.messages import FROM_PLAYER, encode, hello
from livesyn.ipc.player_link import PlayerLink
from livesyn.player.server import EngineServer

PATIENCE_S = 5.0
WELCOME = {
    "t": "welcome",
    "v": 1,
    "timeline": {"beat": 0, "time_s": 0, "bpm": 120},
    "params": {},
    "playing": True,
    "bar": 0,
}


class Heard:
    """Messages, and a way to wait for one."""

    def __init__(self):
        self._condition = threading.Condition()
        self.messages = []

    def __call__(self, message):
        with self._condition:
            self.messages.append(message)
            self._condition.notify_all()

    def wait(self, kind, count=1):
        """The `count`th message of a kind."""
        with self._condition:
            assert self._condition.wait_for(lambda: len(self.of(kind)) >= count, PATIENCE_S), (
                f"no {kind!r} came, only {self.messages}"
            )
            return self.of(kind)[count - 1]

    def of(self, kind):
        return [m for m in self.messages if m["t"] == kind]


@pytest.fixture
def path():
    with tempfile.TemporaryDirectory(prefix="ls-") as folder:
        yield Path(folder) / "s"


@pytest.fixture(
    params=[True, False] if os.name == "posix" else [False],
    ids=lambda unix: "unix" if unix else "tcp",
)
def unix(request):
    return request.param


@pytest.fixture
def pair(path, unix):
    at_player, at_engine = Heard(), Heard()
    server = EngineServer(path, SystemClock(), lambda: WELCOME, at_player, unix)
    server.start()
    link = PlayerLink(path, at_engine, unix=unix).start()
    yield server, link, at_player, at_engine
    link.close()
    server.stop()


def test_they_meet_and_talk_both_ways(pair):
    server, link, at_player, at_engine = pair
    assert at_engine.wait("welcome") == WELCOME
    phrase = Phrase((Note(0, 1, 60),), 4)
    assert link.offer(3, phrase, (0.0,) * 12)
    assert at_player.wait("phrase")["bar"] == 3
    server.tell({"t": "param", "name": "tempo", "value": 99})
    assert at_engine.wait("param")["value"] == 99
    at_player.wait("beat")  # the link's own heartbeat
    assert server.peers == 1 and server.heard_s is not None and server.bad == 0


def test_the_link_finds_a_player_that_came_back(path, unix):
    at_engine, servers = Heard(), []

    def serve():
        servers.append(EngineServer(path, SystemClock(), lambda: WELCOME, Heard(), unix))
        servers[-1].start()

    link = PlayerLink(path, at_engine, unix=unix).start()  # before there is any player
    assert link.send({"t": "beat"}) is False and link.dropped == 1
    try:
        serve()
        at_engine.wait("welcome")
        servers[0].stop()
        serve()
        at_engine.wait("welcome", 2)
        assert link.connections == 2
    finally:
        link.close()
        for server in servers:
            server.stop()


def raw(path, unix):
    """A peer that has not said hello."""
    sock, token = connect(path, unix)
    return sock, token


def read_all(sock):
    sock.settimeout(PATIENCE_S)
    data = b""
    while piece := sock.recv(4096):
        data += piece
    return data


def test_a_stranger_is_turned_away(pair, path, unix):
    server, _, at_player, at_engine = pair
    at_engine.wait("welcome")
    for line in (
        b'{"t":"hello","v":2,"token":""}\n',
        encode({"t": "panic"}),
        *([] if unix else [encode(hello("wrong"))]),
    ):
        sock, _token = raw(path, unix)
        with sock:
            sock.sendall(line)
            assert b"turned away" in read_all(sock)
    assert not at_player.of("panic")


def test_bad_lines_are_counted_and_good_ones_obeyed(pair, path, unix):
    server, _, at_player, _ = pair
    sock, token = raw(path, unix)
    with sock:
        sock.sendall(
            encode(hello(token))
            + b"garbage\n\xff\n"
            + b'{"t":"phrase"}\n'
            + b"x" * (3 << 20)
            + b"\n"
            + encode({"t": "panic"})
        )
        at_player.wait("panic")
        assert server.bad == 4 and server.complaint


def test_a_peer_that_does_not_read_is_dropped_from_not_waited_for(pair, path, unix):
    server, _, _, at_engine = pair
    at_engine.wait("welcome")
    sock, token = raw(path, unix)
    with sock:
        sock.sendall(encode(hello(token)))
        big = {"t": "param", "name": "x" * 60_000, "value": 0}
        for i in range(1, 400):
            server.tell(big)
            at_engine.wait("param", i)  # the one that reads gets every one
            if server.dropped:
                break
        assert server.dropped > 0


def test_an_obeying_mistake_does_not_deafen_the_player(path, unix):
    def fail(message):
        raise RuntimeError("not today")

    server = EngineServer(path, SystemClock(), lambda: WELCOME, fail, unix)
    server.start()
    at_engine = Heard()
    link = PlayerLink(path, at_engine, unix=unix).start()
    try:
        at_engine.wait("welcome")
        link.send({"t": "panic"})
        server.tell({"t": "stats"})
        at_engine.wait("stats")
        link.send({"t": "panic"})
        server.tell({"t": "stats"})
        at_engine.wait("stats", 2)
        assert link.connected
    finally:
        link.close()
        server.stop()


def test_a_listener_mistake_does_not_cut_the_link(path, unix):
    heard = Heard()

    def clumsy(message):
        heard(message)
        if message["t"] == "welcome":
            raise RuntimeError("oh")

    server = EngineServer(path, SystemClock(), lambda: WELCOME, Heard(), unix)
    server.start()
    link = PlayerLink(path, clumsy, unix=unix).start()
    try:
        heard.wait("welcome")
        server.tell({"t": "stats"})
        heard.wait("stats")
        assert link.connections == 1
    finally:
        link.close()
        server.stop()


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are POSIX's")
def test_an_open_folder_is_refused(path):
    path.parent.chmod(0o755)
    server = EngineServer(path, SystemClock(), lambda: WELCOME, Heard(), True)
    with pytest.raises(DeviceError, match="0700"):
        server.start()
    server.stop()


def test_a_channel_drops_whole_messages():
    here, there = socket.socketpair()
    channel, reader = Channel(here, FROM_PLAYER), Channel(there, FROM_PLAYER)
    message = {"t": "error", "text": "x" * 1000}
    sent = 0
    while channel.send(message):
        sent += 1
    assert channel.dropped == 1 and sent == MAX_WAITING_BYTES // len(encode(message))
    got = 0
    while channel.wants_to_write:
        channel.write()
        got += len(reader.read())
    while piece := reader.read():
        got += len(piece)
    assert got == sent and reader.bad == 0
    channel.close()
    assert reader.read() is None
    reader.close()

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
from livesyn.ipc.messages import (
    VERSION,
    Beat,
    FromPlayer,
    Hello,
    Offer,
    Panic,
    ParamChange,
    Refusal,
    SetParam,
    Stats,
    Timeline,
    Welcome,
    encode,
)
from livesyn.ipc.player_link import PlayerLink
from livesyn.player.server import MAX_PEERS, EngineServer

PATIENCE_S = 5.0
WELCOME = Welcome(VERSION, Timeline(0, 0, 120), {}, True, 0)


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
                f"no {kind.__name__} came, only {self.messages}"
            )
            return self.of(kind)[count - 1]

    def of(self, kind):
        return [m for m in self.messages if isinstance(m, kind)]


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
    assert at_engine.wait(Welcome) == WELCOME
    phrase = Phrase((Note(0, 1, 60),), 4)
    assert link.offer(3, phrase, (0.0,) * 12)
    assert at_player.wait(Offer).bar == 3
    server.tell(ParamChange("tempo", 99.0))
    assert at_engine.wait(ParamChange).value == 99
    at_player.wait(Beat)  # the link's own heartbeat
    assert server.peers == 1 and server.heard_s is not None and server.bad == 0


def test_the_link_finds_a_player_that_came_back(path, unix):
    at_engine, servers = Heard(), []

    def serve():
        servers.append(EngineServer(path, SystemClock(), lambda: WELCOME, Heard(), unix))
        servers[-1].start()

    link = PlayerLink(path, at_engine, unix=unix).start()  # before there is any player
    assert link.send(Beat()) is False and link.dropped == 1
    try:
        serve()
        at_engine.wait(Welcome)
        servers[0].stop()
        serve()
        at_engine.wait(Welcome, 2)
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
    at_engine.wait(Welcome)
    for line in (
        b'{"t":"hello","v":1,"token":""}\n',
        encode(Panic()),
        *([] if unix else [encode(Hello(VERSION, "wrong"))]),
    ):
        sock, _token = raw(path, unix)
        with sock:
            sock.sendall(line)
            assert b"turned away" in read_all(sock)
    assert not at_player.of(Panic)


def test_bad_lines_are_counted_and_good_ones_obeyed(pair, path, unix):
    server, _, at_player, _ = pair
    sock, token = raw(path, unix)
    with sock:
        sock.sendall(
            encode(Hello(VERSION, token))
            + b"garbage\n\xff\n"
            + b'{"t":"phrase"}\n'
            + b"x" * (3 << 20)
            + b"\n"
            + encode(Panic())
        )
        at_player.wait(Panic)
        assert server.bad == 4 and server.complaint


def test_a_peer_that_does_not_read_is_dropped_from_not_waited_for(pair, path, unix):
    server, _, _, at_engine = pair
    at_engine.wait(Welcome)
    sock, token = raw(path, unix)
    with sock:
        sock.sendall(encode(Hello(VERSION, token)))
        big = ParamChange("x" * 60_000, 0.0)
        for i in range(1, 400):
            server.tell(big)
            at_engine.wait(ParamChange, i)  # the one that reads gets every one
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
        at_engine.wait(Welcome)
        link.send(Panic())
        server.tell(Stats())
        at_engine.wait(Stats)
        link.send(Panic())
        server.tell(Stats())
        at_engine.wait(Stats, 2)
        assert link.connected
    finally:
        link.close()
        server.stop()


def test_a_listener_mistake_does_not_cut_the_link(path, unix):
    heard = Heard()

    def clumsy(message):
        heard(message)
        if isinstance(message, Welcome):
            raise RuntimeError("oh")

    server = EngineServer(path, SystemClock(), lambda: WELCOME, Heard(), unix)
    server.start()
    link = PlayerLink(path, clumsy, unix=unix).start()
    try:
        heard.wait(Welcome)
        server.tell(Stats())
        heard.wait(Stats)
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
    channel, reader = Channel(here, FromPlayer), Channel(there, FromPlayer)
    message = Refusal("x" * 1000)
    sent = 0
    while channel.send(message):
        sent += 1
    assert channel.dropped == 1 and sent == MAX_WAITING_BYTES // len(encode(message))
    got = 0
    while channel.wants_to_write:
        channel.write()
        got += len(reader.read() or ())
    while piece := reader.read():
        got += len(piece)
    assert got == sent and reader.bad == 0
    channel.close()
    assert reader.read() is None
    reader.close()


def test_idle_peers_make_room_for_an_engine(path):
    server = EngineServer(path, SystemClock(), lambda: WELCOME, lambda message: None)
    server.start()
    idle = []
    for number in range(1, 13):
        idle.append(connect(path)[0])
        while len(server._peers) < min(number, MAX_PEERS):
            threading.Event().wait(0.001)
    heard = Heard()
    link = PlayerLink(path, heard).start()
    try:
        heard.wait(Welcome)
        assert server.peers == 1
    finally:
        link.close()
        server.stop()
        for sock in idle:
            sock.close()


def test_what_moves_controls_costs_no_bar(path):
    link = PlayerLink(path)
    link._channel = type("Open", (), {"welcomed": True, "dropped": 0})()
    link._waker, link._wake = socket.socketpair()
    sent = [link.send(SetParam("swing", 0.0)) for _ in range(1000)]
    assert not all(sent)
    assert link.offer(1, Phrase((Note(0.0, 1.0, 60),), 4.0), (0.0,) * 12)
    assert link.send(Panic()) and not link.send(Beat())
    link._waker.close()
    link._wake.close()

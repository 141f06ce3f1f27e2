"""Player's server and engine's link, over a real Unix socket and over loopback TCP."""

import os
import selectors
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.types import Note, Phrase
from livesyn.ipc.channel import Channel, outbox
from livesyn.ipc.local_socket import connect
from livesyn.ipc.messages import (
    VERSION,
    Beat,
    Committed,
    EngineStatus,
    Event,
    FromEngine,
    FromPlayer,
    Hello,
    Message,
    Offer,
    Panic,
    ParamChange,
    SceneOrder,
    SetParam,
    Stats,
    Timeline,
    TimelineChange,
    Transport,
    Welcome,
    encode,
)
from livesyn.ipc.messages import (
    SoundLevels as Levels,
)
from livesyn.ipc.outbox import MOST
from livesyn.ipc.player_link import PlayerLink
from livesyn.player.server import MAX_PEERS, EngineServer
from tests.asked import BY

PATIENCE_S = 5.0
WELCOME = Welcome(VERSION, Timeline(0, 0, 120), {}, True, 0)


class SoundLevels:
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
    at_player, at_engine = SoundLevels(), SoundLevels()
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
    assert link.offer(3, phrase, (0.0,) * 12, **BY)
    assert at_player.wait(Offer).bar == 3
    server.tell(ParamChange("tempo", 99.0, **BY))
    assert at_engine.wait(ParamChange).value == 99
    at_player.wait(Beat)  # the link's own heartbeat
    assert server.peers == 1 and server.heard_s is not None and server.bad == 0


def test_the_link_finds_a_player_that_came_back(path, unix):
    at_engine, servers = SoundLevels(), []

    def serve():
        servers.append(EngineServer(path, SystemClock(), lambda: WELCOME, SoundLevels(), unix))
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
        encode(Panic(**BY)),
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
            + encode(Panic(**BY))
        )
        at_player.wait(Panic)
        assert server.bad == 4 and server.complaint


def test_a_peer_that_does_not_read_is_dropped_from_not_waited_for(pair, path, unix):
    server, _, _, at_engine = pair
    at_engine.wait(Welcome)
    sock, token = raw(path, unix)
    with sock:
        sock.sendall(encode(Hello(VERSION, token)))
        big = "x" * 60_000
        for i in range(1, 700):
            server.tell(Event(big))
            at_engine.wait(Event, i)  # the one that reads gets every one
            if server.dropped:
                break
        assert server.dropped > 0


def test_an_obeying_mistake_does_not_deafen_the_player(path, unix):
    def fail(message):
        raise RuntimeError("not today")

    server = EngineServer(path, SystemClock(), lambda: WELCOME, fail, unix)
    server.start()
    at_engine = SoundLevels()
    link = PlayerLink(path, at_engine, unix=unix).start()
    try:
        at_engine.wait(Welcome)
        link.send(Panic(**BY))
        server.tell(Stats())
        at_engine.wait(Stats)
        link.send(Panic(**BY))
        server.tell(Stats())
        at_engine.wait(Stats, 2)
        assert link.connected
    finally:
        link.close()
        server.stop()


def test_a_listener_mistake_does_not_cut_the_link(path, unix):
    heard = SoundLevels()

    def clumsy(message):
        heard(message)
        if isinstance(message, Welcome):
            raise RuntimeError("oh")

    server = EngineServer(path, SystemClock(), lambda: WELCOME, SoundLevels(), unix)
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
    server = EngineServer(path, SystemClock(), lambda: WELCOME, SoundLevels(), True)
    with pytest.raises(DeviceError, match="0700"):
        server.start()
    server.stop()


def test_a_channel_drops_whole_messages_the_oldest_first():
    here, there = socket.socketpair()
    channel, reader = Channel(here, FromPlayer), Channel(there, FromPlayer)
    for n in range(MOST + 10):
        channel.send(Event(f"{n} " + "x" * 1000))
    assert channel.dropped == 10
    got: list[Event] = []
    while channel.wants_to_write:
        channel.write()
        got += reader.read() or ()
    while piece := reader.read():
        got += piece
    assert [int(event.text.split()[0]) for event in got] == list(range(10, MOST + 10))
    assert reader.bad == 0
    channel.close()
    assert reader.read() is None
    reader.close()


def standing_still(path, unix, welcome=lambda: WELCOME, **options):
    """A server, and a welcomed engine that does not read."""
    server = EngineServer(path, SystemClock(), welcome, SoundLevels(), unix, **options)
    server.start()
    sock, token = connect(path, unix)
    sock.sendall(encode(Hello(VERSION, token)))
    while not server.peers:
        threading.Event().wait(0.001)
    return server, sock


def read_until(sock, enough):
    """What the engine reads, until `enough(messages)`."""
    channel = Channel(sock, FromPlayer)
    messages: list[FromPlayer] = []
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while not enough(messages):
            assert selector.select(PATIENCE_S), messages[-3:]
            messages += channel.read() or []
    return messages


def test_an_engine_that_stood_still_knows_the_newest_of_everything(path, unix, monkeypatch):
    values = {"accent": 0.0, "tempo": 110.0}
    said: list[str] = []
    dropped: list[Message] = []
    server, sock = standing_still(
        path,
        unix,
        lambda: Welcome(VERSION, Timeline(0, 0, values["tempo"]), dict(values), True, 7),
        say=said.append,
        on_drop=dropped.append,
    )
    write, full = Channel.write, threading.Event()
    full.set()  # the socket's buffers are, however large the system makes them
    monkeypatch.setattr(Channel, "write", lambda self: None if full.is_set() else write(self))
    with sock:
        for n in range(12_000):
            values["accent"] = n / 12_000
            server.tell(ParamChange("accent", values["accent"], **BY))
            if n % 10 == 0:
                server.tell(Committed(n, 0.0, "repeat", **BY), Stats(late=n))
        values |= {"accent": 0.77, "tempo": 80.0}
        server.tell(ParamChange("accent", 0.77, **BY), ParamChange("tempo", 80.0, **BY))
        server.tell(TimelineChange(Timeline(0, 0, 80.0), True, **BY))
        server.tell(Event("end"))
        full.clear()
        got = read_until(
            sock, lambda got: Event("end") in got and sum(isinstance(m, Welcome) for m in got) > 1
        )
        server.stop()
    known: dict[str, float] = {}
    for m in got:
        match m:
            case Welcome():
                known |= m.params | {"bpm": m.timeline.bpm}
            case ParamChange():
                known[m.name] = m.value
            case TimelineChange():
                known["bpm"] = m.timeline.bpm
    assert known == {"accent": 0.77, "tempo": 80.0, "bpm": 80.0}
    bars = [m.bar for m in got if isinstance(m, Committed)]
    assert bars == sorted(bars) and bars[-1] == 11_990 and len(bars) < 1200
    assert server.dropped == len(dropped) == 1200 - len(bars)
    assert all(isinstance(message, Committed) for message in dropped), "the rest only made way"
    assert len(said) == 1 and "messages to it were dropped" in said[0]


def test_what_was_dropped_before_the_server_could_take_it_is_made_good_too(path):
    server, sock = standing_still(path, os.name == "posix")
    with sock:
        read_until(sock, len)
        server._news.dropped += 3  # its thread was starved
        server.tell(Stats())
        got = read_until(sock, lambda got: len(got) == 2)
        server.stop()
    assert {type(message) for message in got} == {Welcome, Stats}


def test_idle_peers_make_room_for_an_engine(path):
    server = EngineServer(path, SystemClock(), lambda: WELCOME, lambda message: None)
    server.start()
    idle = []
    for number in range(1, 13):
        idle.append(connect(path)[0])
        while len(server._peers) < min(number, MAX_PEERS):
            threading.Event().wait(0.001)
    heard = SoundLevels()
    link = PlayerLink(path, heard).start()
    try:
        heard.wait(Welcome)
        assert server.peers == 1
    finally:
        link.close()
        server.stop()
        for sock in idle:
            sock.close()


def test_what_only_moves_a_control_costs_no_bar_and_a_panic_is_first(path):
    """The player does not read while an engine says all it can."""
    link = PlayerLink(path)
    here, there = socket.socketpair()
    link._channel = channel = Channel(here, FromPlayer)
    channel.welcomed = True
    link._waker, link._wake = socket.socketpair()
    link._wake.setblocking(False)
    for bar in range(40):
        for n in range(500):
            assert link.send(SetParam("swing", n / 500, **BY)) and link.send(Levels({"rms": 0.5}))
            assert link.send(Beat()) and link.send(EngineStatus(fps=30.0))
        link.send(SceneOrder("store", "AB"[bar % 2], **BY))
        assert link.offer(bar, Phrase((Note(0.0, 1.0, 60),), 4.0), (0.0,) * 12, **BY)
    link.send(Transport("stop", **BY))
    link.send(Panic(**BY))
    link.send(Panic(**BY))
    channel.write()
    got = Channel(there, FromEngine).read() or []
    assert isinstance(got[0], Panic) and sum(isinstance(m, Panic) for m in got) == 1
    assert [m.bar for m in got if isinstance(m, Offer)] == list(range(8, 40))
    assert [m.value for m in got if isinstance(m, SetParam) and m.name == "swing"] == [499 / 500]
    presses = [m.name for m in got if isinstance(m, SceneOrder)]
    assert presses == ["A", "B"] * 20, "of what is pressed each counts"
    assert [m.do for m in got if isinstance(m, Transport)] == ["stop"]
    assert len(got) == 1 + 32 + 40 + 1 + 1 + 3 and link.dropped == link.unread == 8
    for sock in (here, there, link._waker, link._wake):
        sock.close()


def test_starts_and_stops_stay_in_order_with_the_bars_between():
    waiting = outbox()
    line = [TimelineChange(Timeline(0, 0, bpm), on, **BY) for bpm, on in LINES]
    bar = Committed(0, 0.0, "new", **BY)
    for message in (line[0], bar, line[1], line[2], line[3], bar, line[4], line[5], bar):
        waiting.put(message)
    got = list(iter(waiting.take, None))
    assert got == [line[0], bar, line[3], bar, line[4], line[5], bar]


LINES = ((110, True), (111, True), (112, True), (112, False), (112, True), (90, True))

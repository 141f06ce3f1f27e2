"""OSC out over loopback, read by python-osc: targets, addresses, types, timetags, and what happens
when nobody takes it.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from livesyn.base import params
from livesyn.base.addresses import AHEAD, ONTIME, Target, parse_target
from livesyn.base.clock import ManualClock
from livesyn.base.errors import ConfigError, DeviceError
from livesyn.base.types import Note, Phrase
from livesyn.sinks.osc import OscOut
from livesyn.sinks.osc_packets import UNIX_EPOCH_NTP_S, bundle, message, timetag
from livesyn.transport.timeline import Timeline
from tests.contracts import CONTROLS, NOTES

WALL_OFFSET_S = 1_700_000_000.0
PATIENCE_S = 5.0


class Receiver:
    """A socket that takes what OSC out sends.

    Loopback delivers within `sendto`, so `none` need not wait.
    """

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE_S)
        self.port: int = self.socket.getsockname()[1]

    def packet(self) -> bytes:
        return self.socket.recv(65536)

    def message(self) -> tuple[str, str, list]:
        """Address, type tags and arguments of the next packet, a single message."""
        return read(self.packet())

    def bundle(self) -> tuple[int, list[tuple[str, str, list]]]:
        """Timetag and messages of the next packet, a bundle."""
        packet = self.packet()
        assert OscBundle.dgram_is_bundle(packet)
        return struct.unpack(">Q", packet[8:16])[0], [
            read(content.dgram) for content in OscBundle(packet)
        ]

    def none(self) -> bool:
        """Whether nothing else has come."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(65536)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(PATIENCE_S)
        return False


def read(packet: bytes) -> tuple[str, str, list]:
    found = OscMessage(packet)
    tags = packet[packet.index(b",") + 1 :].split(b"\0")[0].decode()
    return found.address, tags, found.params


def unix_s(tag: int) -> float:
    return tag / 2**32 - UNIX_EPOCH_NTP_S


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.socket.close()


@pytest.fixture
def make(receiver: Receiver) -> Iterator[Callable[..., OscOut]]:
    """An open OSC out to the receiver; the clock stands at 100 s unless told."""
    made: list[OscOut] = []

    def make(policy: str = ONTIME, clock: ManualClock | None = None) -> OscOut:
        made.append(
            OscOut(
                [Target("127.0.0.1", receiver.port, policy)],
                clock or ManualClock(100.0),
                lambda: WALL_OFFSET_S,
            )
        )
        made[-1].open()
        return made[-1]

    yield make
    for sink in made:
        sink.close()


# Targets.


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("127.0.0.1:9701", Target("127.0.0.1", 9701, ONTIME)),
        (" studio.local:57120/ahead ", Target("studio.local", 57120, AHEAD)),
        ("[::1]:9701/ontime", Target("::1", 9701, ONTIME)),
        ("localhost:65535", Target("localhost", 65535)),
    ],
)
def test_a_target_is_host_port_and_policy(text: str, target: Target) -> None:
    assert parse_target(text) == target
    assert parse_target(str(target)) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9701",
        "localhost",
        "localhost:",
        ":9701",
        "localhost:0",
        "localhost:65536",
        "localhost:-1",
        "localhost:port",
        "localhost:9701/soon",
        "localhost:9701/AHEAD",
        "localhost:²",
        "localhost:" + "9" * 5000,
        "/ahead",
    ],
)
def test_what_is_no_target_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_target(text)
    sentence = str(refused.value)
    assert (
        repr(text) in sentence
        and "HOST:PORT" in sentence
        and "1 to 65535" in sentence
        and "/ahead" in sentence
    )
    assert "\n" not in sentence


@given(st.text(max_size=30))
def test_any_text_is_a_target_or_a_config_error(text: str) -> None:
    try:
        target = parse_target(text)
    except ConfigError:
        return
    assert target.host and 0 < target.port < 65536 and target.policy in (AHEAD, ONTIME)


# On time.


def test_on_time_a_bar_is_told_when_its_line_falls(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    sink = make()
    sink.bar(100.15, 3, Phrase(NOTES, 4.0), CONTROLS, Timeline(12.0, 100.15, 120.0), "new")
    assert receiver.none()
    sink.beat(100.15, 12)
    tag, messages = receiver.bundle()
    assert tag == 1  # immediately
    assert messages == [
        ("/livesyn/bar", "i", [3]),
        *((f"/livesyn/latent/{index}", "f", [value]) for index, value in enumerate(CONTROLS)),
    ]
    assert receiver.message() == ("/livesyn/beat", "i", [12])
    sink.beat(100.65, 13)
    assert receiver.message() == ("/livesyn/beat", "i", [13])
    assert receiver.none()


def test_on_time_a_bar_is_told_before_a_note_that_comes_before_its_beat(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    sink = make()
    sink.bar(100.15, 1, Phrase(NOTES, 4.0), (), Timeline(4.0, 100.15, 120.0), "new")
    sink.note_on(100.05, Note(3.75, 0.2, 60))
    sink.note_on(100.05, Note(4.0, 1.0, 62))
    sink.beat(100.15, 4)
    assert receiver.message()[2][1] == 60
    assert receiver.bundle()[1] == [("/livesyn/bar", "i", [1])]
    assert receiver.message()[2][1] == 62
    assert receiver.message() == ("/livesyn/beat", "i", [4])


def test_on_time_a_note_says_how_far_off_it_is(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    clock = ManualClock(100.0)
    sink = make(clock=clock)
    sink.note_on(100.0, Note(0.0, 0.5, 60, 96, 10))
    clock.advance(0.003)
    sink.note_on(100.0, Note(1.0, 2.25, 64, 1))
    sink.note_off(101.0, Note(1.0, 2.25, 64, 1))
    assert receiver.message() == ("/livesyn/note", "iiiff", [10, 60, 96, 0.5, 0.0])
    address, tags, (channel, pitch, velocity, beats, offset_ms) = receiver.message()
    assert (address, tags, channel, pitch, velocity, beats) == (
        "/livesyn/note",
        "iiiff",
        1,
        64,
        1,
        2.25,
    )
    assert offset_ms == pytest.approx(-3.0, abs=1e-3)
    assert receiver.none()


# Ahead.


@pytest.mark.parametrize("bpm", [60.0, 117.3, 300.0])
def test_ahead_everything_of_a_bar_comes_before_its_time_tagged_with_it(
    make: Callable[..., OscOut], receiver: Receiver, bpm: float
) -> None:
    sink = make(AHEAD)
    timeline = Timeline(8.0, 100.15, bpm)
    sink.bar(100.15, 2, Phrase(NOTES, 4.0), CONTROLS, timeline, "new")
    packets = [receiver.bundle() for _ in range(1 + 4 + len(NOTES))]
    assert receiver.none()
    told: dict[str, list[Any]] = {}  # each (time, values)
    for tag, messages in packets:
        assert unix_s(tag) > 100.0 + WALL_OFFSET_S  # the clock stands at 100
        for address, _, values in messages:
            told.setdefault(address, []).append((unix_s(tag) - WALL_OFFSET_S, values))
    assert told["/livesyn/bar"] == [(pytest.approx(100.15, abs=1e-5), [2])]
    for index, value in enumerate(CONTROLS):
        assert told[f"/livesyn/latent/{index}"] == [(pytest.approx(100.15, abs=1e-5), [value])]
    assert told["/livesyn/beat"] == [
        (pytest.approx(timeline.time_of(beat), abs=1e-5), [beat]) for beat in range(8, 12)
    ]
    assert told["/livesyn/note"] == [
        (
            pytest.approx(timeline.time_of(8 + note.start_beats), abs=1e-5),
            [note.channel, note.pitch, note.velocity, note.duration_beats, 0.0],
        )
        for note in NOTES
    ]
    sink.beat(100.15, 8)
    sink.note_on(100.15, NOTES[0])
    assert receiver.none()  # they have been told


def test_ahead_nothing_of_a_bar_that_is_entered_midway_is_made_up_for(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    sink = make(AHEAD, ManualClock(101.3))  # beat 2.6 of the bar
    sink.bar(
        100.0,
        0,
        Phrase((Note(0, 1, 60), Note(2.5, 1, 62), Note(3, 1, 64)), 4.0),
        (),
        Timeline(0.0, 100.0, 120.0),
        "new",
    )
    addresses = [
        (messages[0][0], messages[0][2]) for _, messages in (receiver.bundle() for _ in range(4))
    ]
    assert [address for address, _ in addresses] == [
        "/livesyn/bar",
        "/livesyn/beat",
        "/livesyn/note",
        "/livesyn/note",
    ]
    assert addresses[1][1] == [3] and [values[1] for _, values in addresses[2:]] == [62, 64]
    assert receiver.none()


def test_each_target_has_its_own_way_with_time(receiver: Receiver) -> None:
    other = Receiver()
    sink = OscOut(
        [Target("127.0.0.1", receiver.port, AHEAD), Target("127.0.0.1", other.port, ONTIME)],
        ManualClock(100.0),
        lambda: WALL_OFFSET_S,
    )
    sink.open()
    sink.bar(100.15, 0, Phrase((), 4.0), (), Timeline(0.0, 100.15, 120.0), "silent")
    assert [receiver.bundle()[1][0][0] for _ in range(5)] == ["/livesyn/bar"] + [
        "/livesyn/beat"
    ] * 4
    assert other.none()
    sink.beat(100.15, 0)
    assert receiver.none()
    assert other.bundle()[1] == [("/livesyn/bar", "i", [0])] and other.message() == (
        "/livesyn/beat",
        "i",
        [0],
    )
    sink.close()
    other.socket.close()


# To all.


@pytest.mark.parametrize("policy", [AHEAD, ONTIME])
def test_parameters_status_transport_and_panic_are_told_at_once(
    make: Callable[..., OscOut], receiver: Receiver, policy: str
) -> None:
    sink = make(policy)
    for row in params.TABLE:
        sink.param(row.name, row.high)
        address, tags, (value,) = receiver.message()
        assert (address, tags, value) == (row.address, "f", pytest.approx(row.high))
        if row.name == "mute" and policy == AHEAD:  # notes that wait for their time are let go
            assert receiver.message() == ("/livesyn/panic", "i", [1])
    figures = {"fps": 29.5, "latency_ms": 7.25, "late": 3, "dropped": 0}
    sink.status(figures)
    assert [receiver.message() for _ in figures] == [
        (f"/livesyn/status/{name}", "f", [value]) for name, value in figures.items()
    ]
    for event, playing in (("start", 1), ("stop", 0), ("continue", 1)):
        sink.transport(100.0, event, 0.0)
        assert receiver.message() == ("/livesyn/transport/play", "i", [playing])
    sink.panic(100.0)
    assert receiver.message() == ("/livesyn/panic", "i", [1])
    assert receiver.none()


def test_a_figure_beyond_float32_is_its_largest(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    make().status({"latency_ms": 1e300, "fps": -1e300})
    assert [receiver.message()[2] for _ in range(2)] == [
        [pytest.approx(3.4028e38, rel=1e-4)],
        [pytest.approx(-3.4028e38, rel=1e-4)],
    ]


# Packets.


@given(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#*,/?[]{}"),
        min_size=1,
        max_size=20,
    ),
    st.lists(
        st.one_of(st.integers(-(2**31), 2**31 - 1), st.floats(width=32, allow_nan=False)),
        max_size=6,
    ),
)
def test_a_message_is_what_python_osc_reads(name: str, values: list[int | float]) -> None:
    packet = message(f"/{name}", *values)
    assert len(packet) % 4 == 0
    assert read(packet) == (
        f"/{name}",
        "".join("i" if isinstance(value, int) else "f" for value in values),
        values,
    )


@given(st.floats(0, 4e9))
def test_a_timetag_is_right_to_a_microsecond(time_s: float) -> None:
    tag = timetag(time_s)
    assert 0 <= tag < 2**64
    # 32 bits of seconds, which end in 2036
    off_s = (tag / 2**32 - UNIX_EPOCH_NTP_S - time_s + 1) % 2**32 - 1
    assert off_s == pytest.approx(0, abs=2e-6)
    assert len(bundle(tag, [])) == 16


# What goes wrong.


class RefusingSocket:
    """What a network that is down does with a packet."""

    def sendto(self, packet: bytes, address: tuple) -> int:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")


def test_what_the_system_does_not_take_is_counted_and_never_raised(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    sink = make()
    target = sink.targets[0]
    sock, address = sink._resolved[target]
    refusing = cast(socket.socket, RefusingSocket())  # all it is asked for
    sink._resolved = {target: (refusing, address)}
    sink.note_on(100.0, NOTES[0])
    sink.panic(100.0)
    assert sink.dropped == 2 and not sink.available
    assert (
        sink.health().reason
        == f"OSC to 127.0.0.1:{receiver.port}/ontime is not taken: network is unreachable"
    )
    sink._resolved = {target: (sock, address)}
    sink.note_on(100.0, NOTES[0])
    assert sink.dropped == 2 and sink.available and sink.health().state == "running"
    assert receiver.message()[0] == "/livesyn/note"


def test_a_packet_too_long_for_udp_is_counted_by_a_real_socket(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    sink = make()
    sink._send(bytes(70_000), ONTIME)
    assert sink.dropped == 1 and "message too long" in sink.health().reason
    sink.panic(100.0)
    assert sink.health().state == "running" and receiver.message()[0] == "/livesyn/panic"


def test_a_receiver_that_is_not_there_costs_nothing(
    make: Callable[..., OscOut], receiver: Receiver
) -> None:
    sink = make()
    receiver.socket.close()
    for beat in range(20):
        sink.beat(100.0, beat)
    assert sink.dropped == 0 and sink.health().state == "running"


def test_a_host_that_is_not_known_is_named_and_tried_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = False
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **named: Any) -> list:
        if host == "stage.invalid":
            if not known:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            host = "127.0.0.1"
        return resolve(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    other = Receiver()
    sink = OscOut(
        [Target("stage.invalid", receiver.port), Target("127.0.0.1", other.port)],
        ManualClock(100.0),
    )
    with pytest.raises(
        DeviceError, match=r"'stage.invalid' \(name or service not known\); give the address"
    ) as refused:
        sink.open()
    assert sink.health().reason == str(refused.value) and not sink.available
    sink.beat(100.0, 0)
    assert other.message()[0] == "/livesyn/beat"  # the others are served all the same
    known = True
    sink.maintain(101.0)
    assert sink._resolver is not None
    sink._resolver.join(PATIENCE_S)
    assert sink.available
    sink.beat(101.0, 1)
    assert receiver.message() == ("/livesyn/beat", "i", [1])
    sink.close()
    other.socket.close()


def test_a_name_that_cannot_be_a_host_is_refused_like_one_that_is_not_there() -> None:
    for host in ("stage\0left", "a" * 70 + ".example"):
        sink = OscOut([Target(host, 9701)])
        with pytest.raises(DeviceError, match="OSC cannot be sent to"):
            sink.open()
        sink.close()


def test_names_are_tried_again_with_growing_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nowhere(host: str, *_: object, **__: object) -> list:
        asked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    sink = OscOut([Target("stage.invalid", 9701)], ManualClock())
    with pytest.raises(DeviceError):
        sink.open()
    for now_s in (10.0, 10.05, 10.11, 10.25, 10.32):
        sink.maintain(now_s)
        assert sink._resolver is not None
        sink._resolver.join(PATIENCE_S)
    assert len(asked) == 4
    sink.close()
    sink.maintain(20.0)
    assert len(asked) == 4

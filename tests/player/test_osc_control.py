"""OSC in over loopback, sent by python-osc: every parameter, the transport, the buttons, and
whatever else may come.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_message_builder import build_msg
from pythonosc.udp_client import SimpleUDPClient

from livesyn.base import params
from livesyn.base.addresses import Target
from livesyn.base.clock import ManualClock, SystemClock
from livesyn.base.errors import ConfigError, DeviceError
from livesyn.base.refusals import NAMED
from livesyn.player.core import Player
from livesyn.player.newest import Change
from livesyn.player.osc_control import OscControl
from livesyn.player.osc_routes import ADDRESSES
from livesyn.player.state import ShowState
from livesyn.sinks.osc import OscOut
from livesyn.sinks.osc_packets import bundle, message, timetag

PATIENCE_S = 5.0
WHO = "OSC from 127.0.0.1 was refused:"
BUTTONS = {
    "/livesyn/transport/play": "play",
    "/livesyn/transport/stop": "stop",
    "/livesyn/transport/tap": "tap",
}


class MemoryShow:
    """Remembers what it was asked; clamps as the show does."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.values = params.defaults()

    def set_params(self, changes: Iterable[Change]) -> None:
        for name, value, origin, _ in changes:
            self.values[name] = params.BY_NAME[name].clamp(value)
            self.asked.append((name, value, origin))

    def params(self) -> dict[str, float]:
        return dict(self.values)

    def transport(self, do: str, value: float | None = None, origin: str = "") -> bool:
        self.asked.append((do, value))
        return True

    def panic(self, origin: str = "") -> None:
        self.asked.append(("panic",))

    def set_modulation(self, index: int, name: str, value: object, origin: str = "") -> None:
        self.asked.append((index, name, value, origin))


class Desk:
    """A show, its OSC input, and someone who sends. Loopback keeps the order, so a message that is
    known to have been obeyed tells that those before it have been.
    """

    def __init__(self, **options: Any) -> None:
        self.show = MemoryShow()
        self.said: list[str] = []
        self.control = OscControl(self.show, port=0, say=self.said.append, **options)
        self.control.open()
        self.client = SimpleUDPClient("127.0.0.1", self.control.port)

    def obeyed(self, address: str, *values: object) -> list[tuple]:
        """What the show is asked on account of one message."""
        self.client.send_message(address, values)
        return self.flush()

    def flush(self) -> list[tuple]:
        self.client.send_message("/livesyn/transport/nudge", 987.0)
        wait(lambda: ("nudge", 987.0) in self.show.asked)
        asked = [ask for ask in self.show.asked if ask != ("nudge", 987.0)]
        self.show.asked.clear()
        return asked

    def close(self) -> None:
        self.control.close()
        self.client._sock.close()


def wait(ready: Callable[[], object]) -> None:
    clock = SystemClock()
    end_s = clock.now_s() + PATIENCE_S
    while not ready():
        assert clock.now_s() < end_s, "nothing came"
        clock.sleep_until(clock.now_s() + 0.001)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


# What sets.


def test_every_row_is_set_clamped_and_echoed_at_its_address() -> None:
    """The whole way: a socket, the show's state, and OSC out to another socket."""
    clock = ManualClock(50.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(PATIENCE_S)
        out = OscOut([Target("127.0.0.1", receiver.getsockname()[1])], clock)
        out.open()
        player = Player((out,), clock)
        state = ShowState(
            player, clock, {}, announce=lambda name, value: player.tell("param", name, value)
        )
        control = OscControl(state, port=0)
        control.open()
        client = SimpleUDPClient("127.0.0.1", control.port)
        for row in params.TABLE:
            middle = row.clamp((row.low + row.high) / 2)
            for sent, legal in (
                (middle, middle),
                (row.high + 1000.0, row.high),
                (row.low - 1000.0, row.low),
            ):
                client.send_message(row.address, sent)
                assert receiver.recv(1024) == message(row.address, float(legal)), row.name
                assert state.params()[row.name] == pytest.approx(legal)
                clock.advance(1.0)  # or it might be our own word sent back
        assert (control.ignored, control.unknown, control.received) == (0, 0, 3 * len(params.TABLE))
        control.close()
        client._sock.close()
        out.close()


def test_whole_numbers_truth_and_names_of_choices_are_numbers_too(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/param/tempo", 96) == [("tempo", 96.0, "osc")]
    assert desk.obeyed("/livesyn/param/freeze", True) == [("freeze", 1.0, "osc")]
    assert desk.obeyed("/livesyn/param/key", "Eb") == [("key", 3.0, "osc")]
    assert desk.obeyed("/livesyn/param/scale", "dorian") == [("scale", 4.0, "osc")]


@pytest.mark.parametrize("index", range(params.DIRECTIONS))
def test_a_latent_steers_along_its_direction(desk: Desk, index: int) -> None:
    assert desk.obeyed(f"/livesyn/latent/{index}", 1.5) == [(f"steer_{index}", 1.5, "osc")]


@pytest.mark.parametrize(("address", "do"), BUTTONS.items())
def test_a_button_is_obeyed_when_pressed_and_not_when_let_go(
    desk: Desk, address: str, do: str
) -> None:
    assert desk.obeyed(address) == [(do, None)]
    assert desk.obeyed(address, 1) == [(do, None)]
    assert desk.obeyed(address, 0) == []
    assert desk.obeyed(address, 0.0) == []
    assert desk.obeyed(address, False) == []
    assert desk.control.ignored == 0  # a release is nothing wrong


def test_tempo_and_nudge_take_a_number(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/transport/tempo", 140) == [("tempo", 140.0, "osc")]
    assert desk.obeyed("/livesyn/transport/nudge", -12.5) == [("nudge", -12.5)]
    assert desk.obeyed("/livesyn/transport/tempo") == []
    assert (
        desk.control.ignored == 1
        and desk.control.reason
        == f"{WHO} /livesyn/transport/tempo takes one number; it got nothing"
    )


def test_panic(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/panic") == [("panic",)]
    assert desk.obeyed("/livesyn/panic", 1.0) == [("panic",)]
    assert desk.obeyed("/livesyn/panic", 0) == []


def test_freeze_is_held_and_let_go(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/freeze") == [("freeze", 1.0, "osc")]
    assert desk.obeyed("/livesyn/freeze", 0) == [("freeze", 0.0, "osc")]
    assert desk.obeyed("/livesyn/freeze", "on") == [("freeze", 1.0, "osc")]


@pytest.mark.parametrize("address", ["/livesyn/dump", "/livesyn/params"])
def test_dump_reports_every_parameter(address: str) -> None:
    reported: list[tuple[str, float]] = []
    desk = Desk(dump=lambda name, value: reported.append((name, value)))
    desk.show.values["tempo"] = 77.0
    assert desk.obeyed(address) == []
    assert dict(reported) == params.defaults() | {"tempo": 77.0} and len(reported) == len(
        params.TABLE
    )
    desk.close()


def test_dump_without_a_reporter_sets_them_to_what_they_are(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/dump") == [(row.name, row.default, "osc") for row in params.TABLE]


def test_a_bundle_is_obeyed_now_whatever_its_timetag(desk: Desk) -> None:
    packet = bundle(
        timetag(4_000_000_000.0),
        [message("/livesyn/param/tempo", 90.0), bundle(1, [message("/livesyn/panic")])],
    )
    desk.client._sock.sendto(packet, ("127.0.0.1", desk.control.port))
    assert desk.flush() == [("panic",), ("tempo", 90.0, "osc")], "panic first"


# What is wrong.


@pytest.mark.parametrize(
    "values",
    [(), (1.0, 2.0), ("fast",), (None,), (b"blob",), (float("nan"),), (float("inf"),), ([1.0],)],
)
@pytest.mark.parametrize(
    "address",
    [
        "/livesyn/param/tempo",
        "/livesyn/param/scale",
        "/livesyn/latent/3",
        "/livesyn/transport/nudge",
    ],
)
def test_arguments_that_are_no_number_are_counted_and_explained(
    desk: Desk, address: str, values: tuple
) -> None:
    assert desk.obeyed(address, *values) == []
    assert desk.control.ignored == 1
    assert desk.control.reason.startswith(f"{WHO} {address} takes one number")
    assert "; it got " in desk.control.reason and len(desk.control.reason) < 300


def test_a_choice_that_is_not_there_is_told_what_there_is(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/param/scale", "lydisch") == []
    assert (
        desk.control.reason == f"{WHO} /livesyn/param/scale takes one number or one of"
        f" {', '.join(params.SCALES[:12])} and 24 more (livesyn params); it got"
        " 'lydisch'"
    )


@pytest.mark.parametrize("values", [(float("nan"),), ("stop",), (1, 1)])
def test_a_button_pressed_with_nonsense_is_not_obeyed(desk: Desk, values: tuple) -> None:
    assert desk.obeyed("/livesyn/transport/stop", *values) == []
    assert desk.control.ignored == 1


def test_an_unknown_address_is_counted_and_the_nearest_named(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/param/tmpo", 90) == []
    assert (
        desk.control.reason
        == f"{WHO} nothing listens at /livesyn/param/tmpo; did you mean /livesyn/param/tempo?"
    )
    for address in (
        "/livesyn/latent/12",
        "/livesyn/latent/-1",
        "/",
        "/livesyn",
        "/livesyn/param/*",
        "/livesyn/{panic,dump}",
        "//panic",
        "/" + "*" * 200,
    ):
        assert desk.obeyed(address, 1) == []
    assert desk.control.unknown == 9 and desk.control.ignored == 0


def test_a_flood_of_unknown_addresses_is_counted_and_not_kept(desk: Desk) -> None:
    for index in range(NAMED + 20):
        desk.client.send_message(f"/nobody/{index}", 1)
        if index % 20 == 0:
            desk.flush()  # no more in the socket than it holds
    desk.flush()
    assert desk.control.unknown == NAMED + 20
    assert len(desk.said) == NAMED + 1 and "are refused; they are counted" in desk.said[-1]


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\0",
        b"hello",
        b"#bundle\0",
        b"#bundle\0" + bytes(12),
        b"/livesyn/panic",
        b"#bundle\0" + struct.pack(">Qi", 1, -4),
        b"#bundle\0" + struct.pack(">Qi", 1, -1),
        b"#bundle\0" + struct.pack(">Qi", 1, 2**31 - 1),
        b"/a\xff\xfe\0\0\0\0,\0\0\0",
        bytes(1000),
    ],
)
def test_a_packet_that_is_not_osc_is_counted_and_nothing_else_suffers(
    desk: Desk, packet: bytes
) -> None:
    desk.client._sock.sendto(packet, ("127.0.0.1", desk.control.port))
    assert [ask for ask in desk.flush() if ask != ("panic",)] == []
    assert desk.obeyed("/livesyn/param/tempo", 90) == [("tempo", 90.0, "osc")]


def test_what_is_not_osc_is_explained(desk: Desk) -> None:
    desk.client._sock.sendto(b"hello", ("127.0.0.1", desk.control.port))
    assert desk.flush() == []
    assert desk.control.malformed == 1
    assert desk.control.reason == (
        f"{WHO} a packet that is text, 'hello', and OSC is not; use the sender's OSC output"
    )


def mangled(draw: st.DrawFn) -> bytes:
    """A message to one of the real addresses, with a few bytes changed, cut off or put in."""
    values = draw(
        st.lists(
            st.one_of(
                st.floats(width=32),
                st.integers(-(2**31), 2**31 - 1),
                st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8),
                st.binary(min_size=1, max_size=8),
                st.booleans(),
            ),
            max_size=3,
        )
    )
    packet = bytearray(build_msg(draw(st.sampled_from(ADDRESSES)), values).dgram)
    if draw(st.booleans()):
        packet = bytearray(
            bundle(draw(st.integers(0, 2**64 - 1)), [bytes(packet)] * draw(st.integers(1, 3)))
        )
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(len(packet) - 1, 0)))
        packet[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(packet)


@pytest.mark.parametrize("size", [-4, -8, -20, -(2**31), 1000])
def test_a_bundle_that_points_back_into_itself_is_refused(desk: Desk, size: int) -> None:
    inner = b"#bundle\0" + struct.pack(">Qii", 1, size, 0)
    for packet in (inner, bundle(1, [inner]), bundle(1, [message("/livesyn/panic"), inner])):
        desk.client._sock.sendto(packet, ("127.0.0.1", desk.control.port))
    assert desk.flush() == [("panic",)], "the message before it is whole"
    assert desk.control.malformed == 3 and desk.control.reason.endswith(
        f"a bundle in which a part is said to be {size} bytes long"
    )


def test_a_float_whose_last_zeros_are_left_out_is_read(desk: Desk) -> None:
    """As Reaktor sends it."""
    desk.client._sock.sendto(
        message("/livesyn/param/tempo", 96.0)[:-2], ("127.0.0.1", desk.control.port)
    )
    assert desk.flush() == [("tempo", 96.0, "osc")]


def test_odd_arguments_by_the_hundred_are_said_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        desk.client._sock.sendto(
            b"/livesyn/param/tempo\0\0\0\0,I\0\0", ("127.0.0.1", desk.control.port)
        )
        desk.flush()
    assert desk.control.ignored == 100 and caplog.records == []
    assert desk.said == [f"{WHO} /livesyn/param/tempo takes one number; it got an impulse"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.composite(mangled)()))
def test_nothing_that_comes_in_raises(packet: bytes) -> None:
    show = MemoryShow()
    control = OscControl(show)
    control.hear(packet, "127.0.0.1")
    assert control.received == 1
    assert all(row.low <= show.values[row.name] <= row.high for row in params.TABLE)


def test_a_thousand_bundles_in_each_other_are_refused(desk: Desk) -> None:
    packet = message("/livesyn/panic")
    while len(packet) < 60_000:
        packet = bundle(1, [packet])
    desk.client._sock.sendto(packet, ("127.0.0.1", desk.control.port))
    assert desk.flush() == []
    assert desk.control.malformed == 1


def told(address: str, tags: str, data: bytes = b"") -> bytes:
    """A message as it is on the wire, whatever its bytes."""
    return filled(address.encode()) + filled(b"," + tags.encode()) + data


def filled(text: bytes) -> bytes:
    return text + bytes(4 - len(text) % 4)


T, KEY = "/livesyn/param/temperature", "/livesyn/param/key"
FLOAT = struct.pack(">f", 0.6)
NUMBER = f"{T} takes one number; it got"
NOTE = f"{KEY} takes one number or one of C, C#, D, Eb, E, F, F#, G, Ab, A, Bb, B; it got"
GOOD = told(T, "f", FLOAT)
SET = [("temperature", pytest.approx(0.6), "osc")]
FREEZE, PANIC = "/livesyn/freeze", "/livesyn/panic"


# packet, what the show is asked, and how what is said of it begins ("" where all is well)
ODD: dict[str, tuple[bytes, list[tuple], str]] = {
    "float": (GOOD, SET, ""),
    "double": (told(T, "d", struct.pack(">d", 0.6)), SET, ""),
    "int64": (told(T, "h", struct.pack(">q", 1)), [("temperature", 1.0, "osc")], ""),
    "number as text": (told(T, "s", b"0.7\0"), [], f"{NUMBER} '0.7', a number as text; send"),
    "number as a symbol": (told(T, "S", b"1e3\0"), [], f"{NUMBER} '1e3', a number as text"),
    "true": (told(FREEZE, "T"), [("freeze", 1.0, "osc")], ""),
    "false": (told(FREEZE, "F"), [("freeze", 0.0, "osc")], ""),
    "bang to freeze": (told(FREEZE, "I"), [("freeze", 1.0, "osc")], ""),
    "bang to panic": (told(PANIC, "I"), [("panic",)], ""),
    "bang to a value": (told(T, "I"), [], f"{NUMBER} an impulse"),
    "nil to panic": (told(PANIC, "N"), [], f"{PANIC} takes one number; it got nil"),
    "no type tag": (filled(PANIC.encode()), [("panic",)], ""),
    "sender id behind": (told(T, "fs", FLOAT + b"me\0\0"), [], f"{NUMBER} 0.6 and 'me'; send it"),
    "sender id before": (told(T, "sf", b"me\0\0" + FLOAT), [], f"{NUMBER} 'me' and 0.6; send it"),
    "char before": (told(T, "cf", bytes(3) + b"A" + FLOAT), [], f"{NUMBER} 'A' and 0.6"),
    "char alone": (told(T, "c", bytes(3) + b"A"), [], f"{NUMBER} 'A'"),
    "colour before": (told(T, "rf", b"\1\2\3\4" + FLOAT), [], f"{NUMBER} 16909060 and 0.6"),
    "colour alone": (told(T, "r", b"\1\2\3\4"), [], f"{NUMBER} 16909060"),
    "timetag before": (told(T, "tf", bytes(7) + b"\1" + FLOAT), [], f"{NUMBER} 1 and 0.6"),
    "timetag alone": (told(T, "t", bytes(7) + b"\1"), [], f"{NUMBER} 1"),
    "MIDI before": (told(T, "mf", b"\0\x90\x3c\x40" + FLOAT), [], f"{NUMBER} (0, 144, 60, 64)"),
    "symbol": (told(KEY, "S", b"D\0\0\0"), [("key", 2.0, "osc")], ""),
    "lower case": (told(KEY, "s", b"d\0\0\0"), [], f"{NOTE} 'd'"),
    "key and scale": (told(KEY, "s", b"A minor\0"), [], f"{NOTE} 'A minor'"),
    "Latin-1": (told(KEY, "s", b"caf\xe9" + bytes(4)), [], f"a message to {KEY} has text that is"),
    "array": (told(T, "[f]", FLOAT), [], f"{NUMBER} an array of 1"),
    "blob": (told(T, "b", b"\0\0\0\4abcd"), [], f"{NUMBER} a blob of 4 bytes"),
    "not a number": (told(T, "f", b"\x7f\xc0\0\0"), [], f"{NUMBER} nan"),
    "infinite": (told(T, "d", struct.pack(">d", float("inf"))), [], f"{NUMBER} inf"),
    "bundle": (
        bundle(1, [GOOD, bundle(2, [told("/livesyn/latent/0", "f", FLOAT)])]),
        [*SET, ("steer_0", pytest.approx(0.6), "osc")],
        "",
    ),
    "bundle, twice the same": (bundle(1, [told(T, "f", bytes(4)), GOOD]), SET, ""),
    "bundle of an hour ahead": (bundle(timetag(4e9), [GOOD]), SET, ""),
    "bundle, unknown type": (
        bundle(1, [told("/livesyn/param/gate", "q"), GOOD]),
        SET,
        "a message to /livesyn/param/gate has a type tag 'q'",
    ),
    "bundle, unknown address": (
        bundle(1, [told("/other", "i", bytes(4)), GOOD]),
        SET,
        "nothing listens at /other",
    ),
    "bundle, Latin-1": (
        bundle(1, [told("/name", "s", b"caf\xe9" + bytes(4)), GOOD]),
        SET,
        "a message to /name has text that is not UTF-8",
    ),
    "pattern": (told("/livesyn/latent/*", "f", FLOAT), [], "/livesyn/latent/* is a pattern"),
    "alternatives": (told("/livesyn/param/{gate,accent}", "f", FLOAT), [], "/livesyn/param/{gate"),
    "slash behind": (told(f"{T}/", "f", FLOAT), [], f"nothing listens at {T}/; did you mean {T}?"),
    "capitals": (told(T.title(), "f", FLOAT), [], f"nothing listens at {T.title()}; did you"),
    "TouchOSC's touch": (told(f"{T}/z", "f", FLOAT), [], f"nothing listens at {T}/z; did you"),
    "not filled up": (filled(T.encode()) + b",f\0" + FLOAT, [], f"a message to {T} is 35 bytes"),
    "SLIP": (b"\xc0" + GOOD + b"\xc0", [], "a packet that is framed with SLIP"),
    "length": (struct.pack(">i", len(GOOD)) + GOOD, [], "a packet that begins with its length"),
    "empty": (b"", [], "a packet that is empty"),
    "long text": (told(T, "s", filled(b"x" * 60_000)), [], f"{NUMBER} 'xxx"),
    "bytes behind": (GOOD + bytes(4), [], f"a message to {T} has 4 bytes more"),
    "a double called float": (told(T, "f", struct.pack(">d", 0.5)), [], f"a message to {T} has 4"),
    "a float called double": (told(T, "d", FLOAT), [], f"a message to {T} has less bytes"),
    "text called float": (told(T, "f", b"0.7\0more"), [], f"a message to {T} has 4 bytes more"),
    "button let go": (told("/livesyn/transport/stop", "f", bytes(4)), [], ""),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_packets_are_obeyed_or_refused_in_words(name: str) -> None:
    packet, asked, words = ODD[name]
    show = MemoryShow()
    said: list[str] = []
    control = OscControl(show, say=said.append)
    for _ in range(2):
        control.hear(packet, "127.0.0.1")
    assert show.asked == asked * 2
    assert len(said) == bool(words) and all(len(line) < 320 for line in said)
    assert not words or said[0].startswith(f"{WHO} {words}"), said
    counts = control.counts()
    assert counts.pop("received") == 2 and sum(counts.values()) == 2 * bool(words)


def test_a_flood_from_everywhere_is_said_in_few_lines_and_not_kept() -> None:
    clock = ManualClock()
    said: list[str] = []
    control = OscControl(MemoryShow(), say=said.append, clock=clock)
    for index in range(20_000):
        sender = str(ipaddress.ip_address(0x0A000000 + index))
        control.hear(GOOD, sender)
        control.hear(told(f"/{index}", "f", FLOAT), "127.0.0.1")
        clock.advance(0.0002)
    assert control.refused == control.unknown == 20_000
    assert len(said) == 2 * (NAMED + 1)
    control.hear(told(T, "s", b"0.7\0"), "127.0.0.1")
    assert "a number as text" in said[-1], "and other kinds are still named"
    assert control.total() == (
        "OSC messages that were refused: 20,000 from senders not on the allow-list, 20,000 to"
        " addresses where nothing listens, 1 with the wrong arguments"
    )


def test_an_order_that_fails_is_said_and_the_next_one_obeyed() -> None:
    show = MemoryShow()
    said: list[str] = []

    def fail(origin: str = "") -> None:
        raise RuntimeError("the sink is broken")

    show.panic = fail  # type: ignore[method-assign]
    control = OscControl(show, say=said.append)
    control.hear(bundle(1, [message(PANIC), GOOD]), "127.0.0.1")
    assert show.asked == SET and control.malformed == 1
    assert said == [f"{WHO} {PANIC} could not be obeyed (RuntimeError: the sink is broken)"]


# Who may.


def test_a_sender_who_is_not_allowed_is_refused_and_counted() -> None:
    desk = Desk(allow=("192.168.1.0/24",))
    desk.client.send_message("/livesyn/panic", [])
    wait(lambda: desk.control.refused)
    assert desk.show.asked == [] and desk.control.received == 0
    assert (
        desk.control.reason
        == f"{WHO} not on the allow-list (192.168.1.0/24); start with --osc-allow 127.0.0.1 if it"
        " belongs to the show"
    )
    desk.close()


@pytest.mark.parametrize(
    ("sender", "admitted"),
    [
        ("192.168.1.20", True),
        ("192.168.2.20", False),
        ("10.0.0.7", True),
        ("10.0.0.8", False),
        ("::1", True),
        ("::ffff:10.0.0.7", True),
        ("fe80::1%eth0", False),
        ("::ffff:192.168.2.20", False),
    ],
)
def test_networks_single_addresses_and_mapped_ones(sender: str, admitted: bool) -> None:
    control = OscControl(MemoryShow(), allow=("192.168.1.0/24", "10.0.0.7", "::1"))
    control.hear(message("/livesyn/panic"), sender)
    assert (control.received, control.refused) == (admitted, not admitted)


@pytest.mark.parametrize("allowed", ["everybody", "192.168.1.300", "192.168.1.1/24"])
def test_an_allow_list_that_is_none_is_a_config_error(allowed: str) -> None:
    with pytest.raises(
        ConfigError,
        match="takes addresses like 192.168.1.20 and networks like 192.168.1.0/24: .*"
        + allowed.split("/")[0],
    ):
        OscControl(MemoryShow(), allow=(allowed,))


# The port.


def test_a_port_in_use_is_refused_with_a_way_out(desk: Desk) -> None:
    second = OscControl(MemoryShow(), port=desk.control.port)
    with pytest.raises(
        DeviceError, match=f"OSC port {desk.control.port} is in use by another program .*--osc-in"
    ):
        second.open()
    second.close()
    assert desk.obeyed("/livesyn/panic") == [("panic",)]


def test_an_address_that_is_not_this_machine_is_refused() -> None:
    control = OscControl(MemoryShow(), host="192.0.2.1", port=0)
    with pytest.raises(
        DeviceError, match="OSC cannot listen on 192.0.2.1:0 .*use an address of this machine"
    ):
        control.open()
    control.close()


def test_closed_it_lets_go_of_the_port_and_can_be_opened_again(desk: Desk) -> None:
    port = desk.control.port
    desk.control.close()
    desk.control.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", port))
    desk.control.open()
    assert desk.control.port == port
    assert desk.obeyed("/livesyn/panic") == [("panic",)]

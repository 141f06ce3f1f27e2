"""OSC in over loopback, sent by python-osc: every parameter, the transport, the buttons, and
whatever else may come.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_message_builder import build_msg
from pythonosc.udp_client import SimpleUDPClient

from livesyn.base import params
from livesyn.base.addresses import Target
from livesyn.base.clock import ManualClock, SystemClock
from livesyn.base.errors import ConfigError, DeviceError
from livesyn.player.core import Player
from livesyn.player.osc_control import ADDRESSES, HINTED_ADDRESSES, OscControl, _routes
from livesyn.player.state import ShowState
from livesyn.sinks.osc import OscOut
from livesyn.sinks.osc_packets import bundle, message, timetag

PATIENCE_S = 5.0
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

    def set_param(self, name: str, value: float, origin: str = "") -> float | None:
        self.values[name] = params.BY_NAME[name].clamp(value)
        self.asked.append((name, value, origin))
        return self.values[name]

    def params(self) -> dict[str, float]:
        return dict(self.values)

    def transport(self, do: str, value: float | None = None, origin: str = "") -> bool:
        self.asked.append((do, value))
        return True

    def panic(self, origin: str = "") -> None:
        self.asked.append(("panic",))


class Desk:
    """A show, its OSC input, and someone who sends. Loopback keeps the order, so a message that is
    known to have been obeyed tells that those before it have been.
    """

    def __init__(self, **options: object) -> None:
        self.show = MemoryShow()
        self.control = OscControl(self.show, port=0, **options)
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
    assert desk.obeyed("/livesyn/transport/tempo", 140) == [("tempo", 140.0)]
    assert desk.obeyed("/livesyn/transport/nudge", -12.5) == [("nudge", -12.5)]
    assert desk.obeyed("/livesyn/transport/tempo") == []
    assert (
        desk.control.ignored == 1
        and desk.control.reason == "/livesyn/transport/tempo takes one number; it got nothing"
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
    assert desk.flush() == [("tempo", 90.0, "osc"), ("panic",)]


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
    assert desk.control.reason.startswith(f"{address} takes one number")
    assert "; it got " in desk.control.reason and len(desk.control.reason) < 300


def test_a_choice_that_is_not_there_is_told_what_there_is(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/param/scale", "lydian") == []
    assert (
        desk.control.reason
        == f"/livesyn/param/scale takes one number or one of {', '.join(params.SCALES)}; it got"
        " 'lydian'"
    )


@pytest.mark.parametrize("values", [(float("nan"),), ("stop",), (1, 1)])
def test_a_button_pressed_with_nonsense_is_not_obeyed(desk: Desk, values: tuple) -> None:
    assert desk.obeyed("/livesyn/transport/stop", *values) == []
    assert desk.control.ignored == 1


def test_an_unknown_address_is_counted_and_the_nearest_named(desk: Desk) -> None:
    assert desk.obeyed("/livesyn/param/tmpo", 90) == []
    assert (
        desk.control.reason
        == "nothing listens at OSC address /livesyn/param/tmpo; did you mean /livesyn/param/tempo?"
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
    for index in range(HINTED_ADDRESSES + 20):
        desk.client.send_message(f"/nobody/{index}", 1)
        if index % 20 == 0:
            desk.flush()  # no more in the socket than it holds
    desk.flush()
    assert desk.control.unknown == HINTED_ADDRESSES + 20
    assert len(desk.control._hinted) == HINTED_ADDRESSES


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
    assert desk.control.malformed == 1 and desk.control.reason.startswith(
        "a packet from 127.0.0.1 is not OSC: "
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
    assert desk.flush() == []
    assert desk.control.malformed == 3 and desk.control.reason.endswith(
        f"a part of a bundle is {size} bytes long"
    )


def test_a_float_whose_last_zeros_are_left_out_is_read(desk: Desk) -> None:
    """As Reaktor sends it."""
    desk.client._sock.sendto(
        message("/livesyn/param/tempo", 96.0)[:-2], ("127.0.0.1", desk.control.port)
    )
    assert desk.flush() == [("tempo", 96.0, "osc")]


def test_odd_arguments_by_the_hundred_stay_out_of_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        desk.client._sock.sendto(
            b"/livesyn/param/tempo\0\0\0\0,I\0\0", ("127.0.0.1", desk.control.port)
        )
        desk.flush()
    assert desk.control.ignored == 100 and caplog.records == []


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.composite(mangled)()))
def test_nothing_that_comes_in_raises(packet: bytes) -> None:
    show = MemoryShow()
    control = OscControl(show)
    routes = _routes(control)
    assert routes.call_handlers_for_packet(packet, ("127.0.0.1", 5000)) == []
    assert control.received == 1
    assert all(row.low <= show.values[row.name] <= row.high for row in params.TABLE)


def test_a_thousand_bundles_in_each_other_are_refused(desk: Desk) -> None:
    packet = message("/livesyn/panic")
    while len(packet) < 60_000:
        packet = bundle(1, [packet])
    desk.client._sock.sendto(packet, ("127.0.0.1", desk.control.port))
    assert desk.flush() == []
    assert desk.control.malformed == 1


# Who may.


def test_a_sender_who_is_not_allowed_is_refused_and_counted() -> None:
    desk = Desk(allow=("192.168.1.0/24",))
    desk.client.send_message("/livesyn/panic", [])
    wait(lambda: desk.control.refused)
    assert desk.show.asked == [] and desk.control.received == 0
    assert (
        desk.control.reason
        == "OSC from 127.0.0.1 is not listened to; add it to the allow-list if it belongs to the"
        " show"
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
    assert control._admits(sender) is admitted
    assert control.refused == (not admitted)


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

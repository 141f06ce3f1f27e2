"""A control is learnt over a real JACK server, moves its parameter, and its lights are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from livesyn.base.clock import SystemClock
from livesyn.config.sections import VIRTUAL
from livesyn.control.mapping import MapRow
from livesyn.player.control_port import ControlPort
from livesyn.player.midi_control import MidiControl
from tests.live.jack_server import JackReceiver, JackServer, needs_jack, wait_for
from tests.live.test_midi_in_jack import JackSender
from tests.player.test_midi_control import Show

pytestmark = [pytest.mark.live, needs_jack, pytest.mark.usefixtures("midi_library")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    with JackServer(monkeypatch) as server:
        yield server


def test_a_knob_is_learnt_moves_its_parameter_and_a_flood_ends_at_its_last_value(
    server: JackServer,
) -> None:
    show, clock, said = Show(), SystemClock(), list[str]()
    control = MidiControl(show, clock, None, lambda message: None, said.append)
    port = ControlPort(VIRTUAL, 0, clock, control.hear_only, said.append, feedback=True)
    port.open(required=True)
    try:
        with JackSender("nano") as nano, JackReceiver("lights") as lights:
            server.connect(nano.name, "livesyn control:livesyn control")
            server.connect("livesyn control out:livesyn control out", lights.name)
            control.learn("steer_0")
            nano(*(bytes((0xB2, number, value)) for value in range(40, 60) for number in (20, 52)))
            wait_for(lambda: control.rows, "the row")
            assert control.rows is not None
            assert control.rows[-1] == MapRow("cc14 20", "steer_0", 3)
            nano(*(bytes((0xB2, 20 + 32 * (i % 2), i // 2 % 128)) for i in range(8000)))
            nano(b"\xb2\x14\x20", b"\xb2\x34\x00")  # a quarter of the way
            wait_for(lambda: show.values["steer_0"] == -1.5, "the last value")
            assert show.origins["steer_0"] == "midi"
            port.show([("", b"\xb2\x14\x40")])
            wait_for(lambda: b"\xb2\x14\x40" in lights.heard, "the light")
    finally:
        port.close()
    assert said == []

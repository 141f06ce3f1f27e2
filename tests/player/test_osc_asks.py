"""OSC in asks ("?") and steps ("+", "-") the parameters, over loopback and in bursts."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_message_builder import build_msg

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.osc_addresses import SET_BY
from livesyn.player.core import Player
from livesyn.player.osc_control import OscControl
from livesyn.player.osc_decoder import Message, decode
from livesyn.player.state import ShowState
from livesyn.sinks.osc_packets import bundle

HERE = "127.0.0.1"
PATIENCE_S = 5.0


class Rig:
    """A show, and OSC in: `answers` to who asked, `reported` what all others are told."""

    def __init__(self) -> None:
        clock = ManualClock(10.0)
        self.player = Player((), clock)
        self.state = ShowState(self.player, clock)
        self.answers: list[bytes] = []
        self.reported: list[str] = []
        self.said: list[str] = []
        self.control = OscControl(
            self.state,
            port=0,
            clock=clock,
            say=self.said.append,
            report=self.reported.append,
            playing=lambda: self.player.show.playing,
        )

    def hear(self, address: str, *values: Any) -> None:
        self.control.hear(build_msg(address, list(values)).dgram, HERE, self.answers.append)

    def answer(self, address: str) -> tuple[str, Any]:
        """Address and value of the one answer to a question."""
        self.answers.clear()
        self.hear(address, "?")
        (packet,) = self.answers
        (message,) = decode(packet)
        assert isinstance(message, Message)
        return message.address, message.values[0]


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.parametrize("address", sorted(SET_BY))
def test_what_can_be_set_can_be_asked_where_it_is_set(rig: Rig, address: str) -> None:
    row = params.BY_NAME[SET_BY[address]]
    assert rig.answer(address) == (address, pytest.approx(row.default))
    rig.hear(address, float(row.high))
    assert rig.answer(address) == (address, pytest.approx(row.high))
    assert rig.reported == [address, address]  # and the others are told too


def test_whether_it_plays_can_be_asked(rig: Rig) -> None:
    assert rig.answer("/livesyn/transport/play") == ("/livesyn/transport/play", 0)
    rig.player.play()
    rig.player.step(10.0)
    assert rig.answer("/livesyn/transport/play") == ("/livesyn/transport/play", 1)
    assert not rig.player._commands, "a question presses nothing"


def test_who_asks_over_udp_is_answered_where_it_sent_from(rig: Rig) -> None:
    rig.control.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind((HERE, 0))
        asker.settimeout(PATIENCE_S)
        asker.sendto(build_msg("/livesyn/param/tempo", ["?"]).dgram, (HERE, rig.control.port))
        packet, sender = asker.recvfrom(1024)
    assert sender == (HERE, rig.control.port)
    assert list(decode(packet)) == [Message("/livesyn/param/tempo", "f", (110.0,))]
    rig.control.close()


def test_a_number_steps_and_stops_at_its_ends(rig: Rig) -> None:
    steps = (("tempo", 1.0), ("octave", 1.0), ("temperature", 0.01), ("swing", 0.005))
    for name, size in steps:
        row = params.BY_NAME[name]
        rig.hear(row.address, "+")
        assert rig.state.params()[name] == pytest.approx(row.default + size)
        rig.hear(row.address, "-")
        rig.hear(row.address, "-")
        assert rig.state.params()[name] == pytest.approx(max(row.low, row.default - size))
        rig.hear(row.address, float(row.high))
        rig.hear(row.address, "+")
        assert rig.state.params()[name] == row.high


def test_choices_go_round_so_that_one_button_goes_through_all(rig: Rig) -> None:
    seen = []
    for _ in params.SCALES:
        rig.hear("/livesyn/param/scale", "+")
        seen.append(params.SCALES[int(rig.state.params()["scale"])])
    assert seen == [*params.SCALES[1:], params.SCALES[0]]
    rig.hear("/livesyn/param/scale", "-")
    assert rig.state.params()["scale"] == len(params.SCALES) - 1
    for held in (1.0, 0.0):
        rig.hear("/livesyn/freeze", "+")
        assert rig.state.params()["freeze"] == held


def test_a_difference_may_be_given_and_choices_named(rig: Rig) -> None:
    rig.hear("/livesyn/transport/tempo", "+", 5.5)
    assert rig.state.params()["tempo"] == 115.5
    rig.hear("/livesyn/transport/tempo", "-", 10)
    assert rig.state.params()["tempo"] == 105.5
    rig.hear("/livesyn/param/scale", "blues")
    rig.hear("/livesyn/param/freeze", "on")
    assert rig.state.params()["scale"] == params.SCALES.index("blues")
    assert rig.state.params()["freeze"] == 1


def test_steps_that_come_together_are_all_taken_after_what_came_before(rig: Rig) -> None:
    parts = [build_msg("/livesyn/param/octave", [v]).dgram for v in (-2.0, "+", "+", "+")]
    rig.control.hear(bundle(1, parts), HERE)
    assert rig.state.params()["octave"] == 1


@pytest.mark.parametrize(
    "values",
    [("??",), ("?", 1.0), ("+", "x"), ("+", float("nan")), ("+", 1.0, 2.0), ("++",), ("?", "?")],
)
def test_what_is_no_question_and_no_step_is_refused(rig: Rig, values: tuple[Any, ...]) -> None:
    rig.hear("/livesyn/param/tempo", *values)
    assert rig.state.params()["tempo"] == 110 and not rig.answers
    assert rig.control.ignored == 1 and len(rig.said) == 1


@settings(max_examples=300)
@given(
    st.sampled_from(params.TABLE),
    st.lists(st.one_of(st.sampled_from(["+", "-", "?"]), st.floats(width=32)), max_size=20),
)
def test_however_it_is_stepped_a_value_stays_legal(row: params.Param, doings: list[Any]) -> None:
    rig = Rig()
    value = row.default
    for doing in doings:
        rig.hear(row.address, doing)
        if doing in ("+", "-"):
            value = row.stepped(value, 1 if doing == "+" else -1)
        elif doing != "?" and doing == doing and abs(doing) != float("inf"):
            value = row.clamp(doing)
        assert row.clamp(rig.state.params()[row.name]) == rig.state.params()[row.name]
        assert rig.state.params()[row.name] == pytest.approx(value)


@pytest.mark.parametrize("row", params.TABLE, ids=lambda row: row.name)
def test_every_row_has_a_step_that_goes_about_a_hundred_times_into_its_range(
    row: params.Param,
) -> None:
    if row.integer:
        assert row.step_size == 1
    elif row.step is None:
        assert 100 <= (row.high - row.low) / row.step_size * (1 + 1e-9) < 251
        assert f"{row.step_size:e}"[0] in "125"

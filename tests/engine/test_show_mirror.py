"""What the engine knows of parameters that wait, and of those that modulation moves."""

from __future__ import annotations

import pytest

from livesyn.base import params
from livesyn.control.modulation import EMPTY, Row
from livesyn.control.quantise import Waiting
from livesyn.ipc import messages
from livesyn.ipc.messages import ChangesWaiting, ModulationChange, Moved, ParamChange, Welcome
from livesyn.player.movement import Movement
from tests.engine.context import Page

ROW = Row("saw up", "4 bars", 0.0, "temperature", 0.25, "one-way")
LATE = Waiting("octave", 2.0, 8.0, "osc", 0.0)


def page() -> Page:
    sent: list[messages.Message] = []
    made = Page(sent.append)
    made.sent = sent
    line = messages.Timeline(0.0, 0.0, 120.0)
    made.apply(Welcome(messages.VERSION, line, params.defaults(), True, 0, (ROW,), (LATE,), 3))
    return made


def test_a_bar_is_made_with_what_holds_on_its_line():
    show = page().show
    assert [show.params_of(bar)["octave"] for bar in (0, 1, 2, 3)] == [0, 0, 2, 2]
    steps = [show.params_of(bar)["temperature"] for bar in range(5)]
    assert steps == pytest.approx([0.5 + 1.95 * 0.25 * (bar % 4) / 4 for bar in range(5)])
    assert show.params["octave"] == 0 and show.params["temperature"] == 0.5


def test_the_player_would_have_said_the_same():
    """Two machines, one beat, one value."""
    rows = (Row("random", "1/4", 0.0, "kick", 1.0), Row("low", target="kick", depth=0.3), ROW)
    engine = Page()
    line = messages.Timeline(0.0, 0.0, 120.0)
    engine.apply(Welcome(messages.VERSION, line, params.defaults(), True, 0, rows, (LATE,), 3))
    engine.apply(Moved({}, {"low": 0.7}))
    player = Movement(params.defaults(), rows, (LATE,), 3)
    player.hear({"low": 0.7})
    for bar in range(40):
        assert engine.show.params_of(bar) == player.course.at(bar * 4.0)


def test_what_is_moved_is_seen_now_and_its_own_value_kept():
    seen: list[tuple[str, float]] = []
    made = page()
    made.show.on_param = lambda name, value: seen.append((name, value))
    made.show.changed.clear()
    made.apply(Moved({"visual_speed": 2.0, "nonsense": 1.0}, {}))
    assert made.show.params["visual_speed"] == 2.0 and seen == [("visual_speed", 2.0)]
    assert not made.show.changed.is_set()  # no schedule hangs on it
    made.apply(ParamChange("visual_speed", 0.5, origin="osc", asked_s=0.0))
    assert made.show.params["visual_speed"] == 2.0
    shown = made.view.snapshot()
    assert shown["params"]["visual_speed"] == 0.5 and shown["moved"] == {"visual_speed": 2.0}
    made.apply(Moved({}, {}))
    assert made.show.params["visual_speed"] == 0.5 and seen[-1] == ("visual_speed", 0.5)


def test_the_page_sees_the_matrix_and_what_waits_and_sets_a_field():
    made = page()
    made.apply(ModulationChange(16, Row(target="kick"), origin="osc", asked_s=0.0))
    made.apply(ChangesWaiting((LATE, Waiting("glide", 3.0, 4.0, "page", 0.0))))
    shown = made.view.snapshot()
    assert len(shown["modulation"]) == len(EMPTY) and shown["modulation"][15]["target"] == "kick"
    assert shown["modulation"][0]["source"] == "saw up"
    assert shown["waiting"][1] == {"name": "glide", "value": 3.0, "beat": 4.0}
    made.view.set_modulation(2, "depth", -0.5)
    asked = made.sent[-1]
    assert (asked.row, asked.field, asked.value, asked.origin) == (2, "depth", -0.5, "page")

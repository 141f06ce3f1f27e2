"""Crossfades of parameters, and what a course makes of them; names and the place in a set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control.fade import Fade, part_of
from livesyn.control.modulation import EMPTY, Course, Row
from livesyn.control.quantise import Waiting
from livesyn.control.scene import STORED, Cue, Place
from livesyn.control.scene_name import checked_name

VALUES = params.defaults() | {"swing": 0.0, "scale": 0.0, "tempo": 100.0, "velocity": 60.0}
ENDS = {"swing": 0.4, "scale": 2.0, "tempo": 120.0, "blackout": 1.0, "velocity": 101.0}


def course(beats: float = 8.0, *more: Fade, **given: object) -> Course:
    fade = Fade("verse", 16.0, beats, ENDS)
    return replace(Course(VALUES, fades=(fade, *more)), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("swing", {15.9: 0.0, 16.0: 0.0, 18.0: 0.1, 20.0: 0.2, 24.0: 0.4, 99.0: 0.4}),
        ("scale", {16.0: 0.0, 19.9: 0.0, 20.0: 2.0, 24.0: 2.0}),  # a choice, in the middle
        ("tempo", {16.0: 100.0, 16.9: 100.0, 18.0: 105.0, 18.5: 105.0, 24.0: 120.0}),
        ("blackout", {15.9: 0.0, 16.0: 1.0}),  # set by hand alone: at once
        ("velocity", {16.0: 60.0, 20.0: 80.0, 24.0: 101.0}),  # whole
    ],
)
def test_on_any_beat_it_is_known_what_a_parameter_is(name: str, values: dict[float, float]) -> None:
    for beat, value in values.items():
        assert course().own(name, beat) == pytest.approx(value), beat
        assert course().at(beat)[name] == pytest.approx(value), beat
    assert course(0.0).own(name, 15.9) == VALUES[name]
    assert course(0.0).own(name, 16.0) == ENDS[name], "without a length, on its line"


def test_a_hand_on_its_line_or_later_wins_and_one_before_is_where_it_begins() -> None:
    def waiting(beat: float) -> tuple[Waiting, ...]:
        return (Waiting("swing", 0.2, beat, "osc", 0.0),)

    assert course(waiting=waiting(12.0)).own("swing", 20.0) == pytest.approx(0.3)
    assert course(waiting=waiting(20.0)).own("swing", 18.0) == pytest.approx(0.1)
    assert course(waiting=waiting(20.0)).own("swing", 22.0) == pytest.approx(0.2)
    assert course(waiting=waiting(16.0)).own("swing", 16.0) == pytest.approx(0.2)


def test_the_next_crossfade_goes_from_where_the_first_is_and_takes_its_ends_with_it() -> None:
    begun = Fade("verse", 16.0, 8.0, ENDS).begin(VALUES, None)
    second = Fade("chorus", 20.0, 4.0, {"swing": 0.0})
    both = Course(VALUES, fades=(begun, second))
    assert both.own("swing", 20.0) == pytest.approx(0.2)
    assert both.own("tempo", 22.0) == pytest.approx(115.0), "the first goes on meanwhile"
    taken = second.begin({**VALUES, "swing": 0.2, "tempo": 110.0}, begun)
    assert taken.ends == {**ENDS, "swing": 0.0}
    assert taken.value("swing", 22.0, 0.2) == pytest.approx(0.1)
    assert taken.value("tempo", 22.0, 110.0) == pytest.approx(115.0)


def test_the_matrix_of_a_scene_is_its_own_from_its_line_on() -> None:
    rows = (Row("square", "16 bars", target="radius", depth=0.5), *EMPTY[1:])
    moved = course(next_rows=rows)
    assert moved.value("radius", 15.0) == 1.0 and moved.value("radius", 16.0) > 1.0
    assert moved.rows_on(15.0) == EMPTY and moved.rows_on(16.0) == rows


@given(st.floats(0, 1e5), st.floats(0, 300), st.floats(0, 64))
def test_a_way_is_gone_from_0_to_1_and_never_back(first: float, after: float, beats: float) -> None:
    parts = [part_of(first + after * step / 8, first, beats) for step in range(9)]
    assert all(0 <= part <= 1 for part in parts) and parts == sorted(parts)
    assert part_of(first + beats, first, beats) == 1


def test_a_line_of_another_run_of_the_transport_has_fallen() -> None:
    fade = Fade("verse", 400.0, 4.0, ENDS)
    assert fade.is_over(3.0) and fade.has_come(3.0) and fade.is_over(None)
    assert not fade.is_over(399.0) and not fade.has_come(399.0)


def test_a_hand_takes_a_parameter_out() -> None:
    fade = Fade("verse", 16.0, 8.0, ENDS).begin(VALUES, None).without("swing")
    assert fade.value("swing", 20.0, 0.7) == 0.7 and fade.value("scale", 20.0, 0.0) == 2.0


@pytest.mark.parametrize("name", ["A", "verse 2", "Übergang", "1.b", "a_b-c+d", "é" * 40])
def test_names(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", " a", "a ", "a.", ".a", "../a", "a/b", "a\\b", "a\0", "a\n", "live", "set"),
        *("con", "NUL.x", "a" * 41, "x.toml", "x.latent", "a:b", "🎹"),
    ],
)
def test_no_names(name: str) -> None:
    with pytest.raises(ConfigError, match="no scene is called"):
        checked_name(name)


def test_what_is_stored_leaves_out_what_belongs_to_the_desk() -> None:
    assert {"tempo", "swing", "steer_0", "period"} <= set(STORED)
    held = {"flash_limit", "blackout", "freeze", "midi_offset", "commit_ahead", "quantise", "morph"}
    assert not held.intersection(STORED)


def test_a_set_goes_on_where_it_is() -> None:
    place = Place((Cue("a"), Cue("b"), Cue("a"), Cue("c")))
    assert place.step(-1) is None and place.step(1) == Cue("a") and place.index == 0
    place.went_to("c")
    assert place.step(1) is None and place.index == 3 and place.step(-1) == Cue("a")
    place.went_to("a")
    assert place.index == 0, "the next that has it, round the end"
    place.went_to("nowhere")
    assert place.index == 0
    place.replace((Cue("x"), Cue("a")))
    assert place.index == 1, "the same scene"
    place.replace((Cue("x"),))
    assert place.index == -1

"""Laws of the timeline, and the tap tempo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.errors import ConfigError
from livesyn.transport.timeline import Taps, Timeline, bar_of

beats = st.floats(-1e5, 1e5)
times_s = st.floats(0, 1e6)
bpms = st.floats(20, 300)
timelines = st.builds(Timeline, beats, times_s, bpms)


@given(timelines, times_s)
def test_time_of_beat_at_is_the_time(timeline, time_s):
    assert timeline.time_of(timeline.beat_at(time_s)) == pytest.approx(time_s, abs=1e-6)


@given(timelines, beats)
def test_beat_at_time_of_is_the_beat(timeline, beat):
    assert timeline.beat_at(timeline.time_of(beat)) == pytest.approx(beat, abs=1e-6)


@given(timelines, bpms, times_s)
def test_a_new_tempo_is_continuous_and_rules_from_then_on(timeline, bpm, now_s):
    faster = timeline.with_tempo(bpm, now_s)
    assert faster.beat_at(now_s) == timeline.beat_at(now_s)
    assert faster.beat_at(now_s + 60) - faster.beat_at(now_s) == pytest.approx(bpm, abs=1e-4)


@given(timelines, st.floats(-1, 1), beats)
def test_a_nudge_moves_every_beat(timeline, later_s, beat):
    assert timeline.nudged(later_s).time_of(beat) - timeline.time_of(beat) == pytest.approx(
        later_s, abs=1e-6
    )


@given(timelines, beats, st.floats(1e-3, 10))
def test_time_goes_forward(timeline, beat, more):
    assert timeline.time_of(beat + more) > timeline.time_of(beat)


@pytest.mark.parametrize("bpm", [0, -1, float("nan"), float("inf")])
def test_a_tempo_that_is_none_is_refused(bpm):
    with pytest.raises(ConfigError, match="tempo above 0"):
        Timeline(0, 0, bpm)


def test_repr_rebuilds_it():
    timeline = Timeline(1.5, 2.25, 110.0)
    assert eval(repr(timeline)) == timeline


def test_bars_are_four_beats():
    assert [bar_of(beat) for beat in (0, 3.99, 4, -0.1)] == [0, 0, 1, -1]


def tap(*times_s: float) -> Taps:
    taps = Taps()
    for time_s in times_s:
        taps = taps.tapped(time_s)
    return taps


def test_taps_give_the_median_tempo():
    assert tap(0).bpm is None
    assert tap(0, 0.5).bpm == 120
    # one clumsy tap does not matter
    assert tap(0, 0.5, 1.0, 1.7, 2.2, 2.7).bpm == pytest.approx(120)


def test_a_pause_begins_anew():
    assert tap(0, 0.5, 3.0).bpm is None
    assert tap(0, 0.5, 3.0, 4.0).bpm == 60


def test_only_the_last_taps_count():
    assert tap(*(n * 0.5 for n in range(20)), *(9.5 + n for n in range(1, 9))).bpm == pytest.approx(
        60
    )


def test_two_taps_at_once_are_one():
    assert tap(1, 1, 1.5).bpm == 120

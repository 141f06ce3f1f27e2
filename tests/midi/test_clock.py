"""Another's beats from its pulses."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.midi.clock import MidiClock
from livesyn.transport.pulse_lock import GONE_S
from livesyn.transport.timeline import Timeline

SHOW = Timeline(5.0, 100.0, 97.0)


def run(
    clock: MidiClock, pulses: int, bpm: float = 120.0, start_s: float = 10.0, jitter_s: float = 0.0
) -> float:
    """Pulses; the time at which the one after would come."""
    draw, step_s = random.Random(0), 60 / bpm / 24
    for index in range(pulses):
        clock.pulse(start_s + index * step_s + draw.uniform(0, jitter_s))
    return start_s + pulses * step_s


@given(st.floats(30, 300), st.integers(1, 400))
def test_after_a_start_the_first_pulse_is_beat_0(bpm, pulses):
    clock = MidiClock()
    clock.start()
    now_s = run(clock, pulses, bpm)
    beat = clock.timeline(now_s - 60 / bpm / 24, Timeline(0, 0, bpm)).beat_at(now_s)
    assert beat == pytest.approx(pulses / 24, abs=1e-3)


def test_pulses_as_jittery_as_a_period_of_jack_give_a_steady_beat():
    clock = MidiClock()
    clock.start()
    now_s = run(clock, 48, jitter_s=0.02)
    timeline = clock.timeline(now_s, SHOW)
    assert timeline.bpm == pytest.approx(120, abs=2.5)
    assert timeline.time_of(2.0) - now_s == pytest.approx(0.01, abs=0.01)


def test_a_tempo_that_changes_is_followed_within_a_beat():
    clock = MidiClock()
    clock.start()
    now_s = run(clock, 24, 120.0)
    now_s = run(clock, 24, 140.0, now_s)
    timeline = clock.timeline(now_s, SHOW)
    assert timeline.bpm == pytest.approx(140) and timeline.beat_at(now_s) == pytest.approx(2.0)


def test_without_a_clock_and_while_it_stands_the_shows_time_counts():
    clock = MidiClock()
    assert clock.timeline(10.0, SHOW) is SHOW
    clock.start()
    assert clock.timeline(10.0, SHOW) is SHOW, "nothing is known before the first pulse"
    now_s = run(clock, 36)
    assert clock.timeline(now_s, SHOW) is not SHOW
    assert clock.timeline(now_s + GONE_S, SHOW) is SHOW and not clock.runs(now_s + GONE_S)
    clock.stop()
    assert clock.timeline(now_s, SHOW) is SHOW


def test_stopped_pulses_count_no_beats_but_keep_the_tempo():
    clock = MidiClock()
    clock.start()
    now_s = run(clock, 36)
    clock.stop()
    now_s = run(clock, 50, start_s=now_s)
    clock.resume()
    timeline = clock.timeline(now_s, SHOW)
    assert timeline.beat_at(now_s) == pytest.approx(1.5) and timeline.bpm == pytest.approx(120)
    clock.stop()
    clock.start()
    assert clock.timeline(now_s, SHOW).beat_at(now_s) == pytest.approx(0)


def test_it_goes_on_where_the_song_position_says():
    clock = MidiClock()
    clock.stop()
    clock.locate(8.25)
    clock.resume()
    now_s = run(clock, 24, 90.0)
    assert clock.timeline(now_s, SHOW).beat_at(now_s) == pytest.approx(9.25)


def test_after_a_gap_it_counts_on_without_the_line_before():
    clock = MidiClock()
    clock.start()
    now_s = run(clock, 24, 120.0) + 30.0
    clock.pulse(now_s)
    timeline = clock.timeline(now_s, SHOW)
    assert timeline.beat_at(now_s) == pytest.approx(1.0) and timeline.bpm == pytest.approx(120)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_pulses_at_any_times_give_a_timeline(times_s):
    clock = MidiClock()
    for time_s in times_s:
        clock.pulse(time_s)
    assert 19 <= clock.timeline(times_s[-1], SHOW).bpm <= 307

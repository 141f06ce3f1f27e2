"""A clock's beats through jitter, stalls, losses and changes of tempo."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.transport.pulse_lock import FASTEST_BPM, SLOWEST_BPM, PulseLock

BPM = 124.0
PERIOD_S = 60 / BPM / 24
FRAME_S = 1 / 48000
AT = 24 * 12  # the pulse where something happens
SETTLED_S = 8 * 60 / BPM

Way = Callable[
    [int, float], float | None
]  # from a pulse's number and time to when it comes, if it does


def errors(way: Way, jitter_s: float = 0.0, beats: int = 48) -> tuple[PulseLock, float, float]:
    """The lock after so many beats at `BPM`, and once it had settled how far it was at most from
    the sender's beat (s) and tempo (bpm).
    """
    draw, lock = random.Random(1), PulseLock()
    came = (way(i, i * PERIOD_S + draw.uniform(-jitter_s, jitter_s)) for i in range(24 * beats))
    worst_s = worst_bpm = 0.0
    for time_s in sorted(time_s for time_s in came if time_s is not None):
        lock.pulse(time_s)
        if time_s > SETTLED_S:
            assert lock.bpm is not None and lock.period_s is not None
            pulse = lock.index + (time_s - lock.time_s) / lock.period_s
            worst_s = max(worst_s, abs(pulse * PERIOD_S - time_s))
            worst_bpm = max(worst_bpm, abs(lock.bpm - BPM))
    return lock, worst_s, worst_bpm


def cycles(frames: int) -> Way:
    """All that falls into one cycle of JACK has the time of its begin, here on the average."""
    cycle_s = frames * FRAME_S
    return lambda index, time_s: time_s - time_s % cycle_s + cycle_s / 2


@pytest.mark.parametrize(
    ("way", "jitter_s", "most_s", "most_bpm"),
    [
        (lambda index, time_s: time_s, 0.001, 0.0005, 0.05),
        (lambda index, time_s: time_s, 0.003, 0.0015, 0.15),
        (cycles(64), 0.001, 0.0005, 0.05),
        (cycles(256), 0.001, 0.001, 0.1),
        (cycles(1024), 0.0, 0.002, 0.15),
    ],
)
def test_jitter_hardly_counts(way: Way, jitter_s: float, most_s: float, most_bpm: float) -> None:
    lock, worst_s, worst_bpm = errors(way, jitter_s)
    assert lock.locked and worst_s < most_s and worst_bpm < most_bpm


@pytest.mark.parametrize("stall_s", [0.01, 0.03, 0.06, 0.1, 0.2])
def test_a_sender_that_stalls_and_catches_up_moves_nothing(stall_s: float) -> None:
    until_s = AT * PERIOD_S + stall_s
    lock, worst_s, worst_bpm = errors(
        lambda index, time_s: max(time_s, until_s) if index >= AT else time_s, 0.001
    )
    assert worst_s < 0.0005 and worst_bpm < 0.05 and lock.filled == 0
    assert lock.strays > 0 or stall_s < 0.02


@pytest.mark.parametrize("lost", [1, 2, 3, 5])
def test_lost_pulses_are_filled_up(lost: int) -> None:
    lock, worst_s, worst_bpm = errors(
        lambda index, time_s: None if AT <= index < AT + lost else time_s, 0.001
    )
    assert lock.filled == lost and worst_s < 0.0005 and worst_bpm < 0.05


def test_what_was_late_and_not_lost_is_not_counted_twice() -> None:
    lock, _, worst_bpm = errors(
        lambda index, time_s: time_s + PERIOD_S if AT <= index < AT + 8 else time_s, 0.001
    )
    assert lock.index == 24 * 48 - 1 and worst_bpm < 0.1
    assert lock.time_s == pytest.approx(lock.index * PERIOD_S, abs=0.001)


@pytest.mark.parametrize("late", [1, 3, 8])
def test_some_pulses_that_come_late_move_nothing(late: int) -> None:
    _, worst_s, worst_bpm = errors(
        lambda index, time_s: time_s + 0.01 if AT <= index < AT + late else time_s, 0.001
    )
    assert worst_s < 0.0005 and worst_bpm < 0.05


def test_a_phase_that_stays_another_is_taken_in() -> None:
    lock, _, _ = errors(lambda index, time_s: time_s + 0.01 * (index >= AT), 0.0)
    assert lock.time_s == pytest.approx(lock.index * PERIOD_S + 0.01, abs=1e-3)


@pytest.mark.parametrize(
    ("before", "after", "pulses"),
    [(120, 140, 20), (124, 126, 40), (124, 124.5, 40), (60, 180, 24), (180, 60, 24), (30, 290, 24)],
)
def test_a_new_tempo_is_found(before: float, after: float, pulses: int) -> None:
    lock, draw, time_s = PulseLock(), random.Random(2), 0.0
    for bpm, count in ((before, 240), (after, pulses)):
        for _ in range(count):
            lock.pulse(time_s + draw.uniform(-0.0005, 0.0005))
            time_s += 60 / bpm / 24
    assert lock.bpm == pytest.approx(after, rel=0.005)
    assert lock.period_s is not None
    assert lock.time_s + lock.period_s == pytest.approx(time_s, abs=0.002)
    assert lock.index == 239 + pulses, "no pulse was taken as lost"


@pytest.mark.parametrize("bpm", [999.0, 5000.0, 330.0])
def test_what_is_too_fast_is_not_followed(bpm: float) -> None:
    lock, _, _ = errors(lambda index, time_s: time_s, 0.0, beats=12)
    time_s, known = lock.time_s, lock.bpm
    for _ in range(200):
        time_s += 60 / bpm / 24
        lock.pulse(time_s)
    assert lock.wild and not lock.locked and not lock.is_alive(time_s)
    assert lock.bpm == pytest.approx(known, abs=0.5), "the tempo from before"
    for _ in range(48):
        time_s += PERIOD_S
        lock.pulse(time_s)
    assert lock.locked and lock.bpm == pytest.approx(BPM, abs=0.01)


@given(
    st.lists(
        st.one_of(st.floats(0, 0.002), st.floats(0, 0.2), st.floats(-0.1, 2), st.just(PERIOD_S)),
        min_size=1,
        max_size=200,
    )
)
@settings(max_examples=1000, deadline=None)
def test_pulses_at_any_times_leave_it_whole(steps_s: list[float]) -> None:
    lock, time_s = PulseLock(), 100.0
    for index, step_s in enumerate(steps_s):
        time_s += step_s
        lock.pulse(time_s)
        assert lock.index >= index
        assert lock.bpm is None or SLOWEST_BPM * 0.97 < lock.bpm < FASTEST_BPM * 1.03
        assert abs(lock.time_s - time_s) < 3.0

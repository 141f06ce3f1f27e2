"""Runs of the picture's mean, and for how long there were many."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.media.flash_runs import Frequent, Runs

STEP = 0.1


def counts(means: list[float], fps: float = 30.0, dark: float = 0.8) -> list[int]:
    """How many changes there were in the last second, at each picture."""
    runs, found = Runs(STEP, dark), []
    for n, mean in enumerate(means):
        runs.begin(n / fps)
        runs.take(np.full((8, 8), mean))
        found.append(runs.count)
    return found


def test_each_way_counts_once_however_many_pictures_it_takes() -> None:
    assert counts([0, 0, 0.04, 0.08, 0.12, 0.16, 0.5]) == [0, 0, 0, 0, 1, 1, 1]
    assert counts([0, 0.5, 0, 0.5]) == [0, 1, 2, 3]


def test_stairs_with_a_little_up_between_them_count_each_time() -> None:
    """No pixel turns by a step, and a detector for broadcast counts them all."""
    assert counts([0.7, 0.55, 0.6, 0.45, 0.5, 0.35, 0.4, 0.25])[-1] == 4


def test_what_takes_over_a_second_or_happens_where_it_is_light_is_no_change() -> None:
    assert not any(counts(np.linspace(0.1, 0.3, 90).tolist()))
    assert not any(counts([0.85, 1.0] * 10))
    assert counts([0.75, 1.0] * 3)[-1] == 5


def test_a_run_that_goes_on_counts_anew_after_a_second() -> None:
    means = np.linspace(0, 0.75, 75).tolist()  # 0.3 a second
    assert max(counts(means)) == 1 and counts(means)[-1] == 1


def test_what_changes_in_a_small_part_is_left_out() -> None:
    runs = Runs(STEP)
    for n in range(10):
        picture = np.zeros((10, 10))
        picture[:1] = n % 2
        runs.begin(n / 30)
        assert runs.allow(picture, 0)
        runs.take(picture)
    assert runs.count == 0


def test_allow_says_what_take_would_count() -> None:
    draw, runs = np.random.default_rng(0), Runs(STEP, 0.8)
    for n in range(400):
        value = np.full((4, 4), draw.uniform(0, 1))
        runs.begin(n / 30)
        before = runs.count
        allowed = runs.allow(value, before)
        runs.take(value)
        assert allowed == (runs.count == before)


def test_how_long_there_were_many() -> None:
    frequent = Frequent(4, 5.0)
    for n in range(300):  # ten seconds: many in the first three
        frequent.take(4 if n < 90 else 3, n / 30)
        if n == 89:
            assert frequent.seconds == pytest.approx(89 / 30)
    assert frequent.seconds == 0


def test_a_gap_of_minutes_is_no_time_of_flashes() -> None:
    frequent = Frequent(4, 5.0)
    frequent.take(5, 0.0)
    frequent.take(5, 600.0)
    assert frequent.seconds == 1.0

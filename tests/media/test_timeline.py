"""When frames are shown."""

from __future__ import annotations

import pytest

from livesyn.media.timeline import Timeline


def times(
    stamps: list[float | None],
    period_s: float = 0.1,
    told_s: float = 0.0,
    joined: bool = False,
    duration_s: float = 0.0,
) -> list[float]:
    timeline = Timeline(period_s, told_s, joined)
    return [timeline.place(stamp, duration_s)[0] for stamp in stamps]


@pytest.mark.parametrize("start_s", [0.0, -3.0, 95443.7, 1e9])
def test_the_first_frame_is_at_nought(start_s: float) -> None:
    assert times([start_s, start_s + 0.5, start_s + 0.6]) == pytest.approx([0, 0.5, 0.6], abs=1e-5)


def test_where_stamps_are_missing_the_period_counts() -> None:
    assert times([None, None, None]) == pytest.approx([0, 0.1, 0.2])
    assert times([5.0, None, None, 5.4]) == pytest.approx([0, 0.1, 0.2, 0.4])
    assert times([None, 5.0, 5.1]) == pytest.approx([0, 0.1, 0.2])
    assert times([None, None], duration_s=0.3) == pytest.approx([0, 0.3])


def test_streams_that_were_joined_follow_one_another() -> None:
    assert times([9.0, 9.1, 9.2, 0.0, 0.1, 0.2, 0.0, 0.1]) == pytest.approx(
        [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    )
    assert times([0, 0.1, 50000, 50000.1], joined=True) == pytest.approx([0, 0.1, 0.2, 0.3])


def test_a_still_hour_is_an_hour() -> None:
    assert times([0, 3600, 3601]) == pytest.approx([0, 3600, 3601])
    assert times([0, 3600, 3601], told_s=3602) == pytest.approx([0, 3600, 3601])


def test_a_damaged_stamp_does_not_hold_the_film_up() -> None:
    assert times([0, 0.1, 1e7, 1e7 + 0.1]) == pytest.approx([0, 0.1, 0.2, 0.3])
    assert times([0, 0.1, 500, 0.3], told_s=60) == pytest.approx([0, 0.1, 0.2, 0.3])


def test_jitter_does_not_go_back() -> None:
    assert times([0, 0.1, 0.2, 0.19, 0.3]) == pytest.approx([0, 0.1, 0.2, 0.2, 0.3])


def test_pts_that_go_back_more_often_than_dts_are_not_believed() -> None:
    """As FFmpeg gives H.264 in AVI."""
    timeline = Timeline(0.04)
    pairs = [(2, 4), (8, 6), (6, 8), (10, 10), (4, 12), (16, 14), (14, 16)]
    shown = [timeline.place(timeline.stamp(p / 50, d / 50), 0.02)[0] for p, d in pairs]
    assert shown == sorted(shown) and shown[-1] == pytest.approx(14 / 50)
    joined = Timeline(0.1)  # both go back where streams were joined
    assert [joined.stamp(p, d) for p, d in [(1, 1), (2, 2), (0, 0), (1, 1)]] == [1, 2, 0, 1]
    assert joined.stamp(None, 7.0) == 7.0 and joined.stamp(None, None) is None


def test_a_constant_rate_tells_what_is_missing_and_a_varying_one_does_not() -> None:
    def missing(stamps: list[float], duration_s: float = 0.1) -> int:
        timeline = Timeline(0.1)
        for stamp in stamps:
            timeline.place(stamp, duration_s)
        return timeline.missing

    steady = [n / 10 for n in range(100)]
    assert missing(steady) == 0
    assert missing(steady[:50] + steady[57:]) == 7
    assert missing(steady[:50] + steady[51:70] + steady[72:]) == 3
    assert missing(steady[:10] + steady[20:]) == 0
    timeline = Timeline(0.1)  # what the file itself lets stand is not missing
    for stamp in steady[:50] + steady[57:]:
        timeline.place(stamp, 0.8 if stamp == steady[49] else 0.1)
    assert timeline.missing == 0

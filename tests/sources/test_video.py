"""A video file: its own pace, its loop, its errors; and the pace by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.base.pace import Pace
from livesyn.sources.video import Video
from tests.films import film, level, streamed, with_a_hole
from tests.sources.conftest import FPS, FRAMES


def number_of(pixels: np.ndarray | None) -> int:
    """Which frame of the ramp this is."""
    assert pixels is not None
    return round(float(pixels[:, 40:].mean()) / 20)


def test_keeps_its_own_pace_and_loops(video: Path) -> None:
    clock = ManualClock(100.0)
    source = Video(video, clock)
    source.open()
    assert source.fps == FPS and source.length_s == pytest.approx(FRAMES / FPS)
    seen = [(number_of(source.read()), clock.now_s()) for _ in range(2 * FRAMES + 3)]
    assert [number for number, _ in seen] == [n % FRAMES for n in range(2 * FRAMES + 3)]
    assert [time_s for _, time_s in seen] == pytest.approx(
        [100 + n / FPS for n in range(2 * FRAMES + 3)]
    )


def test_what_falls_due_unseen_is_skipped(video: Path) -> None:
    clock = ManualClock()
    source = Video(video, clock)
    source.open()
    assert number_of(source.read()) == 0
    clock.advance(4.2 / FPS)
    assert number_of(source.read()) == 4
    assert number_of(source.read()) == 5


def test_without_loop_it_ends(video: Path) -> None:
    source = Video(video, ManualClock(), loop=False)
    source.open()
    assert [number_of(source.read()) for _ in range(FRAMES)] == list(range(FRAMES))
    assert source.read() is None


def test_red_stays_red(video: Path) -> None:
    source = Video(video, ManualClock())
    source.open()
    pixels = source.read()
    assert pixels is not None
    red, green, blue = pixels[:, :24].reshape(-1, 3).mean(0)
    assert red > 200 and green < 60 and blue < 60


def test_offline_every_frame_comes_with_its_time(video: Path) -> None:
    clock = ManualClock(5.0)
    frames = list(Video(video, clock).frames())
    assert [number_of(pixels) for _, pixels in frames] == list(range(FRAMES))
    assert [time_s for time_s, _ in frames] == pytest.approx([n / FPS for n in range(FRAMES)])
    assert clock.now_s() == 5.0


@pytest.mark.parametrize("name", ["noise.mp4", "words.txt", "words.mp4", "empty.avi", "cut.avi"])
def test_what_is_not_a_video_is_refused_in_words(name: str, video: Path, tmp_path: Path) -> None:
    content = {
        "noise.mp4": np.random.default_rng(1).bytes(5000),
        "words.txt": b"not a video\n" * 50,
        "words.mp4": b"not a video\n" * 50,
        "empty.avi": b"",
        "cut.avi": video.read_bytes()[:300],
    }[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(
        DataError, match=r"not a video that can be played|no pictures in it|is empty"
    ):
        Video(path, ManualClock()).open()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp4", tmp_path):
        with pytest.raises(DataError, match="there is no video"):
            Video(path, ManualClock()).open()


def test_a_frame_that_stands_long_comes_again_and_again(tmp_path: Path) -> None:
    """A frame every two seconds: the watchdog of a feed waits no longer than 1.5."""
    clock = ManualClock(7.0)
    source = Video(film(tmp_path / "slow.mp4", [0, 2, 4], 1, lasts=2), clock)
    source.open()
    seen = []
    for _ in range(14):
        pixels = source.read()
        seen.append((clock.now_s() - 7, level(pixels)))
    assert [time_s for time_s, _ in seen] == pytest.approx([0.5 * n for n in range(14)])
    assert [shown for _, shown in seen] == [0] * 4 + [1] * 4 + [2] * 4 + [0] * 2


def test_of_frames_faster_than_any_screen_some_are_left_out(tmp_path: Path) -> None:
    clock = ManualClock()
    source = Video(film(tmp_path / "fast.mp4", range(60), 300), clock)
    source.open()
    times = []
    for _ in range(80):
        assert source.read() is not None
        times.append(clock.now_s())
    assert source.fps == pytest.approx(300)
    assert np.diff(times).min() > 1 / 130 and times[-1] == pytest.approx(0.79, abs=0.03)


def test_the_loop_keeps_its_time_where_nothing_tells_it(tmp_path: Path) -> None:
    """Streamed WebM: no duration, no index, stamps that jump about."""
    clock = ManualClock()
    source = Video(streamed(tmp_path / "s.webm", [0, 0.1, 0.9, 1.0]), clock)
    source.open()
    times = []
    for _ in range(12):
        assert source.read() is not None
        times.append(clock.now_s())
    one_pass = [0, 0.1, 0.6, 0.9, 1.0, 1.5]  # at 0.6 and 1.5 a frame comes again
    assert times == pytest.approx(one_pass + [2 + t for t in one_pass], abs=0.002)


def test_a_stall_goes_on_where_it_was(video: Path) -> None:
    clock = ManualClock()
    source = Video(video, clock)
    source.open()
    assert [number_of(source.read()) for _ in range(2)] == [0, 1]
    clock.advance(60)
    assert number_of(source.read()) == 2 and clock.now_s() == pytest.approx(60 + 1 / FPS)
    assert number_of(source.read()) == 3 and clock.now_s() == pytest.approx(60 + 2 / FPS)


def test_the_last_frame_of_one_that_does_not_loop_stands_its_time(tmp_path: Path) -> None:
    clock = ManualClock()
    source = Video(film(tmp_path / "one.mp4", [0], 1, lasts=1.2), clock, loop=False)
    source.open()
    given = 0
    while source.read() is not None:
        given += 1
    assert given == 3 and clock.now_s() == pytest.approx(1.2, abs=0.01)


def test_damage_is_passed_over_and_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    path = with_a_hole(film(tmp_path / "a.mp4", range(100), 25))
    source = Video(path, ManualClock(), on_damaged=said.append)
    source.open()
    for _ in range(300):
        assert source.read() is not None
    source.close()
    (sentence,) = said
    assert "a.mp4" in sentence and "damaged or missing and passed over" in sentence
    said.clear()
    frames = list(Video(path, ManualClock(), on_damaged=said.append).frames())
    assert 80 < len(frames) < 100 and frames[-1][0] == pytest.approx(3.96) and said == [sentence]


def test_offline_a_still_frame_comes_as_often_as_live(tmp_path: Path) -> None:
    source = Video(film(tmp_path / "a.mp4", [0, 12, 13], 10), ManualClock())
    assert [time_s for time_s, _ in source.frames()] == pytest.approx([0, 0.5, 1, 1.2, 1.3])
    assert source.length_s == pytest.approx(1.4)


def test_a_video_taken_away_ends_at_the_loop(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", range(3), 10)
    source = Video(path, ManualClock())
    source.open()
    assert source.read() is not None
    path.unlink()
    assert [source.read() is not None for _ in range(4)] == [True, True, False, False]
    with pytest.raises(DataError, match="there is no video"):
        source.open()


def test_pace_after_a_long_stall_starts_afresh() -> None:
    clock = ManualClock()
    pace = Pace(clock, 10)
    assert [pace.wait() for _ in range(3)] == [0, 0, 0] and clock.now_s() == pytest.approx(0.2)
    clock.advance(60)
    assert pace.wait() == 0 and clock.now_s() == pytest.approx(60.2)
    assert pace.wait() == 0 and clock.now_s() == pytest.approx(60.3)

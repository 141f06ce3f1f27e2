"""A video file: its own pace, its loop, its errors; and the pace by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.base.pace import Pace
from livesyn.sources.video import Video
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
    with pytest.raises(DataError, match=r"not a video that can be played|no pictures in it"):
        Video(path, ManualClock()).open()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp4", tmp_path):
        with pytest.raises(DataError, match="there is no video"):
            Video(path, ManualClock()).open()


def test_an_absurd_rate_becomes_thirty(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    class Rateless:
        rate = 0.0

        def __init__(self, *arguments: object) -> None:
            self._capture = real(*arguments)

        def get(self, prop: int) -> float:
            return self.rate if prop == cv2.CAP_PROP_FPS else self._capture.get(prop)

        def __getattr__(self, name: str) -> object:
            return getattr(self._capture, name)

    real = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", Rateless)
    for rate in (0.0, float("nan"), 90000.0):
        Rateless.rate = rate
        source = Video(video, ManualClock())
        source.open()
        assert source.fps == 30.0


def test_pace_after_a_long_stall_starts_afresh() -> None:
    clock = ManualClock()
    pace = Pace(clock, 10)
    assert [pace.wait() for _ in range(3)] == [0, 0, 0] and clock.now_s() == pytest.approx(0.2)
    clock.advance(60)
    assert pace.wait() == 0 and clock.now_s() == pytest.approx(60.2)
    assert pace.wait() == 0 and clock.now_s() == pytest.approx(60.3)

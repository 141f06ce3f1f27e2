"""A video file as a camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.base.pace import Pace
from livesyn.media.opencv import opencv

DEFAULT_FPS = 30.0
_SLOWEST_FPS, _FASTEST_FPS = 1.0, 240.0
_DECODER_THREADS = 2
_TEXT = int.from_bytes(
    b"ansi", "little"
)  # FFmpeg "plays" any text file as a terminal would show it


class Video:
    """A video at its own pace, over and over unless `loop` is False; then None ends it.

    Frames that fall due while nobody reads are skipped, so that the video keeps its time. A
    file that tells no rate, or an absurd one, plays at 30 frames a second.
    After `open`, `fps` and `length_s` (0 when the file does not tell) are known.
    """

    def __init__(self, path: str | Path, clock: Clock, loop: bool = True) -> None:
        self.path = Path(path)
        self.name = f"video {self.path.name}"
        self.fps = DEFAULT_FPS
        self.length_s = 0.0
        self._clock = clock
        self._loop = loop
        self._capture: Any = None
        self._first: np.ndarray | None = None
        self._pace = Pace(clock, DEFAULT_FPS)

    def open(self) -> None:
        """Raises: DataError when there is no such file, or nothing in it to see."""
        self._start()
        self._pace = Pace(self._clock, self.fps)

    def read(self) -> np.ndarray | None:
        """The frame that is due, (H, W, 3) uint8 RGB."""
        if self._capture is None:
            return None
        for _ in range(self._pace.wait()):
            if self._first is not None:
                self._first = None
            elif not self._capture.grab():
                break
        pixels = self._next()
        if pixels is None and self._loop:
            pixels = self._rewound()
        return pixels

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None
        self._first = None

    def frames(self) -> Iterator[tuple[float, np.ndarray]]:
        """Every frame once, as fast as it decodes: (seconds from the video's start, pixels).

        Raises: DataError, as `open`.
        """
        self._start()
        try:
            index = 0
            while (pixels := self._next()) is not None:
                yield index / self.fps, pixels
                index += 1
        finally:
            self.close()

    def _start(self) -> None:
        """Open the file and decode its first frame: only that proves it is a video."""
        self.close()
        if not self.path.is_file():
            raise DataError(
                f"there is no video {str(self.path)!r}; give a file that OpenCV can play (.mp4,"
                " .mov, .avi, .mkv, .webm)"
            )
        cv2 = opencv()
        capture = cv2.VideoCapture(
            str(self.path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, _DECODER_THREADS]
        )
        if not capture.isOpened():
            capture = cv2.VideoCapture(str(self.path))
        opened = capture.isOpened() and int(capture.get(cv2.CAP_PROP_FOURCC)) != _TEXT
        given, pixels = capture.read() if opened else (False, None)
        if not given:
            capture.release()
            reason = "has no pictures in it" if opened else "is not a video that can be played here"
            raise DataError(
                f"{str(self.path)!r} {reason}; try .mp4 (H.264), .mov, .avi, .mkv or .webm"
            )
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if _SLOWEST_FPS <= fps <= _FASTEST_FPS else DEFAULT_FPS
        self.length_s = max(0.0, capture.get(cv2.CAP_PROP_FRAME_COUNT)) / self.fps
        self._capture, self._first = capture, cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)

    def _next(self) -> np.ndarray | None:
        if self._first is not None:
            pixels, self._first = self._first, None
            return pixels
        given, pixels = self._capture.read()
        if not given:
            return None
        cv2 = opencv()
        return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)

    def _rewound(self) -> np.ndarray | None:
        """The first frame again: by seeking, or by opening anew where a file cannot seek."""
        cv2 = opencv()
        if self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0) and (pixels := self._next()) is not None:
            return pixels
        try:
            self._start()
        except DataError:
            return None
        return self._next()

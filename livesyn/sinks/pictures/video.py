"""Pictures to a film, in real time: H.264 by ffmpeg where it is installed, and otherwise what
OpenCV can write.

OpenCV's .mp4 cannot be read until it is closed: its table of contents is written last. So its films
are cut into parts of a minute, each closed when the next begins: a crash or a pulled plug loses at
most the part that was being written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.errors import ConfigError, DeviceError
from livesyn.base.types import Frame
from livesyn.media import ffmpeg
from livesyn.media.scaling import Easel
from livesyn.sinks.pictures.base import check_picture

CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".avi": "MJPG", ".mkv": "mp4v"}
PART_S = 60.0
LONGEST_GAP_S = 5.0
LINES = 720


class VideoSink:
    """Writes `path`; what is there already is left alone. Where ffmpeg does not write it, a part
    begins each minute, or `part_s`: name-2.mp4, name-3.mp4, …

    The film has `fps` pictures a second, each repeated or left out so that the film's time is the
    show's (`Frame.time_s`); where none came for 5 s a new part begins. Pictures are enlarged to
    about `lines` lines; one of other proportions than a part's first is fitted in. Raises
    ConfigError for an ending that cannot be written.
    """

    def __init__(
        self, path: Path | str, fps: float = 30.0, lines: int = LINES, part_s: float | None = None
    ) -> None:
        self._path = Path(path)
        if self._path.suffix.lower() not in CODECS:
            raise ConfigError(
                f"a film cannot be written as {self._path.name!r}; its name ends in one of:"
                f" {', '.join(CODECS)}"
            )
        self.name = f"film {self._path.name}"
        self._by_ffmpeg = self._path.suffix.lower() in ffmpeg.ENDINGS and ffmpeg.writes_h264(
            ffmpeg.program()
        )
        self._fps, self._lines, self._part_s = (
            fps,
            lines,
            part_s or (float("inf") if self._by_ffmpeg else PART_S),
        )
        self._writer: Any = None
        self._open = False
        self._easel = Easel(lines)
        self._drawn = np.zeros((0, 0, 3), np.uint8)  # what is to be seen, BGR
        self._begun_s = 0.0
        self._count = 0

    def open(self) -> None:
        """Raises DeviceError when its folder cannot be written in."""
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            trial = folder / f".{self._path.name}"
            trial.touch()
            trial.unlink()
        except OSError as error:
            raise DeviceError(
                f"a film cannot be written into {folder} ({error.strerror or error}); name a folder"
                " of your own"
            ) from error
        self._open = True

    def show(self, frame: Frame) -> None:
        pixels = check_picture(frame.pixels)
        if not self._open:
            raise DeviceError(f"the film {self._path.name} is not open")
        due = self._due(frame.time_s)
        if self._writer is not None and (
            due < 0
            or due - self._count > LONGEST_GAP_S * self._fps
            or due >= self._part_s * self._fps
        ):
            self._end_part()
        if self._writer is None:
            self._begin_part(pixels, frame.time_s)
            due = 0
        if due < self._count:
            return  # one more than the film has room for
        while self._count < due:
            self._write()  # what was to be seen until now
        self._drawn = np.ascontiguousarray(self._easel.draw(pixels)[:, :, ::-1])
        self._write()

    def close(self) -> None:
        self._end_part()
        self._open = False

    def _due(self, time_s: float) -> int:
        """The place in the part of a picture of that time."""
        return int((time_s - self._begun_s) * self._fps + 0.5)

    def _write(self) -> None:
        self._writer.write(self._drawn)
        self._count += 1

    def _begin_part(self, pixels: np.ndarray, time_s: float) -> None:
        self._easel = Easel(self._lines)
        self._drawn = np.ascontiguousarray(self._easel.draw(pixels)[:, :, ::-1])
        self._writer, self._begun_s, self._count = self._writer_of(free_path(self._path)), time_s, 0

    def _writer_of(self, path: Path) -> Any:
        height, width = self._drawn.shape[:2]
        if self._by_ffmpeg:
            return ffmpeg.H264Writer(path, self._fps, width, height)
        import cv2

        code = cv2.VideoWriter_fourcc(*CODECS[path.suffix.lower()])  # type: ignore[attr-defined]
        writer = cv2.VideoWriter(str(path), code, self._fps, (width, height))
        if not writer.isOpened():
            raise DeviceError(
                f"{path} cannot be written: this OpenCV has no encoder for {path.suffix}; try one"
                f" of: {', '.join(CODECS)}"
            )
        return writer

    def _end_part(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.release()


def free_path(path: Path) -> Path:
    """`path`, or where that is taken the first free one of name-2.mp4, name-3.mp4, …"""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free

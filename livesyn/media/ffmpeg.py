"""ffmpeg, where it is installed: films as H.264, which everything plays, readable while they are
written.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import numpy as np

from livesyn.base.errors import DeviceError

ENDINGS = (".mp4", ".mov", ".mkv")
# one thread: the same film every time, and the other cores are the show's
H264 = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "18",
    "-pix_fmt",
    "yuv420p",
    "-threads",
    "1",
)
PATIENCE_S = 5.0


def program() -> str | None:
    """The path of ffmpeg; None where it is not installed."""
    return shutil.which("ffmpeg")


@functools.cache
def writes_h264(path: str | None) -> bool:
    """Whether this ffmpeg can; not every one may."""
    if path is None:
        return False
    try:
        told = subprocess.run(
            [path, "-v", "error", "-encoders"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return " libx264 " in told.stdout


def _scratch(beside: Path) -> IO[bytes]:
    """A file without a name. Raises DeviceError."""
    try:
        return tempfile.TemporaryFile()
    except OSError:  # nowhere to put temporary things
        with contextlib.suppress(OSError):
            return tempfile.TemporaryFile(dir=beside)
        raise DeviceError(
            f"no film can be begun in {beside}, nothing can be written there"
        ) from None


class H264Writer:
    """Writes `path`, whose ending is one of `ENDINGS`, `fps` pictures a second. What was written
    can be read up to the last second or so at any time: if this process is killed ffmpeg finishes
    the film; at a power cut that second is lost.

    Raises DeviceError when it cannot be begun.
    """

    def __init__(self, path: Path, fps: float, width: int, height: int) -> None:
        self._path = path
        self._errors = _scratch(path.parent)
        given = [
            "-f",
            "rawvideo",
            "-pix_fmt",
            "bgr24",
            "-video_size",
            f"{width}x{height}",
            "-framerate",
            f"{fps:g}",
            "-i",
            "pipe:0",
        ]
        fragments = (
            []
            if path.suffix.lower() == ".mkv"
            else ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]
        )
        try:
            path.touch()  # its name is taken from now on, not from when ffmpeg comes to it
            # Ctrl-C is not for it; but the same session, by which Linux shares the cores
            self._process = subprocess.Popen(
                [
                    program() or "ffmpeg",
                    "-v",
                    "error",
                    "-y",
                    *given,
                    "-an",
                    *H264,
                    "-g",
                    f"{max(1, round(fps))}",
                    *fragments,
                    "-flush_packets",
                    "1",
                    str(path.resolve()),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                process_group=0,
            )
        except OSError as error:
            self._errors.close()
            raise DeviceError(
                f"the film {path.name} cannot be begun with ffmpeg ({error.strerror or error})"
            ) from error

    def write(self, picture: np.ndarray) -> None:
        """Add a picture, (height, width, 3) uint8 BGR. Raises DeviceError when ffmpeg has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(picture.tobytes())
        except (OSError, ValueError) as error:
            raise DeviceError(
                f"the film {self._path.name} takes no more pictures: ffmpeg ended"
                f" ({self._reason() or error})"
            ) from error

    def release(self) -> None:
        """End the film."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended already
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # it goes on by itself
            self._process.wait(PATIENCE_S)
        self._errors.close()

    def _reason(self) -> str:
        self._errors.seek(0)
        if lines := self._errors.read().decode(errors="replace").strip().splitlines():
            return lines[-1]
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(0.1)
            return f"by signal {-code}" if code < 0 else f"exit code {code}"
        return ""

"""A folder of pictures as a slide show."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.base.pace import Pace
from livesyn.media.opencv import opencv

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm", ".pgm")
FPS = 30.0
_log = logging.getLogger("livesyn.sources")


class Images:
    """The pictures of `folder` in the order of their names, each for `seconds`, of which the
    first `crossfade` blend it in; 30 frames a second, round and round.

    A frame is the centred square of the picture, `size` pixels wide: just what the music
    looks at. Files that appear are found at the next round. A damaged picture is named once
    to `on_damaged` and left out. `speed` scales the show's time and may be set at any moment,
    from any thread. The next picture is loaded in a thread of its own.
    """

    def __init__(
        self,
        folder: str | Path,
        clock: Clock,
        seconds: float = 8,
        crossfade: float = 2,
        size: int = 720,
        on_damaged: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.name = f"images {self.folder.name or self.folder}"
        self.speed = 1.0
        self._clock = clock
        self._seconds = seconds
        self._crossfade = min(crossfade, seconds)
        self._size = size
        self._on_damaged = on_damaged or _log.warning
        self._damaged: set[tuple[Path, int]] = set()
        self._pictures: Iterator[np.ndarray] = iter(())
        self._loader: ThreadPoolExecutor | None = None
        self._next: Future[np.ndarray | None] | None = None
        self._before: np.ndarray | None = None
        self._now: np.ndarray | None = None
        self._shown_s = 0.0
        self._pace = Pace(clock, FPS)

    def open(self) -> None:
        """Raises: DataError when the folder is missing or holds no picture that can be read."""
        self.close()
        files = self._files()
        self._pictures = self._rounds()
        self._now = next(self._pictures, None)
        if self._now is None:
            raise DataError(
                f"none of the {len(files)} pictures in {str(self.folder)!r} can be read; put sound"
                " JPEG or PNG files there"
            )
        self._shown_s = 0.0
        self._pace = Pace(self._clock, FPS)
        self._loader = ThreadPoolExecutor(1, "next-image")
        self._next = self._loader.submit(next, self._pictures, None)

    def read(self) -> np.ndarray | None:
        """The slide show's next frame, (size, size, 3) uint8 RGB; None when no picture is left."""
        if self._now is None or self._loader is None or self._next is None:
            return None
        self._shown_s += (1 + self._pace.wait()) * self.speed / FPS
        if self._shown_s >= self._seconds:
            self._before, self._now = self._now, self._next.result()
            self._next = self._loader.submit(next, self._pictures, None)
            self._shown_s = min(self._shown_s - self._seconds, self._seconds)
        if self._now is None or self._before is None or self._shown_s >= self._crossfade:
            return self._now
        part = self._shown_s / self._crossfade
        part = part * part * (3 - 2 * part)
        return opencv().addWeighted(self._before, 1 - part, self._now, part, 0)

    def close(self) -> None:
        if self._loader is not None:
            self._loader.shutdown(wait=False, cancel_futures=True)
        self._loader = self._next = self._before = self._now = None

    def pictures(self) -> Iterator[tuple[Path, np.ndarray]]:
        """Every picture once, in order, with its file; damaged ones are named and left out.

        Raises: DataError when the folder is missing or empty.
        """
        for path in self._files():
            if (pixels := self._load(path)) is not None:
                yield path, pixels

    def _files(self) -> list[Path]:
        return picture_files(self.folder)

    def _rounds(self) -> Iterator[np.ndarray]:
        """Picture after picture, round after round, the folder read anew for each; ends after a
        round without any.
        """
        given = True
        while given:
            given = False
            try:
                files = self._files()
            except (DataError, OSError):
                return
            for path in files:
                if (pixels := self._load(path)) is not None:
                    given = True
                    yield pixels

    def _load(self, path: Path) -> np.ndarray | None:
        """The picture at `path`, or None; a file that is changed later gets another chance."""
        try:
            key = (path, path.stat().st_mtime_ns)
        except OSError:
            return None  # taken away since the folder was read: nothing to complain about
        if key in self._damaged:
            return None
        try:
            return load_picture(path, self._size)
        except DataError as error:
            self._damaged.add(key)
            self._on_damaged(str(error))
            return None


def picture_files(folder: Path) -> list[Path]:
    """The picture files in `folder`, sound or not, in the order of their names.

    Raises: DataError when there is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise DataError(
            f"there is no folder {str(folder)!r}; give a folder of pictures"
            f" ({', '.join(SUFFIXES[:6])})"
        )
    files = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]
    if not files:
        raise DataError(
            f"the folder {str(folder)!r} holds no picture; put some there"
            f" ({', '.join(SUFFIXES[:6])})"
        )
    return sorted(files, key=lambda path: path.name)


def load_picture(path: Path, size: int) -> np.ndarray:
    """The centred square of the picture at `path`, upright as its EXIF says, transparency on
    black: (size, size, 3) uint8 RGB, read-only.

    Raises: DataError when it cannot be read.
    """
    return centred_square(open_picture(path, size), size)


def open_picture(path: Path, at_least: int) -> Image:
    """The whole picture at `path`, upright as its EXIF says, transparency on black, RGB. A large
    JPEG is decoded smaller, but not so small that a side falls below `at_least` pixels.

    Raises: DataError when it cannot be read.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as opened:
            opened.draft(
                "RGB", (at_least, at_least)
            )  # lets a JPEG be decoded small: 10 times faster
            image: Image.Image = ImageOps.exif_transpose(opened)
            if image.mode.startswith("I;16"):
                image = Image.fromarray((np.asarray(image, np.uint16) >> 8).astype(np.uint8))
            if "A" in image.getbands() or "transparency" in image.info:
                image = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image)
            return image.convert("RGB")
    except Exception as error:  # Pillow's decoders raise whatever they stumble over
        raise DataError(
            f"the picture {path.name!r} cannot be read ({type(error).__name__})"
        ) from error


def centred_square(image: Image, size: int) -> np.ndarray:
    """The centred square of `image`, (size, size, 3) uint8 RGB, read-only."""
    from PIL import Image, ImageOps

    pixels = np.array(ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS), np.uint8)
    pixels.setflags(write=False)
    return pixels

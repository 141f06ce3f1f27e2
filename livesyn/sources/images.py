"""A folder of pictures as a slide show."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.base.pace import Pace
from livesyn.media import kinds
from livesyn.media.opencv import opencv
from livesyn.media.picture_file import load_picture

FPS = 30.0
_log = logging.getLogger("livesyn.sources")


class Images:
    """The pictures of `folder` in the order of their names, each for `seconds`, of which the
    first `crossfade` blend it in; 30 frames a second, round and round.

    A frame is the centred square of the picture, `size` pixels wide: just what the music
    looks at. Files that appear are found at the next round. What is no picture is told once to
    `on_damaged`; a damaged picture is named there once and left out. `speed` scales the show's
    time and may be set at any moment, from any thread. The next picture is loaded in a thread of
    its own.
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
        self._passed = ""
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
        files = picture_files(self.folder, self._tell_passed)
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

    def _tell_passed(self, sentence: str) -> None:
        if sentence != self._passed:
            self._on_damaged(sentence)
        self._passed = sentence

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


def picture_files(folder: Path, say: Callable[[str], None] = lambda sentence: None) -> list[Path]:
    """The picture files in `folder`, sound or not, in the order of their names: those that hold a
    picture, whatever they are called. `say` is told, in one sentence, what is passed over.

    Raises: DataError when there is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise DataError(
            f"there is no folder {str(folder)!r}; give a folder of pictures"
            f" ({kinds.LEGAL['picture']})"
        )
    files, passed = kinds.pictures_among(sorted(folder.iterdir(), key=lambda path: path.name))
    if not files:
        there = f", only {', '.join(passed[: kinds.NAMED])}" if passed else ""
        raise DataError(
            f"the folder {str(folder)!r} holds no picture that can be read here{there}; put some"
            f" there ({kinds.LEGAL['picture']})"
        )
    if passed:
        say(kinds.told_passed(passed, repr(str(folder))))
    return files

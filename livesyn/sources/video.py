"""A video file as a camera."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.media.film import LIVE_THREADS, USUAL_FPS, Film, Shown

HOLD_S = 0.5  # a frame that stands longer comes again so often: a sign of life, and worth its time
MOST_FPS = 120.0  # what is shown shorter is left out
PATIENCE_S = 1.0  # after a longer stall it goes on from where it was
_JITTER_S = 0.001  # of stamps that count milliseconds
_log = logging.getLogger("livesyn.sources")


class Video:
    """A video by its own timestamps, over and over unless `loop` is False; then None ends it.

    Frames that fall due while nobody reads are skipped, so that the video keeps its time; one that
    stands long comes again every half second. Damaged frames are passed over, and how many they
    were is told once to `on_damaged` when the video has come to its end.
    After `open`, `fps` (on average) and `length_s` (0 when the file does not tell) are known.
    """

    def __init__(
        self,
        path: str | Path,
        clock: Clock,
        loop: bool = True,
        on_damaged: Callable[[str], None] | None = None,
    ) -> None:
        self.path = Path(path)
        self.name = f"video {self.path.name}"
        self.fps = USUAL_FPS
        self.length_s = 0.0
        self._clock = clock
        self._loop = loop
        self._on_damaged = on_damaged or _log.warning
        self._complained = False
        self._film: Film | None = None
        self._ahead: Shown | None = None  # decoded, not yet due
        self._pass_s = 0.0  # when this pass began, in seconds of the video played on and on
        self._start_s: float | None = None  # when the first one did, on the clock
        self._given: np.ndarray | None = None
        self._given_s = 0.0  # when that was due, in seconds of the video
        self._given_at_s = 0.0  # and when it was given, on the clock

    def open(self) -> None:
        """Raises: DataError when there is no such file, or nothing in it to see."""
        self._begin()
        self._pass_s, self._start_s, self._given = 0.0, None, None

    def read(self) -> np.ndarray | None:
        """The frame that is due, (H, W, 3) uint8 RGB."""
        while self._film is not None:
            now_s = self._clock.now_s()
            if self._start_s is None:
                self._start_s = now_s
            frame = self._upcoming()
            if self._film is None:
                return None
            due_s = self._start_s + self._pass_s + (frame.time_s if frame else self._film.end_s)
            if now_s - due_s > PATIENCE_S:
                self._start_s += now_s - due_s
            again_s = self._given_at_s + HOLD_S
            if self._given is not None and due_s > max(again_s, now_s):
                self._clock.sleep_until(again_s)
                self._given_at_s = max(again_s, now_s)
                return self._given
            self._clock.sleep_until(due_s)
            if frame is None:
                return None
            self._ahead = None
            if due_s < now_s:
                frame = self._newest(frame, now_s - self._start_s - self._pass_s)
            if (pixels := _pixels(frame, self._film)) is not None:
                self._given, self._given_s = pixels, self._pass_s + frame.time_s
                self._given_at_s = max(due_s, now_s)
                return pixels
        return None

    def close(self) -> None:
        self._ahead = self._given = None
        if self._film is not None:
            self._film.close()
            self._film = None

    def frames(self) -> Iterator[tuple[float, np.ndarray]]:
        """Every frame once, as fast as it decodes: (seconds from the video's start, pixels). One
        that stands long comes again every half second, as live. At the end `length_s` is how long
        the video was.

        Raises: DataError, as `open`.
        """
        film = self._begin(threads=1)
        try:
            shown, pixels = film.next_frame(), None
            while shown is not None:
                pixels, time_s = _pixels(shown, film), shown.time_s
                following = film.next_frame()
                end_s = film.end_s if following is None else following.time_s
                while pixels is not None and (time_s == shown.time_s or time_s < end_s):
                    yield time_s, pixels
                    time_s += HOLD_S
                shown = following
            self.length_s = film.end_s
            self._complain(film)
        finally:
            self.close()

    def _begin(self, threads: int = LIVE_THREADS) -> Film:
        self.close()
        film = Film(self.path, threads)
        film.open()
        self._film, self.fps, self.length_s = film, film.fps, film.told_s
        return film

    def _upcoming(self) -> Shown | None:
        """The frame that is to be given next; None at the end of a video that does not loop. A
        video that is no longer there is closed.
        """
        while self._ahead is None and self._film is not None:
            shown = self._film.next_frame()
            if shown is None:
                self._complain(self._film)
                if not self._loop:
                    return None
                self._again(self._film)
            elif self._is_worth_it(shown):
                self._ahead = shown
        return self._ahead

    def _newest(self, frame: Shown, elapsed_s: float) -> Shown:
        """Of the frames due after `elapsed_s` of this pass the last: the others fell due unseen."""
        assert self._film is not None
        while (following := self._film.next_frame()) is not None:
            if following.time_s > elapsed_s:
                self._ahead = following
                break
            frame = following
        return frame

    def _is_worth_it(self, shown: Shown) -> bool:
        step_s = self._pass_s + shown.time_s - self._given_s
        return self._given is None or step_s > 1 / MOST_FPS - _JITTER_S

    def _again(self, film: Film) -> None:
        """The next pass: the file is opened anew, which every file can bear, and seeking not."""
        length_s = max(film.end_s, HOLD_S if film.count == 1 else 1 / MOST_FPS)
        given = self._given
        try:
            self._begin()
        except DataError:
            return  # closed: `read` gives None, and whoever opens it again is told why
        self._given = given
        self._pass_s += length_s

    def _complain(self, film: Film) -> None:
        if (complaint := film.complaint()) and not self._complained:
            self._complained = True
            self._on_damaged(complaint)


def _pixels(shown: Shown, film: Film) -> np.ndarray | None:
    """The picture of a frame; None where it cannot be made, which is counted."""
    try:
        return shown.pixels()
    except Exception:  # of a damaged frame everything may be wrong, its format too
        film.damaged += 1
        return None

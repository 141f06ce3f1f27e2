"""One picture of two sources: the one that is shown, and the one that takes its place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from livesyn.base.types import Frame
from livesyn.sources.feed import Mailbox

STEPS = 256  # from all of one to all of the other


class Inlet:
    """Where the feed of one source puts its pictures."""

    def __init__(self, mixer: PictureMixer) -> None:
        self._mixer = mixer
        self.newest: Frame | None = None

    @property
    def dropped(self) -> int:
        """What nobody took, of all sources together."""
        return self._mixer.out.dropped

    def put(self, frame: Frame) -> None:
        """Any thread."""
        self._mixer.take(self, frame)


class PictureMixer:
    """Thread-safe. Pictures go to `out`; while one source takes the place of another those of both
    are mixed, at the size of the new one's. It begins when its time has come and the new one has
    given a picture: until then the old one is shown.
    """

    def __init__(self, out: Mailbox[Frame]) -> None:
        self.out = out
        self._lock = threading.Lock()
        self.shown = Inlet(self)
        self._coming: Inlet | None = None
        self._begins_s = self._fade_s = 0.0
        self._begun_s: float | None = None
        self._done: Callable[[], object] = lambda: None

    def change_to(
        self, inlet: Inlet, begins_s: float, fade_s: float, done: Callable[[], object]
    ) -> None:
        """Crossfade to `inlet` from `begins_s` on in `fade_s`; `done()` when only that is left."""
        with self._lock:
            self._coming, self._done = inlet, done
            self._begins_s, self._fade_s, self._begun_s = begins_s, fade_s, None

    def inlet(self) -> Inlet:
        """One more, for `change_to`."""
        return Inlet(self)

    def take(self, inlet: Inlet, frame: Frame) -> None:
        """A picture came, at `frame.time_s`."""
        done = None
        with self._lock:
            if inlet is not self.shown and inlet is not self._coming:
                return  # of a source that has been left
            inlet.newest = frame
            coming = self._coming
            if coming is None or coming.newest is None or frame.time_s < self._begins_s:
                if inlet is self.shown:
                    self.out.put(frame)
                return
            if self._begun_s is None:
                self._begun_s = frame.time_s
            gone_s = frame.time_s - self._begun_s
            part = 1.0 if gone_s >= self._fade_s else gone_s / self._fade_s
            if part >= 1:
                self.shown, self._coming, done = coming, None, self._done
                self.out.put(replace(frame, pixels=coming.newest.pixels))
            elif self.shown.newest is None:
                self.out.put(coming.newest)
            elif inlet is coming or coming.newest.time_s < frame.time_s - 0.1:
                # at the new one's pace, where it has one
                self.out.put(_mixed(self.shown.newest, coming.newest, part, frame))
        if done is not None:
            done()


def _mixed(first: Frame, second: Frame, part: float, now: Frame) -> Frame:
    """`part` of `second`, and the rest of `first`, as the picture of the moment of `now`."""
    old, new = first.pixels, second.pixels
    if old.shape != new.shape:
        from livesyn.media.scaling import Easel

        old = Easel(size=(new.shape[1], new.shape[0])).draw(old)
    weight = round(part * STEPS)
    mixed = old.astype(np.uint16) * (STEPS - weight) + new.astype(np.uint16) * weight
    return replace(now, pixels=(mixed >> 8).astype(np.uint8))

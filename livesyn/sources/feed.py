"""A source behind a watchdog: it may fail, hang or vanish, and comes back without the show
stopping.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Generic, Protocol, TypeVar, runtime_checkable

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.device import Life
from livesyn.base.errors import LivesynError
from livesyn.base.health import Health, State
from livesyn.base.types import AudioBlock, Frame, PictureSource, SoundSource

OPENING_S = 10.0
FIRST_FRAME_S = 4.0  # cameras warm up
_POLL_S = 0.05
_MOST_HUNG = 8
_HUNG_BACK_OFF_S = 30.0
_log = logging.getLogger("livesyn.sources")

S = TypeVar("S", bound=PictureSource | SoundSource)
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Mailbox(Protocol[T_contra]):
    """Where a feed puts what it is given: `Latest` for pictures, of which the newest counts,
    `Bounded` for sound. `dropped` counts what nobody took.
    """

    @property
    def dropped(self) -> int: ...

    def put(self, item: T_contra) -> None: ...


@dataclass(frozen=True, slots=True)
class FeedKind(Generic[S, T]):
    """What flows: its word in messages, and how an array becomes a value, from (source, array,
    time, number).
    """

    word: str
    value: Callable[[S, np.ndarray, float, int], T]


PICTURES: FeedKind[PictureSource, Frame] = FeedKind(
    "picture", lambda source, pixels, now_s, index: Frame(pixels, now_s, index)
)
SOUND: FeedKind[SoundSource, AudioBlock] = FeedKind(
    "sound", lambda source, samples, now_s, index: AudioBlock(samples, now_s, source.rate_hz)
)


@runtime_checkable
class HasSpeed(Protocol):
    """A source whose own time can be made to run faster or slower, from any thread."""

    speed: float


@dataclass(frozen=True, slots=True)
class Report(Health):
    """How a feed is doing, and what it has given."""

    frames: int = 0
    fps: float = 0.0  # over the last 60 frames; falls when none come
    xruns: int = 0  # how often sound got lost on its way here, over all openings


class _Reader(Generic[S]):
    """One instance of the source in a daemon thread of its own: opened, read, closed there.

    A call into a driver that hangs can't be ended, only forgotten: `left` tells the thread,
    should it ever come back, to close its source and go.
    """

    def __init__(self, source: S, now_s: float) -> None:
        self.source = source
        self.seen_s = now_s  # when it last gave a sign of life
        self.opened = False
        self.frames = 0
        self.left = False
        self.thread: threading.Thread | None = None


class Feed(Generic[S, T]):
    """Runs a source and puts what it gives into `mailbox` (what nobody took is dropped and
    counted there): PICTURES, or SOUND.

    A source that gives None, raises, or stays silent for `watchdog_s` is let go and a new one
    from `make` (which must not raise) is opened, after the pauses of `Life`. It runs from its first
    frame on. `on_report` is called at every change of state, from the feed's threads, and must be
    quick; it is told of every loss but the one that `start` raises. All methods are thread-safe.
    """

    def __init__(
        self,
        make: Callable[[], S],
        clock: Clock,
        mailbox: Mailbox[T],
        what: FeedKind[S, T] = PICTURES,  # type: ignore[assignment]  # for those who see
        *,
        watchdog_s: float = 1.5,
        on_report: Callable[[Report], None] = lambda report: None,
    ) -> None:
        self._make = make
        self._clock = clock
        self._mailbox = mailbox
        self._what = what
        self._watchdog_s = watchdog_s
        self._on_report = on_report
        self._life = Life("", lambda health: self._on_report(self.report))
        self._changed = self._life.changed
        self._reader: _Reader[S] | None = None
        self._hung: list[threading.Thread] = []
        self._speed: float | None = None
        self._times: deque[float] = deque(maxlen=61)
        self._frames = 0
        self._xruns = 0  # of readers that have been left
        self._stopping = threading.Event()

    def start(self, timeout_s: float = OPENING_S, required: bool = True) -> None:
        """Open the source and begin. If it is `required`, waits for the first opening; what fails
        later is reported and tried again, never raised.

        Raises: the source's own LivesynError, or DeviceError when it doesn't open in time.
        """
        with self._changed:
            self._stopping.set()  # whoever watched before
            self._stopping = stopping = threading.Event()
            self._begin(required)
            if required:
                try:
                    self._life.wait_opened(timeout_s, "; unplug it and plug it in again")
                except LivesynError:
                    self._leave()
                    raise
        threading.Thread(
            target=self._watch, args=(stopping,), name="feed-watchdog", daemon=True
        ).start()

    def stop(self) -> None:
        """End the feed. A reader in the middle of a frame closes its source on its own."""
        with self._changed:
            self._stopping.set()
            self._leave()
            self._life.stop()

    @property
    def report(self) -> Report:
        """How it is doing now."""
        with self._changed:
            span_s = self._clock.now_s() - self._times[0] if len(self._times) > 1 else 0.0
            fps = (len(self._times) - 1) / span_s if span_s > 0 else 0.0
            xruns = self._xruns + (_xruns(self._reader.source) if self._reader is not None else 0)
            health = replace(self._life.health, dropped=self._mailbox.dropped)
            return Report(**asdict(health), frames=self._frames, fps=fps, xruns=xruns)

    def set_speed(self, speed: float) -> None:
        """Set the speed of a source that has one (visuals, images), and of those to come."""
        with self._changed:
            self._speed = speed
            if self._reader is not None and isinstance(self._reader.source, HasSpeed):
                self._reader.source.speed = speed

    def wait_for(self, state: State, timeout_s: float) -> bool:
        """Block until it is in `state`; False when it isn't within `timeout_s`."""
        return self._life.wait_for(state, timeout_s)

    def check(self, now_s: float) -> None:
        """What the watchdog does twenty times a second: let a silent reader go, open anew when it
        is time.
        """
        with self._changed:
            if self._reader is None:
                if self._life.is_due(now_s):
                    self._begin()
                return
            limit_s = self._patience_s(self._reader)
            if now_s - self._reader.seen_s > limit_s:
                if self._reader.thread is not None:
                    self._hung.append(self._reader.thread)
                deed = f"gave no {self._what.word}" if self._reader.opened else "did not open"
                self._lose(f"{self._reader.source.name} {deed} for {limit_s:g} s")

    def _patience_s(self, reader: _Reader[S]) -> float:
        if not reader.opened:
            return OPENING_S
        return self._watchdog_s if reader.frames else max(self._watchdog_s, FIRST_FRAME_S)

    def _watch(self, stopping: threading.Event) -> None:
        while not stopping.wait(_POLL_S):
            self.check(self._clock.now_s())

    def _begin(self, required: bool = False) -> None:
        source = self._make()
        if self._speed is not None and isinstance(source, HasSpeed):
            source.speed = self._speed
        reader = self._reader = _Reader(source, self._clock.now_s())
        self._life.begin(source.name, required)
        reader.thread = threading.Thread(
            target=self._run, args=(reader,), name=f"feed {source.name}", daemon=True
        )
        reader.thread.start()

    def _run(self, reader: _Reader[S]) -> None:
        """The life of one reader, in its own thread."""
        source = reader.source
        reason: str | LivesynError = f"{source.name} gave no {self._what.word} any more"
        try:
            source.open()
            if self._opened(reader):
                while (array := source.read()) is not None:
                    if not self._give(reader, array):
                        break
        except LivesynError as error:
            reason = error
        except Exception as error:  # a driver's or library's own: on stage all of them mean "lost"
            reason = f"{source.name} failed ({type(error).__name__}: {error})"
            _log.debug("%s", reason, exc_info=True)
        try:
            source.close()
        except Exception:
            _log.debug("closing %s", source.name, exc_info=True)
        with self._changed:
            if not reader.left:
                self._lose(reason)

    def _opened(self, reader: _Reader[S]) -> bool:
        with self._changed:
            if reader.left:
                return False
            reader.opened, reader.seen_s = True, self._clock.now_s()
            self._times.clear()
            self._life.opened()
            return True

    def _give(self, reader: _Reader[S], array: np.ndarray) -> bool:
        """Hand a frame or block over; False when the reader has been left in the meantime."""
        with self._changed:
            if reader.left:
                return False
            now_s = reader.seen_s = self._clock.now_s()
            self._mailbox.put(self._what.value(reader.source, array, now_s, self._frames))
            self._frames += 1
            reader.frames += 1
            self._times.append(now_s)
            self._life.run(now_s, getattr(reader.source, "complaint", ""))
            return True

    def _lose(self, reason: str | LivesynError) -> None:
        self._leave()
        self._hung = [thread for thread in self._hung if thread.is_alive()]
        # each hung driver call costs a thread for good: slow down
        pause_s = _HUNG_BACK_OFF_S if len(self._hung) >= _MOST_HUNG else None
        self._life.lose(reason, self._clock.now_s(), pause_s)

    def _leave(self) -> None:
        """Let go of the reader, if there is one."""
        if self._reader is not None:
            self._reader.left = True
            self._xruns += _xruns(self._reader.source)
            self._reader = None


def _xruns(source: PictureSource | SoundSource) -> int:
    return getattr(source, "xruns", 0)

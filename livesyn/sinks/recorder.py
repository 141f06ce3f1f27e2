"""The set as a .mid file, on the disk beat by beat."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import logging
import math
import threading
from collections.abc import Callable
from pathlib import Path

from livesyn.base.clock import Clock, SystemClock, wall_offset_s
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.mailbox import Bounded
from livesyn.base.types import Note, Phrase
from livesyn.midi.journal import MidiJournal
from livesyn.midi.track import MidiTrack
from livesyn.sinks.base import NullSink
from livesyn.transport.timeline import Timeline

log = logging.getLogger(__name__)

QUEUE_EVENTS = 8192  # minutes of the busiest music
BACKLOG_BYTES = 1 << 20  # what is kept for a disk that is full, hours of music
CLOSE_PATIENCE_S = 5.0


class Recorder(PolledDevice, NullSink):
    """Writes notes, the latent's controllers and the tempo to `folder`/livesyn-DATE-TIME.mid.

    A thread of its own writes once a beat; the scheduler thread only appends to a queue of
    `QUEUE_EVENTS`, whose oldest are dropped and counted (`dropped`) should the disk stand still. A
    crash or kill -9 loses at most the beat that is being played (`midi_journal` tells how). What a
    full disk refuses is kept and tried again. A start from beat 0 in mid-set goes on
    at the file's next bar.
    """

    name = "recorder"

    def __init__(
        self,
        folder: str | Path,
        clock: Clock | None = None,
        wall_offset: Callable[[], float] = wall_offset_s,
    ) -> None:
        super().__init__()
        self.folder = Path(folder)
        self.path: Path | None = None
        self._clock = clock or SystemClock()
        self._wall_offset = wall_offset
        self._queue: Bounded[Callable[[], None]] = Bounded(QUEUE_EVENTS)
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._journal: MidiJournal | None = None
        self._backlog = b""
        self._track = MidiTrack()
        self.failures = 0

    @property
    def dropped(self) -> int:
        return self._queue.dropped

    def open(self) -> None:
        """Make the file. Raises DeviceError; the writer goes on trying."""
        self._closing = False
        try:
            super().open()
        finally:
            self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
            self._thread.start()

    def note_on(self, time_s: float, note: Note) -> None:
        self._queue.put(lambda: self._track.strike(note))

    def note_off(self, time_s: float, note: Note) -> None:
        self._queue.put(lambda: self._track.end(time_s, note))

    def control(self, time_s: float, index: int, value: float) -> None:
        self._queue.put(lambda: self._track.control(time_s, index, value))

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._queue.put(lambda: self._track.locate(event))
        self._wake.set()

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        self._queue.put(lambda: self._track.follow(timeline, bar))

    def param(self, name: str, value: float) -> None:
        if name == "tempo":  # it holds from now, not from the bar line
            now_s = self._clock.now_s()
            self._queue.put(lambda: self._track.change_tempo(now_s, value))

    def beat(self, time_s: float, beat: int) -> None:
        self._wake.set()

    def panic(self, time_s: float) -> None:
        self._queue.put(lambda: self._track.end_all(time_s))
        self._wake.set()

    def maintain(self, now_s: float) -> None:
        self._wake.set()

    def close(self) -> None:
        """End what sounds, write the rest, close the file."""
        if self._thread is not None:
            self._closing = True
            self._wake.set()
            self._thread.join(CLOSE_PATIENCE_S)
            self._thread = None
        self._life.stop()

    # The writer's thread, and before it there is one, `open`.

    def _write(self) -> None:
        closing = False
        while not closing:
            self._wake.wait()
            self._wake.clear()
            closing = self._closing
            for event in self._queue.drain():
                self._take(event)
            if closing:
                self._track.end_all(None)
            if len(events := self._track.take()) + len(self._backlog) <= BACKLOG_BYTES:
                self._backlog += events
            else:
                self.failures += 1
            super().maintain(math.inf if closing else self._clock.now_s())
        self._drop_journal()

    def _take(self, event: Callable[[], None]) -> None:
        try:
            event()
        except Exception:  # one that cannot be written must not cost the set
            self.failures += 1
            log.exception("an event could not be recorded")

    def _acquire(self) -> None:
        try:
            if self._journal is None:
                self._begin_file()
            self._append()
        except OSError as error:
            raise DeviceError(self._failure(error)) from error

    def _check(self) -> str:
        """Write what has come; a disk that is full keeps its file."""
        try:
            self._append()
        except OSError as error:
            return self._failure(error)
        return ""

    def _begin_file(self) -> None:
        begun = datetime.datetime.fromtimestamp(self._clock.now_s() + self._wall_offset())
        self.folder.mkdir(parents=True, exist_ok=True)
        for take in itertools.count(1):
            path = (
                self.folder / f"livesyn-{begun:%Y-%m-%d-%H%M%S}{f'-{take}' if take > 1 else ''}.mid"
            )
            with contextlib.suppress(FileExistsError):
                self._journal = MidiJournal(path)
                break
        self.path = path
        self._backlog = self._track.opening() + self._backlog

    def _append(self) -> None:
        assert self._journal is not None
        try:
            while self._backlog:
                self._backlog = self._backlog[self._journal.append(self._backlog) :]
        except FileNotFoundError:  # the folder went away: another file, when it is back
            self._drop_journal()
            raise

    def _drop_journal(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()

    def _failure(self, error: OSError) -> str:
        self.failures += 1
        return (
            f"the set cannot be recorded in {str(self.folder)!r}"
            f" ({(error.strerror or str(error)).lower()}); make room there or choose another folder"
        )

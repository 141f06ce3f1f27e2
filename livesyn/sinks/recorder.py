"""The set as a .mid file, on the disk beat by beat."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from livesyn.base.clock import Clock, SystemClock, wall_offset_s
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


class Recorder(NullSink):
    """Writes notes, the latent's controllers and the tempo to `folder`/livesyn-DATE-TIME.mid.

    A thread of its own writes once a beat; the scheduler thread only appends to a queue of
    `QUEUE_EVENTS`, whose oldest are dropped and counted (`dropped`) should the disk stand still. A
    crash or kill -9 loses at most the beat that is being played (`midi_journal` tells how). What a
    full disk refuses is kept and tried again twice a second. A start from beat 0 in mid-set goes on
    at the file's next bar.
    """

    name = "recorder"

    def __init__(
        self,
        folder: str | Path,
        clock: Clock | None = None,
        wall_offset: Callable[[], float] = wall_offset_s,
    ) -> None:
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
        self._reason = "nothing is recorded yet"
        self.failures = 0

    @property
    def available(self) -> bool:
        """Whether what is played reaches the disk."""
        return not self._reason

    @property
    def dropped(self) -> int:
        return self._queue.dropped

    def health(self) -> str:
        return self._reason

    def open(self) -> None:
        """Make the file. Raises DeviceError; `maintain` goes on trying."""
        self._closing = False
        begun = self._begin_file()
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()
        if not begun:
            raise DeviceError(self._reason)

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
            if self._journal is not None or self._begin_file():
                self._append()
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self._reason = "the recorder is closed"

    def _take(self, event: Callable[[], None]) -> None:
        try:
            event()
        except Exception:  # one that cannot be written must not cost the set
            self.failures += 1
            log.exception("an event could not be recorded")

    def _begin_file(self) -> bool:
        begun = datetime.datetime.fromtimestamp(self._clock.now_s() + self._wall_offset())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for take in itertools.count(1):
                path = (
                    self.folder
                    / f"livesyn-{begun:%Y-%m-%d-%H%M%S}{f'-{take}' if take > 1 else ''}.mid"
                )
                with contextlib.suppress(FileExistsError):
                    self._journal = MidiJournal(path)
                    break
        except OSError as error:
            self._fail(error)
            return False
        self.path, self._reason = path, ""
        self._backlog = self._track.opening() + self._backlog
        return True

    def _append(self) -> None:
        assert self._journal is not None
        try:
            while self._backlog:
                self._backlog = self._backlog[self._journal.append(self._backlog) :]
            self._reason = ""
        except FileNotFoundError as error:  # the folder went away: another file, when it is back
            self._journal.close()
            self._journal = None
            self._fail(error)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.failures += 1
        self._reason = (
            f"the set cannot be recorded in {str(self.folder)!r}"
            f" ({(error.strerror or str(error)).lower()}); make room there or choose another folder"
        )

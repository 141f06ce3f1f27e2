"""Where a replayed log goes: to real ports in time, or into a .mid file as fast as it can."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.base.types import Note, Phrase
from livesyn.midi.journal import MidiJournal
from livesyn.midi.track import MidiTrack
from livesyn.player.replay import Replay
from livesyn.sinks.base import NullSink, Sink
from livesyn.transport.timeline import Timeline

LONGEST_PAUSE_S = 1.0  # between one player of a log and the next


class Pace:
    """Waits for the time of a log on a real clock, `speed` times as fast. A player that comes after
    another begins at most a second after it.
    """

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock, self._speed = clock, speed
        self._log_s = self._real_s = self._ahead_s = 0.0
        self._begun = False
        self.late_s = 0.0  # the worst

    def begin(self, replay: Replay) -> None:
        """A player of the log begins."""
        now_s = self._clock.now_s()
        if self._begun:
            now_s += min(LONGEST_PAUSE_S, max(0.0, replay.begin_s - self._log_s)) / self._speed
        self._begun = True
        self._log_s, self._real_s = replay.begin_s, now_s

    def wait(self, time_s: float) -> None:
        """Until `time_s` of the log is there."""
        real_s = self.real_s(time_s)
        self._clock.sleep_until(real_s)
        self.late_s = max(self.late_s, self._clock.now_s() - real_s)

    def real_s(self, time_s: float) -> float:
        """When that time of the log is, on the real clock."""
        return self._real_s + (time_s - self._log_s) / self._speed

    def real(self, timeline: Timeline) -> Timeline:
        """A timeline of the log, on the real clock."""
        return Timeline(timeline.beat, self.real_s(timeline.time_s), timeline.bpm * self._speed)


class Retimed(NullSink):
    """Hands on to `sink` what it is told, with times of the real clock, not of the log."""

    def __init__(self, sink: Sink, pace: Pace) -> None:
        self._sink, self._pace = sink, pace
        self.name, self.prompt, self.announces = sink.name, sink.prompt, sink.announces

    def note_on(self, time_s: float, note: Note) -> None:
        self._sink.note_on(self._pace.real_s(time_s), note)

    def note_off(self, time_s: float, note: Note) -> None:
        self._sink.note_off(self._pace.real_s(time_s), note)

    def control(self, time_s: float, index: int, value: float) -> None:
        self._sink.control(self._pace.real_s(time_s), index, value)

    def clock(self, time_s: float, pulse: int) -> None:
        self._sink.clock(self._pace.real_s(time_s), pulse)

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._sink.transport(self._pace.real_s(time_s), event, beat)

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        real = self._pace.real(timeline)
        self._sink.bar(self._pace.real_s(time_s), bar, phrase, controls, real, played)

    def beat(self, time_s: float, beat: int) -> None:
        self._sink.beat(self._pace.real_s(time_s), beat)

    def param(self, name: str, value: float) -> None:
        self._sink.param(name, value)

    def panic(self, time_s: float) -> None:
        self._sink.panic(self._pace.real_s(time_s))


class MidFile(NullSink):
    """A .mid file at `path`, made new; written by `close`. `now_s()` is the time of the log."""

    name = "mid file"

    def __init__(self, path: Path, now_s: Callable[[], float]) -> None:
        """Raises DataError where it cannot be made, or is there already."""
        self._now_s = now_s
        self._track = MidiTrack()
        self._opening = self._track.opening()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._journal = MidiJournal(path)
        except FileExistsError:
            raise DataError(f"{str(path)!r} is there already; name another file") from None
        except OSError as error:
            raise DataError(
                f"{str(path)!r} cannot be written ({(error.strerror or str(error)).lower()}); name"
                " another file"
            ) from None

    def note_on(self, time_s: float, note: Note) -> None:
        self._track.strike(note)

    def note_off(self, time_s: float, note: Note) -> None:
        self._track.end(time_s, note)

    def control(self, time_s: float, index: int, value: float) -> None:
        self._track.control(time_s, index, value)

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._track.locate(event)

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        self._track.follow(timeline, bar)

    def param(self, name: str, value: float) -> None:
        if name == "tempo":
            self._track.change_tempo(self._now_s(), value)

    def panic(self, time_s: float) -> None:
        self._track.end_all(time_s)

    def close(self) -> None:
        self._track.end_all(None)
        with contextlib.closing(self._journal) as journal:
            rest = self._opening + self._track.take()
            while rest:
                rest = rest[journal.append(rest) :]

"""`livesyn replay`: a set log played again, from its lines to the same MIDI bytes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from livesyn.base.errors import LivesynError
from livesyn.base.types import Phrase
from livesyn.ipc.set_log import Asked, Begin, DamagedLine, End, Line, Lost, Made, Step, read
from livesyn.player.core import PLAYED_BY
from livesyn.player.replay import Difference, Replay, ReplayError
from livesyn.sinks.base import Sink
from livesyn.transport.timeline import BEATS_PER_BAR


class Phrases:
    """Puts other phrases in the place of those that were offered; here the same."""

    def made(self, line: Made) -> None:
        """What a bar was made from; its phrase comes later in the log, or came just before."""

    def instead(self, bar: int, phrase: Phrase) -> Phrase:
        """What is offered for `bar`, where the log has `phrase`."""
        return phrase


@dataclass(slots=True)
class Report:
    """What became of a log. `reached_s` is how far it was replayed, in seconds of music from its
    begin; `ending` why not further: "" where it ended as shows do. `lives` are the players it was
    written by, one after another.
    """

    lives: int = 0
    reached_s: float = 0.0
    bars: int = 0
    settled: int = 0
    bytes: int = 0
    steps: int = 0
    stuck: int = 0  # notes that sounded after the end
    asked: Counter[str] = field(default_factory=Counter)
    difference: Difference | None = None
    differs_at_s: float = 0.0
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Until:
    """Where to stop: `seconds` into the log, or at the end of bar number `bar`, as people count."""

    seconds: float = math.inf
    bar: int | None = None


def replay(
    path: Path,
    sinks: Sequence[Sink] = (),
    *,
    until: Until = Until(),
    pace: Callable[[float], object] | None = None,
    on_begin: Callable[[Replay], object] = lambda replay: None,
    phrases: Phrases | None = None,
) -> Report:
    """Play the log at `path` on `sinks`, which are open, and compare the bytes.

    `pace(time_s)` is called before each step, with the time of the log, and may wait for it.
    Whatever ends it, every note is ended. Raises DataError where there is no log.
    """
    return _Reader(path, sinks, until, pace, on_begin, phrases or Phrases()).run()


class _Reader:
    def __init__(
        self,
        path: Path,
        sinks: Sequence[Sink],
        until: Until,
        pace: Callable[[float], object] | None,
        on_begin: Callable[[Replay], object],
        phrases: Phrases,
    ) -> None:
        self._path, self._sinks, self._until, self._pace = path, sinks, until, pace
        self._on_begin, self._phrases = on_begin, phrases
        self._life: Replay | None = None  # while it can be gone on from
        self._before_s = 0.0  # the length of the lives before
        self._end_s = math.inf
        self.report = Report()

    def run(self) -> Report:
        report, damaged = self.report, 0
        try:
            for number, line in enumerate(read(self._path), 1):
                if isinstance(line, DamagedLine):
                    damaged = damaged or number
                    continue
                if damaged and self._life is not None:
                    self._break_off(
                        ""
                        if isinstance(line, Begin)
                        else f"line {damaged} is damaged, so what comes after it does not follow"
                    )
                damaged = 0
                if not self._take(line):
                    return report
            if self._life is not None:
                self._break_off("the log was cut off here" if damaged else "the log ends here")
        finally:
            self._leave()
        return report

    def _take(self, line: Line) -> bool:
        """False when that is far enough."""
        if isinstance(line, Begin):
            self._leave()
            self._begin(line)
        elif isinstance(line, Asked):
            self._tell(line)
        elif isinstance(line, Made):
            self._phrases.made(line)
        elif self._life is None:
            pass
        elif isinstance(line, Step | End):
            try:
                return self._step(self._life, line)
            except ReplayError as error:
                self._break_off(str(error))
        elif isinstance(line, Lost):
            self._break_off(f"{line.lines} lines could not be written here ({line.why})")
        return True

    def _begin(self, line: Begin) -> None:
        self.report.lives += 1
        self.report.ending = ""
        try:
            self._life = Replay(line, self._sinks, self._pace)
        except LivesynError as error:
            self._break_off(str(error))
            return
        self._end_s = line.at_s + self._until.seconds - self._before_s
        self._on_begin(self._life)

    def _step(self, life: Replay, line: Step | End) -> bool:
        stop_s = min(self._end_s, self._line_s(life))
        if line.at_s > stop_s:
            life.run_to(max(life.now_s, stop_s))
            return False
        if isinstance(line, End):
            life.end(line)
            self._leave()
        else:
            life.step(line, self._phrases.instead)
            self.report.settled += sum(
                self._until.bar is None or bar.bar < self._until.bar for bar in line.settled
            )
        if self.report.difference is None and life.tally.difference is not None:
            self.report.difference = life.tally.difference
            self.report.differs_at_s = self._before_s + life.tally.difference.time_s - life.begin_s
        return True

    def _line_s(self, life: Replay) -> float:
        """Just before the line on which to stop, once it is near; the tempo may still move it."""
        show, bar = life.player.show, self._until.bar
        if bar is None or not (show.playing and show.bar > bar):
            return math.inf
        return math.nextafter(show.timeline.time_of(bar * BEATS_PER_BAR), -math.inf)

    def _tell(self, line: Asked) -> None:
        """Echo a parameter to those who listen; what the player itself obeys is in its steps."""
        self.report.asked[line.what] += line.times
        if (
            self._life is not None
            and line.what == "param"
            and line.beat is None
            and line.name not in PLAYED_BY
        ):
            self._life.player.tell("param", line.name, line.value)

    def _break_off(self, why: str) -> None:
        self.report.ending = why
        self._leave()

    def _leave(self) -> None:
        """The life is over: end its notes and count."""
        life, self._life = self._life, None
        if life is None:
            return
        life.leave()
        report, tally = self.report, life.tally
        self._before_s += life.elapsed_s
        report.reached_s = self._before_s
        report.bars += tally.bars
        report.bytes += tally.bytes
        report.steps += tally.steps
        report.stuck += tally.counts["sounding"]

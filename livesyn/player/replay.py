"""A player that plays a set log: the same code as in the show, with the time that is written.

What it sends follows from the `step` lines alone. Each tells what the player obeyed and settled in
one step, and when; between them it only sent what was due. So the bytes are the same, on any
machine, at any speed.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import msgspec

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import LivesynError
from livesyn.base.types import Phrase
from livesyn.ipc.set_log import Begin, End, PhraseRow, Sent, Step
from livesyn.music.harmony import Fit
from livesyn.player import tape
from livesyn.player.core import COMMANDS, STALL_S, Lead, Player
from livesyn.sinks.base import Sink
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

HOP_S = STALL_S / 2  # the player takes a longer step for a stall
FASTEST_BPM = 2000.0
LONGEST_GAP_S = 60.0  # between lines while it plays: a bar at 20 bpm takes 12 s


class ReplayError(LivesynError):
    """What is written cannot have happened. One sentence."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the bytes of a replay are other than those written: bar `bar`, by its line at `time_s`
    (as in the log), from byte `at` on. `written` and `sent` are a few bytes from there.
    """

    bar: int
    time_s: float
    at: int
    written: bytes
    sent: bytes


@dataclass(slots=True)
class Tally:
    """What a replay has seen."""

    bars: int = 0  # whose bytes were compared
    bytes: int = 0
    steps: int = 0
    difference: Difference | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


class Replay:
    """One player's part of a log, from its `begin` line on; `pace(time_s)` is called before each
    step with the time of the log, and may wait for it. Without, what falls near is sent together.
    """

    def __init__(
        self,
        begin: Begin,
        sinks: Sequence[Sink] = (),
        pace: Callable[[float], object] | None = None,
    ) -> None:
        self.begin_s = begin.at_s
        self.now_s = begin.at_s
        self.tally = Tally()
        self._pace = pace
        self._tape = tape.Tape(timed=True)
        self._clock = ManualClock(begin.at_s)
        values = {
            name: params.BY_NAME[name].clamp(value)
            for name, value in begin.params.items()
            if name in params.BY_NAME
        }
        self.player = Player((*sinks, self._tape), self._clock, values)
        if begin.muted:
            self.player.mute_at_once()
        self.player.value_at = self._value_at
        self.player.fit_at = lambda beat: next(self._fits, None)
        self._fits: Iterator[Fit | None] = iter(())
        if begin.last is not None:
            self.player.recall(begin.last[0].value(), begin.last[1])
        self._settled: dict[int, tuple[float, bool]] = {}
        self._taken: set[int] = set()  # those of them that were asked for
        self._next_s = begin.at_s

    def step(self, line: Step, instead: Callable[[int, Phrase], Phrase] | None = None) -> None:
        """Do what a line says, after what was due before it. `instead(bar, phrase)` may put another
        phrase in the place of one that was offered. Raises ReplayError.
        """
        self._check_times(line.before_s, line.at_s)
        self._run_to(line.before_s)
        for obeyed in line.obeyed:
            args = arguments_of(obeyed.do, obeyed.args)
            if instead is not None and obeyed.do == "offer":
                args[1] = instead(args[0], args[1])
            self.player.obey(obeyed.do, *args)
        self._fits = iter(line.fits)
        self._settled, self._taken = {b.bar: (b.swing, b.silent) for b in line.settled}, set()
        self._step(line.at_s)
        for obeyed in line.obeyed:
            if obeyed.do == "set_value":
                self.player.tell("param", *obeyed.args[:2])
        if left := self._settled.keys() - self._taken:
            raise ReplayError(
                f"bar {min(left) + 1} was settled {self.elapsed_s:.3f} s into the log,"
                " and is not in the replay; another version of livesyn wrote it"
            )
        self.tally.steps += 1
        self._compare(line.sent, self._tape.take())

    def end(self, line: End) -> None:
        """The player ends all notes and leaves. Raises ReplayError."""
        self._check_times(line.before_s, line.at_s)
        self._run_to(line.before_s)
        if self._pace is not None:
            self._pace(line.at_s)
        self._move_to(line.at_s)
        self.player.finish(line.at_s)
        self._compare(line.sent, self._tape.end())

    def leave(self, now_s: float | None = None) -> None:
        """The log ends here, but not the show: end all notes."""
        if not self.player.finished:
            self.player.finish(self.now_s if now_s is None else now_s)
        self.tally.counts = self.player.counts()

    def run_to(self, time_s: float) -> None:
        """Send what is due by then. For the last bar, of which the log tells no more."""
        self._run_to(time_s)

    @property
    def elapsed_s(self) -> float:
        """Since its begin."""
        return self.now_s - self.begin_s

    def _check_times(self, before_s: float, at_s: float) -> None:
        if not self.now_s <= before_s <= at_s:
            raise ReplayError(
                f"{self.elapsed_s:.3f} s into the log its times run backwards; it was changed"
            )
        if self.player.show.playing and before_s - self.now_s > LONGEST_GAP_S:
            raise ReplayError(
                f"{self.elapsed_s:.3f} s into the log nothing is written for"
                f" {before_s - self.now_s:.0f} s of music; lines are missing"
            )

    def _run_to(self, time_s: float) -> None:
        """Take the steps up to `time_s` that only sent what was due."""
        while self.now_s < time_s:
            if not self.player.show.playing:  # nothing is due
                self._step(time_s)
                return
            due_s = self.now_s + HOP_S if self._pace is None else self._next_s
            self._step(min(due_s, time_s))

    def _step(self, time_s: float) -> None:
        if self._pace is not None:
            self._pace(time_s)
        self._move_to(time_s)
        self._next_s = self.player.step(time_s)

    def _move_to(self, time_s: float) -> None:
        self.now_s = time_s
        self._clock.sleep_until(time_s)

    def _value_at(self, name: str, beat: float) -> float:
        """What decides of a bar, as it was in the show."""
        bar = round(beat / BEATS_PER_BAR)
        found = self._settled.get(bar)
        if found is None:
            raise ReplayError(
                f"{self.elapsed_s:.3f} s into the log bar {bar + 1} is settled in the replay, and"
                " was not in the show; lines are missing, or another version of livesyn wrote it"
            )
        self._taken.add(bar)
        swing, silent = found
        return swing if name == "swing" else 0.0 if silent else 1.0

    def _compare(self, written: Sequence[Sent], sent: Sequence[tape.Bar]) -> None:
        self.tally.bars += len(written)
        self.tally.bytes += sum(len(bar.data) for bar in written)
        if self.tally.difference is not None:
            return
        for number in range(max(len(written), len(sent))):
            old = written[number] if number < len(written) else None
            new = sent[number] if number < len(sent) else None
            if old is None or new is None or (old.bar, old.data) != (new.number, new.sent):
                self.tally.difference = _difference(old, new, self.now_s)
                return


def _difference(written: Sent | None, sent: tape.Bar | None, now_s: float) -> Difference:
    """The first byte that is another."""
    old = b"" if written is None else written.data
    new = b"" if sent is None else sent.sent
    at = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    times = () if sent is None else sent.times
    due_s = next((time_s for end, time_s in times if end > at), now_s)
    number = written.bar if written is not None else sent.number if sent is not None else 0
    return Difference(number, due_s, at, old[at : at + 12], new[at : at + 12])


def arguments_of(do: str, written: Sequence[Any]) -> list[Any]:
    """The arguments of a command as the log has them, as the player takes them: by its signature.
    Raises ReplayError.
    """
    if do not in COMMANDS:
        raise ReplayError(
            f"the log has a command {do!r}, which this player does not know; another version of"
            " livesyn wrote it"
        )
    kinds = _kinds_of(do)
    if len(kinds) != len(written):
        raise ReplayError(
            f"the log gives {do!r} {len(written)} arguments and this player takes {len(kinds)};"
            " another version of livesyn wrote it"
        )
    try:
        args = [
            msgspec.convert(value, PhraseRow).value()
            if kind is Phrase
            else msgspec.convert(value, kind)
            for value, kind in zip(written, kinds, strict=True)
        ]
    except (ValueError, msgspec.MsgspecError, LivesynError) as error:
        raise ReplayError(f"the log gives {do!r} what it does not take: {error}") from None
    return _checked(do, args)


def _checked(do: str, args: list[Any]) -> list[Any]:
    """Raises ReplayError for numbers that no show has had, at which a player would not come to an
    end.
    """
    if do == "set_value" and args[0] in params.BY_NAME:
        args[1] = params.BY_NAME[args[0]].clamp(args[1])
    for arg in args:
        if isinstance(arg, float) and not math.isfinite(arg):
            raise ReplayError(f"the log gives {do!r} a number that is not finite")
        if isinstance(arg, Lead):
            arg = arg.timeline
        if isinstance(arg, Timeline) and not (
            1.0 <= arg.bpm <= FASTEST_BPM and abs(arg.beat) < 1e9 and abs(arg.time_s) < 1e12
        ):
            raise ReplayError(f"the log gives {do!r} a tempo of {arg.bpm:g} bpm")
    return args


_KINDS: dict[str, list[Any]] = {}


def _kinds_of(do: str) -> list[Any]:
    if do not in _KINDS:
        command = COMMANDS[do]
        hints = get_type_hints(command)
        names = list(inspect.signature(command).parameters)[2:]  # self and the time come first
        _KINDS[do] = [hints[name] for name in names]
    return _KINDS[do]

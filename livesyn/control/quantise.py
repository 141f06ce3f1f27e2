"""When a change takes effect: at once, or on the line of a beat or bar. Pure; time comes in.

A line takes a change that was asked for up to `lookahead` before it (0: up to the line itself, as a
clip launched in Ableton Live); one that comes later waits for the line after. Music is made ahead:
a bar that has been begun cannot take a change any more, so a change of music that waits for a bar
takes the first whose making has not begun. What waits is known to whoever makes bars, so the bar
that begins at the line has it from its first note.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from livesyn.base.params import QUANTA, Param
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

QUANTUM_BEATS = dict(
    zip(QUANTA, (0, 1, BEATS_PER_BAR, 4 * BEATS_PER_BAR), strict=True)
)  # 0: no line
MADE_AHEAD = frozenset({"music", "latent", "steer", "attribute", "scene"})  # groups
PLAYED_AHEAD = frozenset({"swing"})  # the player settles a bar ahead of its line
NEAR_BEATS = 1e-6  # a line this near is now
FURTHEST_BEATS = 32  # four bars, and what a lead of two seconds is at 300 bpm


@dataclass(frozen=True, slots=True)
class Waiting:
    """`name` becomes `value`, which is legal, on `beat`. `origin` asked for it at `asked_s`."""

    name: str
    value: float
    beat: float
    origin: str
    asked_s: float


def is_made_ahead(row: Param) -> bool:
    """Whether what a parameter does is fixed some time before it is heard."""
    return row.group in MADE_AHEAD or row.name in PLAYED_AHEAD


def line_for(
    row: Param,
    quantum_beats: int,
    timeline: Timeline,
    asked_s: float,
    lookahead_s: float,
    lead_s: float,
) -> float | None:
    """The beat on which a change of `row` asked for at `asked_s` takes effect; None: at once.
    `lead_s` is how long before its line a bar is begun.
    """
    if not quantum_beats or row.direct:
        return None
    if quantum_beats >= BEATS_PER_BAR and is_made_ahead(row):
        lookahead_s = max(lookahead_s, lead_s)
    return line_after(quantum_beats, timeline, asked_s + lookahead_s)


def line_after(quantum_beats: int, timeline: Timeline, time_s: float) -> float:
    """The first beat not before `time_s` on which a line of the quantum falls."""
    beat = timeline.beat_at(time_s)
    return float(math.ceil((beat - NEAR_BEATS) / quantum_beats) * quantum_beats)


class Queue:
    """Changes that wait for their line. Of one parameter the newest for a line counts, and a newer
    one puts aside all that would take effect with it or after it: the last word is the last to be
    obeyed. An earlier line keeps its own, or a fader that is moved over a line would never be
    heard. Not thread-safe.
    """

    def __init__(self, waiting: tuple[Waiting, ...] = ()) -> None:
        self._by_name: dict[str, list[Waiting]] = {}  # lines in order
        for change in waiting:
            self.put(change)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def __iter__(self) -> Iterator[Waiting]:
        for changes in self._by_name.values():
            yield from changes

    @property
    def next_beat(self) -> float | None:
        """The first line; None where nothing waits."""
        return min((changes[0].beat for changes in self._by_name.values()), default=None)

    def put(self, change: Waiting) -> None:
        """`change` waits for its line."""
        earlier = [c for c in self._by_name.get(change.name, ()) if c.beat < change.beat]
        self._by_name[change.name] = [*earlier, change]

    def cancel(self, name: str) -> bool:
        """What waits for `name` is put aside; whether anything did."""
        return self._by_name.pop(name, None) is not None

    def cancel_from(self, name: str, beat: float) -> bool:
        """What waits for `name` for `beat` or later is put aside; whether anything did."""
        changes = self._by_name.get(name, [])
        left = [change for change in changes if change.beat < beat - NEAR_BEATS]
        if len(left) == len(changes):
            return False
        self._by_name[name] = left
        if not left:
            del self._by_name[name]
        return True

    def take(self, beat: float | None = None) -> list[Waiting]:
        """The changes whose line is not after `beat`, in the order of their lines; None: all. A
        line further away than any can be belonged to another run of the transport, and counts as
        passed.
        """
        taken: list[Waiting] = []
        for name, changes in tuple(self._by_name.items()):
            left = [
                change
                for change in changes
                if beat is not None and NEAR_BEATS < change.beat - beat <= FURTHEST_BEATS
            ]
            if len(left) == len(changes):
                continue
            taken += [change for change in changes if change not in left]
            if left:
                self._by_name[name] = left
            else:
                del self._by_name[name]
        return sorted(taken, key=lambda change: change.beat)

"""A crossfade of parameters to a scene: what each of them is on any beat. Pure; no time is read.

Numbers go in a straight line. A choice (a scale, a period) cannot be in between: it changes in the
middle. What is set by hand alone (`Param.direct`) changes at once, but for the tempo, which goes by
steps of a beat: every step moves all that waits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from livesyn.base import params
from livesyn.control.quantise import FURTHEST_BEATS, NEAR_BEATS

STEPPED = "tempo"


@dataclass(frozen=True)
class Fade:
    """To `ends` (name -> value, all legal) from what the parameters are on `beat`, in `beats`.
    Once it has `begun`, `starts` holds what they were then. `scene` is what it is called, for
    people; `origin` asked for it at `asked_s`.
    """

    scene: str
    beat: float
    beats: float
    ends: Mapping[str, float]
    origin: str = ""
    asked_s: float = 0.0
    starts: Mapping[str, float] = field(default_factory=dict)
    begun: bool = False

    def part(self, beat: float) -> float:
        """How far it is on `beat`, 0 to 1."""
        return part_of(beat, self.beat, self.beats)

    def value(self, name: str, beat: float, before: float) -> float:
        """What parameter `name` is on `beat`; `before` is what it is without this fade."""
        if beat < self.beat - NEAR_BEATS or name not in self.ends:
            return before
        row, start, end = params.BY_NAME[name], self.starts.get(name, before), self.ends[name]
        if name == STEPPED:
            beat = max(self.beat, math.floor(beat + NEAR_BEATS))
        elif row.direct:
            return end
        part = self.part(beat)
        if row.choices:
            return end if self.part(beat + NEAR_BEATS) >= 0.5 else start
        return row.clamp(start + (end - start) * part) if part < 1 else end

    def begin(self, values: Mapping[str, float], before: Fade | None) -> Fade:
        """With what the parameters are on its first beat. One that was on its way is led to its end
        with this one.
        """
        ends = {**(before.ends if before is not None else {}), **self.ends}
        return replace(self, ends=ends, starts={name: values[name] for name in ends}, begun=True)

    def without(self, name: str) -> Fade:
        """A hand took a parameter out of it."""
        return replace(self, ends={key: end for key, end in self.ends.items() if key != name})

    def has_come(self, beat: float | None) -> bool:
        """Whether its first beat has been. While the transport stands (None) it has, and so has one
        of another run of the transport.
        """
        return beat is None or not NEAR_BEATS < self.beat - beat <= FURTHEST_BEATS

    def is_over(self, beat: float | None) -> bool:
        """Whether it has led where it leads; also where the beat does not come any more."""
        return beat is None or self.part(beat) >= 1


def part_of(beat: float, first_beat: float, beats: float) -> float:
    """How far a way of so many `beats` from `first_beat` on is gone on `beat`, 0 to 1. One that is
    further ahead than any can be belongs to another run of the transport: it is gone.
    """
    if NEAR_BEATS < first_beat - beat <= FURTHEST_BEATS:
        return 0.0
    if beat < first_beat - NEAR_BEATS:
        return 1.0
    gone = beat - first_beat + NEAR_BEATS
    return 1.0 if gone >= beats else max(0.0, beat - first_beat) / beats

"""What a MIDI file holds, once it is read: notes by part, tempos and meters, in ticks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

DEFAULT_TEMPO_US = 500_000  # a beat, which is 120 beats a minute
DRUMS = 10


class TickNote(NamedTuple):
    """A note: from `start` to `end` in ticks."""

    start: int
    end: int
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """What one track plays on one channel (1 to 16) with one program (0 to 127): its notes, in the
    order in which they begin."""

    track: int
    channel: int
    program: int
    notes: list[TickNote]

    @property
    def is_drum(self) -> bool:
        """Whether it is on the percussion channel."""
        return self.channel == DRUMS


@dataclass(frozen=True)
class MidiSequence:
    """All of a file that sounds. `tempos` are (tick, microseconds a beat), `meters` (tick, beats,
    beat's part of a whole note), both in the order of their ticks. `mended` tells in words what was
    passed over or taken otherwise; it is empty for a file that is as it should be.
    """

    ticks_per_beat: float
    parts: tuple[Part, ...]
    tempos: tuple[tuple[int, int], ...] = ()
    meters: tuple[tuple[int, int, int], ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def bpm(self) -> float:
        """The tempo in which it begins."""
        return 60e6 / (self.tempos[0][1] if self.tempos else DEFAULT_TEMPO_US)

    def beat(self, tick: float) -> float:
        """A tick in beats from the start."""
        return tick / self.ticks_per_beat

    def seconds(self, ticks: Iterable[int]) -> list[float]:
        """Ticks as seconds from the start, by the tempos."""
        changes: list[tuple[int, int, float]] = [(0, DEFAULT_TEMPO_US, 0.0)]
        for tick, tempo_us in self.tempos:
            last, before_us, at_s = changes[-1]
            changes.append((tick, tempo_us, at_s + self.beat(tick - last) * before_us / 1e6))
        starts = [change[0] for change in changes]
        found = []
        for tick in ticks:
            last, tempo_us, at_s = changes[bisect_right(starts, tick) - 1]
            found.append(at_s + self.beat(tick - last) * tempo_us / 1e6)
        return found

    def remark(self, name: str) -> str | None:
        """One sentence about what is not as it should be in the file `name`; None where all is."""
        if not self.mended:
            return None
        return f"{name!r} is read, but not all is as it should be: {', '.join(self.mended)}"

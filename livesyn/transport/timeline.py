"""Beats and seconds: one straight line, and a tempo tapped by hand. Pure maths, frozen values."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace

from livesyn.base.errors import ConfigError

BEATS_PER_BAR = 4
PULSES_PER_BEAT = 24  # MIDI clock


@dataclass(frozen=True, slots=True)
class Timeline:
    """`beat` falls on `time_s`, and `bpm` beats pass each minute. Safe to share between threads.

    Laws: `time_of(beat_at(t)) == t`, `beat_at(time_of(b)) == b` (to rounding), both strictly
    increasing; `with_tempo(bpm, t).beat_at(t) == beat_at(t)`. Raises ConfigError for a tempo
    that is not a positive number.
    """

    beat: float
    time_s: float
    bpm: float

    def __post_init__(self) -> None:
        if not (
            math.isfinite(self.bpm)
            and self.bpm > 0
            and math.isfinite(self.beat)
            and math.isfinite(self.time_s)
        ):
            raise ConfigError(
                f"a timeline needs finite numbers and a tempo above 0; got beat {self.beat}, time"
                f" {self.time_s} s, {self.bpm} bpm"
            )

    def time_of(self, beat: float) -> float:
        """Monotonic seconds at which `beat` falls."""
        return self.time_s + (beat - self.beat) * 60.0 / self.bpm

    def beat_at(self, time_s: float) -> float:
        """The beat that falls on monotonic `time_s`."""
        return self.beat + (time_s - self.time_s) * self.bpm / 60.0

    def with_tempo(self, bpm: float, now_s: float) -> Timeline:
        """Another tempo from `now_s` on; the beat at `now_s` stays what it is."""
        return Timeline(self.beat_at(now_s), now_s, bpm)

    def nudged(self, later_s: float) -> Timeline:
        """Every beat `later_s` later (earlier when negative)."""
        return replace(self, time_s=self.time_s + later_s)


def bar_of(beat: float) -> int:
    """The bar (from 0) that holds `beat`."""
    return math.floor(beat / BEATS_PER_BAR)


@dataclass(frozen=True, slots=True)
class Taps:
    """Tap tempo: the last taps' times. A pause of over `PAUSE_S` begins anew."""

    times_s: tuple[float, ...] = ()

    PAUSE_S = 2.0
    KEPT = 8

    def tapped(self, now_s: float) -> Taps:
        """With one more tap; one that does not come after the last is ignored."""
        if not self.times_s or now_s - self.times_s[-1] > self.PAUSE_S:
            return Taps((now_s,))
        return Taps((*self.times_s, now_s)[-self.KEPT :]) if now_s > self.times_s[-1] else self

    @property
    def bpm(self) -> float | None:
        """Beats a minute by the median distance of the taps; None before the second."""
        if len(self.times_s) < 2:
            return None
        return 60.0 / statistics.median(
            b - a for a, b in zip(self.times_s, self.times_s[1:], strict=False)
        )

"""How late events leave, over a sliding window of the last ones."""

from __future__ import annotations

from array import array

LATE_MS = 2.0
WINDOW = 4096  # at 110 bpm some 90 s of clock pulses and notes


class Lateness:
    """`add` on the scheduler thread only, allocating nothing that stays; reading on any thread."""

    def __init__(self) -> None:
        self._ms = array("d", bytes(8 * WINDOW))
        self._count = 0
        self.late = 0

    def add(self, late_s: float) -> None:
        """One event left `late_s` after it was due."""
        late_ms = late_s * 1000
        self._ms[self._count % WINDOW] = late_ms
        self._count += 1
        self.late += late_ms > LATE_MS

    def percentiles_ms(self, *percents: float) -> list[float]:
        """Nearest-rank percentiles of the window, in ms; zeros before the first event."""
        values = sorted(self._ms[: min(self._count, WINDOW)])
        if not values:
            return [0.0 for _ in percents]
        return [
            values[min(len(values) - 1, int(len(values) * percent / 100))] for percent in percents
        ]

"""Figures over the last while: percentiles of a ring, rates."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np


class Recent:
    """The last `size` values. Thread-safe; None is what is known of nothing."""

    def __init__(self, size: int) -> None:
        self._values: deque[float] = deque(maxlen=size)
        self._lock = threading.Lock()

    def add(self, value: float) -> None:
        """Remember `value`; at `size` the oldest goes."""
        with self._lock:
            self._values.append(value)

    def add_span(self, start_s: float, end_s: float) -> None:
        """Remember how long something took, in ms."""
        self.add(1000 * (end_s - start_s))

    def percentile(self, percent: float) -> float | None:
        """The smallest value that at least `percent` of a hundred do not exceed."""
        with self._lock:
            values = list(self._values)
        return float(np.percentile(values, percent, method="inverted_cdf")) if values else None

    @property
    def newest(self) -> float | None:
        with self._lock:
            return self._values[-1] if self._values else None

    @property
    def least(self) -> float | None:
        with self._lock:
            return min(self._values, default=None)


class Rate:
    """How many a second, from a counter looked at now and then. Belongs to one thread."""

    def __init__(self) -> None:
        self._before: tuple[float, int] | None = None

    def read(self, now_s: float, count: int) -> float | None:
        """Events a second since the last look; None at the first."""
        before, self._before = self._before, (now_s, count)
        if before is None or now_s <= before[0]:
            return None
        return (count - before[1]) / (now_s - before[0])

"""Clocks. The only module of the live path that reads the time, and only the monotonic one.

`time.monotonic` counts from the same instant in every process of a machine, so a time made
in the engine means the same in the player.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time for the live path. Thread-safe."""

    def now_s(self) -> float:
        """Seconds on the monotonic clock."""

    def sleep_until(self, time_s: float) -> None:
        """Block the calling thread until `time_s`; returns at once when it has passed."""


class SystemClock:
    """The machine's monotonic clock. `sleep_until` sleeps, then spins the last `spin_s`."""

    def __init__(self, spin_s: float = 0.0) -> None:
        self._spin_s = spin_s

    def now_s(self) -> float:
        return time.monotonic()

    def sleep_until(self, time_s: float) -> None:
        while (left_s := time_s - time.monotonic()) > 0:
            if left_s > self._spin_s:
                time.sleep(left_s - self._spin_s)


class ManualClock:
    """A clock that is set by hand; `sleep_until` moves it on at once. For tests and offline use."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s

    def now_s(self) -> float:
        return self._now_s

    def sleep_until(self, time_s: float) -> None:
        self._now_s = max(self._now_s, time_s)

    def advance(self, seconds: float) -> float:
        """Move on by `seconds`; returns the new time."""
        self._now_s += seconds
        return self._now_s


def wall_offset_s() -> float:
    """Seconds to add to a monotonic time to get Unix time, for OSC timetags and file names."""
    return time.time() - time.monotonic()

"""How often somebody may do something. Pure: time is an argument."""

from __future__ import annotations


class Allowance:
    """A token bucket: `burst` at once, and `rate_hz` a second in the long run."""

    def __init__(self, rate_hz: float, burst: float) -> None:
        self._rate_hz, self._burst = rate_hz, burst
        self._left = burst
        self._at_s: float | None = None

    def left(self, now_s: float) -> float:
        """How many are free now; below 0 what is owed."""
        if self._at_s is not None:
            elapsed_s = max(0.0, now_s - self._at_s)
            self._left = min(self._burst, self._left + elapsed_s * self._rate_hz)
        self._at_s = now_s
        return self._left

    def may(self, now_s: float) -> bool:
        """Take one if there is one."""
        if self.left(now_s) < 1:
            return False
        self._left -= 1
        return True

    def take(self, now_s: float) -> float:
        """Take one in any case; returns the seconds to wait before it is used."""
        self._left = self.left(now_s) - 1
        return max(0.0, -self._left / self._rate_hz)

"""Keeping a frame rate against a clock."""

from __future__ import annotations

from livesyn.base.clock import Clock


class Pace:
    """A frame rate of `rate_hz`, counted from the first `wait`. For one thread."""

    def __init__(self, clock: Clock, rate_hz: float, patience_s: float = 1.0) -> None:
        self._clock = clock
        self._period_s = 1.0 / rate_hz
        self._patience_s = patience_s
        self._due_s: float | None = None

    def wait(self) -> int:
        """Block until the next frame is due. Returns how many frames were missed before it; after a
        stall longer than `patience_s` the schedule starts anew, and that is 0.
        """
        now_s = self._clock.now_s()
        if self._due_s is None or now_s - self._due_s > self._patience_s:
            self._due_s = now_s
        missed = max(0, int((now_s - self._due_s) / self._period_s))
        self._due_s += missed * self._period_s
        self._clock.sleep_until(self._due_s)
        self._due_s += self._period_s
        return missed

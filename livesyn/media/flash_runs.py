"""How often the picture as a whole grows lighter or darker, or more or less red, by a step.

That is another count than the turns of its parts (`livesyn.media.flash_limiter`), and how detectors
for broadcast count: the mean of the picture, in runs of one direction. A run begins anew with
whatever small change goes the other way, so stairs that lead down with a little up between them
are a row of changes here, and one turn there.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from livesyn.media.flash_rule import AREA, WITHIN_S


class Runs:
    """The runs of the mean of a value that went by `step` or more within a second. Only pictures of
    which `AREA` changed move it, and where the darker mean is under `dark`.
    """

    def __init__(self, step: float, dark: float = float("inf")) -> None:
        self._step, self._dark = step, dark
        self._last: np.ndarray | None = None
        self._mean = 0.0
        self._gone = 0.0  # in this run, within a second
        self._parts: deque[tuple[float, float]] = deque()  # of it, each with its time
        self._counted_s = -float("inf")  # when this run was counted
        self._times_s: deque[float] = deque()
        self._now_s = 0.0

    @property
    def count(self) -> int:
        """How many there were in the last second."""
        return len(self._times_s)

    def begin(self, now_s: float) -> None:
        """A picture comes; what is more than a second old is forgotten."""
        self._now_s = now_s
        while self._times_s and self._times_s[0] <= now_s - WITHIN_S:
            self._times_s.popleft()

    def allow(self, value: np.ndarray, most: int) -> bool:
        """Whether showing `value` (H, W) next keeps within `most` a second."""
        return len(self._times_s) < most or not self._next(value)[2]

    def take(self, value: np.ndarray) -> None:
        """`value` is shown."""
        change, self._gone, counts = self._next(value)
        if self._parts and self._parts[-1][1] * change < 0:
            self._parts.clear()
            self._counted_s = -float("inf")
        self._forget_parts()
        if change:
            self._parts.append((self._now_s, change))
        if counts:
            self._times_s.append(self._now_s)
            self._counted_s = self._now_s
        self._last, self._mean = value, float(value.mean())

    def _next(self, value: np.ndarray) -> tuple[float, float, bool]:
        """What changes with `value`, how far its run has then gone, and whether that counts."""
        last = self._last
        if last is None:
            return 0.0, 0.0, False
        if last.shape == value.shape and np.mean(value != last) < AREA:
            return 0.0, self._gone, False
        mean = float(value.mean())
        change = mean - self._mean
        goes_on = not self._parts or self._parts[-1][1] * change >= 0
        since_s = self._now_s - WITHIN_S
        gone = change
        if goes_on:
            gone += sum(part for time_s, part in self._parts if time_s > since_s)
        counted = goes_on and self._counted_s > since_s
        far = abs(gone) >= self._step and min(mean, self._mean) < self._dark
        return change, gone, far and not counted

    def _forget_parts(self) -> None:
        while self._parts and self._parts[0][0] <= self._now_s - WITHIN_S:
            self._parts.popleft()


class Frequent:
    """For how long there were `turns` or more within a second, of the last `window_s` seconds."""

    def __init__(self, turns: int, window_s: float) -> None:
        self._turns, self._window_s = turns, window_s
        self._spans: deque[tuple[float, float]] = deque()  # when each ended, and how long it was
        self._then_s: float | None = None

    def take(self, count: int, now_s: float) -> None:
        """So many there are in the last second, now."""
        passed_s = 0.0 if self._then_s is None else min(now_s - self._then_s, 1.0)
        self._then_s = now_s
        if count >= self._turns:
            self._spans.append((now_s, passed_s))
        while self._spans and self._spans[0][0] <= now_s - self._window_s:
            self._spans.popleft()

    @property
    def seconds(self) -> float:
        """For how long."""
        return sum(span_s for _, span_s in self._spans)

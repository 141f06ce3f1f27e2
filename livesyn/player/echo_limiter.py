"""Which values OSC out is told, so that a peer that sends everything back, or a loop of two
machines, cannot run away.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

REFLECTION_S = (
    0.1  # what comes in by OSC this soon after it was sent out may be our own word sent back
)
REMEMBERED = 128  # values of one parameter within that time


class EchoLimiter:
    """A brake on what is told of parameters; time comes in. Not thread-safe: the show's state owns
    it.

    A value is told at once, changed or not, unless it came by OSC and was told already less than
    `REFLECTION_S` ago. Then it waits until that time is over, and what stands by then is told, if
    it is not what was told last or not what was asked for (it was clamped): the last word always
    arrives, a mirror ends, and nobody hears the same value more than ten times a second.
    """

    def __init__(self) -> None:
        self._told: dict[
            str, deque[tuple[float, float]]
        ] = {}  # name -> (time_s, value), oldest first
        self._owed: dict[str, float] = {}  # name -> when

    def admit(self, name: str, asked: float, legal: float, origin: str, now_s: float) -> bool:
        """Whether `legal`, which `asked` became, is told now."""
        if (told := self._told.get(name)) is None:
            told = self._told[name] = deque(maxlen=REMEMBERED)
        while told and now_s - told[0][0] >= REFLECTION_S:
            told.popleft()
        if origin == "osc" and _is_among(legal, told):
            if _same(told[-1][1], legal) and _same(asked, legal):
                self._owed.pop(name, None)  # they know
            else:
                self._owed.setdefault(name, now_s + REFLECTION_S)
            return False
        if self._owed:
            self._owed.pop(name, None)
        told.append((now_s, legal))
        return True

    def due(self, now_s: float) -> list[str]:
        """The parameters that are to be told now; each is named once."""
        names = [name for name, due_s in self._owed.items() if now_s >= due_s]
        for name in names:
            del self._owed[name]
        return names


def _is_among(value: float, told: Iterable[tuple[float, float]]) -> bool:
    near = 1e-6 * abs(value) + 1e-9  # a little wider than `_same`, and much quicker
    low, high = value - near, value + near
    close = [one for _, one in told if low <= one <= high]
    return bool(close) and any(_same(one, value) for one in close)


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)  # OSC's numbers have 24 bits

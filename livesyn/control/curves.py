"""How the way of a knob becomes the way of a value, and back. Pure; all from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

_BASE = 81.0  # at half of its way an exponential curve has reached a tenth: (81**0.5 - 1) / 80


def _exp(x: float) -> float:
    return (_BASE**x - 1) / (_BASE - 1)


def _log(x: float) -> float:
    return math.log1p((_BASE - 1) * x) / math.log(_BASE)


def _s(x: float) -> float:
    return x * x * (3 - 2 * x)


def _s_back(y: float) -> float:
    return 0.5 - math.sin(math.asin(1 - 2 * y) / 3)


def _same(x: float) -> float:
    return x


# name -> the curve, and its inverse
CURVES: Mapping[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "linear": (_same, _same),
    "exp": (_exp, _log),
    "log": (_log, _exp),
    "s": (_s, _s_back),
}


def unit(x: float) -> float:
    """The nearest from 0 to 1."""
    return min(max(x, 0.0), 1.0)


def position_of(number: int, bits: int) -> float:
    """Where a controller of so many bits stands, 0 to 1. Its middle (64, 8192) is 0.5, though it
    has one value fewer above it than below: a parameter around 0 is exactly 0 there.
    """
    middle, top = 1 << (bits - 1), (1 << bits) - 1
    if number <= middle:
        return number / (2 * middle)
    return 0.5 + 0.5 * (number - middle) / (top - middle)


def number_of(position: float, bits: int) -> int:
    """The controller's value that is nearest to a position."""
    middle, top = 1 << (bits - 1), (1 << bits) - 1
    position = unit(position)
    if position <= 0.5:
        return round(position * 2 * middle)
    return middle + round((position - 0.5) * 2 * (top - middle))

"""ε: noise that changes slowly, the same for the same seed and bar."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

REACH = 6  # correlation times after which the past is left out (it would weigh e^-6)
_ORIGIN = 1 << 32  # bars before 0 have noise too: the walk is stationary from the first bar on


def drift(seed: int, bar: int, correlation_bars: float, dimensions: int) -> np.ndarray:
    """ε (D,) of bar `bar`: each dimension is N(0, 1) at every bar, and two bars k apart
    correlate by exp(−k / `correlation_bars`).

    A first-order autoregression written as the weighted sum of its past, so that a bar's ε needs no
    state: an engine that is restarted in bar 137 goes on with the same values.
    """
    keep = math.exp(-1 / correlation_bars)
    weights = keep ** np.arange(max(2, math.ceil(REACH * correlation_bars)))
    steps = np.stack([_step(seed, bar - age, dimensions) for age in range(len(weights))])
    total = np.einsum("n,nd->d", weights, steps)
    return np.asarray(total / math.sqrt(float(np.sum(weights**2))))


@lru_cache(maxsize=512)
def _step(seed: int, bar: int, dimensions: int) -> np.ndarray:
    noise = np.random.default_rng((seed, bar + _ORIGIN)).standard_normal(dimensions)
    noise.setflags(write=False)
    return noise

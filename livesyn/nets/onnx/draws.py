"""Random numbers by a seed, the same as of `torch.Generator().manual_seed(seed)` on a processor, so
that a seed gives the same music with torch and without. (MT19937; NumPy promises that what
`RandomState` draws never changes.)
"""

from __future__ import annotations

import threading

import numpy as np

MASK = (1 << 32) - 1  # of a seed torch's generator takes the lower half
BITS = 24  # of a float32's
LANE = 8  # of normal draws that torch makes together, twice


class _Source(threading.local):
    """A thread's own. It is given a seed for each draw: to make one takes ten times as long."""

    def __init__(self) -> None:
        self.state = np.random.RandomState(0)


_source = _Source()


def uniform(seed: int, *shape: int) -> np.ndarray:
    """`torch.rand`: float32, 0 and more, less than 1."""
    state = _source.state
    state.seed(int(seed) & MASK)
    whole = state.randint(0, 1 << 32, int(np.prod(shape)), np.uint32)
    kept = whole & np.uint32((1 << BITS) - 1)
    return (kept.astype(np.float32) * np.float32(2.0**-BITS)).reshape(shape)


def normal(seed: int, *shape: int) -> np.ndarray:
    """`torch.randn` of a multiple of 16 numbers, float32, to a few units in the last place: the two
    lanes of Box and Muller's transformation lie beside each other.
    """
    first, second = uniform(seed, int(np.prod(shape)) // (2 * LANE), 2, LANE).transpose(1, 0, 2)
    radius = np.sqrt(-2 * np.log(1 - first))
    angle = np.float32(2 * np.pi) * second
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    return pairs.reshape(shape).astype(np.float32)

"""A filter bank without the delay of a window: seven bands, in blocks of 10 ms.

Each band is a Butterworth high-pass and a low-pass of sixth order. A linear filter over a block is
two matrices (of the block, and of its state before), so a whole block of all bands is a few
products.
"""

from __future__ import annotations

import functools
import itertools

import numpy as np

from livesyn.audio.mel import RATE_HZ

BLOCK = 220  # samples: 9.98 ms
EDGES_HZ = (30.0, 100.0, 200.0, 430.0, 930.0, 2000.0, 4500.0, RATE_HZ / 2)
BANDS = len(EDGES_HZ) - 1
LOW, MID, HIGH = slice(0, 2), slice(2, 5), slice(5, 7)  # below 200 Hz, to 2000, above
_QS = tuple(
    1 / (2 * np.cos(angle * np.pi / 12)) for angle in (1, 3, 5)
)  # of a Butterworth's three pairs of poles

System = tuple[np.ndarray, np.ndarray, np.ndarray, float]  # x' = A x + B u, y = C x + D u


def _section(hz: float, q: float, high: bool) -> System:
    """A second-order filter by the bilinear transform, its corner where it was."""
    k = np.tan(np.pi * hz / RATE_HZ)
    norm = 1 + k / q + k * k
    b0, b1 = (1 / norm, -2 / norm) if high else (k * k / norm, 2 * k * k / norm)
    a1, a2 = 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm
    return (
        np.array([[-a1, 1.0], [-a2, 0.0]]),
        np.array([b1 - a1 * b0, b0 - a2 * b0]),
        np.array([1.0, 0.0]),
        b0,
    )


def _series(first: System, second: System) -> System:
    (a1, b1, c1, d1), (a2, b2, c2, d2) = first, second
    a = np.block([[a1, np.zeros((len(a1), len(a2)))], [np.outer(b2, c1), a2]])
    return a, np.concatenate([b1, b2 * d1]), np.concatenate([d2 * c1, c2]), d1 * d2


def _band(low_hz: float, high_hz: float) -> System:
    tops = [(high_hz, q, False) for q in _QS] if high_hz < RATE_HZ / 2 else []
    return functools.reduce(
        _series, [_section(*each) for each in [*((low_hz, q, True) for q in _QS), *tops]]
    )


@functools.cache
def _matrices() -> tuple[np.ndarray, ...]:
    """For a block u and states x of all bands: y = direct u + ringing x, and the next x = kept x +
    stored u.
    """
    order = max(len(_band(*edges)[1]) for edges in itertools.pairwise(EDGES_HZ))
    direct, ringing = np.zeros((BANDS, BLOCK, BLOCK)), np.zeros((BANDS, BLOCK, order))
    kept, stored = np.zeros((BANDS, order, order)), np.zeros((BANDS, order, BLOCK))
    for band, (low_hz, high_hz) in enumerate(itertools.pairwise(EDGES_HZ)):
        a, b, c, d = _band(low_hz, high_hz)
        size, power = len(b), np.eye(len(b))
        response = [d]
        for n in range(BLOCK):
            ringing[band, n, :size] = c @ power
            stored[band, :size, BLOCK - 1 - n] = power @ b
            response.append(float(c @ power @ b))
            power = a @ power
        kept[band, :size, :size] = power
        lag = np.arange(BLOCK)[:, None] - np.arange(BLOCK)
        direct[band] = np.where(lag >= 0, np.array(response)[np.maximum(lag, 0)], 0.0)
    return direct.reshape(-1, BLOCK).astype(np.float32), ringing, kept, stored


class Bands:
    """The bank, with the state of its filters. One thread."""

    def __init__(self) -> None:
        self._direct, self._ringing, self._kept, self._stored = _matrices()
        self._state = np.zeros((BANDS, self._kept.shape[1], 1))

    def filter(self, block: np.ndarray) -> np.ndarray:
        """The next (220,) float32, each band of it: (7, 220)."""
        out = (self._direct @ block).reshape(BANDS, BLOCK) + (self._ringing @ self._state)[:, :, 0]
        self._state = (
            self._kept @ self._state + (self._stored @ block.astype(np.float64))[:, :, None]
        )
        return out

    def energies(self, block: np.ndarray) -> np.ndarray:
        """The mean squares of the next (220,) float32 in each band: (7,)."""
        return np.square(self.filter(block)).mean(axis=1)

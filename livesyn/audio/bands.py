"""A filter bank without the delay of a window: seven bands, in blocks of 10 ms.

Each band is a Butterworth high-pass and a low-pass of sixth order. The two filters of one corner
have the same poles, so the bank is 21 pairs of poles that all hear the same sound, and each band a
weighted sum of them (its partial fractions). A block is cut into parts: what a part does to the
poles, and what poles and sound do to the bands, is one small matrix product each for all parts.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from livesyn.audio.mel import RATE_HZ

BLOCK = 220  # samples: 9.98 ms
EDGES_HZ = (30.0, 100.0, 200.0, 430.0, 930.0, 2000.0, 4500.0, RATE_HZ / 2)
BANDS = len(EDGES_HZ) - 1
LOW, MID, HIGH = slice(0, 2), slice(2, 5), slice(5, 7)  # below 200 Hz, to 2000, above

_PART = 22  # samples: short ones make small matrices, long ones few steps from part to part
_PARTS = BLOCK // _PART
_PAIRS = 3  # of poles, of a Butterworth of sixth order
_QS = tuple(1 / (2 * np.cos(angle * np.pi / 12)) for angle in (1, 3, 5))


def _filter(hz: float, high: bool) -> tuple[np.ndarray, float]:
    """The poles (3,) above the real axis of the low- or high-pass at a corner, by the bilinear
    transform, and its gain: the high-pass is gain · (z - 1)⁶ over all its poles, the low-pass
    gain · (z + 1)⁶.
    """
    k = np.tan(np.pi * hz / RATE_HZ)
    poles, gain = [], 1.0
    for q in _QS:
        norm = 1 + k / q + k * k
        real, square = (1 - k * k) / norm, (1 - k / q + k * k) / norm
        poles.append(real + 1j * np.sqrt(square - real * real))  # of z² - 2 real z + square
        gain *= (1.0 if high else k * k) / norm
    return np.array(poles), gain


def _band(low_hz: float, high_hz: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The poles of a band above the real axis, its residues there, and what of the sound comes
    through at once: y = through · u + 2 Re Σ residue · x, x' = pole · x + u.
    """
    poles, through = _filter(low_hz, True)
    zeros = [1.0] * 2 * _PAIRS
    if high_hz < RATE_HZ / 2:
        others, gain = _filter(high_hz, False)
        poles, through = np.concatenate([poles, others]), through * gain
        zeros += [-1.0] * 2 * _PAIRS
    every = np.concatenate([poles, poles.conj()])
    residues = [
        through * np.prod(pole - zeros) / np.prod(pole - np.delete(every, at))
        for at, pole in enumerate(poles)
    ]
    return poles, np.array(residues), through


@dataclass(frozen=True)
class _Matrices:
    """What a block in parts u (10, 22) does to the poles x (21,), and both to the bands."""

    stored: np.ndarray  # (22, 42): u @ stored is what each part adds, real and imaginary in turn
    decay: np.ndarray  # (21, 11, 11): decay @ (x, what was added) is x before, between and after
    out: np.ndarray  # (7·22, 22 + 42): out @ (part, x before it) is the part, in all bands


@functools.cache
def _matrices() -> _Matrices:
    edges = list(itertools.pairwise(EDGES_HZ))
    poles = np.concatenate([_filter(low_hz, True)[0] for low_hz, _ in edges])
    samples, parts = np.arange(_PART), np.arange(_PARTS + 1)
    out = np.zeros((BANDS, _PART, _PART + 2 * len(poles)))
    for band, (low_hz, high_hz) in enumerate(edges):
        its_poles, residues, through = _band(low_hz, high_hz)
        ringing = 2 * residues * its_poles ** samples[:, None]  # (22, poles of the band)
        response = np.concatenate([[through], ringing.sum(axis=1).real[:-1]])
        out[band, :, :_PART] = _answering(response)
        first = _PART + 2 * _PAIRS * band  # its own poles, then those of the band above
        of_poles = out[band, :, first : first + 2 * len(its_poles)]
        of_poles[:, ::2], of_poles[:, 1::2] = ringing.real, -ringing.imag
    return _Matrices(
        (poles ** samples[::-1, None]).view(np.float64),
        np.stack([_answering(pole ** (_PART * parts)) for pole in poles]),
        out.reshape(BANDS * _PART, -1),
    )


def _answering(response: np.ndarray) -> np.ndarray:
    """The matrix (T, T) of what answers each input with `response` (T,) from then on."""
    lag = np.arange(len(response))[:, None] - np.arange(len(response))
    return np.where(lag >= 0, response[np.maximum(lag, 0)], 0)


class Bands:
    """The bank, with the state of its filters. One thread."""

    def __init__(self) -> None:
        self._matrices = _matrices()
        # the poles as the last block left them, then what each part of this one adds
        self._heard = np.zeros((_PARTS + 1, len(self._matrices.decay)), np.complex128)
        self._into = np.zeros((_PARTS, self._matrices.out.shape[1]))  # each part, the poles before
        self._bands = np.zeros((BANDS * _PART, _PARTS))

    def filter(self, block: np.ndarray) -> np.ndarray:
        """The next (220,) float32, each band of it: (7, 220)."""
        self._run(block)
        parts = self._bands.reshape(BANDS, _PART, _PARTS)
        return parts.transpose(0, 2, 1).reshape(BANDS, BLOCK)

    def energies(self, block: np.ndarray) -> np.ndarray:
        """The mean squares of the next (220,) float32 in each band: (7,)."""
        self._run(block)
        bands = self._bands.reshape(BANDS, BLOCK)
        return np.vecdot(bands, bands) / BLOCK

    def _run(self, block: np.ndarray) -> None:
        """Sample s of part p of band b into row 22·b + s and column p of `_bands`."""
        known, heard, into = self._matrices, self._heard, self._into
        into[:, :_PART] = block.reshape(_PARTS, _PART)
        np.matmul(into[:, :_PART], known.stored, out=heard[1:].view(np.float64))
        poles = (known.decay @ heard.T[:, :, None])[:, :, 0]
        into[:, _PART:].view(np.complex128)[:] = poles[:, :_PARTS].T
        heard[0] = poles[:, _PARTS]
        np.matmul(known.out, into.T, out=self._bands)

"""Hearing written down plainly, with NumPy's arrays and no thought of time: what
`livesyn.audio` did in 0.1.0. Benchmarks measure against it, tests compare with it.
"""

from __future__ import annotations

import functools
import itertools
from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np

from livesyn.audio import features as f
from livesyn.audio.bands import BANDS, BLOCK, EDGES_HZ, HIGH, LOW, MID
from livesyn.audio.features import BLOCK_S, Levels
from livesyn.audio.mel import BANDS as MEL_BANDS
from livesyn.audio.mel import COLUMNS, FLOOR_DB, HALF, HOP, RATE_HZ, WINDOW, filters
from livesyn.audio.resample import LOUDEST
from livesyn.base.params import LEVELS
from livesyn.base.types import AudioBlock


def mixed(samples: np.ndarray) -> np.ndarray:
    """A block (N, C) as the resampler takes it, (N, 1): what is no number or too loud is 0."""
    sound = np.abs(samples) <= LOUDEST
    if not sound.all():
        samples = np.where(sound, samples, 0)
    return np.ascontiguousarray(
        np.add.reduce(samples, axis=1, keepdims=True) / samples.shape[1], np.float32
    )


@functools.cache
def _hamming() -> np.ndarray:
    return np.hamming(WINDOW + 1)[:-1].astype(np.float32)


def columns(samples: np.ndarray, count: int) -> np.ndarray:
    """The first `count` columns of `samples` in dB, by a product with all of `filters`:
    (128, count).
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP][:count]
    spectrum = np.fft.rfft(frames * _hamming(), axis=1)
    power = filters() @ (spectrum.real**2 + spectrum.imag**2).T.astype(np.float32)
    return np.maximum(10 * np.log10(np.maximum(power, 1e-12)), FLOOR_DB).astype(np.float32)


class PlainMelWindow:
    """The last 768 columns, each computed when its last sample is in."""

    def __init__(self) -> None:
        self._columns = np.full((MEL_BANDS, 2 * COLUMNS), FLOOR_DB, np.float32)
        self._at = 0
        self._waiting = np.zeros(HALF, np.float32)
        self.heard = 0

    def push(self, samples: np.ndarray) -> None:
        if not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        self._waiting = np.concatenate([self._waiting, samples])
        count = max(0, (len(self._waiting) - WINDOW) // HOP + 1)
        if count:
            new = columns(self._waiting, count)
            self._waiting = self._waiting[count * HOP :]
            places = (self._at + np.arange(count)) % COLUMNS
            self._columns[:, places] = new
            self._columns[:, places + COLUMNS] = new
            self._at = (self._at + count) % COLUMNS
            self.heard += count

    def window(self) -> np.ndarray:
        return self._columns[:, self._at : self._at + COLUMNS].copy()


System = tuple[np.ndarray, np.ndarray, np.ndarray, float]  # x' = A x + B u, y = C x + D u


def _section(hz: float, q: float, high: bool) -> System:
    """A second-order filter by the bilinear transform."""
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
    qs = [1 / (2 * np.cos(angle * np.pi / 12)) for angle in (1, 3, 5)]
    tops = [(high_hz, q, False) for q in qs] if high_hz < RATE_HZ / 2 else []
    sections = [*((low_hz, q, True) for q in qs), *tops]
    return functools.reduce(_series, [_section(*each) for each in sections])


class PlainBands:
    """The filter bank as one matrix from a block to all bands, and one from what was before."""

    def __init__(self) -> None:
        order = 12
        direct, self._ringing = np.zeros((BANDS, BLOCK, BLOCK)), np.zeros((BANDS, BLOCK, order))
        self._kept, self._stored = np.zeros((BANDS, order, order)), np.zeros((BANDS, order, BLOCK))
        for band, edges in enumerate(itertools.pairwise(EDGES_HZ)):
            a, b, c, d = _band(*edges)
            size, power, response = len(b), np.eye(len(b)), [d]
            for n in range(BLOCK):
                self._ringing[band, n, :size] = c @ power
                self._stored[band, :size, BLOCK - 1 - n] = power @ b
                response.append(float(c @ power @ b))
                power = a @ power
            self._kept[band, :size, :size] = power
            lag = np.arange(BLOCK)[:, None] - np.arange(BLOCK)
            direct[band] = np.where(lag >= 0, np.array(response)[np.maximum(lag, 0)], 0.0)
        self._direct = direct.reshape(-1, BLOCK).astype(np.float32)
        self._state = np.zeros((BANDS, order, 1))

    def filter(self, block: np.ndarray) -> np.ndarray:
        out: np.ndarray = (self._direct @ block).reshape(BANDS, BLOCK)
        out = out + (self._ringing @ self._state)[:, :, 0]
        self._state = (
            self._kept @ self._state + (self._stored @ block.astype(np.float64))[:, :, None]
        )
        return out


# level -> the bands whose attacks it is
ATTACKS = {"onset": slice(None), "onset_low": LOW, "onset_mid": MID, "onset_high": HIGH}


class PlainFeatures:
    """The levels, by arrays of four (rms, low, mid, high) and of seven bands."""

    def __init__(self) -> None:
        self.levels = Levels()
        self._bands = PlainBands()
        self._waiting = np.zeros(0, np.float32)
        self._smooth = np.full(4, f.LOUDEST_NOISE**2)
        self._noise = np.full(4, f.LOUDEST_NOISE)
        self._peak = np.array(f.QUIETEST_PEAKS)
        self._past = {name: deque([np.full(BANDS, -10.0)], f.PAST_BLOCKS) for name in ATTACKS}
        self._usual = dict.fromkeys(ATTACKS, 0.0)
        self._rested_s = f.REST_S

    def push(self, samples: np.ndarray, params: Mapping[str, float]) -> Levels:
        self._waiting = np.concatenate([self._waiting, samples])
        whole = len(self._waiting) // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            self._hear(self._waiting[start : start + BLOCK], params)
        self._waiting = self._waiting[whole:]
        return self.levels

    def _hear(self, block: np.ndarray, params: Mapping[str, float]) -> None:
        bands = np.square(self._bands.filter(block)).mean(axis=1)
        energy = np.array([bands.sum(), bands[LOW].sum(), bands[MID].sum(), bands[HIGH].sum()])
        self._smooth += (energy - self._smooth) * (1 - np.exp(-BLOCK_S / 0.3))
        self._noise = np.clip(
            np.minimum(np.sqrt(self._smooth), self._noise * f.NOISE_RISE),
            f.QUIETEST_NOISE,
            f.LOUDEST_NOISE,
        )
        gate = f.GATE * self._noise
        loudness = np.sqrt(np.maximum(energy - gate**2, 0.0))
        is_sound = loudness[0] > 0
        if is_sound:
            rate = 1 - np.exp(-BLOCK_S / np.where(loudness > self._peak, 0.4, 10.0))
            self._peak = self._peak + (loudness - self._peak) * rate
            shares = np.array(f.LEAST_SHARES)
            self._peak = np.maximum(
                self._peak, np.maximum(self._peak[0] * shares, f.QUIETEST_PEAKS)
            )
        now = (
            *(loudness * is_sound / (f.HEADROOM * self._peak)),
            *(self._attack(name, bands, gate) * is_sound for name in ATTACKS),
        )
        self._rested_s = 0.0 if is_sound else self._rested_s + BLOCK_S
        values: dict[str, Any] = {
            name: self._level(name, float(value), params)
            for name, value in zip(LEVELS, now, strict=True)
        }
        self.levels = Levels(**values, silent=self._rested_s >= f.REST_S)

    def _attack(self, name: str, bands: np.ndarray, gate: np.ndarray) -> float:
        at, part = list(ATTACKS).index(name), ATTACKS[name]
        floor = (0.1 * gate[at]) ** 2 + (f.ONSET_BELOW_PEAK[at] * self._peak[at]) ** 2
        bels = np.log10(bands + floor)
        past = np.max(self._past[name], axis=0)
        rise = float(np.maximum(bels - past - f.MARGINS, 0.0)[part].sum())
        self._past[name].append(bels)
        least = max(f.ONSET_FLOOR, f.ONSET_TIMES_USUAL * self._usual[name])
        self._usual[name] += (rise - self._usual[name]) * (1 - np.exp(-BLOCK_S / 1.5))
        return min(max(rise - least, 0.0) / f.ONSET_FULL, 1.0)

    def _level(self, name: str, now: float, params: Mapping[str, float]) -> float:
        left = getattr(self.levels, name) * np.exp(-BLOCK_S / params[f"{name}_release"])
        return float(
            max(min(now * params[f"{name}_sensitivity"], 1.0), left if left > 1e-4 else 0.0)
        )


class PlainHearing:
    """All of it, from blocks of any rate: `push`, `levels`, `columns` and `window` as of
    `livesyn.audio.hearing.Hearing`.
    """

    def __init__(self, params: Mapping[str, float]) -> None:
        self.levels = Levels()
        self._params = params
        self._mel, self._features = PlainMelWindow(), PlainFeatures()
        self._stream: Any = None

    @property
    def columns(self) -> int:
        return self._mel.heard

    def push(self, block: AudioBlock) -> None:
        samples = mixed(block.samples)
        if block.rate_hz != RATE_HZ:
            samples = self._resampled(samples, block.rate_hz)
        self._mel.push(samples[:, 0])
        self.levels = self._features.push(samples[:, 0], self._params)

    def _resampled(self, samples: np.ndarray, rate_hz: int) -> np.ndarray:
        if self._stream is None:
            import soxr

            self._stream = soxr.ResampleStream(
                rate_hz, RATE_HZ, 1, dtype="float32", quality="HQ", vr=True
            )
        resampled: np.ndarray = self._stream.resample_chunk(samples)
        return resampled

    def window(self) -> np.ndarray:
        return self._mel.window()

"""Mel spectrograms as MVNet's encoder takes them, offline and by the block. (MVNet, section 2.1.)

22.05 kHz, Hamming windows of 1024 every 256 samples, 128 bands, power, in decibels. Frames are
centred: column k looks at samples 256·k - 512 up to 256·k + 512, with zeros where there are none.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from livesyn.base.errors import ShapeError

RATE_HZ = 22050
WINDOW = 1024
HOP = 256
BANDS = 128
COLUMNS = 768  # 8.91 s: three thirds of 256 columns, 2.97 s each
THIRDS = 3
FLOOR_DB = -80.0
HALF = WINDOW // 2


@functools.cache
def _hamming() -> np.ndarray:
    return np.hamming(WINDOW + 1)[:-1].astype(np.float32)  # periodic, as for analysis


@functools.cache
def filters() -> np.ndarray:
    """Triangles of equal area on Slaney's mel scale (linear below 1 kHz, logarithmic above), 0 to
    half the rate: (128, 513).
    """
    corners_hz = _hz(np.linspace(0.0, _mel(RATE_HZ / 2), BANDS + 2))
    bins_hz = np.linspace(0.0, RATE_HZ / 2, HALF + 1)
    up = (bins_hz - corners_hz[:-2, None]) / np.diff(corners_hz)[:-1, None]
    down = (corners_hz[2:, None] - bins_hz) / np.diff(corners_hz)[1:, None]
    return (
        np.clip(np.minimum(up, down), 0, None) * (2 / (corners_hz[2:] - corners_hz[:-2]))[:, None]
    ).astype(np.float32)


_KNEE_HZ, _HZ_PER_MEL, _STEP = 1000.0, 200 / 3, np.log(6.4) / 27


def _mel(hz: float) -> float:
    return (
        hz / _HZ_PER_MEL
        if hz < _KNEE_HZ
        else _KNEE_HZ / _HZ_PER_MEL + float(np.log(hz / _KNEE_HZ)) / _STEP
    )


def _hz(mel: np.ndarray) -> np.ndarray:
    knee = _KNEE_HZ / _HZ_PER_MEL
    return np.where(
        mel < knee, mel * _HZ_PER_MEL, _KNEE_HZ * np.exp(_STEP * (np.maximum(mel, knee) - knee))
    )


class _Columns:
    """Makes columns of frames, in arrays that are made once. Not thread-safe.

    Of the 65,664 numbers of `filters` 1,008 are not 0, so each band adds up the bins it has.
    """

    AT_ONCE = 32

    def __init__(self) -> None:
        has = filters() > 0
        widths = has.sum(axis=1)
        bands, self._bins = np.nonzero(has)
        self._weights = filters()[bands, self._bins]
        self._starts = np.cumsum(widths) - widths
        most = self.AT_ONCE
        self._windowed = np.empty((most, WINDOW), np.float32)
        self._spectrum = np.empty((most, HALF + 1), np.complex64)
        self._power = np.empty((most, HALF + 1, 2), np.float32)
        self._weighted = np.empty((most, len(self._bins)), np.float32)

    def write(self, frames: np.ndarray, out: np.ndarray) -> None:
        """Put the columns of `frames` (F, 1024) into `out` (F, 128) float32, in decibels."""
        for start in range(0, len(frames), self.AT_ONCE):
            part = slice(start, start + self.AT_ONCE)
            self._write(frames[part], out[part])

    def _write(self, frames: np.ndarray, out: np.ndarray) -> None:
        count = len(frames)
        windowed, spectrum = self._windowed[:count], self._spectrum[:count]
        power, weighted = self._power[:count], self._weighted[:count]
        np.multiply(frames, _hamming(), out=windowed)
        np.fft.rfft(windowed, out=spectrum)  # type: ignore[arg-type]  # it takes complex64, too
        np.square(spectrum.view(np.float32).reshape(power.shape), out=power)
        real, imaginary = power[..., 0], power[..., 1]
        np.add(real, imaginary, out=real)
        real.take(self._bins, axis=1, out=weighted, mode="clip")  # "raise" would buffer `out`
        np.multiply(weighted, self._weights, out=weighted)
        np.add.reduceat(weighted, self._starts, axis=1, out=out)
        _to_decibels(out)


def _to_decibels(power: np.ndarray) -> None:
    """Power to dB, in place, from -80 up; full scale is about 40 dB, of the window's sum
    squared.
    """
    np.maximum(power, 1e-12, out=power)
    np.log10(power, out=power)
    np.multiply(power, 10.0, out=power)
    np.maximum(power, FLOOR_DB, out=power)


def mel(samples: np.ndarray) -> np.ndarray:
    """A whole clip, mono float32 (N,) at 22.05 kHz, in dB: (128, 1 + N // 256)."""
    if samples.ndim != 1 or not len(samples):
        raise ShapeError(
            f"samples are of shape {samples.shape}; mono is expected, (N,) with N above 0"
        )
    padded = np.pad(samples.astype(np.float32), (HALF, HALF + HOP))
    columns = np.empty((1 + len(samples) // HOP, BANDS), np.float32)
    _Columns().write(_frames(padded)[::HOP][: len(columns)], columns)
    return np.ascontiguousarray(columns.T)


def _frames(samples: np.ndarray) -> np.ndarray:
    """A view of the frames that begin at each sample: (N - 1023, 1024)."""
    return np.lib.stride_tricks.sliding_window_view(samples, WINDOW)


def relative(columns: np.ndarray) -> np.ndarray:
    """Decibels against the loudest there is, from -80 to 0: the same at any volume. All -80 where
    nothing sounds.
    """
    loudest = columns.max()
    return (
        np.maximum(columns - loudest, FLOOR_DB)
        if loudest > FLOOR_DB
        else np.full_like(columns, FLOOR_DB)
    )


def thirds(columns: np.ndarray) -> np.ndarray:
    """(128, 768) dB as the encoder takes it: three thirds as channels, (3, 128, 256), from -1 to 1
    at the loudest.
    """
    if columns.shape != (BANDS, COLUMNS):
        raise ShapeError(f"the mel window is {columns.shape}; expected {(BANDS, COLUMNS)}")
    parts = relative(columns).reshape(BANDS, THIRDS, COLUMNS // THIRDS).transpose(1, 0, 2)
    return np.ascontiguousarray(parts, np.float32) / (-FLOOR_DB / 2) + 1


class MelWindow:
    """The last 768 columns of a continuous sound; each column is computed once.

    That is when the window is read, or 32 are due: for many at once a column takes a quarter of the
    time. Not thread-safe: for one thread. Samples that are not finite count as silence (`bad`
    counts the blocks).
    """

    def __init__(self) -> None:
        self._make = _Columns()
        self._columns = np.full((COLUMNS, BANDS), FLOOR_DB, np.float32)  # a ring
        self._made = 0
        self._sound = np.zeros(WINDOW + (_Columns.AT_ONCE - 1) * HOP, np.float32)
        self._frames = _frames(self._sound)[::HOP]
        self._end = HALF  # before the first sample there is silence
        self.bad = 0

    @property
    def heard(self) -> int:
        """How many columns there have been."""
        return self._made + self._due

    @property
    def _due(self) -> int:
        return max(0, (self._end - WINDOW) // HOP + 1)

    def push(self, samples: np.ndarray) -> int:
        """Hear mono float32 (N,) at 22.05 kHz; returns how many columns are new."""
        # A sum of squares is the quickest test. It may be too large for a number, too.
        if not math.isfinite(samples.dot(samples)) and not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
            self.bad += 1
        before = self.heard
        while len(samples):
            taken = samples[: len(self._sound) - self._end]
            samples = samples[len(taken) :]
            self._sound[self._end : self._end + len(taken)] = taken
            self._end += len(taken)
            if self._end == len(self._sound):
                self._write()
        return self.heard - before

    def _write(self) -> None:
        """Make the columns that are due; what is left of the sound goes to the front."""
        due, at = self._due, self._made % COLUMNS
        before_end = min(due, COLUMNS - at)  # of the ring
        self._make.write(self._frames[:before_end], self._columns[at : at + before_end])
        self._make.write(self._frames[before_end:due], self._columns[: due - before_end])
        self._made += due
        left = self._sound[due * HOP : self._end].copy()
        self._sound[: len(left)] = left
        self._end = len(left)

    def window(self) -> np.ndarray:
        """The last 768 columns, dB, oldest first: (128, 768), a copy."""
        self._write()
        at = self._made % COLUMNS
        return np.concatenate((self._columns[at:], self._columns[:at])).T

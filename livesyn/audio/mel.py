"""Mel spectrograms as MVNet's encoder takes them, offline and by the block. (MVNet, section 2.1.)

22.05 kHz, Hamming windows of 1024 every 256 samples, 128 bands, power, in decibels. Frames are
centred: column k looks at samples 256·k - 512 up to 256·k + 512, with zeros where there are none.
"""

from __future__ import annotations

import functools

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


def power_columns(samples: np.ndarray, count: int) -> np.ndarray:
    """The first `count` frames of `samples` (N,), N at least 256·(count - 1) + 1024, as mel power:
    (128, count).
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP][:count]
    spectrum = np.fft.rfft(frames * _hamming(), axis=1)
    return filters() @ (spectrum.real**2 + spectrum.imag**2).T.astype(np.float32)


def decibels(power: np.ndarray) -> np.ndarray:
    """Power in dB, from -80 up; full scale is about 40 dB, of the window's sum squared."""
    return np.maximum(10 * np.log10(np.maximum(power, 1e-12)), FLOOR_DB).astype(np.float32)


def mel(samples: np.ndarray) -> np.ndarray:
    """A whole clip, mono float32 (N,) at 22.05 kHz, in dB: (128, 1 + N // 256)."""
    if samples.ndim != 1 or not len(samples):
        raise ShapeError(
            f"samples are of shape {samples.shape}; mono is expected, (N,) with N above 0"
        )
    count = 1 + len(samples) // HOP
    return decibels(power_columns(np.pad(samples.astype(np.float32), (HALF, HALF + HOP)), count))


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
    """The last 768 columns of a continuous sound; each column is computed once, when its last
    sample is in.

    Not thread-safe: for one thread. Samples that are not finite count as silence (`bad` counts the
    blocks).
    """

    def __init__(self) -> None:
        self._columns = np.full(
            (BANDS, 2 * COLUMNS), FLOOR_DB, np.float32
        )  # twice: the window is one slice of it
        self._at = 0
        self._waiting = np.zeros(HALF, np.float32)  # before the first sample there is silence
        self.heard = 0
        self.bad = 0

    def push(self, samples: np.ndarray) -> int:
        """Hear mono float32 (N,) at 22.05 kHz; returns how many columns are new."""
        if not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
            self.bad += 1
        self._waiting = np.concatenate([self._waiting, samples.astype(np.float32, copy=False)])
        count = max(0, (len(self._waiting) - WINDOW) // HOP + 1)
        if count:
            new = decibels(power_columns(self._waiting, count))
            self._waiting = self._waiting[count * HOP :]
            for part in np.split(new, range(COLUMNS, count, COLUMNS), axis=1):
                self._write(part)
            self.heard += count
        return count

    def _write(self, new: np.ndarray) -> None:
        places = (self._at + np.arange(new.shape[1])) % COLUMNS
        self._columns[:, places] = new
        self._columns[:, places + COLUMNS] = new
        self._at = (self._at + new.shape[1]) % COLUMNS

    def window(self) -> np.ndarray:
        """The last 768 columns, dB, oldest first: (128, 768), a copy."""
        return self._columns[:, self._at : self._at + COLUMNS].copy()

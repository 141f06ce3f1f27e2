"""From a device's format to the nets' input: 22,050 Hz, one channel, finite."""

from __future__ import annotations

import numpy as np

from livesyn.audio.mel import RATE_HZ
from livesyn.base.errors import DeviceError, ShapeError

LOWEST_HZ, HIGHEST_HZ = 2000, 768000
LOUDEST = 16.0  # full scale is 1; a much larger value is a driver's fault


class Resampler:
    """A stream of sound at `rate_hz`, mixed to one channel and made 22,050 Hz. One thread.

    Its latency is half the length of its filter: 5.5 ms from 44.1 kHz, 12.5 ms from 48 or 96, 30 ms
    from 8. (soxr's filters of variable rate give their samples evenly; the others keep up to 40 ms
    back and then give all at once.) Samples that are not finite, or beyond that limit, become
    silence; `bad` counts the blocks with such.

    Raises: DeviceError for a rate that no sound has.
    """

    def __init__(self, rate_hz: int) -> None:
        if not LOWEST_HZ <= rate_hz <= HIGHEST_HZ:
            raise DeviceError(
                f"the sound comes at {rate_hz} Hz; {LOWEST_HZ} to {HIGHEST_HZ} Hz can be heard: set"
                " the device to 48000"
            )
        import soxr

        self.rate_hz = rate_hz
        self.bad = 0
        self._taken = 0
        self._given = 0
        self._stream = (
            None
            if rate_hz == RATE_HZ
            else soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="float32", quality="HQ", vr=True)
        )

    @property
    def behind_s(self) -> float:
        """How much of what was pushed has not come out yet."""
        return self._taken / self.rate_hz - self._given / RATE_HZ

    def push(self, samples: np.ndarray) -> np.ndarray:
        """Take the next (N, C) float32; returns the samples that are ready, (M,) float32."""
        if samples.ndim != 2 or not samples.shape[1]:
            raise ShapeError(f"a block of sound is {samples.shape}; expected (N, C)")
        sound = np.abs(samples) <= LOUDEST  # so is no NaN
        if not sound.all():
            samples = np.where(sound, samples, 0)
            self.bad += 1
        mono = np.ascontiguousarray(samples.mean(axis=1), np.float32)
        ready = mono if self._stream is None or not len(mono) else self._stream.resample_chunk(mono)
        self._taken += len(mono)
        self._given += len(ready)
        return ready

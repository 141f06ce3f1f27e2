"""From what a device gives to what a net takes: any rate to any rate, channels kept or mixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from livesyn.audio.mel import RATE_HZ
from livesyn.base.errors import DeviceError, ShapeError

LOWEST_HZ, HIGHEST_HZ = 2000, 768000
LOUDEST = 16.0  # full scale is 1; a much larger value is a driver's fault


class Resampler:
    """A stream of sound at `rate_hz`, made `out_hz`. One thread.

    `channels` are those to take, counted from 1, None for all there are; `mixed` makes one channel
    of them, else each stays, in the order given. A channel that a block does not have is silence;
    a mix is of those it has.

    It is behind by half the length of its filter: to 22.05 kHz 5.5 ms from 44.1 kHz, 12.5 ms from
    48 or 96, 30 ms from 8. (soxr's filters of variable rate give their samples evenly; the others
    keep up to 40 ms back and then give all at once.) Samples that are not finite, or absurdly loud,
    are silence; `bad` counts the blocks with such in the channels taken.

    Raises: DeviceError for a rate that no sound has.
    """

    def __init__(
        self,
        rate_hz: int,
        out_hz: int = RATE_HZ,
        channels: Sequence[int] | None = None,
        mixed: bool = True,
    ) -> None:
        if not LOWEST_HZ <= rate_hz <= HIGHEST_HZ:
            raise DeviceError(
                f"the sound comes at {rate_hz} Hz; {LOWEST_HZ} to {HIGHEST_HZ} Hz can be heard: set"
                " the device to 48000"
            )
        if not LOWEST_HZ <= out_hz <= HIGHEST_HZ:
            raise DeviceError(
                f"sound is asked for at {out_hz} Hz; it can be had at {LOWEST_HZ} to"
                f" {HIGHEST_HZ} Hz"
            )
        self.rate_hz, self.out_hz = rate_hz, out_hz
        self.channels, self.mixed = None if channels is None else tuple(channels), mixed
        self.bad = 0
        self._width = 0  # channels in the stream; 0 before the first block
        self._taken = self._given = 0
        self._stream: Any = None

    @property
    def behind_s(self) -> float:
        """How much of what was pushed has not come out yet."""
        return self._taken / self.rate_hz - self._given / self.out_hz

    def push(self, samples: np.ndarray) -> np.ndarray:
        """Take the next (N, C) float32; returns what it makes ready, (M, 1) float32 where it mixes,
        else a column for each channel taken. The stream begins anew where their number changes.
        """
        if samples.ndim != 2 or not samples.shape[1]:
            raise ShapeError(f"a block of sound is {samples.shape}; expected (N, C)")
        if self.channels is not None:
            samples = pick(samples, self.channels, self.mixed)
        loudness = np.abs(samples)
        if not loudness.max(initial=0.0) <= LOUDEST:  # nor is a NaN
            samples = np.where(loudness <= LOUDEST, samples, 0)
            self.bad += 1
        if self.mixed:
            samples = mix(samples)
        samples = np.ascontiguousarray(samples, np.float32)
        if samples.shape[1] != self._width:
            self._begin(samples.shape[1])
        ready: np.ndarray = (
            samples
            if self._stream is None or not len(samples)
            else self._stream.resample_chunk(samples)
        )
        self._taken += len(samples)
        self._given += len(ready)
        return ready

    def _begin(self, width: int) -> None:
        self._width, self._taken, self._given = width, 0, 0
        if self.rate_hz != self.out_hz:
            import soxr

            self._stream = soxr.ResampleStream(
                self.rate_hz, self.out_hz, width, dtype="float32", quality="HQ", vr=True
            )


def mix(samples: np.ndarray) -> np.ndarray:
    """The mean of all channels of a block (N, C), (N, 1). To the last bit what `mean` gives, which
    takes five times as long for one channel or two.
    """
    if samples.shape[1] == 1:
        return samples
    if samples.shape[1] == 2:
        return (samples[:, :1] + samples[:, 1:]) / 2
    total: np.ndarray = np.add.reduce(samples, axis=1, keepdims=True)
    return total / samples.shape[1]


def pick(samples: np.ndarray, channels: Sequence[int], mixed: bool = False) -> np.ndarray:
    """Of a block (N, C) the `channels`, counted from 1, a copy: (N, K). One that it does not have
    is silence; to be `mixed`, it is left out instead (but one column of silence stays where there
    is none).
    """
    there = [channel for channel in channels if channel <= samples.shape[1]]
    if len(there) == len(channels) or (mixed and there):
        return samples[:, [channel - 1 for channel in there]]
    picked = np.zeros((len(samples), 1 if mixed else len(channels)), samples.dtype)
    if not mixed:
        for column, channel in enumerate(channels):
            if channel <= samples.shape[1]:
                picked[:, column] = samples[:, channel - 1]
    return picked

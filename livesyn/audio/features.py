"""What moves the picture at once: loudness, three bands, attacks and those of each band, every 9.98
ms, each 0 to 1.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from livesyn.audio.bands import BANDS, BLOCK, EDGES_HZ, HIGH, LOW, MID, Bands
from livesyn.audio.mel import RATE_HZ
from livesyn.base.params import LEVELS

BLOCK_S = BLOCK / RATE_HZ

# The noise gate. Steady sound up to -58 dB of full scale is noise, and only what is 10 dB above the
# noise passes.
QUIETEST_NOISE, LOUDEST_NOISE = 10 ** (-80 / 20), 10 ** (-58 / 20)
NOISE_RISE = 10 ** (2 / 20 * BLOCK_S)  # 2 dB a second: a held chord is no noise yet
NOISE_SMOOTHING = 1 - math.exp(-BLOCK_S / 0.3)
GATE = 3.2
REST_S = 0.5  # below the gate for so long is silence

# The automatic gain: what has been loud lately is four fifths of the full level.
HEADROOM = 1.25
QUIETEST_PEAK = 10 ** (-46 / 20)
PEAK_ATTACK, PEAK_RELEASE = (1 - math.exp(-BLOCK_S / time_s) for time_s in (0.4, 10.0))
# For (rms, low, mid, high): of the whole; a band with less is 0.
LEAST_SHARES = (1.0, 0.25, 0.16, 0.05)
QUIETEST_PEAKS = tuple(QUIETEST_PEAK * share for share in (1.0, 0.5, 0.5, 0.3))

# Attacks: a rise above all of the last 40 ms, in bels, over the bands. In 10 ms the energy of
# steady noise fluctuates by one over the root of twice its bandwidth times that time.
PAST_BLOCKS = 4
MARGINS = (1.0 / np.sqrt(2 * np.diff(EDGES_HZ) * BLOCK_S)).tolist()
ONSET_FLOOR, ONSET_FULL = 0.05, 0.6
ONSET_TIMES_USUAL = 1.0
# An attack of all bands together, then of the low, the middle and the high ones; what is this much
# below the loudest of its own bands lately is none there: the click of a kick is no hat.
ONSET_BELOW_PEAK = (0.01, 0.2, 0.3, 0.4)
_ONSET_BANDS = (range(BANDS), *(range(BANDS)[bands] for bands in (LOW, MID, HIGH)))
_ONSET_ENDS = tuple(itertools.accumulate(map(len, _ONSET_BANDS)))
_ONSET_PARTS = tuple(map(slice, (0, *_ONSET_ENDS), _ONSET_ENDS))
_ONSET_MARGINS = [MARGINS[band] for bands in _ONSET_BANDS for band in bands]
USUAL_SMOOTHING = 1 - math.exp(-BLOCK_S / 1.5)

_PARAMS = tuple((f"{name}_sensitivity", f"{name}_release") for name in LEVELS)


@dataclass(frozen=True, slots=True)
class Levels:
    """What is heard now, each 0 to 1; `silent` after half a second of nothing."""

    rms: float = 0.0
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0
    onset: float = 0.0
    onset_low: float = 0.0
    onset_mid: float = 0.0
    onset_high: float = 0.0
    silent: bool = True


class Features:
    """Levels of a continuous sound: immediate attack and exponential release, after a noise gate
    and a slow automatic gain.

    Sensitivities and releases are the rows `<level>_sensitivity` and `<level>_release` of the live
    parameters. One thread.
    """

    # Lists of four (rms, low, mid, high) and of seven bands: for so few numbers Python takes a
    # fifth of the time that NumPy does.

    def __init__(self) -> None:
        self.levels = Levels()
        self.blocks = 0
        self._bands = Bands()
        self._block = np.zeros(BLOCK, np.float32)
        self._filled = 0
        self._smooth = [LOUDEST_NOISE**2] * 4  # energy
        self._noise = [LOUDEST_NOISE] * 4
        self._peak = list(QUIETEST_PEAKS)
        # of bels, those of all bands and then those of each part
        self._past = deque([[-10.0] * len(_ONSET_MARGINS)] * PAST_BLOCKS, PAST_BLOCKS)
        self._usual = [0.0] * len(ONSET_BELOW_PEAK)
        self._values = [0.0] * len(LEVELS)
        self._rested_s = REST_S

    def push(self, samples: np.ndarray, params: Mapping[str, float]) -> Levels:
        """Take the next (N,) float32 at 22.05 kHz, finite; returns the levels after the last whole
        block.
        """
        while len(samples):
            taken = samples[: BLOCK - self._filled]
            samples = samples[len(taken) :]
            self._block[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            if self._filled == BLOCK:
                self._filled = 0
                self._hear(self._block, params)
        return self.levels

    def _hear(self, block: np.ndarray, params: Mapping[str, float]) -> None:
        bands: list[float] = self._bands.energies(block).tolist()
        loudness = self._gated([sum(bands), sum(bands[LOW]), sum(bands[MID]), sum(bands[HIGH])])
        is_sound = loudness[0] > 0
        if is_sound:
            self._adapt(loudness)
        now = [loud / (HEADROOM * peak) for loud, peak in zip(loudness, self._peak, strict=True)]
        now += self._attacks(bands)
        if not is_sound:
            now = [0.0] * len(now)
        self._rested_s = 0.0 if is_sound else self._rested_s + BLOCK_S
        self.blocks += 1
        self._fall(now, params)
        rms, low, mid, high, *onsets = self._values
        onset, onset_low, onset_mid, onset_high = onsets
        silent = self._rested_s >= REST_S
        self.levels = Levels(rms, low, mid, high, onset, onset_low, onset_mid, onset_high, silent)

    def _gated(self, energy: Sequence[float]) -> list[float]:
        """The loudness above the noise; its floor is the least recent loudness, and rises
        slowly.
        """
        loudness = []
        for at, now in enumerate(energy):
            self._smooth[at] += (now - self._smooth[at]) * NOISE_SMOOTHING
            noise = min(math.sqrt(self._smooth[at]), self._noise[at] * NOISE_RISE, LOUDEST_NOISE)
            self._noise[at] = noise = max(noise, QUIETEST_NOISE)
            loudness.append(math.sqrt(max(now - (GATE * noise) ** 2, 0.0)))
        return loudness

    def _adapt(self, loudness: Sequence[float]) -> None:
        """Adapts only while there is sound: a pause does not raise the gain."""
        moved = [
            peak + (loud - peak) * (PEAK_ATTACK if loud > peak else PEAK_RELEASE)
            for loud, peak in zip(loudness, self._peak, strict=True)
        ]
        self._peak = [
            max(peak, moved[0] * share, quietest)
            for peak, share, quietest in zip(moved, LEAST_SHARES, QUIETEST_PEAKS, strict=True)
        ]

    def _attacks(self, bands: Sequence[float]) -> list[float]:
        """0 to 1: how far this block's bands rise above the last ones, and above what is usual: all
        together, and the low, middle and high ones.
        """
        bels = []
        for part, noise, peak, below in zip(
            _ONSET_BANDS, self._noise, self._peak, ONSET_BELOW_PEAK, strict=True
        ):
            floor = (0.1 * GATE * noise) ** 2 + (below * peak) ** 2
            bels += [math.log10(bands[band] + floor) for band in part]
        rises = [
            max(now - past - margin, 0.0)
            for now, past, margin in zip(bels, map(max, *self._past), _ONSET_MARGINS, strict=True)
        ]
        self._past.append(bels)
        attacks = []
        for at, places in enumerate(_ONSET_PARTS):
            rise = sum(rises[places])
            least = max(ONSET_FLOOR, ONSET_TIMES_USUAL * self._usual[at])
            self._usual[at] += (rise - self._usual[at]) * USUAL_SMOOTHING
            attacks.append(min(max(rise - least, 0.0) / ONSET_FULL, 1.0))
        return attacks

    def _fall(self, now: Sequence[float], params: Mapping[str, float]) -> None:
        """Immediate attack; falls to a third within the release time."""
        for at, (sensitivity, release) in enumerate(_PARAMS):
            left = self._values[at] * math.exp(-BLOCK_S / params[release])
            value = min(now[at] * params[sensitivity], 1.0)
            self._values[at] = max(value, left if left > 1e-4 else 0.0)

"""What moves the picture at once: loudness, three bands and attacks, every 9.98 ms, each 0 to 1."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
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
NOISE_SMOOTHING_S = 0.3
GATE = 3.2
REST_S = 0.5  # below the gate for so long is silence

# The automatic gain: what has been loud lately is four fifths of the full level.
HEADROOM = 1.25
QUIETEST_PEAK = 10 ** (-46 / 20)
PEAK_ATTACK_S, PEAK_RELEASE_S = 0.4, 10.0
LEAST_SHARES = np.array(
    [1.0, 0.25, 0.16, 0.05]
)  # of the whole, for (rms, low, mid, high): a band with less is 0
QUIETEST_PEAKS = QUIETEST_PEAK * np.array([1.0, 0.5, 0.5, 0.3])

# Attacks: a rise above all of the last 40 ms, in bels, over the bands. In 10 ms the energy of
# steady noise fluctuates by one over the root of twice its bandwidth times that time.
PAST_BLOCKS = 4
MARGINS = 1.0 / np.sqrt(2 * np.diff(EDGES_HZ) * BLOCK_S)
ONSET_FLOOR, ONSET_FULL = 0.05, 0.6
ONSET_TIMES_USUAL = 1.0
USUAL_S = 1.5


@dataclass(frozen=True, slots=True)
class Levels:
    """What is heard now, each 0 to 1; `silent` after half a second of nothing."""

    rms: float = 0.0
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0
    onset: float = 0.0
    silent: bool = True


class Features:
    """Levels of a continuous sound: immediate attack and exponential release, after a noise gate
    and a slow automatic gain.

    Sensitivities and releases are the rows `<level>_sensitivity` and `<level>_release` of the live
    parameters. One thread.
    """

    def __init__(self) -> None:
        self.levels = Levels()
        self.blocks = 0
        self._bands = Bands()
        self._waiting = np.zeros(0, np.float32)
        self._smooth = np.full(4, LOUDEST_NOISE**2)  # energy
        self._noise = np.full(4, LOUDEST_NOISE)
        self._peak = QUIETEST_PEAKS
        self._past = deque([np.full(BANDS, -10.0)], PAST_BLOCKS)  # of bels
        self._usual = 0.0
        self._rested_s = REST_S

    def push(self, samples: np.ndarray, params: Mapping[str, float]) -> Levels:
        """Take the next (N,) float32 at 22.05 kHz, finite; returns the levels after the last whole
        block.
        """
        self._waiting = np.concatenate([self._waiting, samples])
        whole = len(self._waiting) // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            self._hear(self._waiting[start : start + BLOCK], params)
        self._waiting = self._waiting[whole:]
        return self.levels

    def _hear(self, block: np.ndarray, params: Mapping[str, float]) -> None:
        bands = self._bands.energies(block)
        energy = np.array([bands.sum(), bands[LOW].sum(), bands[MID].sum(), bands[HIGH].sum()])
        gate = GATE * self._heard_noise(energy)
        loudness = np.sqrt(np.maximum(energy - gate**2, 0.0))
        is_sound = loudness[0] > 0
        if is_sound:
            self._adapt(loudness)
        now = (
            *(loudness * is_sound / (HEADROOM * self._peak)),
            self._attack(bands, gate[0]) * is_sound,
        )
        self._rested_s = 0.0 if is_sound else self._rested_s + BLOCK_S
        self.blocks += 1
        values = {
            name: self._level(name, float(value), params)
            for name, value in zip(LEVELS, now, strict=True)
        }
        self.levels = Levels(**values, silent=self._rested_s >= REST_S)

    def _heard_noise(self, energy: np.ndarray) -> np.ndarray:
        """The noise floor: the least recent loudness, which rises slowly."""
        self._smooth += (energy - self._smooth) * (1 - np.exp(-BLOCK_S / NOISE_SMOOTHING_S))
        self._noise = np.clip(
            np.minimum(np.sqrt(self._smooth), self._noise * NOISE_RISE),
            QUIETEST_NOISE,
            LOUDEST_NOISE,
        )
        return self._noise

    def _adapt(self, loudness: np.ndarray) -> None:
        """Adapts only while there is sound: a pause does not raise the gain."""
        rate = 1 - np.exp(-BLOCK_S / np.where(loudness > self._peak, PEAK_ATTACK_S, PEAK_RELEASE_S))
        self._peak = self._peak + (loudness - self._peak) * rate
        self._peak = np.maximum(
            self._peak, np.maximum(self._peak[0] * LEAST_SHARES, QUIETEST_PEAKS)
        )

    def _attack(self, bands: np.ndarray, gate: float) -> float:
        """0 to 1: how far this block's bands rise above the last ones, and above what is usual."""
        bels = np.log10(bands + (0.1 * gate) ** 2 + (0.01 * self._peak[0]) ** 2)
        rise = float(np.maximum(bels - np.max(self._past, axis=0) - MARGINS, 0.0).sum())
        self._past.append(bels)
        least = max(ONSET_FLOOR, ONSET_TIMES_USUAL * self._usual)
        self._usual += (rise - self._usual) * (1 - np.exp(-BLOCK_S / USUAL_S))
        return min(max(rise - least, 0.0) / ONSET_FULL, 1.0)

    def _level(self, name: str, now: float, params: Mapping[str, float]) -> float:
        """Immediate attack; falls to a third within the release time."""
        left = getattr(self.levels, name) * np.exp(-BLOCK_S / params[f"{name}_release"])
        return float(
            max(min(now * params[f"{name}_sensitivity"], 1.0), left if left > 1e-4 else 0.0)
        )

"""What MVNet and the painter need of a sound: mel windows and levels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from livesyn.audio.features import Features, Levels
from livesyn.audio.mel import RATE_HZ, MelWindow
from livesyn.base.types import AudioBlock

LATE_S = 0.1  # blocks come every 10 to 90 ms; what stays away longer is silence
LONGEST_REST_S = 1.0


class Hearing:
    """A consumer of sound (`livesyn.audio.router`), mixed to one channel at 22,050 Hz. `params` are
    the live parameters, read at each block.

    One thread pushes; `levels` and `newest_s` may be read by any. `newest_s` is when the newest
    sample came in that the levels know.
    """

    name = "mel windows"
    rate_hz = RATE_HZ
    channels: tuple[int, ...] | None = None
    mixed = True

    def __init__(self, params: Mapping[str, float]) -> None:
        self.levels = Levels()
        self.newest_s: float | None = None
        self._params = params
        self._mel = MelWindow()
        self._features = Features()
        self._rested_s = 0.0

    @property
    def columns(self) -> int:
        """How many mel columns there have been, 86 a second."""
        return self._mel.heard

    def push(self, block: AudioBlock) -> None:
        """Take the next (N, 1) at 22,050 Hz, finite."""
        samples = block.samples[:, 0]
        self._mel.push(samples)
        self.levels = self._features.push(samples, self._params)
        self.newest_s = self._rested_s = block.time_s

    def rest(self, now_s: float) -> None:
        """What to call when no block has come: levels sink as in silence, and nothing hangs. The
        mel window stands still.
        """
        if self.newest_s is not None and now_s - self.newest_s > LATE_S:
            missing_s = min(now_s - self._rested_s, LONGEST_REST_S)
            self._rested_s = now_s
            silence = np.zeros(int(missing_s * RATE_HZ), np.float32)
            self.levels = self._features.push(silence, self._params)

    def window(self) -> np.ndarray:
        """The last 768 mel columns in dB, oldest first: (128, 768), a copy. For the thread that
        pushes.
        """
        return self._mel.window()

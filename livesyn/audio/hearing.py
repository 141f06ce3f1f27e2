"""Audio analysis: blocks of sound at any rate in; a mel window for the nets and levels for the
picture out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from livesyn.audio.features import Features, Levels
from livesyn.audio.mel import RATE_HZ, MelWindow
from livesyn.audio.resample import Resampler
from livesyn.base.types import AudioBlock

LATE_S = 0.1  # blocks come every 10 to 90 ms; what stays away longer is silence
LONGEST_REST_S = 1.0


class Hearing:
    """Analyses blocks in their order: resampling, mel window, levels. The rate may change between
    blocks. One thread pushes; `levels`, `newest_s` and the counters may be read by any. `bad`
    counts blocks with samples that are no numbers (they are silence). What was lost before it came
    here, the queue's `dropped` and the feed's `Report.xruns` count.
    """

    def __init__(self) -> None:
        self.levels = Levels()
        self.newest_s: float | None = None
        self._mel = MelWindow()
        self._features = Features()
        self._resampler: Resampler | None = None
        self._bad = 0
        self._rested_s = 0.0

    @property
    def bad(self) -> int:
        return self._bad + (self._resampler.bad if self._resampler is not None else 0)

    @property
    def columns(self) -> int:
        """How many mel columns there have been, 86 a second."""
        return self._mel.heard

    def push(self, block: AudioBlock, params: Mapping[str, float]) -> Levels:
        """Analyse the next block; returns the levels after it. `newest_s` is then when the newest
        sample that they cover came in.

        Raises: DeviceError for a rate that no sound has; ShapeError for a block that is not (N, C).
        """
        if self._resampler is None or self._resampler.rate_hz != block.rate_hz:
            bad, self._resampler = self.bad, Resampler(block.rate_hz)
            self._bad = bad
        samples = self._resampler.push(block.samples)
        self._mel.push(samples)
        self.levels = self._features.push(samples, params)
        self.newest_s = self._rested_s = block.time_s - self._resampler.behind_s
        return self.levels

    def rest(self, now_s: float, params: Mapping[str, float]) -> Levels:
        """To be called when no block has come: levels fall as in silence. The mel window stays as
        it is.
        """
        if self.newest_s is not None and now_s - self.newest_s > LATE_S:
            missing_s = min(now_s - self._rested_s, LONGEST_REST_S)
            self._rested_s = now_s
            self.levels = self._features.push(
                np.zeros(int(missing_s * RATE_HZ), np.float32), params
            )
        return self.levels

    def window(self) -> np.ndarray:
        """The last 768 mel columns in dB, oldest first: (128, 768), a copy. For the thread that
        pushes.
        """
        return self._mel.window()

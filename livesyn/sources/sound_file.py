"""A sound file as a microphone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError, DeviceError
from livesyn.base.installing import install
from livesyn.base.pace import Pace

BLOCKS_A_SECOND = 100
LOWEST_HZ, HIGHEST_HZ = 2000, 768000


class SoundFile:
    """A .wav, .flac, .ogg or .mp3 in real time, over and over unless `loop` is False; then None
    ends it.

    The end joins the beginning without a gap. No sample is left out: what fell due while nobody
    read comes in one longer block. After `open`, `length_s` is known.
    """

    xruns = 0

    def __init__(self, path: str | Path, clock: Clock, loop: bool = True) -> None:
        self.path = Path(path)
        self.name = f"sound {self.path.name}"
        self.rate_hz = 0
        self.length_s = 0.0
        self._clock = clock
        self._loop = loop
        self._block = 0
        self._pace = Pace(clock, BLOCKS_A_SECOND)
        self._file: Any = None

    def open(self) -> None:
        """Raises: DataError when there is no such file, or no sound in it; DeviceError without
        libsndfile.
        """
        self.close()
        try:
            import soundfile
        except (ImportError, OSError) as error:
            raise DeviceError(
                f"libsndfile cannot be loaded ({error}); install it with: {install('soundfile')}"
            ) from None
        if not self.path.is_file():
            raise DataError(
                f"there is no sound file {str(self.path)!r}; give a .wav, .flac, .ogg or .mp3"
            )
        try:
            file = soundfile.SoundFile(self.path)
        except (
            soundfile.LibsndfileError,
            OSError,
            TypeError,
        ) as error:  # TypeError: .raw tells nothing of itself
            raise DataError(
                f"{str(self.path)!r} is not sound that can be played here ({error}); give a .wav,"
                " .flac, .ogg or .mp3"
            ) from None
        if file.frames <= 0 or not LOWEST_HZ <= file.samplerate <= HIGHEST_HZ:
            file.close()
            raise DataError(
                f"{str(self.path)!r} has {file.frames} samples at {file.samplerate} Hz; a sound has"
                f" some, at {LOWEST_HZ} to {HIGHEST_HZ} Hz"
            )
        self._file, self.rate_hz, self.length_s = (
            file,
            file.samplerate,
            file.frames / file.samplerate,
        )
        self._block = self.rate_hz // BLOCKS_A_SECOND
        self._pace = Pace(self._clock, self.rate_hz / self._block)

    def read(self) -> np.ndarray | None:
        """What is due, (N, C) float32."""
        if self._file is None:
            return None
        wanted = self._block * (1 + self._pace.wait())
        samples = self._next(wanted)
        while self._loop and len(samples) < wanted:
            self._file.seek(0)
            if not len(more := self._next(wanted - len(samples))):
                break
            samples = np.concatenate([samples, more])
        return samples if len(samples) else None

    def _next(self, count: int) -> np.ndarray:
        return self._file.read(count, dtype="float32", always_2d=True)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

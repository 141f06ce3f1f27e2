"""The values that flow through livesyn. Frozen; units stand in the names.

Times ending in `_s` are seconds on the monotonic clock (`livesyn.base.clock`); `_beats` are
quarter notes since the transport's beat 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the player starts without numpy: a tenth of a second sooner at its first note
    import numpy as np


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `pixels` is (H, W, 3) uint8 RGB; `time_s` is when it was taken."""

    pixels: np.ndarray
    time_s: float
    index: int = 0


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """One block of sound.

    `samples` is (N, C) float32 in [-1, 1]; `time_s` is when its last one came in.
    """

    samples: np.ndarray
    time_s: float
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Latent:
    """One diagonal Gaussian in the shared latent space: `mean` and `std` are (D,) float32."""

    mean: np.ndarray
    std: np.ndarray
    time_s: float


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note. Beats count from the start of whatever holds it (a phrase, a bar)."""

    start_beats: float
    duration_beats: float
    pitch: int
    velocity: int = 96
    channel: int = 1

    @property
    def end_beats(self) -> float:
        return self.start_beats + self.duration_beats


@dataclass(frozen=True, slots=True)
class Phrase:
    """Notes over `length_beats`, in start order, to be played from some absolute beat."""

    notes: tuple[Note, ...]
    length_beats: float


class PictureSource(Protocol):
    """A device that gives pictures. Blocking; used from one thread of its own.

    `open` raises DeviceError or DataError with a sentence for the user. `read` returns the
    next frame as (H, W, 3) uint8 RGB, or None when the device failed or is gone; it paces
    itself (a camera by its hardware, a file by its own frame rate).
    """

    name: str

    def open(self) -> None: ...

    def read(self) -> np.ndarray | None: ...

    def close(self) -> None: ...


class SoundSource(Protocol):
    """A device that gives sound. Blocking; used from one thread of its own.

    `open` raises DeviceError or DataError with a sentence for the user; from then on `rate_hz` is
    known. `read` returns the next block, (N, C) float32 of about 10 ms, and misses none; None when
    the device failed or is gone. It paces itself. `xruns` counts how often sound got lost on the
    way, in the driver or because nobody read: that is never an error.
    """

    name: str
    rate_hz: int

    @property
    def xruns(self) -> int: ...

    def open(self) -> None: ...

    def read(self) -> np.ndarray | None: ...

    def close(self) -> None: ...

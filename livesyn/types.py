"""The values that flow through livesyn. Frozen; units stand in the names.

Times ending in `_s` are seconds on the monotonic clock (`livesyn.clock`); `_beats` are
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
    """One block of sound. `samples` is (N, C) float32 in [-1, 1]."""

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

"""What is asked of an output for pictures."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.base.types import Frame


class PictureSink(Protocol):
    """One output. Blocking; used from one thread of its own (`livesyn.sinks.pictures.outlet`).

    `open` gets the device and raises DeviceError with a sentence, for a library that is not there
    one that says how to install it. `show` gives it a picture, (H, W, 3) uint8 RGB of any size, and
    raises DeviceError when the device is lost and ShapeError for what is no picture. `close` lets
    go of it; safe to call twice, or unopened. Then it may be opened again.
    """

    name: str

    def open(self) -> None: ...

    def show(self, frame: Frame) -> None: ...

    def close(self) -> None: ...


def check_picture(pixels: np.ndarray) -> np.ndarray:
    """`pixels`, contiguous. Raises ShapeError for what is not (H, W, 3) uint8."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ShapeError(f"a picture is (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}")
    return np.ascontiguousarray(pixels)

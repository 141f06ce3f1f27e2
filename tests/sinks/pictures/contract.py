"""What every output for pictures must do, real or fake.

Call with a maker of fresh, unopened sinks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from livesyn.base.errors import DeviceError, LivesynError, ShapeError
from livesyn.base.types import Frame
from livesyn.sinks.pictures.base import PictureSink


def picture(value: int = 90, height: int = 64, width: int = 64) -> np.ndarray:
    rows, columns = np.indices((height, width))
    return np.stack(
        [rows * 255 // height, columns * 255 // width, np.full((height, width), value)], -1
    ).astype(np.uint8)


def check_picture_sink(make: Callable[[], PictureSink]) -> None:
    """The whole contract."""
    sink = make()
    assert sink.name and "\n" not in sink.name
    sink.close()  # unopened
    with pytest.raises(DeviceError):
        sink.show(Frame(picture(), 0.0))
    sink.open()
    for index, (height, width) in enumerate(((64, 64), (64, 64), (128, 128), (48, 64), (360, 640))):
        sink.show(Frame(picture(40 * index, height, width), 10.0 + index / 30, index))
    sink.show(Frame(picture()[::2, ::2], 10.2, 5))  # not contiguous
    for wrong in (
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
    ):
        with pytest.raises(ShapeError):
            sink.show(Frame(wrong, 11.0))
    sink.show(Frame(picture(), 11.1, 6))  # none the worse for it
    sink.close()
    sink.close()
    with pytest.raises(DeviceError):
        sink.show(Frame(picture(), 12.0))
    sink.open()
    sink.show(Frame(picture(), 13.0, 7))
    sink.close()


def check_refusal(sink: PictureSink, *words: str) -> None:
    """It says in one sentence why it cannot be opened, and may be closed all the same."""
    with pytest.raises(LivesynError) as caught:
        sink.open()
    assert isinstance(caught.value, DeviceError)
    text = str(caught.value)
    assert "\n" not in text and all(word in text for word in words), text
    sink.close()

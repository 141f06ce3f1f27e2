"""Pictures and JSON as bytes for the wire. Pure; the hub calls them off the loop."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.media.scaling import enlarge

MAX_WIDTH = 480
PAINTING_LINES, MAX_PAINTING_WIDTH = 720, 1280


def encode_jpeg(pixels: np.ndarray, quality: int = 72, max_width: int = MAX_WIDTH) -> bytes:
    """JPEG of (H, W, 3) uint8 RGB pixels, at most `max_width` wide. Thread-safe.

    Raises ShapeError for any other array.
    """
    import cv2

    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ShapeError(f"a picture is (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}")
    height, width = pixels.shape[:2]
    if width > max_width:
        pixels = cv2.resize(
            pixels,
            (max_width, max(1, round(height * max_width / width))),
            interpolation=cv2.INTER_AREA,
        )
    done, data = cv2.imencode(
        ".jpg", np.ascontiguousarray(pixels[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not done:
        raise ShapeError(f"a picture of {width} x {height} cannot be made a JPEG")
    return bytes(data)


def encode_painting(pixels: np.ndarray) -> bytes:
    """JPEG of a painting, (H, W, 3) uint8 RGB, enlarged to 720 lines for readers that show it
    large. For one thread. Raises ShapeError.
    """
    if (
        pixels.ndim == 3
        and pixels.shape[2] == 3
        and pixels.dtype == np.uint8
        and 0 < pixels.shape[0] < PAINTING_LINES
        and pixels.shape[1] > 0
    ):
        pixels = enlarge(
            pixels, round(pixels.shape[1] * PAINTING_LINES / pixels.shape[0]), PAINTING_LINES
        )
    return encode_jpeg(pixels, 85, MAX_PAINTING_WIDTH)


def encode_json(value: Any) -> str:
    """JSON text that any browser reads: arrays become lists, floats keep five decimals, and
    what is not a finite number becomes null (JSON has no NaN). Thread-safe."""
    return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return round(value, 5) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

"""A decoded frame of film as it is meant to be seen: (H, W, 3) uint8 RGB in square pixels, upright,
transparency on black, HDR brought into the range of a screen.
"""

from __future__ import annotations

import functools
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from av.video.format import VideoFormat
    from av.video.frame import VideoFrame
    from PIL.Image import Image

MOST_ASPECT = 8.0  # of a pixel; beyond it the header is wrong
PQ, HLG = 16, 18  # transfer characteristics (ITU-T H.273, table 3)
Turn = tuple[int, int, int, int]
UPRIGHT: Turn = (1, 0, 0, 1)
_KNEE = 0.6  # of white, where highlights begin to be compressed


def rgb_of(frame: VideoFrame, aspect: float, turn: Turn) -> np.ndarray:
    """The picture of `frame`, whose pixels are `aspect` times as wide as high, turned by `turn`,
    see `turn_of`.
    """
    width, height = _square(frame.width, frame.height, aspect)
    if _has_alpha(frame.format.name, frame.format):
        rgba = _converted(frame, width, height, "rgba")
        pixels = (rgba[..., :3] * (rgba[..., 3:] / np.float32(255)) + 0.5).astype(np.uint8)
    else:
        pixels = _converted(frame, width, height, "rgb24")
    if frame.interlaced_frame and height > 1:
        pixels = resized(pixels[::2], width, height)  # one field: two moments do not mix
    if (transfer := int(getattr(frame, "color_trc", 0))) in (PQ, HLG):
        pixels = _looked_up(pixels, _to_screen(transfer))
    return np.ascontiguousarray(turned(pixels, turn))


def resized(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """`pixels` at another size."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return np.array(picture.resize((width, height), Image.Resampling.BILINEAR))


def on_black(picture: Image) -> np.ndarray:
    """A picture of Pillow's, upright as its EXIF says."""
    from PIL import Image, ImageOps

    upright: Image.Image = ImageOps.exif_transpose(picture)
    if "A" in upright.getbands() or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, (0, 0, 0, 255)), upright)
    return np.array(upright.convert("RGB"))


def turn_of(frame: VideoFrame) -> Turn:
    """How a frame is to be turned and mirrored: the signs of its display matrix's a, b, c, d, where
    x' = ax + cy and y' = bx + dy; of a matrix that is askew those of the nearest right angle.

    A frame that was asked waits for the garbage collector, so ask few.
    """
    try:
        side_data: Any = frame.side_data  # its type says otherwise
        matrix = bytes(side_data["DISPLAYMATRIX"])
        a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    except (KeyError, struct.error):
        return UPRIGHT
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return (-1 if a < 0 else 1, 0, 0, -1 if d < 0 else 1)
    return (0, -1 if b < 0 else 1, -1 if c < 0 else 1, 0)


def turned(pixels: np.ndarray, turn: Turn) -> np.ndarray:
    """`pixels` (H, W, 3) turned as `turn_of` says."""
    a, b, c, d = turn
    if b:
        pixels = pixels.transpose(1, 0, 2)
    return pixels[:: d or b, :: a or c]


def _square(width: int, height: int, aspect: float) -> tuple[int, int]:
    """The size in square pixels; no side gets smaller."""
    if not 1 / MOST_ASPECT <= aspect <= MOST_ASPECT:
        return width, height
    return (
        (round(width * aspect), height) if aspect >= 1 else (width, max(1, round(height / aspect)))
    )


def _converted(frame: VideoFrame, width: int, height: int, format: str) -> np.ndarray:
    # one thread: the other cores are for the nets
    return frame.reformat(width, height, format, threads=1).to_ndarray()


@functools.cache
def _alpha(name: str) -> bool:
    from av.video.format import VideoFormat as Format

    return any(component.is_alpha for component in Format(name).components)


def _has_alpha(name: str, format: VideoFormat) -> bool:
    return format.has_palette or _alpha(name)


def _looked_up(pixels: np.ndarray, table: np.ndarray) -> np.ndarray:
    from PIL import Image

    return np.array(Image.fromarray(pixels).point(table.tolist() * 3))


@functools.cache
def _to_screen(transfer: int) -> np.ndarray:
    """What a code of PQ or HLG is on a screen without HDR: (256,) uint8. Diffuse white (203 nits,
    ITU-R BT.2408) becomes nearly white, what is brighter is compressed into the rest.
    """
    code = np.arange(256) / 255
    if transfer == PQ:  # SMPTE ST 2084
        power = code ** (32 / 2523)
        light = (np.maximum(power - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * power)) ** (
            8192 / 1305
        )
        light *= 10_000 / 203
    else:  # ITU-R BT.2100, table 5, with its system gamma of 1.2
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
        light = (scene / 0.26496256) ** 1.2
    bent = _KNEE + (1 - _KNEE) * np.tanh((light - _KNEE) / (1 - _KNEE))
    return np.round(255 * np.where(light < _KNEE, light, bent) ** (1 / 2.2)).astype(np.uint8)

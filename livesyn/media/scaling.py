"""From a small picture to a large screen: where it goes, and how it is enlarged. Bicubic or Lanczos
filters alone show the pixel grid as staircase artefacts on a 1080p screen; sharpening turns them
into grain. Here the picture first grows to about 256 lines, a blur of half a source pixel takes the
staircases away, a wide unsharp mask gives the edges back, and a second bicubic step does the rest.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Fit = Literal["contain", "cover"]
FITS: tuple[Fit, ...] = ("contain", "cover")
GROWN = 256  # lines after the first step; what has as many is not grown
MOST_GROWTH = 4
LEFT_TO_SHRINK = 3
# standard deviations in source pixels; how much of the difference is added
BLUR, WIDE, SHARPEN = (
    0.45,
    0.9,
    1.0,
)


def place(width: int, height: int, across: int, down: int, fit: Fit) -> tuple[int, int, int, int]:
    """Where a picture of `width` x `height` goes on a screen of `across` x `down`: left, top,
    width, height, its proportions kept. "contain" shows all of it; "cover" fills the screen, so
    what is over has negative corners.
    """
    ratios = (across / width, down / height)
    scale = max(ratios) if fit == "cover" else min(ratios)
    wide, tall = max(1, round(width * scale)), max(1, round(height * scale))
    return (across - wide) // 2, (down - tall) // 2, wide, tall


def enlarge(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """(H, W, 3) uint8 pixels at another size; smaller ones by area means. For one thread."""
    import cv2

    if height <= pixels.shape[0] and width <= pixels.shape[1]:
        return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    growth = min(MOST_GROWTH, round(GROWN / pixels.shape[0]), round(height / pixels.shape[0]))
    if growth > 1:
        grown = cv2.resize(pixels, None, fx=growth, fy=growth, interpolation=cv2.INTER_CUBIC)
        grown = cv2.GaussianBlur(grown, (0, 0), BLUR * growth)
        wide = cv2.GaussianBlur(grown, (0, 0), WIDE * growth)
        pixels = cv2.addWeighted(grown, 1 + SHARPEN, wide, -SHARPEN, 0)
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)


def shrink(pixels: np.ndarray, size: int) -> np.ndarray:
    """A square of (S, S, 3) uint8 pixels, by area means to (size, size, 3), or enlarged to it.

    OpenCV's halves take a tenth of the time that its fractions take, so a large one is halved
    first, as long as three pixels a side are left for each new one: fewer show where they lay.
    """
    from livesyn.media.opencv import opencv

    cv2, side = opencv(), len(pixels)
    while side % 2 == 0 and side // 2 >= LEFT_TO_SHRINK * size:
        side //= 2
        pixels = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.resize(
        pixels, (size, size), interpolation=cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    )


def paint(canvas: np.ndarray, pixels: np.ndarray, fit: Fit) -> None:
    """Draw `pixels` on `canvas` (H, W, 3), with black bars around it."""
    down, across = canvas.shape[:2]
    height, width = pixels.shape[:2]
    left, top, wide, tall = place(width, height, across, down, fit)
    if fit == "cover":  # only what will be seen is enlarged
        over_x, over_y = (wide - across) * width // wide // 2, (tall - down) * height // tall // 2
        pixels = pixels[over_y : height - over_y, over_x : width - over_x]
        left, top, wide, tall = 0, 0, across, down
    canvas[:top], canvas[top + tall :] = 0, 0
    canvas[:, :left], canvas[:, left + wide :] = 0, 0
    canvas[top : top + tall, left : left + wide] = enlarge(np.ascontiguousarray(pixels), wide, tall)


class Easel:
    """Enlarges each picture onto one canvas, about `lines` high, whose size the first one settles;
    `size` (width, height) settles it beforehand.

    One of other proportions is shown whole, black beside it. The canvas is drawn over with the next
    picture.
    """

    def __init__(self, lines: int = 720, size: tuple[int, int] | None = None) -> None:
        self._lines = lines
        self.canvas: np.ndarray | None = None
        if size is not None:
            self.canvas = np.zeros((size[1], size[0], 3), np.uint8)

    def draw(self, pixels: np.ndarray) -> np.ndarray:
        """The canvas with `pixels` on it, (H, W, 3) uint8 RGB, its sides even."""
        if self.canvas is None:
            scale = max(1.0, self._lines / pixels.shape[0])
            # codecs want them even
            height, width = (max(2, round(side * scale / 2) * 2) for side in pixels.shape[:2])
            self.canvas = np.zeros((height, width, 3), np.uint8)
        paint(self.canvas, pixels, "contain")
        return self.canvas

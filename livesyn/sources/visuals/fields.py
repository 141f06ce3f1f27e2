"""Scalar fields to paint with: tileable noise, sampling, relief, soft steps."""

from __future__ import annotations

import math

import numpy as np

from livesyn.media.opencv import opencv

SIDE = 512  # of a noise texture, in texels; one tile is 1 x 1 in the units of `sample`


def smoothstep(low: float, high: float, values: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, an S between."""
    x = np.clip((values - low) * (1 / (high - low)), 0, 1)
    return x * x * (3 - 2 * x)


def grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of every pixel, (H, W) float32 each: the origin in the middle, y from -0.5 to 0.5."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (x - (width - 1) / 2) / height, (y - (height - 1) / 2) / height


def noise(
    rng: np.random.Generator, coarsest: float = 2, finest: float = 40, slope: float = 1.8
) -> np.ndarray:
    """A tileable cloud of noise, (SIDE, SIDE) float32, mean 0 and deviation 1: its spectrum
    falls with frequency to the power of -`slope`, between so many waves a tile."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None, :]) * SIDE
    weight = np.where(frequency >= coarsest, np.maximum(frequency, 1) ** -slope, 0) * np.exp(
        -((frequency / finest) ** 2)
    )
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) * weight
    cloud = np.fft.irfft2(spectrum, (SIDE, SIDE))
    return (cloud / cloud.std()).astype(np.float32)


def sample(texture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`texture` at (x, y), which count tiles and wrap around: (H, W) float32."""
    cv2 = opencv()
    x, y = x - np.floor(x[0, 0]), y - np.floor(y[0, 0])  # remap's coordinates end at 32767
    return cv2.remap(texture, x * SIDE, y * SIDE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def relief(heights: np.ndarray, depth: float, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Light falling at `angle` on a surface: how brightly each point is lit (around 0.7) and
    how much it glints (0 to 1)."""
    cv2 = opencv()
    dx = cv2.Sobel(heights, cv2.CV_32F, 1, 0, ksize=3, scale=depth)
    dy = cv2.Sobel(heights, cv2.CV_32F, 0, 1, ksize=3, scale=depth)
    slant = 1 / np.sqrt(dx * dx + dy * dy + 1)
    lit = (0.7 - 0.6 * math.cos(angle) * dx - 0.6 * math.sin(angle) * dy) * slant
    glint = np.clip(lit, 0, 1)
    glint = glint * glint
    glint = glint * glint
    return lit, glint * glint


def to_pixels(colours: np.ndarray) -> np.ndarray:
    """(H, W, 3) float in [0, 255] to uint8, clipped."""
    return opencv().convertScaleAbs(np.maximum(colours, 0))


def enlarge(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """`image` (H, W[, 3]) at another size, smoothly."""
    cv2 = opencv()
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)

"""What can be measured of a picture without a label: its light, colour, warmth, contrast and
detail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def light(pictures: np.ndarray) -> np.ndarray:
    """Mean luma, 0 black to 1 white: (N, H, W, 3) -> (N,)."""
    return (pictures @ LUMA).mean((1, 2))


def colour(pictures: np.ndarray) -> np.ndarray:
    """Colourfulness after Hasler and Süsstrunk (2003): spread and mean of red against green and
    yellow against blue; 0 for greys."""
    red_green = pictures[..., 0] - pictures[..., 1]
    yellow_blue = (pictures[..., 0] + pictures[..., 1]) / 2 - pictures[..., 2]
    spread = np.hypot(red_green.std((1, 2)), yellow_blue.std((1, 2)))
    return spread + 0.3 * np.hypot(red_green.mean((1, 2)), yellow_blue.mean((1, 2)))


def warmth(pictures: np.ndarray) -> np.ndarray:
    """Mean of red minus blue, -1 to 1."""
    return (pictures[..., 0] - pictures[..., 2]).mean((1, 2))


def contrast(pictures: np.ndarray) -> np.ndarray:
    """Standard deviation of the luma."""
    return (pictures @ LUMA).std((1, 2))


def detail(pictures: np.ndarray) -> np.ndarray:
    """Mean step of the luma from pixel to pixel, for each unit of its standard deviation."""
    luma = pictures @ LUMA
    steps = np.abs(np.diff(luma, axis=1)).mean((1, 2)) + np.abs(np.diff(luma, axis=2)).mean((1, 2))
    return steps / np.maximum(luma.std((1, 2)), 1e-3)


# By the names of the parameters that play them (`params.ATTRIBUTES`). All take (N, H, W, 3) in [0,
# 1].
PROPERTIES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "light": light,
    "colour": colour,
    "warmth": warmth,
    "contrast": contrast,
    "detail": detail,
}

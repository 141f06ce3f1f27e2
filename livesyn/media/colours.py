"""The colours of a picture, for lamps: means of its parts, and those that cover most of it."""

from __future__ import annotations

import math

import numpy as np

from livesyn.media.flash_limiter import LINEAR

Colour = tuple[float, float, float]

FINEST = 48  # pixels a side that are looked at
LEVELS = 6  # of each of red, green and blue: pixels of one level are one colour
FORGET_S = 0.5  # what covered the picture is forgotten with this time constant
KEEP = 1.25  # a colour that is named stays so until another has so much more
APART = 0.25  # of full scale in sRGB: nearer colours are one
VIVID = 3.0  # how much more a pure colour counts than grey
DOMINANT = ("first", "second", "third")


class PictureColours:
    """Colours of one picture after the other. For one thread."""

    def __init__(self) -> None:
        bins = LEVELS**3
        self._weights = np.zeros(bins)
        self._sums = np.zeros((bins, 3))  # of sRGB, 0 to 1, weighted
        self._named: list[int] = []
        self._time_s = -math.inf

    def of(self, pixels: np.ndarray, now_s: float) -> dict[str, Colour]:
        """The colours of (H, W, 3) uint8 sRGB, by name: linear red, green and blue, 0 to 1."""
        steps = [max(1, side // FINEST) for side in pixels.shape[:2]]
        seen = pixels[:: steps[0], :: steps[1]]
        light = LINEAR[seen]
        height, width = light.shape[:2]
        thirds = [max(1, round(width / 3)), min(width - 1, round(2 * width / 3))]
        parts = {
            "whole": light,
            "left": light[:, : thirds[0]],
            "centre": light[:, thirds[0] : max(thirds[1], thirds[0] + 1)] if width > 1 else light,
            "right": light[:, thirds[1] :],
            "top": light[: max(1, height // 2)],
            "bottom": light[height // 2 :],
        }
        found = {name: _colour(part.mean((0, 1))) for name, part in parts.items()}
        return found | self._dominant(seen.reshape(-1, 3), now_s)

    def _dominant(self, pixels: np.ndarray, now_s: float) -> dict[str, Colour]:
        kept = math.exp(-max(0.0, now_s - self._time_s) / FORGET_S)
        self._time_s = now_s
        srgb = pixels / 255.0
        level = (pixels.astype(np.int64) * LEVELS) // 256
        at = (level[:, 0] * LEVELS + level[:, 1]) * LEVELS + level[:, 2]
        weight = 1 + VIVID * (srgb.max(1) - srgb.min(1))
        bins = len(self._weights)
        self._weights = kept * self._weights + (1 - kept) * np.bincount(at, weight, bins)
        for channel in range(3):
            new = np.bincount(at, weight * srgb[:, channel], bins)
            self._sums[:, channel] = kept * self._sums[:, channel] + (1 - kept) * new
        ranked = self._weights.copy()
        ranked[self._named] *= KEEP
        means = self._sums / np.maximum(self._weights, 1e-9)[:, None]
        named: list[int] = []
        for candidate in np.argsort(-ranked, kind="stable"):
            if len(named) == len(DOMINANT) or self._weights[candidate] <= 0:
                break
            apart = (np.abs(means[candidate] - means[other]).max() for other in named)
            if all(far >= APART for far in apart):
                named.append(int(candidate))
        self._named = named
        colours = [_colour(LINEAR[np.rint(255 * means[one]).astype(int)]) for one in named]
        return {name: colours[min(rank, len(colours) - 1)] for rank, name in enumerate(DOMINANT)}


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = (round(min(1.0, max(0.0, float(value))), 4) for value in values)
    return red, green, blue

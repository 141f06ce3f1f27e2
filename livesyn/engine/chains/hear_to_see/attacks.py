"""What attacks move in a picture: kicks, snares and hats each their own, as `onset_low_to`,
`onset_mid_to` and `onset_high_to` say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from livesyn.audio.features import Levels
from livesyn.base.params import ATTACK_TARGETS
from livesyn.media.opencv import opencv

BANDS = ("onset_low", "onset_mid", "onset_high")
NOTHING, COMPOSITION, ZOOM, PALETTE, BRIGHTNESS = ATTACK_TARGETS
# at a full attack
ZOOM_IN = 0.12  # of the size
TURN_DEG = 40.0  # of the hues
BRIGHTER = 0.1
STRONGEST = 4.0
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue are (ITU-R BT.601)
LEAST = 0.005  # what nobody sees


def strengths(levels: Levels, params: Mapping[str, float]) -> dict[str, float]:
    """How strongly each of `ATTACK_TARGETS` is moved just now, from 0; 1 is a full attack of one
    band. In silence nothing is.
    """
    moved = dict.fromkeys(ATTACK_TARGETS, 0.0)
    if not levels.silent:
        for band in BANDS:
            moved[ATTACK_TARGETS[int(params[f"{band}_to"])]] += getattr(levels, band)
    return moved


def shaken(pixels: np.ndarray, moved: Mapping[str, float], amount: float) -> np.ndarray:
    """A picture (H, W, 3) uint8 that is nearer, of other hues and brighter, by as much as `moved`
    says, `amount` times: the same array where that is nothing.
    """
    zoom, palette, brightness = (
        min(moved[target] * amount, STRONGEST) for target in (ZOOM, PALETTE, BRIGHTNESS)
    )
    cv2 = opencv()
    if zoom * ZOOM_IN > LEAST:
        height, width = pixels.shape[:2]
        nearer = cv2.getRotationMatrix2D(
            ((width - 1) / 2, (height - 1) / 2), 0.0, 1 + zoom * ZOOM_IN
        )
        pixels = cv2.warpAffine(
            pixels, nearer, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
    if palette * TURN_DEG > 1.0 or brightness * BRIGHTER > LEAST:
        colours = turned_hues(palette * TURN_DEG) * (1 + brightness * BRIGHTER)
        pixels = cv2.transform(pixels, colours)
    return pixels


def turned_hues(degrees: float) -> np.ndarray:
    """The matrix (3, 3) of RGB that turns the hues and leaves grey and brightness as they are."""
    grey = np.tile(np.array(LUMA), (3, 1))  # the brightness, in all three
    colour = np.eye(3) - grey
    # the part across: what is turned a quarter about the axis of greys, made to keep brightness
    across = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    angle = math.radians(degrees)
    turned = math.cos(angle) * colour + math.sin(angle) * (np.eye(3) - grey) @ across
    return np.asarray(grey + turned)

"""What is written over the picture: the keys, and a line when there is something to say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

KEYS = (
    ("F11", "full screen, window"),
    ("Esc", "leave full screen; again: end the display"),
    ("Space", "freeze, go on"),
    ("B", "blackout"),
    ("H", "these keys"),
)
INK, BONE, SOFT, LAMP = (16, 17, 19), (236, 231, 220), (179, 174, 163), (240, 180, 64)
VEIL = 0.86


def draw_help(canvas: np.ndarray, lines: Sequence[str]) -> None:
    """The keys and, below them, `lines` on how things stand, in the lower left of `canvas` (H, W,
    3).
    """
    _lay(canvas, _help_card(max(11, canvas.shape[0] // 38), tuple(lines)), True)


def draw_line(canvas: np.ndarray, text: str) -> None:
    """One line at the lower left."""
    _lay(canvas, _line_card(max(11, canvas.shape[0] // 38), text), False)


def _lay(canvas: np.ndarray, card: np.ndarray, veiled: bool) -> None:
    margin = canvas.shape[0] // 22
    height, width = (
        min(side, room - 2 * margin)
        for side, room in zip(card.shape[:2], canvas.shape[:2], strict=True)
    )
    if min(height, width) < 1:
        return  # no room for words
    place = canvas[-margin - height : canvas.shape[0] - margin, margin : margin + width]
    card = card[:height, :width]
    shine = card[:, :, 3:] / np.float32(255)
    place[:] = place * (1 - shine) + card[:, :, :3] * shine


@lru_cache(maxsize=8)
def _help_card(size: int, lines: tuple[str, ...]) -> np.ndarray:
    """(H, W, 4) uint8 RGBA."""
    from PIL import Image, ImageDraw, ImageFont

    title, font, fine = (ImageFont.load_default(size * scale) for scale in (1.35, 1.0, 0.82))
    row, edge = round(size * 1.75), round(size * 1.5)
    column = round(max(font.getlength(key) for key, _ in KEYS) + size * 2.2)
    width = round(
        max(
            column + max(font.getlength(words) for _, words in KEYS),
            max((fine.getlength(line) for line in lines), default=0),
        )
        + 2 * edge
    )
    height = round(
        2 * edge
        + 2.4 * size
        + row * len(KEYS)
        + (0.9 * size + len(lines) * size * 1.3 if lines else 0)
    )
    card = Image.new("RGBA", (width, height), (*INK, round(255 * VEIL)))
    pen = ImageDraw.Draw(card)
    pen.text((edge, edge), "livesyn", BONE, title)
    top = edge + round(2.4 * size)
    for key, words in KEYS:
        pen.text((edge, top), key, LAMP, font)
        pen.text((edge + column, top), words, BONE, font)
        top += row
    top += round(0.35 * size)
    if lines:
        pen.line((edge, top, width - edge, top), (70, 70, 74), max(1, size // 14))
        top += round(0.7 * size)
    for line in lines:
        pen.text((edge, top), line, SOFT, fine)
        top += round(1.3 * size)
    return np.asarray(card)


@lru_cache(maxsize=8)
def _line_card(size: int, text: str) -> np.ndarray:
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size)
    edge = round(size * 0.8)
    card = Image.new(
        "RGBA",
        (round(font.getlength(text)) + 2 * edge, round(size * 1.3) + 2 * edge),
        (*INK, round(255 * VEIL)),
    )
    ImageDraw.Draw(card).text((edge, edge), text, BONE, font)
    return np.asarray(card)

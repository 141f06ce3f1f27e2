"""Contact sheets: rows of thumbnails with their notes on one PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.types import Note

SIDE = 128  # of a picture on the sheet, in pixels
GAP = 10
ROLL = 56  # height of a piano roll
LINE = 15  # height of a line of text
PAPER, INK, GREY, BAR = (250, 249, 246), (38, 36, 33), (140, 136, 130), (214, 210, 203)
WIDEST = 10  # columns; more go on below
FEWEST_SEMITONES = 12


@dataclass(frozen=True)
class Column:
    """One step of a sheet: what it is called, its pictures from above, each (H, W, 3) uint8 or None
    for an empty place, its notes over `length_beats`, and, below them, others to compare."""

    title: str
    pictures: Sequence[np.ndarray | None]
    notes: Sequence[Note]
    length_beats: float
    below: Sequence[Note] | None = None


def draw(columns: Sequence[Column], rows: Sequence[str], title: str, path: Path) -> None:
    """Write the sheet of `columns` as a PNG, whole or not at all; `rows` name the pictures from
    above.
    """
    from PIL import Image, ImageDraw

    margin = 2 * GAP + max((round(6.5 * len(name)) for name in rows), default=0)
    rolls = 1 + any(column.below is not None for column in columns)
    block = LINE + len(rows) * (SIDE + GAP) + rolls * (ROLL + GAP) + GAP
    across = min(len(columns), WIDEST)
    blocks = -(-len(columns) // WIDEST)
    image = Image.new(
        "RGB", (margin + across * (SIDE + GAP) + GAP, 3 * GAP + LINE + blocks * block), PAPER
    )
    pen = ImageDraw.Draw(image)
    pen.text((2 * GAP, GAP), title, INK)
    pitches = [
        note.pitch for column in columns for note in (*column.notes, *(column.below or ()))
    ] or [60]
    low, high = min(pitches), max(pitches)
    low -= max(0, FEWEST_SEMITONES - (high - low)) // 2
    high = max(high, low + FEWEST_SEMITONES)
    for i, column in enumerate(columns):
        left, top = margin + (i % WIDEST) * (SIDE + GAP), 2 * GAP + LINE + (i // WIDEST) * block
        pen.text((left, top), column.title, GREY)
        for row, pixels in enumerate(column.pictures):
            y = top + LINE + row * (SIDE + GAP)
            if i % WIDEST == 0:
                pen.text((GAP, y + SIDE // 2 - 6), rows[row], GREY)
            if pixels is not None:
                image.paste(
                    Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS),
                    (left, y),
                )
        y = top + LINE + len(rows) * (SIDE + GAP)
        _roll(pen, column.notes, column.length_beats, left, y, low, high)
        if column.below is not None:
            _roll(pen, column.below, column.length_beats, left, y + ROLL + GAP, low, high)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    image.save(part, "PNG")
    part.replace(path)


def _roll(
    pen: Any, notes: Sequence[Note], length_beats: float, left: int, top: int, low: int, high: int
) -> None:
    pen.rectangle((left, top, left + SIDE - 1, top + ROLL - 1), outline=BAR)
    for beat in range(4, round(length_beats), 4):
        x = left + round(SIDE * beat / length_beats)
        pen.line((x, top, x, top + ROLL - 1), fill=BAR)
    thick = max(2, (ROLL - 6) // (high - low + 1))
    for note in notes:
        start = left + 1 + (SIDE - 3) * note.start_beats / length_beats
        end = left + (SIDE - 3) * note.end_beats / length_beats
        height = top + 2 + (ROLL - 5 - thick) * (high - note.pitch) / (high - low)
        pen.rectangle(
            (
                round(start),
                round(height),
                max(round(start) + 1, round(end)),
                round(height) + thick - 1,
            ),
            fill=INK,
        )


def grid(pictures: np.ndarray, across: int, gap: int = 2) -> Any:
    """Pictures (N, H, W, 3) uint8, `across` a row, as one PIL image."""
    from PIL import Image

    count, height, width, _ = pictures.shape
    down = -(-count // across)
    sheet = np.full((down * (height + gap) - gap, across * (width + gap) - gap, 3), 255, np.uint8)
    for i, picture in enumerate(pictures):
        top, left = i // across * (height + gap), i % across * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return Image.fromarray(sheet)

"""Pictures of networks: boxes with words, and lines between them, as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

PAPER, INK, BOX, LINE, ACCENT = "#f4f1ea", "#202428", "#e9e3d7", "#2f6f7e", "#c8553d"
FONT = "font-family='sans-serif'"


@dataclass(frozen=True)
class Box:
    """`label` in its middle; `kind`: box, dial, bar, or text alone."""

    x: float
    y: float
    width: float
    height: float
    label: str
    kind: str = "box"


def draw(boxes: Iterable[Box], wires: Iterable[tuple[Box, Box]] = (), size: float = 12) -> str:
    """The picture. A wire goes from the right side of a box to the left side of another."""
    boxes = list(boxes)
    left, top = min(box.x for box in boxes) - 16, min(box.y for box in boxes) - 16
    width = max(box.x + box.width for box in boxes) + 16 - left
    height = max(box.y + box.height for box in boxes) + 16 - top
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{left:g} {top:g} {width:g} {height:g}'"
        f" width='{width:g}' height='{height:g}'>",
        f"<rect x='{left:g}' y='{top:g}' width='{width:g}' height='{height:g}' fill='{PAPER}'/>",
        *(_wire(*wire) for wire in wires),
        *(_box(box, size) for box in boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _wire(source: Box, target: Box) -> str:
    x1, y1 = source.x + source.width, source.y + source.height / 2
    x2, y2 = target.x, target.y + target.height / 2
    bend = max(30, abs(x2 - x1) / 2)
    path = f"M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    return f"<path d='{path}' fill='none' stroke='{LINE}' stroke-width='1.5'/>"


def _box(box: Box, size: float) -> str:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    words = (
        f"<text x='{x:g}' y='{y + size * 0.35:g}' {FONT} font-size='{size:g}' fill='{INK}'"
        f" text-anchor='middle'>{escape(box.label)}</text>"
    )
    if box.kind == "text":
        return words
    frame = (
        f"<rect x='{box.x:g}' y='{box.y:g}' width='{box.width:g}' height='{box.height:g}' rx='3'"
        f" fill='{BOX}' stroke='{INK}' stroke-width='0.7'/>"
    )
    if box.kind == "dial":
        radius = min(box.width, box.height) * 0.28
        at = box.y + box.height * 0.62
        words = words.replace(f"y='{y + size * 0.35:g}'", f"y='{box.y + size:g}'")
        return (
            f"<circle cx='{x:g}' cy='{at:g}' r='{radius:g}' fill='none' stroke='{ACCENT}'"
            f" stroke-width='2'/><path d='M{x:g} {at:g}v{-radius:g}' stroke='{INK}'/>{words}"
        )
    return frame + words

#!/usr/bin/env python3
"""Draw the shapes of the LFOs, as they are in `livesyn.control.modulation`, as an SVG.

.venv/bin/python scripts/plot_modulation.py [docs/lfo-shapes.svg]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from livesyn.control.modulation import SHAPES, lfo

ROOT = Path(__file__).resolve().parents[1]
TURNS, POINTS = 4, 96  # to each turn
WIDTH, HEIGHT, LEFT, GAP = 340, 96, 20, 40
COLUMNS = 2


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "docs" / "lfo-shapes.svg")
    parser.parse_args().out.write_text(picture(), encoding="utf-8")
    return 0


def picture() -> str:
    """The SVG."""
    rows = -(-len(SHAPES) // COLUMNS)
    width, height = COLUMNS * (WIDTH + GAP), rows * (HEIGHT + GAP) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-label="Six shapes over four turns">',
        "<style>text{font:italic 15px serif;fill:#777}.axis{stroke:#999;stroke-width:.7}"
        ".wave{fill:none;stroke:#c98a1b;stroke-width:2;stroke-linejoin:round}</style>",
    ]
    for index, shape in enumerate(SHAPES):
        x = LEFT + index % COLUMNS * (WIDTH + GAP)
        y = 28 + index // COLUMNS * (HEIGHT + GAP)
        parts += [f'<text x="{x}" y="{y - 8}">{shape}</text>', *_axes(x, y), _wave(shape, x, y)]
    return "\n".join((*parts, "</svg>", ""))


def _axes(x: float, y: float) -> list[str]:
    middle = y + HEIGHT / 2
    lines = [(x, middle, x + WIDTH, middle)]
    lines += [
        (x + WIDTH * i / TURNS, y, x + WIDTH * i / TURNS, y + HEIGHT) for i in range(TURNS + 1)
    ]
    return [
        f'<line class="axis" x1="{a:g}" y1="{b:g}" x2="{c:g}" y2="{d:g}"/>' for a, b, c, d in lines
    ]


def _wave(shape: str, x: float, y: float) -> str:
    points = []
    for i in range(TURNS * POINTS):
        turn, following = i / POINTS, (i + 1) / POINTS
        for at in (turn, following - 1e-6):  # both ends, so that a jump stands upright
            value = lfo(shape, at, 1.0, seed=11)
            points.append(f"{x + WIDTH * at / TURNS:.2f},{y + HEIGHT * (1 - value) / 2:.2f}")
    return f'<polyline class="wave" points="{" ".join(points)}"/>'


if __name__ == "__main__":
    raise SystemExit(main())

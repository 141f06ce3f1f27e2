"""Keys and scales: which pitches belong, which key a melody is in."""

from __future__ import annotations

import numpy as np

from livesyn.music import vocabulary as v

# Pitch classes above the root. Names and order are those of `params.SCALES`, "off" left out.
SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
}

_MAJOR = np.zeros((12, 12))
for _root in range(12):
    _MAJOR[_root, [(_root + d) % 12 for d in SCALES["major"]]] = 1


def pitch_classes(root: int, scale: str) -> frozenset[int]:
    """The pitch classes of `scale` on `root` (0 is C)."""
    return frozenset((root + step) % 12 for step in SCALES[scale])


def in_key_rate(tokens: np.ndarray) -> float:
    """Share of a melody's notes that belong to the diatonic collection that holds most of
    them (of the twelve; a natural minor shares its relative major's). 1.0 without notes."""
    tokens = np.asarray(tokens)
    classes = np.bincount(
        (tokens[tokens > v.NOTE_OFF].astype(np.int64) - 2 + v.FIRST_PITCH) % 12, minlength=12
    )
    return float((_MAJOR @ classes).max() / classes.sum()) if classes.sum() else 1.0

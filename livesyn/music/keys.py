"""Which key a melody is in."""

from __future__ import annotations

import numpy as np

from livesyn.music import vocabulary as v
from livesyn.music.scales import SCALES

_MAJOR = np.zeros((12, 12))
for _root in range(12):
    _MAJOR[_root, [(_root + d) % 12 for d in SCALES["major"]]] = 1


def in_key_rate(tokens: np.ndarray) -> float:
    """Share of a melody's notes that belong to the diatonic collection that holds most of
    them (of the twelve; a natural minor shares its relative major's). 1.0 without notes."""
    tokens = np.asarray(tokens)
    classes = np.bincount(
        (tokens[tokens > v.NOTE_OFF].astype(np.int64) - 2 + v.FIRST_PITCH) % 12, minlength=12
    )
    return float((_MAJOR @ classes).max() / classes.sum()) if classes.sum() else 1.0

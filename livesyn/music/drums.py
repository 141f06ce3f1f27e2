"""Tokens and strokes: the 512 events of a MusicVAE drum part.

A token is the set of the nine drums struck in one sixteenth, bit i for drum i; 0 is a rest.
Drums do not ring on, so there is no hold. (MusicVAE, section 4; General MIDI, percussion.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from livesyn.base.types import Note
from livesyn.music import vocabulary as v

REST = 0
CHANNEL = 10
# a drum is struck, not held: long enough for any sound module
STROKE_BEATS = 0.5 / v.STEPS_PER_BEAT

# Name, the General MIDI key that is sent, and the keys that are read as it.
DRUMS: tuple[tuple[str, int, tuple[int, ...]], ...] = (
    ("kick", 36, (35, 36)),
    (
        "snare",
        38,
        (37, 38, 39, 40, 56, 75, 76, 77),
    ),  # and what clicks: rim, clap, cowbell, claves, wood blocks
    (
        "closed hat",
        42,
        (42, 44, 54, 69, 70, 73, 78, 80),
    ),  # and what is short and high: tambourine, cabasa, maracas
    ("open hat", 46, (46, 67, 72, 74, 79, 81)),
    ("low tom", 45, (41, 43, 45, 61, 64, 66)),
    ("middle tom", 47, (47, 48, 60, 63, 68)),
    ("high tom", 50, (50, 62, 65, 71)),
    ("crash", 49, (49, 52, 55, 57, 58)),
    ("ride", 51, (51, 53, 59)),
)
SIZE = 2 ** len(DRUMS)  # 512
_DRUM_OF = {key: i for i, (_, _, keys) in enumerate(DRUMS) for key in keys}


def drum_of(pitch: int) -> int | None:
    """The number of the drum that a General MIDI key is read as; None for one that is no drum."""
    return _DRUM_OF.get(pitch)


def tokens_to_notes(
    tokens: Sequence[int] | np.ndarray, velocity: int = 96, channel: int = CHANNEL
) -> list[Note]:
    """The strokes of a token sequence (T,), times in beats from its start."""
    return [
        Note(step / v.STEPS_PER_BEAT, STROKE_BEATS, key, velocity, channel)
        for step, token in enumerate(map(int, tokens))
        for i, (_, key, _) in enumerate(DRUMS)
        if token >> i & 1
    ]


def notes_to_tokens(notes: Iterable[Note], steps: int = v.STEPS) -> np.ndarray:
    """Tokens (steps,) of strokes, rounded to sixteenths; keys that are no drum are left out."""
    tokens = np.zeros(steps, np.int64)
    for note in notes:
        step, drum = round(note.start_beats * v.STEPS_PER_BEAT), drum_of(note.pitch)
        if drum is not None and 0 <= step < steps:
            tokens[step] |= 1 << drum
    return tokens


def strokes(tokens: np.ndarray) -> np.ndarray:
    """Which drums each token strikes: (...) -> (..., 9) bool."""
    return (np.asarray(tokens)[..., None] >> np.arange(len(DRUMS)) & 1).astype(bool)

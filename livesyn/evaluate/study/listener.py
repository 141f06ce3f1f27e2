"""A machine that listens in a person's place.

It is trained on nothing: it hears the notes of the examples, and which of them belong
together, and tells of each task's music to which of the three it belongs. What it listens
for is what the thesis's listeners said they did (section 6.2.2): pitch, major or minor,
tempo and the number of notes; and beside that register, contour, intervals and rhythm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livesyn.base.types import Note
from livesyn.music import vocabulary as v

# The features of a piece, and the just noticeable difference of each. The
# second column is fixed before any study: it keeps four examples that happen to agree
# from outweighing all other features.
HEARD: tuple[tuple[str, float], ...] = (
    ("mean pitch", 2.0),  # semitones, weighted by duration
    ("lowest pitch", 3.0),
    ("highest pitch", 3.0),
    ("spread of pitch", 1.5),
    ("first pitch", 3.0),
    ("last pitch", 3.0),
    ("rise", 3.0),  # semitones from start to end along the line through the notes
    ("mean leap", 1.0),  # semitones between neighbours
    ("repeated notes", 0.15),  # shares of the intervals
    ("steps", 0.15),
    ("rising", 0.15),
    ("notes", 0.4),  # octaves of number: 1 is twice as many
    ("length of notes", 0.4),  # octaves
    ("evenness of lengths", 0.3),
    ("silence", 0.1),  # share of the time
    ("on the beat", 0.15),  # shares of the attacks
    ("between the eighths", 0.15),
    ("later half", 0.15),
    ("major rather than minor", 0.15),  # correlation with the one's profile less the other's
    ("sharpness of key", 0.2),  # where on the circle of fifths, as a point in the plane
    ("flatness of key", 0.2),
    ("number of pitch classes", 1.0),
)
NAMES = tuple(name for name, _ in HEARD)
GRAIN = np.array([grain for _, grain in HEARD])
BELIEF = (
    4.0  # the weight of the just noticeable difference beside the examples' variance, in examples
)
SHRINKAGE = 0.3  # of the covariance towards its diagonal

# How well each pitch class fits a key, from its root: Krumhansl and Kessler's probe tones (1982).
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
# (2, 12, 12)
KEYS = np.stack(
    [np.stack([np.roll(profile, root) for root in range(12)]) for profile in (MAJOR, MINOR)]
)
KEYS = (KEYS - KEYS.mean(2, keepdims=True)) / KEYS.std(2, keepdims=True)


def features(
    notes: Sequence[Note], length_beats: float = float(v.BARS * v.BEATS_PER_BAR)
) -> np.ndarray:
    """The features of `notes`, one number a row of HEARD: (22,). Of silence: middle C's pitch, no
    intervals, no attacks.
    """
    notes = sorted(notes, key=lambda note: (note.start_beats, note.pitch))
    if not notes:
        return np.where(
            np.isin(
                NAMES, ("mean pitch", "lowest pitch", "highest pitch", "first pitch", "last pitch")
            ),
            60.0,
            np.where(np.array(NAMES) == "silence", 1.0, 0.0),
        )
    start, length, pitch = (
        np.array([getattr(note, name) for note in notes], float)
        for name in ("start_beats", "duration_beats", "pitch")
    )
    leaps = np.diff(pitch)
    size = np.abs(leaps)
    mean = np.average(pitch, weights=length)
    middle = start - start.mean()
    slope = float(middle @ (pitch - pitch.mean()) / (middle @ middle)) if middle.any() else 0.0
    octaves = np.log2(length)
    weight = np.bincount(pitch.astype(int) % 12, length, 12)
    major, minor = _fits(weight)
    fifths = np.exp(2j * np.pi * 7 * np.arange(12) / 12) @ weight / weight.sum()
    sixteenths = np.round(start * v.STEPS_PER_BEAT).astype(int) % v.STEPS_PER_BEAT
    return np.array(
        [
            mean,
            pitch.min(),
            pitch.max(),
            np.sqrt(np.average((pitch - mean) ** 2, weights=length)),
            pitch[0],
            pitch[-1],
            slope * length_beats,
            _share(size),
            _share(size == 0),
            _share((size > 0) & (size <= 2)),
            _share(leaps > 0),
            np.log2(len(notes)),
            octaves.mean(),
            octaves.std(),
            1 - _sounding_beats(start, length) / length_beats,
            _share(sixteenths == 0),
            _share(sixteenths % 2 == 1),
            _share(start >= length_beats / 2),
            major - minor,
            fifths.real,
            fifths.imag,
            np.count_nonzero(weight),
        ]
    )


def _share(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


def _sounding_beats(start: np.ndarray, length: np.ndarray) -> float:
    """How long anything sounds, notes in order of their start."""
    until, sounding = 0.0, 0.0
    for begin, end in zip(start, start + length, strict=True):
        sounding += max(0.0, end - max(begin, until))
        until = max(until, end)
    return sounding


def _fits(weight: np.ndarray) -> np.ndarray:
    """The best correlation of pitch classes (12,) with a major and with a minor key: (2,)."""
    if np.ptp(weight) == 0:
        return np.zeros(2)
    return (KEYS @ ((weight - weight.mean()) / weight.std())).max(1) / 12


class Listener:
    """One listener, after the examples. `heard` (N, 22) are their features, `groups` (N,) which
    of the groups 0, 1, 2 each belongs to. Knows nothing else."""

    def __init__(self, heard: np.ndarray, groups: np.ndarray) -> None:
        kinds = int(groups.max()) + 1
        scaled = heard / GRAIN
        self._means = np.stack([scaled[groups == g].mean(0) for g in range(kinds)])
        inner = scaled - self._means[groups]
        freedom = len(heard) - kinds
        # within-class covariance in grains: the examples' own, and the grain (1) as a prior
        spread = (inner.T @ inner + BELIEF * np.eye(len(GRAIN))) / (freedom + BELIEF)
        spread = (1 - SHRINKAGE) * spread + SHRINKAGE * np.diag(np.diag(spread))
        self._sharpness = np.linalg.inv(spread)

    def choose(self, heard: np.ndarray) -> np.ndarray:
        """The group to which each music sounds nearest: features (T, 22) -> (T,)."""
        gap = (heard / GRAIN)[:, None] - self._means[None]
        return np.einsum("tgf,fh,tgh->tg", gap, self._sharpness, gap).argmin(1)

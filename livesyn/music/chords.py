"""Which chord the keys that are held make, and the scale that goes with it. No numpy."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from livesyn.base.params import KEYS
from livesyn.music.scales import SCALES, pitch_classes

FIFTH = 7
POWER = frozenset({0, FIFTH})
# Suffix of the name, semitones above the root, and the scale that is played over it where no key is
# set. Of two that fit a chord equally well, the first.
QUALITIES: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("", (0, 4, 7), "major"),
    ("m", (0, 3, 7), "dorian"),
    ("7", (0, 4, 7, 10), "mixolydian"),
    ("maj7", (0, 4, 7, 11), "major"),
    ("m7", (0, 3, 7, 10), "dorian"),
    ("6", (0, 4, 7, 9), "major"),
    ("m6", (0, 3, 7, 9), "dorian"),
    ("m(maj7)", (0, 3, 7, 11), "melodic minor"),
    ("dim", (0, 3, 6), "locrian"),
    ("dim7", (0, 3, 6, 9), "whole-half"),
    ("m7b5", (0, 3, 6, 10), "locrian"),
    ("aug", (0, 4, 8), "lydian augmented"),
    ("7#5", (0, 4, 8, 10), "whole tone"),
    ("sus4", (0, 5, 7), "mixolydian"),
    ("sus2", (0, 2, 7), "major"),
    ("7sus4", (0, 5, 7, 10), "mixolydian"),
    ("add9", (0, 2, 4, 7), "major"),
    ("m(add9)", (0, 2, 3, 7), "dorian"),
    ("9", (0, 2, 4, 7, 10), "mixolydian"),
    ("maj9", (0, 2, 4, 7, 11), "major"),
    ("m9", (0, 2, 3, 7, 10), "dorian"),
    ("7b9", (0, 1, 4, 7, 10), "phrygian dominant"),
    ("6/9", (0, 2, 4, 7, 9), "major"),
    ("m11", (0, 2, 3, 5, 7, 10), "dorian"),
    ("13", (0, 2, 4, 7, 9, 10), "mixolydian"),
    ("5", (0, 7), "major"),
)
# Steps of a scale that take each other's place: seconds, thirds, fifths, sevenths.
_DEGREES = (0, 1, 1, 2, 2, 3, 4, 4, 4, 5, 6, 6)


@dataclass(frozen=True, slots=True)
class Chord:
    """What is held: `pitches` in order (MIDI), `root` its pitch class, `name` as people write it
    ("Am7", "C/E"), and `scale`, the one of ours that goes with it.
    """

    pitches: tuple[int, ...]
    root: int
    name: str
    scale: str

    @property
    def tones(self) -> frozenset[int]:
        """Its pitch classes: all that are held, whatever it is called."""
        return frozenset(pitch % 12 for pitch in self.pitches)

    @property
    def bass(self) -> int:
        """The pitch class of the lowest."""
        return self.pitches[0] % 12


def is_chord(pitches: Iterable[int]) -> bool:
    """Three different tones or more, or a fifth alone (a power chord). What else is held is part of
    a melody, or of a chord that is not there yet.
    """
    tones = {pitch % 12 for pitch in pitches}
    if len(tones) != 2:
        return len(tones) > 2
    first, second = tones
    return (second - first) % 12 in (FIFTH, 12 - FIFTH)


@functools.lru_cache(256)
def chord_of(pitches: tuple[int, ...]) -> Chord | None:
    """The chord that these held MIDI pitches make; None where they make none."""
    if not is_chord(pitches):
        return None
    held = tuple(sorted(set(pitches)))
    tones, bass = frozenset(pitch % 12 for pitch in held), held[0] % 12
    root, suffix, scale = min(
        (
            (_distance(tones, root, intervals), root != bass, place, root, suffix, scale)
            for root in tones
            for place, (suffix, intervals, scale) in enumerate(QUALITIES)
        ),
        key=lambda found: found[:3],
    )[3:]
    name = KEYS[root] + suffix + ("" if root == bass else f"/{KEYS[bass]}")
    return Chord(held, root, name, scale)


def between(chord: Chord, key: int, scale: str) -> frozenset[int]:
    """The pitch classes that go between the tones of a chord: those of `scale` on `key`, where one
    is set, else of the chord's own. A tone of the chord that the scale lacks takes the place of the
    scale's step of its degree: over E7 in C major it is G sharp, not G.
    """
    tones = chord.tones
    scale_tones = pitch_classes(key, scale) if scale in SCALES else _own(chord)
    strange = {_degree(tone, chord.root) for tone in tones - scale_tones}
    return tones | {tone for tone in scale_tones if _degree(tone, chord.root) not in strange}


def _own(chord: Chord) -> frozenset[int]:
    return pitch_classes(chord.root, chord.scale)


def _degree(tone: int, root: int) -> int:
    return _DEGREES[(tone - root) % 12]


def _distance(tones: frozenset[int], root: int, intervals: tuple[int, ...]) -> int:
    """How badly held tones are called this: a tone that has no place in it counts twice, one that
    is missing three times, but a fifth, which is often left out, once.
    """
    wanted = {(root + interval) % 12 for interval in intervals}
    fifth = (root + FIFTH) % 12
    return 2 * len(tones - wanted) + sum(1 if tone == fifth else 3 for tone in wanted - tones)

"""A bar fitted to what the band plays: its chord on the beats, its scale between them. No numpy:
the player does it, at the last moment.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from livesyn.base.params import FOLLOW
from livesyn.base.params import SCALES as SCALE_NAMES
from livesyn.base.types import Note
from livesyn.music.chords import between, chord_of
from livesyn.music.metre import STRONG, strongest
from livesyn.music.scales import SCALES, folded, locked, pitch_classes

BASS_CHANNEL = 2
BASS_RANGE = (28, 55)  # a bass's open E to the G two octaves and a bit above
DRUM_CHANNEL = 10
DOWNBEAT = 1.0  # the weight of the first beat


@dataclass(frozen=True, slots=True)
class Fit:
    """What notes are fitted to: the MIDI pitches of a `chord` (none where none is followed), the
    root of the scale and its place in `params.SCALES`, and the melody's range.
    """

    chord: tuple[int, ...] = ()
    key: int = 0
    scale: int = 0
    low: int = 0
    high: int = 127


@dataclass(frozen=True, slots=True)
class Tones:
    """The pitch classes for a melody and for a bass: on the beats, and `between`. `bass` is that of
    the first beat. None: any.
    """

    strong: frozenset[int] | None
    between: frozenset[int] | None
    bass: frozenset[int] | None
    bass_strong: frozenset[int] | None


@functools.lru_cache(64)
def tones_of(fit: Fit) -> Tones:
    """The tones that a fit allows: those of the chord on strong beats, of the scale between; for a
    bass the lowest that is held on the first beat, it or the root on the others.
    """
    scale = SCALE_NAMES[fit.scale]
    chord = chord_of(fit.chord)
    if chord is None:
        allowed = pitch_classes(fit.key, scale) if scale in SCALES else None
        return Tones(allowed, allowed, allowed, allowed)
    return Tones(
        chord.tones,
        between(chord, fit.key, scale),
        frozenset({chord.bass}),
        frozenset({chord.bass, chord.root}),
    )


def fit_of(value: Callable[[str], float], chord: tuple[int, ...]) -> Fit | None:
    """What the parameters, by `value(name)`, and the band's chord ask for. None while no band is
    followed, or nothing has been heard of it.
    """
    follow = FOLLOW[int(value("follow"))]
    followed = chord if follow == "chords" else ()
    if not followed and (follow != "live" or not value("scale")):
        return None
    low, high = int(value("pitch_low")), int(value("pitch_high"))
    return Fit(followed, int(value("key")), int(value("scale")), low, high)


def fitted_pitch(note: Note, fit: Fit | None) -> int:
    """The pitch that a written note of a bar (not swung yet) is played on: the nearest that fits,
    in the range of its part; where none lies there, its own. A note is strong when it is struck on
    a beat or sounds over one. Drums stay.
    """
    if fit is None or note.channel == DRUM_CHANNEL:
        return note.pitch
    tones, weight = tones_of(fit), strongest(note.start_beats, note.end_beats)
    if note.channel == BASS_CHANNEL:
        low, high = BASS_RANGE
        allowed = (
            tones.bass
            if weight >= DOWNBEAT
            else tones.bass_strong
            if weight >= STRONG
            else tones.between
        )
    else:
        low, high = sorted((fit.low, fit.high))
        allowed = tones.strong if weight >= STRONG else tones.between
    return locked(folded(note.pitch, low, high), allowed, low, high)

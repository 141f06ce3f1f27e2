"""A bar as it is played: fitted to the band, with swing, cut to its length. And the bars that play
before the first one is made.
"""

from __future__ import annotations

from dataclasses import replace

from livesyn.base.types import Note, Phrase
from livesyn.music.harmony import Fit, fitted_pitch
from livesyn.transport.timeline import BEATS_PER_BAR

SHORTEST_BEATS = 1 / 64
PAIR_BEATS = 0.5  # swing applies to pairs of sixteenths

# Two bars over A minor and F: a rising question, a falling answer that leads back to its start.
_QUESTION = (
    (0.0, 0.75, 69),
    (0.75, 0.25, 72),
    (1.0, 0.5, 76),
    (1.5, 0.5, 74),
    (2.0, 0.75, 72),
    (2.75, 0.25, 71),
    (3.0, 0.5, 72),
    (3.5, 0.5, 64),
)
_ANSWER = (
    (0.0, 0.75, 65),
    (0.75, 0.25, 69),
    (1.0, 0.5, 72),
    (1.5, 0.5, 77),
    (2.0, 1.0, 76),
    (3.0, 0.5, 71),
    (3.5, 0.5, 68),
)
STORED = tuple(
    Phrase(
        tuple(
            Note(start, 0.95 * length, pitch, 92 if start % 2 == 0 else 78)
            for start, length, pitch in half
        ),
        BEATS_PER_BAR,
    )
    for half in (_QUESTION, _ANSWER)
)


def swung_beat(beat: float, swing: float) -> float:
    """Where `beat` falls when every second sixteenth comes `swing` sixteenths late. Strictly
    increasing for `swing` < 1; whole and half beats stay."""
    pair, inside = divmod(beat, PAIR_BEATS)
    half = PAIR_BEATS / 2
    bent = (
        inside * (1 + swing) if inside <= half else PAIR_BEATS - (PAIR_BEATS - inside) * (1 - swing)
    )
    return pair * PAIR_BEATS + bent


def as_played(phrase: Phrase, swing: float, fit: Fit | None = None) -> Phrase:
    """The first bar of `phrase` as it will sound: fitted, swung, in order, cut to the bar."""
    notes = tuple(sounding(note, swing, fit) for note in written(phrase))
    return Phrase(notes, BEATS_PER_BAR)


def written(phrase: Phrase) -> tuple[Note, ...]:
    """The notes that begin in the first bar of `phrase`, in order, as they were made."""
    return tuple(n for n in sorted(phrase.notes) if 0 <= n.start_beats < BEATS_PER_BAR)


def sounding(note: Note, swing: float, fit: Fit | None) -> Note:
    """A written note of a bar as it will sound."""
    start = swung_beat(note.start_beats, swing)
    end = min(swung_beat(note.end_beats, swing), float(BEATS_PER_BAR))
    length, pitch = max(end - start, SHORTEST_BEATS), fitted_pitch(note, fit)
    return replace(note, start_beats=start, duration_beats=length, pitch=pitch)

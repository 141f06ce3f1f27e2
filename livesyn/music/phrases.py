"""From one bar of tokens to the phrase that is played, edited as the parameters say.

The edits come in a fixed order, so that each may rely on those before: octave, range, scale,
density, loudness, gate. Pitches stay in range whatever the scale says. No torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.base.params import SCALES as SCALE_NAMES
from livesyn.base.types import Note, Phrase
from livesyn.music import drums
from livesyn.music import vocabulary as v
from livesyn.music.harmony import BASS_CHANNEL, BASS_RANGE
from livesyn.music.metre import METRE, weight
from livesyn.music.scales import SCALES, folded, locked, pitch_classes


def phrase_of(
    tokens: Sequence[int] | np.ndarray, params: Mapping[str, float], ringing: int | None = None
) -> Phrase:
    """The melody of one bar, tokens (16,), with every edit that `params` asks for.

    `ringing` is the pitch that is tied over the bar line; the player ends notes there, so
    it is struck again. Raises ShapeError for anything but a bar.
    """
    low, high = sorted((round(params["pitch_low"]), round(params["pitch_high"])))
    notes = [
        replace(n, pitch=n.pitch + 12 * round(params["octave"])) for n in _struck(tokens, ringing)
    ]
    notes = thinned(_placed(notes, low, high, params), round(params["density_max"]))
    return _phrase(
        filled(notes, min(round(params["density_min"]), round(params["density_max"]))), params
    )


def bass_of(
    tokens: Sequence[int] | np.ndarray, params: Mapping[str, float], ringing: int | None = None
) -> Phrase:
    """The bass of one bar, tokens (16,), on channel 2: in the bass's own octaves, in the
    melody's key and scale, no busier than the melody may be. Otherwise like `phrase_of`."""
    notes = [replace(n, channel=BASS_CHANNEL) for n in _struck(tokens, ringing)]
    return _phrase(
        thinned(_placed(notes, *BASS_RANGE, params), round(params["density_max"])), params
    )


def drums_of(
    tokens: Sequence[int] | np.ndarray, params: Mapping[str, float], ringing: int | None = None
) -> Phrase:
    """The drums of one bar, tokens (16,), on channel 10. They have no pitch to move and do not
    ring; `density_max` leaves so many sixteenths on which anything is struck."""
    notes = drums.tokens_to_notes(_bar(tokens))
    first = {n.start_beats: n for n in reversed(notes)}  # one stroke for each sixteenth
    kept = {n.start_beats for n in thinned(list(first.values()), round(params["density_max"]))}
    return _phrase([n for n in notes if n.start_beats in kept], {**params, "gate": 1.0})


PARTS = {"melody": phrase_of, "bass": bass_of, "drums": drums_of}  # in the order of `config.PARTS`


def together(phrases: Iterable[Phrase]) -> Phrase:
    """One bar of several parts."""
    return Phrase(
        tuple(sorted(note for phrase in phrases for note in phrase.notes)), float(v.BEATS_PER_BAR)
    )


def _bar(tokens: Sequence[int] | np.ndarray) -> np.ndarray:
    if len(tokens) != v.STEPS_PER_BAR:
        raise ShapeError(f"a bar has {v.STEPS_PER_BAR} tokens; got {len(tokens)}")
    return np.array(tokens)


def _struck(tokens: Sequence[int] | np.ndarray, ringing: int | None) -> list[Note]:
    tokens = _bar(tokens)
    if ringing is not None and tokens[0] == v.HOLD:
        tokens[0] = v.token_of(ringing)
    return v.tokens_to_notes(tokens)


def _placed(notes: list[Note], low: int, high: int, params: Mapping[str, float]) -> list[Note]:
    """Folded into low..high and locked to the scale."""
    scale = SCALE_NAMES[round(params["scale"])]
    allowed = pitch_classes(round(params["key"]), scale) if scale in SCALES else None
    return [replace(n, pitch=locked(folded(n.pitch, low, high), allowed, low, high)) for n in notes]


def _phrase(notes: list[Note], params: Mapping[str, float]) -> Phrase:
    return Phrase(tuple(_sounding(n, params) for n in notes), float(v.BEATS_PER_BAR))


def ringing_after(tokens: Sequence[int] | np.ndarray) -> int | None:
    """The pitch that still rings at the end of `tokens` (T,), or None."""
    events = [int(token) for token in tokens if token != v.HOLD]
    return v.pitch_of(events[-1]) if events and events[-1] > v.NOTE_OFF else None


def thinned(notes: list[Note], most: int) -> list[Note]:
    """At most `most` of `notes`: the metrically weakest go first, of those the softest, then
    the shortest, then the last."""
    strongest = sorted(
        notes,
        key=lambda n: (-weight(n.start_beats), -n.velocity, -n.duration_beats, n.start_beats),
    )
    return sorted(strongest[:most])


def filled(notes: list[Note], least: int) -> list[Note]:
    """At least `least` notes, as far as there is sound to cut: the longest note is struck
    again where the metre weighs most inside it, nearest to its middle."""
    notes = list(notes)
    while len(notes) < least:
        longest = max(notes, key=lambda n: (n.duration_beats, -n.start_beats), default=None)
        if longest is None or longest.duration_beats < 2 / v.STEPS_PER_BEAT:
            break
        first, last = (
            round(x * v.STEPS_PER_BEAT) for x in (longest.start_beats, longest.end_beats)
        )
        cut = (
            max(
                range(first + 1, last),
                key=lambda step: (METRE[step], -abs(step - (first + last) / 2), -step),
            )
            / v.STEPS_PER_BEAT
        )
        notes.remove(longest)
        notes += [
            replace(longest, duration_beats=cut - longest.start_beats),
            replace(longest, start_beats=cut, duration_beats=longest.end_beats - cut),
        ]
    return sorted(notes)


def _sounding(note: Note, params: Mapping[str, float]) -> Note:
    """With its loudness (as marked at a quarter note's weight) and the part of its length that
    sounds.
    """
    loud = params["velocity"] * (1 + params["accent"] * (weight(note.start_beats) - 0.5))
    return replace(
        note,
        velocity=min(max(round(loud), 1), 127),
        duration_beats=note.duration_beats * params["gate"],
    )

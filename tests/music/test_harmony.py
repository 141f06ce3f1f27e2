"""A bar fitted to the band: chord tones on the beats, scale tones between; range and density
stay.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.types import Note, Phrase
from livesyn.music import vocabulary as v
from livesyn.music.chords import chord_of, is_chord
from livesyn.music.harmony import BASS_CHANNEL, BASS_RANGE, DRUM_CHANNEL, Fit
from livesyn.music.metre import BEATS, METRE, STEPS_PER_BEAT, STRONG, strongest, weight
from livesyn.music.phrases import PARTS
from livesyn.music.played import as_played, swung_beat, written
from livesyn.music.scales import pitch_classes

chords = st.lists(st.integers(24, 96), min_size=2, max_size=7).map(tuple).filter(is_chord)
tokens = st.lists(
    st.one_of(st.just(v.HOLD), st.just(v.NOTE_OFF), st.integers(2, v.SIZE - 1)),
    min_size=16,
    max_size=16,
)
ranges = st.integers(21, 96).flatmap(
    lambda low: st.tuples(st.just(low), st.integers(low + 12, 108))
)
fits = st.builds(
    lambda chord, key, scale, span: Fit(chord, key, scale, *span),
    chords,
    st.integers(0, 11),
    st.integers(0, len(params.SCALES) - 1),
    ranges,
)


def bar(part: str, made: list[int], fit: Fit) -> Phrase:
    """A bar as the engine makes it, in the melody's range."""
    values = params.defaults() | {"pitch_low": float(fit.low), "pitch_high": float(fit.high)}
    return PARTS[part](made, values)


def test_the_metre_is_that_of_the_tokens():
    assert (STEPS_PER_BEAT, BEATS, len(METRE)) == (v.STEPS_PER_BEAT, v.BEATS_PER_BAR, 16)
    assert weight(0) == 1 and weight(2) == 0.75 and weight(1.25) == 0
    assert strongest(1.75, 2.5) == 0.75, "held over the third beat"
    assert strongest(1.75, 2.0) == 0 and strongest(1.5, 1.9875) == 0.25


@given(tokens, fits, st.floats(0, 0.75))
def test_a_melody_has_chord_tones_on_the_beats_and_scale_tones_between(made, fit, swing):
    before = bar("melody", made, fit)
    after = as_played(before, swing, fit)
    chord = chord_of(fit.chord)
    assert chord is not None
    for old, new in zip(written(before), after.notes, strict=True):
        assert fit.low <= new.pitch <= fit.high, "range stays"
        assert (new.velocity, new.channel) == (old.velocity, old.channel)
        assert new.start_beats == swung_beat(old.start_beats, swing)
        if strongest(old.start_beats, old.end_beats) >= STRONG:
            assert new.pitch % 12 in chord.tones
        elif fit.scale:
            scale = pitch_classes(fit.key, params.SCALES[fit.scale])
            assert new.pitch % 12 in scale | chord.tones
    assert len(after.notes) == len(before.notes), "density stays"


@given(tokens, fits)
def test_a_bass_takes_the_root_or_the_lowest_that_is_held(made, fit):
    before = bar("bass", made, fit)
    after = as_played(before, 0.0, fit)
    chord = chord_of(fit.chord)
    assert chord is not None and len(after.notes) == len(before.notes)
    for old, new in zip(written(before), after.notes, strict=True):
        assert BASS_RANGE[0] <= new.pitch <= BASS_RANGE[1] and new.channel == BASS_CHANNEL
        heaviest = strongest(old.start_beats, old.end_beats)
        if heaviest == 1:
            assert new.pitch % 12 == chord.bass
        elif heaviest >= STRONG:
            assert new.pitch % 12 in (chord.bass, chord.root)


@given(tokens, fits)
def test_drums_stay_as_they_are(made, fit):
    phrase = PARTS["drums"]([token % 512 for token in made], params.defaults())
    assert as_played(phrase, 0.0, fit) == as_played(phrase, 0.0)
    assert all(note.channel == DRUM_CHANNEL for note in phrase.notes)


@given(tokens, fits)
def test_what_fits_stays(made, fit):
    """Fitting twice is fitting once, and a key alone moves nothing that is in it."""
    once = as_played(bar("melody", made, fit), 0.0, fit)
    assert as_played(once, 0.0, fit) == once
    values = params.defaults() | {
        "key": float(fit.key),
        "scale": float(fit.scale),
        "pitch_low": float(fit.low),
        "pitch_high": float(fit.high),
    }
    locked = PARTS["melody"](made, values)
    assert as_played(locked, 0.0, Fit((), fit.key, fit.scale, fit.low, fit.high)) == as_played(
        locked, 0.0
    )


def test_a_range_without_a_tone_of_the_chord_wins():
    fit = Fit((60, 64, 67), low=61, high=63)
    assert as_played(Phrase((Note(0, 1, 62),), 4.0), 0.0, fit).notes[0].pitch == 62


def test_notes_move_as_little_as_they_must():
    fit = Fit((57, 60, 64))
    notes = [
        as_played(Phrase((Note(0, 1, p),), 4.0), 0.0, fit).notes[0].pitch for p in (59, 62, 66)
    ]
    assert notes == [60, 60, 64]

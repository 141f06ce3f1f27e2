"""Tokens and notes are each other's inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.errors import ShapeError
from livesyn.base.params import SCALES
from livesyn.base.types import Note
from livesyn.music import keys, scales
from livesyn.music import vocabulary as v


@st.composite
def melodies(draw):
    """Monophonic melodies on the grid, inside two bars."""
    notes, step = [], 0
    while step < v.STEPS:
        step += draw(st.integers(0, 5))
        length = draw(st.integers(1, 8))
        if step + length > v.STEPS:
            break
        notes.append(Note(step / 4, length / 4, draw(st.integers(v.FIRST_PITCH, v.LAST_PITCH))))
        step += length
    return notes


@given(melodies())
def test_notes_survive_the_round_trip(notes):
    assert v.tokens_to_notes(v.notes_to_tokens(notes)) == notes


@given(st.lists(st.integers(0, v.SIZE - 1), min_size=v.STEPS, max_size=v.STEPS))
def test_any_tokens_give_a_melody_inside_the_window(tokens):
    notes = v.tokens_to_notes(tokens)
    assert len(notes) == v.attacks(np.array(tokens))
    ends = [0.0] + [n.end_beats for n in notes]
    assert all(end <= n.start_beats for end, n in zip(ends, notes, strict=False))
    assert all(n.duration_beats > 0 and n.end_beats <= 8 for n in notes)


@given(
    st.lists(st.integers(0, v.SIZE - 1), min_size=v.STEPS, max_size=v.STEPS), st.integers(-11, 11)
)
def test_transposing_keeps_the_rhythm_and_the_piano(tokens, semitones):
    moved = v.transpose(np.array(tokens), semitones)
    assert ((moved > 1) == (np.array(tokens) > 1)).all()
    assert (moved >= 0).all() and (moved < v.SIZE).all()
    assert all((b - a - semitones) % 12 == 0 for a, b in zip(tokens, moved, strict=True) if a > 1)


def test_a_note_already_ringing_is_struck_at_the_start():
    assert v.notes_to_tokens([Note(-1, 2, 60)])[:5].tolist() == [v.token_of(60), 0, 0, 0, 1]


def test_pitches_off_the_piano_are_refused():
    with pytest.raises(ShapeError, match="110"):
        v.token_of(110)


def test_scales_are_those_of_the_parameter_table():
    assert ("off", *scales.SCALES) == SCALES
    assert scales.pitch_classes(9, "minor") == scales.pitch_classes(0, "major")


def test_in_key_rate_of_a_scale_and_of_the_chromatic_scale():
    scale = np.array([v.token_of(60 + d) for d in scales.SCALES["major"]])
    assert keys.in_key_rate(scale) == 1.0
    assert keys.in_key_rate(v.transpose(scale, 3)) == 1.0
    assert keys.in_key_rate(np.arange(v.token_of(60), v.token_of(72))) == pytest.approx(7 / 12)

"""The window over notes that arrive, against the melody as it was written."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from livesyn.base.types import Note
from livesyn.music import vocabulary as v
from livesyn.music.note_window import NoteWindow

LOOP_BEATS = v.BARS * v.BEATS_PER_BAR
OVER = LOOP_BEATS - 0.12  # the last sixteenth of two bars is complete
DO = v.token_of(60)


@st.composite
def melodies(draw):
    """Monophonic melodies on the grid, that end within two bars."""
    notes, step = [], draw(st.integers(0, 6))
    while step < v.STEPS:
        length = min(draw(st.integers(1, 6)), v.STEPS - step)
        notes.append(Note(step / 4, length / 4, draw(st.integers(v.FIRST_PITCH, v.LAST_PITCH))))
        step += length + draw(st.integers(0, 3))
    return notes


def play(
    window: NoteWindow, notes: list[Note], start_beat: float = 0.0, unsteady=lambda: 0.0
) -> None:
    """Strikes and releases in the order of their times, each off its time by `unsteady` beats."""
    events = sorted(
        (start_beat + beat + unsteady(), kind, note.pitch)
        for note in notes
        for beat, kind in ((note.start_beats, 1), (note.end_beats, 0))
    )
    for beat, kind, pitch in events:
        (window.strike if kind else window.release)(pitch, beat)


@given(melodies(), st.integers(-3, 50))
def test_two_bars_played_are_the_tokens_written(notes, loops):
    window = NoteWindow()
    window.at(loops * LOOP_BEATS)
    play(window, notes, loops * LOOP_BEATS)
    assert window.at(loops * LOOP_BEATS + OVER).tolist() == v.notes_to_tokens(notes).tolist()


@given(melodies(), st.randoms(use_true_random=False))
def test_a_hand_that_is_unsteady_is_rounded(notes, random):
    window = NoteWindow()
    window.at(0.0)
    # what is short may end before it begins
    longer = [note for note in notes if note.duration_beats > 0.25]
    # a release that comes after the next strike of its key ends that one: MIDI cannot tell
    assume(
        not any(
            a.pitch == b.pitch and a.end_beats == b.start_beats
            for a, b in itertools.pairwise(longer)
        )
    )
    play(window, longer, unsteady=lambda: random.uniform(-0.1, 0.1))
    window.rest(OVER - 0.01)
    assert window.at(OVER).tolist() == v.notes_to_tokens(longer).tolist()


@given(melodies(), st.lists(st.floats(0, OVER), max_size=20))
def test_looking_changes_nothing(notes, moments):
    seen, unseen = NoteWindow(), NoteWindow()
    events = sorted(
        [
            (beat, kind, note.pitch)
            for note in notes
            for beat, kind in ((note.start_beats, 1), (note.end_beats, 0))
        ]
        + [(beat, 2, 0) for beat in moments]
    )
    for window in (seen, unseen):
        window.at(0.0)
        for beat, kind, pitch in events:
            if kind < 2:
                (window.strike if kind else window.release)(pitch, beat)
            elif window is seen:
                window.at(beat)
    assert seen.at(OVER).tolist() == unseen.at(OVER).tolist()


@given(
    melodies().filter(bool),
    st.lists(st.floats(0, LOOP_BEATS - 0.01), min_size=1, max_size=8).map(sorted),
)
def test_a_loop_stands_still(notes, moments):
    window = NoteWindow()
    window.at(0.0)
    for start_beat in (0, LOOP_BEATS):
        play(window, notes, start_beat)
    written = v.notes_to_tokens(notes)
    events = sorted(
        [
            (beat, kind, note.pitch)
            for note in notes
            for beat, kind in ((note.start_beats, 1), (note.end_beats, 0))
        ]
        + [(beat, 2, 0) for beat in moments]
    )
    for beat, kind, pitch in events:
        if kind < 2:
            (window.strike if kind else window.release)(pitch, 2 * LOOP_BEATS + beat)
        else:
            assert window.at(2 * LOOP_BEATS + beat).tolist() == written.tolist()


events = st.tuples(
    st.sampled_from(["strike", "release", "rest", "at"]), st.integers(0, 127), st.floats(-40, 40)
)


@given(st.lists(events, max_size=60))
def test_whatever_comes_the_window_is_a_melody(played):
    window, beat = NoteWindow(), 0.0
    for what, pitch, step in played:
        beat += step if abs(step) > 30 else abs(step) / 20  # mostly on, now and then set anew
        if what in ("rest", "at"):
            getattr(window, what)(beat)
        else:
            getattr(window, what)(pitch, beat)
    tokens = window.at(beat)
    assert tokens.shape == (v.STEPS,) and tokens.min() >= 0 and tokens.max() < v.SIZE
    assert v.notes_to_tokens(v.tokens_to_notes(tokens)).tolist() == tokens.tolist(), (
        "no end without its note"
    )
    window.rest(beat)
    assert not window.at(beat + LOOP_BEATS + 1).any(), "two bars later nothing is left"


def test_the_highest_that_sounds_is_the_melody():
    window = NoteWindow()
    for beat, what, pitch in (
        (0, "strike", 48),
        (0, "strike", 60),
        (0.01, "strike", 55),
        (1, "release", 60),
        (2, "strike", 50),
        (2, "strike", 64),
        (3, "release", 55),
        (3, "release", 64),
    ):
        getattr(window, what)(pitch, beat)
    assert window.at(OVER)[:16].tolist() == [
        DO,
        0,
        0,
        0,
        v.token_of(55),
        0,
        0,
        0,
        v.token_of(64),
        0,
        0,
        0,
        v.token_of(50),
        0,
        0,
        0,
    ]


def test_a_strike_is_seen_at_once_and_a_rest_when_its_sixteenth_is_over():
    window = NoteWindow()
    play(window, [Note(0, 1, 72), Note(1, 1, 74)])
    window.at(LOOP_BEATS - 0.2)
    window.strike(60, LOOP_BEATS - 0.02)  # a little early
    assert window.at(LOOP_BEATS - 0.02)[0] == DO
    window.release(60, LOOP_BEATS + 0.5)
    assert window.at(LOOP_BEATS + 1.1)[4] == v.token_of(74), (
        "where nothing has come yet, the last time round still stands"
    )
    assert window.at(LOOP_BEATS + 1.13)[4] == v.HOLD


def test_a_note_over_the_bar_line_is_struck_where_the_window_begins():
    window = NoteWindow()
    window.strike(60, LOOP_BEATS - 0.5)
    assert window.at(LOOP_BEATS + 1.2)[[0, 1, 30]].tolist() == [DO, v.HOLD, DO]


def test_a_held_note_stays_and_goes_with_a_rest():
    window = NoteWindow()
    window.strike(60, 0.0)
    assert window.at(100.0).tolist() == [DO] + [0] * 31
    window.rest(100.0)
    tokens = window.at(102.2)
    assert tokens[16] == v.NOTE_OFF and not tokens[17:24].any()


def test_a_transport_set_back_keeps_what_was_played_in_its_place():
    window = NoteWindow()
    window.at(0.0)
    play(window, [Note(beat, 0.5, 60 + beat) for beat in range(6)])
    before = window.at(6.0)
    window.strike(80, 0.0)
    after = window.at(0.0)
    assert after[0] == v.token_of(80) and after[1:].tolist() == before[1:].tolist()
    assert window.at(0.0 - 1e-3).tolist() == after.tolist(), "a clock that trembles changes nothing"


@pytest.mark.parametrize(("pitch", "there"), [(0, 24), (20, 32), (109, 97), (127, 103)])
def test_pitches_off_the_piano_are_folded(pitch, there):
    window = NoteWindow()
    window.strike(pitch, 0.0)
    assert window.at(0.0)[0] == v.token_of(there)
    window.release(pitch, 1.0)
    assert window.at(1.2)[4] == v.NOTE_OFF


def test_many_notes_in_one_sixteenth_cost_no_memory():
    window = NoteWindow()
    for beat, pitch in itertools.product(np.arange(0, 20, 0.01), (60, 64, 67)):
        window.strike(pitch, float(beat))
        window.release(pitch, float(beat) + 0.001)
    assert len(window._ends) <= 3 * v.BEATS_PER_BAR

"""Whatever the parameters: in range, in scale where the range lets it, inside the bar, no
overlaps.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ShapeError
from livesyn.base.types import Note
from livesyn.music import vocabulary as v
from livesyn.music.phrases import filled, phrase_of, ringing_after, thinned
from livesyn.music.scales import folded, locked, pitch_classes

MUSIC = (
    "key",
    "scale",
    "octave",
    "pitch_low",
    "pitch_high",
    "density_min",
    "density_max",
    "velocity",
    "accent",
    "gate",
)


def legal(name: str) -> st.SearchStrategy[float]:
    row = params.BY_NAME[name]
    return (
        st.integers(int(row.low), int(row.high)).map(float)
        if row.integer
        else st.floats(row.low, row.high)
    )


values = st.fixed_dictionaries({name: legal(name) for name in MUSIC}).map(
    lambda chosen: params.defaults() | chosen
)
bars = st.lists(
    st.one_of(st.just(v.HOLD), st.just(v.NOTE_OFF), st.integers(0, v.SIZE - 1)),
    min_size=16,
    max_size=16,
)
ringing = st.one_of(st.none(), st.integers(v.FIRST_PITCH, v.LAST_PITCH))


def bar(*pitches: int) -> np.ndarray:
    """A bar that strikes these at even distances."""
    tokens = np.zeros(16, int)
    tokens[:: 16 // len(pitches)] = [v.token_of(p) for p in pitches]
    return tokens


def played(tokens: np.ndarray, **changes: float) -> tuple[Note, ...]:
    return phrase_of(tokens, params.defaults() | changes).notes


@settings(max_examples=300, deadline=None)
@given(bars, values, ringing)
def test_every_edit_keeps_the_music_legal(
    tokens: list[int], chosen: dict[str, float], tied: int | None
) -> None:
    phrase = phrase_of(tokens, chosen, tied)
    low, high = sorted((chosen["pitch_low"], chosen["pitch_high"]))
    scale = params.SCALES[int(chosen["scale"])]
    assert phrase.length_beats == 4
    for note in phrase.notes:
        assert low <= note.pitch <= high
        assert 1 <= note.velocity <= 127
        assert note.duration_beats > 0
        assert 0 <= note.start_beats < note.end_beats <= 4 + 1e-9
        if scale != "off":
            classes = pitch_classes(int(chosen["key"]), scale)
            if any(p % 12 in classes for p in range(int(low), int(high) + 1)):
                assert note.pitch % 12 in classes
    for before, after in zip(phrase.notes, phrase.notes[1:], strict=False):
        assert before.end_beats <= after.start_beats + 1e-9
    assert len(phrase.notes) <= chosen["density_max"]


def test_defaults_play_what_was_written() -> None:
    notes = played(bar(60, 64, 67, 72))
    assert [n.pitch for n in notes] == [60, 64, 67, 72]
    assert [n.start_beats for n in notes] == [0, 1, 2, 3]
    assert all(n.duration_beats == pytest.approx(0.95) for n in notes)
    # the bar's line, a beat, its middle, a beat
    assert [n.velocity for n in notes] == [
        110,
        92,
        101,
        92,
    ]


def test_octaves_and_range() -> None:
    assert [n.pitch for n in played(bar(60, 64), octave=1.0)] == [72, 76]
    assert [n.pitch for n in played(bar(30, 100), pitch_low=48.0, pitch_high=72.0)] == [54, 64]
    assert [n.pitch for n in played(bar(30, 100), pitch_low=72.0, pitch_high=48.0)] == [54, 64]


def test_a_range_narrower_than_an_octave() -> None:
    assert folded(72, 60, 64) == 60  # an octave of it lies inside
    assert folded(68, 60, 64) == 64  # none does: the nearer end
    assert folded(50, 60, 64) == 62
    assert folded(90, 60, 60) == 60


def test_scale_lock_ties_go_down_and_range_wins() -> None:
    c_major = pitch_classes(0, "major")
    assert [locked(p, c_major, 21, 108) for p in (60, 61, 63, 66, 70)] == [60, 60, 62, 65, 69]
    assert locked(61, c_major, 61, 61) == 61  # nothing in scale there
    assert locked(61, c_major, 61, 72) == 62
    assert locked(61, None, 21, 108) == 61


def test_the_weakest_notes_go_first() -> None:
    tokens = np.full(16, v.token_of(60))
    assert [n.start_beats for n in played(tokens, density_max=4.0)] == [0, 1, 2, 3]
    assert [n.start_beats for n in played(tokens, density_max=1.0)] == [0]
    assert played(tokens, density_max=0.0) == ()
    soft, loud = Note(0.25, 0.25, 60, 10), Note(0.75, 0.25, 60, 90)
    assert thinned([soft, loud], 1) == [loud]
    short, long = Note(0.25, 0.25, 60), Note(0.75, 0.5, 60)
    assert thinned([short, long], 1) == [long]


def test_the_longest_notes_are_struck_again() -> None:
    assert [n.start_beats for n in played(bar(60), density_min=4.0)] == [0, 1, 2, 3]
    assert len(played(bar(60), density_min=16.0)) == 16
    assert played(np.zeros(16, int), density_min=8.0) == ()  # there is nothing to strike
    assert len(filled([Note(0, 0.25, 60)], 5)) == 1


def test_a_tie_over_the_bar_line_is_struck_again() -> None:
    tokens = np.zeros(16, int)
    tokens[8] = v.NOTE_OFF
    assert played(tokens) == ()
    tied = phrase_of(tokens, params.defaults(), 64).notes
    assert [(n.pitch, n.start_beats) for n in tied] == [(64, 0)]
    assert ringing_after(bar(60, 64)) == 64
    assert ringing_after([v.token_of(60), v.NOTE_OFF, v.HOLD]) is None
    assert ringing_after([v.HOLD] * 16) is None


def test_only_bars_are_taken() -> None:
    with pytest.raises(ShapeError, match="16 tokens; got 32"):
        phrase_of(np.zeros(32, int), params.defaults())

"""Nine drums, 512 events: to General MIDI and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ShapeError
from livesyn.base.types import Note
from livesyn.music import drums
from livesyn.music.phrases import bass_of, drums_of, together
from livesyn.music.vocabulary import token_of

windows = st.lists(st.integers(0, drums.SIZE - 1), min_size=32, max_size=32)
bars = st.lists(st.integers(0, drums.SIZE - 1), min_size=16, max_size=16)


@given(windows)
@settings(deadline=None)
def test_tokens_to_strokes_and_back(tokens: list[int]) -> None:
    notes = drums.tokens_to_notes(tokens)
    assert drums.notes_to_tokens(notes).tolist() == tokens
    assert len(notes) == drums.strokes(np.array(tokens)).sum()
    assert {n.channel for n in notes} <= {10}


def test_each_key_belongs_to_one_drum_and_each_drum_hears_its_own() -> None:
    keys = [key for _, _, heard in drums.DRUMS for key in heard]
    assert len(keys) == len(set(keys)) and all(35 <= key <= 81 for key in keys)
    for i, (_, sent, heard) in enumerate(drums.DRUMS):
        assert sent in heard and drums.drum_of(sent) == i
        assert drums.notes_to_tokens([Note(1.0, 0.1, heard[-1])])[4] == 1 << i
    assert drums.drum_of(34) is None and drums.notes_to_tokens([Note(0.0, 1.0, 34)]).sum() == 0


def test_strokes_together_are_one_token_and_outside_is_left_out() -> None:
    tokens = drums.notes_to_tokens(
        [Note(0.0, 0.1, 36), Note(0.02, 0.1, 42), Note(8.0, 0.1, 36), Note(-1.0, 0.1, 36)]
    )
    assert tokens[0] == 0b101 and tokens[1:].sum() == 0


@given(bars, st.integers(-3, 3), st.integers(0, 11), st.integers(0, 9), st.integers(0, 16))
@settings(deadline=None)
def test_drums_are_never_transposed_and_thinned_by_sixteenths(
    tokens: list[int], octave: int, key: int, scale: int, most: int
) -> None:
    chosen = params.defaults() | {
        "octave": float(octave),
        "key": float(key),
        "scale": float(scale),
        "density_max": float(most),
        "gate": 0.1,
    }
    notes = drums_of(tokens, chosen).notes
    plain = drums_of(tokens, params.defaults()).notes
    assert {(n.start_beats, n.pitch) for n in notes} <= {(n.start_beats, n.pitch) for n in plain}
    assert len({n.start_beats for n in notes}) == min(most, sum(token > 0 for token in tokens))
    assert all(
        n.end_beats <= 4 and n.duration_beats == drums.STROKE_BEATS and 1 <= n.velocity <= 127
        for n in notes
    )


def test_thinned_drums_keep_the_strong_beats_whole() -> None:
    bar = np.full(16, 0b100)
    bar[[0, 8]] |= 1
    kept = drums_of(bar, params.defaults() | {"density_max": 2.0}).notes
    assert {(n.start_beats, n.pitch) for n in kept} == {(0.0, 36), (0.0, 42), (2.0, 36), (2.0, 42)}


def test_bass_lies_in_its_own_octaves_on_its_own_channel_in_the_key() -> None:
    tokens = np.zeros(16, int)
    tokens[[0, 4, 8, 12]] = [token_of(p) for p in (24, 37, 66, 80)]
    notes = bass_of(
        tokens, params.defaults() | {"octave": 2.0, "pitch_low": 60.0, "scale": 1.0}
    ).notes
    assert [n.channel for n in notes] == [2] * 4
    assert all(28 <= n.pitch <= 55 and n.pitch % 12 in (0, 2, 4, 5, 7, 9, 11) for n in notes)
    assert len(bass_of(tokens, params.defaults() | {"density_max": 1.0}).notes) == 1


def test_parts_together_are_in_order() -> None:
    melody = np.zeros(16, int)
    melody[4] = token_of(60)
    whole = together([bass_of(melody, params.defaults()), drums_of([1] * 16, params.defaults())])
    assert list(whole.notes) == sorted(whole.notes) and {n.channel for n in whole.notes} == {2, 10}


def test_only_a_bar_is_a_bar() -> None:
    for part in (bass_of, drums_of):
        with pytest.raises(ShapeError, match="16 tokens"):
            part([0] * 15, params.defaults())

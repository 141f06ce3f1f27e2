"""Which chord is held, and which scale goes with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.music.chords import QUALITIES, between, chord_of, is_chord
from livesyn.music.scales import LIVE_NAMES, SCALES, pitch_classes, scale_of_live

keys = st.lists(st.integers(0, 127), max_size=10).map(tuple)


@pytest.mark.parametrize(
    ("held", "name"),
    [
        ((60, 64, 67), "C"),
        ((57, 60, 64), "Am"),
        ((64, 67, 72), "C/E"),
        ((57, 60, 64, 67), "Am7"),
        ((60, 64, 67, 69), "C6"),  # the same four tones over another bass
        ((52, 59, 62, 68), "E7"),
        ((48, 64, 70), "C7"),  # a fifth may be left out
        ((59, 62, 65, 68), "Bdim7"),
        ((60, 64, 68), "Caug"),
        ((60, 65, 67), "Csus4"),
        ((50, 53, 57, 60, 64), "Dm9"),
        ((60, 67), "C5"),
        ((60, 65), "F5/C"),
        ((36, 60, 64, 67, 72, 76), "C"),  # doubled
    ],
)
def test_a_chord_has_the_name_that_people_write(held, name):
    chord = chord_of(held)
    assert chord is not None and chord.name == name


@pytest.mark.parametrize("held", [(), (60,), (60, 72), (60, 64), (60, 62), (60, 66, 72)])
def test_what_is_no_chord_is_none(held):
    assert chord_of(held) is None and not is_chord(held)


@given(keys)
def test_all_that_is_held_is_in_the_chord_whatever_it_is_called(held):
    chord = chord_of(held)
    if chord is None:
        assert not is_chord(held)
        return
    assert chord.tones == {pitch % 12 for pitch in held}
    assert chord.bass == min(held) % 12 and chord.root in chord.tones
    assert chord_of(tuple(reversed(held))) == chord


@given(keys, st.integers(0, 11))
def test_a_chord_that_is_moved_is_the_same_chord_elsewhere(held, by):
    moved = tuple(pitch + by for pitch in held)
    here, there = chord_of(held), chord_of(moved)
    if here is None or there is None:
        assert here is there
    elif "/" not in here.name + there.name:
        assert (here.root + by) % 12 == there.root and here.scale == there.scale


@given(keys, st.integers(0, 11), st.sampled_from([*SCALES, "off"]))
def test_between_holds_the_chord_and_little_else_than_the_scale(held, key, scale):
    chord = chord_of(held)
    if chord is None:
        return
    allowed = between(chord, key, scale)
    wanted = pitch_classes(key, scale) if scale != "off" else pitch_classes(chord.root, chord.scale)
    assert chord.tones <= allowed <= chord.tones | wanted


def test_a_tone_outside_the_key_takes_the_place_of_its_neighbour():
    e7, f_minor = chord_of((52, 56, 59, 62)), chord_of((53, 56, 60))
    assert e7 is not None and f_minor is not None
    assert between(e7, 0, "major") == {4, 5, 8, 9, 11, 0, 2}  # G sharp for G: A harmonic minor
    assert between(f_minor, 0, "major") == {5, 7, 8, 11, 0, 2, 4}  # A flat for A


def test_every_quality_has_a_scale_that_holds_it():
    for suffix, intervals, scale in QUALITIES:
        assert set(intervals) <= set(SCALES[scale]) or suffix in ("7#5", "aug", "5"), suffix


LIVE = (  # as Live 12 lists them
    *("Major", "Minor", "Dorian", "Mixolydian", "Lydian", "Phrygian", "Locrian", "Whole Tone"),
    *("Half-whole Dim.", "Whole-half Dim.", "Minor Blues", "Minor Pentatonic", "Major Pentatonic"),
    *("Harmonic Minor", "Harmonic Major", "Dorian #4", "Phrygian Dominant", "Melodic Minor"),
    *("Lydian Augmented", "Lydian Dominant", "Super Locrian", "8-Tone Spanish", "Bhairav"),
    *("Hungarian Minor", "Hirajoshi", "In-Sen", "Iwato", "Kumoi", "Pelog Selisir"),
    *("Pelog Tembung", "Messiaen 3", "Messiaen 4", "Messiaen 5", "Messiaen 6", "Messiaen 7"),
)


def test_every_scale_of_live_is_one_of_ours():
    found = [scale_of_live(name) for name in LIVE]
    assert len(LIVE) == 35 and None not in found and len(set(found)) == 35
    assert set(found) == set(SCALES), "and we have no others"
    assert set(LIVE_NAMES) <= {name.lower() for name in LIVE}
    assert scale_of_live("Maqam Rast") is None
    for steps in SCALES.values():
        assert steps[0] == 0 and list(steps) == sorted(set(steps)) and steps[-1] < 12
    assert len({tuple(sorted(steps)) for steps in SCALES.values()}) == 35

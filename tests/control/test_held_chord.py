"""Which chord somebody means who plays keys as people do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.control.held_chord import SETTLE_S, HeldChord
from livesyn.music.chords import is_chord

C, F = (60, 64, 67), (60, 65, 69)


def held(*pitches: int, at_s: float = 0.0) -> HeldChord:
    chord = HeldChord()
    for pitch in pitches:
        chord.strike(pitch, at_s)
    return chord


def test_a_chord_counts_when_its_last_finger_is_down_and_stays():
    keys = HeldChord()
    for n, pitch in enumerate(C):  # a rolled chord
        keys.strike(pitch, n * 0.03)
        assert keys.settle(n * 0.03 + 0.029) is None
    assert keys.left_s(0.06) == pytest.approx(SETTLE_S)
    assert keys.settle(0.101) == C
    assert keys.settle(0.2) is None, "told once"


def test_a_chord_lasts_until_another_is_held():
    keys = held(*C)
    assert keys.settle(1.0) == C
    for n, pitch in enumerate(C):  # let go finger by finger
        keys.release(pitch, 2.0 + n * 0.01)
        assert keys.settle(2.0 + n * 0.01 + 0.005) is None
    assert keys.settle(3.0) is None and keys.chord == C
    keys.strike(72, 4.0)  # a melody
    assert keys.settle(5.0) is None and keys.chord == C


def test_a_pedal_that_is_changed_after_the_next_chord_blurs_nothing():
    keys = held(*C)
    keys.settle(1.0)
    for pitch in (65, 69):  # C sounds on by the pedal
        keys.strike(pitch, 2.0)
    for pitch in (64, 67):
        keys.release(pitch, 2.03)
    assert keys.settle(2.071) == F


def test_one_finger_that_moves_makes_another_chord():
    keys = held(*C)
    keys.settle(1.0)
    keys.release(64, 2.0)
    keys.strike(65, 2.01)
    assert keys.settle(2.1) == (60, 65, 67)


def test_all_notes_off_leaves_the_chord_and_forget_does_not():
    keys = held(*C)
    keys.settle(1.0)
    keys.rest()
    assert keys.settle(2.0) is None and keys.chord == C
    keys = held(*C)
    keys.settle(1.0)
    keys.forget(2.0)
    assert keys.chord == () and keys.settle(2.041) == C, "it is still held"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["strike", "release", "rest", "settle"]),
            st.integers(0, 127),
            st.floats(0, 0.1),
        )
    )
)
def test_whatever_is_played_what_is_told_is_held_and_a_chord(events):
    keys, down, now_s = HeldChord(), set(), 0.0
    before: tuple[int, ...] = ()
    for kind, pitch, passed_s in events:
        now_s += passed_s
        if kind == "strike":
            keys.strike(pitch, now_s)
            down.add(pitch)
        elif kind == "release":
            keys.release(pitch, now_s)
            down.discard(pitch)
        elif kind == "rest":
            keys.rest()
            down.clear()
        elif (told := keys.settle(now_s)) is not None:
            assert told == tuple(sorted(down)) and is_chord(told) and told != before
            before = told
        assert keys.chord == before

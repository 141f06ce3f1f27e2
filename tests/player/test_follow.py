"""Bars that follow the band: fitted when they are settled, or at once."""

from __future__ import annotations

import pytest

from livesyn.base.params import KEYS, SCALES
from livesyn.base.types import Note, Phrase
from livesyn.engine.show_mirror import ShowMirror
from livesyn.ipc.messages import Committed, FromPlayer, Refitted, decode, encode
from livesyn.player.core import COMMIT_S
from tests.player.test_core import BEAT_S, ZEROS, Rig, phrase

LIVE, CHORDS = 1.0, 2.0
BAR, NOW = 0.0, 1.0
F = (53, 57, 60)
STEADY = phrase((0, 1, 60), (1, 1, 62), (2, 1, 64), (3, 1, 67))
LATE = 4 - COMMIT_S / BEAT_S + 0.01  # when bar 1 is settled


def pitches(rig: Rig, start: float, end: float) -> list[int]:
    return [note[2] for note in rig.notes("on") if start <= note[0] < end]


def test_a_chord_is_heard_from_the_next_bar():
    rig = Rig(follow=CHORDS, follow_when=BAR).play()
    for bar in (1, 2):
        rig.player.offer(bar, STEADY, ZEROS)
    rig.run_to(5.5)
    rig.player.set_chord(F, "midi")
    rig.run_to(12)
    assert pitches(rig, 4, 8) == [60, 62, 64, 67], "the bar that plays stays as it is"
    assert pitches(rig, 8, 12) == [60, 60, 65, 65]
    (second,) = [m for m in rig.said if isinstance(m, Committed) and m.bar == 2]
    assert second.fit is not None and second.fit.chord == F


def test_a_chord_is_heard_at_once_in_the_notes_still_to_come():
    rig = Rig(follow=CHORDS, follow_when=NOW).play()
    for bar in (1, 2):
        rig.player.offer(bar, STEADY, ZEROS)
    rig.run_to(5.5)
    rig.player.set_chord(F, "midi", 7.0)
    rig.run_to(12.1)
    assert pitches(rig, 4, 8) == [60, 62, 65, 65], "what was struck was struck"
    assert pitches(rig, 8, 12) == [60, 60, 65, 65]
    (refit,) = [m for m in rig.said if isinstance(m, Refitted)]
    assert (refit.beat, refit.origin, refit.asked_s) == (6.0, "midi", 7.0)
    ends = [note for note in rig.notes("off") if 4 < note[0] <= 12]
    assert [note[2] for note in ends] == [60, 62, 65, 65, 60, 60, 65, 65], "each note has its end"


def test_a_settled_bar_that_has_not_begun_follows_at_once_too():
    rig = Rig(follow=CHORDS, follow_when=NOW).play()
    rig.player.offer(1, STEADY, ZEROS)
    rig.run_to(LATE)
    rig.player.set_chord(F)
    rig.run_to(8)
    assert pitches(rig, 4, 8) == [60, 60, 65, 65]


def test_the_key_of_live_is_followed_by_the_bars_that_are_made_already():
    rig = Rig(follow=LIVE).play()
    rig.player.offer(1, STEADY, ZEROS)
    rig.run_to(2)
    rig.player.set_value("key", float(KEYS.index("Eb")))
    rig.player.set_value("scale", float(SCALES.index("major")))
    rig.run_to(8)
    assert pitches(rig, 4, 8) == [60, 62, 63, 67]
    rig.player.set_value("follow_when", NOW)
    rig.player.set_chord(F)
    rig.run_to(12)
    assert pitches(rig, 8, 12) == [60, 62, 63, 67], "chords are not followed"


def test_the_last_good_bar_follows_when_the_engine_is_gone():
    rig = Rig(follow=CHORDS).play()
    rig.player.offer(1, STEADY, ZEROS)
    rig.run_to(6)
    rig.player.set_chord(F)
    rig.run_to(10.5)
    assert pitches(rig, 8, 10) == [60, 60]
    rig.player.set_chord((55, 59, 62))
    rig.run_to(16)
    assert pitches(rig, 12, 16) == [59, 62, 62, 67], "from what was made, not from the F"


def test_who_does_not_follow_plays_what_was_made():
    rig = Rig(follow_when=NOW).play()
    rig.player.offer(1, STEADY, ZEROS)
    rig.player.set_chord(F)
    rig.player.set_value("key", 3.0)
    rig.run_to(8)
    assert pitches(rig, 4, 8) == [60, 62, 64, 67]
    assert not any(isinstance(m, Refitted) for m in rig.said)


def test_letting_go_of_the_band_at_once_gives_back_what_was_written():
    rig = Rig(follow=CHORDS, follow_when=NOW).play()
    rig.player.offer(1, STEADY, ZEROS)
    rig.player.set_chord(F)
    rig.run_to(5.5)
    rig.player.set_value("follow", 0.0)
    rig.run_to(8)
    assert pitches(rig, 4, 8) == [60, 60, 64, 67]


@pytest.mark.parametrize("swing", [0.0, 0.5])
def test_the_engine_shows_what_is_heard(swing):
    """The mirror makes of the messages the notes that the player sends."""
    rig = Rig(follow=CHORDS, follow_when=NOW, swing=swing).play()
    made = Phrase(tuple(Note(n / 4, 0.25, 60 + n) for n in range(16)), 4.0)
    mirror = ShowMirror(lambda message: None, rig.clock)
    mirror.params["swing"] = swing
    mirror.apply(decode(encode(rig.said.pop(0)), FromPlayer))  # it plays
    for bar in (1, 2, 3):
        rig.player.offer(bar, made, ZEROS)
        mirror.made(bar, made)
    for beat, chord in ((4.9, F), (6.3, (55, 59, 62)), (9.0, (57, 60, 64)), (11.55, F)):
        rig.run_to(beat)
        rig.player.set_chord(chord)
    rig.run_to(14)
    for message in rig.said:
        mirror.apply(decode(encode(message), FromPlayer))
    for bar in (1, 2):
        settled = mirror.settled(bar)
        assert settled is not None and settled.phrase is not None
        assert [note.pitch for note in settled.phrase.notes] == pitches(rig, 4 * bar, 4 * bar + 4)

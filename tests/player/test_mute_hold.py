"""Mute and hold: blackout and freeze for the music."""

from __future__ import annotations

from livesyn.ipc.messages import Committed
from tests.player.test_core import BEAT_S, ZEROS, Rig, phrase


def test_mute_ends_what_sounds_at_once_and_lets_the_clock_go_on():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 3, 60), (2, 1, 64)), ZEROS)
    rig.run_to(5)
    rig.player.set_value("mute", 1.0)
    rig.run_to(7.9)
    assert [n for n in rig.notes() if n[0] >= 4] == [[4, "on", 60], [5, "off", 60]]
    assert not list(rig.sink.of("panic"))  # ended by their note-offs: tails ring out
    pulses = [e[2] for e in rig.sink.of("clock")]
    assert pulses == list(range(len(pulses))) and len(pulses) > 7.8 * 24


def test_without_mute_the_next_note_sounds_and_none_that_was_muted_is_ended():
    rig = Rig(mute=1.0).play()
    rig.player.offer(1, phrase((0, 2, 60), (3, 0.5, 64)), ZEROS)
    rig.run_to(5)
    rig.player.set_value("mute", 0.0)
    rig.run_to(7.9)
    assert rig.notes() == [[7, "on", 64], [7.5, "off", 64]]
    assert rig.player.counts()["skipped"] == 0


def test_a_muted_bar_is_told_without_its_notes_to_those_who_are_sent_notes_ahead():
    rig = Rig(mute=1.0).play()
    rig.player.offer(1, phrase((0, 2, 60)), ZEROS)
    rig.run_to(4)
    rig.player.set_value("mute", 0.0)
    rig.player.offer(2, phrase((0, 2, 60)), ZEROS)
    rig.run_to(8)
    assert [len(e[3].notes) for e in rig.sink.of("bar")][:3] == [0, 0, 1]


def test_hold_repeats_the_bar_that_plays_and_counts_nothing_missed():
    rig = Rig().play()
    for bar, pitch in ((1, 60), (2, 62), (3, 64)):
        rig.player.offer(bar, phrase((0, 1, pitch)), ZEROS)
    rig.run_to(5)
    rig.player.set_value("hold", 1.0)
    rig.run_to(12.5)
    rig.player.set_value("hold", 0.0)
    rig.player.offer(4, phrase((0, 1, 65)), ZEROS)
    rig.run_to(17)
    assert [n for n in rig.notes("on") if n[0] >= 4] == [
        [4, "on", 60],
        [8, "on", 60],
        [12, "on", 60],
        [16, "on", 65],
    ]
    played = [m.played for m in rig.said if isinstance(m, Committed)]
    assert played[:5] == ["stored", "new", "held", "held", "new"]
    assert rig.player.counts()["repeats"] == rig.player.counts()["phrases_dropped"] == 0


def test_hold_takes_a_new_swing_and_a_density_of_nothing_is_still_silence():
    rig = Rig().play()
    rig.player.offer(1, phrase((0.25, 0.25, 60)), ZEROS)
    rig.run_to(5)
    rig.player.set_value("hold", 1.0)
    rig.player.set_value("swing", 0.5)
    rig.run_to(9)
    rig.player.set_value("density_max", 0.0)
    rig.run_to(14)
    on = [n[0] for n in rig.notes("on") if n[0] >= 4]
    assert len(on) == 2 and on[0] == 4.25 and 8.25 < on[1] < 8.5


def test_before_the_first_bar_of_the_nets_hold_has_nothing_to_repeat():
    rig, before = Rig(hold=1.0).play(), Rig().play()
    for each in (rig, before):
        each.run_to(8)
    assert rig.notes("on") == before.notes("on")


def test_mute_pressed_again_and_again_leaves_no_note_behind():
    rig = Rig().play()
    for bar in range(1, 8):
        rig.player.offer(bar, phrase(*((n / 4, 0.5, 60 + n % 5) for n in range(16))), ZEROS)
    for step in range(200):
        rig.player.set_value("mute", float(step % 3 == 0))
        rig.run_for(0.037 * BEAT_S * (1 + step % 5))
    rig.player.stop()
    rig.run_for(0.1)
    struck: dict[int, int] = {}
    for _, kind, pitch in rig.notes():
        struck[pitch] = struck.get(pitch, 0) + (1 if kind == "on" else -1)
        assert struck[pitch] in (0, 1)
    assert not any(struck.values())

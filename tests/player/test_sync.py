"""A MIDI clock leads a show: every beat, bar and note of which falls once."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.params import SYNC
from livesyn.midi.keys import MidiEvent
from livesyn.player.state import ShowState
from livesyn.player.sync import Sync
from livesyn.transport.following import AT_ONCE_BEATS, steered
from livesyn.transport.timeline import Timeline
from tests.player.test_core import Rig

POLL_S = 0.004
MIDI = float(SYNC.index("midi"))


class Stage(Rig):
    """A show at 120 bpm, and the pulses that a sender gives it."""

    def __init__(self, playing: bool = True, **values: float) -> None:
        super().__init__(**values)
        self.sentences: list[str] = []
        self.state = ShowState(
            self.player,
            self.clock,
            {"tempo": 120.0},
            leader=lambda origin: self.sync.leader(origin),
            led=lambda: self.sync.led,
            say=self.sentences.append,
        )
        self.sync = Sync(self.player, self.clock, self.state.set_param, say=self.sentences.append)
        self.pulse_s = self.clock.now_s()
        self.draw = random.Random(0)
        if playing:
            self.play()

    def choose(self, name: str, value: float) -> None:
        self.state.set_param(name, value, "page")
        self.sync.note(name, value)

    def say(self, *kinds: str, value: float = 0.0) -> None:
        now_s = self.clock.now_s()
        self.sync.take_midi([MidiEvent(kind, now_s, value) for kind in kinds], now_s)  # type: ignore[arg-type]

    def hear(self, pulses: int, bpm: float, jitter_s: float = 0.0) -> None:
        """Pulses at `bpm`, each taken up within `POLL_S`; the next would come at `pulse_s`."""
        for _ in range(pulses):
            came_s = self.pulse_s + self.draw.uniform(0, jitter_s)
            self.run_for(max(0.0, came_s + self.draw.uniform(0, POLL_S) - self.clock.now_s()))
            self.sync.take_midi([MidiEvent("pulse", came_s)], self.clock.now_s())
            self.sync.tick()
            self.pulse_s += 60 / bpm / 24

    def fall_silent(self, seconds: float) -> None:
        for _ in range(round(seconds * 4)):
            self.run_for(0.25)
            self.sync.take_midi([], self.clock.now_s())
            self.sync.tick()
        self.pulse_s = self.clock.now_s()

    def beat_at(self, time_s: float) -> float:
        return self.player.show.timeline.beat_at(time_s)

    def apart_ms(self, bpm: float, whole: float = 1 / 24, later_s: float = 0.0) -> float:
        """How far the show is from where it should be, `later_s` after the sender's pulses (or
        bars).
        """
        beat = self.beat_at(self.pulse_s + later_s)
        return (beat - round(beat / whole) * whole) * 60e3 / bpm

    def check_nothing_lost(self) -> None:
        pulses = [e[2] for e in self.sink.of("clock")]
        assert pulses == list(range(len(pulses))), "each pulse is sent once"
        bars = [e[2] for e in self.sink.of("bar")]
        assert bars == list(range(len(bars))), "each bar is played once"
        counts = self.player.counts()
        assert counts["jumps"] == counts["skipped"] == 0
        ons, offs = (Counter(e[3] for e in self.sink.of(kind)) for kind in ("on", "off"))
        assert sum(ons.values()) - sum(offs.values()) == counts["sounding"]


def test_a_clock_of_124_bpm_with_jitter_is_followed():
    stage = Stage()
    stage.choose("sync", MIDI)
    stage.hear(24 * 8, 124.0, jitter_s=0.002)
    for _ in range(40):
        stage.hear(24, 124.0, jitter_s=0.002)
        assert stage.player.show.timeline.bpm == pytest.approx(124, abs=0.1)
        assert abs(stage.apart_ms(124.0, later_s=0.001)) < 1.0, "the jitter's mean is 1 ms"
    assert stage.state.params()["tempo"] == pytest.approx(124, abs=0.1)
    assert stage.sync.health().state == "running"
    stage.check_nothing_lost()


def test_a_start_begins_the_show_on_the_first_pulse_and_a_stop_ends_it():
    stage = Stage(playing=False)
    stage.choose("sync", MIDI)
    stage.hear(48, 100.0)
    assert not stage.player.show.playing
    assert stage.player.show.timeline.bpm == pytest.approx(100, abs=0.1), "it knows the tempo"
    stage.say("start")
    first_s = stage.pulse_s
    stage.hear(24 * 6, 100.0)
    assert stage.player.show.playing
    assert stage.beat_at(first_s) == pytest.approx(0.0, abs=0.002)
    assert next(stage.sink.of("on"))[0] == pytest.approx(first_s, abs=1e-6)
    stage.check_nothing_lost()
    stage.say("stop")
    stage.run_for(0.1)
    assert not stage.player.show.playing and stage.player.counts()["sounding"] == 0


def test_it_goes_on_where_the_senders_song_does():
    stage = Stage(playing=False)
    stage.choose("sync", MIDI)
    stage.say("stop")
    stage.say("locate", value=9.0)
    stage.say("resume")
    first_s = stage.pulse_s
    stage.hear(24 * 4, 120.0)
    assert stage.beat_at(first_s) == pytest.approx(9.0, abs=0.002)
    (went_on,) = stage.sink.of("start", "continue")
    assert went_on[1] == "continue" and went_on[2] in (9.0, 9.25), "the next sixteenth"
    assert [e[2] for e in stage.sink.of("bar")] == [2, 3]


def test_a_clock_without_a_start_leaves_the_shows_beats_where_they_are():
    stage = Stage()
    stage.run_for(3.21)
    stage.pulse_s = stage.clock.now_s()
    before = stage.beat_at(stage.pulse_s)
    stage.choose("sync", MIDI)
    stage.hear(1, 120.0)
    assert stage.beat_at(stage.clock.now_s()) - before < 0.05
    stage.hear(24 * 4, 120.0)
    assert abs(stage.apart_ms(120.0)) < 0.5
    stage.check_nothing_lost()


def test_bars_of_a_started_clock_are_met_without_losing_one():
    stage = Stage()
    stage.say("start")  # not yet chosen: heard all the same
    stage.pulse_s += 0.7  # beat 0 of the sender, against a show that is elsewhere
    stage.hear(24 * 3, 126.0)
    assert stage.player.show.timeline.bpm == 120.0
    stage.choose("sync", MIDI)
    stage.hear(24 * 17, 126.0)
    assert abs(stage.apart_ms(126.0, 4.0)) < 2
    stage.check_nothing_lost()


def test_a_lost_clock_coasts_and_is_met_again():
    stage = Stage()
    stage.choose("sync", MIDI)
    stage.hear(24 * 8, 125.0, 0.001)
    bpm = stage.player.show.timeline.bpm
    stage.fall_silent(5)
    health = stage.sync.health()
    assert health.state == "lost" and "goes on at 125.0 bpm" in health.reason
    assert stage.player.show.timeline.bpm == pytest.approx(bpm, abs=0.03)
    stage.state.transport("tempo", 90.0, "page")
    stage.run_for(0.1)
    assert stage.player.show.timeline.bpm == 90.0, "nobody leads: a hand may"
    stage.hear(24 * 4, 125.0, 0.001)
    assert stage.player.show.timeline.bpm == pytest.approx(125, abs=0.3)
    assert stage.sync.health().state == "running"
    stage.check_nothing_lost()


def test_while_it_leads_taps_are_refused_kindly_and_a_nudge_is_an_offset():
    stage = Stage()
    stage.choose("sync", MIDI)
    stage.hear(24 * 4, 124.0)
    for _ in range(3):
        stage.state.transport("tap", origin="page")
        stage.state.transport("tempo", 80.0, "page")
    assert stage.state.params()["tempo"] == pytest.approx(124, abs=0.1)
    assert sum("leads the tempo" in said for said in stage.sentences) == 1
    stage.state.transport("nudge", 12.0, "page")
    assert stage.state.params()["sync_offset"] == 12.0
    stage.sync.note("sync_offset", 12.0)
    stage.hear(24 * 4, 124.0)
    assert abs(stage.apart_ms(124.0, later_s=0.012)) < 1
    stage.choose("sync", 0.0)
    stage.state.transport("tempo", 80.0, "page")
    stage.run_for(0.1)
    assert stage.player.show.timeline.bpm == 80.0
    stage.check_nothing_lost()


def test_a_clock_at_999_bpm_is_not_followed_and_said():
    stage = Stage()
    stage.choose("sync", MIDI)
    stage.hear(24 * 8, 124.0)
    stage.hear(400, 999.0)
    assert stage.player.show.timeline.bpm == pytest.approx(124, abs=0.5)
    health = stage.sync.health()
    assert health.state == "lost" and "at no tempo" in health.reason and health.dropped > 0
    stage.hear(24 * 8, 124.0)
    assert stage.sync.health().state == "running"
    assert stage.player.show.timeline.bpm == pytest.approx(124, abs=0.1)
    assert sum("do not fit" in said for said in stage.sentences) == 1
    stage.check_nothing_lost()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("tempo", "start", "silence", "sync", "stutter", "stray", "offset")),
            st.floats(40, 240),
        ),
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_clock_does_no_note_is_left_and_bars_come_in_order(steps):
    stage = Stage()
    stage.choose("sync", MIDI)
    bpm = 120.0
    for what, value in steps:
        if what == "tempo":
            bpm = value
        elif what == "start":
            stage.say("start")
        elif what == "silence":
            stage.fall_silent(value / 100)
        elif what == "sync":
            stage.choose("sync", MIDI if value > 120 else 0.0)
        elif what == "stutter":
            stage.pulse_s += value / 1000
        elif what == "stray":
            stage.say("pulse")
        else:
            stage.choose("sync_offset", value - 140)
        stage.hear(40, bpm, 0.001)
    counts = stage.player.counts()
    assert counts["skipped"] == 0
    bars: list[int] = []
    for event in stage.sink.of("bar", "start"):
        if event[1] == "start":
            bars = []
        else:
            assert event[2] == len(bars), "bars come in order, from each start"
            bars.append(event[2])
    stage.player.stop()
    stage.run_for(0.1)
    assert stage.player.counts()["sounding"] == 0


@given(
    st.floats(-50, 50), st.floats(20, 300), st.floats(20, 300), st.sampled_from((1.0, 4.0, 16.0))
)
def test_steering_meets_the_lead_and_never_jumps(beat, bpm, lead_bpm, within):
    own, lead, now_s = Timeline(beat, 100.0, bpm), Timeline(0.0, 97.3, lead_bpm), 100.0
    for _ in range(3):
        before = own.beat_at(now_s)
        own, meets_s = steered(own, lead, now_s, within)
        assert abs(own.beat_at(now_s) - before) <= AT_ONCE_BEATS
        if meets_s < now_s:
            break
        assert meets_s - now_s <= max(1.0, within / 2 / 0.25) * 60 / lead_bpm + 1e-9
        now_s = meets_s
    apart = (own.beat_at(now_s) - lead.beat_at(now_s)) / within
    assert abs(apart - round(apart)) < 1e-3 and own.bpm == pytest.approx(lead_bpm, rel=1e-3)

"""The player on a clock that stands still until told, into a sink that remembers."""

from typing import Any

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.types import Note, Phrase
from livesyn.ipc.messages import Committed, Message, TimelineChange
from livesyn.music.played import STORED
from livesyn.player.core import COMMIT_S, LEAD_S, PANIC_AGAIN_S, Player
from livesyn.sinks.base import MemorySink

ZEROS = (0.0,) * 12
BEAT_S = 0.5  # at 120 bpm


class Rig:
    """A player at 120 bpm, stepped exactly when it asks to be."""

    def __init__(self, *sinks, **values):
        self.clock = ManualClock(100.0)
        self.sink = MemorySink()
        self.said: list[Message] = []
        self.player = Player(
            (self.sink, *sinks), self.clock, {"tempo": 120.0, **values}, notify=self.said.append
        )

    def run_for(self, seconds: float) -> "Rig":
        end_s = self.clock.now_s() + seconds
        while True:
            wake_s = self.player.step(self.clock.now_s())
            if wake_s >= end_s:
                self.clock.sleep_until(end_s)
                return self
            self.clock.sleep_until(wake_s)

    def play(self) -> "Rig":
        self.player.play()
        self.player.step(self.clock.now_s())
        self.beat0_s = self.player.show.timeline.time_of(0)
        return self

    def at(self, beat: float) -> float:
        return self.beat0_s + beat * BEAT_S

    def run_to(self, beat: float) -> "Rig":
        return self.run_for(self.at(beat) - self.clock.now_s())

    def notes(self, *kinds: str) -> list[list]:
        """[beat, on|off, pitch], beats at 120 bpm from beat 0."""
        return [
            [round((e[0] - self.beat0_s) / BEAT_S, 6), e[1], e[3]]
            for e in self.sink.of(*(kinds or ("on", "off")))
        ]


def phrase(*notes: tuple[float, float, int]) -> Phrase:
    return Phrase(tuple(Note(*note) for note in notes), 4.0)


def test_an_offered_bar_is_played_on_its_beats():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60), (1.5, 0.5, 64)), ZEROS)
    rig.run_to(8)
    assert [n for n in rig.notes() if 4 <= n[0] < 8 and n[2] in (60, 64)] == [
        [4, "on", 60],
        [5, "off", 60],
        [5.5, "on", 64],
        [6, "off", 64],
    ]


def test_a_later_phrase_replaces_an_earlier_one_until_it_is_committed():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60)), ZEROS)
    rig.player.offer(1, phrase((0, 1, 61)), ZEROS)
    rig.run_to(4 - COMMIT_S / BEAT_S + 0.01)
    rig.player.offer(1, phrase((0, 1, 62)), ZEROS)  # too late
    rig.run_to(5)
    assert [n[2] for n in rig.notes("on") if n[0] >= 4] == [61]
    assert rig.player.counts()["phrases_dropped"] == 1


def test_stored_then_new_then_repeated():
    rig = Rig().play()
    rig.player.offer(2, phrase((0, 1, 60)), ZEROS)
    rig.run_to(16)
    bars = [m for m in rig.said if isinstance(m, Committed)]
    assert [m.played for m in bars[:4]] == ["stored", "stored", "new", "repeat"]
    assert [m.bar for m in bars[:4]] == [0, 1, 2, 3]
    assert [m.margin_ms is not None for m in bars[:4]] == [False, False, True, False]
    assert bars[2].margin_ms == pytest.approx((8 * BEAT_S + LEAD_S) * 1000)
    assert [n for n in rig.notes("on") if n[2] == 60] == [[8, "on", 60], [12, "on", 60]]
    assert rig.player.counts()["repeats"] >= 1


def test_after_a_bar_of_rests_the_last_bar_with_notes_is_repeated():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60)), ZEROS)
    rig.player.offer(2, phrase(), ZEROS)
    rig.run_to(15.9)
    assert [m.played for m in rig.said if isinstance(m, Committed)][:4] == [
        "stored",
        "new",
        "silent",
        "repeat",
    ]
    assert [n for n in rig.notes("on") if n[0] >= 4] == [[4, "on", 60], [12, "on", 60]]


def test_a_show_that_is_meant_to_be_silent_repeats_nothing():
    rig = Rig(density_max=0.0).play()
    rig.run_to(3)
    rig.player.offer(1, phrase((0, 1, 60)), ZEROS)
    rig.run_to(15.5)
    assert [n[0] for n in rig.notes("on")] == [4]  # the engine's bars are its own
    rig.player.set_value("density_max", 16.0)
    rig.run_to(17)
    assert [n for n in rig.notes("on") if n[0] > 4] == [[16, "on", 60]]


def test_the_stored_phrase_is_two_bars_and_begins_at_once():
    rig = Rig().play().run_to(8.1)
    assert [n[2] for n in rig.notes("on")] == [n.pitch for half in STORED for n in half.notes] + [
        STORED[0].notes[0].pitch
    ]
    assert rig.notes("on")[0][0] == 0


def test_bars_reach_the_sinks_ahead_of_their_line():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60)), (0.5,) * 12)
    seen: list[tuple] = []

    def bar_at(*args: Any) -> None:
        seen.append((rig.clock.now_s(), *args))

    rig.sink.bar = bar_at  # type: ignore[assignment, method-assign]  # to see when
    rig.run_to(6)
    now_s, line_s, bar, played_phrase, controls, timeline, played = seen[-1]
    assert line_s - now_s == pytest.approx(COMMIT_S)
    assert (bar, played, controls, line_s) == (1, "new", (0.5,) * 12, rig.at(4))
    assert played_phrase == phrase((0, 1, 60)) and timeline.time_of(4) == line_s


def test_controls_are_sent_half_a_pulse_before_the_line():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60)), tuple(i / 10 for i in range(12)))
    rig.run_to(4.2)
    late = [e for e in rig.sink.of("control", "on") if e[0] >= rig.at(4 - 1 / 48) - 1e-9]
    assert [e[1] for e in late] == ["control"] * 12 + ["on"]
    assert [e[3] for e in late[:12]] == [i / 10 for i in range(12)]
    assert late[11][0] < rig.at(4) - 0.005 and late[12][0] >= rig.at(4) - 1e-9


def test_clock_runs_at_24_a_beat_and_beats_are_told():
    rig = Rig().play().run_to(4.01)
    pulses = list(rig.sink.of("clock"))
    assert [p[2] for p in pulses] == list(range(97))
    assert all(p[0] == pytest.approx(rig.at(p[2] / 24)) for p in pulses)
    assert [b[2] for b in rig.sink.of("beat")] == [0, 1, 2, 3, 4]
    assert [e[1] for e in rig.sink.of("start", "clock")][0] == "start"


def test_a_new_tempo_moves_what_waits():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60), (3, 1, 62)), ZEROS)
    rig.run_to(1)
    rig.player.set_value("tempo", 60.0)
    rig.run_for(10)
    # beat 7
    assert [e[0] for e in rig.sink.of("on") if e[3] == 62][0] == pytest.approx(rig.at(1) + 6 * 1.0)
    # beat 3: one at 120 bpm, two at 60
    pulse_72 = next(e for e in rig.sink.of("clock") if e[2] == 72)
    assert pulse_72[0] == pytest.approx(rig.at(1) + 2 * 1.0)
    assert [m.timeline.bpm for m in rig.said if isinstance(m, TimelineChange)] == [120.0, 60.0]


def test_an_offset_moves_notes_and_clock_but_not_the_beat():
    rig = Rig(midi_offset=40.0).play().run_to(6)
    assert rig.notes("on")[0][0] == pytest.approx(0.08)
    assert next(rig.sink.of("clock"))[0] == pytest.approx(rig.at(0) + 0.04)
    assert next(rig.sink.of("beat"))[0] == pytest.approx(rig.at(0))
    early = Rig(midi_offset=-100.0).play()
    early.player.offer(1, phrase((0, 1, 60)), ZEROS)
    early.run_to(5)
    assert [4 - 0.2, "on", 60] in early.notes()
    assert early.player.counts()["late"] == 0


class OscMemory(MemorySink):
    offset = "osc_offset"


def test_osc_has_an_offset_of_its_own_for_notes_beats_and_bars():
    osc = OscMemory()
    rig = Rig(osc, midi_offset=20.0, osc_offset=-60.0).play()
    rig.player.offer(1, phrase((0, 1, 100), (2, 0.5, 101)), ZEROS)
    rig.run_to(8.2)
    line_s = rig.at(4)
    struck = [n for n in rig.notes("on") if n[2] in (100, 101) and n[0] < 8]
    assert struck == [[4.04, "on", 100], [6.04, "on", 101]]
    told_osc = [e for e in osc.of("on", "off") if e[3] in (100, 101) and e[0] < line_s + 1.5]
    times_s = [line_s + beat * BEAT_S - 0.06 for beat in (0, 1, 2, 2.5)]
    assert [e[0] for e in told_osc] == pytest.approx(times_s)
    assert next(e for e in osc.of("beat") if e[2] == 4)[0] == pytest.approx(line_s - 0.06)
    assert next(e for e in rig.sink.of("beat") if e[2] == 4)[0] == pytest.approx(line_s)
    told = next(e for e in osc.of("bar") if e[2] == 1)
    assert told[0] == told[5].time_of(4) == pytest.approx(line_s - 0.06)
    assert not list(osc.of("clock")), "pulses are MIDI's"
    assert rig.player.counts()["late"] == 0
    rig.player.set_value("osc_offset", 150.0)
    rig.player.stop()
    rig.run_for(0.1)
    assert rig.player.counts()["sounding"] == 0
    ons, offs = (sum(1 for _ in osc.of(kind)) for kind in ("on", "off"))
    assert ons == offs


def test_swing_bends_off_sixteenths_only():
    rig = Rig(swing=0.5).play()
    rig.player.offer(1, phrase((0, 0.25, 60), (0.25, 0.25, 61), (0.5, 0.25, 62)), ZEROS)
    rig.run_to(8)
    assert [n for n in rig.notes("on") if n[2] in (60, 61, 62)] == [
        [4, "on", 60],
        [4.375, "on", 61],
        [4.5, "on", 62],
    ]


def test_a_note_over_the_bar_line_is_cut():
    rig = Rig().play()
    rig.player.offer(1, phrase((3, 4, 60)), ZEROS)
    rig.player.offer(2, phrase(), ZEROS)
    rig.run_to(9)
    assert [n for n in rig.notes() if n[2] == 60] == [[7, "on", 60], [8, "off", 60]]


def test_the_same_key_struck_again_ends_first():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 2, 60), (1, 2, 60)), ZEROS)
    rig.run_to(8)
    assert [n for n in rig.notes() if n[2] == 60 and n[0] >= 4] == [
        [4, "on", 60],
        [5, "off", 60],
        [5, "on", 60],
        [7, "off", 60],
    ]


def test_an_empty_phrase_is_silence():
    rig = Rig().play()
    rig.player.offer(1, phrase(), ZEROS)
    rig.run_to(8)
    assert not [n for n in rig.notes("on") if n[0] >= 4]
    assert [m.played for m in rig.said if isinstance(m, Committed)][1] == "silent"


def test_stop_ends_notes_and_the_clock_and_play_starts_again_from_0():
    rig = Rig().play().run_to(0.3)
    rig.player.stop()
    rig.run_for(2)
    kinds = [e[1] for e in rig.sink.events]
    assert kinds[-2:] == ["off", "stop"]
    rig.player.stop()
    rig.run_for(1)
    assert [e[1] for e in rig.sink.events][-1] == "stop" and kinds.count("stop") == 1
    rig.sink.events.clear()
    rig.play().run_to(1)
    assert rig.sink.events[0][1:] == ["start", 0.0] and next(rig.sink.of("clock"))[2] == 0


def test_play_while_playing_changes_nothing():
    rig = Rig().play().run_to(2)
    before = rig.player.show.timeline
    rig.player.play()
    rig.run_to(3)
    assert rig.player.show.timeline is before and len(list(rig.sink.of("start"))) == 1


def test_panic_is_sent_at_once_and_again():
    rig = Rig().play().run_to(0.3)
    rig.player.panic()
    start_s = rig.clock.now_s()
    rig.run_for(0.2)
    panics = list(rig.sink.of("panic"))
    assert [e[0] for e in panics] == [start_s, pytest.approx(start_s + PANIC_AGAIN_S)]
    first_off = next(e for e in rig.sink.of("off"))
    assert first_off[0] == start_s and rig.sink.events.index(first_off) < rig.sink.events.index(
        panics[0]
    )
    rig.run_to(2)
    assert rig.notes("on")[-1][0] > 0.5, "the transport goes on"


class Mirror(MemorySink):
    """OSC out to a peer that sends every panic back after `delay_s`."""

    announces = True

    def __init__(self, delay_s: float) -> None:
        super().__init__()
        self.delay_s = delay_s
        self.back_s: list[float] = []

    def panic(self, time_s):
        super().panic(time_s)
        self.back_s.append(time_s + self.delay_s)

    def reflect_for(self, rig: Rig, seconds: float) -> None:
        end_s = rig.clock.now_s() + seconds
        while self.back_s and self.back_s[0] < end_s:
            rig.run_for(self.back_s.pop(0) - rig.clock.now_s())
            rig.player.panic("osc")
        rig.run_for(end_s - rig.clock.now_s())


@pytest.mark.parametrize("delay_s", [0.0005, 0.02, 0.049, 0.051, 0.095])
@pytest.mark.parametrize("origin", ["", "osc"])
def test_a_peer_that_sends_panic_back_is_obeyed_and_not_told_again(delay_s, origin):
    mirror = Mirror(delay_s)
    rig = Rig(mirror).play().run_to(0.3)
    start_s = rig.clock.now_s()
    rig.player.panic(origin)
    rig.run_for(0)
    mirror.reflect_for(rig, 5.0)
    told_s = [e[0] - start_s for e in mirror.of("panic")]
    assert told_s[0] == 0 and len(told_s) == 2 and told_s[1] <= 0.1 + 1e-9
    assert len(list(rig.sink.of("panic"))) > len(told_s)  # obeyed each time


def test_a_panic_of_a_person_ends_notes_at_any_time_and_is_told_when_it_is_no_reflection():
    mirror = Mirror(9.0)
    rig = Rig(mirror).play().run_to(0.3)
    rig.player.panic("osc")
    rig.run_to(0.47)  # 85 ms later, and 35 ms after its repetition
    rig.player.panic("osc")
    rig.run_for(0.06)
    assert rig.player.counts()["sounding"] == 0
    assert len(list(rig.sink.of("panic"))) == 4 and len(list(mirror.of("panic"))) == 2
    rig.player.panic("")  # from the page
    rig.run_for(0.2)
    assert len(list(mirror.of("panic"))) == 4
    rig.player.panic("osc")  # long after
    rig.run_for(0.2)
    assert len(list(mirror.of("panic"))) == 6


def test_after_a_stall_old_notes_are_skipped_ends_are_sent_and_the_position_is_told():
    rig = Rig().play()
    rig.player.offer(1, phrase((0, 1, 60), (1.5, 0.5, 64), (3, 0.5, 65)), ZEROS)
    rig.run_to(4.1)
    rig.clock.sleep_until(rig.at(6.6))
    rig.run_to(8)
    assert [n for n in rig.notes() if 4 <= n[0] < 8] == [
        [4, "on", 60],
        [5, "off", 60],
        [7, "on", 65],
        [7.5, "off", 65],
    ]
    assert rig.player.counts()["skipped"] == 1 and rig.player.counts()["jumps"] == 1
    assert [e[2] for e in rig.sink.of("continue")] == [6.75]
    pulses = [e[2] for e in rig.sink.of("clock")]
    assert 6.75 * 24 in pulses and 6 * 24 not in pulses


def test_after_a_long_sleep_the_bars_between_are_not_played():
    rig = Rig().play().run_to(2)
    rig.clock.advance(600)
    before = len(rig.sink.events)
    rig.run_for(0.01)
    assert len(rig.sink.events) - before < 60
    assert rig.player.show.bar >= 300


def test_a_short_delay_is_made_up_for_and_counted_late():
    rig = Rig().play().run_to(0.9)
    rig.clock.sleep_until(rig.at(1.1))
    rig.run_to(2)
    assert [e[2] for e in rig.sink.of("clock")] == list(
        range(max(e[2] for e in rig.sink.of("clock")) + 1)
    )
    assert rig.player.counts()["late"] > 0
    assert rig.player.lateness.percentiles_ms(100)[0] == pytest.approx(
        1000 * BEAT_S * (1.1 - 22 / 24), rel=0.01
    )


def test_a_phrase_for_a_far_or_past_bar_is_dropped():
    rig = Rig().play().run_to(8)
    for bar in (0, 1, 1000):
        rig.player.offer(bar, phrase((0, 1, 60)), ZEROS)
    rig.run_to(9)
    assert rig.player.counts()["phrases_dropped"] == 3


def test_prompt_sinks_hear_all_that_falls_together_before_the_others_hear_of_it():
    order = []

    class Listening(MemorySink):
        def __init__(self, prompt):
            super().__init__()
            self.prompt = prompt

        def note_on(self, time_s, note):
            order.append((self.prompt, note.pitch))

    rig = Rig(Listening(False), Listening(True)).play()
    rig.player.offer(1, phrase((1.0, 0.5, 60), (1.0, 0.5, 64)), ZEROS)
    rig.run_to(5.25)
    assert order[-4:] == [(True, 60), (True, 64), (False, 60), (False, 64)]


def test_warming_up_sends_nothing_and_loses_nothing():
    warmed, plain = (Rig().play() for _ in range(2))
    for rig in (warmed, plain):
        rig.player.offer(1, phrase((0.0, 1.0, 60), (2.0, 0.5, 64)), ZEROS)
    for eighth in range(1, 24):
        warmed.run_to(eighth / 2)
        warmed.player.warm()
    plain.run_to(11.5)
    assert (
        warmed.sink.events == plain.sink.events and warmed.player.counts() == plain.player.counts()
    )


def test_a_sink_that_fails_is_counted_and_the_others_play():
    class Broken(MemorySink):
        name = "broken"

        def note_on(self, time_s, note):
            raise OSError("the cable is out")

    rig = Rig(Broken()).play().run_to(4)
    assert len(rig.notes("on")) == 8
    assert rig.player.counts()["sink_errors"] == 8 and "the cable is out" in rig.player.last_error


def test_resume_goes_on_in_the_middle_of_the_bar():
    first = Rig().play().run_to(5)
    second = Rig()
    second.clock.sleep_until(first.clock.now_s() + 0.55)  # beat 6.1
    second.player.recall(phrase((0, 1, 60), (2.5, 1, 62)), ZEROS)
    second.player.resume(first.player.show.timeline)
    second.beat0_s = first.beat0_s
    second.run_to(9)
    assert second.notes() == [[6.5, "on", 62], [7.5, "off", 62], [8, "on", 60]]
    assert second.sink.events[0][1:] == ["continue", 6.25]
    assert next(second.sink.of("clock"))[2] == 6.25 * 24


def test_a_flood_of_commands_is_bounded_but_panic_is_taken():
    rig = Rig()
    for _ in range(10_000):
        rig.player.set_value("swing", 0.1)
    assert rig.player.counts()["refused"] > 5000
    rig.player.panic()
    rig.run_for(0.01)
    assert len(list(rig.sink.of("panic"))) == 1


def test_finish_ends_everything():
    rig = Rig().play().run_to(0.3)
    rig.player.finish(rig.clock.now_s())
    assert [e[1] for e in rig.sink.events][-3:] == ["off", "stop", "panic"]
    assert rig.player.counts()["sounding"] == 0


def test_who_asked_and_when_is_passed_on_to_the_engines():
    rig = Rig()
    rig.player.play("page", 99.5)
    rig.player.step(rig.clock.now_s())
    rig.beat0_s = rig.player.show.timeline.time_of(0)
    rig.player.offer(1, phrase((0, 1, 60)), ZEROS, "engine", 100.1)
    rig.run_to(3.9)
    rig.player.set_value("tempo", 90.0, "osc", 101.9)
    rig.player.nudge(0.01, "page", 101.95)
    rig.run_for(0.01)
    rig.player.stop("display", 102.0)
    rig.run_for(0.01)
    changes = [
        (type(m).__name__, m.origin, m.asked_s)
        for m in rig.said
        if isinstance(m, TimelineChange | Committed)
    ]
    played_s = next(m.time_s for m in rig.said if isinstance(m, Committed)) - LEAD_S
    assert changes == [
        ("TimelineChange", "page", 99.5),
        ("Committed", "player", played_s),  # what it plays by itself
        ("Committed", "engine", 100.1),
        ("TimelineChange", "osc", 101.9),
        ("TimelineChange", "page", 101.95),
        ("TimelineChange", "display", 102.0),
    ]

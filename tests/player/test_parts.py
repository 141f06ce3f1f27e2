"""Bars, held notes, lateness, memory, housekeeping, and the thread that steps."""

import queue
import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock, SystemClock
from livesyn.base.types import Note, Phrase
from livesyn.music.played import STORED, as_played, swung_beat
from livesyn.player import snapshot
from livesyn.player.core import Player
from livesyn.player.held import HeldNotes
from livesyn.player.housekeeping import MAX_JOBS, Housekeeping
from livesyn.player.lateness import WINDOW, Lateness
from livesyn.player.scheduler import BEAT_S, Scheduler
from livesyn.sinks.base import MemorySink
from livesyn.transport.timeline import Timeline

PATIENCE_S = 5.0


@given(st.floats(0, 4), st.floats(1e-3, 4), st.floats(0, 0.75))
def test_swing_keeps_order_and_the_beat(beat, more, swing):
    assert swung_beat(beat + more, swing) > swung_beat(beat, swing)
    assert swung_beat(round(beat * 2) / 2, swing) == round(beat * 2) / 2
    assert swung_beat(beat, 0) == pytest.approx(beat)


def test_a_third_of_swing_makes_triplets():
    assert swung_beat(0.25, 1 / 3) == pytest.approx(0.5 * 2 / 3)


@given(
    st.lists(st.builds(Note, st.floats(-1, 8), st.floats(0, 8), st.integers(0, 127)), max_size=10),
    st.floats(0, 0.75),
)
def test_what_is_played_lies_in_the_bar_in_order(notes, swing):
    played = as_played(Phrase(tuple(notes), 8), swing)
    assert played.length_beats == 4
    assert list(played.notes) == sorted(played.notes, key=lambda n: n.start_beats)
    assert all(
        0 <= n.start_beats < 4 and n.duration_beats > 0 and n.end_beats <= 4 + 1 / 64
        for n in played.notes
    )
    assert len(played.notes) == sum(0 <= n.start_beats < 4 for n in notes)


def test_the_stored_phrase_is_a_melody_of_one_voice():
    for half in STORED:
        assert half.length_beats == 4 and half.notes
        assert (
            all(a.end_beats <= b.start_beats for a, b in pairwise(half.notes))
            and half.notes[-1].end_beats <= 4
        )


def test_held_notes_know_who_sounds():
    held, first, second = HeldNotes(), Note(0, 1, 60), Note(0, 1, 60)
    assert held.strike(first) is None and held.strike(second) is first
    assert not held.release(first) and held.release(second) and not held.release(second)
    held.strike(first)
    held.strike(Note(0, 1, 60, channel=2))
    assert len(held) == 2 and len(held.release_all()) == 2 and len(held) == 0


def test_lateness_counts_and_forgets():
    lateness = Lateness()
    assert lateness.percentiles_ms(50, 99) == [0, 0]
    for _ in range(99):
        lateness.add(0.001)
    lateness.add(0.005)
    assert (
        lateness.percentiles_ms(50, 99) == [pytest.approx(1), pytest.approx(5)]
        and lateness.late == 1
    )
    for _ in range(WINDOW):
        lateness.add(0)
    assert lateness.percentiles_ms(100) == [0] and lateness.late == 1


def test_a_memory_comes_back_as_it_was(tmp_path):
    kept = snapshot.ShowSnapshot(
        12.5,
        {"tempo": 99.0},
        Timeline(4, 10, 99),
        True,
        (Phrase((Note(0, 1, 60),), 4), (0.5,) * 12),
        {"midi": ("synth:in",)},
    )
    kept.save(tmp_path / "show")
    assert snapshot.load(tmp_path / "show") == kept
    assert kept.is_fresh(20) and not kept.is_fresh(100) and not kept.is_fresh(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        '{"saved_s": 1, "params": 3}',
        '{"saved_s":1,"params":{},"timeline":{"beat":0,"time_s":0,"bpm":-1},"playing":true,"last":null,"peers":{}}',
        '{"saved_s":1,"params":{},"timeline":{"beat":0,"time_s":0,"bpm":1},"playing":true,"last":{"t":"phrase"},"peers":{}}',
    ],
)
def test_a_damaged_memory_is_none(tmp_path, text):
    (tmp_path / "show").write_text(text)
    assert snapshot.load(tmp_path / "show") is None
    assert snapshot.load(tmp_path / "absent") is None


def test_housekeeping_does_jobs_and_duties_and_survives_bad_ones():
    house, done, ticked = Housekeeping(SystemClock()), threading.Event(), threading.Event()
    house.every(0.01, ticked.set)

    def bad() -> None:
        raise ZeroDivisionError

    house.defer(bad)
    house.defer(done.set)
    house.start()
    assert done.wait(PATIENCE_S) and ticked.wait(PATIENCE_S)
    house.stop()
    assert house.failures == 1 and "ZeroDivisionError" in house.last_error


def test_jobs_that_nobody_does_are_dropped():
    house = Housekeeping(SystemClock())
    for _ in range(MAX_JOBS + 5):
        house.defer(lambda: None)
    assert house.dropped == 5


class Signalling(MemorySink):
    def __init__(self):
        super().__init__()
        self.struck, self.panicked = threading.Event(), threading.Event()

    def note_on(self, time_s, note):
        super().note_on(time_s, note)
        self.struck.set()

    def panic(self, time_s):
        super().panic(time_s)
        self.panicked.set()


def test_duties_step_aside_for_what_is_due():
    clock, did = SystemClock(), threading.Event()
    due_s, began_s = clock.now_s() + 0.05, []
    house = Housekeeping(clock, due_s=lambda: due_s)

    def duty():
        began_s.append(clock.now_s())
        if began_s[-1] > due_s:
            did.set()

    house.every(0.0, duty)
    house.defer(lambda: None)
    house.start()
    while not did.is_set() and clock.now_s() < due_s + PATIENCE_S:
        house.defer(lambda: None)
    house.stop()
    assert did.is_set() and not [at_s for at_s in began_s if due_s - 0.002 < at_s < due_s]


def test_the_scheduler_wakes_for_commands_and_ends_notes_when_it_leaves():
    sink = Signalling()
    player = Player((sink,), SystemClock())
    scheduler = Scheduler(player)
    scheduler.start()
    player.play()
    assert sink.struck.wait(PATIENCE_S)
    player.panic()
    assert sink.panicked.wait(PATIENCE_S)
    assert scheduler.stop()
    assert len(list(sink.of("on"))) == len(list(sink.of("off"))) and sink.events[-1][1] == "panic"
    assert scheduler.realtime_words


def test_a_scheduler_that_fails_ends_notes_and_says_so():
    sink = Signalling()
    sentences: queue.SimpleQueue[str] = queue.SimpleQueue()

    class Doomed(Player):
        def step(self, now_s):
            if sink.struck.is_set():
                raise RuntimeError("the roof is on fire")
            return super().step(now_s)

    player = Doomed((sink,), SystemClock())
    scheduler = Scheduler(player, sentences.put)
    player.play()
    scheduler.start()
    assert sentences.get(timeout=PATIENCE_S) == "the scheduler failed: the roof is on fire"
    assert scheduler.stop() and sentences.empty()
    assert len(list(sink.of("on"))) == len(list(sink.of("off"))) > 0


def test_the_scheduler_itself_says_that_it_lives_and_only_while_it_steps():
    beats_s: queue.SimpleQueue[float] = queue.SimpleQueue()
    stuck, let_go = threading.Event(), threading.Event()

    class Wedged(Player):
        def step(self, now_s):
            if stuck.is_set():
                let_go.wait(PATIENCE_S)  # a driver that keeps the thread
            return super().step(now_s)

    scheduler = Scheduler(Wedged((), SystemClock()), beat=beats_s.put)
    scheduler.start()
    times_s = [beats_s.get(timeout=PATIENCE_S) for _ in range(3)]
    assert all(after - before >= BEAT_S for before, after in pairwise(times_s))
    stuck.set()
    while not beats_s.empty():
        beats_s.get()
    with pytest.raises(queue.Empty):
        beats_s.get(timeout=2 * BEAT_S)
    let_go.set()
    assert scheduler.stop()


def test_a_beat_waits_for_room_but_not_for_ever():
    beats_s: list[float] = []
    player = Player((), ManualClock(100.0))
    scheduler = Scheduler(player, beat=beats_s.append)
    for player.stepped_s, left_s in (
        (100.0, 0.1),
        (100.1, 0.1),  # not yet
        (100.21, 0.001),  # a note is due
        (100.22, 0.006),
        (100.43, 0.001),
        (100.63, 0.001),  # something is due all the time
    ):
        scheduler._beat_when_due(left_s)
    assert beats_s == [100.0, 100.22, 100.63]

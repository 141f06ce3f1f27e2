"""Changes that wait for their line, and what is modulated, in the show's state and its player."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import ConfigError
from livesyn.base.types import Note, Phrase
from livesyn.control.modulation import EMPTY, SHAPES, Row
from livesyn.control.quantise import Waiting
from livesyn.ipc import messages
from livesyn.ipc.channel import outbox
from livesyn.player import snapshot
from livesyn.player.audience import EnginesAndSinks
from livesyn.player.core import Player
from livesyn.player.newest import Change
from livesyn.player.osc_control import OscControl
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink
from livesyn.sinks.osc_packets import message, text_message
from livesyn.transport.timeline import Timeline


class Stage:
    """A player and its state on a clock set by hand, as `player.process` wires them."""

    def __init__(self, rows: Sequence[Row] = (), waiting: Sequence[Waiting] = ()) -> None:
        self.clock, self.sink = ManualClock(50.0), MemorySink()
        self.told: list[Any] = []
        self.echoes: list[Change] = []
        self.woken = 0
        values = {"tempo": 120.0}  # a beat is half a second
        self.player = Player((self.sink,), self.clock, values, notify=self.told.append)
        self.state = ShowState(
            self.player,
            self.clock,
            values,
            self.echoes.extend,
            lambda name, value: self.player.tell("param", name, value),
            timeline=lambda: self.player.show.timeline if self.player.show.playing else None,
            audience=EnginesAndSinks(
                self.told.append, self.player.tell, lambda name: self.state.course.values[name]
            ),
            rows=rows,
            waiting=waiting,
            wake=self.wake,
        )
        self.player.value_at = lambda name, beat: self.state.course.value(name, beat)
        self.control = OscControl(
            self.state, port=0, clock=self.clock, dump_modulation=self.state.report_modulation
        )

    def wake(self) -> None:
        self.woken += 1

    def play(self) -> None:
        self.state.transport("play")
        self.player.step(self.clock.now_s())
        self.to_beat(0.0)

    def to_beat(self, beat: float) -> None:
        """Let everything happen that is due up to `beat`."""
        end_s = self.player.show.timeline.time_of(beat)
        while self.clock.now_s() < end_s:
            now_s = self.clock.now_s()
            due_s = min(self.player.step(now_s), self.state.step(now_s), end_s)
            self.clock.sleep_until(max(due_s, now_s + 1e-4))
        self.player.step(self.clock.now_s())
        self.state.step(self.clock.now_s())

    def set(self, name: str, value: float) -> None:
        self.state.set_param(name, value, "osc")

    def own(self, name: str) -> float:
        return self.state.params()[name]

    def of(self, kind: type) -> list[Any]:
        return [told for told in self.told if isinstance(told, kind)]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def quantised(stage: Stage, quantum: str) -> None:
    stage.set("quantise", float(params.QUANTA.index(quantum)))


def test_a_change_waits_for_its_line_is_seen_to_wait_and_takes_effect_there(stage):
    quantised(stage, "bar")
    stage.play()
    stage.to_beat(1.0)
    before = len(stage.echoes)
    stage.set("glide", 9.0)
    assert stage.own("glide") == 1.5 and len(stage.echoes) == before and stage.woken
    stage.to_beat(1.1)
    (waiting,) = stage.of(messages.ChangesWaiting)[-1].changes
    assert (waiting.name, waiting.value, waiting.beat, waiting.origin) == ("glide", 9.0, 4.0, "osc")
    assert list(stage.sink.of("waiting")) == [[0.0, "waiting", "glide", 9.0, 4.0]]
    stage.to_beat(3.99)
    assert stage.own("glide") == 1.5
    stage.to_beat(4.0)
    assert stage.own("glide") == 9.0 and not stage.of(messages.ChangesWaiting)[-1].changes
    assert stage.echoes[-1] == ("glide", 9.0, "osc", waiting.asked_s)  # who asked, and when


def test_what_is_direct_never_waits_nor_do_panic_and_tap(stage):
    quantised(stage, "4 bars")
    stage.play()
    for row in params.TABLE:
        if row.direct and row.name != "quantise":
            stage.set(row.name, row.high)
            assert stage.own(row.name) == row.high
    stage.set("glide", 9.0)
    for _ in range(2):
        stage.state.transport("tap")
        stage.clock.advance(0.5)
    stage.state.panic()
    stage.player.step(stage.clock.now_s())
    assert stage.player.show.timeline.bpm == pytest.approx(120)
    assert list(stage.sink.of("panic")) and stage.own("glide") == 1.5


def test_a_transport_that_stands_or_stops_makes_nothing_wait(stage):
    quantised(stage, "4 bars")
    stage.set("glide", 3.0)
    assert stage.own("glide") == 3.0
    stage.play()
    stage.to_beat(1.0)
    stage.set("glide", 4.0)
    stage.state.transport("stop")
    stage.player.step(stage.clock.now_s())
    stage.state.step(stage.clock.now_s())
    assert stage.own("glide") == 4.0


def test_a_line_of_a_run_before_is_not_waited_for():
    stage = Stage(waiting=(Waiting("glide", 9.0, 400.0, "osc", 0.0),))
    stage.play()
    assert stage.own("glide") == 9.0


def test_now_is_the_last_word_over_what_waits(stage):
    quantised(stage, "bar")
    stage.play()
    stage.set("glide", 9.0)
    quantised(stage, "now")
    stage.set("glide", 2.0)
    stage.to_beat(8.0)
    assert stage.own("glide") == 2.0


def test_the_engine_s_lead_counts_for_music_alone(stage):
    quantised(stage, "bar")
    stage.state.set_engine_lead(0.9)
    stage.play()
    stage.to_beat(2.5)  # 750 ms before the line
    stage.set("temperature", 1.0)
    stage.set("glide", 9.0)
    assert {c.name: c.beat for c in stage.state._movement._queue} == {
        "temperature": 8.0,
        "glide": 4.0,
    }


def offered(stage: Stage, bar: int) -> None:
    notes = tuple(Note(i / 4, 0.25, 60, 90, 1) for i in range(16))
    stage.player.offer(bar, Phrase(notes, 4.0), (0.0,) * 12)


def test_the_very_bar_that_begins_at_the_line_is_played_with_the_change(stage):
    """Swing is the player's: bar 2 is settled 200 ms before its line, and swings all the same."""
    quantised(stage, "bar")
    stage.play()
    for bar in (1, 2, 3):
        offered(stage, bar)
    stage.to_beat(6.5)
    stage.set("swing", 0.5)
    stage.to_beat(16.0)
    bars = {event[2]: event[3].notes for event in stage.sink.of("bar")}
    assert bars[1][1].start_beats == 0.25
    assert bars[2][1].start_beats == bars[3][1].start_beats == 0.375


def test_the_matrix_moves_a_value_around_its_own_and_lets_it_go(stage):
    stage.play()
    for field, value in (("source", "square"), ("target", "glide"), ("depth", 0.1)):
        stage.state.set_modulation(0, field, value, "page")
    stage.to_beat(1.0)
    assert stage.of(messages.Moved)[-1].values == {"glide": 4.5} and stage.own("glide") == 1.5
    stage.to_beat(2.5)
    assert stage.of(messages.Moved)[-1].values == {"glide": 0.0}
    row = stage.of(messages.ModulationChange)[-1]
    assert (row.row, row.value, row.origin) == (1, Row("square", target="glide", depth=0.1), "page")
    stage.state.set_modulation(0, "on", 0)
    stage.to_beat(2.6)
    assert stage.of(messages.Moved)[-1].values == {}
    assert [event[2] for event in stage.sink.of("moved")][-1] == {"glide": 1.5}


def test_it_is_looked_at_thirty_times_a_second_and_slept_while_nothing_moves(stage):
    stage.play()
    assert stage.state.step(stage.clock.now_s()) == float("inf")
    stage.set("glide", 15.0)
    stage.state.set_modulation(3, "target", "glide")
    stage.state.set_modulation(3, "depth", 0.2)
    stage.to_beat(2.0)
    before = len(stage.of(messages.Moved))
    stage.to_beat(4.0)
    assert 28 <= len(stage.of(messages.Moved)) - before <= 32


def test_who_comes_later_is_told_what_is_moved_though_it_stands(stage):
    for field, value in (("source", "square"), ("target", "glide"), ("depth", 0.1)):
        stage.state.set_modulation(0, field, value, "page")
    stage.state.step(stage.clock.now_s())
    stage.clock.advance(1.0)
    stage.state.step(stage.clock.now_s())
    assert len(stage.of(messages.Moved)) == 1
    stage.state.tell_moved_again()
    stage.state.step(stage.clock.now_s())
    assert [told.values for told in stage.of(messages.Moved)] == [{"glide": 4.5}] * 2


def test_sources_from_outside(stage):
    stage.play()
    stage.state.set_modulation(0, "source", "low")
    stage.state.set_modulation(0, "target", "morph")
    stage.state.set_modulation(0, "depth", 1)
    stage.state.set_modulation(0, "mode", "one-way")
    woken = stage.woken
    stage.state.hear({"high": 0.9})
    assert stage.woken == woken
    stage.state.hear({"low": 0.25})
    assert stage.woken == woken + 1
    stage.to_beat(0.5)
    told = stage.of(messages.Moved)[-1]
    assert told.values == {"morph": 0.25} and told.sources == {"low": 0.25}


def test_a_modulated_swing_is_that_of_the_bar_s_line(stage):
    stage.state.set_modulation(0, "source", "saw up")
    stage.state.set_modulation(0, "period", "4 bars")
    stage.state.set_modulation(0, "target", "swing")
    stage.state.set_modulation(0, "mode", "one-way")
    stage.state.set_modulation(0, "depth", 1)
    stage.play()
    for bar in range(1, 6):
        offered(stage, bar)
    stage.to_beat(23.0)
    swings = [event[3].notes[1].start_beats for event in stage.sink.of("bar")][1:6]
    expected = [0.25 + 0.25 * 0.75 * (bar % 4) / 4 for bar in range(1, 6)]
    assert swings == pytest.approx(expected)


def test_rows_are_set_and_told_by_osc(stage):
    control = stage.control
    control.hear(text_message("/livesyn/modulation/2/source", "triangle"), "127.0.0.1")
    control.hear(text_message("/livesyn/modulation/2/target", "kick"), "127.0.0.1")
    control.hear(message("/livesyn/modulation/2/depth", 7.0), "127.0.0.1")
    control.hear(message("/livesyn/modulation/2/period", 4.0), "127.0.0.1")
    assert stage.state.course.rows[1] == Row("triangle", "1 bar", 0.0, "kick", 1.0)
    assert [event[2:] for event in stage.sink.of("modulation")] == [
        [2, "source", "triangle"],
        [2, "target", "kick"],
        [2, "depth", 1.0],
        [2, "period", "1 bar"],
    ]
    said: list[str] = []
    control._refusals._say = said.append  # type: ignore[assignment]
    for packet in (
        text_message("/livesyn/modulation/2/target", "tempo"),
        text_message("/livesyn/modulation/2/source", "saw sideways"),
        message("/livesyn/modulation/2/depth"),
        message("/livesyn/modulation/17/depth", 0.5),
    ):
        control.hear(packet, "127.0.0.1")
    assert control.ignored == 3 and control.unknown == 1
    assert any("tempo cannot be modulated" in sentence for sentence in said)
    control.hear(message("/livesyn/dump"), "127.0.0.1")
    assert len(list(stage.sink.of("modulation"))) == 4 + 7


def test_a_mirror_of_osc_ends(stage):
    stage.state.set_modulation(0, "depth", 0.5, "osc")
    for _ in range(50):
        stage.state.set_modulation(0, "depth", 0.5, "osc")
    assert len(list(stage.sink.of("modulation"))) == 1
    stage.clock.advance(0.2)
    stage.state.announce_due()
    assert len(list(stage.sink.of("modulation"))) <= 2


NAMES = ("glide", "temperature", "key", "swing", "tempo", "density_max")
SETS = st.tuples(st.just("set"), st.sampled_from(NAMES), st.floats(-10, 400))
QUANTUM = st.tuples(st.just("quantise"), st.sampled_from(params.QUANTA), st.just(0.0))
AHEAD = st.tuples(st.just("lookahead"), st.just(""), st.floats(0, 1000))
TRANSPORT = st.tuples(st.just("do"), st.sampled_from(("play", "stop", "nudge")), st.floats(-50, 50))
ON = st.tuples(st.just("on"), st.just(""), st.floats(0, 6))
ROWS = st.tuples(st.just("row"), st.sampled_from(SHAPES), st.floats(-1, 1))


@given(st.lists(st.one_of(SETS, SETS, QUANTUM, AHEAD, TRANSPORT, ON, ROWS), max_size=40))
def test_after_any_sequence_each_value_is_the_last_that_was_asked_for(asked):
    stage = Stage()
    stage.play()
    last: dict[str, float] = {}
    for word, what, number in asked:
        if word == "set":
            stage.set(what, number)
            last[what] = params.BY_NAME[what].clamp(number)
        elif word == "quantise":
            quantised(stage, what)
        elif word == "lookahead":
            stage.set("lookahead", number)
        elif word == "row":
            stage.state.set_modulation(0, "source", what)
            stage.state.set_modulation(0, "target", "glide")
            stage.state.set_modulation(0, "depth", number)
        elif word == "do":
            stage.state.transport(what, number)
        else:
            stage.clock.advance(number)
        now_s = stage.clock.now_s()
        stage.player.step(now_s)
        stage.state.step(now_s)
        for told in stage.of(messages.Moved)[-1:]:
            for name, value in told.values.items():
                assert params.BY_NAME[name].clamp(value) == value
    stage.clock.advance(60 / 20 * 40)  # the longest line, at the slowest tempo
    stage.state.step(stage.clock.now_s())
    assert {name: stage.own(name) for name in last} == last
    assert not stage.state._movement._queue


def test_the_snapshot_keeps_rows_and_what_waits(tmp_path: Path):
    path = tmp_path / "show"
    rows = (Row("low", target="kick", depth=0.5), *EMPTY[1:])
    waiting = (Waiting("glide", 9.0, 8.0, "osc", 49.0),)
    line = Timeline(3.0, 50.0, 120.0)
    snapshot.ShowSnapshot(
        50.0, params.defaults(), line, True, modulation=rows, waiting=waiting
    ).save(path)
    found = snapshot.load(path)
    assert found is not None and found.modulation == rows and found.waiting == waiting
    stage = Stage(found.modulation, found.waiting)
    assert stage.state.course.rows == rows
    path.write_bytes(path.read_bytes().replace(b'"low"', b'"loud"'))
    assert snapshot.load(path) is None


def test_messages_arrive_as_they_were_sent_and_nothing_illegal_does():
    row = Row("triangle", target="kick", depth=-0.5)
    for told in (
        messages.ModulationChange(16, row, origin="osc", asked_s=1.0),
        messages.ChangesWaiting((Waiting("glide", 9.0, 8.0, "osc", 49.0),)),
        messages.Moved({"glide": 2.0}, {"low": 0.5}),
    ):
        assert messages.decode(messages.encode(told), messages.FromPlayer) == told
    line = messages.encode(messages.ModulationChange(1, row, origin="osc", asked_s=1.0))
    for bad in (
        line.replace(b"triangle", b"trapezoid"),
        line.replace(b"-0.5", b"-1.5"),
        line.replace(b'"row":1', b'"row":17'),
        line.replace(b"kick", b"tempo"),
    ):
        with pytest.raises(messages.MessageError):
            messages.decode(bad, messages.FromPlayer)


def test_of_what_moves_the_newest_waits_for_a_slow_engine():
    box = outbox()
    for n in range(100):
        box.put(messages.Moved({"glide": n / 10}, {}))
        box.put(messages.ModulationChange(1 + n % 2, Row(phase=n / 100), origin="", asked_s=0.0))
    found = [box.take() for _ in range(len(box))]
    assert len(found) == 3 and box.dropped == 0
    assert [m.values for m in found if isinstance(m, messages.Moved)] == [{"glide": 9.9}]


def test_a_field_that_is_not_legal_is_refused(stage):
    with pytest.raises(ConfigError):
        stage.state.set_modulation(0, "target", "tmpo")
    assert stage.state.course.rows == EMPTY and not stage.of(messages.ModulationChange)

"""A show and its standby on two clocks that know nothing of each other, and a line with a delay."""

from __future__ import annotations

import heapq
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.config.sections import Standby as StandbyConfig
from livesyn.control.leading import RETURN_S, SILENT_S
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import ROWS, Row
from livesyn.ipc import messages
from livesyn.ipc.messages import FromStandby, ToStandby, Welcome, decode, encode
from livesyn.player.audience import EnginesAndSinks
from livesyn.player.core import TOLD_MUTED, Player
from livesyn.player.standby import PING_S, Standby
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink, NullSink

TURN_S = 0.001
BAR_S = 2.0  # at 120 bpm


class Show:
    """A player with one end of the line, and a clock that is `ahead_s` of the world's."""

    def __init__(self, config: StandbyConfig, ahead_s: float, seed: int = 0):
        self.clock, self.sink = ManualClock(100.0 + ahead_s), MemorySink()
        self.said: list[str] = []
        self.rows: tuple[MapRow, ...] = ()
        self.stopped = False  # its process stands still
        self.end: Standby
        tell = lambda *told: self.end.tell(*told)  # noqa: E731
        self.player = Player((self.sink,), self.clock, notify=tell)
        self.state = ShowState(
            self.player,
            self.clock,
            echo=lambda changes: tell(
                *(
                    messages.ParamChange(c.name, c.value, origin=c.origin, asked_s=0)
                    for c in changes
                )
            ),
            timeline=lambda: self.player.show.timeline if self.player.show.playing else None,
            audience=EnginesAndSinks(tell, self.player.tell, lambda name: 0.0),
        )
        self.end = Standby(
            config,
            self.clock,
            self.player,
            self.state,
            welcome=self.welcome,
            replace_map=lambda rows: setattr(self, "rows", rows),
            say=self.said.append,
            seed=seed,
        )
        self.state.take_over = self.end.take_over
        if self.end._server is not None:
            self.end._server.stop()  # it never began

    def welcome(self) -> Welcome:
        show, course = self.player.show, self.state.course
        line = messages.Timeline.of(show.timeline)
        told = self.state.params()
        return Welcome(
            5,
            line,
            told,
            show.playing,
            show.bar,
            course.rows,
            course.waiting,
            0,
            chord=self.state.chord,
        )

    def turn(self, looks: bool) -> None:
        if not self.stopped:
            now_s = self.clock.now_s()
            if looks:
                self.end.step(now_s)
            self.state.step(now_s)
            self.player.step(now_s)

    def times(self, *kinds: str) -> list[float]:
        return [event[0] for event in self.sink.of(*kinds)]

    def sounding(self) -> set[int]:
        sounding: set[int] = set()
        for event in self.sink.events:
            if event[1] == "on":
                sounding.add(event[3])
            elif event[1] == "off":
                sounding.discard(event[3])
            elif event[1] == "panic":
                sounding.clear()
        return sounding


class Stage:
    """The two, and the network between them; both ways take some time, not the same."""

    def __init__(self, ahead_s: float = 86_400.0, there_s: float = 0.002, back_s: float = 0.003):
        self.first = Show(StandbyConfig(serve="4000"), 0.0)
        self.second = Show(StandbyConfig(of="first"), ahead_s)
        self.ahead_s, self.cut, self.now_s = ahead_s, False, 0.0
        self._ways = {"there": there_s, "back": back_s}
        self._under_way: list[tuple[float, int, str, bytes]] = []
        self._serial = self._turns = 0
        stage = self

        class Server:
            def tell(self, *told):
                stage.send("back", *told)

            def stop(self): ...

        class Link:
            connected, connections, redials = True, 1, 0

            def send(self, message):
                stage.send("there", message)
                return True

            def redial(self):
                self.redials += 1

        self.first.end._server = cast(Any, Server())
        self.second.end._link = self.link = cast(Any, Link())

    def send(self, way: str, *told: messages.Message) -> None:
        for message in () if self.cut else told:
            self._serial += 1
            due_s = self.now_s + self._ways[way]
            heapq.heappush(self._under_way, (due_s, self._serial, way, encode(message)))

    def run(self, seconds: float) -> Stage:
        for _ in range(round(seconds / TURN_S)):
            self.now_s += TURN_S
            self._turns += 1
            for show in (self.first, self.second):
                show.clock.advance(TURN_S)
            held = []
            while self._under_way and self._under_way[0][0] <= self.now_s:
                way = self._under_way[0][2]
                receiver = self.first if way == "there" else self.second
                if receiver.stopped:
                    held.append(heapq.heappop(self._under_way))  # it waits in the socket
                    continue
                line = heapq.heappop(self._under_way)[3]
                if way == "there":
                    self.first.end._hear_standby(decode(line, FromStandby))
                else:
                    self.second.end._hear_leader(decode(line, ToStandby))
            for kept in held:
                heapq.heappush(self._under_way, kept)
            for show in (self.first, self.second):
                show.turn(self._turns % round(PING_S / TURN_S) == 0)
        return self

    def apart_s(self) -> float:
        """How far the second's bars are from the first's, in the world's time."""
        first, second = (show.player.show.timeline for show in (self.first, self.second))
        return second.time_of(40) - self.ahead_s - first.time_of(40)


@pytest.fixture
def stage():
    """Both play, and the second follows."""
    stage = Stage().run(0.3)
    stage.first.state.transport("play")
    return stage.run(1.0)


@pytest.mark.parametrize("ahead_s", [0.0, 86_400.0, -99.0])
def test_the_standby_plays_the_same_beats_by_a_clock_of_its_own(ahead_s):
    stage = Stage(ahead_s).run(0.3)
    stage.first.state.transport("play")
    stage.run(1.0)
    assert stage.second.player.show.playing
    assert abs(stage.apart_s()) <= 0.0015  # half the round trip less half its way, and a turn
    stage.first.state.set_param("tempo", 173.0)
    stage.run(0.5)
    assert stage.second.player.show.timeline.bpm == 173.0 and abs(stage.apart_s()) <= 0.0015
    stage.first.state.transport("nudge", 150.0)
    stage.run(0.2)
    assert abs(stage.apart_s()) <= 0.0015
    stage.first.state.transport("stop")
    assert not stage.run(0.2).second.player.show.playing
    stage.first.state.transport("play")
    stage.run(0.3)
    assert stage.second.player.show.playing and abs(stage.apart_s()) <= 0.0015
    assert stage.second.player.show.bar == stage.first.player.show.bar


def test_a_standby_that_comes_later_is_told_the_whole_show_and_then_what_changes():
    stage = Stage()
    stage.cut = True
    stage.run(1.0)  # the first has found that nobody else leads
    first, second = stage.first, stage.second
    first.state.set_param("temperature", 0.42)
    first.state.set_modulation(2, "target", "swing")
    first.state.set_chord((60, 64, 67))
    first.state.transport("play")
    stage.run(9.0)
    stage.cut = False
    stage.link.connections += 1
    stage.run(0.5)
    assert second.state.params() == first.state.params()
    assert second.state.course.rows == first.state.course.rows
    assert second.state.chord == (60, 64, 67)
    assert second.player.show.bar == first.player.show.bar and abs(stage.apart_s()) <= 0.0015
    first.state.set_param("quantise", params.row("quantise").choices.index("bar"))
    first.state.set_param("radius", 1.3)
    first.state.set_modulation(0, "depth", 0.5)
    first.state.set_chord((57, 60, 64))
    stage.run(0.1)
    assert second.state.chord == (57, 60, 64)
    (waiting,) = second.state.course.waiting
    assert (waiting.name, waiting.value) == ("radius", 1.3)
    stage.run(2 * BAR_S)
    assert second.state.params()["radius"] == 1.3 and not second.state.course.waiting
    assert second.state.course.rows == first.state.course.rows


def test_a_standby_sends_nothing_while_it_follows(stage):
    stage.run(3 * BAR_S)
    assert stage.first.times("on")
    assert {event[1] for event in stage.second.sink.events} <= {"param", "panic"} - {
        "panic",
        "param",
    }


def test_it_takes_over_within_a_bar_with_a_panic_before_its_first_note(stage):
    stage.run(BAR_S)
    first, second = stage.first, stage.second
    assert first.sounding()  # and nobody will end it
    died_s = stage.second.clock.now_s()
    first.stopped = stage.cut = True
    stage.run(BAR_S)
    panic_s, on_s = second.times("panic")[0], second.times("on")[0]
    assert died_s + SILENT_S <= panic_s <= on_s < died_s + BAR_S
    kinds = [event[1] for event in second.sink.events if event[1] != "off"]
    assert kinds[:2] == ["panic", "continue"]
    assert second.end.leads and "has taken over" in second.said[-1]
    stage.run(3 * BAR_S)
    second.state.transport("stop")
    assert not stage.run(0.1).second.sounding()


def test_a_leader_that_stood_still_comes_back_muted_and_follows(stage):
    stage.run(BAR_S)
    first, second = stage.first, stage.second
    first.stopped = True
    stage.run(3.0)
    assert second.end.leads
    back_s = first.clock.now_s()
    first.stopped = False
    second.state.set_param("temperature", 0.77)  # who leads is followed, whoever it is
    stage.run(2 * BAR_S)
    assert not first.end.leads and second.end.leads
    assert not [time_s for time_s in first.times("on") if time_s >= back_s]
    assert not first.sounding()  # what it held, it ended
    assert first.state.params()["temperature"] == 0.77
    assert abs(stage.apart_s()) <= 0.0015
    assert any("this show is muted" in sentence for sentence in first.said)


def test_a_pause_too_short_for_the_standby_to_notice_mutes_for_a_moment_only(stage):
    first, second = stage.first, stage.second
    first.stopped = True
    stage.run(0.4)
    first.stopped = False
    stage.run(BAR_S)
    assert first.end.leads and not second.end.leads
    assert first.times("on")[-1] > first.clock.now_s() - BAR_S


def test_a_standby_that_stood_still_itself_does_not_take_it_for_the_others_silence(stage):
    stage.second.stopped = True
    stage.run(10.0)
    stage.second.stopped = False
    stage.run(1.0)
    assert stage.first.end.leads and not stage.second.end.leads
    assert abs(stage.apart_s()) <= 0.0015


def test_a_hung_scheduler_is_silence_whatever_else_still_answers(stage):
    stage.first.player.step = lambda now_s: now_s  # type: ignore[method-assign]
    stage.run(SILENT_S + 0.5)
    assert stage.second.end.leads


def test_a_show_that_begins_again_while_its_standby_plays_stays_muted(stage):
    stage.first.stopped = stage.cut = True
    stage.run(1.0)
    again = Show(StandbyConfig(serve="4000"), 0.0)
    again.clock.advance(stage.now_s)
    again.end._server, stage.first, stage.cut = stage.first.end._server, again, False
    stage.link.connections += 1
    again.player.play()
    stage.run(2 * RETURN_S)
    assert stage.second.end.leads and not again.end.leads
    assert not again.times("on") and stage.second.times("on")


def test_on_a_key_the_lead_goes_over_and_back(stage):
    first, second = stage.first, stage.second
    assert second.state.transport("take_over", None, "page")
    stage.run(0.2)
    assert second.end.leads and not first.end.leads and not first.sounding()
    assert any("page asked for it" in sentence for sentence in second.said)
    first.state.transport("take_over", None, "osc")
    stage.run(0.2)
    assert first.end.leads and not second.end.leads and not second.sounding()
    stage.run(10.0)
    assert first.end.leads and not second.end.leads


def test_a_show_that_was_told_to_end_is_not_played_on_for(stage):
    stage.first.end.stop(told=True)
    stage.first.stopped = True
    stage.run(5.0)
    assert not stage.second.end.leads and "was told to end" in stage.second.said[-1]
    stage.second.state.transport("take_over")
    stage.run(0.1)
    assert stage.second.end.leads


def test_a_standby_without_a_word_of_a_leader_waits_and_dials_again():
    stage = Stage()
    stage.cut = True
    stage.run(5.0)
    assert not stage.second.end.leads and stage.link.redials >= 3
    assert stage.first.end.leads  # it has waited for a word, and nobody answered


def test_a_second_standby_is_not_answered(stage):
    other = messages.Ping("other", 1.0, leads=True, term=9)
    stage.first.end._hear_standby(other)
    stage.run(1.0)
    assert stage.first.end.leads


def test_other_seeds_are_said():
    stage = Stage()
    stage.second.end._seed = 7
    stage.run(1.0)
    assert any("start it with --seed 0" in sentence for sentence in stage.second.said)


def test_without_a_standby_take_over_is_refused():
    show = ShowState(Player((), ManualClock()), ManualClock())
    assert not show.transport("take_over") and show.refused == 1


NUMBERS = some.floats(-1e9, 1e9) | some.sampled_from((0.0, 1.0, 1e300, -1e300))
NAMES = some.sampled_from((*params.BY_NAME, "", "nothing", "tempo"))
LINES = some.builds(messages.Timeline, NUMBERS, NUMBERS, some.floats(1e-6, 1e6))
BY: dict[str, Any] = {"origin": some.text(max_size=3), "asked_s": NUMBERS}
WHOLE = some.integers(-(1 << 52), 1 << 52)
ANY = some.one_of(
    some.builds(messages.Ping, some.text(max_size=2), NUMBERS, some.booleans(), WHOLE),
    some.builds(messages.Pong, some.text(max_size=2), NUMBERS, NUMBERS, some.booleans(), WHOLE),
    some.builds(messages.Ask),
    some.builds(messages.Leaving),
    some.builds(messages.ParamChange, NAMES, NUMBERS, **BY),
    some.builds(messages.TimelineChange, LINES, some.booleans(), **BY),
    some.builds(messages.ModulationChange, some.integers(1, ROWS), some.builds(Row), **BY),
    some.builds(
        messages.Welcome, WHOLE, LINES, some.dictionaries(NAMES, NUMBERS), some.booleans(), WHOLE
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some.lists(ANY, max_size=6))
def test_whatever_the_other_says_the_show_goes_on_and_every_value_is_legal(said):
    stage = Stage().run(0.2)
    for message in said:
        stage.second.end._hear_leader(message)
        stage.first.end._hear_standby(message)
        stage.run(0.005)
    for show in (stage.first, stage.second):
        for name, value in show.state.params().items():
            assert params.row(name).clamp(value) == value


class Names(NullSink):
    """Keeps the names of all that it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and callable(getattr(NullSink, name, None)):
            self.told.append(name)
        return super().__getattribute__(name)


def test_a_muted_sink_hears_of_nothing_that_it_would_say():
    sink = Names()
    player = Player((sink,), ManualClock(1.0))
    player.mute_at_once()
    for name, method in vars(NullSink).items():
        if callable(method) and not name.startswith("_"):
            player.tell(name)
    assert set(sink.told) == TOLD_MUTED

"""A Link session leads a show, as its readings say; the session itself is not there."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence

import pytest

from livesyn.base.clock import ManualClock, SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.params import LINK_MODES, SYNC
from livesyn.link.messages import Join, Order, Playing, Reading, Settle, Tempo
from livesyn.player import link_child
from livesyn.player.link_child import LinkChild
from livesyn.player.newest import Change
from livesyn.player.state import ShowState
from livesyn.player.sync import Sync
from tests.player.test_core import Rig


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Until a process has done something; fails after 10 s."""
    clock, pause = SystemClock(), threading.Event()
    until_s = clock.now_s() + 10.0
    while not condition():
        assert clock.now_s() < until_s, f"waited in vain for {what}"
        pause.wait(0.01)


class Stage(Rig):
    """A show at 120 bpm in a session that goes by `bpm`, from `beat` on."""

    def __init__(self, mode: str = "both", **values: float) -> None:
        super().__init__(**values)
        self.told: list[Order] = []
        self.sentences: list[str] = []
        self.bpm, self.playing, self.peers = 120.0, False, 1
        self._beat, self._at_s = 0.0, self.clock.now_s()
        self.state = ShowState(
            self.player,
            self.clock,
            {"tempo": 120.0},
            echo=self.echo,
            leader=lambda origin: self.sync.leader(origin),
            led=lambda: self.sync.led,
            say=self.sentences.append,
        )
        self.sync = Sync(self.player, self.clock, self.state.set_param, tell_link=self.told.append)
        self.state.set_param("link_mode", LINK_MODES.index(mode), "page")
        self.state.set_param("sync", SYNC.index("link"), "page")

    def echo(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self.sync.note(change.name, change.value, change.origin)

    def session_beat(self) -> float:
        return self._beat + (self.clock.now_s() - self._at_s) * self.bpm / 60

    def move(self, bpm: float, beat: float | None = None) -> None:
        self._beat = self.session_beat() if beat is None else beat
        self.bpm, self._at_s = bpm, self.clock.now_s()

    def stay(self, seconds: float) -> None:
        end_s = self.clock.now_s() + seconds
        while self.clock.now_s() < end_s - 1e-9:
            reading = Reading(
                self.session_beat(), self.clock.now_s(), self.bpm, self.peers, self.playing
            )
            self.sync.take_link(reading)
            self.sync.tick()
            self.run_for(0.05)

    def apart(self, beats: float = 4.0) -> float:
        apart = self.player.show.timeline.beat_at(self.clock.now_s()) - self.session_beat()
        return apart - round(apart / beats) * beats

    def orders(self, kind: type) -> list[Order]:
        return [order for order in self.told if isinstance(order, kind)]


def test_the_show_glides_to_the_session_and_loses_no_bar() -> None:
    stage = Stage().play()
    assert isinstance(stage, Stage)
    stage.move(133.0, beat=2.2)
    stage.stay(12.0)
    assert abs(stage.apart()) < 1e-6
    assert stage.player.show.timeline.bpm == 133.0
    assert stage.state.params()["tempo"] == 133.0
    bars = [event[2] for event in stage.sink.of("bar")]
    assert bars == list(range(len(bars)))
    assert stage.orders(Tempo) == [], "joining sends nothing"


def test_a_steady_session_is_not_nudged_again() -> None:
    stage = Stage().play()
    assert isinstance(stage, Stage)
    stage.stay(10.0)
    changes = len(stage.said)
    timeline = stage.player.show.timeline
    stage.stay(10.0)
    assert stage.player.show.timeline is timeline
    stage.move(140.0)
    stage.stay(10.0)
    after = [message for message in stage.said[changes:] if hasattr(message, "timeline")]
    assert len(after) == 1, "a tempo change is one change"


def test_a_hand_sets_the_sessions_tempo_in_both_and_not_in_follow() -> None:
    both, follow = Stage("both"), Stage("follow")
    for stage in (both, follow):
        stage.stay(0.2)
        stage.state.transport("tempo", 99.0, "page")
    assert both.orders(Tempo) == [Tempo(99.0)]
    assert follow.orders(Tempo) == [] and follow.state.params()["tempo"] == 120.0
    assert "the Link session leads the tempo" in follow.sentences[0]


def test_a_leader_insists_and_is_not_started_by_others() -> None:
    stage = Stage("lead")
    stage.sync.join_link()
    stage.move(90.0)
    stage.playing = True
    stage.stay(2.5)
    assert 1 < len(stage.orders(Tempo)) <= 3 and set(stage.orders(Tempo)) == {Tempo(120.0)}
    assert not stage.player.show.playing and stage.state.params()["tempo"] == 120.0


def test_starts_and_stops_go_both_ways_once() -> None:
    stage = Stage()
    stage.stay(0.3)
    stage.playing = True
    stage.stay(5.0)
    assert stage.player.show.playing and abs(stage.apart()) < 1e-6, "from a bar line of theirs"
    assert next(stage.sink.of("bar"))[2] == 0
    stage.playing = False
    stage.stay(0.3)
    assert not stage.player.show.playing and stage.orders(Playing) == []
    stage.state.transport("play", origin="page")
    stage.stay(0.3)
    assert stage.orders(Playing) == [Playing(True)]
    stage.playing = True
    stage.stay(0.3)
    stage.state.transport("stop", origin="page")
    stage.stay(0.3)
    assert stage.orders(Playing) == [Playing(True), Playing(False)]


def test_settings_are_passed_on_and_joining_says_where_the_show_is() -> None:
    stage = Stage().play()
    assert isinstance(stage, Stage)
    stage.state.set_param("quantum", 8.0, "page")
    assert stage.told[-1] == Settle(8.0, True)
    join = stage.sync.join_link()
    assert join.quantum == 8.0 and join.bpm == 120.0
    assert join.beat == stage.player.show.timeline.beat_at(join.time_s)


def test_a_nudge_is_an_offset_and_a_session_that_is_gone_lets_go() -> None:
    stage = Stage().play()
    assert isinstance(stage, Stage)
    stage.stay(8.0)
    stage.state.transport("nudge", 10.0, "page")
    assert stage.state.params()["sync_offset"] == 10.0
    stage.stay(1.0)
    assert stage.apart() == pytest.approx(-0.02)
    stage.run_for(3.0)
    stage.sync.tick()
    assert not stage.sync.led
    stage.state.transport("tempo", 77.0, "page")
    stage.run_for(0.1)
    assert stage.player.show.timeline.bpm == 77.0


# The process as a device.

TALKS = """
import sys
reading = '{"t":"reading","beat":1,"time_s":2,"bpm":%s,"peers":0,"playing":false}'
print(reading % 120, 'nonsense', reading % len(sys.stdin.readline()), sep='\\n', flush=True)
sys.stdin.read()
"""
SAYS_WHY = """
print('{"t":"failed","text":"there is no network"}', flush=True)
"""
JOIN = Join(0.0, 0.0, 120.0, 4.0, True)


def child(script: str, clock: ManualClock, heard: list[Reading]) -> LinkChild:
    return LinkChild(clock, lambda: JOIN, heard.append, (sys.executable, "-c", script))


def test_the_process_is_started_heard_and_ended() -> None:
    heard: list[Reading] = []
    device = child(TALKS, ManualClock(), heard)
    device.open()
    wait_for(lambda: len(heard) == 2, "both readings")
    assert device.bad == 1 and heard[1].bpm > 50, "it was told how to join"
    assert device.health().state == "running"
    device.close()
    device.close()
    assert device.pid is None and device.health().state == "off"


def test_a_process_that_ends_says_why_and_is_started_again() -> None:
    clock, heard = ManualClock(), list[Reading]()
    device = child(SAYS_WHY, clock, heard)
    device.open()

    def lost() -> bool:
        device.maintain(clock.now_s())
        return device.lost > 0

    wait_for(lost, "the end")
    clock.advance(2.0)
    wait_for(lambda: (clock.advance(1.0), lost(), device.lost > 1)[-1], "its second end")
    device.close()


def test_a_process_that_hangs_is_ended() -> None:
    clock, heard = ManualClock(), list[Reading]()
    device = child("import sys; sys.stdin.read(); sys.stdin.read()", clock, heard)
    device.open()
    first = device.pid
    clock.advance(link_child.SILENT_S + 0.1)
    device.maintain(clock.now_s())
    assert device.lost == 1 and device.pid != first
    device.close()


def test_without_aalink_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    device = LinkChild(ManualClock(), lambda: JOIN, lambda reading: None)
    with pytest.raises(DeviceError, match="aalink"):
        device.open()
    assert device.health().state == "lost"

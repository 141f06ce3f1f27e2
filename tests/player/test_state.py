"""The show's state: clamped, kept, echoed, obeyed."""

import pytest

from livesyn import params
from livesyn.clock import ManualClock
from livesyn.errors import ConfigError
from livesyn.player.core import Player
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink


@pytest.fixture
def show():
    clock = ManualClock(50.0)
    sink, echoes = MemorySink(), []
    player = Player((sink,), clock)
    state = ShowState(player, clock, {}, lambda *echo: echoes.append(echo))
    return state, player, clock, sink, echoes


def test_every_row_is_clamped_kept_and_echoed(show):
    state, _, _, _, echoes = show
    for row in params.TABLE:
        assert state.set_param(row.name, row.high + 1000, "osc") == row.high
        assert state.set_param(row.name, float("nan")) == row.default
        assert echoes[-2:] == [(row.name, row.high, "osc"), (row.name, row.default, "")]
        state.set_param(row.name, row.low)
    assert state.params() == {row.name: row.low for row in params.TABLE}


def test_an_unknown_name_is_refused_and_counted(show):
    state, _, _, _, echoes = show
    assert state.set_param("tmpo", 100) is None
    assert state.refused == 1 and not echoes
    with pytest.raises(ConfigError, match="tempo"):
        ShowState(show[1], show[2], {"tmpo": 100})


def test_tempo_drives_the_timeline_by_any_way(show):
    state, player, clock, _, _ = show
    for set_tempo, bpm in ((lambda: state.set_param("tempo", 90), 90), (lambda: state.transport("tempo", 10_000), 300)):
        set_tempo()
        player.step(clock.now_s())
        assert player.show.timeline.bpm == bpm == state.params()["tempo"]


def test_taps_set_the_tempo(show):
    state, player, clock, _, echoes = show
    for _ in range(4):
        assert state.transport("tap")
        clock.advance(0.4)
    player.step(clock.now_s())
    assert player.show.timeline.bpm == pytest.approx(150)
    assert echoes[-1][:2] == ("tempo", pytest.approx(150))


def test_play_stop_nudge_panic(show):
    state, player, clock, sink, _ = show
    assert state.transport("play")
    player.step(clock.now_s())
    before = player.show.timeline
    assert player.show.playing and state.transport("nudge", 20.0)
    player.step(clock.now_s())
    assert player.show.timeline.time_of(0) - before.time_of(0) == pytest.approx(0.02)
    state.panic()
    assert state.transport("stop")
    player.step(clock.now_s())
    assert not player.show.playing and [e[1] for e in sink.of("panic", "stop")] == ["panic", "stop"]


@pytest.mark.parametrize("do, value", [("fly", None), ("tempo", None), ("nudge", None), ("nudge", float("nan"))])
def test_a_command_that_is_none_is_refused(show, do, value):
    state, player, clock, sink, _ = show
    assert state.transport(do, value) is False and state.refused == 1
    player.step(clock.now_s())
    assert not sink.events


def test_a_nudge_is_at_most_a_second(show):
    state, player, clock, _, _ = show
    before = player.show.timeline.time_s
    state.transport("nudge", 1e9)
    player.step(clock.now_s())
    assert player.show.timeline.time_s - before == pytest.approx(1.0)


def test_status_is_gathered(show):
    state = show[0]
    state.set_status({"fps": 30})
    state.set_status({"latency_ms": 8})
    assert state.status() == {"fps": 30, "latency_ms": 8}

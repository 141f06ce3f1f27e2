"""The show's state: clamped, kept, echoed, obeyed."""

import struct

import pytest

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import ConfigError
from livesyn.player.core import Player
from livesyn.player.newest import Change
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink


@pytest.fixture
def show():
    clock = ManualClock(50.0)
    sink = MemorySink()
    echoes: list[Change] = []
    player = Player((sink,), clock)
    state = ShowState(player, clock, {}, echoes.extend)
    return state, player, clock, sink, echoes


def test_every_row_is_clamped_kept_and_echoed(show):
    state, _, _, _, echoes = show
    for row in params.TABLE:
        assert state.set_param(row.name, row.high + 1000, "osc") == row.high
        assert state.set_param(row.name, float("nan")) == row.default
        assert echoes[-2:] == [
            (row.name, row.high, "osc", 50.0),
            (row.name, row.default, "", 50.0),
        ]
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
    for set_tempo, bpm in (
        (lambda: state.set_param("tempo", 90), 90),
        (lambda: state.transport("tempo", 10_000), 300),
    ):
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


@pytest.mark.parametrize(
    "do, value", [("fly", None), ("tempo", None), ("nudge", None), ("nudge", float("nan"))]
)
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


@pytest.fixture
def desk():
    """A state and what it announced: (time_s, name, value)."""
    clock, told = ManualClock(50.0), []
    state = ShowState(
        Player((), clock),
        clock,
        announce=lambda name, value: told.append((round(clock.now_s(), 6), name, value)),
    )
    return state, clock, told


def run(state, clock, seconds, every_s=0.001, do=lambda: None):
    for step in range(round(seconds / every_s)):
        do()
        if step % max(1, round(0.1 / every_s)) == 0:
            state.announce_due()
        clock.advance(every_s)


def test_what_osc_sets_is_announced_at_once_when_it_changes_and_when_it_does_not(desk):
    state, clock, told = desk
    for value in (state.params()["tempo"], 100.0, 101.0, 9999.0):
        state.set_param("tempo", value, "osc")
    assert [value for _, _, value in told] == [110.0, 100.0, 101.0, 300.0]
    clock.advance(1)
    state.set_param("tempo", 300.0, "osc")
    assert len(told) == 5


def test_a_flood_of_one_value_is_announced_ten_times_a_second_and_the_last_arrives(desk):
    state, clock, told = desk
    run(state, clock, 1.0, do=lambda: state.set_param("tempo", 9999.0, "osc"))
    assert 5 <= len(told) <= 11
    state.set_param("tempo", 9999.0, "osc")
    before = len(told)
    run(state, clock, 0.3)
    assert len(told) == before + 1 and told[-1][2] == 300.0
    run(
        state,
        clock,
        1.0,
        do=lambda: [state.set_param("freeze", value, "osc") for value in (1.0, 0.0)],
    )
    assert len([name for _, name, _ in told if name == "freeze"]) <= 22  # each of the two values
    run(state, clock, 0.3)
    assert told[-1][1:] == ("freeze", 0.0)
    for value in (1.0, 2.0, 3.0):  # the page is told at its own pace
        state.set_param("tempo", 60 + value, "engine")
        state.set_param("tempo", 60 + value, "engine")
    assert [value for _, name, value in told[-6:]] == [61, 61, 62, 62, 63, 63]


@pytest.mark.parametrize("delay_s", [0.0, 0.001, 0.03, 0.09])
def test_a_mirror_ends_and_leaves_the_last_value(delay_s):
    clock, sent, back = ManualClock(50.0), [], []

    def announce(name, value):
        sent.append(value)
        back.append((clock.now_s() + delay_s, name, struct.unpack("f", struct.pack("f", value))[0]))

    state = ShowState(Player((), clock), clock, announce=announce)

    def reflect():
        now = [one for one in back if one[0] <= clock.now_s()]
        back[:] = [one for one in back if one not in now]
        for _, name, value in now:
            state.set_param(name, value, "osc")

    for value in (96.3, 97.7, 98.1, 98.1):  # a hand on the page
        state.set_param("tempo", value, "engine")
        run(state, clock, 0.005, do=reflect)
    run(state, clock, 2.0, do=reflect)
    assert len(sent) <= 8 and not back
    assert state.params()["tempo"] == pytest.approx(98.1) == sent[-1]


def test_two_machines_in_a_loop_come_to_rest():
    clock, mail, sent = ManualClock(50.0), [], [0, 0]
    states = []

    def to(peer):
        def announce(name, value):
            sent[peer] += 1
            mail.append((clock.now_s() + 0.002, peer, name, value))

        return announce

    states += [
        ShowState(Player((), clock), clock, announce=to(1)),
        ShowState(Player((), clock), clock, announce=to(0)),
    ]

    def deliver():
        while mail and mail[0][0] <= clock.now_s():
            _, peer, name, value = mail.pop(0)
            states[peer].set_param(name, value, "osc")
        states[1].announce_due()  # not in step with the other's duty, which `run` does

    states[0].set_param("tempo", 90.0, "engine")
    states[1].set_param("tempo", 150.0, "engine")  # at the same moment
    run(states[0], clock, 3.0, do=deliver)
    assert sum(sent) < 12 and not mail
    assert states[0].params()["tempo"] == states[1].params()["tempo"]

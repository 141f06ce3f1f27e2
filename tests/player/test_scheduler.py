"""When the stepping thread naps and wakes, on a clock and an event that only pretend to wait."""

import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock
from livesyn.player import scheduler as scheduler_module
from livesyn.player.core import IDLE_S, Player
from livesyn.player.scheduler import BEAT_S, NEAR_S, ORDINARY_WAKES_S, Scheduler
from livesyn.sinks.base import MemorySink

PATIENCE_S = 10.0
LOOK_S = 1e-5  # what a look at the clock takes here
WARM_S = 5e-5
SOON_S = 4.5 * LOOK_S  # from a command or a due time to the step that obeys it: less than a `warm`
BPM = 300.0
PULSE_S = 60 / BPM / 24
TICK_S = 0.0037  # what a nap was late when a core had been given away, at HZ 250


class Script(ManualClock):
    """A clock on which acts happen at their time, whatever the thread does just then."""

    def __init__(self, acts):
        super().__init__(100.0)
        self.acts = sorted(acts, key=lambda act: act[0])

    def now_s(self):
        now_s = self.advance(LOOK_S)
        while self.acts and self.acts[0][0] <= now_s:
            self.acts.pop(0)[1]()
        return now_s


class Nap(threading.Event):
    """An Event whose `wait` moves the clock. `late_s(seconds, number)` is how much longer one of so
    many seconds takes.
    """

    def __init__(self, clock, late_s):
        super().__init__()
        self._clock, self._late_s = clock, late_s
        self._set = False
        self.taken_s = []

    def set(self):
        self._set = True

    def clear(self):
        self._set = False

    def wait(self, timeout=None):
        assert timeout is not None and 0 < timeout <= IDLE_S
        self.taken_s.append(timeout)
        late_s = self._late_s(timeout, len(self.taken_s))
        now_s = self._clock.now_s()
        end_s = now_s + timeout + late_s
        while not self._set and now_s < end_s:
            following_s = min([at_s for at_s, _ in self._clock.acts[:1]], default=end_s)
            self._clock.sleep_until(min(following_s, end_s) - LOOK_S)
            now_s = self._clock.now_s()
        return self._set


class Stepped(Player):
    """A player that keeps when it was stepped, and what it said is due."""

    def __init__(self, sinks, clock):
        super().__init__(sinks, clock, {"tempo": BPM})
        self.steps, self.warmed, self.ended_s = [], [], []
        self._script = clock

    def step(self, now_s):
        due_s = super().step(now_s)
        self.steps.append((now_s, due_s))
        self.ended_s.append(
            self._script.advance(0.0)
        )  # each pulse that it sends looks at the clock
        return due_s

    def warm(self):
        super().warm()
        self.warmed.append(self._script.advance(WARM_S))


class Run:
    """A whole run of the thread, `seconds` of its clock. `acts` are (seconds from the start,
    player -> None).
    """

    def __init__(self, acts=(), realtime=False, seconds=0.5, late_s=lambda seconds, number: 0.0):
        self.clock = Script([])
        self.sink = MemorySink()
        self.went: list[float] = []
        self.beats_s: list[float] = []
        self.failed: list[str] = []
        self.player = player = Stepped((self.sink,), self.clock)
        self.nap = Nap(self.clock, late_s)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scheduler_module, "ask_realtime", lambda: (realtime, "told"))
            patch.setattr(scheduler_module, "QuietCore", lambda: self)
            scheduler = Scheduler(player, self.failed.append, self.beats_s.append, self.clock)
            assert player.wake == scheduler._woken.set
            scheduler._woken, player.wake = self.nap, self.nap.set

            def end():
                scheduler._stopping = True

            self.asked_s = [100 + at_s for at_s, _ in acts]
            self.clock.acts = sorted(
                [
                    *((100 + at_s, lambda act=act: act(player)) for at_s, act in acts),
                    (100 + seconds, end),
                ],
                key=lambda act: act[0],
            )
            scheduler.start()
            scheduler._thread.join(PATIENCE_S)
        assert not scheduler._thread.is_alive() and not self.failed

    def go(self):
        """Of the quiet core."""
        self.went.append(self.clock.advance(0.0))

    @property
    def overslept_s(self):
        """By how much the step after each came after what was due, or after the end of the step
        before, at most.
        """
        steps = zip(pairwise(self.player.steps), self.player.ended_s, strict=False)
        return max(after_s - max(due_s, end_s) for ((_, due_s), (after_s, _)), end_s in steps)

    def answered_s(self, at_s):
        """The first step after a command that was left at `at_s`."""
        return next(now_s for now_s, _ in self.player.steps if now_s >= at_s)


def play(player):
    player.play()


def panic(player):
    player.panic()


@pytest.mark.parametrize("realtime", [False, True])
def test_it_is_there_when_a_pulse_is_due_and_sleeps_meanwhile(realtime):
    run = Run([(0.001, play)], realtime)
    pulses = len(list(run.sink.of("clock")))
    assert pulses > 50 and run.overslept_s <= SOON_S
    spun_s = sum(
        2 * LOOK_S
        for (now_s, _), (after_s, _) in pairwise(run.player.steps)
        if after_s - now_s <= 2.5 * LOOK_S
    )
    wakes_s = (NEAR_S,) if realtime else ORDINARY_WAKES_S
    assert spun_s < (pulses + 5) * (wakes_s[-1] + SOON_S)
    assert len(run.nap.taken_s) <= len(wakes_s) * (pulses + 12)
    assert len(run.player.warmed) >= pulses - 1
    # a long nap is begun on the quiet core, but not under SCHED_FIFO
    assert (len(run.went) >= pulses - 1) is not realtime


@pytest.mark.parametrize("realtime", [False, True])
@pytest.mark.parametrize("before_s", [0.006, 0.003, 0.0006, 0.0003, 0.00005, 0.0])
def test_a_panic_ends_whichever_nap_it_meets(realtime, before_s):
    quiet = Run([(0.001, play)], realtime)
    due_s = next(event[0] for event in quiet.sink.of("clock") if event[0] > 100.2)
    run = Run([(0.001, play), (due_s - before_s - 100, panic)], realtime)
    at_s = run.asked_s[-1]
    assert run.answered_s(at_s) <= at_s + SOON_S
    assert len(list(run.sink.of("panic"))) == 3  # at once, once more, and at the end


def test_a_due_time_that_comes_nearer_in_a_nap_is_kept():
    moves = [(0.1003, lambda player: player.set_value("tempo", 20.0))]
    moves += [(0.2207, lambda player: player.set_value("tempo", 300.0))]
    moves += [(0.3111, lambda player: player.nudge(-0.004))]
    run = Run([(0.001, play), *moves])
    assert run.overslept_s <= SOON_S
    assert all(run.answered_s(at_s) <= at_s + SOON_S for at_s in run.asked_s)


def test_a_first_nap_that_is_a_tick_late_makes_nothing_late():
    longest_s = max(ORDINARY_WAKES_S[0] - NEAR_S, NEAR_S)
    run = Run([(0.001, play)], late_s=lambda seconds, number: TICK_S * (seconds > longest_s))
    assert sum(seconds > longest_s for seconds in run.nap.taken_s) > 40
    assert run.overslept_s <= SOON_S


def test_after_a_stall_it_goes_on_from_now_and_says_that_it_lives():
    run = Run([(0.001, play)], late_s=lambda _, number: 30.0 * (number == 40), seconds=31.0)
    stalled_s = max(after_s - now_s for (now_s, _), (after_s, _) in pairwise(run.player.steps))
    assert stalled_s > 30 and run.player.jumps == 1
    assert run.beats_s[-1] > 130 and len(run.beats_s) < 31 / BEAT_S
    assert len(list(run.sink.of("clock"))) < 1 / PULSE_S  # those of the stall are not made up for


ACTS = st.sampled_from(
    [
        play,
        panic,
        lambda player: player.stop(),
        lambda player: player.nudge(-0.01),
        lambda player: player.nudge(0.02),
        lambda player: player.set_value("tempo", 20.0),
        lambda player: player.set_value("tempo", 300.0),
        lambda player: player.set_value("midi_offset", -100.0),
        lambda player: player.set_value("midi_offset", 100.0),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 0.29), ACTS), max_size=20), st.booleans())
def test_no_command_waits_for_a_nap_and_no_due_time_is_overslept(acts, realtime):
    run = Run([(0.001, play), *acts], realtime, seconds=0.3)
    assert run.overslept_s <= SOON_S
    steps_s = [now_s for now_s, _ in run.player.steps]
    # while the caches are warmed a command waits for that alone
    for at_s in run.asked_s:
        assert min(now_s for now_s in steps_s if now_s >= at_s) <= at_s + WARM_S + SOON_S


def test_commands_that_come_before_it_runs_are_obeyed_first():
    done = threading.Event()
    run = Run([(0.0, play), (0.0, panic), (0.0, lambda player: done.set())], seconds=0.1)
    assert done.is_set() and run.player.steps[0][0] < 100 + SOON_S
    assert [event for event in run.sink.events if event[1] == "panic"]

"""The supervisor with children that are real processes and do what the test needs."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from livesyn.base.clock import ManualClock
from livesyn.ipc.child_messages import Beat, Error, Figures, Panic, Param, Ready, figures_of
from livesyn.show import launch
from livesyn.show.child import Child, ChildSpec, Illegal, LogLine, Mail, Timeouts
from livesyn.show.supervisor import Supervisor
from tests.asked import BY

CHILD = str(Path(__file__).with_name("fake_child.py"))
PATIENCE_S = 10.0
QUICK = Timeouts(start_s=5.0, silent_s=0.5, stop_s=0.3, term_s=0.2)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")


PLAYER = ChildSpec("player", (), QUICK, obeys=(Panic, Param), leaves=2)
ENGINE = ChildSpec("engine", (), launch.ENGINE)
DISPLAY = ChildSpec("display", (), launch.DISPLAY, leaves=1, closable=True)


class Watched:
    """A supervisor on a thread of its own, whose news can be waited for."""

    def __init__(
        self,
        player: str = "good",
        engine: str = "good",
        display: str | None = None,
        more: tuple[ChildSpec, ...] = (),
        engine_timeouts: Timeouts = launch.ENGINE,
        **options,
    ):
        self._condition = threading.Condition()
        self.events: list[str] = []
        self.statuses: list[dict[str, Any]] = []
        self.code: int | None = None
        children = [
            replace(PLAYER, arguments=(CHILD, player)),
            replace(ENGINE, arguments=(CHILD, engine), timeouts=engine_timeouts),
        ]
        if display is not None:
            children.append(replace(DISPLAY, arguments=(CHILD, display)))
        self.supervisor = Supervisor(
            (*children, *more), on_status=self._add_status, on_event=self._add_event, **options
        )
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        self.code = self.supervisor.run()

    def __getattr__(self, name):
        """The child of this name."""
        return self.supervisor.children[name]

    def _add_status(self, child, status):
        with self._condition:
            self.statuses.append({"from": child, **figures_of(status)})
            self._condition.notify_all()

    def _add_event(self, sentence):
        with self._condition:
            self.events.append(sentence)
            self._condition.notify_all()

    def wait(self, ready):
        with self._condition:
            assert self._condition.wait_for(ready, PATIENCE_S), (self.events, self.statuses)

    def wait_event(self, text, count=1):
        self.wait(lambda: sum(text in event for event in self.events) >= count)

    def join(self):
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        return self.code

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.supervisor.stop()
        self.join()
        assert all(child.pid is None for child in self.supervisor.children.values())


def gone(pid: int) -> bool:
    """Waits until a process that is not our child has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(PATIENCE_S)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_both_run_and_leave_when_told():
    with Watched() as show:
        show.wait_event("the player is ready")
        show.wait_event("the engine is ready")
        pids = [show.player.pid, show.engine.pid]
        assert all(os.getpgid(pid) == pid for pid in pids), "each in a session of its own"
        show.supervisor.stop()
        assert show.join() == 0
    assert all(map(gone, pids))
    assert not [event for event in show.events if "did not leave" in event]


def test_seconds_end_the_show():
    with Watched(seconds=0.5) as show:
        assert show.join() == 0


def test_what_a_child_says_as_it_leaves_is_heard():
    with Watched(engine="parting", seconds=0.001) as show:
        assert show.join() == 0
        assert show.events[-1] == "the film was not written"


def test_a_set_is_not_over_before_a_mistake_was_found():
    with Watched(engine="fatal", seconds=0.001) as show:
        assert show.join() == 2
        assert "there is no video" in show.supervisor.fatal


def test_a_set_with_an_engine_that_never_speaks_is_over_when_it_had_its_time_to_start():
    with Watched(engine="mute", seconds=0.001, engine_timeouts=replace(QUICK, start_s=0.2)) as show:
        assert show.join() == 1
        assert "the set is over, and the engine was never ready" in show.events


def test_an_engine_that_is_killed_is_started_again_and_the_player_never_notices():
    with Watched() as show:
        show.wait_event("the player is ready")
        show.wait_event("the engine is ready")
        player = show.player.pid
        os.kill(show.engine.pid, signal.SIGKILL)
        show.wait_event("the engine ended with SIGKILL")
        show.wait_event("the engine is ready again")
        assert show.player.pid == player and show.player.run == 1


def test_a_player_that_is_killed_is_started_again():
    with Watched() as show:
        show.wait_event("the player is ready")
        os.kill(show.player.pid, signal.SIGKILL)
        show.wait_event("the player is ready again")
        assert show.player.run == 2


def test_a_player_that_freezes_is_ended_and_started_again():
    with Watched(player="frozen") as show:
        show.wait_event("has not been heard of")
        show.wait_event("the player ended with SIGKILL")
        show.wait_event("the player is ready again")


def test_a_stopped_player_is_killed():
    with Watched() as show:
        show.wait_event("the player is ready")
        os.kill(show.player.pid, signal.SIGSTOP)
        show.wait_event("the player has not been heard of")
        show.wait_event("the player is ready again")


def test_an_engine_that_stalls_is_ended_after_its_limit():
    with Watched(engine="frozen", engine_timeouts=replace(QUICK, silent_s=0.3)) as show:
        show.wait_event("the engine has not been heard of")
        show.wait_event("the engine is ready again")
        assert show.player.run == 1


def test_an_engine_that_never_is_ready_is_ended_after_its_grace():
    with Watched(engine="mute", engine_timeouts=replace(QUICK, start_s=0.3)) as show:
        show.wait_event("the engine ended with SIGKILL")


def test_one_that_crashes_is_started_ever_more_slowly_and_says_why():
    with Watched(engine="crash") as show:
        show.wait_event("the engine ended with exit code 3 (its last words: the floor gave way)", 3)
        engine = show.engine
        assert engine._wait_s >= 0.8 and show.player.run == 1


def test_a_mistake_at_the_start_ends_the_show_with_its_sentence():
    with Watched(engine="fatal") as show:
        assert show.join() == 2
        assert show.supervisor.fatal == "there is no video 'x.mp4'; name one that is"
        assert show.events.count(show.supervisor.fatal) == 1
        assert not [event for event in show.events if "started again" in event]


def test_panic_reaches_the_player_alone():
    with Watched() as show:
        show.wait_event("the player is ready")
        show.supervisor.panic()
        show.wait(lambda: any(s.get("heard") == "panic" for s in show.statuses))
        assert {s["from"] for s in show.statuses if s.get("heard") == "panic"} == {"player"}


def test_the_deaf_are_killed_in_bounded_time():
    with Watched(player="deaf", engine="deaf") as show:
        show.wait_event("the player is ready")
        show.wait_event("the engine is ready")
        pids = [show.player.pid, show.engine.pid]
        show.supervisor.stop()
        show.supervisor.stop()  # twice: in a hurry
        assert show.join() == 0
    assert all(map(gone, pids))
    assert sum("did not leave by itself" in event for event in show.events) == 2


def test_a_childs_workers_go_with_it():
    with Watched(engine="parent") as show:
        show.wait_event("the engine is ready")
        show.wait(lambda: any("worker" in s for s in show.statuses))
        worker = next(s["worker"] for s in show.statuses if "worker" in s)
        os.kill(show.engine.pid, signal.SIGKILL)
        show.wait_event("the engine is ready again")
        assert gone(worker)


def test_a_display_is_a_child_like_the_others():
    with Watched(display="good") as show:
        show.wait_event("the display is ready")
        show.wait_event("the engine is ready")
        os.kill(show.display.pid, signal.SIGKILL)
        show.wait_event("the display ended with SIGKILL")
        show.wait_event("the display is ready again")
        pids = [child.pid for child in show.supervisor.children.values()]
        assert show.player.run == show.engine.run == 1
        show.supervisor.stop()
        assert show.join() == 0
    assert len(pids) == 3 and all(map(gone, pids))


def test_a_display_that_the_user_closed_stays_closed():
    with Watched(display="closed") as show:
        show.wait_event("the display was closed; the show goes on without it")
        show.wait_event("the engine is ready")
        # the others are still looked after, and for longer than it would have taken
        os.kill(show.engine.pid, signal.SIGKILL)
        show.wait_event("the engine is ready again")
        assert show.display.run == 1 and show.display.pid is None
        assert show.supervisor.fatal is None and not [
            event for event in show.events if "display" in event and "started again" in event
        ]


def test_a_child_whose_last_word_is_read_after_its_end_was_seen_stays_ended():
    child = Child(ChildSpec("display", ("-c", "pass"), Timeouts(9.0, 9.0)), lambda mail: None)
    child.start(0.0)
    assert child._process is not None
    child._process.wait(30)
    assert child.ended(1.0) == 0 and child.start_at_s is not None
    child.retire()
    assert child.start_at_s is None


def test_a_display_without_a_screen_ends_the_show_with_its_sentence():
    with Watched(display="fatal") as show:
        assert show.join() == 2 and show.supervisor.fatal


def test_a_key_pressed_in_the_display_sets_the_players_parameter():
    with Watched(display="keys") as show:
        show.wait(lambda: any(s.get("heard") == "param" for s in show.statuses))
        heard = next(s for s in show.statuses if s.get("heard") == "param")
        assert (heard["from"], heard["name"], heard["value"]) == ("player", "blackout", 1.0)
        assert (heard["origin"], heard["asked_s"]) == ("display", 1.5)


def test_children_see_nothing_of_each_others_pipes():
    with Watched() as show:
        show.wait_event("the engine is ready")
        show.wait_event("the player is ready")
        mine, theirs = (
            (
                {
                    os.readlink(f"/proc/{pid}/fd/{fd}")
                    for fd in os.listdir(f"/proc/{pid}/fd")
                    if os.readlink(f"/proc/{pid}/fd/{fd}").startswith("pipe:")
                }
                for pid in (show.player.pid, show.engine.pid)
            )
            if sys.platform == "linux"
            else (set(), set())
        )
        assert not mine & theirs


PROGRAM = """
import sys
from livesyn.ipc.child_messages import Panic, figures_of
from livesyn.show.child import ChildSpec, Timeouts
from livesyn.show.supervisor import Supervisor
say = lambda text: print(text, flush=True)
def heard(child, status):
    if "heard" in figures_of(status):
        say(f"{child} heard {figures_of(status)['heard']}")
good = (sys.argv[1], "good"), Timeouts(10.0, 10.0)
children = [ChildSpec("player", *good, obeys=(Panic,)), ChildSpec("engine", *good)]
supervisor = Supervisor(children, on_event=say, on_status=heard)
code = supervisor.run()
say(f"code {code}")
"""


@pytest.fixture
def program():
    """A supervisor as a program of its own, both children ready; and their pids."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, CHILD],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    seen: list[str] = []
    while not ({"the player is ready", "the engine is ready"} <= set(seen)):
        line = process.stdout.readline()
        assert line, seen
        seen.append(line.strip())
    pids = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    assert len(pids) == 2
    yield process, pids
    if process.poll() is None:
        process.kill()
    process.wait(PATIENCE_S)
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_show_cleanly(program, number):
    process, pids = program
    process.send_signal(number)
    assert "code 0" in process.stdout.read()
    assert process.wait(PATIENCE_S) == 0
    assert all(map(gone, pids))


def test_sigusr1_is_panic(program):
    process, _ = program
    process.send_signal(signal.SIGUSR1)
    assert process.stdout.readline().strip() == "player heard panic"


def test_nobody_outlives_a_supervisor_that_is_killed(program):
    process, pids = program
    process.kill()
    process.wait(PATIENCE_S)
    assert all(map(gone, pids))


def test_a_view_that_fails_ends_nothing():
    def fail(child, status):
        raise KeyError("bpm")

    with Watched() as show:
        show.supervisor._on_status = show.supervisor._guarded(fail)
        show.wait_event("the engine is ready")
        show.wait_event("the player is ready")
        show.supervisor.panic()
        show.wait_event("not all of it can be shown (KeyError: 'bpm')")
        os.kill(show.engine.pid, signal.SIGKILL)
        show.wait_event("the engine is ready again")
    assert sum("can be shown" in event for event in show.events) == 1


def test_a_log_that_is_not_read_fills_no_memory(monkeypatch):
    monkeypatch.setattr("livesyn.show.child.LOG_WAITING", 3)
    mail: list[tuple[Child, int, Mail]] = []
    child = Child(ChildSpec("engine", ("-c", ""), Timeouts(9.0, 9.0)), mail.append)
    child._read_log(io.BytesIO(b"a\nb\n\nc\xff\nd\ne\n"), 1)
    assert [line for _, _, line in mail] == [LogLine("a"), LogLine("b"), LogLine("c\\xff")]
    child.log_was_read()
    child._read_log(io.BytesIO(b"f\n"), 1)
    assert mail[-1][2] == LogLine("f") and list(child.log) == ["a", "b", "c\\xff", "d", "e", "f"]


def test_what_is_no_report_is_counted_said_once_and_ends_nothing():
    with Watched(engine="babbling") as show:
        show.wait_event("a report of the engine was left out")
        show.wait_event("the engine is ready")
        show.wait_event("the player is ready")
        show.supervisor.stop()
        assert show.join() == 0
        assert show.engine.bad == 4 and show.engine.run == 1
    assert sum("was left out" in event for event in show.events) == 1
    assert "4 reports of the engine were not legal" in show.events


def test_a_report_of_wrong_figures_is_none():
    mail: list[tuple[Child, int, Mail]] = []
    child = Child(ChildSpec("engine", ("-c", ""), Timeouts(9.0, 9.0)), mail.append)
    lines = b'{"t":"engine","numbers":{"fps":[1]}}\n{"t":"figures","numbers":{"x":1.5}}\n'
    child._read_reports(io.BytesIO(lines), 7, child._reports)
    assert mail == [(child, 7, None)] * 2, "woken once to read, and once at the end"
    illegal = child.take_report()
    assert isinstance(illegal, Illegal) and "fps" in illegal.reason and child.bad == 1
    assert child.take_report() == Figures({"x": 1.5}) and child.take_report() is None


def test_a_flood_of_reports_fills_no_memory_and_loses_no_readiness():
    mail: list[tuple[Child, int, Mail]] = []
    child = Child(ChildSpec("engine", ("-c", ""), Timeouts(9.0, 9.0)), mail.append)
    ready = b'{"t":"ready","pid":1}\n'
    noise = b"".join(
        b'{"t":"beat"}\n{"t":"figures","numbers":{"x":%d}}\n{"t":"error","text":"e%d"}\n' % (n, n)
        for n in range(10_000)
    )
    child._read_reports(io.BytesIO(ready + noise), 0, child._reports)
    assert len(mail) == 2 and len(child._reports) <= 3 + 64
    waiting = list(iter(child.take_report, None))
    assert waiting[0] == Ready(1) and Figures({"x": 9999}) in waiting and Beat() in waiting
    errors = [report.text for report in waiting if isinstance(report, Error)]
    assert errors == [f"e{n}" for n in range(10_000 - 64, 10_000)]
    assert child.dropped == 10_000 - 64


def test_a_child_that_floods_is_said_once_and_keeps_nobody_from_leaving():
    with Watched(engine="flooding") as show:
        show.wait_event("the engine reports more than can be read")
        show.wait_event("the player is ready")
        show.supervisor.stop()
        assert show.join() == 0
        assert show.player.run == 1
    assert sum("more than can be read" in event for event in show.events) == 1
    assert any("reports of the engine were left out" in event for event in show.events)


def test_one_that_only_reports_figures_has_not_been_heard_of():
    """Its other threads go on, but what has to be on time does not."""
    with Watched(player="wedged") as show:
        show.wait_event("the player is ready")
        show.wait_event("the player has not been heard of")
        show.wait_event("the player is ready again")


def watched_by(clock, **timeouts):
    """A child that is ready, and a supervisor that looks after it when told to."""
    supervisor = Supervisor([ChildSpec("player", (), Timeouts(10.0, 1.0, **timeouts))], clock=clock)
    child = supervisor.children["player"]
    child._process = SimpleNamespace(poll=lambda: None, pid=0)  # type: ignore[assignment]
    child.start_at_s = None
    child.note_report(Ready(1), clock.now_s())
    return supervisor, child


@pytest.mark.parametrize(
    ("ticks_s", "ended_after_s"),
    [
        ([0.1] * 30, 1.1),  # on time: a hang is ended after a second
        ([0.6] * 30, 6.6),  # on a machine that gives the supervisor a sixth of its time
        ([30.0] + [0.1] * 30, 31.0),  # the lid was closed
    ],
)
def test_time_in_which_the_supervisor_was_away_is_no_silence(monkeypatch, ticks_s, ended_after_s):
    clock = ManualClock(100.0)
    supervisor, child = watched_by(clock)
    killed_s: list[float] = []

    def kill():
        killed_s.append(clock.now_s() - 100.0)
        supervisor._stops = 1

    ticks = iter(ticks_s)
    monkeypatch.setattr(child, "kill", kill)
    monkeypatch.setattr(supervisor, "_read_mail", lambda timeout_s: clock.advance(next(ticks)))
    supervisor._watch()
    assert killed_s == [pytest.approx(ended_after_s, abs=0.15)]


def test_the_verdict_leaves_each_its_time_to_start(monkeypatch):
    """An engine may take 30 s to start on a machine that has much to do, in a set of one second."""
    clock = ManualClock(100.0)
    supervisor, child = watched_by(clock)
    supervisor._seconds, child.was_ready, child.ready = 1.0, False, False
    monkeypatch.setattr(child, "kill", lambda: None)
    monkeypatch.setattr(supervisor, "_read_mail", lambda timeout_s: clock.advance(timeout_s))
    assert supervisor._watch() == 1 and clock.now_s() == pytest.approx(110.0 + 1.0, abs=0.2)


def test_the_verdict_waits_for_one_that_is_seen_to_load(monkeypatch):
    clock = ManualClock(100.0)
    supervisor, child = watched_by(clock)
    supervisor._seconds, child.was_ready, child.ready = 1.0, False, False
    come_s = 125.0

    def pass_time(timeout_s):
        clock.advance(timeout_s)
        child.note_report(Ready(1) if clock.now_s() > come_s else Beat(), clock.now_s())

    monkeypatch.setattr(supervisor, "_read_mail", pass_time)
    assert supervisor._watch() == 0
    assert clock.now_s() == pytest.approx(125.0 + 1.0, abs=0.2), "its second begins when all play"
    child.was_ready = child.ready = False
    come_s = 1000.0
    assert supervisor._watch() == 1, "but not for ever"
    assert clock.now_s() == pytest.approx(126.0 + 30.0 + 1.0, abs=0.6)


def test_a_set_in_which_all_were_ready_is_over_in_time(monkeypatch):
    clock = ManualClock(100.0)
    supervisor, child = watched_by(clock)
    supervisor._seconds = 1.0
    monkeypatch.setattr(supervisor, "_read_mail", lambda timeout_s: clock.advance(timeout_s))
    assert supervisor._watch() == 0 and clock.now_s() == pytest.approx(101.0, abs=0.2)


def test_a_fourth_child_needs_one_more_specification():
    """Given its config, watched, started again, told what it obeys, and seen out in its turn."""
    synth = ChildSpec(
        "synth", (CHILD, "good"), QUICK, b'{"web": {"token": "secret"}}\n', (Panic,), leaves=-1
    )
    with Watched(display="good", more=(synth,)) as show:
        for name in show.supervisor.children:
            show.wait_event(f"the {name} is ready")
        show.wait(lambda: any(s["from"] == "synth" and "given" in s for s in show.statuses))
        given = next(s["given"] for s in show.statuses if s["from"] == "synth")
        assert given == '{"web": {"token": "secret"}}'
        words = psutil.Process(show.synth.pid).cmdline()
        assert not any("secret" in word for word in words), "others see a command line"
        show.supervisor.panic()
        show.wait(
            lambda: (
                {s["from"] for s in show.statuses if s.get("heard") == "panic"}
                == {"player", "synth"}
            )
        )
        os.kill(show.synth.pid, signal.SIGKILL)
        show.wait_event("the synth ended with SIGKILL; it is started again")
        show.wait_event("the synth is ready again")
        assert [show.player.run, show.engine.run, show.display.run, show.synth.run] == [1, 1, 1, 2]
        left: list[str] = []
        for name, child in show.supervisor.children.items():
            child.leave = note(left, name, child.leave)
        show.supervisor.stop()
        assert show.join() == 0
    assert left == ["synth", "engine", "display", "player"]


def note(left, name, leave):
    return lambda hurry: (left.append(name), leave(hurry))[1]


def test_a_config_longer_than_a_pipe_arrives_and_one_that_is_not_read_holds_nobody_up():
    long = b'"' + 300_000 * b"x" + b'"\n'
    listens = ChildSpec("synth", (CHILD, "good"), launch.ENGINE, long)
    asleep = ("-c", "import signal; signal.pause()")
    ignores = ChildSpec("light", asleep, Timeouts(30.0, 30.0, 0.1, 0.1), long)
    with Watched(more=(listens, ignores)) as show:
        show.wait(lambda: any("given" in s and s["from"] == "synth" for s in show.statuses))
        given = next(s["given"] for s in show.statuses if s["from"] == "synth")
        assert len(given) == 300_002
        told = [show.light.tell(Panic(**BY)) for _ in range(200)]
        assert told[0] and not told[-1] and 99 <= told.count(True) <= 100, "then it is full"


def test_a_panic_for_a_player_that_is_not_there_is_said():
    with Watched(player="crash") as show:
        show.wait_event("the player ended", 4)  # the next is some 0.8 s away
        show.supervisor.panic()
        show.wait_event(
            "panic, but the player is not there; the one that comes begins with a panic"
        )


def test_a_child_that_is_not_closable_and_says_that_it_was_closed_is_started_again():
    with Watched(engine="closed") as show:
        show.wait_event("the engine is ready again")

"""The supervisor with children that are real processes and do what the test needs."""

import contextlib
import io
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from livesyn.show.child import Child, Timeouts
from livesyn.show.supervisor import Supervisor

CHILD = str(Path(__file__).with_name("fake_child.py"))
PATIENCE_S = 10.0
QUICK = Timeouts(start_s=5.0, silent_s=0.5, stop_s=0.3, term_s=0.2)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")


class Watched:
    """A supervisor on a thread of its own, whose news can be waited for."""

    def __init__(
        self, player: str = "good", engine: str = "good", display: str | None = None, **options
    ):
        self._condition = threading.Condition()
        self.events: list[str] = []
        self.statuses: list[dict[str, Any]] = []
        self.code: int | None = None
        options.setdefault("player_timeouts", QUICK)
        options["display_args"] = None if display is None else [CHILD, display]
        self.supervisor = Supervisor(
            [CHILD, player],
            [CHILD, engine],
            on_status=self._add_status,
            on_event=self._add_event,
            **options,
        )
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        self.code = self.supervisor.run()

    def _add_status(self, report):
        with self._condition:
            self.statuses.append(report)
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
        assert all(child.pid is None for child in self.supervisor._children)


def gone(pid: int) -> bool:
    """Waits until a process that is not our child has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(PATIENCE_S)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_both_run_and_leave_when_told():
    with Watched() as show:
        show.wait_event("the player is ready")
        show.wait_event("the engine is ready")
        pids = [show.supervisor.player.pid, show.supervisor.engine.pid]
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


def test_a_set_with_an_engine_that_never_speaks_is_over_all_the_same(monkeypatch):
    monkeypatch.setattr("livesyn.show.supervisor.VERDICT_S", 0.2)
    with Watched(engine="mute", seconds=0.001) as show:
        assert show.join() == 1
        assert "the set is over, and the engine was never ready" in show.events


def test_an_engine_that_is_killed_is_started_again_and_the_player_never_notices():
    with Watched() as show:
        show.wait_event("the player is ready")
        show.wait_event("the engine is ready")
        player = show.supervisor.player.pid
        os.kill(show.supervisor.engine.pid, signal.SIGKILL)
        show.wait_event("the engine ended with SIGKILL")
        show.wait_event("the engine is ready again")
        assert show.supervisor.player.pid == player and show.supervisor.player.run == 1


def test_a_player_that_is_killed_is_started_again():
    with Watched() as show:
        show.wait_event("the player is ready")
        os.kill(show.supervisor.player.pid, signal.SIGKILL)
        show.wait_event("the player is ready again")
        assert show.supervisor.player.run == 2


def test_a_player_that_freezes_is_ended_and_started_again():
    with Watched(player="frozen") as show:
        show.wait_event("has not been heard of")
        show.wait_event("the player ended with SIGKILL")
        show.wait_event("the player is ready again")


def test_a_stopped_player_is_killed():
    with Watched() as show:
        show.wait_event("the player is ready")
        os.kill(show.supervisor.player.pid, signal.SIGSTOP)
        show.wait_event("the player has not been heard of")
        show.wait_event("the player is ready again")


def test_an_engine_that_stalls_is_ended_after_its_limit():
    with Watched(engine="frozen", engine_stall_s=0.3) as show:
        show.wait_event("the engine has not been heard of")
        show.wait_event("the engine is ready again")
        assert show.supervisor.player.run == 1


def test_an_engine_that_never_is_ready_is_ended_after_its_grace():
    with Watched(engine="mute", engine_start_s=0.3) as show:
        show.wait_event("the engine ended with SIGKILL")


def test_one_that_crashes_is_started_ever_more_slowly_and_says_why():
    with Watched(engine="crash") as show:
        show.wait_event("the engine ended with exit code 3 (its last words: the floor gave way)", 3)
        engine = show.supervisor.engine
        assert engine._wait_s >= 0.8 and show.supervisor.player.run == 1


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
        pids = [show.supervisor.player.pid, show.supervisor.engine.pid]
        show.supervisor.stop()
        show.supervisor.stop()  # twice: in a hurry
        assert show.join() == 0
    assert all(map(gone, pids))
    assert sum("did not leave by itself" in event for event in show.events) == 2


def test_a_childs_workers_go_with_it():
    with Watched(engine="parent") as show:
        show.wait_event("the engine is ready")
        worker = show.statuses[0]["worker"]
        os.kill(show.supervisor.engine.pid, signal.SIGKILL)
        show.wait_event("the engine is ready again")
        assert gone(worker)


def test_a_display_is_a_child_like_the_others():
    with Watched(display="good") as show:
        show.wait_event("the display is ready")
        show.wait_event("the engine is ready")
        os.kill(show.supervisor.display.pid, signal.SIGKILL)
        show.wait_event("the display ended with SIGKILL")
        show.wait_event("the display is ready again")
        pids = [child.pid for child in show.supervisor._children]
        assert show.supervisor.player.run == show.supervisor.engine.run == 1
        show.supervisor.stop()
        assert show.join() == 0
    assert len(pids) == 3 and all(map(gone, pids))


def test_a_display_that_the_user_closed_stays_closed():
    with Watched(display="closed") as show:
        show.wait_event("the display was closed; the show goes on without it")
        show.wait_event("the engine is ready")
        os.kill(
            show.supervisor.engine.pid, signal.SIGKILL
        )  # the others are still looked after, and for longer than it would have taken
        show.wait_event("the engine is ready again")
        assert show.supervisor.display.run == 1 and show.supervisor.display.pid is None
        assert show.supervisor.fatal is None and not [
            event for event in show.events if "display" in event and "started again" in event
        ]


def test_a_child_whose_last_word_is_read_after_its_end_was_seen_stays_ended():
    child = Child("display", ["-c", "pass"], Timeouts(9.0, 9.0), queue.SimpleQueue())
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
                for pid in (show.supervisor.player.pid, show.supervisor.engine.pid)
            )
            if sys.platform == "linux"
            else (set(), set())
        )
        assert not mine & theirs


PROGRAM = """
import sys
from livesyn.show.supervisor import Supervisor
say = lambda text: print(text, flush=True)
heard = lambda s: say(f"{s['from']} heard {s.get('heard')}")
good = [sys.argv[1], "good"]
supervisor = Supervisor(good, good, on_event=say, on_status=heard)
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
    def fail(report):
        raise KeyError("bpm")

    with Watched() as show:
        show.supervisor._on_status = show.supervisor._guarded(fail)
        show.wait_event("the engine is ready")
        show.wait_event("the player is ready")
        show.supervisor.panic()
        show.wait_event("not all of it can be shown (KeyError: 'bpm')")
        os.kill(show.supervisor.engine.pid, signal.SIGKILL)
        show.wait_event("the engine is ready again")
    assert sum("can be shown" in event for event in show.events) == 1


def test_a_log_that_is_not_read_fills_no_memory(monkeypatch):
    monkeypatch.setattr("livesyn.show.child.LOG_WAITING", 3)
    mail: queue.SimpleQueue[Any] = queue.SimpleQueue()
    child = Child("engine", ["-c", ""], Timeouts(9.0, 9.0), mail)
    child._read_log(io.BytesIO(b"a\nb\n\nc\xff\nd\ne\n"), 1)
    assert [mail.get()[2]["text"] for _ in range(mail.qsize())] == ["a", "b", "c\\xff"]
    child.log_was_read()
    child._read_log(io.BytesIO(b"f\n"), 1)
    assert mail.get()[2]["text"] == "f" and list(child.log) == ["a", "b", "c\\xff", "d", "e", "f"]

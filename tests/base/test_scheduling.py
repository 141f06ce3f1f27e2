"""What the player and the engine ask of Linux's scheduler without privilege."""

import ctypes
import os
import subprocess
import sys
import threading

import pytest

from livesyn.base import scheduling
from livesyn.base.errors import ConfigError
from livesyn.base.scheduling import (
    QuietCore,
    ask_realtime,
    check_priority,
    leave_quiet_core,
    quiet_core,
    shorten_slice,
    step_back,
)

linux = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="threads choose their cores on Linux only"
)


def in_a_thread(work):
    """What `work()` returns in a thread of its own, so that this one stays as it is."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join(5)
    return found[0]


@linux
def test_nets_leave_the_core_that_the_scheduling_thread_goes_home_to():
    cores = os.sched_getaffinity(0)
    if len(cores) < 2:
        pytest.skip("one core alone")

    def net():
        leave_quiet_core()
        return os.sched_getaffinity(0)

    def player():
        home = QuietCore()
        os.sched_setaffinity(0, {min(cores)})
        os.sched_setaffinity(0, cores)
        home.go()
        here = ctypes.CDLL(None).sched_getcpu()
        home.go()
        return here, os.sched_getaffinity(0)

    assert in_a_thread(net) == cores - {max(cores)}
    assert in_a_thread(player) == (max(cores), cores)


@linux
def test_where_there_is_one_core_everybody_shares_it():
    def alone():
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        leave_quiet_core()
        home = QuietCore()
        home.go()
        return quiet_core(), os.sched_getaffinity(0)

    assert in_a_thread(alone) == (None, {min(os.sched_getaffinity(0))})


@linux
def test_a_home_that_is_no_longer_allowed_is_left_alone(monkeypatch):
    monkeypatch.setattr(scheduling, "quiet_core", lambda: 4096)
    before = os.sched_getaffinity(0)

    def moved():
        home = QuietCore()
        home.go()
        return os.sched_getaffinity(0)

    assert in_a_thread(moved) == before


@linux
def test_a_sandbox_that_forbids_it_is_asked_once(monkeypatch):
    asked = []

    def refused(*_):
        asked.append(1)
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refused)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {4095, 4096})
    home = QuietCore()
    home.go()
    first = len(asked)
    home.go()
    assert first and len(asked) == first
    leave_quiet_core()
    assert len(asked) == first + 1


def test_where_threads_cannot_choose_nothing_is_asked(monkeypatch):
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # macOS and Windows have neither
    QuietCore().go()
    leave_quiet_core()
    assert quiet_core() is None and scheduling.cores() >= 1


@linux
def test_all_threads_of_an_engine_make_way():
    code = (
        "import os, sys\nfrom livesyn.base.scheduling import yield_process\nassert 'numpy' not in"
        " sys.modules\nyield_process()\nimport numpy,"
        " threading\nthreading.Thread(target=threading.Event().wait,"
        " daemon=True).start()\nprint({os.sched_getscheduler(int(t)) for t in"
        " os.listdir('/proc/self/task')}, os.getpriority(os.PRIO_PROCESS, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    policies, niceness = done.stdout.rsplit(maxsplit=1)
    assert policies == f"{{{os.SCHED_BATCH}}}" and int(niceness) == scheduling.ENGINE_NICE


def test_the_cores_are_those_of_the_process_whatever_a_thread_keeps_to():
    def told():
        leave_quiet_core()
        return scheduling.cores()

    assert in_a_thread(told) == scheduling.cores() >= 1


@linux
def test_the_engine_pushes_nobody_aside_and_the_player_may():
    def policy_after(ask):
        ask()
        return os.sched_getscheduler(0)

    assert in_a_thread(lambda: policy_after(step_back)) == os.SCHED_BATCH
    assert in_a_thread(lambda: policy_after(shorten_slice)) == os.SCHED_OTHER


def test_a_priority_that_there_is_not_is_refused_at_the_desk(monkeypatch):
    for legal in ("", "realtime", "nice", "none"):
        monkeypatch.setenv("LIVESYN_PRIORITY", legal)
        check_priority()
    monkeypatch.setenv("LIVESYN_PRIORITY", "Realtime")
    with pytest.raises(ConfigError, match="'Realtime'; it may be realtime, nice or none"):
        check_priority()
    realtime, words = in_a_thread(ask_realtime)
    assert not realtime and "Realtime" in words  # a player by itself says what it was told

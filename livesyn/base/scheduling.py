"""Priorities: how the player is scheduled in time on a machine whose cores are all busy.

Without privilege: a short time slice (a thread with short slices is scheduled sooner when it
wakes), SCHED_BATCH for the engine (its threads do not preempt others when they wake), and one core
that the nets do not use and to which the player's thread returns. The core, because a thread that
wakes on a core that runs the nets may wait there for the next tick, 4 ms, while another core is
idle (traced in a virtual machine, where Linux perhaps takes an idle core for one that the host has
taken away; not tried on a physical machine). With privilege: niceness for the whole process, and
SCHED_FIFO for the scheduling thread. The whole process, because a thread that holds the interpreter
lock and is preempted by the nets keeps the real-time thread waiting (priority inversion).

The environment variable LIVESYN_PRIORITY ("realtime", "nice" or "none") limits what needs
privilege, to measure the effect of each.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
import threading
from pathlib import Path

from livesyn.base.errors import ConfigError

PRIORITY_VARIABLE = "LIVESYN_PRIORITY"
PRIORITIES = ("realtime", "nice", "none")
FIFO_PRIORITY = 40
NICE = -11
# The player comes first, by its time slice and its core. At 10 the engine stood still beside other
# programs that fill the cores: no frame was encoded for half a minute.
ENGINE_NICE = ENGINE_SESSION_NICE = 1
SLICE_NS = 100_000  # the shortest that Linux grants; 0 is the kernel's own
OTHER, BATCH = 0, 3
SCHED_SETATTR = {"x86_64": 314, "aarch64": 274, "riscv64": 274}  # system call numbers


def shorten_slice() -> None:
    """Give the calling thread, and all that it starts from now on, the shortest time slice: it is
    scheduled sooner when it wakes.
    """
    _schedule(OTHER, SLICE_NS)


def step_back() -> None:
    """SCHED_BATCH for the calling thread and all that it starts from now on: they preempt nobody
    when they wake. Their time slice stays the kernel's, because only a thread with a shorter one
    is let in at once when it wakes: the player's.
    """
    _schedule(BATCH, 0)


def _schedule(policy: int, slice_ns: int) -> None:
    if sys.platform == "linux" and (number := SCHED_SETATTR.get(platform.machine())) is not None:
        # struct sched_attr: size, policy, flags, nice, priority, runtime (from Linux 6.12 the
        # slice), deadline, period
        attributes = struct.pack(
            "=IIQiIQQQ", 48, policy, 0, os.getpriority(os.PRIO_PROCESS, 0), 0, slice_ns, 0, 0
        )
        ctypes.CDLL(None).syscall(number, 0, attributes, 0)


def cores() -> int:
    """How many cores this process may use, whatever the calling thread keeps to."""
    return len(_allowed(os.getpid())) or os.cpu_count() or 1


def _allowed(thread: int = 0) -> set[int]:
    """The cores that a thread (0: this one) may run on; none where that cannot be chosen (macOS,
    Windows, a sandbox).
    """
    try:
        return os.sched_getaffinity(thread)
    except (AttributeError, OSError):
        return set()


def quiet_core() -> int | None:
    """The core that the nets leave to the player: the last of those this thread may run on. None
    where there is one alone, or where threads cannot choose.
    """
    allowed = _allowed()
    return max(allowed) if len(allowed) > 1 else None


def leave_quiet_core() -> None:
    """Keep the calling thread, and all that it starts from now on, off `quiet_core`."""
    if (core := quiet_core()) is not None:
        with contextlib.suppress(OSError):  # a sandbox may forbid it
            os.sched_setaffinity(0, _allowed() - {core})


class QuietCore:
    """Moves the calling thread to `quiet_core` before it sleeps, because Linux wakes it on the core
    on which it slept. It may still run on every other core.
    """

    def __init__(self) -> None:
        self._core = quiet_core()
        # PyDLL keeps the interpreter lock; CDLL would release it
        self._here = (
            getattr(ctypes.PyDLL(None), "sched_getcpu", None) if self._core is not None else None
        )

    def go(self) -> None:
        """Go there, if this is another core: 50 microseconds, and under one otherwise."""
        if self._here is None or self._here() == self._core:
            return
        allowed = _allowed()
        if self._core not in allowed:  # the process's affinity was changed from outside
            return
        try:
            os.sched_setaffinity(0, {self._core})
            os.sched_setaffinity(0, allowed)
        except OSError:  # a sandbox forbids it
            self._here = None
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, allowed)


def check_priority() -> None:
    """Raises ConfigError where the environment names a priority that there is not: the show would
    otherwise play at ordinary priority, and only its figures would tell.
    """
    if (asked := _allowed_priority()) not in PRIORITIES:
        raise ConfigError(
            f"the environment variable {PRIORITY_VARIABLE} is {asked!r}; it may be"
            f" {', '.join(PRIORITIES[:-1])} or {PRIORITIES[-1]}, or be left out"
        )


def _allowed_priority() -> str:
    return os.environ.get(PRIORITY_VARIABLE) or PRIORITIES[0]


def be_nice(niceness: int, session: int) -> None:
    """Ask for a niceness for the calling thread and all that it starts from now on, and one for
    their session: Linux shares the cores by session first, and there a thread's does not count."""
    # below 0 it is granted to root, or by `@audio - nice -11` in /etc/security/limits.conf
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
        Path("/proc/self/autogroup").write_text(str(session))


def yield_process() -> None:
    """Lower the priority of the calling thread and of all that it starts from now on, below the
    player's.

    Call before the first thread, and NumPy's import starts some.
    """
    be_nice(ENGINE_NICE, ENGINE_SESSION_NICE)
    step_back()


def favour_process() -> None:
    """Raise the priority of the calling thread and of all that it starts from now on.

    Call before the first thread.
    """
    shorten_slice()
    if _allowed_priority() in ("realtime", "nice"):
        be_nice(NICE, NICE)


def ask_realtime() -> tuple[bool, str]:
    """Ask for SCHED_FIFO for the calling thread alone; whether it was given, and a sentence."""
    if not hasattr(os, "sched_setscheduler"):
        return False, "this system has no SCHED_FIFO; the player runs at ordinary priority"
    allowed, thread = _allowed_priority(), threading.get_native_id()
    niceness = os.getpriority(os.PRIO_PROCESS, thread)
    if allowed != "realtime":
        return (
            False,
            (
                f"real-time priority was not asked for (LIVESYN_PRIORITY is {allowed}); niceness"
                f" {niceness}"
            ),
        )
    try:
        os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(FIFO_PRIORITY))
    except OSError as error:
        return (
            False,
            (
                f"real-time priority was refused ({error.strerror}), niceness is {niceness}; notes"
                " may leave a millisecond or two late under load: grant it with `ulimit -r 50` or"
                " a line `@audio - rtprio 50` in /etc/security/limits.conf"
            ),
        )
    return True, f"SCHED_FIFO at priority {FIFO_PRIORITY}"

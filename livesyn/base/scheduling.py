"""What lets the player in on time on a machine whose every core is busy.

Without privilege: a short time slice (a waking thread of short slices is let in sooner), an engine
that steps back (SCHED_BATCH: what of it wakes pushes nobody aside), and a core that the nets stay
off and the scheduling thread goes back to. The last because a thread that wakes on a core where the
nets are in the middle of something may wait there for the next tick, 4 ms, with another core asleep
(traced in a virtual machine, where Linux perhaps takes a core that sleeps for one that was taken
away; a machine of its own was not tried). With privilege: niceness for the whole process, and
SCHED_FIFO for the scheduling thread. The whole process is favoured because a thread that holds the
interpreter and is pushed aside by the nets keeps the scheduling thread waiting, whatever that one's
priority.

The environment variable LIVESYN_PRIORITY ("realtime", "nice" or "none") holds back what needs
privilege, to measure what each is worth.
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

FIFO_PRIORITY = 40
NICE = -11
ENGINE_NICE = 10  # the player comes first
# but beside other programs that fill the cores, a show at 10 would see nothing for half a minute
ENGINE_SESSION_NICE = 4
SLICE_NS = 100_000  # the shortest that Linux grants
OTHER, BATCH = 0, 3
SCHED_SETATTR = {"x86_64": 314, "aarch64": 274, "riscv64": 274}  # system call numbers


def shorten_slice() -> None:
    """Give the calling thread, and all that it starts from now on, the shortest time slice: it is
    let in when it wakes.
    """
    _schedule(OTHER)


def step_back() -> None:
    """Let the calling thread, and all that it starts from now on, push nobody aside when they wake,
    and be left after the shortest time slice: a running thread is let alone until its slice is
    over, and the player waits for that long.
    """
    _schedule(BATCH)


def _schedule(policy: int) -> None:
    if sys.platform == "linux" and (number := SCHED_SETATTR.get(platform.machine())) is not None:
        # struct sched_attr: size, policy, flags, nice, priority, runtime (from Linux 6.12 the
        # slice), deadline, period
        attributes = struct.pack(
            "=IIQiIQQQ", 48, policy, 0, os.getpriority(os.PRIO_PROCESS, 0), 0, SLICE_NS, 0, 0
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
    """The calling thread's way back to `quiet_core`, before it sleeps: it wakes where it slept. It
    may run anywhere else all the same.
    """

    def __init__(self) -> None:
        self._core = quiet_core()
        # PyDLL keeps the interpreter, which CDLL would hand to another thread
        self._here = (
            getattr(ctypes.PyDLL(None), "sched_getcpu", None) if self._core is not None else None
        )

    def go(self) -> None:
        """Go there, if this is another core: 50 microseconds, and under one otherwise."""
        if self._here is None or self._here() == self._core:
            return
        allowed = _allowed()
        if self._core not in allowed:  # somebody has told this process to use others since
            return
        try:
            os.sched_setaffinity(0, {self._core})
            os.sched_setaffinity(0, allowed)
        except OSError:  # a sandbox forbids it
            self._here = None
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, allowed)


def be_nice(niceness: int, session: int) -> None:
    """Ask for a niceness for the calling thread and all that it starts from now on, and one for
    their session: Linux shares the cores by session first, and there a thread's does not count."""
    with contextlib.suppress(
        OSError, AttributeError
    ):  # below 0 it is granted to root, or by `@audio - nice -11` in /etc/security/limits.conf
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
        Path("/proc/self/autogroup").write_text(str(session))


def yield_process() -> None:
    """Have the calling thread, and all that it starts from now on, make way for the player.

    Call before the first thread, and NumPy's import starts some.
    """
    be_nice(ENGINE_NICE, ENGINE_SESSION_NICE)
    step_back()


def favour_process() -> None:
    """Favour the calling thread and all that it starts from now on.

    Call before the first thread.
    """
    shorten_slice()
    if os.environ.get("LIVESYN_PRIORITY", "realtime") in ("realtime", "nice"):
        be_nice(NICE, NICE)


def ask_realtime() -> tuple[bool, str]:
    """Ask for SCHED_FIFO for the calling thread alone; whether it was given, and a sentence."""
    if not hasattr(os, "sched_setscheduler"):
        return False, "this system has no SCHED_FIFO; the player runs at ordinary priority"
    allowed, thread = os.environ.get("LIVESYN_PRIORITY", "realtime"), threading.get_native_id()
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

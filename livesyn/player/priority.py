"""What lets the player in on time on a machine whose every core is busy.

Three things, each asked for and none needed: a short time slice (no privilege; a waking thread
of short slices is let in sooner), niceness for the whole process, and SCHED_FIFO for the
scheduling thread. The whole process is favoured because a thread that holds the interpreter and
is pushed aside by the nets keeps the scheduling thread waiting, whatever that one's priority.

The environment variable LIVESYN_PRIORITY ("realtime", "nice" or "none") holds it back, to
measure what each is worth.
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
SLICE_NS = 100_000  # the shortest that Linux grants
SCHED_SETATTR = {"x86_64": 314, "aarch64": 274, "riscv64": 274}  # system call numbers


def shorten_slice() -> None:
    """Give the calling thread, and all that it starts from now on, the shortest time slice.

    For the player, so that it is let in when it wakes; and for the engine too: a running thread
    is left alone until its slice is over, and the player waits for that long.
    """
    if sys.platform == "linux" and (number := SCHED_SETATTR.get(platform.machine())) is not None:
        # struct sched_attr: size, policy, flags, nice, priority, runtime (from Linux 6.12 the slice), deadline, period
        attributes = struct.pack("=IIQiIQQQ", 48, os.SCHED_OTHER, 0, os.getpriority(os.PRIO_PROCESS, 0), 0, SLICE_NS, 0, 0)
        ctypes.CDLL(None).syscall(number, 0, attributes, 0)


def be_nice(niceness: int, session: int) -> None:
    """Ask for a niceness for the calling thread and all that it starts from now on, and one for
    their session: Linux shares the cores by session first, and there a thread's does not count."""
    with contextlib.suppress(OSError, AttributeError):  # below 0 it is granted to root, or by `@audio - nice -11` in /etc/security/limits.conf
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
        Path("/proc/self/autogroup").write_text(str(session))


def favour_process() -> None:
    """Favour the calling thread and all that it starts from now on. Call before the first thread."""
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
        return False, f"real-time priority was not asked for (LIVESYN_PRIORITY is {allowed}); niceness {niceness}"
    try:
        os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(FIFO_PRIORITY))
    except OSError as error:
        return False, (f"real-time priority was refused ({error.strerror}), niceness is {niceness}; notes may leave a millisecond or two late under load: "
                       "grant it with `ulimit -r 50` or a line `@audio - rtprio 50` in /etc/security/limits.conf")
    return True, f"SCHED_FIFO at priority {FIFO_PRIORITY}"

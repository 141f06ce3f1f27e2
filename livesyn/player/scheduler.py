"""The thread that steps the player, on time."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from livesyn.clock import SystemClock
from livesyn.player.core import Player

SPIN_S = 0.0005  # a sleep may end this much late: the rest is spun
FIFO_PRIORITY = 40

log = logging.getLogger(__name__)


def ask_realtime() -> tuple[bool, str]:
    """Ask for SCHED_FIFO for the calling thread alone; whether it was given, and a sentence."""
    if not hasattr(os, "sched_setscheduler"):
        return False, "this system has no SCHED_FIFO; the player runs at ordinary priority"
    if os.environ.get("LIVESYN_REALTIME") == "0":  # to measure what it is worth
        return False, "real-time priority was not asked for: LIVESYN_REALTIME is 0"
    try:
        os.sched_setscheduler(threading.get_native_id(), os.SCHED_FIFO, os.sched_param(FIFO_PRIORITY))
    except OSError as error:
        return False, (f"real-time priority was refused ({error.strerror}); notes may leave a millisecond or two late under load: "
                       "grant it with `ulimit -r 50` or a line `@audio - rtprio 50` in /etc/security/limits.conf")
    return True, f"SCHED_FIFO at priority {FIFO_PRIORITY}"


class Scheduler:
    """Runs `player.step` until `stop`; ends every note when it leaves, however it leaves.

    `on_failure(sentence)` is called when a step raised; the notes are ended before.
    """

    def __init__(self, player: Player, on_failure: Callable[[str], None] = lambda sentence: None) -> None:
        self._player = player
        self._on_failure = on_failure
        self._clock = SystemClock(spin_s=SPIN_S)
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        player.wake = self._woken.set
        self.realtime = False
        self.realtime_words = "not started"

    def start(self) -> None:
        """Begin; returns once the thread has asked for its priority."""
        started = threading.Event()
        self._started = started
        self._thread.start()
        started.wait(1.0)

    def stop(self) -> bool:
        """End notes and leave; False when the thread did not within 1 s (a device blocks it)."""
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        return not self._thread.is_alive()

    def _run(self) -> None:
        self.realtime, self.realtime_words = ask_realtime()
        self._started.set()
        player, clock = self._player, self._clock
        try:
            while not self._stopping:
                wake_s = player.step(clock.now_s())
                left_s = wake_s - clock.now_s()
                if left_s > SPIN_S and self._woken.wait(left_s - SPIN_S):
                    self._woken.clear()  # a command: step now, it may be a panic
                    continue
                clock.sleep_until(wake_s)
        except Exception as error:
            log.exception("the scheduler failed")
            player.finish(clock.now_s())
            self._on_failure(f"the scheduler failed: {error}")
        else:
            player.finish(clock.now_s())

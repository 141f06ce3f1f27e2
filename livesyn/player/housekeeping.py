"""What the player does that need not be on time: slow jobs of the sinks, lost devices, figures,
the supervisor's heartbeat, the memory on disk."""

from __future__ import annotations

import gc
import logging
import queue
import signal
import threading
from collections.abc import Callable

from livesyn.base.clock import Clock

MAX_JOBS = 1024
TICK_S = 0.1
WEDGED_S = 5
ASIDE_S = 0.003  # a duty takes a millisecond of the interpreter, and a share of the caches
JOB_ASIDE_S = 0.0015  # a job less

log = logging.getLogger(__name__)


class Housekeeping:
    """One thread, which runs deferred jobs as they come and `duties`, (period_s, job) pairs, when
    they are due.

    `defer` is thread-safe and never blocks; over `MAX_JOBS` jobs are dropped and counted. A
    job that raises is logged and counted. All step aside for what is due: `due_s` says when that
    is; within `ASIDE_S` before it no duty begins, within `JOB_ASIDE_S` no job. As long as it lives
    it winds up an alarm that ends the process when this thread no longer runs (a driver spins with
    the interpreter's lock).
    """

    def __init__(
        self, clock: Clock, watchdog: bool = False, due_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._clock = clock
        self.turned_s = clock.now_s()  # when it began its last turn
        self._due_s = due_s
        self._watchdog = watchdog and hasattr(signal, "alarm")
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._duties: list[tuple[float, Callable[[], None]]] = []
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self.dropped = 0
        self.failures = 0
        self.last_error = ""

    def every(self, period_s: float, job: Callable[[], None]) -> None:
        """Do `job` every `period_s`. Before `start`."""
        self._duties.append((period_s, job))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the jobs that wait; at most 1 s."""
        self._jobs.put(None)
        self._thread.join(1.0)

    def defer(self, job: Callable[[], None]) -> None:
        """Do `job` soon."""
        if self._jobs.qsize() >= MAX_JOBS:
            self.dropped += 1
        else:
            self._jobs.put(job)

    def _run(self) -> None:
        due_s = [0.0] * len(self._duties)
        while True:
            try:
                job = self._jobs.get(timeout=TICK_S)
            except queue.Empty:
                pass
            else:
                if job is None:
                    break
                self._step_aside(JOB_ASIDE_S)
                self._do(job)
            self.turned_s = now_s = self._clock.now_s()
            for i, (period_s, duty) in enumerate(self._duties):
                if now_s >= due_s[i]:
                    due_s[i] = now_s + period_s
                    self._step_aside(ASIDE_S)
                    self._do(duty)
            if self._watchdog:
                signal.alarm(WEDGED_S)

    def _step_aside(self, before_s: float) -> None:
        """Wait until what is due soon is done; once, for something may be due all the time."""
        if 0 < (left_s := self._due_s() - self._clock.now_s()) < before_s:
            threading.Event().wait(left_s + before_s / 3)

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # one broken duty must not end the others
            self.failures += 1
            self.last_error = f"{type(error).__name__}: {error}"
            log.exception("housekeeping failed")


def calm_garbage() -> None:
    """No collection at a bad moment: what is there stays for good, the rest waits for `collect`."""
    gc.collect()
    gc.freeze()
    gc.disable()


def keep_imports() -> None:
    """What was imported after `calm_garbage` stays for good too, or every `collect` would look
    through it: some milliseconds with the interpreter.
    """
    if not gc.isenabled():
        gc.freeze()


def collect() -> None:
    """Collect what has gathered since; some tens of microseconds."""
    gc.collect()

"""The thread that steps the player, on time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from livesyn.base.clock import Clock, SystemClock
from livesyn.base.scheduling import QuietCore, ask_realtime
from livesyn.player.core import Player

# How long before a due time the thread wakes. At the last of these it begins to spin: under
# SCHED_FIFO two switch intervals before, so that it has the interpreter back in time and keeps it.
NEAR_S = 0.0007
REALTIME_WAKES_S = (NEAR_S,)
# At ordinary priority one that spins beside a busy program uses up its share, and at the kernel's
# next tick its core is given away until the tick after: 4 ms at HZ 250. So it naps, long enough to
# have a share again, and wakes first a tick early: if it is kept waiting, then there.
ORDINARY_WAKES_S = (0.0045, NEAR_S, 0.0004, 0.0001)
BEAT_S = 0.2
BEAT_ROOM_S = 0.005  # a beat takes some twenty microseconds, and may cost a turn of the interpreter
COOL_S = 0.00015  # no warming nearer than this to the due time: it takes some fifty microseconds

log = logging.getLogger(__name__)


class Scheduler:
    """Runs `player.step` until `stop`; ends every note when it leaves, however it leaves.

    `on_failure(sentence)` is called when a step raised; the notes are ended before. `beat(now_s)`
    is called about five times a second on the stepping thread, when nothing is due soon. `clock` is
    the machine's, but for tests.
    """

    def __init__(
        self,
        player: Player,
        on_failure: Callable[[str], None] = lambda sentence: None,
        beat: Callable[[float], None] = lambda now_s: None,
        clock: Clock | None = None,
    ) -> None:
        self._player = player
        self._on_failure, self._beat = on_failure, beat
        self._beat_s = 0.0
        self._clock = clock or SystemClock()
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

    def _beat_when_due(self, left_s: float) -> None:
        late_s = self._player.stepped_s - self._beat_s - BEAT_S
        if late_s >= 0 and (left_s > BEAT_ROOM_S or late_s > BEAT_S):
            self._beat_s = self._player.stepped_s
            self._beat(self._beat_s)

    def _wait(self, seconds: float) -> bool:
        """False when a command came before: step now, it may be a panic."""
        woken = self._woken.wait(seconds)
        if woken:
            self._woken.clear()
        return not woken

    def _run(self) -> None:
        self.realtime, self.realtime_words = ask_realtime()
        self._started.set()
        player, clock = self._player, self._clock
        # SCHED_FIFO is let in wherever it wakes, and soonest where the nets keep a core awake
        home = None if self.realtime else QuietCore()
        wakes_s = REALTIME_WAKES_S if self.realtime else ORDINARY_WAKES_S
        try:
            while not self._stopping:
                left_s = player.step(clock.now_s()) - clock.now_s()
                self._beat_when_due(left_s)
                before_s = next((wake_s for wake_s in wakes_s if left_s > wake_s), None)
                if before_s is not None:
                    if home is not None and before_s == wakes_s[0]:
                        home.go()
                    if self._wait(left_s - before_s) and before_s == NEAR_S:
                        player.warm()
                elif left_s > COOL_S:
                    # and again: the nets on the other half of the core empty the caches all the
                    # while
                    player.warm()
                # In the last moment it steps in vain, again and again: that is the spin.
        except Exception as error:
            log.exception("the scheduler failed")
            player.finish(clock.now_s())
            self._on_failure(f"the scheduler failed: {error}")
        else:
            player.finish(clock.now_s())

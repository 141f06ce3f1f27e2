"""The one life of whatever can go away: opened, running, lost, opened again after growing pauses.

`Life` is that of every device. What drives it differs by what a driver may do. A port answers at
once, so whoever has a thread to spare looks after it twice a second (`PolledDevice`: MIDI in and
out, OSC in and out, the recorder). A camera, a microphone or an output for pictures blocks for as
long as it likes, in a call that cannot be ended: it has a thread of its own, which a watchdog
leaves (`sources.feed.Feed`) or reports (`sinks.pictures.outlet.Outlet`) when it hangs.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import replace

from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.health import (
    LONGEST_BACK_OFF_S,
    LOST,
    OFF,
    OPENING,
    RUNNING,
    BackOff,
    Health,
    State,
)

log = logging.getLogger(__name__)


class Life:
    """The states of one device, and when it is to be opened again. Thread-safe.

    `on_change(health)` is called at every change, under the lock `changed`, and must be quick. What
    comes after `stop` and before the next `begin` changes nothing: a late driver is not heard.
    """

    def __init__(self, name: str, on_change: Callable[[Health], object] | None = None) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._health = Health(name)
        self._on_change = on_change
        self._back_off = BackOff()
        self._due_s = -math.inf
        self._opened = False  # since it was lost or begun last
        self._ran_s = math.inf  # since when it runs
        self._required = False
        self._refused: LivesynError | None = None

    @property
    def health(self) -> Health:
        """How it is doing; what it has dropped, only its owner knows."""
        return self._health

    def begin(self, name: str = "", required: bool = False) -> None:
        """It is being opened. If that is `required`, the failure is not reported as a loss but
        raised by `wait_opened`.
        """
        with self.changed:
            self._required, self._refused = required, None
            self._tell(OPENING, name=name or self._health.name)

    def opened(self) -> None:
        """It is there, though nothing may have come of it yet: if it goes now, it is lost."""
        with self.changed:
            if self._health.state != OFF:
                self._opened, self._required = True, False
                self.changed.notify_all()

    def run(self, now_s: float, complaint: str = "") -> None:
        """It works. Quick when nothing changes."""
        with self.changed:
            before = self._health
            if before.state == OFF or (before.state == RUNNING and before.complaint == complaint):
                return
            if before.state != RUNNING:
                self._ran_s = now_s
                self.opened()
            self._tell(RUNNING, reason="", complaint=complaint)

    def lose(self, reason: str | LivesynError, now_s: float, pause_s: float | None = None) -> None:
        """It is gone, or could not be opened. The next try is due after `pause_s`, usually that of
        the back-off, which begins anew once a device has run for longer than its longest pause.
        """
        with self.changed:
            if self._health.state == OFF:
                return
            if self._required:
                self._refused = reason if isinstance(reason, LivesynError) else DeviceError(reason)
                self._health = replace(self._health, reason=str(reason))
                self.stop()
                return
            if now_s - self._ran_s >= LONGEST_BACK_OFF_S:
                self._back_off.reset()
            self._due_s = now_s + (self._back_off.next_s() if pause_s is None else pause_s)
            lost = self._health.lost + self._opened
            self._opened, self._ran_s = False, math.inf
            self._tell(LOST, reason=str(reason), lost=lost)

    def stop(self) -> None:
        """It is closed. Safe to call twice."""
        with self.changed:
            self._opened, self._required, self._ran_s = False, False, math.inf
            self._back_off.reset()
            if self._health.state != OFF:
                self._tell(OFF)

    def is_due(self, now_s: float) -> bool:
        """Whether it is lost and to be opened again now."""
        with self.changed:
            return self._health.state == LOST and now_s >= self._due_s

    def wait_opened(self, timeout_s: float, advice: str = "") -> None:
        """Block until what was begun is open.

        Raises: its own LivesynError, or DeviceError (which ends with `advice`) when it does not
        open in time; either way it is stopped.
        """
        with self.changed:
            self.changed.wait_for(lambda: self._opened or self._health.state != OPENING, timeout_s)
            if self._health.state == OPENING and not self._opened:
                self.stop()
            if self._health.state == OFF:
                name = self._health.name
                raise self._refused or DeviceError(
                    f"{name} did not open within {timeout_s:g} s{advice}"
                )

    def wait_for(self, state: State, timeout_s: float) -> bool:
        """Block until it is in `state`; False when it is not within `timeout_s`."""
        with self.changed:
            return self.changed.wait_for(lambda: self._health.state == state, timeout_s)

    def _tell(self, state: State, **changes: object) -> None:
        self._health = replace(self._health, state=state, **changes)  # type: ignore[arg-type]
        self.changed.notify_all()
        if self._on_change is not None:
            try:
                self._on_change(self._health)
            except Exception:
                log.exception("a listener to %s failed", self._health.name)


class PolledDevice:
    """A device that is opened and looked after from outside, by `maintain(now_s)` about twice a
    second. A device says how by `_acquire`, `_check` and `_release`, which must not hang.

    A loss that `maintain` notices may be half a second old, so the first try is made at once; from
    then on the back-off holds.
    """

    name = "device"

    def __init__(self) -> None:
        self._life = Life(self.name)

    @property
    def label(self) -> str:
        """What it calls itself; "" while there is nothing to call."""
        return ""

    @property
    def lost(self) -> int:
        """How often it went."""
        return self._life.health.lost

    @property
    def dropped(self) -> int:
        """What it could not take or hand on."""
        return 0

    @property
    def available(self) -> bool:
        """Whether it works now."""
        return self.health().state == RUNNING

    def health(self) -> Health:
        """How it is doing. Any thread."""
        health = replace(self._life.health, dropped=self.dropped, label=self.label)
        return health.hindered(self._hindrance())

    def open(self) -> None:
        """Get the device. Raises DeviceError; `maintain` goes on trying until `close`."""
        self._life.begin()
        try:
            self._acquire()
        except DeviceError as error:
            self._life.lose(error, -math.inf, 0.0)
            raise
        self._life.run(-math.inf)

    def maintain(self, now_s: float) -> None:
        """Notice a loss, and open again what is lost when it is time."""
        if self._life.health.state == RUNNING and (reason := self._check()):
            self._life.lose(reason, now_s, 0.0)
        if self._life.is_due(now_s):
            self._reopen(now_s)

    def close(self) -> None:
        """Let go of the device. Safe to call twice, or unopened."""
        self._life.stop()
        self._release()

    def _reopen(self, now_s: float) -> None:
        try:
            self._acquire()
        except DeviceError as error:
            self._life.lose(error, now_s)
        else:
            self._life.run(now_s)

    def _acquire(self) -> None:
        """Get it. Raises DeviceError."""

    def _check(self) -> str:
        """Why it is lost, having let go of it; "" while it is well."""
        return ""

    def _hindrance(self) -> str:
        """Why it does not work though it is open; "" if it does. Any thread."""
        return ""

    def _release(self) -> None:
        """Let go of it, if it was had. Safe to call twice."""

"""The show's state: parameter values and the transport, set from anywhere, kept by the player.

It outlives engines. Whoever may touch the show (the engine's web page, OSC, the supervisor)
goes through `ShowState`; every change is clamped, stored, obeyed and echoed to all,
by OSC with the brake of `EchoLimiter`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.refusals import Refusals
from livesyn.player.echo_limiter import EchoLimiter
from livesyn.player.newest import Change, NewestValues
from livesyn.transport.timeline import Taps

NUDGE_LIMIT_MS = 1000.0
LED = "while somebody else leads"
TRANSPORT = ("play", "stop", "tempo", "tap", "nudge")


class Performer(Protocol):
    """What the state asks of the player; every method thread-safe and quick."""

    def play(self, origin: str, asked_s: float | None) -> None: ...

    def stop(self, origin: str, asked_s: float | None) -> None: ...

    def panic(self, origin: str) -> None: ...

    def nudge(self, later_s: float, origin: str, asked_s: float | None) -> None: ...

    def set_value(self, name: str, value: float, origin: str, asked_s: float | None) -> None: ...


class ShowState:
    """Thread-safe; no method blocks on a device or an engine.

    `echo(changes)` is told of all changes, after they are stored; `announce(name, value)` of those
    that `EchoLimiter` admits, for whoever may send back what it hears. `defer(job)` runs what tells
    them, one job at a time. What changes before its turn comes is told once, with the newest value
    (of a button each value): a flood costs no more than the telling can bear, and the last value
    told is the last one set. Whoever asks says who it is ("osc", "page") and when it was (None:
    now); both are passed on. `leader(origin)` names who leads the tempo in place of that one, "" if
    nobody does: then `tempo` and taps are not obeyed, which is counted and said once by
    `say(sentence)`. While the beat is another's, which `led()` says, a nudge moves `sync_offset`.
    """

    def __init__(
        self,
        performer: Performer,
        clock: Clock,
        values: Mapping[str, float] | None = None,
        echo: Callable[[Sequence[Change]], None] = lambda changes: None,
        announce: Callable[[str, float], None] = lambda name, value: None,
        defer: Callable[[Callable[[], None]], None] = lambda job: job(),
        leader: Callable[[str], str] = lambda origin: "",
        led: Callable[[], bool] = lambda: False,
        say: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self._performer = performer
        self._leader, self._led = leader, led
        self._refusals = Refusals(clock, say, "changes of the tempo")
        self._clock = clock
        self._echo, self._announce, self._defer = echo, announce, defer
        self._echo_limiter = EchoLimiter()
        self._lock = threading.Lock()
        self._to_echo, self._to_announce = NewestValues(), NewestValues()
        self._deferred = False  # what waits there will be told
        self._values = params.defaults() | {
            name: params.row(name).clamp(value) for name, value in (values or {}).items()
        }
        self._status: dict[str, float] = {}
        self._taps = Taps()
        self.refused = 0

    def set_param(
        self, name: str, value: float, origin: str = "", asked_s: float | None = None
    ) -> float | None:
        """Set `name` to the nearest legal value, which is returned and echoed even when nothing
        changed (again and again to OSC at most ten times a second). An unknown name is refused and
        counted (None).
        """
        self.set_params((Change(name, value, origin, asked_s),))
        row = params.BY_NAME.get(name)
        return None if row is None else row.clamp(value)

    def set_params(self, changes: Iterable[Change]) -> None:
        """`set_param` of many, at the price of one."""
        with self._lock:
            now_s = self._clock.now_s()
            for name, value, origin, asked_s in changes:
                row = params.BY_NAME.get(name)
                if row is None:
                    self.refused += 1
                    continue
                legal = row.clamp(value)
                if name == "tempo" and self._is_led(origin):
                    legal = self._values[name]  # which is echoed: a control goes back
                self._values[name] = legal
                when_s = now_s if asked_s is None else asked_s
                self._performer.set_value(name, legal, origin, when_s)
                self._to_echo.put(name, legal, origin, when_s)
                if self._echo_limiter.admit(name, value, legal, origin, now_s):
                    self._to_announce.put(name, legal)
        self._tell_soon()

    def report(self, name: str) -> None:
        """Announce what a parameter is, changed or not."""
        with self._lock:
            self._to_announce.put(name, self._values[name])
        self._tell_soon()

    def announce_due(self) -> None:
        """Announce what had to wait. About ten times a second, where deferred jobs run."""
        with self._lock:
            now_s = self._clock.now_s()
            for name in self._echo_limiter.due(now_s):
                value = self._values[name]
                self._echo_limiter.admit(name, value, value, "", now_s)
                self._to_announce.put(name, value)
        self._tell()  # also what a full queue of jobs did not take

    def _tell_soon(self) -> None:
        with self._lock:
            if self._deferred or not (self._to_echo or self._to_announce):
                return
            self._deferred = True
        self._defer(self._tell)

    def _tell(self) -> None:
        with self._lock:
            self._deferred = False
            echoed, announced = self._to_echo.take(), self._to_announce.take()
        for change in announced:
            self._announce(change.name, change.value)
        if echoed:  # last: it wakes a thread, which takes the interpreter
            self._echo(echoed)

    def params(self) -> dict[str, float]:
        """Name -> value of every parameter now; a copy."""
        with self._lock:
            return dict(self._values)

    def transport(
        self, do: str, value: float | None = None, origin: str = "", asked_s: float | None = None
    ) -> bool:
        """`play` (from beat 0; nothing when already playing), `stop`, `tempo` (bpm), `tap`,
        `nudge` (milliseconds later, negative earlier, at most a second). False, and counted,
        when it is none of these or its value is missing."""
        if do == "play":
            self._performer.play(origin, asked_s)
        elif do == "stop":
            self._performer.stop(origin, asked_s)
        elif do == "tempo" and value is not None:
            self.set_param("tempo", value, origin, asked_s)
        elif do == "nudge" and value is not None and value == value:
            if self._led():
                self.set_param("sync_offset", self._values["sync_offset"] + value, origin, asked_s)
            else:
                later_s = min(max(value, -NUDGE_LIMIT_MS), NUDGE_LIMIT_MS) / 1000
                self._performer.nudge(later_s, origin, asked_s)
        elif do == "tap":
            if self._is_led(origin):
                return True
            with self._lock:
                self._taps = self._taps.tapped(self._clock.now_s())
                bpm = self._taps.bpm
            if bpm is not None:
                self.set_param("tempo", bpm, origin, asked_s)
        else:
            self.refused += 1
            return False
        return True

    def _is_led(self, origin: str) -> bool:
        """Whether somebody else leads the tempo; says so."""
        if not (leader := self._leader(origin)):
            return False
        self._refusals.add(
            LED,
            leader,
            lambda: (
                f"{leader} leads the tempo: set it there, or let the show lead by sync = internal;"
                " a nudge moves the show against it"
            ),
        )
        return True

    def panic(self, origin: str = "") -> None:
        """End every note, now and 50 ms later.

        The transport goes on.
        """
        self._performer.panic(origin)

    def set_status(self, values: Mapping[str, float]) -> None:
        """Figures from the engine (fps, latency_ms, dropped), for `Sink.status`."""
        with self._lock:
            self._status.update(values)

    def status(self) -> dict[str, float]:
        """The figures set last; a copy."""
        with self._lock:
            return dict(self._status)

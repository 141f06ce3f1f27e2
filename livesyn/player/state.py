"""The show's state: parameter values and the transport, set from anywhere, kept by the player.

It outlives engines. Whoever may touch the show (the engine's web page, OSC, the supervisor)
goes through `ShowState`; every change is clamped, stored, obeyed and echoed to all,
by OSC with the brake of `EchoLimiter`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.player.echo_limiter import EchoLimiter
from livesyn.transport.timeline import Taps

NUDGE_LIMIT_MS = 1000.0
TRANSPORT = ("play", "stop", "tempo", "tap", "nudge")


class Performer(Protocol):
    """What the state asks of the player; every method thread-safe and quick."""

    def play(self) -> None: ...

    def stop(self) -> None: ...

    def panic(self, origin: str = "") -> None: ...

    def nudge(self, later_s: float) -> None: ...

    def set_value(self, name: str, value: float) -> None: ...


class ShowState:
    """Thread-safe; no method blocks on a device or an engine.

    `echo(name, value, origin)` is told of every change, after it is stored; `announce(name, value)`
    of those that `EchoLimiter` admits, for whoever may send back what it hears.
    """

    def __init__(
        self,
        performer: Performer,
        clock: Clock,
        values: Mapping[str, float] | None = None,
        echo: Callable[[str, float, str], None] = lambda name, value, origin: None,
        announce: Callable[[str, float], None] = lambda name, value: None,
    ) -> None:
        self._performer = performer
        self._clock = clock
        self._echo, self._announce = echo, announce
        self._echo_limiter = EchoLimiter()
        self._lock = threading.Lock()
        self._values = params.defaults() | {
            name: params.row(name).clamp(value) for name, value in (values or {}).items()
        }
        self._status: dict[str, float] = {}
        self._taps = Taps()
        self.refused = 0

    def set_param(self, name: str, value: float, origin: str = "") -> float | None:
        """Set `name` to the nearest legal value, which is returned and echoed even when nothing
        changed (again and again to OSC at most ten times a second). An unknown name is refused and
        counted (None). `origin` says who asks ("osc", "engine").
        """
        row = params.BY_NAME.get(name)
        if row is None:
            self.refused += 1
            return None
        legal = row.clamp(value)
        with self._lock:
            self._values[name] = legal
            self._performer.set_value(name, legal)
            admitted = self._echo_limiter.admit(name, value, legal, origin, self._clock.now_s())
        self._echo(name, legal, origin)
        if admitted:
            self._announce(name, legal)
        return legal

    def announce_due(self) -> None:
        """Announce what had to wait. About ten times a second."""
        with self._lock:
            now_s = self._clock.now_s()
            due = [(name, self._values[name]) for name in self._echo_limiter.due(now_s)]
            for name, value in due:
                self._echo_limiter.admit(name, value, value, "", now_s)
        for name, value in due:
            self._announce(name, value)

    def params(self) -> dict[str, float]:
        """Name -> value of every parameter now; a copy."""
        with self._lock:
            return dict(self._values)

    def transport(self, do: str, value: float | None = None, origin: str = "") -> bool:
        """`play` (from beat 0; nothing when already playing), `stop`, `tempo` (bpm), `tap`,
        `nudge` (milliseconds later, negative earlier, at most a second). False, and counted,
        when it is none of these or its value is missing."""
        if do == "play":
            self._performer.play()
        elif do == "stop":
            self._performer.stop()
        elif do == "tempo" and value is not None:
            self.set_param("tempo", value, origin)
        elif do == "nudge" and value is not None and value == value:
            self._performer.nudge(min(max(value, -NUDGE_LIMIT_MS), NUDGE_LIMIT_MS) / 1000)
        elif do == "tap":
            with self._lock:
                self._taps = self._taps.tapped(self._clock.now_s())
                bpm = self._taps.bpm
            if bpm is not None:
                self.set_param("tempo", bpm, origin)
        else:
            self.refused += 1
            return False
        return True

    def panic(self, origin: str = "") -> None:
        """End every note, now and 50 ms later.

        The transport goes on. `origin` says who asks ("osc", "engine").
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

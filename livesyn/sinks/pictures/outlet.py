"""An output behind a thread: it may be slow, fail or vanish, and comes back without the show
stopping.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from livesyn.base.clock import Clock
from livesyn.base.device import Life
from livesyn.base.errors import LivesynError
from livesyn.base.health import OFF, Health, State
from livesyn.base.mailbox import Latest
from livesyn.base.types import Frame
from livesyn.sinks.pictures.base import PictureSink

OPENING_S = 10.0
STUCK_S = 1.5
_LOOK_S = 0.5
_POLL_S = 0.05
_log = logging.getLogger("livesyn.sinks")


@dataclass(frozen=True, slots=True)
class OutletReport(Health):
    """How an outlet is doing, and what it has shown; `dropped` are pictures that a newer one
    replaced because the output was busy or away.
    """

    shown: int = 0
    fps: float = 0.0  # over the last 60 pictures


class Outlet:
    """Shows the newest picture on a sink, in a thread of its own; what the sink has no time for is
    dropped and counted.

    A sink that raises is closed and a new one from `make` (which must not raise) opened, after the
    pauses of `Life`. One that hangs in a picture is reported, but not left: a second one could not
    have its window or film. `on_report` is called at every change of state, from that thread, and
    must be quick. All methods are thread-safe.
    """

    def __init__(
        self,
        make: Callable[[], PictureSink],
        clock: Clock,
        *,
        on_report: Callable[[OutletReport], None] = lambda report: None,
    ) -> None:
        self._make, self._clock = make, clock
        self._mailbox: Latest[Frame] = Latest()
        self._life = Life(make().name, lambda health: on_report(self.report))
        self._changed = self._life.changed
        self._times: deque[float] = deque(maxlen=61)
        self._busy_since_s: float | None = None
        self._shown = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, timeout_s: float = OPENING_S, required: bool = True) -> None:
        """Open the sink and begin. If it is `required`, waits for the first opening; what fails
        later is reported and tried again, never raised.

        Raises: the sink's own LivesynError, or DeviceError when it does not open in time.
        """
        with self._changed:
            self._stopping = stopping = threading.Event()
            self._life.begin(required=required)
            self._thread = threading.Thread(
                target=self._run,
                args=(stopping,),
                name=f"outlet {self._life.health.name}",
                daemon=True,
            )
            self._thread.start()
            if required:
                try:
                    self._life.wait_opened(timeout_s)
                except LivesynError:
                    stopping.set()
                    raise

    def show(self, frame: Frame) -> None:
        """Have `frame` shown, unless a newer one comes first. Never blocks."""
        self._mailbox.put(frame)

    def stop(self, timeout_s: float = 2.0) -> None:
        """Show what waits, close the sink, and wait for that at most `timeout_s`."""
        with self._changed:
            self._stopping.set()
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        self._life.stop()

    @property
    def report(self) -> OutletReport:
        """How it is doing now; a sink that has been busy with one picture for 1.5 s counts as
        lost.
        """
        with self._changed:
            now_s, since_s = self._clock.now_s(), self._busy_since_s
            span_s = now_s - self._times[0] if len(self._times) > 1 else 0.0
            fps = (len(self._times) - 1) / span_s if span_s > 0 else 0.0
            health = replace(self._life.health, dropped=self._mailbox.dropped)
            if since_s is not None and now_s - since_s > STUCK_S:
                health = health.hindered(
                    f"{health.name} has been busy with one picture for more than {STUCK_S:g} s"
                )
            return OutletReport(**asdict(health), shown=self._shown, fps=fps)

    def wait_for(self, state: State, timeout_s: float) -> bool:
        """Block until it is in `state`; False when it is not within `timeout_s`."""
        return self._life.wait_for(state, timeout_s)

    def _run(self, stopping: threading.Event) -> None:
        """The life of the outlet's thread: one sink after the other."""
        while not stopping.is_set():
            sink = self._make()
            reason: str | LivesynError = ""
            try:
                sink.open()
                with self._changed:
                    if not stopping.is_set():
                        self._life.run(self._clock.now_s())
                self._serve(sink, stopping)
            except LivesynError as error:
                reason = error
            except Exception as error:  # a driver's or library's own: all of them mean "lost"
                reason = f"{sink.name} failed ({type(error).__name__}: {error})"
                _log.debug("%s", reason, exc_info=True)
            try:
                sink.close()
            except Exception:
                _log.debug("closing %s", sink.name, exc_info=True)
            with self._changed:
                self._busy_since_s = None
                if stopping.is_set():
                    return
                self._life.lose(reason, self._clock.now_s())
                if self._life.health.state == OFF:
                    return  # `start` raises it
            while not self._life.is_due(self._clock.now_s()):
                if stopping.wait(_POLL_S):
                    return
            with self._changed:
                if not stopping.is_set():
                    self._life.begin(sink.name)

    def _serve(self, sink: PictureSink, stopping: threading.Event) -> None:
        """Show what comes until told to stop, and then what still waits."""
        while True:
            leaving = stopping.is_set()
            frame = self._mailbox.take(0.0 if leaving else _LOOK_S)
            if frame is not None:
                with self._changed:
                    self._busy_since_s = self._clock.now_s()
                sink.show(frame)
                with self._changed:
                    self._busy_since_s = None
                    self._shown += 1
                    self._times.append(self._clock.now_s())
                    self._changed.notify_all()
            elif leaving:
                return

"""An output behind a thread: it may be slow, fail or vanish, and comes back without the show
stopping.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from livesyn.base.clock import Clock
from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.mailbox import Latest
from livesyn.base.types import Frame
from livesyn.sinks.pictures.base import PictureSink

State = Literal["opening", "running", "lost", "stopped"]

FIRST_BACK_OFF_S = 0.1
LONGEST_BACK_OFF_S = 1.0
OPENING_S = 10.0
STUCK_S = 1.5
_LOOK_S = 0.5
_log = logging.getLogger("livesyn.sinks")


@dataclass(frozen=True, slots=True)
class OutletReport:
    """How an outlet is doing. `reason` is the sentence of the last loss, "" before the first;
    `dropped` are pictures that a newer one replaced because the output was busy or away.
    """

    state: State
    name: str
    reason: str = ""
    lost: int = 0
    shown: int = 0
    dropped: int = 0
    fps: float = 0.0


class Outlet:
    """Shows the newest picture on a sink, in a thread of its own; what the sink has no time for is
    dropped and counted.

    A sink that raises is closed and a new one from `make` (which must not raise) opened, after 0.1
    s, then twice as long each time up to 1 s. `on_report` is called at every change of state, from
    that thread, and must be quick. All methods are thread-safe.
    """

    def __init__(
        self,
        make: Callable[[], PictureSink],
        clock: Clock,
        *,
        on_report: Callable[[OutletReport], None] | None = None,
    ) -> None:
        self._make, self._clock, self._on_report = make, clock, on_report
        self._mailbox: Latest[Frame] = Latest()
        self._changed = threading.Condition(threading.RLock())
        self._report = OutletReport("stopped", make().name)
        self._times: deque[float] = deque(maxlen=61)
        self._busy_since_s: float | None = None
        self._shown = 0
        self._stopping = threading.Event()
        self._first: LivesynError | None = None
        self._thread: threading.Thread | None = None

    def start(self, timeout_s: float = OPENING_S, patient: bool = False) -> None:
        """Open the sink and begin. Waits for the first opening only, and not even for that if
        `patient`: what fails later is reported and tried again, never raised.

        Raises: the sink's own LivesynError, or DeviceError when it does not open in time.
        """
        with self._changed:
            self._stopping = stopping = threading.Event()
            self._first = None
            self._tell("opening")
            self._thread = threading.Thread(
                target=self._run,
                args=(stopping, patient),
                name=f"outlet {self._report.name}",
                daemon=True,
            )
            self._thread.start()
            if patient:
                return
            self._changed.wait_for(lambda: self._report.state != "opening", timeout_s)
            if self._report.state == "running":
                return
            stopping.set()
            self._tell("stopped")
            raise self._first or DeviceError(
                f"{self._report.name} did not open within {timeout_s:g} s"
            )

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
        with self._changed:
            if self._report.state != "stopped":
                self._tell("stopped")

    @property
    def report(self) -> OutletReport:
        """How it is doing now; a sink that has been busy with one picture for 1.5 s counts as
        lost.
        """
        with self._changed:
            now_s, since_s = self._clock.now_s(), self._busy_since_s
            span_s = now_s - self._times[0] if len(self._times) > 1 else 0.0
            report = replace(
                self._report,
                shown=self._shown,
                dropped=self._mailbox.dropped,
                fps=(len(self._times) - 1) / span_s if span_s > 0 else 0.0,
            )
            if since_s is not None and now_s - since_s > STUCK_S and report.state == "running":
                return replace(
                    report,
                    state="lost",
                    reason=(
                        f"{report.name} has been busy with one picture for more than {STUCK_S:g} s"
                    ),
                )
            return report

    def wait_for(self, state: State, timeout_s: float) -> bool:
        """Block until it is in `state`; False when it is not within `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._report.state == state, timeout_s)

    def _run(self, stopping: threading.Event, patient: bool) -> None:
        """The life of the outlet's thread: one sink after the other."""
        back_off_s, opened = FIRST_BACK_OFF_S, patient
        while not stopping.is_set():
            sink, before = self._make(), self._shown
            try:
                sink.open()
                opened = True
                with self._changed:
                    if not stopping.is_set():
                        self._tell("running", name=sink.name)
                self._serve(sink, stopping)
                error = None
            except LivesynError as raised:
                error = raised
            except (
                Exception
            ) as raised:  # a driver's or library's own: on stage all of them mean "lost"
                error = DeviceError(f"{sink.name} failed ({type(raised).__name__}: {raised})")
                _log.debug("%s", error, exc_info=True)
            try:
                sink.close()
            except Exception:
                _log.debug("closing %s", sink.name, exc_info=True)
            if error is None:
                break
            with self._changed:
                self._busy_since_s = None
                self._first = error
                if stopping.is_set():
                    break
                if not opened:  # `start` raises it, so it is not reported
                    self._tell("stopped")
                    return
                self._tell("lost", reason=str(error), lost=self._report.lost + 1)
            back_off_s = FIRST_BACK_OFF_S if self._shown > before else back_off_s
            stopping.wait(back_off_s)
            back_off_s = min(2 * back_off_s, LONGEST_BACK_OFF_S)
        with self._changed:
            if stopping is self._stopping:
                self._tell("stopped")

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

    def _tell(self, state: State, **changes: object) -> None:
        self._report = replace(self._report, state=state, **changes)  # type: ignore[arg-type]
        self._changed.notify_all()
        if self._on_report is not None:
            try:
                self._on_report(self.report)
            except Exception:
                _log.exception("a listener to the outlet %s failed", self._report.name)

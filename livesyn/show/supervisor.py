"""Starts the children of a show, watches them, starts each again, and sees them out. Standard
library and msgspec only.

The children are siblings: none needs another, and each ends by itself when its stdin does, so
nothing outlives a supervisor that was killed.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence

from livesyn.base import signals, words
from livesyn.base.clock import Clock, SystemClock
from livesyn.ipc.child_messages import (
    Command,
    End,
    Error,
    Key,
    Panic,
    Param,
    Ready,
    Report,
    Status,
    Stop,
)
from livesyn.show.child import Child, ChildSpec, Illegal, LogLine, Mail

TICK_S = 0.1
LATE_S = 0.02  # a tick that comes later than this found the supervisor away
AT_ONCE = 1000  # reports and lines, before it looks after the children again


class Supervisor:
    """Runs the children until told to stop, or for `seconds`, which count from when all have come
    to be ready, or have had the time to start that is theirs: see `Child.may_come`. They are
    started in the order given.

    A `Key` of any child sets the parameter of its name in those that obey `Param`; a panic goes to
    those that obey `Panic`. `on_status(child, status)` is given each status report;
    `on_event(sentence)` what happened, for people; `on_log(child, line)` the children's logs. All
    are called on the thread that calls `run`. `stop` and `panic` are for any thread; SIGINT,
    SIGTERM and SIGHUP stop, SIGUSR1 panics while `run` is on the main thread, unless they came in
    ignored. What a callback raises is said once and ends nothing.
    """

    def __init__(
        self,
        children: Sequence[ChildSpec],
        *,
        seconds: float | None = None,
        on_status: Callable[[str, Status], None] = lambda child, status: None,
        on_event: Callable[[str], None] = lambda sentence: None,
        on_log: Callable[[str, str], None] = lambda child, line: None,
        clock: Clock | None = None,
    ) -> None:
        self._mail: queue.SimpleQueue[tuple[Child | None, int, Mail | Command]] = (
            queue.SimpleQueue()
        )
        self.children = {spec.name: Child(spec, self._mail.put) for spec in children}
        self._children = tuple(self.children.values())
        self._seconds = seconds
        self._on_status = self._guarded(on_status)
        self._on_event = self._guarded(on_event)
        self._on_log = self._guarded(on_log)
        self._view_failed = False
        self._flooding: set[Child] = set()
        self._clock = clock or SystemClock()
        self._stops = 0
        self.fatal: str | None = None

    def run(self) -> int:
        """Returns 0 when told to stop or after `seconds`, 1 when then one was never ready, 2 when a
        child found a mistake of the user's (`fatal` says which).
        """
        with self._signals():
            try:
                return self._watch()
            finally:
                self._see_out()

    def stop(self) -> None:
        """Make `run` end the show."""
        self._stops += 1
        self._mail.put((None, 0, Stop()))

    def panic(self) -> None:
        """End every note now."""
        self._mail.put((None, 0, Panic(origin="supervisor", asked_s=self._clock.now_s())))

    def _guarded(self, tell: Callable[..., None]) -> Callable[..., None]:
        """`tell`, but it cannot raise: whoever shows the show does not end it."""

        def told(*what: object) -> None:
            try:
                tell(*what)
            except Exception as error:
                if not self._view_failed:
                    self._view_failed = True
                    why = words.in_words(error)
                    self._on_event(f"the show goes on, but not all of it can be shown ({why})")

        return told

    def _watch(self) -> int:
        begun_s = ticked_s = self._clock.now_s()
        excused_s = 0.0
        complete_s: float | None = None  # since when all are there who will be
        while not self._stops and self.fatal is None:
            now_s = self._clock.now_s()
            away_s = now_s - ticked_s - TICK_S
            if away_s > LATE_S:  # it was stopped, or starved: no time in which a beat was missed
                for child in self._children:
                    child.excuse(away_s, now_s)
                excused_s += away_s
            since_s = now_s - begun_s - excused_s
            if complete_s is None and not any(
                child.may_come(since_s, now_s) for child in self._absent()
            ):
                complete_s = now_s
            left_s = TICK_S
            if self._seconds is not None and complete_s is not None:
                left_s = complete_s + self._seconds - now_s
                if left_s <= 0:
                    return self._over()
            for child in self._children:
                self._look_after(child, now_s)
            self._read_mail(min(TICK_S, left_s))
            ticked_s = now_s
        return 2 if self.fatal is not None else 0

    def _over(self) -> int:
        """The set's exit code: a rehearsal in which somebody never came to play was none."""
        absent = self._absent()
        for child in absent:
            self._on_event(f"the set is over, and the {child.name} was never ready")
        return 1 if absent else 0

    def _absent(self) -> list[Child]:
        """Those who have not come to play."""
        return [child for child in self._children if not child.was_ready and not child.retired]

    def _look_after(self, child: Child, now_s: float) -> None:
        """Notice an end, end what hangs, start what is due."""
        if (code := child.ended(now_s)) is not None:
            self._read_mail(0.0)  # its last words may be why
            if child.retired:
                self._on_event(f"the {child.name} was closed; the show goes on without it")
            elif self.fatal is None:
                last = f" (its last words: {child.log[-1]})" if child.log else ""
                self._on_event(
                    f"the {child.name} ended with {_cause(code)}{last}; it is started again"
                )
        elif (silent_s := child.silent_for_s(now_s)) is not None:
            self._on_event(
                f"the {child.name} has not been heard of for {silent_s:.1f} s; it is ended"
            )
            child.kill()
            child.beat_s = now_s  # said once, while it dies
        elif self.fatal is None and child.start_at_s is not None and now_s >= child.start_at_s:
            try:
                child.start(now_s)
            except OSError as error:
                self._on_event(f"the {child.name} cannot be started: {error}")
                child.start_at_s = now_s + 1.0

    def _read_mail(self, timeout_s: float) -> None:
        """Wait for something to read, and read what has come; one who floods does not keep it from
        looking after the others.
        """
        try:
            mail = self._mail.get(timeout=timeout_s) if timeout_s > 0 else self._mail.get_nowait()
            for _ in range(AT_ONCE):
                self._read(*mail)
                mail = self._mail.get_nowait()
            self._read(*mail)
        except queue.Empty:
            pass

    def _read(self, child: Child | None, run: int, report: Mail | Command) -> None:
        if child is None:
            if isinstance(report, Panic):
                self._panic(report)
        elif isinstance(report, LogLine):
            child.log_was_read()
            self._on_log(child.name, report.text)
        elif run == child.run:
            for _ in range(AT_ONCE):
                if (waiting := child.take_report()) is None:
                    break
                self._take(child, waiting)
            else:
                self._mail.put((child, run, None))  # there is more; others come first
            if child.dropped and child not in self._flooding:
                self._flooding.add(child)
                self._on_event(
                    f"the {child.name} reports more than can be read; what is left out is counted"
                )

    def _take(self, child: Child, report: Report | Illegal) -> None:
        """Do what a report of a child asks for."""
        if isinstance(report, Illegal):
            self._on_event(
                f"a report of the {child.name} was left out, and so are all that are not legal:"
                f" {report.reason}"
            )
            return
        match report:
            case Ready():
                self._on_event(f"the {child.name} is ready" + (" again" if child.was_ready else ""))
            case Key():
                for one in self._obeying(Param):
                    one.tell(
                        Param(
                            report.key,
                            float(report.on),
                            origin=report.origin,
                            asked_s=report.asked_s,
                        )
                    )
            case End() if child.spec.closable:
                child.retire()
            case Error():
                if report.fatal and not child.was_ready:
                    self.fatal = report.text
                self._on_event(report.text)
        if isinstance(report, Status):
            self._on_status(child.name, report)
        child.note_report(report, self._clock.now_s())

    def _panic(self, panic: Panic) -> None:
        for child in self._obeying(Panic):
            if not child.tell(panic):
                self._on_event(
                    f"panic, but the {child.name} is not there; the one that comes begins with a"
                    " panic"
                )

    def _obeying(self, command: type[Command]) -> list[Child]:
        return [child for child in self._children if command in child.spec.obeys]

    def _see_out(self) -> None:
        """Each in its turn; a player is the last, which ends its notes."""
        for child in sorted(self._children, key=lambda child: child.spec.leaves):
            if child.leave(hurry=self._stops > 1) not in (0, 2, None):
                self._on_event(f"the {child.name} did not leave by itself")
        with contextlib.suppress(queue.Empty):
            while True:
                sender, run, line = self._mail.get_nowait()
                if isinstance(line, LogLine):
                    self._read(sender, run, line)
        for child in self._children:
            while (report := child.take_report()) is not None:
                if isinstance(report, Error | Illegal):  # last words: what could not be kept, say
                    self._take(child, report)
            if child.bad > 1:
                self._on_event(f"{child.bad} reports of the {child.name} were not legal")
            if child.dropped:
                self._on_event(f"{child.dropped} reports of the {child.name} were left out")

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """The signals' meaning while the show runs; nothing off the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        meanings: dict[int, Callable[[], None]] = {
            signal.SIGINT: self.stop,
            signal.SIGTERM: self.stop,
        }
        if hasattr(signal, "SIGUSR1"):
            meanings |= {signal.SIGUSR1: self.panic, signal.SIGHUP: self.stop}
        before = signals.handle(meanings, lambda number, frame: meanings[number]())
        if hasattr(signal, "SIGTTOU"):  # a terminal that no job in the background may write to
            before |= signals.handle([signal.SIGTTOU], signal.SIG_IGN)
        try:
            yield
        finally:
            signals.restore(before)


def _cause(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"

"""One child of the supervisor: its process, its life signs, and when to start it again."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from livesyn.ipc.child_messages import (
    MOST,
    Beat,
    Command,
    Ready,
    Report,
    Stop,
    decode,
    encode,
    newest_of,
)
from livesyn.ipc.messages import MessageError
from livesyn.ipc.outbox import Outbox

FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
HEALTHY_S = 10.0
LOADED = 3  # how much longer a start may take where others have the processor
LOG_LINES = 20
LOG_WAITING = 500  # lines of a child's log that the supervisor has yet to read
COMMANDS_WAITING = 100  # for a child that does not read
LONGEST_REPORT = 1 << 20  # bytes
LAST_WORDS_S = 0.2
POSIX = os.name == "posix"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a child may take: to be ready, between two beats, to leave when told, and when
    signalled.
    """

    start_s: float
    silent_s: float
    stop_s: float = 2.0
    term_s: float = 1.0


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What the supervisor needs to know of a child: `python ARGUMENTS`, given `config` as the first
    line of its stdin. It `obeys` these commands, beside Stop. Of those that leave, the lowest
    `leaves` is first. A user may end one that is `closable` (its report `End`): then the show goes
    on without it; whatever else ends is started again.
    """

    name: str
    arguments: Sequence[str]
    timeouts: Timeouts
    config: bytes = b"{}\n"
    obeys: tuple[type[Command], ...] = ()
    leaves: int = 0
    closable: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a child wrote to its stderr."""

    text: str


@dataclass(frozen=True, slots=True)
class Illegal:
    """A child's first report that is none; `reason` says why."""

    reason: str


Mail = LogLine | None  # None wakes the supervisor: there are reports, or the child has ended


class Child:
    """The process of a `ChildSpec`, in a session of its own, started again whenever it ends, unless
    it is retired.

    What it logs arrives in `mail` as (child, run, line); `run` numbers its lives. What it reports
    waits for `take_report`, and (child, run, None) says so. Drop policy: of beats and figures the
    newest waits; of the rest so many, then the oldest is dropped and counted in `dropped`. `bad`
    counts reports that were not legal. All methods are for the supervisor's thread.
    """

    def __init__(self, spec: ChildSpec, mail: Callable[[tuple[Child, int, Mail]], object]) -> None:
        self.spec = spec
        self.name, self.timeouts = spec.name, spec.timeouts
        self._command = [sys.executable, *spec.arguments]
        self._mail = mail
        self._commands: queue.Queue[bytes | None] = queue.Queue()
        self._process: subprocess.Popen[bytes] | None = None
        self._wait_s = FIRST_WAIT_S
        self.run = 0
        self.start_at_s: float | None = 0.0
        self.started_s = self.beat_s = 0.0
        self._threads: list[threading.Thread] = []
        self.ready = False
        self.was_ready = False
        self.bad = 0
        self._reports = Outbox(newest_of, MOST)  # of this run
        self._dropped = 0  # of the runs before
        self.retired = False
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self._log_room = threading.Semaphore(LOG_WAITING)

    @property
    def alive(self) -> bool:
        """A process is there and has not been seen to end."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, now_s: float) -> None:
        """Start the process. Raises OSError."""
        self.run += 1
        self.start_at_s, self.ready = None, False
        self.started_s = self.beat_s = now_s
        self.log.clear()
        self._dropped, self._reports = self.dropped, Outbox(newest_of, MOST)
        apart = (
            {"start_new_session": True}
            if POSIX
            else {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        )
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            bufsize=0,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:backslashreplace"},  # these pipes' own
            **apart,
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._commands = queue.Queue(COMMANDS_WAITING)
        self._commands.put(self.spec.config)
        self._threads = [
            threading.Thread(target=work, args=args, name=f"{self.name}'s {what}", daemon=True)
            for what, work, args in (
                ("reports", self._read_reports, (self._process.stdout, self.run, self._reports)),
                ("log", self._read_log, (self._process.stderr, self.run)),
                ("commands", self._write_commands, (self._process.stdin, self._commands)),
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def dropped(self) -> int:
        """Reports that the supervisor did not take in time."""
        return self._dropped + self._reports.dropped

    def take_report(self) -> Report | Illegal | None:
        """The next report of this run; None when none waits."""
        report: Report | Illegal | None = self._reports.take()
        return report

    def log_was_read(self) -> None:
        """The supervisor has taken a line of the log out of the mail."""
        self._log_room.release()

    def note_report(self, report: Report, now_s: float) -> None:
        """Note the life sign in a report: from the first `Ready` on only a beat is one, for a
        process may go on to report that no longer does what it is for.
        """
        if isinstance(report, Ready | Beat) or not self.ready:
            self.beat_s = now_s
        if isinstance(report, Ready):
            self.ready = self.was_ready = True

    def excuse(self, away_s: float, now_s: float) -> None:
        """The supervisor was away for so long, and could not have read a beat."""
        self.beat_s = min(now_s, self.beat_s + away_s)

    def silent_for_s(self, now_s: float) -> float | None:
        """How long the child has been silent, when that is too long."""
        silent_s = now_s - self.beat_s
        return (
            silent_s
            if self.alive
            and silent_s > (self.timeouts.silent_s if self.ready else self.timeouts.start_s)
            else None
        )

    def may_come(self, since_s: float, now_s: float) -> bool:
        """Whether a child that was never ready may yet be, `since_s` after the show began: it has
        not had its time to start, or it says that it is at it; that for `LOADED` times as long.
        """
        if since_s < self.timeouts.start_s:
            return True
        beats = self.alive and self.beat_s > self.started_s
        at_it = beats and now_s - self.beat_s < self.timeouts.silent_s
        return at_it and since_s < LOADED * self.timeouts.start_s

    def ended(self, now_s: float) -> int | None:
        """The exit code once it has ended: then what it left behind is killed and, unless it is
        retired, a new start is planned.
        """
        process = self._process
        if process is None or (code := process.poll()) is None:
            return None
        self._signal_group(process.pid, "SIGKILL")  # its workers, if it had any
        with contextlib.suppress(queue.Full):  # then its writer notices by itself
            self._commands.put_nowait(None)
        for thread in self._threads:  # its last words
            thread.join(LAST_WORDS_S)
        self._process = None
        if self.ready and now_s - self.started_s > HEALTHY_S:
            self._wait_s = FIRST_WAIT_S
        self.start_at_s = None if self.retired else now_s + self._wait_s
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)
        return code

    def retire(self) -> None:
        """Once it has ended, leave it ended; also where that was seen before its last word was
        read.
        """
        self.retired, self.start_at_s = True, None

    def tell(self, command: Command) -> bool:
        """Send a command; False when the child cannot be told."""
        if self._process is None or self._process.poll() is not None:
            return False
        try:
            self._commands.put_nowait(encode(command))
        except queue.Full:
            return False
        return True

    def terminate(self) -> None:
        """Ask the system to end it."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.terminate()

    def kill(self) -> None:
        """End it and all it started, at once."""
        if self._process is not None:
            self._signal_group(self._process.pid, "SIGKILL")
            with contextlib.suppress(OSError):
                self._process.kill()

    def leave(self, hurry: bool = False) -> int | None:
        """Tell it to stop, wait, terminate, wait, kill.

        Returns its exit code; None when it was not there.
        """
        process = self._process
        if process is None:
            return None
        self.tell(Stop())
        for wait_s, harder in (
            (0.3 if hurry else self.timeouts.stop_s, self.terminate),
            (self.timeouts.term_s, self.kill),
        ):
            try:
                process.wait(wait_s)
                break
            except subprocess.TimeoutExpired:
                harder()
        process.wait()
        code = self.ended(self.started_s)
        self.start_at_s = None
        return code

    @staticmethod
    def _signal_group(pid: int, name: str) -> None:
        if POSIX:
            with contextlib.suppress(OSError):
                os.killpg(pid, getattr(signal, name))

    @staticmethod
    def _write_commands(stream: IO[bytes], commands: queue.Queue[bytes | None]) -> None:
        """In a thread of its own: a config may be longer than a pipe, and a child may not read."""
        with contextlib.suppress(OSError), stream:
            while line := commands.get():
                while line:
                    line = line[stream.write(line) :]

    def _read_reports(self, stream: IO[bytes], run: int, reports: Outbox) -> None:
        with stream:
            for line in iter(lambda: stream.readline(LONGEST_REPORT), b""):
                report: Report | Illegal
                try:
                    report = decode(line, Report)
                except MessageError as error:
                    self.bad += 1
                    if self.bad > 1:
                        continue
                    report = Illegal(str(error))
                if reports.put(report):
                    self._mail((self, run, None))
        self._mail((self, run, None))  # wakes the supervisor to look whether it has ended

    def _read_log(self, stream: IO[bytes], run: int) -> None:
        lost = 0
        with stream:
            for line in iter(lambda: stream.readline(1 << 16), b""):
                if not (text := line.decode(errors="backslashreplace").rstrip()):
                    continue
                self.log.append(text)
                if not self._log_room.acquire(blocking=False):
                    lost += 1  # a child that logs without end fills no memory
                    continue
                if lost:
                    text, lost = f"({lost} lines of the {self.name}'s log were left out) {text}", 0
                self._mail((self, run, LogLine(text)))

"""One child of the supervisor: its process, its life signs, and when to start it again."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
HEALTHY_S = 10.0
LOG_LINES = 20
LOG_WAITING = 500  # lines of a child's log that the supervisor has yet to read
LAST_WORDS_S = 0.2
POSIX = os.name == "posix"

Report = dict[str, object]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a child may take: to be ready, between two beats, to leave when told, and when
    signalled.
    """

    start_s: float
    silent_s: float
    stop_s: float = 2.0
    term_s: float = 1.0


class Child:
    """`python ARGUMENTS`, in a session of its own, started again whenever it ends, unless it is
    retired.

    What it reports arrives in `mail` as (child, run, report); `run` numbers its lives, so a
    report of an earlier one can be told. All methods are for the supervisor's thread.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        timeouts: Timeouts,
        mail: queue.SimpleQueue[tuple[Child, int, Report]],
    ) -> None:
        self.name = name
        self.timeouts = timeouts
        self._command = [sys.executable, *arguments]
        self._mail = mail
        self._process: subprocess.Popen[bytes] | None = None
        self._wait_s = FIRST_WAIT_S
        self.run = 0
        self.start_at_s: float | None = 0.0
        self.started_s = self.beat_s = 0.0
        self._readers: list[threading.Thread] = []
        self.ready = False
        self.was_ready = False
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
        if POSIX:
            os.set_blocking(self._process.stdin.fileno(), False)
        streams = (
            (self._process.stdout, self._read_reports),
            (self._process.stderr, self._read_log),
        )
        self._readers = [
            threading.Thread(
                target=read, args=(stream, self.run), name=f"{self.name}'s words", daemon=True
            )
            for stream, read in streams
        ]
        for reader in self._readers:
            reader.start()

    def log_was_read(self) -> None:
        """The supervisor has taken a line of the log out of the mail."""
        self._log_room.release()

    def note_report(self, report: Report, now_s: float) -> None:
        """Note the life sign in a report."""
        if report["t"] == "ready":
            self.ready = self.was_ready = True
        self.beat_s = now_s

    def silent_for_s(self, now_s: float) -> float | None:
        """How long the child has been silent, when that is too long."""
        silent_s = now_s - self.beat_s
        return (
            silent_s
            if self.alive
            and silent_s > (self.timeouts.silent_s if self.ready else self.timeouts.start_s)
            else None
        )

    def ended(self, now_s: float) -> int | None:
        """The exit code once it has ended: then what it left behind is killed and, unless it is
        retired, a new start is planned.
        """
        process = self._process
        if process is None or (code := process.poll()) is None:
            return None
        self._signal_group(process.pid, "SIGKILL")  # its workers, if it had any
        for reader in self._readers:  # its last words
            reader.join(LAST_WORDS_S)
        assert process.stdin
        with contextlib.suppress(OSError):
            process.stdin.close()
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

    def tell(self, kind: str, **fields: object) -> bool:
        """Send a command; False when the child cannot be told."""
        try:
            assert self._process and self._process.stdin
            return (
                self._process.stdin.write(json.dumps({"t": kind, **fields}).encode() + b"\n")
                is not None
            )
        except (OSError, ValueError, AssertionError):
            return False

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
        self.tell("stop")
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

    def _read_reports(self, stream: IO[bytes], run: int) -> None:
        with stream:
            for line in iter(lambda: stream.readline(1 << 20), b""):
                with contextlib.suppress(ValueError):
                    report = json.loads(line)
                    if isinstance(report, dict) and isinstance(report.get("t"), str):
                        self._mail.put((self, run, report))
        self._mail.put((self, run, {"t": ""}))  # wakes the supervisor to look whether it has ended

    def _read_log(self, stream: IO[bytes], run: int) -> None:
        lost = 0
        with stream:
            for line in iter(lambda: stream.readline(1 << 16), b""):
                if not (text := line.decode(errors="backslashreplace").rstrip()):
                    continue
                self.log.append(text)
                if not self._log_room.acquire(blocking=False):
                    lost += 1  # a child in a rage fills no memory
                    continue
                if lost:
                    text, lost = f"({lost} lines of the {self.name}'s log were left out) {text}", 0
                self._mail.put((self, run, {"t": "log", "text": text}))

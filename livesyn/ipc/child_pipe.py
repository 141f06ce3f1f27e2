"""A child's line to the supervisor: the config and commands on stdin, reports on stdout, a line
each.

End of file on stdin means that the supervisor is gone, however it went.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Callable

from livesyn.base.errors import ConfigError
from livesyn.config import encoded
from livesyn.config.sections import Config
from livesyn.ipc.child_messages import MOST, Command, Error, Report, decode, encode, newest_of
from livesyn.ipc.messages import Lines, MessageError
from livesyn.ipc.outbox import Outbox

CHUNK_BYTES = 1 << 16


class ChildPipe:
    """`report` is thread-safe, never blocks and never raises. `bad` counts commands that were not
    legal. `name` is who reports, for people.

    Drop policy: what the supervisor does not read waits, of beats and figures the newest. What had
    to be dropped, and what cannot be written at all, is counted in `dropped`; the first is said
    when the supervisor reads again.
    """

    def __init__(self, name: str = "process") -> None:
        self._name = name
        self._outbox = Outbox(newest_of, MOST)
        self._writing = threading.Lock()
        self._blocks = True  # a write to the pipe may
        self._out = 1
        self._rest = b""  # of a report that the pipe took in part
        self._taken = b""  # of what follows the config
        self._lines = Lines()
        self._illegal = 0
        self._unsendable = self._told_dropped = 0

    @property
    def dropped(self) -> int:
        return self._unsendable + self._outbox.dropped

    @property
    def bad(self) -> int:
        return self._illegal + self._lines.oversized

    def read_config(self) -> Config:
        """Wait for the config, the first line of stdin. Raises ConfigError."""
        taken = b""
        while b"\n" not in taken:
            if not (data := _read()):
                raise ConfigError("no config came; it is the first line of stdin, as JSON")
            taken += data
        line, _, self._taken = taken.partition(b"\n")
        return encoded.decode(line)

    def start(self, on_command: Callable[[Command], None], on_gone: Callable[[], None]) -> None:
        """Take stdout for reports (what else prints there goes to stderr from now on) and listen:
        `on_command(command)` and, once, `on_gone()` are called on a thread of the pipe's own.
        """
        self._out = os.dup(1)
        os.dup2(2, 1)
        if stat.S_ISFIFO(os.fstat(self._out).st_mode):
            with contextlib.suppress(OSError, AttributeError):  # pipes on Windows block, briefly
                os.set_blocking(self._out, False)
                self._blocks = False
        threading.Thread(
            target=self._listen, args=(on_command, on_gone), name="child-pipe", daemon=True
        ).start()

    def report(self, report: Report) -> None:
        """Say it to the supervisor."""
        self._outbox.put(report)
        self.flush()

    def report_promptly(self, report: Report) -> None:
        """Say it on a thread that has to be on time: where pipes block, the next `flush` writes
        it.
        """
        self._outbox.put(report)
        if not self._blocks:
            self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the pipe takes it. If another thread is at it, it will."""
        written = True
        while written and (self._rest or self._outbox) and self._writing.acquire(blocking=False):
            try:
                written = self._write()
            finally:
                self._writing.release()

    def _write(self) -> bool:
        """Whether the pipe has taken all."""
        try:
            while self._rest or self._fill():
                self._rest = self._rest[os.write(self._out, self._rest) :]
        except OSError:
            return False
        return True

    def _fill(self) -> bool:
        """Encode what goes next, one report; False when nothing waits."""
        while (report := self._outbox.take()) is not None:
            try:
                self._rest = encode(report)
                return True
            except MessageError:
                self._unsendable += 1
        if lost := self._outbox.dropped - self._told_dropped:
            self._told_dropped += lost
            self._rest = encode(
                Error(f"reports of the {self._name} were not read for a while; {lost} were dropped")
            )
        return bool(lost)

    def _listen(self, on_command: Callable[[Command], None], on_gone: Callable[[], None]) -> None:
        data = self._taken
        while True:
            for line in self._lines.feed(data):
                try:
                    command = decode(line, Command)
                except MessageError:
                    self._illegal += 1
                else:
                    on_command(command)
            if not (data := _read()):
                break
        on_gone()


def _read() -> bytes:
    """What is there on stdin; nothing at its end."""
    try:
        return os.read(0, CHUNK_BYTES)  # not sys.stdin: its lock is held while the program leaves
    except OSError:
        return b""

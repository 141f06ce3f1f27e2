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
from livesyn.ipc.child_messages import Command, Report, decode, encode
from livesyn.ipc.messages import Lines, MessageError

CHUNK_BYTES = 1 << 16


class ChildPipe:
    """`report` is thread-safe, never blocks (what the supervisor does not read is dropped and
    counted) and never raises. `bad` counts commands that were not legal.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._out = 1
        self._rest = b""  # of a report that the pipe took in part
        self._taken = b""  # of what follows the config
        self._lines = Lines()
        self._illegal = 0
        self.dropped = 0

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
        threading.Thread(
            target=self._listen, args=(on_command, on_gone), name="child-pipe", daemon=True
        ).start()

    def report(self, report: Report) -> None:
        """Say it to the supervisor."""
        try:
            line = encode(report)
        except MessageError:
            line = b""
        with self._lock:
            if not line or not self._write_rest():  # else two reports would be one broken line
                self.dropped += 1
                return
            self._rest = line
            if not self._write_rest() and self._rest == line:
                self._rest = b""
                self.dropped += 1

    def _write_rest(self) -> bool:
        """Whether all of what the pipe had taken in part is written now."""
        try:
            while self._rest:
                self._rest = self._rest[os.write(self._out, self._rest) :]
        except OSError:
            return False
        return True

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

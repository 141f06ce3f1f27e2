"""A child's line to the supervisor: commands on stdin, reports on stdout, JSON lines both.

End of file on stdin means that the supervisor is gone, however it went.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
from collections.abc import Callable


class ChildPipe:
    """`on_command(message)` and, once, `on_gone()` are called on a thread of the pipe's own.

    `report` is thread-safe, never blocks (what the supervisor does not read is dropped and
    counted) and never raises.
    """

    def __init__(
        self, on_command: Callable[[dict[str, object]], None], on_gone: Callable[[], None]
    ) -> None:
        self._on_command, self._on_gone = on_command, on_gone
        self._lock = threading.Lock()
        self._out = 1
        self._rest = b""  # of a report that the pipe took in part
        self.dropped = 0

    def start(self) -> None:
        """Take stdout for reports (what else prints there goes to stderr from now on) and
        listen.
        """
        self._out = os.dup(1)
        os.dup2(2, 1)
        if stat.S_ISFIFO(os.fstat(self._out).st_mode):
            with contextlib.suppress(OSError, AttributeError):  # pipes on Windows block, briefly
                os.set_blocking(self._out, False)
        threading.Thread(target=self._listen, name="child-pipe", daemon=True).start()

    def report(self, kind: str, **fields: object) -> None:
        """Say `{"t": kind, **fields}`."""
        try:
            line = json.dumps({"t": kind, **fields}, default=str, skipkeys=True).encode() + b"\n"
        except (ValueError, TypeError, RecursionError):
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

    def _listen(self) -> None:
        rest = b""
        while True:
            try:
                data = os.read(
                    0, 1 << 16
                )  # not sys.stdin: its lock would be held while the program leaves
            except OSError:
                data = b""
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                with contextlib.suppress(ValueError):
                    message = json.loads(line)
                    if isinstance(message, dict):
                        self._on_command(message)
        self._on_gone()

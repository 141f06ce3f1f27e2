"""The process of Link as a device: started, heard, ended, and started again when it is gone."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from livesyn.base.clock import Clock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.installing import install
from livesyn.ipc.messages import MessageError
from livesyn.link.messages import Failed, Join, Order, Reading, Report, decode, encode

COMMAND = (sys.executable, "-m", "livesyn.link")
SILENT_S = 3.0  # its start included; it speaks four times a second
LEAVE_S = 1.0
LONGEST_LINE = 1 << 12


class LinkChild(PolledDevice):
    """`on_reading(reading)` is called on a thread of its own with all that the process measures.
    `join()` says how to join the session, when the process is started. `tell` is thread-safe.
    """

    name = "link"

    def __init__(
        self,
        clock: Clock,
        join: Callable[[], Join],
        on_reading: Callable[[Reading], object],
        command: Sequence[str] = COMMAND,
    ) -> None:
        super().__init__()
        self._clock, self._join, self._on_reading, self._command = clock, join, on_reading, command
        self._process: subprocess.Popen[bytes] | None = None
        self._writing = threading.Lock()
        self._heard_s = 0.0
        self._reason = ""
        self.bad = 0

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        process = self._process
        return None if process is None else process.pid

    def tell(self, order: Order) -> None:
        """Pass an order on; without a process it is lost, for the next one joins anew."""
        process = self._process
        if process is not None and process.stdin is not None:
            with self._writing, contextlib.suppress(OSError, ValueError):
                process.stdin.write(encode(order))

    def _acquire(self) -> None:
        if self._command is COMMAND and importlib.util.find_spec("aalink") is None:
            raise DeviceError(MISSING)
        self._reason = ""
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                list(self._command), stdin=pipe, stdout=pipe, bufsize=0
            )
        except OSError as error:
            raise DeviceError(f"the process of Link cannot be started: {error}") from error
        self._heard_s = self._clock.now_s()
        self.tell(self._join())
        threading.Thread(
            target=self._listen, args=(self._process,), name="link", daemon=True
        ).start()

    def _check(self) -> str:
        process = self._process
        if process is None:
            return ""
        if process.poll() is not None:
            reason = self._reason or "the process of Link has ended; it is started again"
        elif self._clock.now_s() - self._heard_s > SILENT_S:
            reason = "the process of Link hangs; it is started again"
        else:
            return ""
        self._release()
        return reason

    def _release(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with self._writing, contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(0 if self._clock.now_s() - self._heard_s > SILENT_S else LEAVE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            for report in self._reports(stream):
                if process is not self._process:
                    return
                self._heard_s = self._clock.now_s()
                if isinstance(report, Failed):
                    self._reason = report.text
                else:
                    self._on_reading(report)

    def _reports(self, stream: IO[bytes]) -> Iterator[Report]:
        for line in iter(lambda: stream.readline(LONGEST_LINE), b""):
            try:
                yield decode(line, Report)
            except MessageError:
                self.bad += 1


MISSING = (
    f"Ableton Link needs a package that is not installed; install it with: {install('aalink')}"
)

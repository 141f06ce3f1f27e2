"""Lines written in a thread of its own, so that a full disk, a reader that left or one that stands
still holds up nobody.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

LIMIT_BYTES = 1 << 18  # of the queue
LOOK_S = 0.1  # waits are cut into these, so that Ctrl-C interrupts them on every system
BUSY_S = 0.05  # before a non-blocking pipe or terminal that is full is tried again
STANDS_STILL = "its reader stands still"
CLOSED = "it is closed"
Write = Callable[[bytes | memoryview], int | None]
Notice = Callable[[int, str], str]


def notice(lost: int, why: str) -> str:
    """What is said, once it can be, in the place of what was lost."""
    return f"livesyn: {counted(lost)} could not be written here ({why})\n"


@dataclass(slots=True)
class _Waiting:
    data: bytes
    lost: int = 0  # lines that were dropped before it

    @property
    def lines(self) -> int:
        return max(1, self.data.count(b"\n"))


class Writer:
    """Writes what it is given in a thread of its own, oldest first.

    `write(data)` is like a raw file's: it returns how many bytes it took, None or
    BlockingIOError where it can take none now, OSError where it fails. While `patient`, `put`
    waits for room; else the oldest waiting line makes room and is counted. `on_trouble(why)` is
    called once whenever words begin to be lost. Thread-safe.
    """

    def __init__(
        self,
        write: Write,
        limit_bytes: int = LIMIT_BYTES,
        on_trouble: Callable[[str], None] | None = None,
        encode: Callable[[str], bytes] = lambda text: text.encode(errors="backslashreplace"),
    ) -> None:
        self._write, self._limit, self._encode = write, limit_bytes, encode
        self.on_trouble = on_trouble
        self.notice: Notice = notice
        self.patient = False
        self.fault: OSError | None = None  # of the last write
        self.lost = 0  # lines that were dropped or failed, in all
        self._pause = threading.Event()
        self._begin()

    def _begin(self) -> None:
        """Nothing waits and no thread is there; also in a forked process, which has none."""
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._unsaid = 0  # lost since something was written last
        self._why = ""
        self._busy = 0  # lines being written
        self._torn = False  # the last line that is there has no end
        self._thread: threading.Thread | None = None

    def put(self, data: bytes) -> None:
        """Have `data`, a line or more, written."""
        trouble = None
        with self._changed:
            while self.patient and self._is_full(data) and not self.broken:
                self._changed.wait(LOOK_S)
            while self._is_full(data):
                trouble = self._drop_oldest(STANDS_STILL) or trouble
            self._waiting.append(_Waiting(data))
            self._bytes += len(data)
            if self._thread is None:
                try:
                    self._thread = threading.Thread(target=self._run, name="words", daemon=True)
                    self._thread.start()
                except RuntimeError as error:  # no more threads, or the interpreter is leaving
                    self._thread = None
                    while self._waiting:
                        trouble = self._drop_oldest(str(error)) or trouble
            self._changed.notify_all()
        self._tell(trouble)

    @property
    def broken(self) -> bool:
        """Whether the reader has closed the pipe."""
        return self.fault is not None and self.fault.errno == errno.EPIPE

    @property
    def unsaid(self) -> tuple[int, str]:
        """How many lines were lost, or still wait, and nobody was told so; and why."""
        with self._changed:
            waiting = sum(each.lost + each.lines for each in self._waiting) + self._busy
            return self._unsaid + waiting, self._why or STANDS_STILL

    def drain(self, limit_s: float | None = None) -> bool:
        """Wait until everything is written or lost, `limit_s` at the most; False if it is not."""
        looks = None if limit_s is None else max(1, round(limit_s / LOOK_S))
        with self._changed:
            while self._waiting or self._busy:
                if looks is not None and (looks := looks - 1) < 0:
                    return False
                self._changed.wait(LOOK_S)
            return True

    def _is_full(self, data: bytes) -> bool:
        return bool(self._waiting) and self._bytes + len(data) > self._limit

    def _drop_oldest(self, why: str) -> str | None:
        dropped = self._waiting.popleft()
        self._bytes -= len(dropped.data)
        if self._waiting:  # said where it would have stood
            self._waiting[0].lost += dropped.lost + dropped.lines
        else:
            self._unsaid += dropped.lost + dropped.lines
        return self._lose(dropped.lines, why)

    def _lose(self, lines: int, why: str) -> str | None:
        """Count; returns `why` when it is news."""
        self.lost += lines
        news = None if self._why else why
        self._why = why
        return news

    def _tell(self, trouble: str | None) -> None:
        if trouble is not None and self.on_trouble is not None:
            self.on_trouble(trouble)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                next_ = self._waiting.popleft()
                self._bytes -= len(next_.data)
                self._unsaid += next_.lost
                lost, why = self._unsaid, self._why
                self._busy = next_.lines
                self._changed.notify_all()
            data = b"\n" * self._torn + next_.data
            if lost:
                with contextlib.suppress(Exception):
                    said = self._encode(self.notice(lost, why))
                    data = b"\n" * self._torn + said + next_.data
            fault, trouble = self._write_all(data), None
            with self._changed:
                self._busy, self.fault = 0, fault
                if fault is None:
                    self._unsaid -= lost
                    if not self._unsaid and not any(each.lost for each in self._waiting):
                        self._why = ""
                else:
                    self._unsaid += next_.lines
                    trouble = self._lose(next_.lines, reason(fault))
                self._changed.notify_all()
            self._tell(trouble)

    def _write_all(self, data: bytes) -> OSError | None:
        rest = memoryview(data)
        while rest:
            try:
                written = self._write(rest)
            except BlockingIOError:
                written = None
            except (OSError, ValueError) as error:
                self._torn = self._torn or len(rest) < len(data)
                return error if isinstance(error, OSError) else OSError(errno.EBADF, str(error))
            if written:
                rest = rest[written:]
                self._torn = False
            else:
                self._pause.wait(BUSY_S)
        return None


def counted(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def reason(error: OSError | None) -> str:
    if error is None:
        return ""
    if error.errno == errno.EPIPE:
        return "its reader is gone"
    return CLOSED if error.errno == errno.EBADF else (error.strerror or str(error)).lower()

"""Writing to stdout and stderr from a thread of its own, so that a full disk, a reader that has
closed the pipe or one that does not read neither ends nor blocks the program.

`install` puts a `Stream` in the place of sys.stdout and of sys.stderr. Callers pass whole lines to
it; a `Writer`'s thread writes them. What cannot be encoded is escaped. What cannot be written is
dropped, counted, and said to be lost as soon as something can be written again.

A command whose output is its result (`livesyn params | less`) is patient: it blocks on a slow
reader, and ends silently when the pipe is closed, like other command-line programs. Where its
output could not be written, on a full device or a closed stdout, it says so on stderr and exits
with 1. One whose work matters more (a show, a training) calls `go_on` and never blocks.

Standard library only.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

LIMIT_BYTES = 1 << 18  # of the queue
LOOK_S = 0.1  # waits are cut into these, so that Ctrl-C interrupts them on every system
BUSY_S = 0.05  # before a non-blocking pipe or terminal that is full is tried again
LEAVE_S = 0.5  # for the last lines of a command that does not wait
STANDS_STILL = "its reader stands still"
CLOSED = "it is closed"
DRAWN = {"●": "*", "○": "o", "…": "...", "–": "-"}  # what the views draw, in ASCII
KEPT_ERRORS = ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace")

Write = Callable[[bytes | memoryview], int | None]
Notice = Callable[[int, str], str]


def notice(lost: int, why: str) -> str:
    """What is said, once it can be, in the place of what was lost."""
    return f"livesyn: {_lines(lost)} could not be written here ({why})\n"


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
                    trouble = self._lose(next_.lines, _reason(fault))
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


class Stream(io.TextIOBase):
    """A text stream that is never full and never fails: it hands whole lines to `writer`.

    `like` is the stream in whose place it is; None where there was none.
    """

    def __init__(self, writer: Writer, fd: int, like: TextIO | None) -> None:
        super().__init__()
        self.writer, self._fd = writer, fd
        self._encoding = getattr(like, "encoding", None) or "utf-8"
        kept = getattr(like, "errors", None) or "strict"
        self._errors = kept if kept in KEPT_ERRORS else _ESCAPES.get(kept, "livesyn")
        self._encoder = codecs.getincrementalencoder(self._encoding)(self._errors)
        self._begin()
        writer._encode = self.encode

    def _begin(self) -> None:
        self._lock = threading.RLock()  # a signal handler may print too
        self._line = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        return self._errors

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        try:
            return os.isatty(self._fd)
        except OSError:
            return False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Take `text`; SystemExit in the main thread once the reader of a patient one is gone."""
        if not isinstance(text, str):
            raise TypeError(f"a stream of text was given {type(text).__name__}")
        with self._lock:
            self._line += text
            if "\n" in text:
                lines, _, self._line = self._line.rpartition("\n")
                self._put(lines + "\n")
        return len(text)

    def flush(self) -> None:
        """Hand over what has no end of line yet."""
        with self._lock:
            if self._line:
                text, self._line = self._line, ""
                self._put(text)

    def encode(self, text: str) -> bytes:
        """`text` in the stream's encoding; what that does not have is escaped."""
        try:
            return self._encoder.encode(text)
        except (UnicodeError, LookupError):  # a codec that is no encoding of text
            return text.encode("ascii", "backslashreplace")

    def _put(self, text: str) -> None:
        if self.writer.patient and self.writer.broken:
            if threading.current_thread() is threading.main_thread():
                raise SystemExit(0)
            return
        self.writer.put(self.encode(text))


class Words:
    """Both streams of this process."""

    def __init__(self, out: Stream, err: Stream) -> None:
        self.out, self.err = out, err

    @property
    def _writers(self) -> tuple[Writer, ...]:
        out, err = self.out.writer, self.err.writer
        return (out,) if out is err else (out, err)

    def go_on(self) -> None:
        """From now on never block on a reader, and go on without one; what is lost is said on the
        other stream, once.
        """
        for writer in self._writers:
            writer.patient = False
        if len(self._writers) == 2:
            self.out.writer.on_trouble = lambda why: self._say(
                f"livesyn: what is said on stdout is lost from now on ({why})"
            )

    def finish(self, code: int) -> int:
        """Write what is queued, for a bounded time unless output is the command's result; say what
        was lost of stdout. Returns the exit code: `code`, but 1 where the result is incomplete.
        """
        out = self.out.writer
        for stream in (self.out, self.err):
            with contextlib.suppress(SystemExit):
                stream.flush()
        if not out.patient:
            with contextlib.suppress(KeyboardInterrupt):  # in a hurry
                self._drain(LEAVE_S)
            return code
        self._drain(None)
        return (code or 1) if out.lost and not out.broken else code

    def _drain(self, limit_s: float | None) -> None:
        out, err = self.out.writer, self.err.writer
        out.drain(limit_s)
        lost, why = out.unsaid
        if lost and out is not err and not (out.patient and out.broken):
            self._say(f"livesyn: {_lines(lost)} could not be written to stdout ({why})")
        err.drain(limit_s)

    def _say(self, sentence: str) -> None:
        with contextlib.suppress(SystemExit):
            self.err.write(sentence + "\n")


_words: Words | None = None


def install() -> Words:
    """Put streams that never fail in the place of sys.stdout and sys.stderr, and something
    harmless where file descriptors 0, 1 and 2 are closed: what is opened next would get their
    numbers, and what is said would land in it.
    """
    global _words
    closed = _fill_standard_descriptors()
    out, err = sys.stdout, sys.stderr
    if isinstance(out, Stream) and isinstance(err, Stream) and _words is not None:
        return _words
    shared = not closed & {1, 2} and _same_file(1, 2)
    out_writer = Writer(_refuse if 1 in closed else _raw_write(1, out))
    err_writer = out_writer if shared else Writer(_refuse if 2 in closed else _raw_write(2, err))
    for writer in (out_writer, err_writer):
        writer.patient = True
    _words = Words(Stream(out_writer, 1, out), Stream(err_writer, 2, err))
    sys.stdout, sys.stderr = _words.out, _words.err  # type: ignore[assignment]
    return _words


def install_in_child() -> None:
    """The same in a process that reports on stdout: whatever else is printed goes to stderr. None
    of it waits for the supervisor.
    """
    words = install()
    words.out = words.err
    sys.stdout = words.err  # type: ignore[assignment]
    words.go_on()


def go_on() -> None:
    """Never block on output from now on: see `Words.go_on`."""
    if _words is not None:
        _words.go_on()


def finish(code: int) -> int:
    """Write what is queued; returns the exit code. See `Words.finish`."""
    return code if _words is None else _words.finish(code)


def in_words(error: BaseException) -> str:
    """An exception's type and text, also where its text cannot be had."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _reason(error: OSError | None) -> str:
    if error is None:
        return ""
    if error.errno == errno.EPIPE:
        return "its reader is gone"
    return CLOSED if error.errno == errno.EBADF else (error.strerror or str(error)).lower()


def _fill_standard_descriptors() -> set[int]:
    """Opens the null device on those of 0, 1 and 2 that are closed; returns which were when the
    interpreter began.
    """
    closed = {
        fd
        for fd, stream in enumerate((sys.__stdin__, sys.__stdout__, sys.__stderr__))
        if stream is None
    }
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            closed.add(fd)
            with contextlib.suppress(OSError):
                opened = os.open(os.devnull, os.O_RDWR)
                if opened != fd:
                    os.dup2(opened, fd)
                    os.close(opened)
                else:
                    os.set_inheritable(fd, True)
    return closed


def _same_file(one: int, other: int) -> bool:
    """Whether two descriptors write into one file, pipe or terminal: then order matters."""
    try:
        first, second = os.fstat(one), os.fstat(other)
    except OSError:
        return False
    return first.st_ino != 0 and os.path.samestat(first, second)


def _raw_write(fd: int, stream: Any) -> Write:
    """What writes bytes, unbuffered: the stream's own raw file, which on Windows knows the
    console.
    """
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    try:
        if raw is not None and raw.fileno() == fd:
            write: Callable[[bytes | memoryview], int | None] = raw.write
            return write
    except (OSError, ValueError, AttributeError):
        pass
    return lambda data: os.write(fd, data)


def _refuse(data: bytes | memoryview) -> int:
    raise OSError(errno.EBADF, CLOSED)


def _escape(as_bytes: bool) -> Callable[[UnicodeError], tuple[str | bytes, int]]:
    """An error handler of codecs: what the views draw becomes ASCII, all else its escape, or the
    bytes that a file's name was read from.
    """

    def handle(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        char = error.object[error.start]
        if as_bytes and 0xDC80 <= ord(char) <= 0xDCFF:
            return bytes([ord(char) - 0xDC00]), error.start + 1
        return DRAWN.get(char) or char.encode("ascii", "backslashreplace").decode(), error.start + 1

    return handle


codecs.register_error("livesyn", _escape(as_bytes=False))
codecs.register_error("livesyn-bytes", _escape(as_bytes=True))
_ESCAPES = {"surrogateescape": "livesyn-bytes"}


def _after_fork() -> None:
    if _words is not None:
        for stream in (_words.out, _words.err):
            stream._begin()
            stream.writer._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

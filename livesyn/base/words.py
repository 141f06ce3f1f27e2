"""Writing to stdout and stderr from a thread of its own, so that a full disk, a reader that has
closed the pipe or one that does not read neither ends nor blocks the program.

`install` puts a `Stream` in the place of sys.stdout and of sys.stderr. Callers pass whole lines to
it; a `Writer`'s thread writes them. What cannot be encoded is escaped. What cannot be written is
dropped, counted, and said to be lost as soon as something can be written again.

A command whose output is its result (`livesyn params | less`) is patient: it blocks on a slow
reader, and ends silently when the pipe is closed, like other command-line programs. Where its
output could not be written, on a full device or a closed stdout, it says so on stderr and exits
with 1. One whose work matters more (a show, a training) calls `never_block` and never blocks.

Standard library only.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from livesyn.base.descriptors import fill_standard_descriptors, raw_write, refuse, same_file
from livesyn.base.writer import Writer, counted

LEAVE_S = 0.5  # for the last lines of a command that does not wait
DRAWN = {"●": "*", "○": "o", "…": "...", "–": "-"}  # what the views draw, in ASCII
KEPT_ERRORS = ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace")


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

    def never_block(self) -> None:
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
            self._say(f"livesyn: {counted(lost)} could not be written to stdout ({why})")
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
    closed = fill_standard_descriptors()
    out, err = sys.stdout, sys.stderr
    if isinstance(out, Stream) and isinstance(err, Stream) and _words is not None:
        return _words
    shared = not closed & {1, 2} and same_file(1, 2)
    out_writer = Writer(refuse if 1 in closed else raw_write(1, out))
    err_writer = out_writer if shared else Writer(refuse if 2 in closed else raw_write(2, err))
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
    words.never_block()


def never_block() -> None:
    """Never block on output from now on: see `Words.never_block`."""
    if _words is not None:
        _words.never_block()


def finish(code: int) -> int:
    """Write what is queued; returns the exit code. See `Words.finish`."""
    return code if _words is None else _words.finish(code)


def in_words(error: BaseException) -> str:
    """An exception's type and text, also where its text cannot be had."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


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

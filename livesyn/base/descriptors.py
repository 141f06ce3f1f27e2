"""The file descriptors of stdin, stdout and stderr: closed ones filled, and what writes to one."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from typing import Any

from livesyn.base.writer import CLOSED, Write


def fill_standard_descriptors() -> set[int]:
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


def same_file(one: int, other: int) -> bool:
    """Whether two descriptors write into one file, pipe or terminal: then order matters."""
    try:
        first, second = os.fstat(one), os.fstat(other)
    except OSError:
        return False
    return first.st_ino != 0 and os.path.samestat(first, second)


def raw_write(fd: int, stream: Any) -> Write:
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


def refuse(data: bytes | memoryview) -> int:
    raise OSError(errno.EBADF, CLOSED)

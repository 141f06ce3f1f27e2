"""Memory: what is free goes back to the system; how much there is. Standard library only."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# of glibc's mallopt(3): from which size on a block has pages of its own, and how much may lie free
# at the end of a heap
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1
APART = 128 * 1024  # bytes
MOST_APART = 32 * 1024 * 1024  # the largest that glibc takes
MOST_FREE = 2 * MOST_APART  # as glibc would have it then


@contextlib.contextmanager
def lasting() -> Iterator[None]:
    """Large blocks that are made meanwhile are to stay, like a net's weights: with glibc each has
    pages of its own.

    By itself glibc would soon have weights and what is needed for a moment side by side in a heap,
    whose holes fill up with what is computed later: some 15 MB of a show. Afterwards large blocks
    come from the heap again, as usual: new pages for each frame would take a third more of a core.
    """
    glibc = _glibc("mallopt")
    if glibc is not None:
        glibc.mallopt(M_MMAP_THRESHOLD, APART)
    try:
        yield
    finally:
        if glibc is not None:
            glibc.mallopt(M_MMAP_THRESHOLD, MOST_APART)
            glibc.mallopt(M_TRIM_THRESHOLD, MOST_FREE)


def give_back() -> None:
    """Hand what was freed to the system where the C library keeps it (glibc); elsewhere nothing.

    After work that took much for a moment, like loading a net: glibc would keep it for good.
    """
    if (glibc := _glibc("malloc_trim")) is not None:
        glibc.malloc_trim(0)


def free_bytes() -> int | None:
    """How much memory a program may still take, by the system's own estimate and within the limits
    of a container; None where that is not told (macOS).
    """
    if sys.platform == "win32":
        return _free_on_windows()
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        line = next(line for line in text.splitlines() if line.startswith("MemAvailable:"))
        free = int(line.split()[1]) * 1024
    except (OSError, ValueError, StopIteration):
        return None
    with contextlib.suppress(OSError, ValueError):  # no limit is "max", which is no number
        limit, used = (
            int(Path("/sys/fs/cgroup", name).read_text(encoding="ascii"))
            for name in ("memory.max", "memory.current")
        )
        free = min(free, max(0, limit - used))
    return free


def _free_on_windows() -> int | None:
    class Status(ctypes.Structure):  # MEMORYSTATUSEX
        _fields_ = [
            ("length", ctypes.c_uint32),
            ("load", ctypes.c_uint32),
            *((name, ctypes.c_uint64) for name in ("total", "free", "pages", "free_pages")),
            *((name, ctypes.c_uint64) for name in ("virtual", "free_virtual", "extended")),
        ]

    status = Status(length=ctypes.sizeof(Status))
    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined]  # of Windows
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def _glibc(function: str) -> Any:
    """The C library, None where it lacks the function, as musl does."""
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    return library if hasattr(library, function) else None

"""Memory that is free goes back to the system. Standard library only."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
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


def _glibc(function: str) -> Any:
    """The C library, None where it lacks the function, as musl does."""
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    return library if hasattr(library, function) else None

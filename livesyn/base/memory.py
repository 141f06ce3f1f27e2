"""Memory that is free goes back to the system. Standard library only."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Hand what was freed to the system where the C library keeps it (glibc); elsewhere nothing.

    After work that took much for a moment, like loading a net: glibc would keep it for good.
    """
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)

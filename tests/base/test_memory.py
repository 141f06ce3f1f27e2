"""Memory of what is made to stay."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livesyn.base import memory

MB = 1 << 20


class Counts(ctypes.Structure):
    """glibc's `struct mallinfo2`."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks"),
            *("fordblks", "keepcost"),
        )
    ]


def apart() -> int:
    """How many blocks have pages of their own."""
    counts = ctypes.CDLL(None).mallinfo2
    counts.restype = Counts
    return int(counts().hblks)


def made() -> int:
    """How many such blocks one of a megabyte is."""
    before = apart()
    block = np.empty(MB, np.uint8)
    return apart() - before if len(block) else 0


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "mallinfo2"),
    reason="glibc 2.33 and later count blocks",
)
def test_what_is_to_stay_has_pages_of_its_own_and_nothing_else() -> None:
    """In a process of its own: here other threads allocate too."""
    code = "from tests.base.test_memory import made; import livesyn.base.memory as m\n"
    code += "with m.lasting(): inside = made()\nprint(inside, made())"
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["1", "0"]


class Library:
    """A C library that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def mallopt(self, option: int, value: int) -> None:
        self.told.append((option, value))


def test_what_fails_leaves_things_as_what_does_not(monkeypatch) -> None:
    library = Library()
    monkeypatch.setattr(memory, "_glibc", lambda function: library)
    with memory.lasting():
        pass
    told, library.told = library.told, []
    with pytest.raises(ValueError), memory.lasting():
        raise ValueError
    assert library.told == told
    assert told[0] == (memory.M_MMAP_THRESHOLD, memory.APART)
    assert told[1:] == [
        (memory.M_MMAP_THRESHOLD, memory.MOST_APART),
        (memory.M_TRIM_THRESHOLD, memory.MOST_FREE),
    ]


def test_other_c_libraries_are_left_alone(monkeypatch) -> None:
    monkeypatch.setattr(memory, "_glibc", lambda function: None)
    with memory.lasting():
        memory.give_back()

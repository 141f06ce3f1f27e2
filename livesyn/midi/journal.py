"""A .mid file that grows in place and can be opened at any moment, whatever happens to its writer.

One track. Appending takes three writes, none of which leaves a file that a reader could not read:

1. the new events and a new end of track go *behind* the track, where its length keeps readers out;
2. the track's length, four bytes of one block, is set: readers now stop at the old end of track,
  which
   is still there, or read on;
3. one byte turns the old end of track (FF 2F 00) into an empty text (FF 01 00): the new events are
  in.

Each step reaches the disk before the next. Killed before step 3 the file is what it was; nothing
but what is being appended can be lost. An append writes its own few bytes, however long the set is
already.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

TICKS_PER_BEAT = 480
END_OF_TRACK = b"\x00\xff\x2f\x00"  # at delta 0
TEXT_TYPE = b"\x01"
HEAD = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS_PER_BEAT)
LENGTH_AT = len(HEAD) + 4
TRACK_AT = LENGTH_AT + 4

Patch = tuple[int, bytes]


def empty_file() -> bytes:
    """A file with nothing in it but its end."""
    return HEAD + b"MTrk" + struct.pack(">I", len(END_OF_TRACK)) + END_OF_TRACK


def patches(end_at: int, events: bytes) -> tuple[Patch, ...]:
    """What to write where, in this order, to append `events` to a file whose end of track is at
    `end_at`.
    """
    behind = end_at + len(END_OF_TRACK)
    length = behind + len(events) + len(END_OF_TRACK) - TRACK_AT
    return (
        (behind, events + END_OF_TRACK),
        (LENGTH_AT, struct.pack(">I", length)),
        (end_at + 2, TEXT_TYPE),
    )


class MidiJournal:
    """The file at `path`, made new.

    Used by one thread. Every method may raise OSError; `append` may then be tried again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open(path, "xb", buffering=0)  # noqa: SIM115  (open as long as the set)
        try:
            self._write(0, empty_file())
        except OSError:
            self._file.close()
            with contextlib.suppress(OSError):
                path.unlink()  # nobody could read it
            raise
        self._end_at = TRACK_AT
        self._begun = 0  # bytes of an append that failed midway

    def append(self, events: bytes) -> int:
        """Add whole track events, each with its delta time; how many bytes of them are in now.

        After an OSError call it again with the same events at the front. Those go in first, alone:
        the length may count them already, and must not come to count something else.
        """
        if not self.path.exists():
            raise FileNotFoundError(f"{self.path.name} was taken away")
        self._begun = size = self._begun or len(events)
        for offset, data in patches(self._end_at, events[:size]):
            self._write(offset, data)
        self._end_at += len(END_OF_TRACK) + size
        self._begun = 0
        return size

    def close(self) -> None:
        self._file.close()

    def _write(self, offset: int, data: bytes) -> None:
        self._file.seek(offset)
        while data:  # an unbuffered write may take less than all, on a disk that fills
            data = data[self._file.write(data) or 0 :]
        os.fsync(self._file.fileno())

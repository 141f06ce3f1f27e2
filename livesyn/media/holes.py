"""Bytes that were passed over in streams that have no timestamps (MP3, ADTS): FFmpeg counts the
time of what it reads, so that what lies behind a damaged place would come too early.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer

STAMPLESS = {"mp3", "aac"}
LONGEST_MP3 = 1729  # bytes of a frame, layer II at 384 kb/s; the rest of a packet is none of it
LOOK_BYTES = 1 << 24  # how far on the next packet is looked for
HEAD_BYTES = 48  # by which a packet is known


class Holes:
    """How much is missing between the packets of the file at `path`, given in their order. A
    context manager, for it reads the file too.
    """

    def __init__(self, container: InputContainer, path: Path) -> None:
        self._file = path.open("rb") if container.format.name in STAMPLESS else None
        self._at = 0  # where the next packet should be
        self._owed = 0  # bytes at the end of the last packet that are none of it
        self._bytes = self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def before(self, packet: Packet) -> int:
        """How many packets are missing before this one, by the bytes that were passed over."""
        if self._file is None or not packet.size:
            return 0
        place = self._find(self._file, bytes(packet)[:HEAD_BYTES])
        lost, mean = place - self._at + self._owed, self._bytes // max(1, self._count)
        self._at = place + packet.size
        self._owed = packet.size - mean if packet.size > LONGEST_MP3 and mean else 0
        self._bytes, self._count = self._bytes + packet.size - self._owed, self._count + 1
        return round(lost / mean) if mean else 0

    def _find(self, file: IO[bytes], head: bytes) -> int:
        """Where the next packet begins: where it should, if it is nowhere."""
        file.seek(self._at)
        if file.read(len(head)) == head:
            return self._at
        file.seek(self._at)
        return self._at + max(0, file.read(LOOK_BYTES).find(head))

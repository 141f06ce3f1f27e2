"""Whether a sound or film breaks off, by the sizes in its headers or by the mark of its end.

Most formats say how long they are, and what was not copied or recorded to its end is shorter. A
format that says nothing (raw .mp3, .aac, a streamed WebM) is known to break off only once its last
piece cannot be decoded.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

UNKNOWN = 0x7FFFFF00  # recorders that do not know a length yet write this or more, or 0
LONGEST_PAGE = 27 + 255 + 255 * 255  # bytes of a page of Ogg
LAST_PAGE = 4  # the flag of a page that ends its stream
BROADCAST = 1  # the flag of a Windows Media file whose header was written before its end
ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")  # its File Properties object
EBML, SEGMENT = 0x1A45DFA3, 0x18538067


def missing_end(path: Path) -> str:
    """What is missing at the end of the file at `path`: "0.58 MB of it are missing". "" where it is
    whole, cannot be read, or is of a format that does not tell.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(16)
            file.seek(0)
            if head.startswith(b"OggS"):
                return "" if _has_last_page(file, size) else "its last page is missing"
            end = next((read(file) for is_it, read in _FORMATS if is_it(head)), None)
    except (OSError, struct.error):
        return ""
    return f"{_amount(end - size)} missing" if end is not None and end > size else ""


def _amount(missing_bytes: int) -> str:
    if missing_bytes < 10_000:
        return "1 byte of it is" if missing_bytes == 1 else f"{missing_bytes} bytes of it are"
    return f"{missing_bytes / 1e6:.2f} MB of it are"


def _has_last_page(file: BinaryIO, size: int) -> bool:
    """Whether the last page of an Ogg file is whole and says that it is the last."""
    file.seek(max(0, size - 2 * LONGEST_PAGE))
    tail = file.read()
    at = tail.rfind(b"OggS")
    if at < 0 or len(tail) < at + 27:
        return False
    flags, segments = tail[at + 5], tail[at + 26]
    lengths = tail[at + 27 : at + 27 + segments]
    end = at + 27 + segments + sum(lengths)
    return len(lengths) == segments and end <= len(tail) and bool(flags & LAST_PAGE)


def _end_of_chunk(
    file: BinaryIO, wanted: bytes, start: int, header: str, even: int, counts_itself: bool = False
) -> int | None:
    """Where the chunk `wanted` ends, in a file of chunks from `start` on whose `header` is their
    name and length, each filled up to a multiple of `even` bytes; None where it does not say.
    """
    size = struct.calcsize(header)
    at = start
    while len(head := _read_at(file, at, size)) == size:
        name, length = struct.unpack(header, head)
        length -= size * counts_itself
        if name == wanted:
            return at + size + length if 0 < length else None
        if length < 0:
            return None
        at += size + length + -length % even
    return None


def _end_of_wave(file: BinaryIO) -> int | None:
    order = ">" if _read_at(file, 0, 4) == b"RIFX" else "<"
    end = _end_of_chunk(file, b"data", 12, f"{order}4sI", 2)
    return end if end is not None and end - file.tell() < UNKNOWN else None


def _end_of_rf64(file: BinaryIO) -> int | None:
    (length,) = struct.unpack("<Q", _read_at(file, 28, 8))  # in the chunk ds64, the first
    if _end_of_chunk(file, b"data", 12, "<4sI", 2) is None or not length:
        return None
    return int(file.tell() + length)


def _end_of_au(file: BinaryIO) -> int | None:
    start, length = struct.unpack(">II", _read_at(file, 4, 8))
    return None if length == 0xFFFFFFFF else int(start + length)


def _end_of_boxes(file: BinaryIO) -> int | None:
    """Where the last box of an MPEG-4 or QuickTime file ends."""
    at, end = 0, None
    while len(head := _read_at(file, at, 16)) >= 8:
        length, name = struct.unpack(">I4s", head[:8])
        if not name.isalnum():
            break  # what stands behind the last
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        if length < 8:
            return None  # it goes on to the end of the file
        at = end = at + length
    return end


def _end_of_matroska(file: BinaryIO) -> int | None:
    at = 0
    while (found := _element(file, at)) is not None:
        name, at, length = found
        if name == SEGMENT or length is None:
            return None if length is None else at + length
        at += length
    return None


def _element(file: BinaryIO, at: int) -> tuple[int, int, int | None] | None:
    """The name, place and length of what an element of Matroska at `at` holds; a length of None is
    not known yet.
    """
    head = _read_at(file, at, 12)
    if len(head) < 2 or not head[0]:
        return None
    name_size = 9 - head[0].bit_length()
    if len(head) <= name_size or not (first := head[name_size]):
        return None
    size = 9 - first.bit_length()
    length = int.from_bytes(head[name_size : name_size + size], "big") - (1 << 7 * size)
    unknown = length == (1 << 7 * size) - 1
    name = int.from_bytes(head[:name_size], "big")
    return name, at + name_size + size, None if unknown else length


def _end_of_asf(file: BinaryIO) -> int | None:
    at, (count,) = 30, struct.unpack("<I", _read_at(file, 24, 4))
    for _ in range(count):
        name, length = struct.unpack("<16sQ", _read_at(file, at, 24))
        if name == ASF_FILE:
            (end,) = struct.unpack("<Q", _read_at(file, at + 40, 8))
            (flags,) = struct.unpack("<I", _read_at(file, at + 88, 4))
            return None if flags & BROADCAST else int(end)
        at += max(24, length)
    return None


def _read_at(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at, io.SEEK_SET)
    return file.read(size)


_FORMATS: tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO], int | None]], ...] = (
    (lambda head: head[:4] in (b"RIFF", b"RIFX") and head[8:12] == b"WAVE", _end_of_wave),
    (lambda head: head[:4] == b"RF64", _end_of_rf64),
    (
        lambda head: head[:4] == b"riff",  # Wave64: names are 16 bytes, the first four as in .wav
        lambda file: _end_of_chunk(
            file, b"data" + bytes.fromhex("f3acd3118cd100c04f8edb8a"), 40, "<16sq", 8, True
        ),
    ),
    (
        lambda head: head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"),
        lambda file: _end_of_chunk(file, b"SSND", 12, ">4sI", 2),
    ),
    (lambda head: head[:4] == b"caff", lambda file: _end_of_chunk(file, b"data", 8, ">4sq", 1)),
    (lambda head: head[:4] == b".snd", _end_of_au),
    (lambda head: head[4:8] == b"ftyp", _end_of_boxes),
    (lambda head: head[:4] == b"\x1aE\xdf\xa3", _end_of_matroska),
    (lambda head: head[:4] == b"0&\xb2u", _end_of_asf),
)

"""What the window is sent: a line that says who, then pictures, each a header of 24 bytes and its
pixels.

The header, big-endian: "pic1", marks (bit 0 freeze, bit 1 blackout, bit 7 the other two are known),
height, width (0 and 0: marks only), index, time_s. The pixels are height · width · 3 bytes, RGB.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass

import numpy as np

from livesyn.base.errors import DataError
from livesyn.base.types import Frame

VERSION = 1
MAX_SIDE = 4096
HEADER = struct.Struct("!4sBxHHxxId")
MAGIC = b"pic1"
FREEZE, BLACKOUT, KNOWN = 1, 2, 128
HELLO_BYTES = 256


@dataclass(frozen=True, slots=True)
class Marks:
    """What the show says of the picture: hold it, or none at all."""

    freeze: bool = False
    blackout: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: a picture, or only marks; the marks as the sender knows them."""

    frame: Frame | None
    marks: Marks | None


def hello(token: str) -> bytes:
    """The sender's first line."""
    return json.dumps({"v": VERSION, "token": token}).encode() + b"\n"


def check_hello(line: bytes, token: str) -> str:
    """ "" when the sender may stay, else why not."""
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("token") != token:
        return "a sender of pictures without the right token was turned away"
    if said.get("v") != VERSION:
        return f"a sender of pictures speaks version {said.get('v')!r}, this window {VERSION}"
    return ""


def header(frame: Frame | None, marks: Marks | None) -> bytes:
    """The header of a picture."""
    height, width = (0, 0) if frame is None else frame.pixels.shape[:2]
    bits = 0 if marks is None else KNOWN | FREEZE * marks.freeze | BLACKOUT * marks.blackout
    index, time_s = (0, 0.0) if frame is None else (frame.index & 0xFFFFFFFF, frame.time_s)
    return HEADER.pack(MAGIC, bits, height, width, index, time_s)


def read_hello(sock: socket.socket) -> bytes | None:
    """The first line; None at the end of the connection or when it has none."""
    line = bytearray()
    while len(line) < HELLO_BYTES and not line.endswith(b"\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return bytes(line) if line.endswith(b"\n") else None


def read_sent(sock: socket.socket) -> Sent | None:
    """The next picture or marks; None at the end of the connection. Blocks. Raises OSError, and
    DataError for what is no picture.
    """
    head = bytearray(HEADER.size)
    if not _fill(sock, memoryview(head)):
        return None
    magic, bits, height, width, index, time_s = HEADER.unpack(head)
    if magic != MAGIC or height > MAX_SIDE or width > MAX_SIDE or (height == 0) != (width == 0):
        raise DataError(
            f"what came is no picture: {bytes(head[:12])!r}; a picture begins with {MAGIC!r} and is"
            f" at most {MAX_SIDE} px high and wide"
        )
    marks = Marks(bool(bits & FREEZE), bool(bits & BLACKOUT)) if bits & KNOWN else None
    if height == 0:
        return Sent(None, marks)
    pixels = np.empty((height, width, 3), np.uint8)
    if not _fill(sock, pixels.reshape(-1).data):
        return None
    return Sent(Frame(pixels, time_s, index), marks)


def _fill(sock: socket.socket, into: memoryview) -> bool:
    while into:
        if (count := sock.recv_into(into)) == 0:
            return False
        into = into[count:]
    return True

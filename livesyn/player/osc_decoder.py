"""OSC 1.0 packets read strictly: one that disagrees with itself is refused, never guessed at.

All types of OSC 1.0 and 1.1 are read: a value taken for one of another size would shift all that
follow it. In a bundle only the message that is wrong is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from livesyn.base.errors import LivesynError

MAX_DEPTH = 16  # bundles in bundles, arrays in arrays
BUNDLE = b"#bundle\0"
HEAD_BYTES = 16  # of a bundle: its name and its timetag
_SLIP_END = b"\xc0"
_ZEROS = bytes(4)
_SHOWN = 60


class Message(NamedTuple):
    """`tags` are the type tags without their comma, `values` what they stand for.

    i and h are int, f and d float, s and S str, c a str of one character, b bytes, t and r int
    (64 bits of NTP time, 32 of colour), m four bytes as a tuple (port, status, data, data), T and F
    bool, N None, I `IMPULSE`, and an array a list.
    """

    address: str
    tags: str
    values: tuple[Any, ...]


class Impulse:
    """The value of the type I (infinitum, impulse or bang)."""

    def __repr__(self) -> str:
        return "an impulse"


IMPULSE: Final = Impulse()


class OscError(LivesynError):
    """What is wrong with a packet: a clause of which the packet is the subject. `kind` is a word
    for faults of the same kind, `address` the address where it could be read.
    """

    def __init__(self, kind: str, clause: str) -> None:
        super().__init__(clause)
        self.kind, self.address = kind, ""


def decode(packet: bytes) -> Iterator[Message | OscError]:
    """What is in a packet, in its order: messages, and in their place what is wrong with those that
    cannot be read. Raises nothing. Timetags are not looked at.
    """
    return (part if isinstance(part, OscError) else read(part) for part in parts(packet))


def parts(packet: bytes) -> Iterable[bytes | OscError]:
    """The messages of a packet as they came, for `read`: itself, or what a bundle holds. In their
    place what is wrong with the bundle. Raises nothing.
    """
    return _bundle(packet, 1) if packet.startswith(BUNDLE) else (packet,)


def _bundle(packet: bytes, depth: int) -> Iterator[bytes | OscError]:
    if depth > MAX_DEPTH:
        yield OscError("depth", f"has bundles in each other, more than {MAX_DEPTH} deep")
        return
    if len(packet) < HEAD_BYTES:
        yield OscError("bundle", "is a bundle that ends before its timetag")
        return
    at = HEAD_BYTES
    while at < len(packet):
        size = int.from_bytes(packet[at : at + 4], signed=True)
        part = packet[at + 4 : at + 4 + size]
        if size < 4 or len(part) < size:  # nobody knows where the next one begins
            yield OscError("bundle", f"is a bundle in which a part is said to be {size} bytes long")
            return
        if part.startswith(BUNDLE):
            yield from _bundle(part, depth + 1)
        else:
            yield part
        at += 4 + size


def read(packet: bytes) -> Message | OscError:
    """The message in a packet that is no bundle, or what is wrong with it. Raises nothing."""
    if not packet.startswith(b"/"):
        return _stranger(packet)
    address = ""
    try:
        address, at = _string(packet, 0)
        if at == len(packet):
            return Message(address, "", ())  # senders older than type tags
        return _typed(address, packet, at)
    except OscError as error:
        found = _explained(error, packet)
    found.address = address or _text(packet.partition(b"\0")[0])
    return found


def _typed(address: str, packet: bytes, at: int) -> Message:
    """The message whose type tags begin at `at`."""
    if not packet.startswith(b",", at):
        raise OscError(
            "tags",
            "has arguments without type tags (like ,f), so nobody knows their types; make the"
            " sender write them",
        )
    tags, at = _string(packet, at)
    tags = tags[1:]
    data = packet
    if missing := -len(packet) % 4:
        # Reaktor leaves out a float's last zeros; by two bytes it is known to one per cent
        if missing > 2 or not tags.endswith("f"):
            raise _unaligned(packet)
        data += _ZEROS[:missing]
    values: list[Any] = []
    arrays = [values]
    for tag in tags:
        if (read := _READERS.get(tag)) is not None:
            try:
                value, at = read(data, at)
            except struct.error:
                raise OscError(
                    "short",
                    f"has less bytes than its type tags ,{tags[:_SHOWN]} say; "
                    "make the sender write tags and values of the same type",
                ) from None
            arrays[-1].append(value)
        elif tag == "[" and len(arrays) <= MAX_DEPTH:
            arrays.append([])
            arrays[-2].append(arrays[-1])
        elif tag == "]" and len(arrays) > 1:
            arrays.pop()
        elif tag in "[]":
            raise _brackets(tags)
        else:
            raise OscError(
                "tags",
                f"has a type tag {tag!r} (in ,{tags[:_SHOWN]}), which is none of"
                " OSC's; send i, f or s",
            )
    if len(arrays) > 1:
        raise _brackets(tags)
    if at != len(data):
        raise OscError(
            "long",
            f"has {len(data) - at} bytes more than its type tags"
            f" ,{tags[:_SHOWN]} say; make the sender write tags and values of the same"
            " type",
        )
    return Message(address, tags, tuple(values))


def _brackets(tags: str) -> OscError:
    return OscError(
        "tags",
        f"has brackets that do not match, or are too deep, in its type tags ,{tags[:_SHOWN]}",
    )


# The types.


def _string(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(0, at)
    if end < 0:
        raise OscError(
            "padding",
            "has a string without an end; a string ends with a zero byte, and"
            " zeros fill it up to a multiple of four bytes",
        )
    after = (end // 4 + 1) * 4
    if data[end:after] != _ZEROS[: after - end]:
        raise OscError(
            "padding",
            "has a string that is not filled up with zeros to a multiple of"
            " four bytes (as from code without an OSC library)",
        )
    try:
        return data[at:end].decode(), after
    except UnicodeDecodeError:
        raise OscError(
            "text",
            f"has text that is not UTF-8, {data[at:end][:_SHOWN]!r}; make the sender write UTF-8",
        ) from None


def _blob(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _READERS["i"](data, at)
    end, after = at + size, at + (size + 3) // 4 * 4
    if size < 0 or after > len(data) or data[end:after] != _ZEROS[: after - end]:
        raise OscError(
            "padding",
            f"has a blob of {size} bytes that is not filled up with zeros to a"
            " multiple of four bytes",
        )
    return data[at:end], after


def _char(data: bytes, at: int) -> tuple[str, int]:
    code, at = _READERS["i"](data, at)
    if not 0 <= code < 128:
        raise OscError("text", f"has a character (type tag c) of code {code}; ASCII ends at 127")
    return chr(code), at


Reader = Callable[[bytes, int], tuple[Any, int]]


def _number(form: str) -> Reader:
    layout = struct.Struct(">" + form)
    unpack, size = layout.unpack_from, layout.size
    return lambda data, at: (unpack(data, at)[0], at + size)


def _constant(value: object) -> Reader:
    return lambda data, at: (value, at)


_READERS: dict[str, Reader] = {
    **{tag: _number(form) for tag, form in zip("ihfdtr", "iqfdQI", strict=True)},
    **{
        tag: _constant(value)
        for tag, value in zip("TFNI", (True, False, None, IMPULSE), strict=True)
    },
    "s": _string,
    "S": _string,
    "b": _blob,
    "c": _char,
    "m": lambda data, at: (struct.unpack_from("4B", data, at), at + 4),
}


# What it may be, if it is no OSC.


def _explained(error: OscError, packet: bytes) -> OscError:
    """A better word than `error` for what is wrong with a packet that begins with /."""
    if 0 not in packet:
        return _stranger(packet)
    if len(packet) % 4 == 1 and packet.endswith(_SLIP_END):
        return _slip()
    return _unaligned(packet) if error.kind == "padding" and len(packet) % 4 else error


def _unaligned(packet: bytes) -> OscError:
    return OscError(
        "padding",
        f"is {len(packet)} bytes long, which is no multiple of four: its strings are not filled up"
        " with zeros (as from code without an OSC library)",
    )


def _slip() -> OscError:
    return OscError(
        "slip",
        "is framed with SLIP (byte C0), as for a serial line or for TCP; send each packet bare, in"
        " a UDP datagram of its own",
    )


def _stranger(packet: bytes) -> OscError:
    """What a packet is that does not begin as OSC, or is framed."""
    body = packet.lstrip()
    if not packet:
        return OscError("empty", "is empty")
    if packet.startswith(_SLIP_END):
        return _slip()
    if len(packet) > 4 and int.from_bytes(packet[:4]) == len(packet) - 4:
        return OscError(
            "length",
            "begins with its length, as for TCP; send each packet bare, in a"
            " UDP datagram of its own",
        )
    if packet.startswith(b"#bundle"):
        return OscError("bundle", "begins with #bundle but without the zero byte behind it")
    if packet.startswith(b"Art-Net\0"):
        return OscError("stranger", "is Art-Net (light, DMX); send it to another port")
    if body.rstrip().endswith(b";"):
        return OscError(
            "stranger",
            f"is a Pure Data message (FUDI), {_text(body)!r}; make it OSC"
            " with oscformat, and send it with netsend -u -b",
        )
    if body.isascii() and 0 not in body:
        return OscError(
            "stranger", f"is text, {_text(body)!r}, and OSC is not; use the sender's OSC output"
        )
    return OscError(
        "stranger", f"is no OSC: it begins with {packet[:16]!r}, and OSC with / or #bundle"
    )


def _text(raw: bytes) -> str:
    return raw[:_SHOWN].decode(errors="replace")

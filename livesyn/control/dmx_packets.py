"""DMX by network: packets of Art-Net 4 (ArtDmx) and of sACN (ANSI E1.31). Pure.

Two structures of fixed layout: the libraries for them bring threads, sockets and clocks of their
own, which the player has.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from livesyn.base.errors import LivesynError

ARTNET_PORT, SACN_PORT = 6454, 5568
ARTNET_UNIVERSES, SACN_UNIVERSES = (0, 32767), (1, 63999)
PRIORITIES = (0, 200)
DATA_CHANNELS = 512

_ART_ID = b"Art-Net\0"
_OP_DMX = 0x5000
_VERSION = 14
# id, opcode (little end first), version, sequence, physical, universe (little), length (big)
_ART_HEAD = struct.Struct("<8sH")
_ART_REST = struct.Struct(">HBB")
_ART_DATA_AT = 18

_ACN_ID = b"ASC-E1.17\0\0\0"
_SACN = struct.Struct(">HH12sHI16s HI64sBHBBH HBBHHHB")
_SACN_BYTES = _SACN.size + DATA_CHANNELS
_TERMINATED = 0x40


class DmxError(LivesynError):
    """A packet that is no ArtDmx. One sentence."""


@dataclass(frozen=True, slots=True)
class ArtDmx:
    """One universe's values, as they came. `sequence` 0: the sender does not count."""

    universe: int
    sequence: int
    data: bytes


def art_dmx(universe: int, sequence: int, data: bytes) -> bytes:
    """An ArtDmx packet: `universe` 0 to 32767 (net, sub-net and universe), `sequence` 1 to 255, up
    to 512 bytes of data, made an even number.
    """
    if len(data) % 2:
        data += b"\0"
    return b"".join(
        (
            _ART_HEAD.pack(_ART_ID, _OP_DMX),
            _ART_REST.pack(_VERSION, sequence, 0),
            struct.pack("<H", universe),
            struct.pack(">H", len(data)),
            data,
        )
    )


def read_art_dmx(packet: bytes) -> ArtDmx | None:
    """The ArtDmx of a packet; None for another packet of Art-Net (polls, say). Raises DmxError."""
    if len(packet) < _ART_HEAD.size or packet[:8] != _ART_ID:
        raise DmxError("it is not Art-Net")
    if _ART_HEAD.unpack_from(packet)[1] != _OP_DMX:
        return None
    if len(packet) < _ART_DATA_AT:
        raise DmxError(f"it ends after {len(packet)} bytes")
    version, sequence, _ = _ART_REST.unpack_from(packet, 10)
    (universe,), (length,) = (
        struct.unpack_from("<H", packet, 14),
        struct.unpack_from(">H", packet, 16),
    )
    if version < _VERSION:
        raise DmxError(f"it is of version {version}; {_VERSION} is spoken")
    if universe > ARTNET_UNIVERSES[1]:
        raise DmxError(f"its universe is {universe}; it goes to {ARTNET_UNIVERSES[1]}")
    if not 1 <= length <= DATA_CHANNELS or len(packet) < _ART_DATA_AT + length:
        had = len(packet) - _ART_DATA_AT
        raise DmxError(f"it says that it has {length} channels, and has {had}; 2 to 512 are legal")
    return ArtDmx(universe, sequence, packet[_ART_DATA_AT : _ART_DATA_AT + length])


def sacn(
    universe: int,
    sequence: int,
    data: bytes,
    *,
    sender: bytes,
    name: str,
    priority: int,
    ends: bool = False,
) -> bytes:
    """An E1.31 data packet: `universe` 1 to 63999, `sequence` 0 to 255, `data` 512 bytes. `sender`
    is the 16 bytes that name the source among machines, `name` among people. `ends`: no more come.
    """
    rest = [
        *(0x0010, 0, _ACN_ID, _length_after(16), 0x00000004, sender),
        *(_length_after(38), 0x00000002, name.encode()[:63], priority, 0, sequence),
        *(_TERMINATED * ends, universe),
        *(_length_after(115), 0x02, 0xA1, 0, 1, DATA_CHANNELS + 1, 0),
    ]
    return _SACN.pack(*rest) + data


def sacn_group(universe: int) -> str:
    """The multicast address of a universe."""
    return f"239.255.{universe >> 8}.{universe & 255}"


def _length_after(start: int) -> int:
    """Flags and length of a layer that begins at byte `start`."""
    return 0x7000 | (_SACN_BYTES - start)

"""What peers of a Link session announce on the network, as far as it is needed to hear a session's
tempo before joining it.

A peer sends, some four times a second, a datagram to a multicast group: a header, then entries of
a key of four letters, a length and a value. The entry `tmln` is the session's timeline.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
from collections.abc import Callable

GROUP, PORT = "224.76.78.75", 20808
HEADER = b"_asdp_v\x01"
ALIVE, RESPONSE = 1, 2  # kinds of datagrams that carry a session
_HEAD = struct.Struct(">8sBBH8s")  # protocol, kind, lifetime, group, peer
_ENTRY = struct.Struct(">4sI")
_TIMELINE = struct.Struct(">qqq")  # microseconds a beat, beat and time of its origin
LARGEST_BYTES = 1 << 12


def tempo_of(packet: bytes) -> float | None:
    """The tempo, in bpm, that a datagram announces; None where it is no peer's announcement."""
    if len(packet) < _HEAD.size:
        return None
    protocol, kind, _, _, _ = _HEAD.unpack_from(packet)
    if protocol != HEADER or kind not in (ALIVE, RESPONSE):
        return None
    at = _HEAD.size
    while at + _ENTRY.size <= len(packet):
        key, length = _ENTRY.unpack_from(packet, at)
        at += _ENTRY.size
        if key == b"tmln" and length == _TIMELINE.size and at + length <= len(packet):
            beat_us, _, _ = _TIMELINE.unpack_from(packet, at)
            return 60e6 / beat_us if beat_us > 0 else None
        at += length
    return None


def listen(seconds: float, now_s: Callable[[], float]) -> float | None:
    """The tempo of the session that is announced, as soon as one is; None after `seconds` without,
    or where the network cannot be listened to.
    """
    with contextlib.ExitStack() as stack:
        try:
            sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            _bind(sock)
            selector = stack.enter_context(selectors.DefaultSelector())
            selector.register(sock, selectors.EVENT_READ)
            until_s = now_s() + seconds
            while (left_s := until_s - now_s()) > 0:
                if selector.select(left_s):
                    with contextlib.suppress(BlockingIOError):
                        if (bpm := tempo_of(sock.recv(LARGEST_BYTES))) is not None:
                            return bpm
        except OSError:
            pass
    return None


def _bind(sock: socket.socket) -> None:
    """Hear the group on every interface, beside others of this machine that do."""
    sock.setblocking(False)
    for name in ("SO_REUSEADDR", "SO_REUSEPORT"):
        with contextlib.suppress(AttributeError, OSError):
            sock.setsockopt(socket.SOL_SOCKET, getattr(socket, name), 1)
    sock.bind(("", PORT))
    for interface in {"0.0.0.0", "127.0.0.1", *_own_addresses()}:
        with contextlib.suppress(OSError):
            joined = socket.inet_aton(GROUP) + socket.inet_aton(interface)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)


def _own_addresses() -> set[str]:
    with contextlib.suppress(OSError):
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        return {str(address[0]) for *_, address in found}
    return set()

"""The UDP socket of OSC in, with as much room as the system gives, and what did not fit."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys

BUFFER_BYTES = 1 << 23  # a second of 20,000 messages a second, as Linux counts
LEAST_BYTES = 1 << 17
# Linux's names, which Python's module `socket` does not have
_RECEIVE_BUFFER_FORCE = 33  # SO_RCVBUFFORCE: beyond rmem_max, for who may administer the network
_MEMORY_INFO, _MEMORY_FIGURES, _DROPS = 55, struct.Struct("=9I"), 8  # SO_MEMINFO, SK_MEMINFO_DROPS


def listening_socket(host: str, port: int) -> socket.socket:
    """A UDP socket that does not block, at the first address of `host` that can be had. Raises
    OSError.
    """
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
    ):
        sock = socket.socket(family, kind, protocol)
        try:
            make_room(sock)
            sock.setblocking(False)
            sock.bind(address)
            return sock
        except OSError as error:
            failure = error
            sock.close()
    raise failure or OSError(f"{host} has no address")


def make_room(sock: socket.socket) -> None:
    """Let as much as possible wait in the socket, up to `BUFFER_BYTES`."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _RECEIVE_BUFFER_FORCE, BUFFER_BYTES)
            return
    size = BUFFER_BYTES
    while size >= LEAST_BYTES:  # Linux takes less by itself, macOS refuses what is too much
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
            return
        size //= 2


def overflowed(sock: socket.socket) -> int | None:
    """How many packets found no room since the socket was opened, modulo 2**32. None where the
    system does not tell: macOS, Windows, Linux before 4.12.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, struct.error):
            figures = sock.getsockopt(socket.SOL_SOCKET, _MEMORY_INFO, _MEMORY_FIGURES.size)
            return int(_MEMORY_FIGURES.unpack(figures)[_DROPS])
    return None

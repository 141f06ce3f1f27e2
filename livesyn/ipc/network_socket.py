"""Where two shows meet: TCP."""

from __future__ import annotations

import contextlib
import socket
import sys

from livesyn.base.errors import ConfigError, DeviceError
from livesyn.ipc.messages import (
    VERSION,
    Hello,
    Lines,
    Refusal,
    ToStandby,
    Welcome,
    decode,
    encode,
)

DIAL_S = 1.0
KEEP_ALIVE_S = 10  # a peer whose machine lost its power is noticed some time after


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at `host`:`port` (0: any free one). Raises DeviceError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        server = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _refused(host, port, error) from None
    try:
        if sys.platform != "win32":  # there it would let two have the same port
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _tune(server)
        server.bind(address)
        server.listen(8)
        server.setblocking(False)
    except OSError as error:
        server.close()
        raise _refused(host, port, error) from None
    return server


def dial(host: str, port: int) -> socket.socket:
    """A socket to whoever listens there. Raises OSError, also for a host that has no address."""
    sock = socket.create_connection((host, port), DIAL_S)
    _tune(sock)
    return sock


def ask_welcome(place: tuple[str, int], token: str) -> Welcome:
    """What the show there tells a standby that comes. Raises ConfigError where it is turned away,
    OSError and ValueError where there is no such show.
    """
    with dial(*place) as sock:
        sock.settimeout(DIAL_S)
        sock.sendall(encode(Hello(VERSION, token)))
        lines = Lines()
        while data := sock.recv(1 << 16):
            for line in lines.feed(data):
                message = decode(line, ToStandby)
                if isinstance(message, Welcome):
                    return message
                if isinstance(message, Refusal):
                    host, port = place
                    raise ConfigError(
                        f"the show at {host}:{port} turned this one away: {message.text}; say its"
                        " --standby-token, and run the same version of livesyn"
                    )
    raise OSError("it hung up")


def _tune(sock: socket.socket) -> None:
    """Small messages at once, and no peer for ever. What is accepted takes after who listens."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(OSError, AttributeError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEP_ALIVE_S)


def _refused(host: str, port: int, error: OSError) -> DeviceError:
    return DeviceError(
        f"a standby cannot be served at {host}:{port} ({(error.strerror or str(error)).lower()});"
        " name another address with --serve-standby"
    )

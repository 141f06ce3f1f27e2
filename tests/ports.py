"""Ports for tests."""

from __future__ import annotations

import socket


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody has now: `socket.SOCK_STREAM` for TCP, `socket.SOCK_DGRAM` for UDP."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

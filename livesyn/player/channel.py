"""One connection between player and engine, non-blocking, and where the player can be met.

On POSIX an address is the path of a Unix socket in a private folder. On Windows the same
path names a file in which the player leaves its loopback port and a token.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from livesyn.errors import DeviceError
from livesyn.player.protocol import Lines, Message, ProtocolError, Table, decode, encode

MAX_WAITING_BYTES = 1 << 18
UNIX = hasattr(socket, "AF_UNIX") and os.name == "posix"


class Channel:
    """Reads and writes messages on a socket that must be non-blocking. One thread uses it.

    What the peer does not read in time is dropped whole and counted in `dropped`; what it
    says wrongly is counted in `bad`, the last sentence in `complaint`.
    """

    def __init__(self, sock: socket.socket, table: Table) -> None:
        sock.setblocking(False)
        self.socket = sock
        self._table = table
        self._lines = Lines()
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self.dropped = 0
        self._malformed = 0
        self.complaint = ""
        self.welcomed = False

    @property
    def bad(self) -> int:
        """Lines that were no legal message."""
        return self._malformed + self._lines.oversized

    @property
    def wants_to_write(self) -> bool:
        return bool(self._waiting)

    def send(self, message: Mapping[str, object]) -> bool:
        """Queue a message and send what goes; False when it was dropped."""
        try:
            line = encode(message)
        except ProtocolError as error:
            self.complaint = str(error)
            self.dropped += 1
            return False
        if self._waiting_bytes + len(line) > MAX_WAITING_BYTES:
            self.dropped += 1
            return False
        self._waiting.append(line)
        self._waiting_bytes += len(line)
        return True

    def write(self) -> None:
        """Send what the socket takes. Raises OSError when the peer is gone."""
        while self._waiting:
            try:
                sent = self.socket.send(self._waiting[0])
            except (BlockingIOError, InterruptedError):
                return
            self._waiting_bytes -= sent
            line = self._waiting.popleft()
            if sent < len(line):
                self._waiting.appendleft(line[sent:])
                return

    def read(self) -> list[Message] | None:
        """The messages that have come; None when the peer has gone."""
        try:
            data = self.socket.recv(1 << 16)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError:
            return None
        if not data:
            return None
        messages = []
        for line in self._lines.feed(data):
            try:
                messages.append(decode(line, self._table))
            except ProtocolError as error:
                self._malformed += 1
                self.complaint = str(error)
        return messages

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()


def listen(path: Path, unix: bool = UNIX) -> tuple[socket.socket, str]:
    """A listening socket at `path`, and the token a peer must say ("" on a Unix socket, which
    its folder's rights guard). Makes the folder, for its owner alone. Raises DeviceError."""
    server = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # left by a player that died
        if unix:
            if path.parent.stat().st_mode & 0o077:
                raise DeviceError(f"the folder {path.parent} of the player's socket is open to others; give it mode 0700 or name another")
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.bind(str(path))
            token = ""
        else:
            import secrets

            server, token = socket.socket(socket.AF_INET, socket.SOCK_STREAM), secrets.token_hex(16)
            server.bind(("127.0.0.1", 0))
            draft = path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(f"{server.getsockname()[1]} {token}")
            draft.replace(path)
        server.listen(8)
        server.setblocking(False)
        return server, token
    except OSError as error:
        if server is not None:
            server.close()
        raise DeviceError(f"the player cannot listen at {path}: {error.strerror or error}; a shorter path in a folder of your own may do") from error


def connect(path: Path, unix: bool = UNIX, timeout_s: float = 1.0) -> tuple[socket.socket, str]:
    """A socket to the player that listens at `path`, and the token to say. Raises OSError when there is none (yet)."""
    if unix:
        sock, token = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), ""
        target: str | tuple[str, int] = str(path)
    else:
        port, _, token = path.read_text().partition(" ")
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = ("127.0.0.1", int(port) if port.isdigit() else 0)
    sock.settimeout(timeout_s)
    try:
        sock.connect(target)
    except BaseException:
        sock.close()
        raise
    return sock, token

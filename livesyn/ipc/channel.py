"""One connection between player and engine, non-blocking.

Where they meet is `livesyn.ipc.local_socket`'s.
"""

from __future__ import annotations

import contextlib
import socket
from collections import deque
from typing import Any

from livesyn.ipc.messages import Lines, Message, MessageError, decode, encode

MAX_WAITING_BYTES = 1 << 18


class Channel:
    """Reads and writes messages on a socket that must be non-blocking. One thread uses it.

    What the peer does not read in time is dropped whole and counted in `dropped`; what it
    says wrongly is counted in `bad`, the last sentence in `complaint`. `union` is what the peer may
    say: `FromEngine` or `FromPlayer`.
    """

    def __init__(self, sock: socket.socket, union: Any) -> None:
        sock.setblocking(False)
        self.socket = sock
        self._union = union
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

    def send(self, message: Message) -> bool:
        """Queue a message and send what goes; False when it was dropped."""
        try:
            line = encode(message)
        except MessageError as error:
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
            lines = b"".join(self._waiting)  # one call for all that one moment has brought
            try:
                sent = self.socket.send(lines)
            except (BlockingIOError, InterruptedError):
                return
            self._waiting_bytes -= sent
            self._waiting.clear()
            if sent < len(lines):
                self._waiting.append(lines[sent:])
                return

    def read(self) -> list[Any] | None:
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
                messages.append(decode(line, self._union))
            except MessageError as error:
                self._malformed += 1
                self.complaint = str(error)
        return messages

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()

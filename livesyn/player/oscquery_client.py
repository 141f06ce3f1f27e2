"""One WebSocket of OSCQuery: what it listens to, and what waits for it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Hashable, Iterable
from typing import Any, Protocol

import msgspec

from livesyn.player.osc_sent import EVENTS

MOST_WAITING = 512
COMMANDS = ("LISTEN", "IGNORE")


class Socket(Protocol):
    """What is asked of aiohttp's WebSocketResponse."""

    async def send_bytes(self, data: bytes) -> None: ...

    async def close(self, *, code: int) -> object: ...


class BadCommand(ValueError):
    """What is wrong with a text frame: a clause of which "a WebSocket" is the subject."""


class Client:
    """Belongs to the server's loop. `listens` holds addresses of methods.

    Drop policy: of an address that waits twice the newest is sent; notes, panics and answers all
    are, but of more than 512 that wait the oldest is dropped and counted.
    """

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self._waiting: dict[Hashable, bytes] = {}
        self._more = asyncio.Event()
        self._serial = itertools.count()
        self.listens: set[str] = set()
        self.dropped = 0

    def put(self, address: str, packet: bytes) -> None:
        """Send this soon."""
        self._put(next(self._serial) if address in EVENTS else address, packet)

    def answer(self, packet: bytes) -> None:
        """Send this soon, whatever else waits."""
        self._put(next(self._serial), packet)

    def _put(self, key: Hashable, packet: bytes) -> None:
        self._waiting.pop(key, None)
        if len(self._waiting) >= MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1
        self._waiting[key] = packet
        self._more.set()

    async def send(self) -> None:
        """Send what waits, for as long as the socket takes it."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                key = next(iter(self._waiting))
                await self.socket.send_bytes(self._waiting.pop(key))

    def change(self, command: str, addresses: Iterable[str]) -> None:
        """LISTEN to `addresses`, or IGNORE them."""
        if command == "LISTEN":
            self.listens.update(addresses)
        else:
            self.listens.difference_update(addresses)


def read_command(text: str) -> tuple[str, str]:
    """The command and the path in a text frame. Raises BadCommand."""
    try:
        found: Any = msgspec.json.decode(text.encode(errors="surrogatepass"))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadCommand("sent text that is no JSON") from None
    command, path = (
        (found.get("COMMAND"), found.get("DATA")) if isinstance(found, dict) else (None, None)
    )
    if command not in COMMANDS:
        raise BadCommand(f"sent {str(command)[:40]!r} as COMMAND; there are: {', '.join(COMMANDS)}")
    if not isinstance(path, str):
        raise BadCommand(f"sent {command} without an OSC address as DATA")
    return command, path

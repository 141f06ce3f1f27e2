"""One open page: what it has yet to be sent."""

from __future__ import annotations

import asyncio
from collections import deque
from enum import IntEnum

from aiohttp import web

from livesyn.web.allowance import Allowance

UNSEEN_PICTURES = 2  # on their way and not yet drawn: more would only pile up in the network
REPLIES = 32
MESSAGES = (200.0, 400.0)  # of one page: a second, and at once


class Kind(IntEnum):
    """What the server sends unasked, the most urgent first."""

    BAR = 0
    STATE = 1
    MEMORY = 2
    SOURCE = 3
    PAINTING = 4


MOVING = (Kind.SOURCE, Kind.PAINTING)


class Client:
    """Newest wins: of each kind only the newest message waits, and a replaced one is counted
    in `dropped`. Moving pictures (source and painting) also wait until the page has drawn the ones
    before. Answers queue up to 32, then the oldest is dropped and counted. Nothing here waits for a
    slow page but its own `pump`. `messages` is how many the page may send, 200 a second.
    Used from the loop only.
    """

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._slots: dict[Kind, str | bytes] = {}
        self._replies: deque[str] = deque(maxlen=REPLIES)
        self._ready = asyncio.Event()
        self._unseen = dict.fromkeys(MOVING, 0)
        self.dropped = 0
        self.messages = Allowance(*MESSAGES)

    def wants(self, kind: Kind) -> bool:
        """Whether a moving picture made now would be sent."""
        return self._unseen[kind] < UNSEEN_PICTURES

    def offer(self, kind: Kind, message: str | bytes) -> None:
        """Send `message` when the page has room, unless a newer one of its kind comes first."""
        self.dropped += kind in self._slots
        self._slots[kind] = message
        self._ready.set()

    def reply(self, message: str) -> None:
        """Answer something the page said."""
        self.dropped += len(self._replies) == REPLIES
        self._replies.append(message)
        self._ready.set()

    def seen(self, kind: Kind) -> bool:
        """The page has drawn a moving picture; False when it has been sent none."""
        if not self._unseen[kind]:
            return False
        self._unseen[kind] -= 1
        self._ready.set()
        return True

    async def pump(self) -> None:
        """Send what waits, for ever. Raises ConnectionError when the page is gone."""
        while True:
            await self._ready.wait()
            message = self._take()
            if message is None:
                self._ready.clear()
            elif isinstance(message, bytes):
                await self._socket.send_bytes(message)
            else:
                await self._socket.send_str(message)

    def _take(self) -> str | bytes | None:
        if self._replies:
            return self._replies.popleft()
        for kind in Kind:
            if kind not in self._slots or (kind in MOVING and not self.wants(kind)):
                continue
            if kind in MOVING:
                self._unseen[kind] += 1
            return self._slots.pop(kind)
        return None

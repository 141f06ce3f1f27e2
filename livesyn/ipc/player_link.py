"""The engine's end of the line to the player. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livesyn.base.health import LONGEST_BACK_OFF_S, BackOff
from livesyn.base.places import UNIX
from livesyn.base.types import Phrase
from livesyn.ipc.channel import Channel
from livesyn.ipc.local_socket import connect
from livesyn.ipc.messages import (
    VERSION,
    Beat,
    FromPlayer,
    Hello,
    Message,
    Offer,
    Refusal,
    Welcome,
)

BEAT_S = 0.2

log = logging.getLogger(__name__)


class PlayerLink:
    """Keeps a connection to the player at `path`, for as long as it takes, and the engine's
    heartbeat.

    `on_message(message)` is called on the link's own thread with every checked message of the
    player, the `Welcome` first after each connection; an asyncio program passes
    `lambda m: loop.call_soon_threadsafe(handle, m)`. `send` and `offer` are thread-safe and
    never block. While there is no connection messages are dropped and counted. What the player does
    not read in time waits, see `channel.outbox`: the newest wins, a panic goes first.

    `dial()` gives the socket and the token to say, in place of `path`'s; it raises OSError or
    ValueError. The longest pause between two tries is `pause_s`; `union` is what the player may
    say.
    """

    def __init__(
        self,
        path: Path | str,
        on_message: Callable[[FromPlayer], None] = lambda message: None,
        *,
        unix: bool = UNIX,
        heartbeat: bool = True,
        dial: Callable[[], tuple[socket.socket, str]] | None = None,
        union: Any = FromPlayer,
        pause_s: float = LONGEST_BACK_OFF_S,
    ) -> None:
        self._path, self._on_message, self._heartbeat = path, on_message, heartbeat
        self._dial = dial or (lambda: connect(Path(path), unix))
        self._union, self._pause_s, self._redialling = union, pause_s, False
        self._homeless = self._unread = 0
        self._seq = 0
        self._channel: Channel | None = None
        self._stop = threading.Event()
        self._waker: socket.socket
        self._wake: socket.socket
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self.connections = 0
        self.complaint = ""

    def start(self) -> PlayerLink:
        """Begin to connect; returns at once."""
        self._waker, self._wake = socket.socketpair()
        self._waker.setblocking(False)
        self._wake.setblocking(False)
        self._thread.start()
        return self

    def close(self) -> None:
        """Hang up; what was sent before goes out first if the player reads it. Waits at most 1
        s.
        """
        self._stop.set()
        if self._thread.is_alive():
            self._nudge()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def redial(self) -> None:
        """Hang up, and connect anew: the player is silent. Thread-safe."""
        if self._channel is not None:
            self._redialling = True
            self._nudge()

    @property
    def connected(self) -> bool:
        """True between a welcome and the end of its connection."""
        channel = self._channel
        return channel is not None and channel.welcomed

    @property
    def dropped(self) -> int:
        """Messages that did not reach the player."""
        return self._homeless + self.unread

    @property
    def unread(self) -> int:
        """Those of them that a player did not read in time; the others came when there was none."""
        channel = self._channel
        return self._unread + (channel.dropped if channel else 0)

    def send(self, message: Message) -> bool:
        """Send `message`; False when there is no connection."""
        channel = self._channel
        if channel is None or not channel.welcomed or self._stop.is_set():
            self._homeless += 1
            return False
        channel.send(message)
        self._nudge()
        return True

    def offer(
        self,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        origin: str,
        asked_s: float,
    ) -> bool:
        """Send what bar `bar` should play, with its 12 coordinates: made by `origin` at
        `asked_s`."""
        self._seq += 1
        return self.send(Offer.of(bar, phrase, controls, self._seq, origin, asked_s))

    def _nudge(self) -> None:
        with contextlib.suppress(OSError):
            self._wake.send(b"!")

    def _run(self) -> None:
        back_off = BackOff(self._pause_s)
        try:
            while not self._stop.is_set():
                try:
                    sock, token = self._dial()
                except (OSError, ValueError) as error:
                    self.complaint = f"no player at {self._path}: {error}"
                else:
                    before = self.connections
                    self._talk(Channel(sock, self._union), token)
                    if self.connections > before:
                        back_off.reset()
                self._stop.wait(back_off.next_s())
        finally:
            self._waker.close()
            self._wake.close()

    def _talk(self, channel: Channel, token: str) -> None:
        """One connection, from hello to its end."""
        channel.send(Hello(VERSION, token))
        with selectors.DefaultSelector() as selector:
            selector.register(channel.socket, selectors.EVENT_READ)
            selector.register(self._waker, selectors.EVENT_READ)
            self._channel = channel
            try:
                alive = True
                while alive:
                    leaving = self._stop.is_set()
                    channel.write()
                    if leaving:
                        return
                    selector.modify(
                        channel.socket,
                        selectors.EVENT_READ
                        | (selectors.EVENT_WRITE if channel.wants_to_write else 0),
                    )
                    ready = [
                        key.fileobj
                        for key, events in selector.select(BEAT_S)
                        if events & selectors.EVENT_READ
                    ]
                    if self._waker in ready:
                        with contextlib.suppress(OSError):
                            self._waker.recv(4096)
                    if channel.socket in ready:
                        alive = self._hear(channel)
                    if self._redialling:
                        self._redialling = False
                        return
                    if channel.welcomed and self._heartbeat:
                        channel.send(Beat())
            except OSError as error:
                self.complaint = f"the player hung up: {error}"
            finally:
                self._channel = None
                self._unread += channel.dropped
                channel.close()

    def _hear(self, channel: Channel) -> bool:
        """Hand on what has come; False at the end of the connection."""
        messages = channel.read()
        for message in messages or ():
            if isinstance(message, Welcome) and not channel.welcomed:
                channel.welcomed = True
                self.connections += 1
            if isinstance(message, Refusal):
                self.complaint = message.text
            try:
                self._on_message(message)
            except Exception:  # a listener's mistake must not cut the line
                log.exception("a message from the player, %r, was not understood", message)
        self.complaint = channel.complaint or self.complaint
        return messages is not None

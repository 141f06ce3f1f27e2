"""Where engines come and go. One thread; the player never waits for any of them."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livesyn.base.clock import Clock
from livesyn.base.places import UNIX
from livesyn.base.refusals import Refusals
from livesyn.ipc.channel import Channel, outbox
from livesyn.ipc.local_socket import listen
from livesyn.ipc.messages import VERSION, FromEngine, Hello, Message, Refusal, Welcome

MAX_PEERS = 8
HELLO_WITHIN_S = 2.0
ACCEPT_AGAIN_S = 0.5  # after the system refused a connection
LOST = "that it did not read in time"
ARTICLES = {"engine": "an"}


class EngineServer:
    """Listens at `path`; `on_message` gets each checked message of a peer that said hello.
    `listener()` gives the listening socket and the token that a peer must say, in place of
    `path`'s, and raises DeviceError; `union` is what a peer may say, and `peer` what it is called.

    Of 8 peers the one that has said no hello for the longest makes room for another. `welcome()`
    makes the first message for a new peer. `tell` is thread-safe and never blocks.

    Drop policy: what a peer does not read in time waits (see `channel.outbox`): the newest wins.
    What had to be dropped is counted, given to `on_drop(message)` and said once by `say(sentence)`;
    when the peer reads again it gets a new welcome behind all that waited, so nothing stale stays.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        welcome: Callable[[], Welcome],
        on_message: Callable[[FromEngine], None],
        unix: bool = UNIX,
        say: Callable[[str], object] = lambda sentence: None,
        on_drop: Callable[[Message], object] = lambda message: None,
        *,
        listener: Callable[[], tuple[socket.socket, str]] | None = None,
        union: Any = FromEngine,
        peer: str = "engine",
    ) -> None:
        self._clock, self._welcome, self._on_message = clock, welcome, on_message
        self._path = path if listener is None else None
        self._listener = listener or (lambda: listen(path, unix))
        self._union, self._peer = union, peer
        self._on_drop = on_drop
        self._news = outbox(on_drop)
        self._peers: dict[Channel, float] = {}  # with the time each came
        self._covered: dict[Channel, int] = {}  # messages dropped before its last welcome
        self._refusals = Refusals(clock, say, f"messages to the {peer}")
        self._accept_again_s: float | None = None
        self._stopping = self._nudged = False
        self._server: socket.socket | None = None
        self._token = ""
        self._waker, self._wake = socket.socketpair()
        self._waker.setblocking(False)
        self._wake.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._serve, name="engines", daemon=True)
        self._dropped = 0
        self._bad = 0
        self.complaint = ""
        self.heard_s: float | None = None

    def start(self) -> None:
        """Listen. Raises DeviceError."""
        self._server, self._token = self._listener()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._selector.register(self._waker, selectors.EVENT_READ)
        self._thread.start()

    def stop(self) -> None:
        """Close all; waits for the thread."""
        self._stopping = True
        self._nudge()
        if self._thread.is_alive():
            self._thread.join(1.0)
        else:
            self._close()

    def tell(self, *messages: Message) -> None:
        """Send to every peer; what belongs together, together. Whoever comes later is told the
        show as it is by its welcome.
        """
        if self.peers:
            for message in messages:
                self._news.put(message)
            self._nudge()

    @property
    def port(self) -> int:
        """Of a server that listens on TCP; 0 before `start`."""
        return 0 if self._server is None else int(self._server.getsockname()[1])

    @property
    def dropped(self) -> int:
        """Messages that slow peers did not read."""
        dropped = sum(peer.dropped for peer in tuple(self._peers))
        return self._dropped + self._news.dropped + dropped

    @property
    def bad(self) -> int:
        """Lines of peers that were no legal message."""
        return self._bad + sum(peer.bad for peer in tuple(self._peers))

    @property
    def peers(self) -> int:
        return sum(peer.welcomed for peer in tuple(self._peers))

    def _nudge(self) -> None:
        if not self._nudged:
            self._nudged = True
            with contextlib.suppress(OSError):  # full: it wakes anyway
                self._wake.send(b"!")

    def _serve(self) -> None:
        try:
            while not self._stopping:
                for key, events in self._selector.select(0.5):
                    if key.fileobj is self._server:
                        self._accept()
                    elif key.fileobj is self._waker:
                        with contextlib.suppress(OSError):
                            self._waker.recv(4096)
                        self._nudged = False  # before the news are read: what comes now nudges anew
                    elif events & selectors.EVENT_READ and key.data in self._peers:
                        self._hear(key.data)
                self._hand_on()
                self._accept_again()
                for peer, came_s in tuple(self._peers.items()):
                    if not peer.welcomed and self._clock.now_s() - came_s > HELLO_WITHIN_S:
                        self._leave(peer)
                    else:
                        self._flush(peer)
        finally:
            for peer in tuple(self._peers):
                self._leave(peer)
            if self._path is not None:
                self._path.unlink(missing_ok=True)
            self._close()

    def _hand_on(self) -> None:
        """Hand what was told to every peer."""
        peers = [peer for peer in self._peers if peer.welcomed]
        while (message := self._news.take()) is not None:
            for peer in peers:
                peer.send(message)

    def _make_good(self, peer: Channel) -> None:
        """After a loss, and when the peer has read all that waited, tell it the show as it is."""
        dropped = peer.dropped + self._news.dropped
        if (lost := dropped - self._covered[peer]) and not peer.wants_to_write:
            self._covered[peer] = dropped
            peer.send(self._welcome())
            peer.write()
            self._refusals.add(
                LOST,
                "",
                lambda: (
                    f"the {self._peer} did not read for a while: {lost} messages to it were"
                    " dropped, and it has been told the show as it is now"
                ),
                lost,
            )

    def _close(self) -> None:
        for sock in (self._server, self._waker, self._wake):
            if sock is not None:
                sock.close()
        self._selector.close()

    def _accept(self) -> None:
        assert self._server is not None
        try:
            sock, _ = self._server.accept()
        except (BlockingIOError, InterruptedError, ConnectionError):
            return  # gone again
        except OSError as error:  # no descriptors left: asked at once again, it would spin
            self.complaint = f"the {self._peer} could not come in: {error.strerror or error}"
            self._selector.unregister(self._server)
            self._accept_again_s = self._clock.now_s() + ACCEPT_AGAIN_S
            return
        if len(self._peers) >= MAX_PEERS:
            silent = next((peer for peer in self._peers if not peer.welcomed), None)
            if silent is None:
                sock.close()
                return
            self._leave(silent)
        peer = Channel(sock, self._union, self._on_drop)
        self._peers[peer] = self._clock.now_s()
        self._selector.register(sock, selectors.EVENT_READ, peer)

    def _accept_again(self) -> None:
        if self._accept_again_s is not None and self._clock.now_s() >= self._accept_again_s:
            assert self._server is not None
            self._accept_again_s = None
            self._selector.register(self._server, selectors.EVENT_READ)

    def _hear(self, peer: Channel) -> None:
        messages = peer.read()
        if messages is None:
            self._leave(peer)
            return
        for message in messages:
            if peer.welcomed:
                self.heard_s = self._clock.now_s()
                self._obey(message)
            elif not self._greet(peer, message):
                self._leave(peer)
                return
        if peer.complaint:
            self.complaint = peer.complaint

    def _obey(self, message: FromEngine) -> None:
        try:
            self._on_message(message)
        except Exception as error:  # what one engine sends must not end the listening
            self._bad += 1
            self.complaint = f"a {type(message).__name__} message could not be obeyed: {error}"

    def _greet(self, peer: Channel, message: FromEngine) -> bool:
        """True when the peer may stay."""
        if message == Hello(VERSION, self._token):
            peer.welcomed = True
            self.heard_s = self._clock.now_s()
            peer.send(self._welcome())
            self._covered[peer] = peer.dropped + self._news.dropped
            return True
        wrong = (
            f"version {message.v}, the player speaks {VERSION}"
            if isinstance(message, Hello) and message.v != VERSION
            else "no hello with the right token"
        )
        self.complaint = f"{ARTICLES.get(self._peer, 'a')} {self._peer} was turned away: {wrong}"
        self._bad += 1
        peer.send(Refusal(self.complaint))
        self._flush(peer)
        return False

    def _flush(self, peer: Channel) -> None:
        try:
            peer.write()
            if peer.welcomed:
                self._make_good(peer)
        except OSError:
            self._leave(peer)
            return
        if peer in self._peers:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.wants_to_write else 0)
            if self._selector.get_key(peer.socket).events != events:
                self._selector.modify(peer.socket, events, peer)

    def _leave(self, peer: Channel) -> None:
        if self._peers.pop(peer, None) is not None:
            self._covered.pop(peer, None)
            self._dropped += peer.dropped
            self._bad += peer.bad
            self._selector.unregister(peer.socket)
        peer.close()

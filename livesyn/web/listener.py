"""Who may be connected to one of our pages, how long, and what is said of the others.

Every HTTP server of ours listens here: the show's page with its WebSocket and its MJPEG stream,
and the study's. A connection on which nothing is asked costs one of the process's file
descriptors, which sources, MIDI ports and films need too.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError

from livesyn.base.clock import Clock
from livesyn.web.allowance import Allowance

try:
    import resource
except ImportError:  # Windows, where the number of sockets is bounded by memory alone
    resource = None  # type: ignore[assignment]

MOST_CONNECTIONS = 256
ONE_ADDRESS = 0.75  # of those; several phones may come from behind one router
RESERVED_FILES = 64  # left for sources, ports, films and restarts
FEWEST_CONNECTIONS = 8
FIRST_REQUEST_S = 10.0
KEEP_ALIVE_S = 15.0
LINGER_S = 0.5
SWEEP_S = 1.0
RETRY_S = 0.5  # after the system refused a connection
QUIET_S = 10.0  # without another one of its kind, what was counted is summed up
ACCEPTS = (200.0, 256.0)  # a second, and at once
REQUESTS = (200.0, 1000.0)  # the same, of one address
KEPT_ADDRESSES = 1024
BACKLOG = 128
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 34\r\n\r\n"
    b"Too many connections are open now."
)
NO_NAMES = (errno.ENAMETOOLONG, errno.EINVAL)  # which no file can have
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Connection:
    transport: asyncio.Transport
    socket: Any
    address: str
    since_s: float  # when it was opened, or last done with a request
    asked: bool = False
    busy: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still has its file descriptor; a transport that is closing may."""
        return bool(self.socket.fileno() != -1)

    def is_overdue(self, now_s: float) -> bool:
        limit_s = KEEP_ALIVE_S if self.asked else FIRST_REQUEST_S
        return not self.busy and now_s - self.since_s > limit_s


class Tally:
    """Counts what happens again and again: said when it begins, and how often it happened once
    it has been quiet for 10 s. `say(text)` is told."""

    def __init__(self, say: Callable[[str], object], first: str, total: str) -> None:
        """`first` is the sentence, `total` the one at the end, with {count} in it."""
        self._say, self._first, self._total = say, first, total
        self._spell, self._last_s = 0, 0.0
        self.count = 0

    def add(self, now_s: float, reason: object = "") -> None:
        """It happened; `reason` takes the place of {reason} in the sentence."""
        self.count += 1
        self._spell += 1
        self._last_s = now_s
        if self._spell == 1:
            self._say(self._first.format(reason=reason))

    def settle(self, now_s: float) -> None:
        """Sum up, when it has been quiet."""
        if self._spell and now_s - self._last_s > QUIET_S:
            if self._spell > 1:
                self._say(self._total.format(count=f"{self._spell:,}"))
            self._spell = 0


class Listener:
    """Serves an application on a port, to a bounded number of connections.

    `name` is who listens, in messages ("the web page"); `say(text)` is told, once a spell, of
    connections that were turned away, of requests that are no HTTP and of what the system refused.
    At most `most` connections are open, three quarters of them from one address. When there are
    as many, the one that has asked for nothing for the longest time makes room; a request in
    progress, a WebSocket or a stream does not. One that has not sent a whole request within 10 s,
    or nothing for 15 s after the last, is closed. Requests of one address are answered 200 a second
    after the first 1,000. Belongs to the loop.
    """

    def __init__(
        self,
        app: web.Application,
        clock: Clock,
        name: str,
        say: Callable[[str], object] = log.warning,
        most: int | None = None,
    ) -> None:
        self._clock = clock
        self._most = most
        self._open: dict[asyncio.BaseTransport, _Connection] = {}
        self._addresses: dict[str, Allowance] = {}
        self._accepts = Allowance(*ACCEPTS)
        self._listening: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.turned_away = Tally(
            say,
            f"{name} has as many connections as it takes; the ones that ask for nothing make room",
            f"{{count}} connections to {name} were closed to make room",
        )
        self.refused = Tally(
            say,
            f"{name} cannot take connections ({{reason}}); it goes on trying",
            f"{{count}} connections to {name} were refused by the system",
        )
        self.garbled = Tally(
            say,
            f"{name} was sent what is no HTTP request ({{reason}})",
            f"{{count}} requests to {name} were no HTTP",
        )
        app.middlewares.insert(0, self._attend)
        self._runner = web.AppRunner(
            app,
            access_log=None,  # who asked is nobody's business
            shutdown_timeout=1.0,
            keepalive_timeout=KEEP_ALIVE_S,
            lingering_time=LINGER_S,
            logger=self._logger(),
        )

    @property
    def connections(self) -> int:
        """How many are open."""
        return sum(connection.is_open for connection in self._open.values())

    async def start(self, host: str | None, port: int) -> int:
        """Listen at `host` (None: everywhere); returns the port. Raises OSError."""
        await self._runner.setup()
        self._listening = await _listen(host, port)
        if self._most is None:
            self._most = most_connections()
        self._tasks = [asyncio.create_task(self._accept(sock)) for sock in self._listening]
        self._tasks.append(asyncio.create_task(self._tend()))
        return int(self._listening[0].getsockname()[1])

    async def stop(self) -> None:
        """Free the port, end what is open. Harmless when not started."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for sock in self._listening:
            sock.close()
        self._tasks, self._listening = [], []
        await self._runner.cleanup()
        for connection in self._open.values():
            connection.transport.abort()
        self._open.clear()

    def sweep(self, now_s: float) -> None:
        """Close what has been silent for too long. About once a second."""
        for connection in tuple(self._open.values()):
            if not connection.is_open:
                self._forget(connection)
            elif connection.is_overdue(now_s):
                connection.transport.abort()
        for tally in (self.turned_away, self.refused, self.garbled):
            tally.settle(now_s)

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep(self._clock.now_s())

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._accepts.take(self._clock.now_s()))
            try:
                sock, address = await loop.sock_accept(listening)
            except (ConnectionError, InterruptedError):
                continue  # gone again
            except OSError as error:  # no descriptors, or no memory, left
                self.refused.add(self._clock.now_s(), error.strerror or error)
                await asyncio.sleep(RETRY_S)
                continue
            if not await self._has_room(sock, str(address[0])):
                with contextlib.suppress(OSError):
                    sock.send(FULL)
                sock.close()
                continue
            try:
                await self._admit(sock, str(address[0]))
            except OSError:
                sock.close()

    async def _admit(self, sock: socket.socket, address: str) -> None:
        server = self._runner.server
        assert server is not None
        transport, _ = await asyncio.get_running_loop().connect_accepted_socket(server, sock)
        self._open[transport] = _Connection(
            transport, transport.get_extra_info("socket"), address, self._clock.now_s()
        )

    async def _has_room(self, sock: socket.socket, address: str) -> bool:
        """Whether one more fits, if need be once an idle one has made room."""
        assert self._most is not None
        open_now = [connection for connection in self._open.values() if connection.is_open]
        same = [connection for connection in open_now if connection.address == address]
        if len(same) >= max(1, int(self._most * ONE_ADDRESS)):
            crowd = same
        elif len(open_now) >= self._most or _is_scarce(sock):
            crowd = open_now
        else:
            return True
        self.turned_away.add(self._clock.now_s())
        idle = [connection for connection in crowd if not connection.busy]
        if not idle:
            return False
        oldest = min(idle, key=lambda connection: (connection.asked, connection.since_s))
        oldest.transport.abort()
        self._forget(oldest)
        await asyncio.sleep(0)  # its descriptor is given back at the loop's next turn
        return True

    def _forget(self, connection: _Connection) -> None:
        self._open.pop(connection.transport, None)

    @web.middleware
    async def _attend(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Know which connections are at work, and answer no address faster than others bear."""
        connection = self._open.get(request.transport) if request.transport else None
        if connection is None:  # a test client's own server
            return await handler(request)
        connection.busy += 1
        try:
            await asyncio.sleep(self._allowance(connection.address).take(self._clock.now_s()))
            return await handler(request)
        except OSError as error:
            if error.errno in NO_NAMES:
                raise web.HTTPNotFound from None
            raise
        finally:
            connection.busy -= 1
            connection.asked, connection.since_s = True, self._clock.now_s()

    def _allowance(self, address: str) -> Allowance:
        if address not in self._addresses and len(self._addresses) >= KEPT_ADDRESSES:
            del self._addresses[next(iter(self._addresses))]
        return self._addresses.setdefault(address, Allowance(*REQUESTS))

    def _logger(self) -> logging.Logger:
        """aiohttp's messages: what clients did wrong is counted, our own faults are logged."""
        logger = logging.Logger(f"{__name__}.requests")
        logger.parent = log
        logger.addFilter(self._keep)
        return logger

    def _keep(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ConnectionError):  # gone in the middle of something
            return False
        while error is not None:  # what could not be read may have been noticed later
            if isinstance(error, HttpProcessingError):
                self.garbled.add(self._clock.now_s(), _short(error))
                return False
            error = error.__cause__ or error.__context__
        return record.levelno >= logging.WARNING


def most_connections() -> int:
    """How many connections this process can bear, by its limit of open files."""
    if resource is None:
        return MOST_CONNECTIONS
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(FEWEST_CONNECTIONS, min(MOST_CONNECTIONS, limit - _files_open() - RESERVED_FILES))


def _files_open() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        with contextlib.suppress(OSError):
            return len(os.listdir(folder))
    return RESERVED_FILES


def _is_scarce(sock: socket.socket) -> bool:
    """Whether descriptors run low: a new one is the lowest that is free."""
    if resource is None:
        return False
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return limit != resource.RLIM_INFINITY and sock.fileno() >= limit - RESERVED_FILES // 2


async def _listen(host: str | None, port: int) -> list[socket.socket]:
    """Sockets that listen at all addresses of `host`, on one port. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    listening: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            try:
                sock = socket.socket(family, kind, protocol)
            except OSError:  # a family that this machine does not have
                continue
            listening.append(sock)
            if os.name == "posix":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == getattr(socket, "AF_INET6", None):
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setblocking(False)
            try:
                sock.bind((address[0], port, *address[2:]))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL and len(found) > 1:  # IPv6 switched off
                    listening.remove(sock)
                    sock.close()
                    continue
                raise
            sock.listen(BACKLOG)
            port = sock.getsockname()[1]
        if not listening:
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    except BaseException:
        for sock in listening:
            sock.close()
        raise
    return listening


def _short(error: HttpProcessingError) -> str:
    """The first line of what aiohttp says, without the bytes that were sent."""
    first = (str(error.message).strip().splitlines() or ["unreadable"])[0]
    return first.partition(": b'")[0].rstrip(":")[:80]

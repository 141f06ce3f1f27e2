"""OSCQuery: what can be set, asked and heard by OSC, described over HTTP and streamed over
WebSockets, on TCP at the number at which OSC is heard on UDP.

In the player, whose state it shows and which outlives the engine, on a thread with a loop of its
own. The thread has the player's niceness: one that is nicer would be taken off its core while it
has the interpreter, and keep the scheduler waiting. It stands aside shortly before something is
due.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import math
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from livesyn.base.addresses import OSC_IN_PORT, THIS_MACHINE, is_loopback
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.refusals import Refusals
from livesyn.control.osc_tree import Method, Tree, Values, host_info
from livesyn.player import announcement, osc_refusals
from livesyn.player.housekeeping import keep_imports
from livesyn.player.osc_sent import Sent
from livesyn.player.oscquery_access import is_own_name, is_own_page
from livesyn.player.oscquery_client import BadCommand, Client, read_command
from livesyn.sinks.osc_packets import typed

if TYPE_CHECKING:
    from aiohttp import web

PATIENCE_S = 5.0
ASIDE_S = 0.003  # a request takes a millisecond of the interpreter
MOST_SOCKETS = 32
MOST_CONNECTIONS = 64
LARGEST_BYTES = 1 << 16  # of a frame, as of a UDP datagram
AT_ONCE = 32  # frames of a WebSocket, before it waits
PAUSE_S = 0.003
HEARTBEAT_S = 10.0
GOING_AWAY = 1001  # of a WebSocket
SHOWN = 80  # characters of what is refused, in a sentence
REFUSED, FOREIGN, UNREAD, FULL = (
    "from addresses not on the allow-list",
    "of pages of other sites",
    "that cannot be read",
    "for which there was no room",
)
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Hear = Callable[[bytes, str, Callable[[bytes], object]], object]


class OscQuery(PolledDevice, Sent):
    """Serves at `host`:`port` (0: any free one) the tree of OSC addresses.

    `params()` tells what the parameters are; `hear(packet, sender, answer)` obeys an OSC packet
    that came by a WebSocket, on the server's thread; `is_allowed(address)` says who may ask.
    Nothing that comes in raises: what is wrong is counted in `refused` and said once by `say`.
    `announced` by mDNS where that can be had.
    """

    name = "oscquery"

    def __init__(
        self,
        host: str = THIS_MACHINE,
        port: int = OSC_IN_PORT,
        *,
        params: Callable[[], dict[str, float]],
        hear: Hear,
        is_allowed: Callable[[str], bool] = is_loopback,
        allow: Iterable[str] = (THIS_MACHINE,),
        say: Callable[[str], object] = lambda sentence: None,
        clock: Clock | None = None,
        due_s: Callable[[], float] = lambda: math.inf,
        announced: bool = True,
    ) -> None:
        clock = clock or SystemClock()
        self.tree = Tree()
        PolledDevice.__init__(self)
        Sent.__init__(self, self.tree, clock, self._nudge)
        self.host, self.port = host, port
        self._params, self._hear, self._is_allowed = params, hear, is_allowed
        self._allow, self._say, self._due_s = tuple(allow), say, due_s
        self._announced = announced
        self._announcement: announcement.Announcement | None = None
        self._refusals = Refusals(self._clock, say, "OSCQuery requests")
        self._clients: set[Client] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event | None = None
        self._lost_before = 0  # by clients that are gone

    @property
    def label(self) -> str:
        """Where it listens."""
        return f"OSCQuery {self.host}:{self.port}"

    @property
    def refused(self) -> int:
        """Requests and frames that were not obeyed."""
        return sum(self._refusals.count(kind) for kind in (REFUSED, FOREIGN, UNREAD, FULL))

    @property
    def dropped(self) -> int:
        """All that was refused, or that slow clients did not take."""
        lost = sum(client.dropped for client in tuple(self._clients))
        return self.refused + self.overflowed + self._lost_before + lost

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self._refusals.total()

    def open_later(self) -> None:
        """Let `maintain` open it: in a show that goes on, the notes come first."""
        self._life.begin()
        self._life.lose("OSCQuery is opened while the show plays", -math.inf, 0.0)

    # Life.

    def _acquire(self) -> None:
        import livesyn.web.listener  # noqa: F401  here, for aiohttp takes 0.1 s

        keep_imports()
        opened: list[OSError | int] = []
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(opened, ready), name="oscquery", daemon=True
        )
        self._thread.start()
        if not ready.wait(PATIENCE_S) or not opened:
            raise DeviceError(f"OSCQuery did not open {self.host}:{self.port} in time")
        if isinstance(opened[0], OSError):
            self._thread.join(PATIENCE_S)
            self._thread = None
            raise DeviceError(_why_not(self.host, self.port, opened[0]))
        self.port = opened[0]
        if self._announced and announcement.is_possible():
            with contextlib.suppress(OSError):
                self._announcement = announcement.Announcement(self.host, self.port)
        elif self._announced and (sentence := announcement.hindrance(self.host)):
            self._say(sentence)

    def _check(self) -> str:
        if self._thread is not None and not self._thread.is_alive():
            self._release()
            return f"OSCQuery no longer answers on {self.host}:{self.port}; it is opened again"
        return ""

    def _release(self) -> None:
        if self._announcement is not None:
            self._announcement.end()
        if self._thread is not None:
            if self._loop is not None and self._over is not None:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(PATIENCE_S)
            self._thread = None
        if self._announcement is not None:
            self._announcement.close()
            self._announcement = None

    def _run(self, opened: list[OSError | int], ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(opened, ready))
        finally:
            self._loop = None
            ready.set()

    async def _serve(self, opened: list[OSError | int], ready: threading.Event) -> None:
        from aiohttp import web

        from livesyn.web.listener import Listener

        app = web.Application(client_max_size=LARGEST_BYTES)
        app.router.add_route("*", "/{path:.*}", self._answer)
        listener = Listener(app, self._clock, "OSCQuery", self._say, MOST_CONNECTIONS)
        self._over = asyncio.Event()
        try:
            opened.append(await listener.start(self.host or None, self.port))
        except OSError as error:
            opened.append(error)
            await listener.stop()
            return
        self._loop = asyncio.get_running_loop()
        ready.set()
        try:
            await self._over.wait()
        finally:
            self._loop = None
            await asyncio.gather(
                *(client.socket.close(code=GOING_AWAY) for client in tuple(self._clients)),
                return_exceptions=True,
            )
            await listener.stop()

    async def _stand_aside(self) -> None:
        """Wait until what is due soon is done; once, for something may be due all the time."""
        if 0 < (left_s := self._due_s() - self._clock.now_s()) < ASIDE_S:
            await asyncio.sleep(left_s + ASIDE_S / 6)

    # HTTP.

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        await self._stand_aside()
        if (refusal := self._turn_away(request)) is not None:
            return web.Response(status=403, text=refusal, headers=HEADERS)
        headers = dict(HEADERS)
        if (origin := request.headers.get("Origin")) is not None:
            headers |= {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if "websocket" in request.headers.get("Upgrade", "").lower():
            return await self._attend(request)
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers=headers | {"Allow": "GET, HEAD"})
        status, found = self.tree.answer(
            request.path,
            request.rel_url.raw_query_string,
            self._value_now(),
            host_info(self.port, self.port),
        )
        if isinstance(found, str):
            return web.Response(status=status, text=found or None, headers=headers)
        return web.Response(
            body=msgspec.json.encode(found), content_type="application/json", headers=headers
        )

    def _turn_away(self, request: web.Request) -> str | None:
        """Why a request may not pass, in a sentence."""
        sender = request.remote or ""
        if not self._is_allowed(sender):
            sentence = osc_refusals.unwelcome(sender, self._allow).replace("OSC", "OSCQuery", 1)
            self._refusals.add(REFUSED, sender, lambda: sentence)
            return "This show answers those alone whom its --osc-allow names."
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if not is_own_name(host, is_loopback(self.host)):
            what = f"for {host[:SHOWN]!r}, which is no name of this machine"
        elif origin is not None and not is_own_page(origin, host):
            what = f"by a page of {origin[:SHOWN]!r}"
        else:
            return None
        self._refusals.add(FOREIGN, what, lambda: f"OSCQuery was asked {what}; it was refused")
        return "This show answers pages of this machine only, and by its address."

    def _value_now(self) -> Callable[[Method], Values | None]:
        """Of a method its value, all at one moment."""
        values = self._params()

        def value_of(method: Method) -> Values | None:
            if method.param is not None:
                return (method.shown(values[method.param.name]),)
            return self.value_of(method)

        return value_of

    # WebSockets.

    async def _attend(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        sender = request.remote or ""
        if len(self._clients) >= MOST_SOCKETS:
            sentence = f"{MOST_SOCKETS} WebSockets of OSCQuery are open already; close one"
            self._refusals.add(FULL, sender, lambda: sentence)
            return web.Response(status=503, text=sentence, headers=HEADERS)
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S,
            max_msg_size=LARGEST_BYTES,
            compress=False,
            writer_limit=1,  # wait for the network after every frame
            timeout=1.0,
        )
        await socket.prepare(request)
        client = Client(socket)
        self._clients.add(client)
        sending = asyncio.create_task(_quietly(client.send()))
        try:
            await self._hear_out(socket, client, sender)
        finally:
            self._clients.discard(client)
            self._lost_before += client.dropped
            self._want_what_they_listen_to()
            sending.cancel()
        return socket

    async def _hear_out(self, socket: web.WebSocketResponse, client: Client, sender: str) -> None:
        from aiohttp import WSMsgType

        frames = 0
        async for frame in socket:
            await self._stand_aside()
            if frame.type == WSMsgType.TEXT:
                self._command(client, frame.data, sender)
            elif frame.type == WSMsgType.BINARY:
                self._hear(frame.data, sender, client.answer)
            elif frame.type == WSMsgType.ERROR:
                self._refuse(sender, "broke the protocol")
            frames += 1
            if frames % AT_ONCE == 0:
                await asyncio.sleep(PAUSE_S)

    def _command(self, client: Client, text: str, sender: str) -> None:
        try:
            command, path = read_command(text)
            addresses = self.tree.under(path)
            if not addresses:
                raise BadCommand(f"sent {command} for {path[:SHOWN]!r}, where nothing is")
        except BadCommand as error:
            self._refuse(sender, str(error))
            return
        client.change(command, addresses)
        self._want_what_they_listen_to()

    def _refuse(self, sender: str, clause: str) -> None:
        self._refusals.add(
            UNREAD, (sender, clause), lambda: f"a WebSocket of OSCQuery ({sender}) {clause}"
        )

    def _want_what_they_listen_to(self) -> None:
        self.want(address for client in self._clients for address in client.listens)

    def _nudge(self) -> None:
        """Something waits to be told. Any thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        """Hand what waits to who listens to it; on the loop."""
        loop = self._loop
        left_s = self._due_s() - self._clock.now_s()
        if loop is not None and 0 < left_s < ASIDE_S / 2:
            loop.call_later(left_s + ASIDE_S / 6, self._hand_on)
        else:
            self._hand_on()

    def _hand_on(self) -> None:
        for address, values in self.take():
            method = self.tree.methods.get(address)
            if method is None:  # a figure that is not in the table
                continue
            packet = typed(address, method.tags, values)
            for client in self._clients:
                if address in client.listens:
                    client.put(address, packet)


async def _quietly(sending: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):  # it is gone, and heard no more
        await sending


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"OSCQuery cannot use TCP port {port}, another program has it (another livesyn?); close"
            " it, give another port with --osc-in, or do without with --no-oscquery"
        )
    return (
        f"OSCQuery cannot listen on {host}:{port} ({(error.strerror or str(error)).lower()}); use"
        " an address of this machine, or do without with --no-oscquery"
    )

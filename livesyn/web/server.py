"""The web server: a table of routes, one WebSocket, static files. Runs in the engine's loop."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import WSCloseCode, web

from livesyn.base import params
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.errors import DeviceError
from livesyn.web.access import Door
from livesyn.web.hub import Hub
from livesyn.web.listener import Listener
from livesyn.web.messages import MAX_BYTES
from livesyn.web.mjpeg import Mjpeg
from livesyn.web.pictures import encode_json
from livesyn.web.view import View

STATIC = Path(__file__).parent / "static"
MAX_CLIENTS = 96
HEARTBEAT_S = 10.0  # a page that does not answer for half of this again is taken for gone
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws: wss:;"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


class Web:
    """The page of one show. On loopback it needs no token; elsewhere it must have one.

    `view` is what the page shows and plays; `port` 0 takes any free one (see `url`); `say(text)` is
    told of those who connect or send too often, once.
    All methods belong to the loop. Raises ConfigError for an open host without a token.
    """

    def __init__(
        self,
        view: View,
        host: str = "127.0.0.1",
        port: int = 8770,
        token: str | None = None,
        *,
        clock: Clock | None = None,
        state_hz: float = 10.0,
        picture_hz: float = 15.0,
        stream_hz: float = 60.0,
        say: Callable[[str], object] = log.warning,
    ) -> None:
        self._view, self._host, self._port = view, host, port
        self._door = Door(host, token)
        self._clock = clock or SystemClock()
        self._rates_hz, self._stream_hz = (state_hz, picture_hz), stream_hz
        self._sockets: set[web.WebSocketResponse] = set()
        self._say = say
        self._told_full = False  # said once a set
        self._listener: Listener | None = None
        self._telling: asyncio.Task[None] | None = None
        self._hub: Hub | None = None
        self._mjpeg: Mjpeg | None = None

    @property
    def hub(self) -> Hub:
        """What talks to the pages: its counters, and `nudge`. There once started."""
        if self._hub is None:
            raise RuntimeError("the web page has not been started")
        return self._hub

    @property
    def mjpeg(self) -> Mjpeg:
        """What streams the painting: its counters. There once started."""
        if self._mjpeg is None:
            raise RuntimeError("the web page has not been started")
        return self._mjpeg

    @property
    def port(self) -> int:
        """The port in use once started, until then the one asked for."""
        return self._port

    @property
    def url(self) -> str:
        """What to type into a browser on this machine, with the token where there is one."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(
            self._host, f"[{self._host}]" if ":" in self._host else self._host
        )
        return f"http://{host}:{self._port}/" + (
            f"?token={quote(self._door.token)}" if self._door.token else ""
        )

    def nudge(self) -> None:
        """Tell the pages at once, not at the next tick: call it when a bar is committed."""
        if self._hub is not None:
            self._hub.nudge()

    def app(self) -> web.Application:
        """The routes, for a server or a test client. Starts telling when the application does."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            web.RouteDef(method, path, handler, {}) for method, path, handler in self._routes()
        )
        app.router.add_static("/static/", STATIC)
        app.on_startup.append(self._open)
        app.on_shutdown.append(self._close)
        return app

    async def start(self) -> None:
        """Serve. Raises DeviceError when the address cannot be used."""
        self._listener = Listener(self.app(), self._clock, "the web page", self._say)
        try:
            self._port = await self._listener.start(self._host or None, self._port)
        except OSError as error:
            await self.stop()
            place = f"{self._host}:{self._port}"
            if error.errno == errno.EADDRINUSE:
                raise DeviceError(
                    f"the web page cannot use {place}, another program has it; stop that one, or"
                    " name another port with --web"
                ) from error
            raise DeviceError(
                f"the web page cannot use {place} ({error.strerror or error}); name another address"
                " with --web"
            ) from error

    async def stop(self) -> None:
        """Say goodbye to the pages and free the port. Harmless when not started."""
        listener, self._listener = self._listener, None
        if listener is not None:
            await listener.stop()

    def _routes(self) -> tuple[tuple[str, str, Handler], ...]:
        return (
            ("GET", "/", self._page),
            ("GET", "/ws", self._socket),
            ("GET", "/picture.jpg", self._picture),
            ("GET", "/picture.mjpg", self._stream),
            ("GET", "/api/state", self._state),
            ("GET", "/api/params", self._params),
        )

    async def _open(self, app: web.Application) -> None:
        self._hub = Hub(self._view, self._clock, *self._rates_hz, say=self._say)
        self._mjpeg = Mjpeg(self._view.painting, self._hub.make, self._stream_hz, HEADERS)
        self._telling = asyncio.create_task(self._hub.run())

    async def _close(self, app: web.Application) -> None:
        await self.mjpeg.close()
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.GOING_AWAY) for socket in tuple(self._sockets)),
            return_exceptions=True,
        )

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response: web.StreamResponse = self._door.refusal(request) or await handler(request)
        except web.HTTPException as error:
            error.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = web.FileResponse(STATIC / "index.html")
        self._door.let_in(request, response)
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if len(self._sockets) >= MAX_CLIENTS:
            sentence = f"{MAX_CLIENTS} pages are open already; close one."
            if not self._told_full:
                self._told_full = True
                self._say(f"a page was turned away: {sentence}")
            return web.Response(status=503, text=sentence)
        # writer_limit: wait for the network after every message, so that a slow page is noticed
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S,
            max_msg_size=MAX_BYTES,
            compress=False,
            autoping=False,  # pings count as messages
            writer_limit=1,
            timeout=1.0,
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            await self.hub.attend(socket, request.remote or "")
        finally:
            self._sockets.discard(socket)
        return socket

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        return await self.mjpeg.picture(request)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        return await self.mjpeg.stream(request)

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return _json(await self.hub.make(encode_json, self._view.snapshot()))

    async def _params(self, request: web.Request) -> web.StreamResponse:
        values: dict[str, Any] = self._view.snapshot()["params"]
        rows = [
            {**asdict(row), "address": row.address, "value": values.get(row.name, row.default)}
            for row in params.TABLE
        ]
        return _json(encode_json({"params": rows}))


def _json(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")

"""The web server: a table of routes, one WebSocket, static files. Runs in the engine's loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

from livesyn.base import params
from livesyn.base.addresses import PAGE_PORT, THIS_MACHINE
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.errors import LivesynError
from livesyn.base.refusals import Refusals
from livesyn.control import map_file, modulation
from livesyn.control.actions import ACTIONS
from livesyn.control.curves import CURVES
from livesyn.control.mapping import MODES
from livesyn.web.hub import Hub
from livesyn.web.messages import MAX_BYTES
from livesyn.web.mjpeg import Mjpeg
from livesyn.web.pictures import encode_json
from livesyn.web.settings import Settings
from livesyn.web.site import HEADERS, Handler, Site
from livesyn.web.view import View

STATIC = Path(__file__).parent / "static"
MAX_CLIENTS = 96
HEARTBEAT_S = 10.0  # a page that does not answer for half of this again is taken for gone
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
        host: str = THIS_MACHINE,
        port: int = PAGE_PORT,
        token: str | None = None,
        *,
        clock: Clock | None = None,
        state_hz: float = 10.0,
        picture_hz: float = 15.0,
        stream_hz: float = 60.0,
        say: Callable[[str], object] = log.warning,
        settings: Settings | None = None,
    ) -> None:
        self._settings = settings or Settings()
        self._view, self._clock = view, clock or SystemClock()
        self._site = Site("the web page", host, port, token, self._clock, say)
        self._rates_hz, self._stream_hz = (state_hz, picture_hz), stream_hz
        self._sockets: set[web.WebSocketResponse] = set()
        self._say = say
        self._refusals = Refusals(self._clock, say, "pages")
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
        return self._site.port

    @property
    def url(self) -> str:
        """See `Site.url`."""
        return self._site.url

    def nudge(self) -> None:
        """Tell the pages at once, not at the next tick: call it when a bar is committed."""
        if self._hub is not None:
            self._hub.nudge()

    def app(self) -> web.Application:
        """The routes, for a server or a test client. Starts telling when the application does."""
        app = web.Application(middlewares=[self._site.guard])
        app.add_routes(
            web.RouteDef(method, path, handler, {}) for method, path, handler in self._routes()
        )
        app.router.add_static("/static/", STATIC)
        app.on_startup.append(self._open)
        app.on_shutdown.append(self._close)
        return app

    async def start(self) -> None:
        """Serve. Raises DeviceError when the address cannot be used."""
        await self._site.start(self.app())

    async def stop(self) -> None:
        """Say goodbye to the pages and free the port. Harmless when not started."""
        await self._site.stop()

    def _routes(self) -> tuple[tuple[str, str, Handler], ...]:
        return (
            ("GET", "/", self._page),
            ("GET", "/stage", self._page),
            ("GET", "/ws", self._socket),
            ("GET", "/picture.jpg", self._picture),
            ("GET", "/picture.mjpg", self._stream),
            ("GET", "/api/state", self._state),
            ("GET", "/api/params", self._params),
            ("GET", "/api/settings", self._shared),
            ("GET", "/api/map", self._map),
            ("GET", "/midi-map.toml", self._map_file),
            ("PUT", "/midi-map.toml", self._put_map_file),
        )

    async def _open(self, app: web.Application) -> None:
        self._hub = Hub(
            self._view, self._clock, *self._rates_hz, say=self._say, settings=self._settings
        )
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

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._site.page(request, STATIC / "index.html")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if len(self._sockets) >= MAX_CLIENTS:
            sentence = f"{MAX_CLIENTS} pages are open already; close one."
            self._refusals.add(
                "for which there was no room",
                request.remote,
                lambda: f"a page was turned away: {sentence}",
            )
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
        try:
            await socket.prepare(request)
        except ValueError:  # which aiohttp does not take for the client's mistake
            return web.Response(status=400, text="The key of the WebSocket is not base64.")
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
        matrix = {name: list(choices) for name, choices in modulation.CHOICES.items()}
        return _json(encode_json({"params": rows, "modulation": matrix}))

    async def _shared(self, request: web.Request) -> web.StreamResponse:
        model = self._view.snapshot()["engine"].get("model", "")
        shown = {"version": self._settings.version, **self._settings.shown(model)}
        return _json(encode_json(shown))

    async def _map(self, request: web.Request) -> web.StreamResponse:
        return _json(
            encode_json(
                {
                    "rows": [asdict(row) for row in self._view.rows()],
                    "actions": ACTIONS,
                    "modes": MODES,
                    "curves": list(CURVES),
                }
            )
        )

    async def _map_file(self, request: web.Request) -> web.StreamResponse:
        return web.Response(
            text=map_file.text_of(self._view.rows()),
            content_type="application/toml",
            headers={"Content-Disposition": 'attachment; filename="midi-map.toml"'},
        )

    async def _put_map_file(self, request: web.Request) -> web.StreamResponse:
        data = await request.content.read(map_file.MOST_BYTES + 1)
        while len(data) <= map_file.MOST_BYTES and (more := await request.content.readany()):
            data += more
        try:
            self._view.replace_map(map_file.parse(data))
        except LivesynError as error:
            return web.Response(status=400, text=f"the map stays as it is: {error}")
        return web.Response(text="ok")


def _json(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")

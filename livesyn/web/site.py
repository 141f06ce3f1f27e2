"""An address that serves a page: who may come in, headers, start and stop."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from livesyn.base.clock import Clock
from livesyn.base.errors import DeviceError
from livesyn.web.access import Door
from livesyn.web.listener import Listener

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


class Site:
    """Serves one application, called `name` in messages. On loopback it needs no token; elsewhere
    it must have one. `port` 0 takes any free one; `say(text)` is told of those who connect too
    often, once. Raises ConfigError for an open host without a token.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        token: str | None,
        clock: Clock,
        say: Callable[[str], object],
    ) -> None:
        self._name, self._host, self._clock, self._say = name, host, clock, say
        self.port = port  # the one in use, once started
        self._door = Door(host, token)
        self._listener: Listener | None = None

    @property
    def url(self) -> str:
        """What to type into a browser on this machine, with the token where there is one."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(
            self._host, f"[{self._host}]" if ":" in self._host else self._host
        )
        return f"http://{host}:{self.port}/" + (
            f"?token={quote(self._door.token)}" if self._door.token else ""
        )

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """For the application's `middlewares`: turn away who has no token; the same headers on
        every answer.
        """
        try:
            response: web.StreamResponse = self._door.refusal(request) or await handler(request)
        except web.HTTPException as error:
            error.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def page(self, request: web.Request, path: Path) -> web.StreamResponse:
        """The page itself, with a cookie that lets its other requests in."""
        response = web.FileResponse(path)
        self._door.let_in(request, response)
        return response

    async def start(self, app: web.Application) -> None:
        """Serve `app`. Raises DeviceError when the address cannot be used."""
        self._listener = Listener(app, self._clock, self._name, self._say)
        try:
            self.port = await self._listener.start(self._host or None, self.port)
        except OSError as error:
            await self.stop()
            place = f"{self._host}:{self.port}"
            if error.errno == errno.EADDRINUSE:
                raise DeviceError(
                    f"{self._name} cannot use {place}, another program has it; stop that one, or"
                    " name another port with --web"
                ) from error
            raise DeviceError(
                f"{self._name} cannot use {place} ({error.strerror or error}); name another address"
                " with --web"
            ) from error

    async def stop(self) -> None:
        """Free the port. Harmless when not started."""
        listener, self._listener = self._listener, None
        if listener is not None:
            await listener.stop()

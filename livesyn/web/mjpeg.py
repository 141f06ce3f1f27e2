"""The painting for whatever reads a URL: one JPEG, or a stream of them.

The stream is multipart/x-mixed-replace, as cameras give it: mixers, players, patches and an <img>
show it as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np
from aiohttp import web

from livesyn.web.pictures import encode_painting

BOUNDARY = "picture"
SEAM = b"--picture\r\n"
MAX_CLIENTS = 64
MANY_CLIENTS = 16  # more get pictures less often
STALLED_S = 10.0
GONE_S = 1.0  # while nothing new is painted, how often a reader is looked for


class Mjpeg:
    """Makes a JPEG of each new painting, once for all who watch, and only while somebody does.

    `painting()` is the newest one or None, `make(function, *args)` runs off the loop. A client is
    given the newest picture when the last has gone out; the others it misses, counted in `dropped`.
    One that takes nothing for 10 s is let go. Used from the loop only.
    """

    def __init__(
        self,
        painting: Callable[[], np.ndarray | None],
        make: Callable[..., Awaitable[Any]],
        hz: float,
        headers: Mapping[str, str],
    ) -> None:
        self._painting, self._make, self._every_s, self._headers = painting, make, 1 / hz, headers
        self._pixels: np.ndarray | None = None
        self._jpeg = b""
        self._number = 0  # of the newest JPEG
        self._changed = asyncio.Condition()
        self._someone = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False
        self.clients = 0
        self.dropped = 0

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """GET /picture.jpg: the painting as it is now."""
        pixels = self._painting()
        if pixels is None:
            return web.Response(
                status=503, text="Nothing has been painted yet.", headers={"Retry-After": "1"}
            )
        return web.Response(
            body=await self._make(encode_painting, pixels), content_type="image/jpeg"
        )

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET /picture.mjpg: paintings, until the client or the show goes."""
        if self.clients >= MAX_CLIENTS:
            return web.Response(
                status=503, text=f"{MAX_CLIENTS} streams are open already; close one."
            )
        response = web.StreamResponse(
            headers={
                **self._headers,
                "Content-Type": f"multipart/x-mixed-replace; boundary={BOUNDARY}",
                "Cache-Control": "no-store",
            }
        )
        self.clients += 1
        self._someone.set()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            await response.prepare(request)
            if request.method != "HEAD":
                await self._serve(request, response)
        except (ConnectionError, TimeoutError):
            pass  # gone, or as good as
        finally:
            self.clients -= 1
            if not self.clients:
                self._someone.clear()
        return response

    async def close(self) -> None:
        """End the streams."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        async with self._changed:
            self._changed.notify_all()

    async def _serve(self, request: web.Request, response: web.StreamResponse) -> None:
        sent = 0
        await response.write(SEAM)
        while await self._newer(sent, request):
            self.dropped += self._number - sent - 1 if sent else 0
            sent = self._number
            async with asyncio.timeout(STALLED_S):
                # with the seam behind it, or readers that wait for one would be a picture late
                await response.write(
                    b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n%b"
                    % (len(self._jpeg), self._jpeg, SEAM)
                )

    async def _newer(self, than: int, request: web.Request) -> bool:
        """Wait for a newer JPEG; False when there will be none, or nobody to see it."""
        while (
            not self._closed
            and request.transport is not None
            and not request.transport.is_closing()
        ):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GONE_S), self._changed:
                    await self._changed.wait_for(lambda: self._closed or self._number > than)
                    return not self._closed
        return False

    async def _look(self) -> None:
        """Look for a new painting, as long as anybody watches."""
        while True:
            await self._someone.wait()
            pixels = self._painting()
            if pixels is not None and (pixels is not self._pixels or not self._number):
                self._pixels = pixels
                # what is no picture is not shown; the next may be one
                with contextlib.suppress(Exception):
                    jpeg = await self._make(encode_painting, pixels)
                    async with self._changed:
                        self._jpeg, self._number = jpeg, self._number + 1
                        self._changed.notify_all()
            await asyncio.sleep(self._every_s * max(1.0, self.clients / MANY_CLIENTS))

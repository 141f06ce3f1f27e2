"""The hub: looks at the show and tells every open page; hears what pages say.

Text messages to a page: `state` (the view's snapshot, about ten a second), `bar` (a bar was
committed: `phrase`, `next`, `timeline`, `time_s` of its line), `pong`, `error`. Binary ones
begin with a tag byte: 1 a JPEG of the source, 2 one of the picture the music remembers, 3 one of
what the sound paints.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from aiohttp import WSMsgType, web

from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.web.client import Client, Kind
from livesyn.web.messages import Panic, Ping, Seen, SetParam, Transport, parse
from livesyn.web.pictures import encode_jpeg, encode_json
from livesyn.web.view import View

BEATS_PER_BAR = 4
SOURCE_TAG = b"\x01"
MEMORY_TAG = b"\x02"
PAINTING_TAG = b"\x03"

log = logging.getLogger(__name__)


class Hub:
    """Works only while a page is open. JPEG and JSON are made in one thread of its own, once
    for all pages. A view or a page that fails is logged and counted in `failures`; the others
    go on. Used from the loop only.
    """

    def __init__(self, view: View, clock: Clock, state_hz: float, picture_hz: float) -> None:
        self._view, self._clock = view, clock
        self._state_s, self._picture_s = 1 / state_hz, 1 / picture_hz
        self._pool = ThreadPoolExecutor(1, "livesyn-web")
        self._clients: set[Client] = set()
        self._newest: dict[Kind, str | bytes] = {}
        self._moving: dict[Kind, np.ndarray] = {}  # sent last
        self._missed: dict[
            Kind, np.ndarray
        ] = {}  # of no use to any page when it came; sent later if it is still there
        self._memory: np.ndarray | None = None
        self._told: Any = None
        self._someone = asyncio.Event()
        self._nudged = asyncio.Event()
        self._dropped = 0
        self.failures = 0

    @property
    def clients(self) -> int:
        """How many pages are open."""
        return len(self._clients)

    @property
    def dropped(self) -> int:
        """Messages that newer ones replaced because a page was slow, of all pages so far."""
        return self._dropped + sum(client.dropped for client in self._clients)

    def nudge(self) -> None:
        """Look at the show now rather than at the next tick: a bar was committed."""
        self._nudged.set()

    async def run(self) -> None:
        """Tell the pages, until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._repeat(self._tell_state, self._state_s, self._nudged))
                tasks.create_task(self._repeat(self._tell_memory, self._picture_s, asyncio.Event()))
                tasks.create_task(self._repeat(self._tell_source, self._picture_s, asyncio.Event()))
                tasks.create_task(
                    self._repeat(self._tell_painting, self._picture_s, asyncio.Event())
                )
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def attend(self, socket: web.WebSocketResponse) -> None:
        """Serve one page until it is gone."""
        client = Client(socket)
        for kind, message in self._newest.items():
            client.offer(kind, message)
        self._clients.add(client)
        self._someone.set()
        self.nudge()
        pump = asyncio.create_task(client.pump())
        try:
            async for heard in socket:
                if heard.type is WSMsgType.TEXT:
                    self._hear(client, heard.data)
                else:
                    client.reply(encode_json({"t": "error", "text": "a message is text"}))
        except ConnectionError:
            pass
        finally:
            self._clients.discard(client)
            self._dropped += client.dropped
            if not self._clients:
                self._someone.clear()
                self._newest.clear()
                self._told = None
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)

    def _hear(self, client: Client, text: str) -> None:
        try:
            match parse(text):
                case SetParam(name, value):
                    self._view.set_param(name, value)
                    self.nudge()
                case Transport(do, number):
                    self._view.transport(do, number)
                    self.nudge()
                case Panic():
                    self._view.panic()
                case Ping(client_s):
                    client.reply(
                        encode_json({"t": "pong", "c": client_s, "s": self._clock.now_s()})
                    )
                case Seen(what):
                    client.seen(Kind[what.upper()])
        except LivesynError as error:
            client.reply(encode_json({"t": "error", "text": str(error)}))
        except Exception:  # failure is local: the page is told, the show goes on
            self._failed("the engine could not do what a page asked for")
            client.reply(
                encode_json(
                    {"t": "error", "text": "the engine could not do that; its log says why"}
                )
            )

    async def _repeat(
        self, tell: Callable[[], Awaitable[None]], every_s: float, sooner: asyncio.Event
    ) -> None:
        while True:
            await self._someone.wait()
            sooner.clear()
            try:
                await tell()
            except Exception:  # failure is local: the next tick tries again
                self._failed("the page could not be told of the show")
            try:
                async with asyncio.timeout(every_s):
                    await sooner.wait()
            except TimeoutError:
                pass

    async def _tell_state(self) -> None:
        shown = self._view.snapshot()
        web_numbers = {"clients": self.clients, "dropped": self.dropped}
        self._tell(
            Kind.STATE, await self.make(encode_json, {"t": "state", **shown, "web": web_numbers})
        )
        if (bar := _bar_of(shown)) != self._told:
            self._told = bar
            self._tell(Kind.BAR, await self.make(encode_json, bar))

    async def _tell_memory(self) -> None:
        memory = self._view.memory()
        if memory is not None and (
            self._memory is None
            or not np.array_equal(memory, self._memory)
            or Kind.MEMORY not in self._newest
        ):
            self._memory = memory
            self._tell(Kind.MEMORY, MEMORY_TAG + await self.make(encode_jpeg, memory, 92))

    async def _tell_source(self) -> None:
        await self._tell_moving(Kind.SOURCE, SOURCE_TAG, self._view.frame(), 72)

    async def _tell_painting(self) -> None:
        await self._tell_moving(Kind.PAINTING, PAINTING_TAG, self._view.painting(), 88)

    async def _tell_moving(
        self, kind: Kind, tag: bytes, pixels: np.ndarray | None, quality: int
    ) -> None:
        if pixels is None or (pixels is self._moving.get(kind) and kind in self._newest):
            return
        if any(client.wants(kind) for client in self._clients):
            self._moving[kind] = pixels
            self._tell(kind, tag + await self.make(encode_jpeg, pixels, quality))
        elif pixels is not self._missed.get(kind):
            self._missed[kind] = pixels
            self._dropped += len(self._clients)

    def _tell(self, kind: Kind, message: str | bytes) -> None:
        self._newest[kind] = message
        for client in self._clients:
            client.offer(kind, message)

    async def make(self, make: Callable[..., Any], *args: Any) -> Any:
        """`make(*args)` in the hub's thread, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, make, *args)

    def _failed(self, text: str) -> None:
        self.failures += 1
        if (
            self.failures.bit_count() == 1
        ):  # the 1st, 2nd, 4th, 8th ...: a fault at every tick must not fill the log
            log.exception("%s (%d so far)", text, self.failures)


def _bar_of(shown: dict[str, Any]) -> dict[str, Any]:
    timeline, bar = shown["timeline"], shown["bar"]
    line_s = timeline["time_s"] + (BEATS_PER_BAR * bar - timeline["beat"]) * 60 / timeline["bpm"]
    return {
        "t": "bar",
        "bar": bar,
        "time_s": line_s,
        "phrase": shown["phrase"],
        "next": shown["next"],
        "timeline": timeline,
    }

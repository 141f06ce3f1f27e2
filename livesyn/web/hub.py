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
from aiohttp import WSCloseCode, WSMsgType, web

from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.web.allowance import Allowance
from livesyn.web.client import MESSAGES, Client, Kind
from livesyn.web.listener import KEPT_ADDRESSES, Tally
from livesyn.web.messages import (
    Key,
    Learn,
    Message,
    OrderScene,
    Panic,
    Ping,
    PutRow,
    ReplaceMap,
    Seen,
    SetModulation,
    SetParam,
    Transport,
    UseModel,
    parse,
)
from livesyn.web.pictures import encode_jpeg, encode_json
from livesyn.web.settings import Favour, NameDirection, Preset, Settings
from livesyn.web.view import View

BEATS_PER_BAR = 4
SOURCE_TAG = b"\x01"
MEMORY_TAG = b"\x02"
PAINTING_TAG = b"\x03"
ALL_MESSAGES = (4000.0, 1000.0)  # of all pages: a second, and at once; then each waits its turn
ALL_CHANGES = (400.0, 400.0)  # of the show, by all pages
PATIENCE = (100.0, 2000.0)  # with messages over a page's allowance, of one address
CATCH_UP_S = 0.1
MANY_PAGES = 32  # more get pictures less often

log = logging.getLogger(__name__)


class Hub:
    """Works only while a page is open. JPEG and JSON are made in one thread of its own, once
    for all pages. A view or a page that fails is logged and counted in `failures`; the others
    go on. Used from the loop only.

    A page may send 200 messages a second. What it sends beyond waits up to a tenth of a second,
    the newest of each parameter; pings, taps and nudges are left out. Both are counted in `excess`
    and said once, by `say(text)`. One that goes on is closed, with code 1008.
    """

    def __init__(
        self,
        view: View,
        clock: Clock,
        state_hz: float,
        picture_hz: float,
        say: Callable[[str], object] = log.warning,
        settings: Settings | None = None,
    ) -> None:
        self._view, self._clock = view, clock
        self._settings = settings or Settings()
        self._state_s, self._picture_s = 1 / state_hz, 1 / picture_hz
        self._pool = ThreadPoolExecutor(1, "livesyn-web")
        self._clients: set[Client] = set()
        self._newest: dict[Kind, str | bytes] = {}
        self._moving: dict[Kind, np.ndarray] = {}  # sent last
        # of no use to any page when it came; sent later if it is still there
        self._missed: dict[Kind, np.ndarray] = {}
        self._memory: np.ndarray | None = None
        self._told: Any = None
        self._someone = asyncio.Event()
        self._nudged = asyncio.Event()
        self._dropped = 0
        self._turns, self._changes = Allowance(*ALL_MESSAGES), Allowance(*ALL_CHANGES)
        self._patience: dict[str, Allowance] = {}
        self._waiting: dict[str, Message] = {}  # what is to be done -> the newest that asks for it
        self._overdue = asyncio.Event()
        self.excess = Tally(
            say,
            f"a page sends more than {MESSAGES[0]:g} messages a second; the newest of each"
            " parameter counts",
            "{count} messages of pages were more than they may send",
        )
        self.closed = Tally(
            say,
            "a page went on sending too much and was closed",
            "{count} pages sent too much and were closed",
        )
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
                tasks.create_task(self._catch_up())
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._settings.write()

    async def attend(self, socket: web.WebSocketResponse, address: str = "") -> None:
        """Serve one page, from `address`, until it is gone or sends too much."""
        client = Client(socket)
        for kind, message in self._newest.items():
            client.offer(kind, message)
        self._clients.add(client)
        self._someone.set()
        self.nudge()
        pump = asyncio.create_task(client.pump())
        try:
            async for heard in socket:
                await asyncio.sleep(self._turns.take(self._clock.now_s()))
                if not self._hear(client, heard.type, heard.data) and not self._bears(address):
                    self.closed.add(self._clock.now_s())
                    await socket.close(
                        code=WSCloseCode.POLICY_VIOLATION, message=b"too many messages"
                    )
                elif heard.type is WSMsgType.PING:
                    await socket.pong(heard.data)
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

    def _hear(self, client: Client, kind: WSMsgType, data: Any) -> bool:
        """Do what a page says, now or soon; False when it says more than it may."""
        now_s = self._clock.now_s()
        message: Message | None = None
        wrong = "a message is text" if kind is WSMsgType.BINARY else ""
        if kind is WSMsgType.TEXT:
            try:
                message = parse(data)
            except LivesynError as error:
                wrong = str(error)
        if isinstance(message, Seen) and client.seen(Kind[message.what.upper()]):
            return True  # as many as there were pictures
        within = client.messages.may(now_s)
        if message is not None and (what := _change(message)):
            if within and self._changes.may(now_s):
                self._waiting.pop(what, None)
                self._obey(client, message)
            else:
                self._waiting.pop(what, None)  # the order is that of the newest
                self._waiting[what] = message
                self._overdue.set()
                self.excess.add(now_s)
        elif not within:
            self.excess.add(now_s)
        elif wrong:
            client.reply(encode_json({"t": "error", "text": wrong}))
        elif message is not None:
            self._obey(client, message)
        return within

    def _bears(self, address: str) -> bool:
        """Whether one more message over a page's allowance is borne with."""
        if address not in self._patience and len(self._patience) >= KEPT_ADDRESSES:
            del self._patience[next(iter(self._patience))]
        patience = self._patience.setdefault(address, Allowance(*PATIENCE))
        return patience.may(self._clock.now_s())

    async def _catch_up(self) -> None:
        """Do what had to wait."""
        while True:
            await self._overdue.wait()
            await asyncio.sleep(CATCH_UP_S)
            self._overdue.clear()
            waiting, self._waiting = self._waiting, {}
            for message in waiting.values():
                self._obey(None, message)

    def settle(self, now_s: float) -> None:
        """Sum up what was said once. About once a second."""
        self.excess.settle(now_s)
        self.closed.settle(now_s)

    def _obey(self, client: Client | None, message: Message) -> None:
        reply = client.reply if client is not None else lambda text: None
        try:
            match message:
                case SetParam(name, value):
                    self._view.set_param(name, value)
                    self.nudge()
                case SetModulation(row, field, setting):
                    self._view.set_modulation(row, field, setting)
                    self.nudge()
                case Transport(do, number):
                    self._view.transport(do, number)
                    self.nudge()
                case Panic():
                    self._view.panic()
                case OrderScene(do, name, bars):
                    self._view.order_scene(do, name, bars)
                    self.nudge()
                case Favour() | NameDirection() | Preset():
                    self._set(message)
                case UseModel(name):
                    self._view.use_model(name)
                    self.nudge()
                case Learn(to):
                    self._view.learn(to)
                case PutRow(row, instead):
                    self._view.put_row(row, instead)
                case ReplaceMap(rows):
                    self._view.replace_map(rows)
                case Key(key, down):
                    self._view.press(key, down)
                case Ping(client_s):
                    reply(encode_json({"t": "pong", "c": client_s, "s": self._clock.now_s()}))
        except LivesynError as error:
            reply(encode_json({"t": "error", "text": str(error)}))
        except Exception:  # failure is local: the page is told, the show goes on
            self._failed("the engine could not do what a page asked for")
            reply(
                encode_json(
                    {"t": "error", "text": "the engine could not do that; its log says why"}
                )
            )

    def _set(self, change: Favour | NameDirection | Preset) -> None:
        shown = self._view.snapshot()
        self._settings.apply(
            change, shown["engine"].get("model", ""), shown["params"], self._view.set_param
        )
        self._pool.submit(self._settings.write)
        self.nudge()

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
                async with asyncio.timeout(every_s * max(1.0, self.clients / MANY_PAGES)):
                    await sooner.wait()
            except TimeoutError:
                pass

    async def _tell_state(self) -> None:
        shown = self._view.snapshot()
        web_numbers = {
            "clients": self.clients,
            "dropped": self.dropped,
            "excess": self.excess.count,
        }
        self.settle(self._clock.now_s())
        self._tell(
            Kind.STATE,
            await self.make(
                encode_json,
                {"t": "state", **shown, "settings": self._settings.version, "web": web_numbers},
            ),
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
        # the 1st, 2nd, 4th, 8th ...: a fault at every tick must not fill the log
        if self.failures.bit_count() == 1:
            log.exception("%s (%d so far)", text, self.failures)


def _change(message: Message) -> str:
    """What of the show `message` asks to be changed, where only the newest that asks for it
    counts; "" for the others."""
    match message:
        case SetParam(name, _):
            return name
        case SetModulation(row, field, _):
            return f"modulation {row} {field}"
        case Transport("play" | "stop", _):
            return "transport"
        case Transport("tempo", _):
            return "tempo"
        case OrderScene("store", name, _):
            return f"store {name}"
        case OrderScene(do, _, _):  # of two that come at once, the later
            return "" if do in ("next", "previous") else "scene"
        case Panic():
            return "panic"
        case Preset(do, name):
            return f"preset {name} {do}"
        case Favour(name, _):
            return f"favourite {name}"
        case NameDirection(direction, _):
            return f"direction {direction}"
    return ""


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

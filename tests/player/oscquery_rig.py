"""A show with OSCQuery on loopback, for its tests."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Self

import aiohttp

from livesyn.base.addresses import gate_of
from livesyn.base.clock import SystemClock
from livesyn.player.core import Player
from livesyn.player.osc_control import OscControl
from livesyn.player.osc_decoder import Message, decode
from livesyn.player.oscquery import OscQuery
from livesyn.player.state import ShowState

HERE = "127.0.0.1"
PATIENCE_S = 10.0


class Rig:
    """The server, and the show's state behind it: what is set is echoed to it as a show does."""

    def __init__(self, allow: tuple[str, ...] = (HERE,)) -> None:
        self.clock = SystemClock()
        self.said: list[str] = []
        self.player = Player((), self.clock)
        self.state = ShowState(
            self.player, self.clock, announce=lambda name, value: self.query.param(name, value)
        )
        self.control = OscControl(
            self.state, port=0, say=self.said.append, report=self._report, allow=allow
        )
        self.query = OscQuery(
            HERE,
            0,
            params=self.state.params,
            hear=self.control.hear,
            is_allowed=gate_of(allow),
            allow=allow,
            say=self.said.append,
            announced=False,
        )

    def _report(self, address: str) -> None:
        self.state.report(address.rpartition("/")[2])

    def __enter__(self) -> Self:
        self.query.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.query.close()

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.query.port}"

    def wait(self, ready: Callable[[], object], what: str = "nothing came") -> None:
        end_s = self.clock.now_s() + PATIENCE_S
        while not ready():
            assert self.clock.now_s() < end_s, what
            self.clock.sleep_until(self.clock.now_s() + 0.001)


async def get(session: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, Any]:
    """Status and body, as JSON where it is."""
    async with session.get(url, headers=headers) as answer:
        text = await answer.text()
        is_json = answer.content_type == "application/json" and text
        return answer.status, json.loads(text) if is_json else text


async def command(socket: aiohttp.ClientWebSocketResponse, word: str, path: str) -> None:
    """LISTEN to a path, or IGNORE it."""
    await socket.send_json({"COMMAND": word, "DATA": path})


async def heard(socket: aiohttp.ClientWebSocketResponse) -> Message:
    """The next OSC message."""
    (message,) = decode(await socket.receive_bytes(timeout=PATIENCE_S))
    assert isinstance(message, Message)
    return message


class Complaints(logging.Handler):
    """What is logged while it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(self.format(record))

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)

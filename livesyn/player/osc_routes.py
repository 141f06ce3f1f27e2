"""What each OSC address does."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Protocol

from livesyn.base import params
from livesyn.player import osc_refusals as words
from livesyn.player.osc_decoder import IMPULSE, Message
from livesyn.sinks.osc_packets import message as packed

NUMBERS = frozenset("ifhdTF")  # type tags
_FLOAT = struct.Struct(">f")


class Orders(Protocol):
    """Who obeys."""

    def set_soon(self, name: str, value: float) -> None:
        """Set a parameter, with the others that came together."""

    def transport(self, do: str, value: float | None = None) -> None: ...

    def panic(self) -> None: ...

    def dump(self) -> None: ...


class Refused(Exception):
    """Why a message is not obeyed: its kind, and what makes the sentence."""

    def __init__(self, kind: str, sentence: Callable[[Message], str]) -> None:
        self.kind, self.sentence = kind, sentence


def obey(message: Message, orders: Orders) -> None:
    """Do what a message says. Raises Refused."""
    act = ROUTES.get(message.address)
    if act is None:
        raise Refused(words.UNKNOWN, lambda message: words.nowhere(message, ADDRESSES))
    act(orders, message)


def float_of(packet: bytes) -> tuple[str, float] | None:
    """The parameter that a packet sets, and to what, if that is all it does and in the commonest
    way: by one float. None where it has to be read.
    """
    if (name := FLOATS.get(packet[:-4])) is None:
        return None
    value: float = _FLOAT.unpack_from(packet, len(packet) - 4)[0]
    return (name, value) if math.isfinite(value) else None


Route = Callable[[Orders, Message], None]


def _parameter(row: params.Param) -> Route:
    return lambda orders, message: orders.set_soon(row.name, _number(message, row))


def _freeze(orders: Orders, message: Message) -> None:
    held = 1.0 if _is_bang(message) else _number(message, params.BY_NAME["freeze"])
    orders.set_soon("freeze", held)


def _button(act: Callable[[Orders], None]) -> Route:
    def press(orders: Orders, message: Message) -> None:
        if _is_bang(message) or _number(message):  # 0 is the button let go
            act(orders)

    return press


def _is_bang(message: Message) -> bool:
    """Whether a message only says "now": without an argument, or with an impulse."""
    return not message.values or message.values == (IMPULSE,)


def _number(message: Message, row: params.Param | None = None) -> float:
    """The one number of a message; a choice may be named. Raises Refused."""
    if len(message.values) == 1:
        (value,) = message.values
        if message.tags in NUMBERS and math.isfinite(value):
            return float(value)
        if row is not None and isinstance(value, str) and value in row.choices:
            return float(row.choices.index(value))
    raise Refused(words.IGNORED, lambda message: words.not_a_number(message, row))


SET_BY = {
    **{address: row.name for address, row in params.BY_ADDRESS.items()},
    **{f"/livesyn/latent/{index}": f"steer_{index}" for index in range(params.DIRECTIONS)},
    "/livesyn/transport/tempo": "tempo",
    "/livesyn/transport/sync": "sync",
    "/livesyn/freeze": "freeze",
}
ROUTES: dict[str, Route] = {
    **{address: _parameter(params.BY_NAME[name]) for address, name in SET_BY.items()},
    "/livesyn/transport/nudge": lambda orders, message: orders.transport("nudge", _number(message)),
    "/livesyn/transport/play": _button(lambda orders: orders.transport("play")),
    "/livesyn/transport/stop": _button(lambda orders: orders.transport("stop")),
    "/livesyn/transport/tap": _button(lambda orders: orders.transport("tap")),
    "/livesyn/panic": _button(lambda orders: orders.panic()),
    "/livesyn/dump": _button(lambda orders: orders.dump()),
    "/livesyn/params": _button(lambda orders: orders.dump()),
    "/livesyn/freeze": _freeze,
}
ADDRESSES = tuple(ROUTES)
# all bytes of a message of one float before the float -> the parameter that it sets
FLOATS = {packed(address, 0.0)[:-4]: name for address, name in SET_BY.items()}

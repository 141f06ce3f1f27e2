"""What each OSC address does."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.base.osc_addresses import ASK, LESS, MODEL, MORE, SET_BY, STORE_OF_OLD, SWITCHES
from livesyn.control.actions import is_action
from livesyn.control.modulation import FIELDS, ROWS
from livesyn.control.osc_map import Entry
from livesyn.control.scene import MOST_BARS
from livesyn.player import osc_refusals as words
from livesyn.player.osc_decoder import IMPULSE, Message
from livesyn.sinks.osc_packets import message as packed

NUMBERS = frozenset("ifhdTF")  # type tags
_TEXT = ("s", "S")
_FLOAT = struct.Struct(">f")
MAPPED_NONE: Mapping[str, Entry] = MappingProxyType({})


class Orders(Protocol):
    """Who obeys."""

    def set_soon(self, name: str, value: float) -> None:
        """Set a parameter, with the others that came together."""

    def step(self, name: str, steps: float) -> None:
        """Set a parameter so many of its steps further on."""

    def step_by(self, name: str, difference: float) -> None:
        """Set a parameter so much higher."""

    def ask(self, address: str, name: str) -> None:
        """Tell what a parameter is, under `address` to whoever asks."""

    def ask_playing(self, address: str) -> None:
        """Tell whether the transport plays."""

    def use_model(self, name: str) -> None:
        """Play by another checkpoint."""

    def ask_model(self, address: str) -> None:
        """Tell which checkpoints play."""

    def transport(self, do: str, value: float | None = None) -> None: ...

    def panic(self) -> None: ...

    def dump(self) -> None: ...

    def modulate(self, index: int, name: str, value: object) -> None:
        """Set a field of a row of the modulation matrix. Raises ConfigError."""

    def recall(self, name: str, bars: float | None) -> None: ...

    def store(self, name: str, deprecated: bool = False) -> None: ...

    def step_scene(self, by: int) -> None: ...

    def learn(self, to: str) -> None: ...

    def unlearn(self, to: str) -> None: ...


class Refused(Exception):
    """Why a message is not obeyed: its kind, and what makes the sentence."""

    def __init__(self, kind: str, sentence: Callable[[Message], str]) -> None:
        self.kind, self.sentence = kind, sentence


def obey(message: Message, orders: Orders, mapped: Mapping[str, Entry] = MAPPED_NONE) -> None:
    """Do what a message says; `mapped` are addresses of other programs. Raises Refused."""
    act = ROUTES.get(message.address)
    if act is None and (entry := mapped.get(message.address)) is not None:
        act, message = ROUTES[entry.target], _as_ours(message, entry)
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
    def set_or_ask(orders: Orders, message: Message) -> None:
        sign = _SIGNS.get(message.values[0]) if message.tags[:1] in _TEXT else None
        if message.tags in _TEXT and message.values == (ASK,):
            orders.ask(message.address, row.name)
        elif sign is None:
            orders.set_soon(row.name, _number(message, row))
        elif len(message.values) == 1:
            orders.step(row.name, sign)
        else:
            by = message._replace(tags=message.tags[1:], values=message.values[1:])
            orders.step_by(row.name, sign * _number(by))

    return set_or_ask


def is_name(name: str) -> bool:
    """Whether a checkpoint may be called so."""
    return 0 < len(name) <= words.LONGEST_NAME and name.isprintable()


def _model(orders: Orders, message: Message) -> None:
    name = message.values[0] if message.tags in _TEXT else ""
    if name == ASK:
        orders.ask_model(message.address)
    elif isinstance(name, str) and is_name(name):
        orders.use_model(name)
    else:
        raise Refused(words.IGNORED, words.not_a_model)


def _switch(name: str) -> Route:
    """A parameter that is off or on; a press alone is on."""
    set_or_ask = _parameter(params.BY_NAME[name])

    def turn(orders: Orders, message: Message) -> None:
        if _is_bang(message):
            orders.set_soon(name, 1.0)
        else:
            set_or_ask(orders, message)

    return turn


def _play(orders: Orders, message: Message) -> None:
    if message.tags in _TEXT and message.values == (ASK,):
        orders.ask_playing(message.address)
    else:
        _PRESS_PLAY(orders, message)


def _field(index: int, name: str) -> Route:
    """A field of a row of modulation: one number, or text."""

    def set_field(orders: Orders, message: Message) -> None:
        value = message.values[0] if len(message.values) == 1 else None
        if value == IMPULSE or not isinstance(value, int | float | str):
            raise Refused(words.IGNORED, words.not_a_field)
        try:
            orders.modulate(index, name, value)
        except ConfigError as error:
            sentence = str(error)
            raise Refused(words.IGNORED, lambda message: sentence) from None

    return set_field


def _scene(message: Message, most: int = 1) -> str:
    """The scene that a message names. Raises Refused."""
    if not 1 <= len(message.values) <= most or message.tags[:1] not in _TEXT:
        raise Refused(words.IGNORED, words.not_a_scene)
    return str(message.values[0])


def _recall(orders: Orders, message: Message) -> None:
    name, bars = _scene(message, 2), None
    if len(message.values) == 2:
        bars = message.values[1]
        if message.tags[1] not in NUMBERS or not 0 <= bars <= MOST_BARS:
            raise Refused(words.IGNORED, words.not_a_scene)
        bars = float(bars)
    orders.recall(name, bars)


def _store(orders: Orders, message: Message) -> None:
    orders.store(_scene(message))


def _store_of_old(orders: Orders, message: Message) -> None:
    """A letter, or its place in the list after "off"; 0 and "off" let the button go."""
    value = message.values[0] if len(message.values) == 1 else None
    choices = ("off", *params.SCENES)
    if isinstance(value, int | float) and math.isfinite(value) and message.tags in NUMBERS:
        value = choices[min(max(round(value), 0), len(choices) - 1)]
    if value not in choices:
        raise Refused(words.IGNORED, words.not_a_scene)
    if value != "off":
        orders.store(str(value), deprecated=True)


def _button(act: Callable[[Orders], None]) -> Route:
    def press(orders: Orders, message: Message) -> None:
        if _is_bang(message) or _number(message):  # 0 is the button let go
            act(orders)

    return press


def _as_ours(message: Message, entry: Entry) -> Message:
    """What another program says, as livesyn's own message."""
    if _is_bang(message):
        return message._replace(address=entry.target)
    return Message(entry.target, "d", (entry.value_of(_number(message)),))


def _is_bang(message: Message) -> bool:
    """Whether a message only says "now": without an argument, or with an impulse."""
    return not message.values or message.values == (IMPULSE,)


def _name(message: Message, default: str | None = None) -> str:
    """The one name of a message. Raises Refused."""
    if _is_bang(message) and default is not None:
        return default
    if len(message.values) == 1:
        name = message.values[0]
        if isinstance(name, str) and (name in params.BY_NAME or is_action(name) or name == default):
            return name
    raise Refused(words.IGNORED, words.not_a_name)


def _number(message: Message, row: params.Param | None = None) -> float:
    """The one number of a message; a choice may be named. Raises Refused."""
    if len(message.values) == 1:
        (value,) = message.values
        if message.tags in NUMBERS and math.isfinite(value):
            return float(value)
        if row is not None and isinstance(value, str) and value in row.choices:
            return float(row.choices.index(value))
    raise Refused(words.IGNORED, lambda message: words.not_a_number(message, row))


_SIGNS = {MORE: 1.0, LESS: -1.0}
_PRESS_PLAY = _button(lambda orders: orders.transport("play"))
ROUTES: dict[str, Route] = {
    **{address: _parameter(params.BY_NAME[name]) for address, name in SET_BY.items()},
    "/livesyn/transport/nudge": lambda orders, message: orders.transport("nudge", _number(message)),
    "/livesyn/transport/play": _play,
    "/livesyn/transport/stop": _button(lambda orders: orders.transport("stop")),
    "/livesyn/transport/tap": _button(lambda orders: orders.transport("tap")),
    "/livesyn/take_over": _button(lambda orders: orders.transport("take_over")),
    "/livesyn/panic": _button(lambda orders: orders.panic()),
    MODEL: _model,
    "/livesyn/scene/recall": _recall,
    "/livesyn/scene/store": _store,
    "/livesyn/scene/next": _button(lambda orders: orders.step_scene(1)),
    "/livesyn/scene/previous": _button(lambda orders: orders.step_scene(-1)),
    STORE_OF_OLD: _store_of_old,
    "/livesyn/learn": lambda orders, message: orders.learn(_name(message, "")),
    "/livesyn/unlearn": lambda orders, message: orders.unlearn(_name(message)),
    "/livesyn/dump": _button(lambda orders: orders.dump()),
    "/livesyn/params": _button(lambda orders: orders.dump()),
    **{f"/livesyn/{name}": _switch(name) for name in SWITCHES},
    **{
        f"/livesyn/modulation/{index + 1}/{name}": _field(index, name)
        for index in range(ROWS)
        for name in FIELDS
    },
}
ADDRESSES = tuple(ROUTES)
# all bytes of a message of one float before the float -> the parameter that it sets
FLOATS = {packed(address, 0.0)[:-4]: name for address, name in SET_BY.items()}

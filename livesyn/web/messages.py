"""What a page may say: one small JSON object a message, `t` names its type.

{"t": "param", "name": "temperature", "value": 0.7}    a choice may be given by its name
{"t": "modulation", "row": 1, "field": "depth", "value": 0.3}    rows 1 to 16
{"t": "transport", "do": "tempo", "value": 120}        play stop tap take_over |
tempo (bpm) nudge (ms later)
{"t": "panic"}
{"t": "scene", "do": "recall", "name": "verse", "bars": 2}    or store, next, previous; bars: those
of the crossfade, if not the scene's own
{"t": "settings", "favourite": "swing", "on": true}    what pages share: livesyn/web/settings.py
{"t": "model", "name": "synvae-art"}                   play by another checkpoint
{"t": "learn", "to": "tempo"}                          the next control that moves; "" ends it
{"t": "map", "row": {...}, "instead": {...}}           a row of the map of controls in another's
place; without `row` that one goes, without `instead` it is added
{"t": "map", "do": "default"}                          the default map; "clear": an empty one
{"t": "key", "key": "q", "down": true}                 a key of the page, which may be mapped
{"t": "ping", "c": 12.5}                               answered by pong with the server's time
{"t": "seen", "what": "painting"}                      a picture has been drawn: source (if not
said) or painting
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from livesyn.base import params
from livesyn.base.errors import ConfigError, LivesynError
from livesyn.control.actions import is_action
from livesyn.control.map_file import rows_of
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import EMPTY, ROWS, with_field
from livesyn.control.scene import MOST_BARS
from livesyn.control.scene_name import LIVE, checked_name
from livesyn.web import settings

MAX_BYTES = 4096
NAME_LENGTH = 1024  # of a checkpoint, which may be a path
# needs a value?
TRANSPORT: Mapping[str, bool] = {
    "play": False,
    "stop": False,
    "tap": False,
    "take_over": False,
    "tempo": True,
    "nudge": True,
}


class BadMessage(LivesynError):
    """A message from a page that is not legal; its sentence goes back to the page."""


@dataclass(frozen=True, slots=True)
class SetParam:
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class SetModulation:
    row: int
    field: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Transport:
    do: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Panic:
    pass


@dataclass(frozen=True, slots=True)
class Ping:
    client_s: float


@dataclass(frozen=True, slots=True)
class Seen:
    what: str = "source"


@dataclass(frozen=True, slots=True)
class UseModel:
    name: str


@dataclass(frozen=True, slots=True)
class Learn:
    to: str


@dataclass(frozen=True, slots=True)
class PutRow:
    row: MapRow | None
    instead: MapRow | None


@dataclass(frozen=True, slots=True)
class ReplaceMap:
    rows: tuple[MapRow, ...] | None


@dataclass(frozen=True, slots=True)
class Key:
    key: str
    down: bool


@dataclass(frozen=True, slots=True)
class OrderScene:
    do: str
    name: str
    bars: float | None


Message = (
    SetParam
    | SetModulation
    | Transport
    | Panic
    | Ping
    | Seen
    | Learn
    | PutRow
    | ReplaceMap
    | Key
    | OrderScene
    | settings.SettingsChange
    | UseModel
)


def parse(text: str) -> Message:
    """The message in `text`; parameters come clamped to their range. Raises BadMessage,
    and SettingsError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage("a message is one JSON object") from None
    if not isinstance(data, dict):
        raise BadMessage("a message is one JSON object")
    kind = data.get("t")
    if not isinstance(kind, str) or kind not in _READERS:
        raise BadMessage(f"there is no message {_short(kind)}; there are: {', '.join(_READERS)}")
    return _READERS[kind](data)


def _param(data: Mapping[str, Any]) -> SetParam:
    name, value = data.get("name"), data.get("value")
    row = params.BY_NAME.get(name) if isinstance(name, str) else None
    if row is None:
        raise BadMessage(f"there is no parameter {_short(name)}")
    if isinstance(value, str) and value in row.choices:
        return SetParam(row.name, float(row.choices.index(value)))
    return SetParam(row.name, row.clamp(_number(row.name, value)))


def _modulation(data: Mapping[str, Any]) -> SetModulation:
    row, field, value = data.get("row"), data.get("field"), data.get("value")
    if isinstance(row, bool) or not isinstance(row, int) or not 1 <= row <= ROWS:
        raise BadMessage(f"there is no row {_short(row)}; rows are 1 to {ROWS}")
    try:
        legal = getattr(with_field(EMPTY[0], str(field), value), str(field))
    except ConfigError as error:
        raise BadMessage(str(error)) from None
    return SetModulation(row, str(field), legal)


def _transport(data: Mapping[str, Any]) -> Transport:
    do, value = data.get("do"), data.get("value")
    if not isinstance(do, str) or do not in TRANSPORT:
        raise BadMessage(f"the transport cannot {_short(do)}; it can: {', '.join(TRANSPORT)}")
    if not TRANSPORT[do]:
        return Transport(do, None)
    number = _number(do, value)
    return Transport(do, params.BY_NAME["tempo"].clamp(number) if do == "tempo" else number)


def _number(name: str, value: Any) -> float:
    try:
        if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value):
            return float(value)
    except OverflowError:
        pass
    raise BadMessage(f"{name} needs a number, not {_short(value)}")


def _model(data: Mapping[str, Any]) -> UseModel:
    name = data.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise BadMessage(f"a model has a name of at most {NAME_LENGTH} letters, not {_short(name)}")
    return UseModel(name)


def _scene(data: Mapping[str, Any]) -> OrderScene:
    do, name, bars = data.get("do"), data.get("name", ""), data.get("bars")
    if do not in ("recall", "store", "next", "previous"):
        raise BadMessage(f"a scene cannot {_short(do)}; it can: recall, store, next, previous")
    if bars is not None and not 0 <= (bars := _number("bars", bars)) <= MOST_BARS:
        raise BadMessage(f"bars is {_short(bars)}; a crossfade takes 0 to {MOST_BARS:g}")
    if do in ("next", "previous"):
        return OrderScene(do, "", None)
    if not isinstance(name, str):
        raise BadMessage(f"a scene is not called {_short(name)}; its name is text")
    if not (do == "recall" and name == LIVE):
        try:
            checked_name(name)
        except ConfigError as error:
            raise BadMessage(str(error)) from None
    return OrderScene(do, name, bars)


def _learn(data: Mapping[str, Any]) -> Learn:
    to = data.get("to")
    if to != "" and not (isinstance(to, str) and (to in params.BY_NAME or is_action(to))):
        raise BadMessage(f"there is no parameter or action {_short(to)}")
    return Learn(to)


def _map(data: Mapping[str, Any]) -> PutRow | ReplaceMap:
    do = data.get("do")
    if do is not None:
        if do not in ("default", "clear"):
            raise BadMessage(f"the map cannot {_short(do)}; it can: default, clear")
        return ReplaceMap(None if do == "default" else ())
    rows: list[MapRow | None] = []
    for name in ("row", "instead"):
        try:
            row = data.get(name)
            rows.append(None if row is None else rows_of([row])[0])
        except LivesynError as error:
            raise BadMessage(str(error)) from None
    return PutRow(*rows)


def _key(data: Mapping[str, Any]) -> Key:
    key = data.get("key")
    if not isinstance(key, str) or len(key) != 1 or not key.isprintable():
        raise BadMessage(f"a key is one letter or sign, not {_short(key)}")
    return Key(key, data.get("down") is not False)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "param": _param,
    "modulation": _modulation,
    "transport": _transport,
    "scene": _scene,
    "settings": settings.parse,
    "model": _model,
    "learn": _learn,
    "map": _map,
    "key": _key,
    "panic": lambda data: Panic(),
    "ping": lambda data: Ping(_number("c", data.get("c"))),
    "seen": lambda data: Seen("painting" if data.get("what") == "painting" else "source"),
}

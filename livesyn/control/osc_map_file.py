"""The file of a map of OSC addresses, in TOML.

send = "127.0.0.1:7000"

[[out]]                                   # livesyn's address -> the other program's
from = "/livesyn/audio/low"
to = "/composition/layers/1/video/opacity"
range = [0.2, 1]

[[in]]                                    # the other program's -> livesyn's
from = "/composition/dashboard/link1"
to = "/livesyn/param/temperature"
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from livesyn.base import osc_addresses, params
from livesyn.base.addresses import parse_target
from livesyn.base.errors import ConfigError, DataError
from livesyn.base.text_file import read_toml
from livesyn.control.osc_map import (
    NOTE_ADDRESS,
    NUMBER,
    PLACE,
    VALUE,
    Entry,
    OscMap,
    Range,
    Rule,
    Scale,
)

MOST_BYTES = 1_000_000
MOST_ROWS = 512
NOTE = ("channel", "pitch", "velocity", "beats", "offset_ms")
LATENT_RANGE = (-4.0, 4.0)  # standard deviations
OUT_KEYS = (
    *("from", "to", "range", "from_range", "integer", "value", "release", "arguments"),
    *("every", "of", "first", "above", "argument", "channel", "pitch"),
)
IN_KEYS = ("from", "to", "range", "from_range")


def load(path: Path) -> OscMap:
    """The map in a file. Raises ConfigError."""
    try:
        table = read_toml(path, MOST_BYTES)
    except DataError as error:
        raise ConfigError(f"{error}; give a map of OSC addresses") from None
    try:
        return from_table(table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def from_table(table: Mapping[str, Any]) -> OscMap:
    """The map of a parsed TOML table. Raises ConfigError."""
    _check_keys("the map", table, ("send", "out", "in"))
    if not isinstance(send := table.get("send"), str):
        raise ConfigError('the map says not where to: write send = "127.0.0.1:7000" at its top')
    rows = {way: table.get(way, []) for way in ("out", "in")}
    for way, listed in rows.items():
        if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
            raise ConfigError(f"{way} is {listed!r:.60}; write [[{way}]] and its keys below")
        if len(listed) > MOST_ROWS:
            raise ConfigError(
                f"there are {len(listed)} rows of [[{way}]]; {MOST_ROWS} are the most"
            )
    into = tuple(_entry(row) for row in rows["in"])
    sources = [entry.source for entry in into]
    if twice := sorted({source for source in sources if sources.count(source) > 1}):
        raise ConfigError(f"{twice[0]} is in two rows of [[in]]; it can set one address")
    return OscMap(parse_target(send), tuple(_rule(row) for row in rows["out"]), into)


def _rule(row: Mapping[str, Any]) -> Rule:
    _check_keys("[[out]]", row, OUT_KEYS)
    source, target = _address(row, "from"), _address(row, "to")
    known = {
        address
        for row in osc_addresses.TABLE
        if row.direction == osc_addresses.OUT and all(value.tag != "s" for value in row.values)
        for address in row.addresses
    }  # what is a number
    if source not in known:
        raise ConfigError(
            f"livesyn sends no {source!r}{_nearest(source, known)}; see the reference of OSC"
        )
    what = f"the row from {source} to {target}"
    argument = row.get("argument", "velocity" if source == NOTE_ADDRESS else None)
    if argument is not None and (source != NOTE_ADDRESS or argument not in NOTE):
        raise ConfigError(
            f"argument in {what} is {argument!r}; only a note has some: {', '.join(NOTE)}"
        )
    for key in ("channel", "pitch"):
        if key in row and source != NOTE_ADDRESS:
            raise ConfigError(f"{key} in {what} chooses notes; {source} is none")
    arguments = row.get("arguments", [VALUE])
    if not isinstance(arguments, list) or not all(
        one in (VALUE, NUMBER) if isinstance(one, str) else _is_number(one) for one in arguments
    ):
        raise ConfigError(
            f'arguments in {what} is {arguments!r}; it is a list of numbers, "{VALUE}" and'
            f' "{NUMBER}", like [0, "{VALUE}"]'
        )
    integer = row.get("integer", False)
    if not isinstance(integer, bool):
        raise ConfigError(f"integer in {what} is {integer!r}; it is true or false")
    return Rule(
        source,
        target,
        _scale(row, what, _range_of(source), (0.0, 1.0) if "from_range" in row else None),
        integer,
        _number(row, what, "value"),
        _number(row, what, "release"),
        tuple(arguments),
        _whole(row, what, "every", 1, 1_000_000) or 1,
        _whole(row, what, "of", 1, 1_000_000) or 0,
        _whole(row, what, "first", 0, 1_000_000) or 0,
        _number(row, what, "above"),
        NOTE.index(argument) if argument is not None else 0,
        _whole(row, what, "channel", 1, 16),
        _whole(row, what, "pitch", 0, 127),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    _check_keys("[[in]]", row, IN_KEYS)
    source, target = _address(row, "from"), _address(row, "to")
    known = osc_addresses.addresses(osc_addresses.IN)
    if target not in known:
        raise ConfigError(
            f"livesyn does not obey {target!r}{_nearest(target, known)}; see the reference of OSC"
        )
    if source.startswith("/livesyn/"):
        raise ConfigError(f"{source} is livesyn's own; [[in]] names another program's under from")
    param = params.BY_ADDRESS.get(target)
    own = (param.low, param.high) if param else None
    what = f"the row from {source} to {target}"
    return Entry(source, target, _scale(row, what, (0.0, 1.0), own))


def _scale(
    row: Mapping[str, Any], what: str, source: Range | None, target: Range | None
) -> Scale | None:
    """What the row's ranges say; without any, from `source` to `target` where there is one."""
    source = _range(row, what, "from_range") or source
    target = _range(row, what, "range") or target
    if target is None:
        return None
    if source is None:
        raise ConfigError(f"{what} has a range but no from_range, and nothing says what comes")
    return Scale(source, target)


def _range_of(address: str) -> Range | None:
    """From where to where the values of one of ours go, where that is known."""
    for moving in ("/livesyn/now/", "/livesyn/next/"):
        address = address.replace(moving, "/livesyn/param/")
    if (param := params.BY_ADDRESS.get(address)) is not None:
        return param.low, param.high
    if address.startswith("/livesyn/latent/"):
        return LATENT_RANGE
    return (0.0, 1.0) if address.startswith("/livesyn/audio/") else None


def _range(row: Mapping[str, Any], what: str, key: str) -> Range | None:
    if (value := row.get(key)) is None:
        return None
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(map(_is_number, value))
        or (key == "from_range" and value[0] == value[1])
    ):
        raise ConfigError(f"{key} in {what} is {value!r}; it is two numbers, like [0, 1]")
    return float(value[0]), float(value[1])


def _number(row: Mapping[str, Any], what: str, key: str) -> float | None:
    value = row.get(key)
    if value is not None and not _is_number(value):
        raise ConfigError(f"{key} in {what} is {value!r}; it is a number")
    return value


def _whole(row: Mapping[str, Any], what: str, key: str, low: int, high: int) -> int | None:
    value = row.get(key)
    if value is not None and (type(value) is not int or not low <= value <= high):
        raise ConfigError(
            f"{key} in {what} is {value!r}; it is a whole number from {low} to {high}"
        )
    return value


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and abs(value) < 2**31  # type: ignore[arg-type, operator]  # as the type just said


def _address(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if (
        not isinstance(value, str)
        or not value.startswith("/")
        or not (value.isascii() and value.isprintable())
        or any(c in " #*,?[]" for c in value)
        or value.replace(PLACE, "").strip("{}") != value.replace(PLACE, "")
    ):
        raise ConfigError(
            f"a row's {key} is {value!r}; it is an OSC address, like /composition/layers/1/clear"
        )
    return value


def _check_keys(where: str, table: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in table:
        if name not in names:
            raise ConfigError(f"there is no key {name!r} in {where}{_nearest(name, names)}")


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, tuple(names), 1)
    return f"; did you mean {near[0]!r}?" if near else ""

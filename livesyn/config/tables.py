"""From a table of plain values, as TOML and JSON have them, to a frozen section. Standard
library only.
"""

from __future__ import annotations

import math
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from livesyn.base.addresses import OSC_OUT_PORT, THIS_MACHINE
from livesyn.base.errors import ConfigError
from livesyn.control.map_file import rows_of
from livesyn.control.mapping import MapRow

# of lists in a TOML file
EXAMPLES = {
    "out": f'["{THIS_MACHINE}:{OSC_OUT_PORT}"] or ["film.mp4"]',
    "parts": '["melody", "bass"]',
    "allow": '["192.168.1.20"]',
    "channels": "[1, 2]",
    "size": "[960, 720]",
    "fixtures": '[{ address = 1, layout = "rgb", colour = "left" }]',
    "faders": '[{ channel = 1, param = "morph" }]',
    "maps": '["resolume.toml"]',
    "control": '["nanoKONTROL2"]',
}
ITEMS = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
LISTS = {str: "texts", int: "whole numbers"}
MOST_EXACT = 2**53  # the largest whole number up to which a float has all


def check_sections(table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raises ConfigError unless `table` has nothing but sections of these names."""
    for name, section in table.items():
        if name not in names:
            raise ConfigError(unknown("section", name, names))
        if not isinstance(section, Mapping):
            raise ConfigError(
                f"{name} is {section!r}; it is a section: write [{name}] and its keys below"
            )


def section_of(section: str, cls: type, table: Mapping[str, Any]) -> Any:
    """The `cls` of a table; what is not in it has its default. Raises ConfigError."""
    return _table_of(f"[{section}]", cls, table)


def _table_of(place: str, cls: type, table: Mapping[str, Any]) -> Any:
    hints = get_type_hints(cls)
    names = [f.name for f in fields(cls)]
    for name in table:
        if name not in names:
            raise ConfigError(unknown(f"key in {place}", name, names))
    return cls(
        **{
            name: _typed(name, f"{name} in {place}", hints[name], value)
            for name, value in table.items()
        }
    )


def unknown(what: str, name: str, names: Iterable[str]) -> str:
    """The sentence about a name there is not, with the nearest there is."""
    import difflib

    names = tuple(names)
    near = difflib.get_close_matches(name, names, 1)
    return f"there is no {what} called {name!r}; " + (
        f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    )


def _typed(name: str, what: str, hint: Any, value: Any) -> Any:
    if get_origin(hint) is types.UnionType:
        if value is None:  # JSON's; TOML has none
            return None
        hint = get_args(hint)[0]
    if hint == tuple[MapRow, ...]:
        return rows_of(value)
    if get_origin(hint) is tuple:
        return _listed(name, what, get_args(hint), value)
    if hint is float and type(value) is int and abs(value) <= MOST_EXACT:
        value = float(value)
    if type(value) is not hint or (hint is float and not math.isfinite(value)):
        raise ConfigError(f"{what} is {value!r}; it is {ITEMS[hint]}")
    return value


def _tables(name: str, what: str, cls: Any, value: Any) -> tuple[Any, ...]:
    """A list of tables, each a `cls`."""
    needed = [f.name for f in fields(cls) if f.default is MISSING]
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ConfigError(f"{what} is {value!r}; it is a list of tables, like {EXAMPLES[name]}")
    for number, item in enumerate(value, 1):
        if missing := [key for key in needed if key not in item]:
            raise ConfigError(
                f"item {number} of {what} has no {missing[0]}; give one, like {EXAMPLES[name]}"
            )
    return tuple(_table_of(f"item {n} of {what}", cls, item) for n, item in enumerate(value, 1))


def _listed(name: str, what: str, kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    kind, count = kinds[0], None if kinds[-1] is ... else len(kinds)
    if is_dataclass(kind):
        return _tables(name, what, kind, value)
    if (
        isinstance(value, list)
        and all(type(item) is kind for item in value)
        and count in (None, len(value))
    ):
        return tuple(value)
    many = "" if count is None else f"{count} "
    raise ConfigError(
        f"{what} is {value!r}; it is a list of {many}{LISTS[kind]}, like {EXAMPLES[name]}"
    )

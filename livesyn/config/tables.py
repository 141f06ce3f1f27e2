"""From a table of plain values, as TOML and JSON have them, to a frozen section. Standard
library only.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields
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
    "maps": '["resolume.toml"]',
    "control": '["nanoKONTROL2"]',
}
ITEMS = {str: "text in quotes", int: "a whole number", bool: "true or false"}
LISTS = {str: "texts", int: "whole numbers"}


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
    hints = get_type_hints(cls)
    names = [f.name for f in fields(cls)]
    for name in table:
        if name not in names:
            raise ConfigError(unknown(f"key in [{section}]", name, names))
    return cls(
        **{
            name: _typed(name, f"{name} in [{section}]", hints[name], value)
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
    if type(value) is not hint:
        raise ConfigError(f"{what} is {value!r}; it is {ITEMS[hint]}")
    return value


def _listed(name: str, what: str, kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    kind, count = kinds[0], None if kinds[-1] is ... else len(kinds)
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

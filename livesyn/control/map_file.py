"""A map as a TOML file that people read, change and share. Standard library only."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from livesyn.base.errors import ConfigError, DataError
from livesyn.base.text_file import decode, read_toml, toml_of
from livesyn.control.mapping import MapRow, checked_map

MOST_BYTES = 200_000
HEAD = """\
# Which control moves what, for livesyn: start it with --midi-map and this file's name.
# control: cc, cc14, nrpn, nrpn14, rpn, rpn14, note, aftertouch or program, and a number; key and a
#   letter; bend; pressure
# to: a parameter (livesyn params lists them), or an action such as panic, play_stop or recall_A
# channel, port, low, high, curve (linear, exp, log, s), inverted: may be left out
# mode: pickup, jump; trigger, toggle, momentary, next, up, down; twos, signed, offset
"""
_TYPES: dict[str, tuple[type, ...]] = {
    "control": (str,),
    "to": (str,),
    "channel": (int,),
    "port": (str,),
    "mode": (str,),
    "low": (int, float),
    "high": (int, float),
    "curve": (str,),
    "inverted": (bool,),
}
_WORDS = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def text_of(rows: Iterable[MapRow]) -> str:
    """The file. What is as it would be without saying is left out."""
    return HEAD + rows_text(rows)


def rows_text(rows: Iterable[MapRow]) -> str:
    """The rows as they stand in a file."""
    parts = []
    for row in rows:
        lines = ["\n[[midi.map]]"]
        for f in fields(row):
            value = getattr(row, f.name)
            if value != f.default:
                lines.append(f"{f.name} = {toml_of(value)}")
        parts.append("\n".join(lines) + "\n")
    if not parts:
        parts.append("\n[midi]\nmap = []\n")
    return "".join(parts)


def rows_of(table: Any) -> tuple[MapRow, ...]:
    """The rows of `[[midi.map]]`, as TOML or JSON has them. Raises ConfigError."""
    if not isinstance(table, list) or not all(isinstance(row, Mapping) for row in table):
        raise ConfigError(
            f"map in [midi] is {_short(table)}; it is written as [[midi.map]] and keys below it,"
            " for each control"
        )
    rows = tuple(_row(number, row) for number, row in enumerate(table, 1))
    checked_map(rows)
    return rows


def rows_in(table: Mapping[str, Any]) -> tuple[MapRow, ...]:
    """The rows of a parsed file. Raises ConfigError."""
    midi = table.get("midi")
    if not isinstance(midi, Mapping) or "map" not in midi:
        raise ConfigError(
            "it holds no map: it has [[midi.map]] and keys below it, for each control"
        )
    return rows_of(midi["map"])


def parse(data: bytes) -> tuple[MapRow, ...]:
    """The rows of a file's bytes. Raises ConfigError."""
    if len(data) > MOST_BYTES:
        raise ConfigError(f"it has more than {MOST_BYTES} bytes, which is the most of a map")
    try:
        return rows_in(tomllib.loads(decode(data)))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"it is not TOML: {str(error)[:200]}") from None


def load(path: Path) -> tuple[MapRow, ...]:
    """The rows of the file at `path`. Raises ConfigError."""
    try:
        return rows_in(read_toml(path, MOST_BYTES))
    except DataError as error:
        raise ConfigError(f"{error}; give a map that livesyn has written") from None
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def save(path: Path, rows: Iterable[MapRow]) -> None:
    """Replace the file at `path`. Raises OSError."""
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text_of(rows), encoding="utf-8")
    draft.replace(path)


def _row(number: int, table: Mapping[str, Any]) -> MapRow:
    what = f"mapping {number} in [[midi.map]]"
    for name, value in table.items():
        if name not in _TYPES:
            raise ConfigError(f"{what} has {name!r}; its keys are: {', '.join(_TYPES)}")
        kinds = _TYPES[name]
        # JSON has null where nothing is said
        if type(value) not in kinds and not (value is None and kinds[-1] is float):
            raise ConfigError(f"{name} of {what} is {_short(value)}; it is {_WORDS[kinds[-1]]}")
    for name in ("control", "to"):
        if name not in table:
            raise ConfigError(f'{what} has no {name}; write control = "cc 21" and to = "tempo"')
    ends = {name: float(table[name]) for name in ("low", "high") if table.get(name) is not None}
    return MapRow(**{**table, **ends})


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

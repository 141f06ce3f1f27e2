"""The tables of addresses and parameters, in Markdown, sclang and Python."""

from __future__ import annotations

import json
import re
from pathlib import Path

from livesyn.base import osc_addresses, params
from livesyn.cli.commands.params import table_of_params


def between(text: str, begin: str, end: str, made: str, where: str) -> str:
    """`text` with `made` between the lines that have `begin` and `end`. Raises ValueError."""
    found = re.search(
        rf"^([^\n]*{re.escape(begin)}[^\n]*\n).*?^([^\n]*{re.escape(end)})", text, re.DOTALL | re.M
    )
    if not found:
        raise ValueError(f"{where} has lost its marks {begin!r} and {end!r}")
    return text[: found.end(1)] + made + text[found.start(2) :]


def readme(path: Path, text: str) -> str:
    """A README with both its tables as the code has them."""
    where = f"{path.parent.name}/{path.name}"
    text = between(text, "<!-- messages -->", "<!-- /messages -->", messages(), where)
    made = table_of_params() + "\n"
    return between(text, "<!-- parameters -->", "<!-- /parameters -->", made, where)


def messages() -> str:
    """Every OSC address, both ways."""
    rows = []
    for direction in (osc_addresses.OUT, osc_addresses.IN):
        rows += [f"| {direction} | arguments | what it does |", "|---|---|---|"]
        rows += [
            f"| {pattern(row)} | {row.arguments} | {row.about} |"
            for row in osc_addresses.TABLE
            if row.direction == direction
        ]
        rows.append("")
    return "\n".join(rows[:-1]) + "\n"


def pattern(row: osc_addresses.Row) -> str:
    """The addresses of a row, for readers."""
    stem, _, name = row.pattern.rpartition("/")
    if not row.names or set(row.names) == set(params.BY_NAME):
        return f"`{row.pattern}`"
    if name == "N":
        return f"`{stem}/{row.names[0]}` … `{row.names[-1]}`"
    first, *others = row.names
    return ", ".join((f"`{stem}/{first}`", *(f"`{other}`" for other in others)))


def sclang_specs() -> str:
    """name: [low, high, default, unit or names of its choices], a line each."""
    lines = (
        f"\t{row.name}: [{row.low:g}, {row.high:g}, {row.default:g},"
        f" {json.dumps(list(row.choices) if row.choices else row.unit)}]"
        for row in params.TABLE
    )
    return ",\n".join(lines) + "\n"


def python_rows() -> str:
    """(name, group, low, high, default, integer, choices, description), a line each."""
    lines = (
        f"    ({json.dumps(row.name)}, {json.dumps(row.group)}, {row.low:g}, {row.high:g},"
        f" {row.default:g}, {row.integer}, {_tuple(row.choices)}, {json.dumps(row.description)}),"
        for row in params.TABLE
    )
    return "\n".join(lines) + "\n"


def _tuple(texts: tuple[str, ...]) -> str:
    return f"({', '.join(map(json.dumps, texts))}{',' if len(texts) == 1 else ''})"

"""The tables of addresses and parameters, in Markdown, sclang and Python."""

from __future__ import annotations

import json
import re
from pathlib import Path

from reference import table_of_addresses

from livesyn.base import params
from livesyn.base.osc_addresses import IN, OUT
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
    return f"""\
From livesyn:

{table_of_addresses(OUT)}

To livesyn, where a number is one argument of type i, f, h, d, T or F:

{table_of_addresses(IN)}
"""


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

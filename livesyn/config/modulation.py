"""The modulation matrix as a table: [modulation.1] to [modulation.16], each a row. Standard library
only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from livesyn.base.errors import ConfigError
from livesyn.config.sections import Modulation
from livesyn.config.tables import unknown
from livesyn.control.modulation import EMPTY, FIELDS, ROWS, Row, checked

NUMBERS = tuple(str(number) for number in range(1, ROWS + 1))


def modulation_of(table: Mapping[str, Any]) -> Modulation:
    """The matrix of a table; rows that are not in it are not in use. Raises ConfigError."""
    rows = list(EMPTY)
    for number, fields in table.items():
        if number not in NUMBERS:
            raise ConfigError(
                f"there is no [modulation.{number}]; rows are [modulation.1] to [modulation.{ROWS}]"
            )
        if not isinstance(fields, Mapping):
            raise ConfigError(
                f"{number} in [modulation] is {fields!r}; it is a section: write"
                f" [modulation.{number}] and its keys below"
            )
        for name in fields:
            if name not in FIELDS:
                raise ConfigError(unknown(f"key in [modulation.{number}]", name, FIELDS))
        try:
            rows[int(number) - 1] = checked(fields)
        except ConfigError as error:
            raise ConfigError(f"[modulation.{number}]: {error}") from None
    return Modulation(tuple(rows))


def table_of(modulation: Modulation) -> dict[str, dict[str, Any]]:
    """The table of a matrix: the rows that are not as they are without."""
    return {
        number: asdict(row)
        for number, row in zip(NUMBERS, modulation.rows, strict=True)
        if row != Row()
    }

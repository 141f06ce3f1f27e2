"""A `Config` as one line of JSON: what each process of a show is given. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from livesyn.base.errors import ConfigError
from livesyn.config.checks import check
from livesyn.config.modulation import modulation_of, table_of
from livesyn.config.sections import SECTIONS, Config, Sound, Source
from livesyn.config.show_file import starting_values
from livesyn.config.tables import check_sections, section_of

ALL_SECTIONS: dict[str, type] = {"source": Source, "sound": Sound, **SECTIONS}


def encode(config: Config) -> bytes:
    """One line, with its end. Names that are not UTF-8 are escaped, and come back as they are."""
    table = {**asdict(config), "modulation": table_of(config.modulation)}
    return json.dumps(table).encode() + b"\n"


def decode(line: bytes) -> Config:
    """The config of one line, checked; what is not in it has its default. Raises ConfigError."""
    try:
        table = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the config is not JSON: {error}") from None
    if not isinstance(table, dict):
        raise ConfigError(f"the config is {table!r}; it is a JSON object")
    return decode_table(table)


def decode_table(table: dict[str, Any]) -> Config:
    """The same of a parsed table."""
    check_sections(table, (*ALL_SECTIONS, "modulation", "params"))
    return check(
        Config(
            **{
                name: section_of(name, cls, table.get(name, {}))
                for name, cls in ALL_SECTIONS.items()
            },
            modulation=modulation_of(table.get("modulation", {})),
            params=starting_values(table.get("params", {})),
        )
    )

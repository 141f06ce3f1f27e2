"""A `Config` as one line of JSON: what each process of a show is given. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict

from livesyn.base.errors import ConfigError
from livesyn.config import sections
from livesyn.config.sections import Config, Sound, Source
from livesyn.config.tables import check_sections, section_of

SECTIONS: dict[str, type] = {"source": Source, "sound": Sound, **sections.SECTIONS}


def encode(config: Config) -> bytes:
    """One line, with its end. Names that are not UTF-8 are escaped, and come back as they are."""
    return json.dumps(asdict(config)).encode() + b"\n"


def decode(line: bytes) -> Config:
    """The config of one line, checked; what is not in it has its default. Raises ConfigError."""
    try:
        table = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the config is not JSON: {error}") from None
    if not isinstance(table, dict):
        raise ConfigError(f"the config is {table!r}; it is a JSON object")
    check_sections(table, (*SECTIONS, "params"))
    return sections.check(
        Config(
            **{name: section_of(name, cls, table.get(name, {})) for name, cls in SECTIONS.items()},
            params=sections.starting_values(table.get("params", {})),
        )
    )

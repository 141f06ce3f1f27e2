"""The show in a TOML file. Standard library only.

An unknown section or key is an error that names the nearest one; a parameter out of its
range is refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.errors import ConfigError, DataError
from livesyn.config.channels import parse_channels
from livesyn.config.modulation import modulation_of
from livesyn.config.sections import NOT_NAMED, SECTIONS, SOUNDS, SOURCES, Config, Sound, Source
from livesyn.config.tables import check_sections, section_of, unknown

MOST_BYTES = 1_000_000  # of a config file


def load(path: Path) -> Config:
    """What a TOML file says of a show, without checks that the command line may still satisfy. A
    source that it does not name is NOT_NAMED. Raises ConfigError.
    """
    from livesyn.base.text_file import read_toml

    try:
        table = read_toml(path, MOST_BYTES)
    except DataError as error:
        raise ConfigError(f"{error}; give a show's config file") from None
    with naming(path):
        return from_table(table)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """A ConfigError within is one of the file at `path`."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def from_table(table: Mapping[str, Any]) -> Config:
    """What a parsed TOML table says of a show, as `load`. Raises ConfigError."""
    check_sections(table, ("source", "sound", *SECTIONS, "modulation", "params"))
    heard = dict(table.get("sound", {}))
    channels = parse_channels(heard.pop("channels")) if "channels" in heard else None
    sound = Sound(*(one_of("sound", SOUNDS, heard, ("channels",)) or ("", "")), channels)
    named = one_of("source", SOURCES, table.get("source", {}))
    return Config(
        source=Source(*named) if named else NOT_NAMED,
        sound=sound,
        modulation=modulation_of(table.get("modulation", {})),
        params=starting_values(table.get("params", {})),
        **{name: section_of(name, cls, table.get(name, {})) for name, cls in SECTIONS.items()},
    )


def starting_values(section: Mapping[str, Any]) -> dict[str, float]:
    """Checked parameter values; `key` may be a key and scale in words, "A minor". Raises
    ConfigError.
    """
    values: dict[str, float] = {}
    for name, value in section.items():
        if name == "key" and isinstance(value, str) and value not in params.KEYS:
            values |= params.parse_key(value)
        elif params.row(name).choices == ("off", "on") and isinstance(value, bool):
            values[name] = float(value)
        else:
            values[name] = params.row(name).check(value)
    return values


def one_of(
    section: str, kinds: tuple[str, ...], table: Mapping[str, Any], beside: tuple[str, ...] = ()
) -> tuple[str, str] | tuple[()]:
    """The kind and value that a section of one key names, but for those `beside` it; nothing from
    an empty one.
    """
    for name in table:
        if name not in kinds:
            raise ConfigError(unknown(f"key in [{section}]", name, kinds + beside))
    if len(table) > 1:
        raise ConfigError(f"[{section}] names {' and '.join(table)}; name one of them")
    for kind, value in table.items():
        numbered = kind in ("camera", "device")
        if (
            isinstance(value, bool)
            or not isinstance(value, str | int)
            or (isinstance(value, int) and not numbered)
        ):
            raise ConfigError(
                f"{kind} in [{section}] is {value!r}; it is"
                f" {'a number or a name' if numbered else 'text in quotes'}"
            )
        return kind, str(value)
    return ()

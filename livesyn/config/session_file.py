"""How a show was when it ended, in a file: what is changed by hand while it plays. Standard library
only.

It is read leniently: what this version does not know is left out, the rest is brought back.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.config.modulation import modulation_of, table_of
from livesyn.config.sections import Config, Modulation
from livesyn.control.map_file import rows_of
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import EMPTY, Row

VERSION = 1
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class LeftAs:
    """`mapping` None is the default map of controls; `scene` is the one recalled last, or ""."""

    params: Mapping[str, float] = field(default_factory=dict)
    modulation: tuple[Row, ...] = EMPTY
    mapping: tuple[MapRow, ...] | None = None
    scene: str = ""

    def save(self, path: Path) -> None:
        """Replace the file at `path`. Raises OSError."""
        table = {
            "v": VERSION,
            "params": dict(self.params),
            "modulation": table_of(Modulation(self.modulation)),
            "mapping": None if self.mapping is None else [asdict(row) for row in self.mapping],
            "scene": self.scene,
        }
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(table), encoding="utf-8")
        draft.replace(path)

    def over(self, config: Config) -> Config:
        """`config`, with the show as it was left."""
        values = {**config.params, **self.params}
        low, high = values.get("pitch_low"), values.get("pitch_high")
        if low is not None and high is not None and low > high:  # a show at the desk refuses that
            values |= {"pitch_low": high, "pitch_high": low}
        return replace(
            config,
            params=values,
            modulation=Modulation(self.modulation),
            midi=replace(config.midi, map=self.mapping)
            if self.mapping is not None
            else config.midi,
            scenes=replace(config.scenes, current=self.scene or None),
        )


def load(path: Path) -> LeftAs | None:
    """What the file at `path` says; None where it says nothing that can be read."""
    try:
        with path.open("rb") as file:
            table = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(table, dict) or table.get("v") != VERSION:
        return None
    found = LeftAs(params=_values(table.get("params")))
    with contextlib.suppress(ConfigError):
        found = replace(found, modulation=modulation_of(_table(table.get("modulation"))).rows)
    if isinstance(table.get("mapping"), list):
        with contextlib.suppress(ConfigError):
            found = replace(found, mapping=rows_of(table["mapping"]))
    if isinstance(scene := table.get("scene"), str):
        found = replace(found, scene=scene[:60])
    return found


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _values(table: Any) -> dict[str, float]:
    return {
        name: params.BY_NAME[name].clamp(value)
        for name, value in _table(table).items()
        if name in params.BY_NAME
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e9
    }

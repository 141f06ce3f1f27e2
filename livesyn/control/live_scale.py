"""Key and scale of Ableton Live, from what AbletonOSC sends, as our parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livesyn.base.params import KEYS, SCALES
from livesyn.music.scales import scale_of_live

ROOT, SCALE = "root_note", "scale_name"
PROPERTIES = (ROOT, SCALE)
GET, LISTEN, UNLISTEN = (f"/live/song/{verb}" for verb in ("get", "start_listen", "stop_listen"))
ANSWERS = {f"{GET}/{name}": name for name in PROPERTIES}
SHOWN = 40


class StrangeScale(Exception):
    """A scale that there is not here; its text is Live's name of it."""


class NoValue(Exception):
    """An answer that does not say what it should; its text is what is wrong with it."""


class LiveScale:
    """What Live has said last. What it says again changes nothing, so that a key set by another
    hand stays until Live's own changes.
    """

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def take(self, address: str, values: Sequence[Any]) -> dict[str, float]:
        """What a message of AbletonOSC changes: parameters and their values, none where it says
        nothing new, or nothing of key and scale. Raises StrangeScale and NoValue.
        """
        name = ANSWERS.get(address)
        if name is None:
            return {}
        value = values[0] if len(values) == 1 else None
        if name == ROOT:
            return self._new("key", _root(value))
        if not isinstance(value, str):
            raise NoValue(f"{address} without a name")
        found = scale_of_live(value)
        if found is None:
            self._said.pop("scale", None)  # the one before may come back
            raise StrangeScale(value[:SHOWN])
        return self._new("scale", float(SCALES.index(found)))

    def _new(self, name: str, value: float) -> dict[str, float]:
        if self._said.get(name) == value:
            return {}
        self._said[name] = value
        return {name: value}


def _root(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in range(12):
        raise NoValue(f"{GET}/{ROOT} with {str(value)[:SHOWN]!r} for 0 ({KEYS[0]}) to 11")
    return float(value)

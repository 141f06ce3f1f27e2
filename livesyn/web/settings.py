"""What all pages of a show share, and keep for the next one: names of directions, favourites and
presets. None of it sounds until somebody recalls a preset.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from livesyn.base import params
from livesyn.base.errors import LivesynError

FILE = "page.json"
MOST_PRESETS = 32
MOST_MODELS = 64  # whose directions have names
MOST_BYTES = 1 << 20
LONGEST_NAME = 32
# what a preset leaves as it is: beat, scenes, and what must not change by surprise
LEFT_ALONE = frozenset({"transport", "scene"})
KEPT = tuple(
    row.name
    for row in params.TABLE
    if row.group not in LEFT_ALONE and row.name not in params.CRITICAL
)

log = logging.getLogger(__name__)


class SettingsError(LivesynError):
    """What a page asks of the settings is not legal. One sentence."""


@dataclass(frozen=True, slots=True)
class Favour:
    """Make a parameter a favourite, or no longer."""

    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class NameDirection:
    """Name a direction (from 1) of the net that plays; "" takes its name away."""

    direction: int
    text: str


@dataclass(frozen=True, slots=True)
class Preset:
    """`keep` the values of now under a name, `recall` them, or `forget` them."""

    do: str
    name: str


SettingsChange = Favour | NameDirection | Preset
PRESET_ACTIONS = ("keep", "recall", "forget")


def parse(data: Mapping[str, Any]) -> SettingsChange:
    """What a page's message asks for. Raises SettingsError.

    {"favourite": "temperature", "on": true}, {"direction": 1, "text": "light"} or
    {"preset": "calm", "do": "keep"}
    """
    if "favourite" in data:
        name = data["favourite"]
        if not isinstance(name, str) or name not in params.BY_NAME:
            raise SettingsError(f"there is no parameter {name!r:.40}")
        return Favour(name, data.get("on") is not False)
    if "direction" in data:
        direction = data["direction"]
        if (
            isinstance(direction, bool)
            or not isinstance(direction, int)
            or not 1 <= direction <= params.DIRECTIONS
        ):
            raise SettingsError(
                f"there is no direction {direction!r:.40}; they are 1 to {params.DIRECTIONS}"
            )
        return NameDirection(direction, _name(data.get("text", "")))
    if "preset" in data:
        name, do = _name(data["preset"]), data.get("do")
        if do not in PRESET_ACTIONS:
            raise SettingsError(f"a preset cannot {do!r:.40}; it can: {', '.join(PRESET_ACTIONS)}")
        if not name:
            raise SettingsError("a preset needs a name")
        return Preset(do, name)
    raise SettingsError("settings are of a favourite, a direction or a preset")


def _name(text: Any) -> str:
    if not isinstance(text, str):
        raise SettingsError(f"a name is text, not {text!r:.40}")
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(name) > LONGEST_NAME:
        raise SettingsError(f"a name has at most {LONGEST_NAME} letters, not {len(name)}")
    return name


class _Saved(msgspec.Struct, frozen=True):
    """The file. Never changed in place: another thread may be writing it."""

    favourites: tuple[str, ...] = ()
    # checkpoint -> number of a direction, from 1 -> its name
    directions: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    presets: dict[str, dict[str, float]] = msgspec.field(default_factory=dict)


class Settings:
    """The settings, read from the file at `path` (None: they are in memory alone). What cannot be
    read or written there is told to `say(sentence)`; the show goes on without. `version` counts
    changes. For one event loop, but for `write`.
    """

    def __init__(
        self, path: Path | None = None, say: Callable[[str], object] = log.warning
    ) -> None:
        self._path, self._say = path, say
        self.version = 0
        self._saved = _Saved() if path is None else self._read(path)
        self._written = self._saved

    def shown(self, model: str) -> dict[str, Any]:
        """For a page: the favourites, the names of `model`'s directions, and of the presets."""
        names = self._saved.directions.get(model, {})
        return {
            "favourites": list(self._saved.favourites),
            "directions": [names.get(str(i + 1), "") for i in range(params.DIRECTIONS)],
            "presets": list(self._saved.presets),
        }

    def apply(
        self,
        change: SettingsChange,
        model: str,
        values: Mapping[str, float],
        set_param: Callable[[str, float], object],
    ) -> None:
        """Make a change, which `write` then keeps; `values` are the parameters now. A preset that
        is recalled sets those that it keeps and that differ. Raises SettingsError.
        """
        saved = self._saved
        match change:
            case Favour(name, on):
                others = tuple(kept for kept in saved.favourites if kept != name)
                changed = replace(saved, favourites=others + (name,) * on)
            case NameDirection(direction, text):
                directions = dict(saved.directions)
                names = {**directions.pop(model, {}), str(direction): text}
                names = {number: text for number, text in names.items() if text}
                if names:  # the newest last
                    directions[model] = names
                while len(directions) > MOST_MODELS:
                    del directions[next(iter(directions))]
                changed = replace(saved, directions=directions)
            case Preset("recall", name):
                for kept, value in self._preset(name).items():
                    if value != values.get(kept):
                        set_param(kept, value)
                return
            case Preset("forget", name):
                self._preset(name)
                changed = replace(
                    saved, presets={kept: v for kept, v in saved.presets.items() if kept != name}
                )
            case Preset(_, name):
                if name not in saved.presets and len(saved.presets) >= MOST_PRESETS:
                    raise SettingsError(f"there are {MOST_PRESETS} presets already; remove one")
                preset = {kept: float(values[kept]) for kept in KEPT if kept in values}
                changed = replace(saved, presets={**saved.presets, name: preset})
        self._saved = changed
        self.version += 1

    def write(self) -> None:
        """Keep what has changed. One thread at a time, any."""
        saved, path = self._saved, self._path
        if path is None or saved is self._written:
            return
        self._written = saved
        part = path.with_name(path.name + ".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(msgspec.to_builtins(saved), indent=2, ensure_ascii=False)
            part.write_text(text + "\n", encoding="utf-8")
            part.replace(path)
        except OSError as error:  # kept for this show, if not for the next
            self._say(f"names, favourites and presets are not written to {path} ({error})")

    def _preset(self, name: str) -> dict[str, float]:
        if name not in self._saved.presets:
            raise SettingsError(f"there is no preset {name!r}")
        return self._saved.presets[name]

    def _read(self, path: Path) -> _Saved:
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise ValueError(f"it is longer than {MOST_BYTES} bytes")
            found = msgspec.json.decode(data, type=_Saved)
        except FileNotFoundError:
            return _Saved()
        except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
            aside = path.with_name(path.name + ".damaged")
            with contextlib.suppress(OSError):
                path.replace(aside)
            self._say(
                f"names, favourites and presets in {path} cannot be read ({error}); the page begins"
                f" without, and that file is now {aside.name}"
            )
            return _Saved()
        presets = {
            name: {
                kept: params.BY_NAME[kept].clamp(value)
                for kept, value in preset.items()
                if kept in KEPT
            }
            for name, preset in list(found.presets.items())[:MOST_PRESETS]
        }
        favourites = tuple(name for name in found.favourites if name in params.BY_NAME)
        return replace(found, favourites=favourites, presets=presets)

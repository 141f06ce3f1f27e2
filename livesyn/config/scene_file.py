"""A scene as a TOML file that people read, change and share: the tables of a show's config file,
with [scene] and [latent] beside them. And the set list. Standard library only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.base.text_file import decode, toml_of
from livesyn.config.modulation import modulation_of, table_of
from livesyn.config.sections import SOURCES, Modulation
from livesyn.config.show_file import one_of, starting_values
from livesyn.config.tables import check_sections, unknown
from livesyn.control import map_file
from livesyn.control.modulation import EMPTY, Row
from livesyn.control.scene import NEVER, Cue, Latent, Scene, bars_of
from livesyn.control.scene_name import LIVE, SET, checked_name

ENDING = ".toml"
MOST_BYTES = 1_000_000
MOST_LETTERS = 500  # of what is said about a scene
MOST_CUES = 1000
SECTIONS = ("scene", "source", "model", "params", "modulation", "midi", "latent")
KEYS = ("about", "fade", "like")
HEAD = """\
# A scene of livesyn. What is not here stays as it is when the scene is recalled; livesyn reads this
# file again when it is saved.
"""
_PER_LINE = 8  # numbers of a latent

Read = Callable[[str], bytes]


def text_of(scene: Scene) -> str:
    """The file of a scene."""
    parts = [HEAD]

    def section(name: str, table: Mapping[str, Any]) -> None:
        lines = [f"{key} = {toml_of(value)}" for key, value in table.items()]
        parts.append("\n".join([f"\n[{name}]", *lines]) + "\n")

    facts: dict[str, Any] = {"about": scene.about} if scene.about else {}
    if scene.fade_bars is not None:
        facts["fade"] = scene.fade_bars
    if facts:
        section("scene", facts)
    if scene.source is not None:
        section("source", dict([scene.source]))
    if scene.model is not None:
        section("model", {"name": scene.model})
    if scene.params:
        section("params", {name: _worded(name, value) for name, value in scene.params.items()})
    if scene.modulation is not None:
        section("modulation", {})
        rows = (*scene.modulation, *EMPTY)[: len(EMPTY)]
        for number, row in table_of(Modulation(rows)).items():
            section(f"modulation.{number}", row)
    if scene.mapping is not None:
        parts.append(map_file.rows_text(scene.mapping))
    if scene.latent is not None:
        parts.append("\n[latent]\n")
        for name in ("mean", "std"):
            parts.append(f"{name} = [\n{_numbers(getattr(scene.latent, name))}]\n")
    return "".join(parts)


def parse(name: str, read: Read, text: bytes | None = None) -> Scene:
    """The scene called `name`; `read(file)` gives the bytes of a file beside it, or raises OSError.
    What it is `like`, it has from there. Raises ConfigError: one sentence, which names the file.
    """
    return _parsed(name, read, (), text)


def _parsed(name: str, read: Read, above: tuple[str, ...], text: bytes | None) -> Scene:
    file = f"{name}{ENDING}"
    try:
        checked_name(name)
        table = _table(read(file) if text is None else text)
        scene, like = _scene_of(table, read)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(f"{file}: it cannot be read ({why})") from None
    if like is None:
        return scene
    if like in (way := (*above, name)):
        round_ = " → ".join((*way[way.index(like) :], like))
        raise ConfigError(
            f"{file}: the scenes are like one another in a circle: {round_}; take one like away"
        )
    return scene.over(_parsed(like, read, way, None))


def _table(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise ConfigError(f"it has {len(data)} bytes; it has at most {MOST_BYTES}")
    try:
        return tomllib.loads(decode(data))
    except RecursionError:
        raise ConfigError("it is not TOML: it is nested too deeply") from None
    except ValueError as error:
        raise ConfigError(f"it is not TOML: {' '.join(str(error).split())[:200]}") from None


def _scene_of(table: Mapping[str, Any], read: Read) -> tuple[Scene, str | None]:
    """The scene, and what it is like."""
    check_sections(table, SECTIONS)
    facts = table.get("scene", {})
    for key in facts:
        if key not in KEYS:
            raise ConfigError(unknown("key in [scene]", key, KEYS))
    like = facts.get("like")
    if like is not None:
        checked_name(_text("like in [scene]", like, 40))
    values = starting_values(table.get("params", {}))
    if held := NEVER.intersection(values):
        raise ConfigError(
            f"{', '.join(held)} is in [params]; no scene changes it: set it by hand, and take it"
            " out of the file"
        )
    source = one_of("source", SOURCES, table.get("source", {})) or None
    return (
        Scene(
            _text("about in [scene]", facts.get("about", ""), MOST_LETTERS),
            bars_of("fade in [scene]", facts["fade"]) if "fade" in facts else None,
            source,
            _model(table["model"]) if "model" in table else None,
            values,
            _rows(table["modulation"]) if "modulation" in table else None,
            map_file.rows_in(table) if "midi" in table else None,
            _latent(table["latent"], read) if "latent" in table else None,
        ),
        like,
    )


def _rows(table: Mapping[str, Any]) -> tuple[Row, ...]:
    """Up to the last row in use, as the file says no more of those behind it."""
    rows = list(modulation_of(table).rows)
    while rows and rows[-1] == Row():
        rows.pop()
    return tuple(rows)


def _model(table: Mapping[str, Any]) -> str | None:
    for key in table:
        if key != "name":
            raise ConfigError(unknown("key in [model] of a scene", key, ("name",)))
    return _text("name in [model]", table["name"], MOST_LETTERS) if "name" in table else None


def _latent(table: Mapping[str, Any], read: Read, named: bool = False) -> Latent:
    """From two lists of numbers, or from the file that has them."""
    if set(table) == {"file"} and not named:
        name = _text("file in [latent]", table["file"], 200)
        if Path(name).name != name or "\\" in name or "\0" in name or not name.endswith(ENDING):
            raise ConfigError(
                f"file in [latent] is {name!r}; it is a file beside the scene, like verse.latent"
                f"{ENDING}"
            )
        try:
            return _latent(_table(read(name)), read, True)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise ConfigError(f"{name}, which it names, cannot be read ({why})") from None
        except ConfigError as error:
            raise ConfigError(f"{name}, which it names: {error}") from None
    if set(table) != {"mean", "std"}:
        has = ", ".join(table) or "nothing"
        raise ConfigError(
            f"the latent has {has[:100]}; it has mean and std, two lists of numbers"
            + ("" if named else ", or file alone")
        )
    return Latent(_list("mean", table["mean"]), _list("std", table["std"]))


def _list(name: str, value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or any(
        isinstance(item, bool) or not isinstance(item, int | float) for item in value
    ):
        raise ConfigError(f"{name} of the latent is no list of numbers; write it as [0.1, -0.2]")
    try:
        return tuple(float(item) for item in value)
    except OverflowError:
        raise ConfigError(f"{name} of the latent has a number that is too large") from None


def parse_set(data: bytes) -> tuple[Cue, ...]:
    """The set list of a file's bytes. Raises ConfigError."""
    table = _table(data)
    cues = table.get(SET, [])
    for key in table:
        if key != SET:
            raise ConfigError(unknown("key in a set list", key, (SET,)))
    if not isinstance(cues, list) or not all(isinstance(cue, Mapping) for cue in cues):
        raise ConfigError("set is no list; write [[set]] and keys below it, for each scene")
    if len(cues) > MOST_CUES:
        raise ConfigError(f"the set list has {len(cues)} scenes; it has at most {MOST_CUES}")
    return tuple(_cue(number, cue) for number, cue in enumerate(cues, 1))


def _cue(number: int, table: Mapping[str, Any]) -> Cue:
    keys = ("scene", "bars", "fade")
    for key in table:
        if key not in keys:
            raise ConfigError(unknown(f"key in [[set]] {number}", key, keys))
    if "scene" not in table:
        raise ConfigError(f'[[set]] {number} names no scene; write scene = "verse"')
    name, bars = _text(f"scene in [[set]] {number}", table["scene"], 40), table.get("bars", 0)
    if name != LIVE:
        checked_name(name)
    if isinstance(bars, bool) or not isinstance(bars, int) or not 0 <= bars <= 10_000:
        raise ConfigError(
            f"bars in [[set]] {number} is {bars!r}; it is a whole number of bars, or 0: until"
            " somebody says next"
        )
    fade = bars_of(f"fade in [[set]] {number}", table["fade"]) if "fade" in table else None
    return Cue(name, bars, fade)


def set_text_of(cues: tuple[Cue, ...]) -> str:
    """The file of a set list."""
    parts = [
        "# The set list of livesyn: scenes in their order. bars: how long each stays; without,\n"
    ]
    parts.append("# until somebody says next. fade: bars of the crossfade to it.\n")
    for cue in cues:
        facts = {"scene": cue.scene, "bars": cue.bars, "fade": cue.fade_bars}
        lines = [f"{key} = {toml_of(value)}" for key, value in facts.items() if value]
        if cue.fade_bars == 0:
            lines.append("fade = 0.0")
        parts.append("\n".join(["\n[[set]]", *lines]) + "\n")
    return "".join(parts)


def _text(what: str, value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ConfigError(
            f"{what} is {_short(value)}; it is text in quotes, {most} letters at most"
        )
    return value


def _worded(name: str, value: float) -> Any:
    """A parameter's value as people write it."""
    row = params.BY_NAME[name]
    if row.choices:
        return row.choices[int(value)]
    return int(value) if row.integer else value


def _numbers(numbers: tuple[float, ...]) -> str:
    rows = (numbers[i : i + _PER_LINE] for i in range(0, len(numbers), _PER_LINE))
    return "".join("  " + ", ".join(map(repr, row)) + ",\n" for row in rows)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

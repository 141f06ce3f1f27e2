"""The tree of OSC addresses as OSCQuery describes it: pure, made from the tables of `base`.

The third revision of the OSCQuery proposal (Vidvox). Where it leaves a choice: a query for an
attribute that nobody knows is 400, for one of the proposal's that is not given here 204. DEFAULT,
the value that a parameter has at first, is an attribute of our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from livesyn.base import osc_addresses, params
from livesyn.base.osc_addresses import IN, OUT, SET_BY, Argument, Row

NAME = "livesyn"
NONE, READ, WRITE = 0, 1, 2  # bits of ACCESS
GIVEN = (
    "ACCESS",
    "VALUE",
    "RANGE",
    "DESCRIPTION",
    "TAGS",
    "UNIT",
    "CRITICAL",
    "CLIPMODE",
    "OVERLOADS",
    "DEFAULT",
    "LISTEN",
)
NOT_GIVEN = (
    "EXTENDED_TYPE",
    "HTML",
    "PATH_CHANGED",  # the tree stays as it is while a show runs
    "PATH_RENAMED",
    "PATH_ADDED",
    "PATH_REMOVED",
)
ATTRIBUTES = frozenset({"FULL_PATH", "CONTENTS", "TYPE", *GIVEN}) - {"LISTEN"}
UNITS = {  # the proposal's names of units; others are as the table has them
    "bpm": "time.bpm",
    "ms": "time.ms",
    "s": "time.second",
    "MIDI note": "time.midinote",
}
CONTAINERS = {
    "/": "livesyn: pictures become music, music becomes pictures.",
    "/livesyn": "All that can be set, pressed, asked and heard.",
    "/livesyn/param": "The live parameters.",
    "/livesyn/latent": "The latent along its principal directions.",
    "/livesyn/transport": "Play, stop and tempo.",
    "/livesyn/audio": "Levels of what is heard.",
    "/livesyn/status": "Figures of the show.",
    "/livesyn/now": "What modulation makes of parameters.",
    "/livesyn/next": "Changes that wait for their line.",
    "/livesyn/standby": "Which of two shows leads.",
    "/livesyn/scene": "Scenes: recalled, stored, and in the order of a set list.",
    "/livesyn/modulation": "The rows of the modulation matrix.",
    **{
        f"/livesyn/modulation/{row}": f"Row {row} of the modulation matrix." for row in range(1, 17)
    },
}
Values = Sequence[float | str]
ValueOf = Callable[["Method"], Values | None]


@dataclass(frozen=True, slots=True)
class Method:
    """One address that takes or sends messages of the types `tags`. `fixed` are its attributes but
    for VALUE; `param` is the parameter whose value it shows, None if it shows what was sent last.
    """

    address: str
    tags: str
    access: int
    fixed: Mapping[str, Any]
    param: params.Param | None = None

    def shown(self, value: float) -> float | str:
        """A parameter's value, as its type says it."""
        return shown(self.param, value) if self.param is not None else value

    def attributes(self, value_of: ValueOf) -> dict[str, Any]:
        """All of them. Where there is no value, VALUE holds null: some clients want one of every
        method.
        """
        return {**self.fixed, "VALUE": self.value(value_of) or [None] * len(self.tags)}

    def value(self, value_of: ValueOf) -> list[float | str] | None:
        """Its value now, if it has one."""
        values = value_of(self) if self.access & READ else None
        return None if values is None else list(values)


def shown(row: params.Param, value: float) -> float | str:
    """`value` of a parameter, as the type in `type_of` says it."""
    if row.choices:
        return row.choices[int(value)]
    return int(value) if row.integer else float(value)


def type_of(row: params.Param) -> str:
    """A choice is text, an integer i, the others f."""
    return "s" if row.choices else "i" if row.integer else "f"


class Tree:
    """The methods, and the containers above them. Made once; nothing in it changes."""

    def __init__(self) -> None:
        self.methods = {method.address: method for method in _methods()}
        self._children: dict[str, dict[str, str]] = {"/": {}}  # container -> name -> path
        for address in self.methods:
            parts = address.split("/")[1:]
            above = "/"
            for depth, part in enumerate(parts, 1):
                path = "/" + "/".join(parts[:depth])
                self._children.setdefault(above, {})[part] = path
                above = path
        # a parameter -> the methods that show it
        self.showing: dict[str, tuple[Method, ...]] = {}
        for method in self.methods.values():
            if method.param is not None:
                others = self.showing.get(method.param.name, ())
                self.showing[method.param.name] = (*others, method)

    def under(self, path: str) -> tuple[str, ...]:
        """The address of the method at `path`, or, of a container, those of all below it."""
        path = _plain(path)
        return (path,) if path in self.methods else tuple(self._below(path))

    def _below(self, path: str) -> Iterator[str]:
        for child in self._children.get(path, {}).values():
            if child in self.methods:
                yield child
            yield from self._below(child)

    def describe(self, path: str, value_of: ValueOf) -> dict[str, Any] | None:
        """All attributes of what is at `path`, and of what is below it."""
        contents = {
            name: self.describe(child, value_of)
            for name, child in self._children.get(path, {}).items()
        }
        below = {"CONTENTS": contents} if contents else {}
        if (method := self.methods.get(path)) is not None:
            return method.attributes(value_of) | below
        if not contents:
            return None
        about = CONTAINERS.get(path, "")
        return {"FULL_PATH": path, "ACCESS": NONE, "DESCRIPTION": about, **below}

    def answer(
        self, path: str, query: str, value_of: ValueOf, host_info: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, Any] | str]:
        """The HTTP status and JSON object, or sentence, for a request of `path`?`query`."""
        wanted = [unquote(part).partition("=")[0].upper() for part in query.split("&") if part]
        if "HOST_INFO" in wanted:
            return 200, host_info
        path = _plain(path)
        if path not in self.methods and path not in self._children:
            return 404, "nothing is at this address"
        for attribute in wanted:
            if attribute not in ATTRIBUTES:
                known = attribute in NOT_GIVEN or attribute == "LISTEN"
                return (204, "") if known else (400, "this is no attribute of OSCQuery")
        method = self.methods.get(path)
        if "VALUE" in wanted and (method is None or not method.access & READ):
            return 204, ""
        described = self.describe(path, value_of)
        assert described is not None
        if not wanted:
            return 200, described
        found = {name: described[name] for name in wanted if name in described}
        if method is not None and method.value(value_of) is None:
            found.pop("VALUE", None)
        return 200, found


def host_info(osc_port: int, port: int) -> dict[str, Any]:
    """HOST_INFO of a server that listens for OSC at `osc_port`, and for HTTP and WebSockets at
    `port`, of the same address.
    """
    return {
        "NAME": NAME,
        "OSC_PORT": osc_port,
        "OSC_TRANSPORT": "UDP",
        "WS_PORT": port,
        "EXTENSIONS": dict.fromkeys(GIVEN, True) | dict.fromkeys(NOT_GIVEN, False),
    }


def _plain(path: str) -> str:
    """Without the slash at its end that browsers and people leave there."""
    return path[:-1] if len(path) > 1 and path.endswith("/") else path


def _methods() -> Iterator[Method]:
    rows: dict[str, dict[str, Row]] = {}
    for row in osc_addresses.TABLE:
        for address in () if row.old else row.addresses:
            rows.setdefault(address, {})[row.direction] = row
    for address, found in rows.items():
        into, out = found.get(IN), found.get(OUT)
        if (name := SET_BY.get(address)) is not None and into is not None:
            yield _setting(address, params.BY_NAME[name], into, out)
        elif into is not None and not into.values and not _is_state(out):
            fixed = _fixed(address, "I", WRITE, into.about, into.critical)
            yield Method(address, "I", WRITE, fixed | {"OVERLOADS": [{"TYPE": "f"}]})
        else:
            one = out or into
            assert one is not None
            access = READ * (out is not None) + WRITE * (into is not None)
            about = " ".join(row.about for row in (into, out) if row is not None)
            yield _sending(address, one.values, access, about, one.critical)


def _is_state(row: Row | None) -> bool:
    """Whether what is sent under an address holds until it is sent again: it has a range."""
    return row is not None and row.values[0].high is not None


def _fixed(address: str, tags: str, access: int, about: str, critical: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "FULL_PATH": address,
        "TYPE": tags,
        "ACCESS": access,
        "DESCRIPTION": about,
    }
    return found | ({"CRITICAL": True} if critical else {})


def _setting(address: str, row: params.Param, into: Row, out: Row | None) -> Method:
    """What sets a parameter. It shows it too, unless something else is sent under its address."""
    is_own = address == row.address
    shows_it = is_own or out is None
    about = row.description if is_own else into.about
    if not shows_it and out is not None:
        about = f"{about} {out.about}"
    tags = type_of(row)
    fixed = _fixed(address, tags, READ | WRITE, about, row.name in params.CRITICAL)
    fixed |= {"RANGE": [_range(row)], "CLIPMODE": ["both"], "TAGS": [row.group]}
    fixed["OVERLOADS"] = _overloads(row)
    if row.unit:
        fixed["UNIT"] = [UNITS.get(row.unit, row.unit)]
    if shows_it:
        fixed["DEFAULT"] = [shown(row, row.default)]
    return Method(address, tags, READ | WRITE, fixed, row if shows_it else None)


def _range(row: params.Param) -> dict[str, Any]:
    if row.choices:
        return {"VALS": list(row.choices)}
    return {"MIN": shown(row, row.low), "MAX": shown(row, row.high)}


def _overloads(row: params.Param) -> list[dict[str, Any]]:
    """The other types that set a parameter."""
    number = {"TYPE": "f", "RANGE": [{"MIN": float(row.low), "MAX": float(row.high)}]}
    if row.choices == ("off", "on"):
        return [number, {"TYPE": "T"}, {"TYPE": "F"}]
    return [number] if row.choices or row.integer else [{**number, "TYPE": "i"}]


def _sending(
    address: str, values: Sequence[Argument], access: int, about: str, critical: bool
) -> Method:
    tags = "".join(value.tag for value in values)
    fixed = _fixed(address, tags, access, about, critical)
    ranges = [
        {
            end: int(limit) if value.tag == "i" else float(limit)
            for end, limit in (("MIN", value.low), ("MAX", value.high))
            if limit is not None
        }
        for value in values
    ]
    if any(ranges):
        fixed["RANGE"] = ranges
    if any(value.unit for value in values):
        fixed["UNIT"] = [UNITS.get(value.unit, value.unit) for value in values]
    return Method(address, tags, access, fixed)

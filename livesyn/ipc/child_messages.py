"""What a child and its supervisor say to each other: typed values, one JSON object a line.

`t` names the type on the wire. Every child may send every report; `decode` lets through only legal
ones, so who receives one may rely on its fields. Fields that are not known are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Self

import msgspec

from livesyn.base.health import Health
from livesyn.ipc import messages
from livesyn.ipc.messages import Change, Message, MessageError

Number = bool | int | float | str | None

# Child to supervisor.


class Ready(Message, frozen=True, tag="ready"):
    """It does what it was started for. `facts` are what it found: ports, devices, priorities."""

    pid: int
    facts: dict[str, Any] = msgspec.field(default_factory=dict)


class Beat(Message, frozen=True, tag="beat"):
    """It is alive; several a second."""


class Page(Message, frozen=True, tag="page"):
    """The page is there; nothing may be to be seen on it yet."""

    url: str


class Key(Change, frozen=True, tag="key"):
    """A key was pressed in its window that sets the parameter called `key`."""

    key: str
    on: bool


class Error(Message, frozen=True, tag="error"):
    """What happened, in a sentence for people. `fatal`: a mistake of the user's, and it leaves."""

    text: str
    fatal: bool = False


class End(Message, frozen=True, tag="end"):
    """The user ended it; it is not to be started again."""


class Bye(Message, frozen=True, tag="bye"):
    """It leaves as it was told to."""


class PlayerFigures(messages.Stats, frozen=True, kw_only=True, tag="player"):
    """The player's, once a second: its `Stats`, and the show. `beat` falls on `time_s`; `bar` is
    the next to be committed.
    """

    beat: float
    time_s: float
    bpm: float
    playing: bool
    bar: int
    params: dict[str, float]


@dataclass(frozen=True, slots=True)
class DeviceFigures(Health):
    """The health of a source or an output of pictures or sound, and what it has given or shown."""

    frames: int = 0
    fps: float = 0.0
    xruns: int = 0
    shown: int = 0


class EngineFigures(Message, frozen=True, tag="engine"):
    """The engine's, once a second. `numbers` are what its chains count, null where not known yet;
    a source that the show has not is null.
    """

    numbers: dict[str, Number]
    model: str = ""
    device: str = ""
    source: DeviceFigures | None = None
    sound: DeviceFigures | None = None
    outlets: tuple[DeviceFigures, ...] = ()

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Self:
        """From one mapping of them all."""
        own = {name: figures[name] for name in cls.__struct_fields__ if name in figures}
        others = {name: value for name, value in figures.items() if name not in own}
        return cls(numbers=others, **own)


class DisplayFigures(Message, frozen=True, tag="display"):
    """The window's, once a second. `age_s` is the newest picture's, null before the first."""

    pictures: int
    shown: int
    dropped: int
    fps: float
    senders: int
    age_s: float | None
    full_screen: bool
    frozen: bool
    black: bool
    bad: int
    complaint: str


class Figures(Message, frozen=True, tag="figures"):
    """Any other child's."""

    numbers: dict[str, Number]


Status = PlayerFigures | EngineFigures | DisplayFigures | Figures
Report = Ready | Beat | Page | Key | Error | End | Bye | Status
MOST = {Error: 64}  # reports that wait for a supervisor that does not read


def newest_of(report: object) -> Hashable | None:
    """What a report is the newest of; None: each counts. For an `Outbox`."""
    match report:
        case Figures():
            return Figures, frozenset(report.numbers)
        case Beat() | PlayerFigures() | EngineFigures() | DisplayFigures():
            return type(report)
    return None


# Supervisor to child. Before the first of them comes one line that is the show's config.


class Stop(Message, frozen=True, tag="stop"):
    """Leave."""


class Panic(Change, frozen=True, tag="panic"):
    """End every note, now and 50 ms later."""


class Param(Change, frozen=True, tag="param"):
    """Set a parameter; clamped."""

    name: str
    value: float


Command = Stop | Panic | Param


def encode(message: Report | Command) -> bytes:
    """One line, with its end. What JSON has no word for is written as text.

    Raises MessageError for what cannot be written at all.
    """
    try:  # msgspec's own JSON has no names that are not UTF-8; json escapes them
        plain = msgspec.to_builtins(message, enc_hook=_plain)
        return json.dumps(plain, skipkeys=True).encode() + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise MessageError(f"a {type(message).__name__} cannot be written: {error}") from error


def decode(line: bytes, union: Any) -> Any:
    """The message of one line: one of `union` (`Report` or `Command`). Raises MessageError."""
    try:
        return msgspec.convert(json.loads(line), union)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        start = line[:40].decode(errors="backslashreplace")
        raise MessageError(f"{start!r} is no legal message: {str(error)[:160]}") from error


def figures_of(status: Status) -> dict[str, Any]:
    """The figures of a status by name; what there is none of is left out."""
    if isinstance(status, PlayerFigures | DisplayFigures):
        figures: dict[str, Any] = msgspec.to_builtins(status)
        del figures["t"]
        return figures
    if isinstance(status, Figures):
        return dict(status.numbers)
    devices = {
        name: msgspec.to_builtins(value)
        for name in ("source", "sound", "outlets")
        if (value := getattr(status, name))
    }
    return {**status.numbers, "model": status.model, "device": status.device, **devices}


def _plain(value: object) -> object:
    """NumPy's numbers as Python's."""
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)

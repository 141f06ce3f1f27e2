"""What moves a parameter by itself: a matrix of rows, each from a source to a target. Pure.

A source is an LFO locked to the beat, a level of what is heard, a coordinate of the latent or of
timbre. Its value goes from -1 to 1 around the parameter's own value, or from 0 to 1 to one side of
it, times `depth` in parts of the parameter's range; rows with the same target add up, and the sum
is clamped. An LFO is a function of the beat alone, so whoever knows the beat knows its value.
"""

from __future__ import annotations

import contextlib
import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control.fade import Fade
from livesyn.control.quantise import NEAR_BEATS, Waiting

ROWS = 16
SHAPES = ("sine", "triangle", "saw up", "saw down", "square", "random")
LATENTS = tuple(f"latent_{index}" for index in range(params.DIRECTIONS))
LATENT_REACH = 3.0  # standard deviations that are 1
TIMBRES = tuple(f"timbre_{index}" for index in range(16))  # reserved: no chain sends them yet
SOURCES = (*SHAPES, *params.LEVELS, *LATENTS, *TIMBRES)
PERIOD_BEATS = {  # an LFO's
    "1/16": 0.25,
    "1/8": 0.5,
    "1/4": 1.0,
    "1/2": 2.0,
    "1 bar": 4.0,
    "2 bars": 8.0,
    "4 bars": 16.0,
    "8 bars": 32.0,
    "16 bars": 64.0,
}
PERIODS = tuple(PERIOD_BEATS)
AROUND, ONE_WAY = "around", "one-way"
MODES = (AROUND, ONE_WAY)
TARGETS = tuple(row.name for row in params.TABLE if not row.direct)
NOTHING = ""  # the target of a row that is not in use


FIELDS = ("source", "period", "phase", "target", "depth", "mode", "on")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "source": SOURCES,
    "period": PERIODS,
    "target": (NOTHING, *TARGETS),
    "mode": MODES,
}
LIMITS: Mapping[str, tuple[float, float]] = {"phase": (0.0, 1.0), "depth": (-1.0, 1.0)}


@dataclass(frozen=True)
class Row:
    """One row of the matrix. `depth` is in parts of the target's range, negative upside down;
    `phase` in parts of the period. `period` and `phase` are an LFO's.
    """

    source: str = SHAPES[0]
    period: str = "1 bar"
    phase: float = 0.0
    target: str = NOTHING
    depth: float = 0.0
    mode: str = AROUND
    on: bool = True

    def __post_init__(self) -> None:
        """Raises ConfigError where a field is not legal."""
        for name in FIELDS:
            value = getattr(self, name)
            if _legal(name, value) != value:
                low, high = LIMITS[name]
                raise ConfigError(
                    f"{name} of a modulation row is {value!r}; it goes from {low:g} to {high:g}"
                )

    @property
    def active(self) -> bool:
        """Whether it may move anything."""
        return self.on and self.depth != 0 and self.target != NOTHING


def with_field(row: Row, name: str, value: object) -> Row:
    """`row` with another value of one field. A number out of range is clamped, a choice may be
    given by its number, counted from 0 (of a target 0 is none). Raises ConfigError.
    """
    if name not in FIELDS:
        raise ConfigError(f"a modulation row has no {name!r}; it has: {', '.join(FIELDS)}")
    return replace(row, **{name: _legal(name, value)})


def _legal(name: str, value: object) -> Any:
    if name in CHOICES:
        return _choice(name, value)
    if name == "on" and isinstance(value, str) and value in ("off", "on"):
        return value == "on"
    number = _finite(value)
    if number is None:
        legal = "1 or 0" if name == "on" else "a number from {:g} to {:g}".format(*LIMITS[name])
        raise ConfigError(f"{name} of a modulation row is {value!r}; it is {legal}")
    if name == "on":
        return bool(number)
    low, high = LIMITS[name]
    return min(max(number, low), high)


def _finite(value: object) -> float | None:
    """The number that `value` is; None where it is none."""
    with contextlib.suppress(OverflowError):
        if isinstance(value, int | float) and math.isfinite(value):
            return float(value)
    return None


def _choice(name: str, value: object) -> str:
    choices = CHOICES[name]
    if isinstance(value, str):
        if value in choices:
            return value
        if name == "target" and value in params.BY_NAME:
            raise ConfigError(
                f"{value} cannot be modulated: it is set at once and by hand; another parameter can"
            )
    elif not isinstance(value, bool) and (number := _finite(value)) is not None:
        return choices[round(min(max(number, 0), len(choices) - 1))]
    near = difflib.get_close_matches(str(value), choices, 1)
    raise ConfigError(
        f"{name} of a modulation row is {value!r}; "
        + (
            f"did you mean {near[0]!r}?"
            if near and near[0]
            else f"it is one of: {_listed(choices)}"
        )
    )


def _listed(choices: Sequence[str]) -> str:
    return ", ".join(filter(None, choices))


EMPTY = (Row(),) * ROWS


def checked(values: Mapping[str, object], base: Row | None = None) -> Row:
    """A row of these fields, over `base`. As at the desk: a number out of range is refused, and
    what is on is true or false. Raises ConfigError.
    """
    row = Row() if base is None else base
    for name, value in values.items():
        if name in CHOICES and not isinstance(value, str):
            raise ConfigError(f"{name} of a modulation row is {value!r}; it is text in quotes")
        if name == "on" and not isinstance(value, bool):
            raise ConfigError(f"on of a modulation row is {value!r}; it is true or false")
        row = with_field(row, name, value)
        if name in LIMITS and (isinstance(value, bool) or getattr(row, name) != value):
            low, high = LIMITS[name]
            raise ConfigError(
                f"{name} of a modulation row is {value!r}; it goes from {low:g} to {high:g}"
            )
    return row


# The shapes: from -1 to 1 over a phase from 0 to 1; all but the last.
_WAVES: Mapping[str, Callable[[float], float]] = {
    "sine": lambda p: math.sin(2 * math.pi * p),
    "triangle": lambda p: 1 - abs((4 * p + 1) % 4 - 2),
    "saw up": lambda p: 2 * p - 1,
    "saw down": lambda p: 1 - 2 * p,
    "square": lambda p: 1.0 if p < 0.5 else -1.0,
}


def lfo(shape: str, beat: float, period_beats: float, phase: float = 0.0, seed: int = 0) -> float:
    """The value of an LFO on `beat`, -1 to 1. "random" holds one value for each period, drawn by
    `seed` and the period's number.
    """
    turns = beat / period_beats + phase
    number = math.floor(turns)
    if shape == "random":
        return 2 * _drawn(seed, number) - 1
    return _WAVES[shape](turns - number)


@lru_cache(maxsize=256)
def _drawn(seed: int, number: int) -> float:
    """A number from 0 to 1 that hangs on nothing but its arguments (splitmix64)."""
    mask = (1 << 64) - 1
    x = (seed * 0x9E3779B97F4A7C15 + number * 0xD1B54A32D192ED03 + 0x2545F4914F6CDD1D) & mask
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = ((x ^ (x >> shift)) * factor) & mask
    return ((x ^ (x >> 31)) >> 11) / (1 << 53)


def source_value(
    row: Row, index: int, beat: float, sources: Mapping[str, float], seed: int
) -> float | None:
    """What the source of row `index` says, for its mode: -1 to 1 around, 0 to 1 one-way. None while
    nothing has been heard of it.
    """
    name = row.source
    if name in SHAPES:
        value = lfo(name, beat, PERIOD_BEATS[row.period], row.phase, seed * ROWS + index)
    elif (told := sources.get(name)) is None or not math.isfinite(told):
        return None
    elif name in params.LEVELS:  # from 0 to 1 by itself
        value = 2 * min(max(told, 0.0), 1.0) - 1
    else:
        value = min(max(told / (LATENT_REACH if name in LATENTS else 1.0), -1.0), 1.0)
    return value if row.mode == AROUND else (value + 1) / 2


@dataclass(frozen=True)
class Course:
    """What every parameter is on any beat: its own value, or the one that waits for a line up to
    there, or where a crossfade to a scene has it, and what the matrix adds. `values` may be a
    dictionary that somebody changes. `fades` are the one on its way and the one that is to come;
    from the first beat of that on the matrix is `next_rows`, where there are any.
    """

    values: Mapping[str, float]
    rows: tuple[Row, ...] = EMPTY
    waiting: tuple[Waiting, ...] = ()
    sources: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    fades: tuple[Fade, ...] = ()
    next_rows: tuple[Row, ...] | None = None

    def own(self, name: str, beat: float) -> float:
        """A parameter's own value on `beat`."""
        value, newest = self.values[name], -math.inf
        for fade in self.fades:
            if name in fade.ends and beat >= fade.beat - NEAR_BEATS:
                line = fade.beat - 2 * NEAR_BEATS  # what a hand asked for from it on, wins
                value, _ = self._waited(name, line - NEAR_BEATS, value, newest)
                value, newest = fade.value(name, beat, value), line
        return self._waited(name, beat, value, newest)[0]

    def _waited(self, name: str, beat: float, value: float, newest: float) -> tuple[float, float]:
        """The value that waits for the last line up to `beat`, if that is not before `newest`."""
        for change in self.waiting:
            if change.name == name and newest <= change.beat <= beat + NEAR_BEATS:
                value, newest = change.value, change.beat
        return value, newest

    def rows_on(self, beat: float) -> tuple[Row, ...]:
        """The matrix on `beat`."""
        if self.next_rows is None or not self.fades or self.fades[-1].beat > beat + NEAR_BEATS:
            return self.rows
        return self.next_rows

    def value(self, name: str, beat: float) -> float:
        """What a parameter is on `beat`, moved by the rows that aim at it."""
        return self._pushed(name, beat, self._pushes(beat, name).get(name, 0.0))

    def moved(self, beat: float) -> dict[str, float]:
        """Name -> value on `beat` of all that the matrix moves."""
        return {name: self._pushed(name, beat, push) for name, push in self._pushes(beat).items()}

    def _pushes(self, beat: float, only: str | None = None) -> dict[str, float]:
        """Target -> what its rows add, in parts of its range."""
        pushes: dict[str, float] = {}
        for index, row in enumerate(self.rows_on(beat)):
            if row.active and only in (None, row.target):
                value = source_value(row, index, beat, self.sources, self.seed) or 0.0
                pushes[row.target] = pushes.get(row.target, 0.0) + row.depth * value
        return pushes

    def _pushed(self, name: str, beat: float, push: float) -> float:
        own = self.own(name, beat)
        if not push:
            return own
        row = params.BY_NAME[name]
        return row.clamp(own + push * (row.high - row.low))

    def at(self, beat: float) -> dict[str, float]:
        """Name -> value on `beat` of every parameter."""
        names = {change.name for change in self.waiting}.union(*(fade.ends for fade in self.fades))
        due = {name: self.own(name, beat) for name in names}
        return {**self.values, **due, **self.moved(beat)}

    def needed(self) -> set[str]:
        """The sources that come from outside and are in use."""
        return {row.source for row in self.rows if row.active} - set(SHAPES)

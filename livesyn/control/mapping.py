"""A mapping: which control moves what, and how. Pure, and standard library only."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.base.params import Param
from livesyn.control.actions import ACTIONS, is_action
from livesyn.control.curves import CURVES, position_of, unit

MOST = 256  # rows of a map
MOST_LETTERS = 80  # of a port's name

# kind of control -> bits of its value, and the highest number that tells it from others of its kind
KINDS: Mapping[str, tuple[int, int | None]] = {
    "cc": (7, 119),
    "cc14": (14, 31),
    "nrpn": (7, 16383),
    "nrpn14": (14, 16383),
    "rpn": (7, 16383),
    "rpn14": (14, 16383),
    "note": (7, 127),
    "bend": (14, None),
    "pressure": (7, None),
    "aftertouch": (7, 127),
    "program": (7, 127),
    "key": (7, None),
}
RELATIVE = {
    "twos": "an encoder that says 1, 2 … to the right and 127, 126 … to the left",
    "signed": "an encoder that says 1, 2 … to the right and 65, 66 … to the left",
    "offset": "an encoder that says 65, 66 … to the right and 63, 62 … to the left",
}
BUTTONS = {
    "trigger": "each press does it, or sets the high end",
    "toggle": "each press goes from one end to the other",
    "momentary": "the high end while it is held, the low one after",
    "next": "each press sets the next value, and after the last the first",
    "up": "each press a step up",
    "down": "each press a step down",
}
MODES = {
    "pickup": "a knob or fader, which takes over when it has passed the value",
    "jump": "a knob or fader, which takes over at once",
    **BUTTONS,
    **RELATIVE,
}
PRESSED = 64  # of 127
STEPS = 128  # from end to end, of an encoder
BUTTON_STEPS = 20


@dataclass(frozen=True)
class MapRow:
    """One control and what it moves.

    `control` is a kind and, where there are many of a kind, a number: "cc 21", "cc14 1", "nrpn
    300", "note 36", "bend", "program 3", "key q". `to` is a parameter or an action. No channel (0)
    or port (""): any; a port is named by part of its name. `low` and `high` are the parameter's
    where they are left out.
    """

    control: str
    to: str
    channel: int = 0
    port: str = ""
    mode: str = "pickup"
    low: float | None = None
    high: float | None = None
    curve: str = "linear"
    inverted: bool = False


@dataclass(frozen=True)
class Control:
    """What a `control` text means. `name` is a key's, `number` None where any will do."""

    kind: str
    number: int | None = None
    name: str = ""

    @property
    def bits(self) -> int:
        return KINDS[self.kind][0]

    def __str__(self) -> str:
        return " ".join(map(str, filter(lambda part: part not in ("", None), self._parts)))

    @property
    def _parts(self) -> tuple[object, ...]:
        return self.kind, self.number, self.name


def control_of(text: str) -> Control:
    """The control that a text names. Raises ConfigError."""
    kind, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if kind not in KINDS:
        raise ConfigError(
            f"the control is {text!r}; it begins with one of: {', '.join(KINDS)}, like cc 21"
        )
    highest = KINDS[kind][1]
    if kind == "key":
        if len(rest) != 1 or not rest.isprintable():
            raise ConfigError(f"the control is {text!r}; a key is one letter or sign, like key q")
        return Control(kind, name=rest.lower())
    if highest is None:
        if rest:
            raise ConfigError(f"the control is {text!r}; {kind} has no number")
        return Control(kind)
    if not rest and kind == "program":
        return Control(kind)
    if not (rest.isascii() and rest.isdigit() and len(rest) < 6 and int(rest) <= highest):
        raise ConfigError(
            f"the control is {text!r}; {kind} takes a number from 0 to {highest}, like {kind} 1"
        )
    return Control(kind, int(rest))


@dataclass(frozen=True)
class Wiring:
    """A row that has been checked, ready to be used: `row` with its names looked up."""

    row: MapRow
    control: Control
    param: Param | None = field(compare=False, default=None)

    @property
    def to(self) -> str:
        return self.row.to

    @cached_property
    def low(self) -> float:
        assert self.param is not None
        return self.param.low if self.row.low is None else self.row.low

    @cached_property
    def high(self) -> float:
        assert self.param is not None
        return self.param.high if self.row.high is None else self.row.high

    @cached_property
    def _values(self) -> int:
        """How many whole numbers there are, 0 where all numbers are legal."""
        assert self.param is not None
        return round(self.high - self.low) + 1 if self.param.integer else 0

    def matches(self, channel: int, port: str) -> bool:
        """Whether it is moved by what comes on this channel of this port."""
        row = self.row
        return row.channel in (0, channel) and row.port.lower() in port.lower()

    def value_at(self, position: float) -> float:
        """The parameter's value where the control stands at `position`, 0 to 1. Whole numbers have
        equal shares of the way.
        """
        x = unit(1 - position if self.row.inverted else position)
        y = unit(CURVES[self.row.curve][0](x))
        if self._values:
            return self.low + min(int(y * self._values), self._values - 1)
        return min(max(self.low + (self.high - self.low) * y, self.low), self.high)

    def position_at(self, value: float) -> float:
        """Where the control would have to stand for `value`; the nearer end beyond the range."""
        if self._values:
            y = (round(value) - self.low + 0.5) / self._values
        else:
            y = (value - self.low) / (self.high - self.low)
        x = unit(CURVES[self.row.curve][1](unit(y)))
        return 1 - x if self.row.inverted else x

    def step_from(self, value: float, steps: int, of: int = STEPS) -> float:
        """`value`, so many steps of `of` on; of whole numbers each is a step."""
        steps = -steps if self.row.inverted else steps
        if self._values:
            return min(max(round(value) + steps, self.low), self.high)
        forward = -1 if self.row.inverted else 1
        return self.value_at(self.position_at(value) + forward * steps / (of - 1))

    def at(self, number: int) -> float:
        """The position of a control that says `number`."""
        return position_of(number, self.control.bits)


def checked(row: MapRow) -> Wiring:
    """`row` when it is legal. Raises ConfigError."""
    control = control_of(row.control)
    param = params.BY_NAME.get(row.to)
    if param is None and not is_action(row.to):
        near = difflib.get_close_matches(row.to, (*params.BY_NAME, *ACTIONS), 1)
        raise ConfigError(
            f"there is no parameter or action {row.to!r}"
            + (f"; did you mean {near[0]!r}?" if near else "; livesyn params lists them")
        )
    where = f"the mapping of {row.control} to {row.to}"
    if row.mode not in MODES:
        raise ConfigError(f"the mode of {where} is {row.mode!r}; it is one of: {', '.join(MODES)}")
    if row.curve not in CURVES:
        raise ConfigError(
            f"the curve of {where} is {row.curve!r}; it is one of: {', '.join(CURVES)}"
        )
    if not 0 <= row.channel <= 16:
        raise ConfigError(
            f"the channel of {where} is {row.channel}; it goes from 1 to 16, or is 0 for any"
        )
    if len(row.port) > MOST_LETTERS:
        raise ConfigError(f"the port of {where} has more than {MOST_LETTERS} letters; name a part")
    if row.mode in RELATIVE and control.kind != "cc":
        raise ConfigError(f"the mode of {where} is {row.mode!r}; only cc is read as an encoder")
    if param is None:
        return Wiring(row, control)
    made = Wiring(row, control, param)
    for name, value in (("low", row.low), ("high", row.high)):
        if value is not None and (not math.isfinite(value) or param.clamp(value) != value):
            raise ConfigError(
                f"{name} of {where} is {value:g}; {param.name} goes from {param.low:g} to"
                f" {param.high:g}"
            )
    if not made.low < made.high:
        raise ConfigError(
            f"{where} goes from {made.low:g} to {made.high:g}; low is below high (inverted = true"
            " turns it round)"
        )
    return made


def checked_map(rows: Iterable[MapRow]) -> tuple[Wiring, ...]:
    """All of a map. Raises ConfigError."""
    rows = tuple(rows)
    if len(rows) > MOST:
        raise ConfigError(f"the map has {len(rows)} rows; it has at most {MOST}")
    return tuple(checked(row) for row in rows)


def default_map() -> tuple[MapRow, ...]:
    """What a show has that was taught nothing: the controllers of the parameters' table."""
    return tuple(MapRow(f"cc {row.cc}", row.name) for row in params.TABLE if row.cc is not None)

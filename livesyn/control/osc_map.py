"""Another program's OSC addresses: what of livesyn is sent to which of them, and which of them set
what (`osc_map_file` reads it from a file). Pure: no device, no thread, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from livesyn.base import params
from livesyn.base.addresses import Target

NOTE_ADDRESS = "/livesyn/note"
VALUE, NUMBER = "value", "number"  # what stands for them among `arguments`
PLACE = "{}"  # in an address: the number
Range = tuple[float, float]
Mapped = tuple[str, tuple[int | float, ...]]  # address, arguments


@dataclass(frozen=True, slots=True)
class Scale:
    """From one range to another; what lies outside is clamped."""

    source: Range
    target: Range

    def __call__(self, value: float) -> float:
        low, high = self.source
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return self.target[0] + share * (self.target[1] - self.target[0])


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes out. `every` and `above` say when; `of` and `first` how the number counts;
    `release` is sent right after, for buttons that want to be let go.
    """

    source: str
    target: str
    scale: Scale | None = None
    integer: bool = False
    constant: float | None = None
    release: float | None = None
    arguments: tuple[float | str, ...] = (VALUE,)
    every: int = 1
    of: int = 0
    first: int = 0
    above: float | None = None
    argument: int = 0
    channel: int | None = None
    pitch: int | None = None

    @property
    def is_trigger(self) -> bool:
        """Whether it says that something happens, rather than how much there is of it."""
        return self.constant is not None or NUMBER in self.arguments or PLACE in self.target

    def wants(self, values: Sequence[float]) -> bool:
        """Whether it is meant: a note of its channel and pitch, or anything but a note."""
        return self.source != NOTE_ADDRESS or (
            self.channel in (None, values[0]) and self.pitch in (None, values[1])
        )

    def messages(self, value: float) -> list[Mapped]:
        """What `value` becomes."""
        number = math.floor(value) // self.every
        number = _int32(self.first + (number % self.of if self.of else number))
        sent: int | float = self.constant if self.constant is not None else value
        if self.scale is not None and self.constant is None:
            sent = self.scale(value)
        address = self.target.replace(PLACE, str(number))
        every = [sent] if self.release is None else [sent, self.release]
        return [(address, tuple(self._arguments(one, number))) for one in every]

    def _arguments(self, value: float, number: int) -> Iterator[int | float]:
        for one in self.arguments:
            if one == VALUE:
                yield _int32(value) if self.integer else float(value)
            else:
                yield number if isinstance(one, str) else one


@dataclass(frozen=True, slots=True)
class Entry:
    """What comes in: an address of another program, and the one of ours that it stands for."""

    source: str
    target: str
    scale: Scale | None = None

    def value_of(self, value: float) -> float:
        """What is set when `value` comes."""
        return value if self.scale is None else self.scale(value)


@dataclass(frozen=True, slots=True)
class OscMap:
    """A whole map."""

    send: Target
    out: tuple[Rule, ...] = ()
    into: tuple[Entry, ...] = ()


class Patchbay:
    """Says what rules make of what livesyn says, and keeps what they have to remember. All that
    comes under one address has to come from one thread.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, list[tuple[int, Rule]]] = {}
        for index, rule in enumerate(rules):
            self._rules.setdefault(rule.source, []).append((index, rule))
        self._last: dict[int, float] = {}

    def hear(self, address: str, values: Sequence[float]) -> list[Mapped]:
        """The messages that go out for one of ours."""
        return [
            message
            for index, rule in self._rules.get(address, ())
            if rule.wants(values) and self._is_due(index, rule, values[rule.argument])
            for message in rule.messages(values[rule.argument])
        ]

    def _is_due(self, index: int, rule: Rule, value: float) -> bool:
        if not math.isfinite(value) or math.floor(value) % rule.every:
            return False
        last = self._last.get(index)
        if rule.above is not None:  # once each time it rises above
            self._last[index] = value
            return value > rule.above and (last is None or last <= rule.above)
        if rule.is_trigger and (param := params.BY_ADDRESS.get(rule.source)) is not None:
            self._last[index] = value  # parameters are reported more often than they change
            return value != (param.default if last is None else last)
        return True


def _int32(value: float) -> int:
    """The nearest number that an OSC integer can be."""
    return round(min(max(value, -(2**31)), 2**31 - 1))

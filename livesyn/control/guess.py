"""Which control was meant by what moved while one was learnt. Pure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from livesyn.base.params import Param
from livesyn.control.midi_reader import (
    DATA_LSB,
    DATA_MSB,
    DECREMENT,
    FINE,
    INCREMENT,
    NRPN_LSB,
    RPN_MSB,
    Moved,
)

LISTEN_S = 0.4  # after the first message: an encoder, or 14 bits, are known by several
LISTEN_MOST_S = 1.5
ENOUGH = 6  # messages of one knob
MOST = 512  # messages that are looked at
NEAR = 15  # steps that an encoder makes at once
# what is meant where several things move together: a touched fader also strikes a note, a pad also
# has a pressure
FOR_VALUES = ("nrpn", "rpn", "bend", "cc", "key", "pressure", "aftertouch", "note", "program")
FOR_BUTTONS = ("key", "note", "program", "cc", "nrpn", "rpn", "bend", "pressure", "aftertouch")


class Guess(NamedTuple):
    """A control, and the mode in which it moves its target."""

    control: str
    channel: int
    mode: str


class Evidence:
    """What moved since a target waits for its control."""

    def __init__(self, param: Param | None) -> None:
        self._param = param
        self._moved: list[Moved] = []
        self._since_s: float | None = None

    @property
    def _button(self) -> bool:
        param = self._param
        return param is None or bool(param.choices)

    def add(self, moved: Sequence[Moved], now_s: float) -> None:
        """Take in what moved at `now_s`."""
        moved = [one for one in moved if one.kind != "note" or one.value or self._moved]
        if moved and self._since_s is None:
            self._since_s = now_s
        self._moved += moved[: MOST - len(self._moved)]

    def guess(self, now_s: float) -> Guess | None:
        """What was meant; None while it cannot be said yet."""
        if self._since_s is None or now_s - self._since_s < LISTEN_S:
            return None
        found = self._found()
        if found is None:
            self._moved, self._since_s = [], None
            return None
        kind, channel, number = found
        values = [m.value for m in self._moved if m[:3] == found and not m.steps]
        patient = now_s - self._since_s >= LISTEN_MOST_S or len(self._moved) >= MOST
        if kind == "cc" and len(values) < ENOUGH and not patient and not _is_button(values):
            return None
        if kind in ("cc", "nrpn", "rpn") and self._has_halves(kind, channel, number):
            kind = f"{kind}14"
        name = {"bend": "bend", "pressure": "pressure", "key": f"key {chr(number)}"}.get(
            kind, f"{kind} {number}"
        )
        if kind == "program" and self._param is not None and self._button:
            name = "program"  # its number is the choice's
        return Guess(name, 0 if kind == "key" else channel, self._mode(kind, values))

    def _found(self) -> tuple[str, int, int] | None:
        """Kind, channel and number of the control that moved most, of the likeliest kind."""
        counts = Counter(m[:3] for m in self._moved)
        composed = {m.channel for m in self._moved if m.kind in ("nrpn", "rpn")}
        candidates = {
            key: count
            for key, count in counts.items()
            if not key[0].endswith("14")
            and not (key[0] == "cc" and self._is_part(key[1], key[2], composed))
        }
        for kind in FOR_BUTTONS if self._button else FOR_VALUES:
            of_kind = [key for key in candidates if key[0] == kind]
            if of_kind:
                return max(of_kind, key=lambda key: candidates[key])
        return None

    def _is_part(self, channel: int, number: int, composed: set[int]) -> bool:
        """Whether a controller is only half of a value, or the number of a parameter."""
        if NRPN_LSB <= number <= RPN_MSB:
            return True
        if channel in composed and number in (DATA_MSB, DATA_LSB, INCREMENT, DECREMENT):
            return True
        return FINE <= number < 2 * FINE and any(
            m[:3] == ("cc", channel, number - FINE) for m in self._moved
        )

    def _has_halves(self, kind: str, channel: int, number: int) -> bool:
        low = (
            ("cc", channel, number + FINE)
            if kind == "cc" and number < FINE
            else ("cc", channel, DATA_LSB)
        )
        return (kind != "cc" or number < FINE) and any(m[:3] == low for m in self._moved)

    def _mode(self, kind: str, values: Sequence[int]) -> str:
        param = self._param
        presses = kind in ("note", "program", "key") or (kind == "cc" and _is_button(values))
        if param is None:
            return "trigger"
        if kind == "program":
            return "jump"
        if presses:
            if param.choices:
                return "toggle" if len(param.choices) == 2 else "next"
            return "momentary"
        return (encoder_of(values) if kind == "cc" else "") or "pickup"


def _is_button(values: Sequence[int]) -> bool:
    """Whether these are the ends of the way, and nothing between."""
    return len(values) >= 2 and set(values) == {0, 127}


def encoder_of(values: Sequence[int]) -> str:
    """The mode of an encoder that says these; "" for a knob, which never says the same twice
    running. Turned both ways it is known for sure; one that was turned only to the left and says
    65, 66 … is taken for one that says so to the right.
    """
    same = sum(a == b for a, b in itertools.pairwise(values))
    if len(values) < 4 or same < len(values) // 3:
        return ""
    found = set(values)
    right, left = set(range(1, NEAR + 1)), set(range(127 - NEAR, 128))
    above, below = set(range(65, 65 + NEAR)), set(range(64 - NEAR, 64))
    if found <= right | left:
        return "twos"
    if found <= right | above and found & right:
        return "signed"
    if found <= above | below | {64}:
        return "offset"
    return ""

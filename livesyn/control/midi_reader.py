"""A port's messages as controls that moved: pairs of 14 bits, NRPN and RPN put together. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

NOTE_OFF, NOTE_ON, AFTERTOUCH, CONTROL, PROGRAM, PRESSURE, BEND = range(0x80, 0xF0, 0x10)
LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
DATA_MSB, DATA_LSB, INCREMENT, DECREMENT = 6, 38, 96, 97
NRPN_LSB, NRPN_MSB, RPN_LSB, RPN_MSB = 98, 99, 100, 101
NO_PARAMETER = 127 * 128 + 127
FINE = 32  # the controller so far above is the low half
HALF_S = 0.010  # so long the low half may come after the high one; a message takes a millisecond


class Moved(NamedTuple):
    """A control, and where it stands now; `steps` instead where it only says by how much."""

    kind: str
    channel: int  # 1 to 16
    number: int  # of a controller, note or parameter; 0 where there is only one
    value: int
    steps: int = 0


class _Pair:
    """Two halves of 7 bits. The high one comes first as a rule, and the low one is 0 until it does;
    the low one may also come alone, or, where `HALF_S` passes after a high one, have come before.
    """

    def __init__(self) -> None:
        self._high: int | None = None
        self._low, self._low_s = 0, -math.inf
        self._since_s: float | None = None  # a high half waits for its low one

    def high(self, value: int, now_s: float) -> int | None:
        """All 14 bits of the one before, where its low half never came."""
        before = self.settle(math.inf)
        self._high, self._since_s = value, now_s
        return before

    def low(self, value: int, now_s: float) -> int | None:
        """All 14 bits."""
        self._since_s, self._low = None, value
        self._low_s = now_s
        return None if self._high is None else self._high << 7 | value

    def settle(self, now_s: float) -> int | None:
        """All 14 bits, where the low half will not come any more."""
        if self._since_s is None or self._high is None or now_s - self._since_s < HALF_S:
            return None
        if self._since_s - self._low_s > HALF_S:
            self._low = 0
        self._since_s, self._low_s = None, -math.inf
        return self._high << 7 | self._low


class MidiReader:
    """Reads one port. Not thread-safe. Raises nothing, whatever comes."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, int, int], _Pair] = {}
        self._waiting: set[tuple[str, int, int]] = set()
        self._halves: dict[tuple[str, int], list[int | None]] = {}
        self._selected: dict[int, tuple[str, int]] = {}  # channel -> nrpn or rpn, and which

    def read(self, data: Sequence[int], now_s: float) -> list[Moved] | None:
        """What moved by one message; None for bytes that are no message, or not whole. The coarse
        value is told at once, the fine one of 14 bits with its second half.
        """
        status = data[0] if data else 0
        if not 0x80 <= status <= 0xFF:
            return None  # running status is the port's to undo
        if status >= 0xF0:
            return []
        kind, channel = status & 0xF0, (status & 0x0F) + 1
        if len(data) != LENGTHS[kind] or not all(0 <= byte < 128 for byte in data[1:]):
            return None
        first, last = data[1], data[-1]
        match kind:
            case 0x80:
                return [Moved("note", channel, first, 0)]
            case 0x90:
                return [Moved("note", channel, first, last)]
            case 0xA0:
                return [Moved("aftertouch", channel, first, last)]
            case 0xB0:
                return self._control(channel, first, last, now_s)
            case 0xC0:
                return [Moved("program", channel, first, first)]
            case 0xD0:
                return [Moved("pressure", channel, 0, first)]
        return [Moved("bend", channel, 0, first | last << 7)]

    @property
    def unsettled(self) -> bool:
        """Whether half of a pair waits for the other."""
        return bool(self._waiting)

    def settle(self, now_s: float) -> list[Moved]:
        """What moved because the low half of a pair did not come in time."""
        moved = []
        for key in tuple(self._waiting):
            value = self._pairs[key].settle(now_s)
            if value is not None:
                self._waiting.discard(key)
                moved.append(Moved(*key, value))
        return moved

    def _control(self, channel: int, number: int, value: int, now_s: float) -> list[Moved]:
        moved = [Moved("cc", channel, number, value)]
        if number < FINE:
            moved += self._high(("cc14", channel, number), value, now_s)
        elif number < 2 * FINE:
            moved += self._low(("cc14", channel, number - FINE), value, now_s)
        if NRPN_LSB <= number <= RPN_MSB:
            self._select(channel, number, value)
        elif number in (DATA_MSB, DATA_LSB, INCREMENT, DECREMENT) and channel in self._selected:
            kind, which = self._selected[channel]
            key = (f"{kind}14", channel, which)
            if number == DATA_MSB:
                moved.append(Moved(kind, channel, which, value))
                moved += self._high(key, value, now_s)
            elif number == DATA_LSB:
                moved += self._low(key, value, now_s)
            else:
                steps = 1 if number == INCREMENT else -1
                moved += [Moved(kind, channel, which, 0, steps), Moved(*key, 0, steps)]
        return moved

    def _high(self, key: tuple[str, int, int], value: int, now_s: float) -> list[Moved]:
        before = self._pairs.setdefault(key, _Pair()).high(value, now_s)
        self._waiting.add(key)
        return [] if before is None else [Moved(*key, before)]

    def _low(self, key: tuple[str, int, int], value: int, now_s: float) -> list[Moved]:
        whole = self._pairs.setdefault(key, _Pair()).low(value, now_s)
        self._waiting.discard(key)
        return [] if whole is None else [Moved(*key, whole)]

    def _select(self, channel: int, number: int, value: int) -> None:
        kind = "nrpn" if number in (NRPN_LSB, NRPN_MSB) else "rpn"
        halves = self._halves.setdefault((kind, channel), [None, None])
        halves[number in (NRPN_LSB, RPN_LSB)] = value
        high, low = halves
        if high is None or low is None:
            return
        if (which := high << 7 | low) == NO_PARAMETER:
            self._selected.pop(channel, None)
        else:
            self._selected[channel] = kind, which

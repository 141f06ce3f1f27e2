"""Faders of a light desk on parameters: which channel moves which, and what has changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from livesyn.base import params

MOST_SENDERS = 16
BITS = (8, 16)


@dataclass(frozen=True)
class Fader:
    """Channel `channel` (from 1) of the desk moves the parameter `param`, from `low` to `high`: by
    itself those are the parameter's own ends, and `low` may be above `high`. With 16 `bits` the
    next channel is the fine part.
    """

    channel: int
    param: str
    bits: int = 8
    low: float | None = None
    high: float | None = None

    @property
    def last(self) -> int:
        """The last of its channels."""
        return self.channel + self.bits // 8 - 1

    def raw(self, data: bytes) -> int | None:
        """The fader's position, 0 to 255 or 65535; None where `data` has no such channel."""
        if self.last > len(data):
            return None
        return int.from_bytes(data[self.channel - 1 : self.last], "big")

    def value(self, raw: int) -> float:
        """What a position sets the parameter to."""
        row = params.row(self.param)
        low = row.low if self.low is None else self.low
        high = row.high if self.high is None else self.high
        return low + (high - low) * raw / ((1 << self.bits) - 1)


class DmxHand:
    """Hears what desks send, over and over, and says what has been moved.

    The first packet of a desk only tells where its faders stand: a desk that is switched on moves
    nothing. What came late (by its sequence) is left out and counted in `late`. For one thread.
    """

    def __init__(self, faders: Sequence[Fader]) -> None:
        self._faders = tuple(faders)
        self._desks: dict[str, tuple[int, list[int | None]]] = {}  # sequence and positions
        self.late = 0

    def moves(self, sender: str, sequence: int, data: bytes) -> list[tuple[str, float]]:
        """Parameter and value of each fader that `sender` has moved since its last packet."""
        before, stood = self._desks.pop(sender, (0, None))
        if sequence and before and 0 < (before - sequence) % 256 < 128 and stood is not None:
            self.late += 1
            self._desks[sender] = before, stood
            return []
        stands = [fader.raw(data) for fader in self._faders]
        while len(self._desks) >= MOST_SENDERS:
            del self._desks[next(iter(self._desks))]
        if stood is None:
            self._desks[sender] = sequence, stands
            return []
        # what a shorter packet leaves out stands where it stood
        kept = [old if new is None else new for old, new in zip(stood, stands, strict=True)]
        self._desks[sender] = sequence, kept
        return [
            (fader.param, fader.value(new))
            for fader, old, new in zip(self._faders, stood, kept, strict=True)
            if new is not None and old is not None and new != old
        ]

"""A lamp flashes no more than the picture may: `livesyn.media.flash_rule`, lamp by lamp and for all
of them as one picture. Pure Python: some tens of lamps forty times a second cost the player next to
nothing. `livesyn.media.flash_limiter` does the same for pictures, and judges this in the tests.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from livesyn.control.fixtures import BLACK, Colour
from livesyn.media.flash_rule import (
    AREA,
    CREEP,
    DARKER,
    FOLLOW_S,
    HALVINGS,
    HELD_TURNS,
    LUMINANCE,
    LUMINANCE_STEP,
    MOST_TURNS,
    RED_STEP,
    SATURATED,
    WITHIN_S,
)

Seen = tuple[float, bool]  # a value, and whether it is dark enough, or a saturated red


def luminance_of(colour: Colour) -> Seen:
    """Relative luminance."""
    light = sum(weight * part for weight, part in zip(LUMINANCE, colour, strict=True))
    return light, light < DARKER


def redness_of(colour: Colour) -> Seen:
    """How red it is, as the norm counts."""
    red, total = colour[0], sum(colour)
    return max(0.0, 2 * red - total) * 320, red > 0 and red >= SATURATED * total


KINDS = ((luminance_of, LUMINANCE_STEP), (redness_of, RED_STEP))


class LampTurns:
    """When a value of one lamp reversed its direction in the last second; see `Turns`."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._way = 0
        self._high, self._low = (-math.inf, False), (math.inf, False)
        self._reached = 0.0
        self._turned_s: deque[float] = deque(maxlen=MOST_TURNS + 1)

    def count(self, now_s: float) -> int:
        """Turns in the last second."""
        while self._turned_s and self._turned_s[0] <= now_s - WITHIN_S:
            self._turned_s.popleft()
        return len(self._turned_s)

    def way(self, seen: Seen, now_s: float) -> int:
        """The way it turns when it shows `seen`: 1 up, -1 down, 0 not at all."""
        value, fit = seen
        if self._way <= 0 and value - self._low[0] >= self._step and (fit or self._low[1]):
            return 1
        if self._way >= 0 and self._high[0] - value >= self._step and (fit or self._high[1]):
            return -1
        end = self._high if self._way > 0 else self._low
        anew = self._goes_on(value) and not self.count(now_s) and (fit or end[1])
        return self._way if anew else 0

    def take(self, seen: Seen, now_s: float) -> int:
        """It shows `seen`; returns the way it turned."""
        value = seen[0]
        way = self.way(seen, now_s)
        if way:
            self._way, self._reached = way, value
            self._turned_s.append(now_s)
        elif self._goes_on(value):
            self._reached = value
            if self.count(now_s):
                self._turned_s[-1] = now_s
        if way > 0 or value > self._high[0]:
            self._high = seen
        if way < 0 or value < self._low[0]:
            self._low = seen
        return way

    def _goes_on(self, value: float) -> bool:
        return (value - self._reached) * self._way >= self._step * CREEP


class _Lamp:
    """What one lamp was asked to show, and what it showed."""

    def __init__(self) -> None:
        self.coming = [LampTurns(step) for _, step in KINDS]
        self.going = [LampTurns(step) for _, step in KINDS]
        self.shown: Colour = BLACK

    def allows(self, colour: Colour, now_s: float, most: int) -> bool:
        """Whether it may show that, with so many turns a second."""
        return all(
            not turns.way(see(colour), now_s) or turns.count(now_s) < most
            for turns, (see, _) in zip(self.going, KINDS, strict=True)
        )

    def nearest(self, wanted: Colour, now_s: float, share: float) -> Colour:
        """What it may show on its way to `wanted`."""
        over = False
        for turns, (see, _) in zip(self.coming, KINDS, strict=True):
            turns.take(see(wanted), now_s)
            over |= turns.count(now_s) > MOST_TURNS
        if not over and self.allows(wanted, now_s, MOST_TURNS):
            return wanted
        for _ in range(HALVINGS):
            nearer = _between(self.shown, wanted, share)
            if self.allows(nearer, now_s, HELD_TURNS):
                return nearer
            share /= 2
        return self.shown


class LampLimiter:
    """Colours of `count` lamps in, colours out that flash at most three times in any second, each
    lamp by itself, and wherever a fifth of them goes the same way at once. `held` counts colours
    that were not shown as they came. For one thread.
    """

    def __init__(self, count: int) -> None:
        self._lamps = [_Lamp() for _ in range(count)]
        self._ways = [0] * len(KINDS)  # in which all lamps, as one, turned last
        self._turned_s: list[deque[float]] = [deque() for _ in KINDS]
        self._time_s = -math.inf
        self.held = 0

    def limit(self, wanted: Sequence[Colour], now_s: float) -> list[Colour]:
        """The colours to show at `now_s` in place of `wanted`."""
        share = min(1.0, max(0.0, now_s - self._time_s) / FOLLOW_S)
        self._time_s = now_s
        shown = [
            lamp.nearest(colour, now_s, share)
            for lamp, colour in zip(self._lamps, wanted, strict=True)
        ]
        for kind in range(len(KINDS)):
            shown = self._together(shown, kind, now_s)
        for kind in range(len(KINDS)):
            self._take(shown, kind, now_s)
        for lamp, colour in zip(self._lamps, shown, strict=True):
            lamp.shown = colour
        self.held += sum(a != b for a, b in zip(shown, wanted, strict=True))
        return shown

    def _together(self, shown: list[Colour], kind: int, now_s: float) -> list[Colour]:
        """Those lamps stay as they are that would turn all of them once too often."""
        turned_s = self._turned_s[kind]
        while turned_s and turned_s[0] <= now_s - WITHIN_S:
            turned_s.popleft()
        if not turned_s:
            self._ways[kind] = 0
        if len(turned_s) < MOST_TURNS:
            return shown
        see = KINDS[kind][0]
        ways = [
            lamp.going[kind].way(see(colour), now_s)
            for lamp, colour in zip(self._lamps, shown, strict=True)
        ]
        refused = {way for way in (1, -1) if way != self._ways[kind] and self._are_many(ways, way)}
        return [
            lamp.shown if way in refused else colour
            for lamp, colour, way in zip(self._lamps, shown, ways, strict=True)
        ]

    def _take(self, shown: Sequence[Colour], kind: int, now_s: float) -> None:
        see = KINDS[kind][0]
        ways = [
            lamp.going[kind].take(see(colour), now_s)
            for lamp, colour in zip(self._lamps, shown, strict=True)
        ]
        before, turned_s = self._ways[kind], self._turned_s[kind]
        way = next((w for w in (1, -1) if w != before and self._are_many(ways, w)), 0)
        if way:
            self._ways[kind] = way
            turned_s.append(now_s)
        elif turned_s and self._are_many(ways, before):
            turned_s[-1] = now_s

    def _are_many(self, ways: Sequence[int], way: int) -> bool:
        return way != 0 and ways.count(way) >= AREA * len(ways)


def _between(here: Colour, there: Colour, share: float) -> Colour:
    red, green, blue = (a + share * (b - a) for a, b in zip(here, there, strict=True))
    return red, green, blue

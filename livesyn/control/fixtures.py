"""Lamps on a DMX universe: where each begins, what its channels are, and what it shows. Standard
library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from livesyn.base.params import LEVELS
from livesyn.media.flash_rule import LUMINANCE

Colour = tuple[float, float, float]  # linear red, green and blue, 0 to 1

DMX_CHANNELS = 512
BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
REGIONS = ("whole", "left", "centre", "right", "top", "bottom")  # means of parts of the picture
DOMINANT = ("first", "second", "third")  # the colours that cover most of it
COLOURS = (*REGIONS, *DOMINANT, "white")
BEAT, BAR = "beat", "bar"
FOLLOWED = ("", *LEVELS, BEAT, BAR)
LAYOUTS = {"dimmer": "d"}  # words for channels
CHANNELS = "rgbwd-"  # red, green, blue, white, dimmer, one that stays at 0


@dataclass(frozen=True)
class Fixture:
    """A lamp. `address` is its first channel, from 1; `layout` one letter a channel: r, g, b, w,
    d (dimmer) and - (stays at 0), or the word "dimmer". `colour` is the part of the picture that
    it shows; `follows` a level of the sound (rms, low, mid, high, onset), the beat or the bar,
    which takes away up to `depth` of its light. `level` is how bright it is at most. Without
    `universe` it is on that of all lights.
    """

    address: int
    layout: str = "rgb"
    colour: str = "whole"
    follows: str = ""
    depth: float = 1.0
    level: float = 1.0
    universe: int | None = None

    @property
    def channels(self) -> str:
        """One letter a channel."""
        return LAYOUTS.get(self.layout, self.layout)

    @property
    def last(self) -> int:
        """Its last channel."""
        return self.address + len(self.channels) - 1

    @property
    def is_coloured(self) -> bool:
        """Whether it can show more than grey."""
        return bool(set("rgb") & set(self.channels))


def overlap(fixtures: Iterable[Fixture], universe: int) -> tuple[Fixture, Fixture] | None:
    """Two lamps that share a channel; None where none do."""
    last: dict[int, Fixture] = {}
    for fixture in sorted(fixtures, key=lambda fixture: fixture.address):
        on = universe if fixture.universe is None else fixture.universe
        if (before := last.get(on)) is not None and before.last >= fixture.address:
            return before, fixture
        last[on] = fixture
    return None


def grey_of(colour: Colour) -> Colour:
    """The grey that is as light as `colour`."""
    light = sum(weight * part for weight, part in zip(LUMINANCE, colour, strict=True))
    return light, light, light


def values_of(fixture: Fixture, colour: Colour) -> Iterator[int]:
    """0 to 255 for each channel of a lamp that shows `colour`. A white channel takes what the three
    colours have in common; a dimmer beside colours stays open while there is light.
    """
    red, green, blue = colour
    white = min(colour) if "w" in fixture.channels else 0.0
    shown = {
        "r": red - white,
        "g": green - white,
        "b": blue - white,
        "w": white,
        "d": (1.0 if max(colour) > 0 else 0.0) if fixture.is_coloured else red,
        "-": 0.0,
    }
    if not fixture.is_coloured and "d" in fixture.channels:  # a white lamp behind a dimmer
        shown["w"] = 1.0 if red > 0 else 0.0
    for letter in fixture.channels:
        yield round(255 * min(1.0, max(0.0, shown[letter])))


def universes(
    fixtures: Sequence[Fixture], colours: Sequence[Colour], universe: int
) -> dict[int, bytes]:
    """Universe -> the values of its 512 channels, when the lamps show these colours."""
    found: dict[int, bytearray] = {}
    for fixture, colour in zip(fixtures, colours, strict=True):
        on = universe if fixture.universe is None else fixture.universe
        data = found.setdefault(on, bytearray(DMX_CHANNELS))
        data[fixture.address - 1 : fixture.last] = bytes(values_of(fixture, colour))
    return {on: bytes(data) for on, data in found.items()}

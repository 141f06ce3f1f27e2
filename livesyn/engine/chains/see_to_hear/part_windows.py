"""One part's way through its windows: when a window opens, which bar of it is played.

A net writes two bars at a time. Where its windows are no longer than that, even bars open
one and odd bars answer: the same window from the new z, with the bar before as its first
half. Where they are longer (a section of sixteen bars), all of a section comes from the z of
its first bar, two bars at a time: what is seen meanwhile is heard in the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from livesyn.music import vocabulary as v

# z (D,), the first tokens (K,) where they are given, the seed -> these and on to the end of the
# next two bars
Decode = Callable[[np.ndarray, np.ndarray | None, int], Awaitable[np.ndarray]]


@dataclass(frozen=True, slots=True)
class Voice:
    """A part that is played: its name, the length of its net's windows, and whether it is heard
    (the melody is always written: the picture remembered is that of the melody)."""

    name: str = "melody"
    bars: int = v.BARS
    audible: bool = True


@dataclass(frozen=True, slots=True)
class PartWindows:
    """A part at one bar: `section` is the window it is bar `index` of, as far as it is written;
    `z` (D,) and `seed` are what it is written from."""

    bar: int
    index: int
    section: np.ndarray
    z: np.ndarray
    seed: int

    @property
    def tokens(self) -> np.ndarray:
        """The bar's own, (16,)."""
        return self.section[self.index * v.STEPS_PER_BAR :][: v.STEPS_PER_BAR]

    @property
    def before(self) -> np.ndarray:
        """What came before it in the window, (16·index,)."""
        return self.section[: self.index * v.STEPS_PER_BAR]

    @property
    def window(self) -> np.ndarray:
        """The two bars (32,) that it belongs to."""
        return self.section[self.index // v.BARS * v.STEPS :][: v.STEPS]


async def written(
    voice: Voice, bar: int, last: PartWindows | None, z: np.ndarray, seed: int, decode: Decode
) -> PartWindows:
    """Bar `bar` of a part whose bar made last is `last`. A bar in the middle of a window whose
    beginning is not there opens one too."""
    place = bar % voice.bars
    if voice.bars > v.BARS:
        if last is not None and last.bar < bar and bar // voice.bars == last.bar // voice.bars:
            index, section = last.index + bar - last.bar, last.section
            while len(section) < (index + 1) * v.STEPS_PER_BAR:
                section = await decode(last.z, section, last.seed)
            return PartWindows(bar, index, section, last.z, last.seed)
    elif place and last is not None and last.bar == bar - 1:
        return PartWindows(bar, 1, await decode(z, last.tokens, seed), z, seed)
    return PartWindows(bar, 0, await decode(z, None, seed), z, seed)

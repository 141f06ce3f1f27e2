"""Drum patterns made by rule, in place of recorded ones: the common grooves of popular and dance
music, each varied, ornamented and filled by a seeded draw.

No recording, score or collection went into them. A groove is one style with one set of variations;
its windows are two bars that differ in ghost strokes, hats and fills. Sets are split by groove, so
held-out grooves are new ways of playing known styles, no real drummer's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livesyn.music import drums
from livesyn.music import vocabulary as v

SOURCE = "grooves"
WINDOWS = 8  # drawn from each groove
_KICK, _SNARE, _HAT, _OPEN, _LOW, _MIDDLE, _HIGH, _CRASH, _RIDE = range(len(drums.DRUMS))

# Kick and snare of a bar or two, sixteenth by sixteenth, and the ways in which time may be kept.
STYLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "rock": ("x.......x.x.....", "....x.......x...", ("eighths", "quarters", "ride")),
    "rock pushed": ("x.....x.x.......", "....x.......x...", ("eighths", "ride")),
    "ballad": ("x.........x.....", "........x.......", ("eighths", "quarters", "ride")),
    "half time": ("x.....x.........", "........x.......", ("eighths", "sixteenths", "quarters")),
    "four on the floor": ("x...x...x...x...", "....x.......x...", ("off", "eighths", "sixteenths")),
    "disco": ("x...x...x...x...", "....x.......x...", ("pumping",)),
    "house": ("x...x...x...x...", "....x.......x...", ("off",)),
    "techno": ("x...x...x...x...", "................", ("off", "sixteenths")),
    "motown": ("x.....x.x.....x.", "x...x...x...x...", ("eighths", "quarters")),
    "train": ("x...x...x...x...", "xxxxXxxxxxxxXxxx", ("none",)),
    "surf": ("x.......x.......", "....x.x.....x...", ("eighths", "ride")),
    "funk": ("x..x..x...x..x..", "....x..x.x..x...", ("sixteenths", "eighths")),
    "funk broken": ("x.x.......xx....", "....x..x.x..x..x", ("eighths", "sixteenths")),
    "boom bap": ("x......x..x.....", "....x.......x...", ("eighths", "sixteenths")),
    "boom bap late": ("x..x......xx....", "....x.......x...", ("eighths",)),
    "two step": ("x.........x.....", "....x.......x...", ("eighths", "sixteenths", "ride")),
    "breakbeat": (
        "x.x.......xx..x...x...x...xx....",
        "....x..x.x..x..x....x..x.x....x.",
        ("eighths", "ride"),
    ),
    "one drop": ("........x.......", "........x.......", ("eighths", "off")),
    "steppers": ("x...x...x...x...", "........x.......", ("eighths", "off")),
    "habanera": ("x.....x.x.......", "...x..x....x..x.", ("eighths", "off")),
    "bossa nova": (
        "x..x....x..x....",
        "x..x..x...x..x..x..x..x...x..x..",
        ("eighths", "sixteenths"),
    ),
    "samba": ("x..xx..xx..xx..x", "x.x..x.xx.x.x.x.", ("sixteenths", "ride")),
    "son clave": ("x.....x.x.....x.", "x..x..x.....x.....x...x.........", ("eighths", "ride")),
    "rumba clave": ("x.....x.x.....x.", "x..x...x....x.....x...x.........", ("eighths", "ride")),
    "second line": ("x..x..x...x.x...", "x.xx.xx.x.xx.xx.", ("none", "off")),
    "march": ("x.......x.......", "x.xxx.x.x.xxx.x.", ("none",)),
    "tribal": ("x..x..x.x..x..x.", "................", ("toms",)),
}


@dataclass(frozen=True)
class Groove:
    """One style, played one way. `number` and `seed` are all there is to it."""

    number: int
    seed: int = 0

    @property
    def source(self) -> str:
        return SOURCE

    @property
    def style(self) -> str:
        return tuple(STYLES)[self.number % len(STYLES)]

    @property
    def key(self) -> str:
        """Its name, the same on every machine."""
        return f"{SOURCE}/{self.style}#{self.seed}.{self.number}"

    def windows(self) -> np.ndarray:
        """Its two-bar windows, (WINDOWS, 32) uint16."""
        random = np.random.default_rng((self.seed, self.number))
        kick, snare, keepers = STYLES[self.style]
        ground = np.zeros((v.STEPS, len(drums.DRUMS)), bool)
        ground[:, _KICK], ground[:, _SNARE] = _marks(kick), _marks(snare)
        self._vary(ground, random)
        keeper = str(random.choice(keepers))
        return np.array(
            [_token(_played(ground.copy(), keeper, random)) for _ in range(WINDOWS)], np.uint16
        )

    def _vary(self, ground: np.ndarray, random: np.random.Generator) -> None:
        """The groove's own way: kicks moved or added off the beat, and a click or a clap for some
        snares.
        """
        if random.random() < 0.7:
            weak = np.flatnonzero(np.arange(v.STEPS) % 4 != 0)
            chosen = random.choice(weak, random.integers(1, 3), replace=False)
            both = random.random() < 0.7  # the same in both bars
            for step in chosen:
                ground[step, _KICK] ^= True
                if both:
                    ground[(step + 16) % v.STEPS, _KICK] = ground[step, _KICK]
        if random.random() < 0.15:  # toms for the snare
            ground[:, _LOW], ground[:, _SNARE] = ground[:, _SNARE], False


def _played(ground: np.ndarray, keeper: str, random: np.random.Generator) -> np.ndarray:
    """Two bars (32, 9) of a groove: time kept, ornaments, now and then a fill or a crash."""
    steps = np.arange(v.STEPS)
    match keeper:
        case "quarters":
            ground[steps % 4 == 0, _HAT] = True
        case "eighths":
            ground[steps % 2 == 0, _HAT] = True
        case "sixteenths":
            ground[:, _HAT] = True
        case "off":
            ground[steps % 4 == 2, random.choice([_HAT, _OPEN])] = True
        case "pumping":
            ground[steps % 2 == 0, _HAT] = True
            ground[steps % 4 == 2, _OPEN] = True
        case "ride":
            ground[steps % 2 == 0, _RIDE] = True
        case "toms":
            for drum in (_LOW, _MIDDLE, _HIGH):
                ground[random.choice(steps, 5, replace=False), drum] = True
            ground[steps % 4 == 0, _HAT] = random.random() < 0.5
    if random.random() < 0.35:  # an open hat that leads on
        ground[random.choice([14, 30, 6, 22]), _OPEN] = True
    if random.random() < 0.3:  # a soft stroke between
        ground[random.choice([7, 9, 15, 23, 25, 31]), _SNARE] = True
    if random.random() < 0.15:
        ground[0, _CRASH] = True
    if random.random() < 0.2:
        _fill(ground, random)
    ground[ground[:, _OPEN] | ground[:, _CRASH], _HAT] = False  # one foot, two hands
    return ground


def _fill(ground: np.ndarray, random: np.random.Generator) -> None:
    """A run down the drums at the end of the second bar: one beat, or two."""
    first = int(random.choice([24, 28]))
    ground[first:, :] = False
    ground[first, _KICK] = True
    run = np.sort(random.choice([_SNARE, _HIGH, _MIDDLE, _LOW], v.STEPS - first))
    order = {_SNARE: 0, _HIGH: 1, _MIDDLE: 2, _LOW: 3}
    run = np.array(sorted(run, key=lambda d: order[int(d)]))
    struck = np.ones(len(run), bool) if random.random() < 0.6 else np.arange(len(run)) % 2 == 0
    ground[np.arange(first, v.STEPS)[struck], run[struck]] = True


def _marks(pattern: str) -> np.ndarray:
    """A bar, played twice, or two bars: (32,) bool."""
    return np.array([mark != "." for mark in (pattern * 2)[: v.STEPS]])


def _token(struck: np.ndarray) -> np.ndarray:
    """(..., 9) bool -> tokens (...)."""
    return (struck.astype(np.int64) << np.arange(len(drums.DRUMS))).sum(-1)

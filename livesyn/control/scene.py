"""A scene: how a show, or a part of it, is to be. Pure, and standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import Row

MOST_BARS = 64.0  # of a crossfade
MOST_NUMBERS = 4096  # of a latent
# held by hand alone: no scene, stored or shared, changes them
NEVER = frozenset({"flash_limit"})
# what is stored of the show; a file may name the others too
STORED = tuple(
    row.name
    for row in params.TABLE
    if row.name not in NEVER
    and (row.name == "tempo" or not row.direct)
    and row.name not in ("morph", "morph_to")  # part of the latent that is stored
)


@dataclass(frozen=True)
class Latent:
    """A place in the latent space: means and standard deviations (D,) each."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises ConfigError where it is none."""
        if not 1 <= len(self.mean) <= MOST_NUMBERS or len(self.mean) != len(self.std):
            raise ConfigError(
                f"the latent has {len(self.mean)} means and {len(self.std)} standard deviations; it"
                f" has as many of one as of the other, 1 to {MOST_NUMBERS}"
            )
        if not all(map(math.isfinite, (*self.mean, *self.std))) or min(self.std) <= 0:
            raise ConfigError(
                "the latent has a number that is not finite, or a standard deviation that is not"
                " above 0; store the scene again"
            )


@dataclass(frozen=True)
class Scene:
    """What is None (of `params`, not there) stays as it is when the scene is recalled. `source` is
    a kind and which one; `modulation` are the rows of the matrix, `mapping` those of the map of
    controls; `fade_bars` how long recalling it takes where nobody says otherwise.
    """

    about: str = ""
    fade_bars: float | None = None
    source: tuple[str, str] | None = None
    model: str | None = None
    params: Mapping[str, float] = field(default_factory=dict)
    modulation: tuple[Row, ...] | None = None
    mapping: tuple[MapRow, ...] | None = None
    latent: Latent | None = None

    def over(self, base: Scene) -> Scene:
        """This scene, with what it leaves open as it is in `base`."""
        return Scene(
            self.about or base.about,
            base.fade_bars if self.fade_bars is None else self.fade_bars,
            self.source or base.source,
            self.model or base.model,
            {**base.params, **self.params},
            base.modulation if self.modulation is None else self.modulation,
            base.mapping if self.mapping is None else self.mapping,
            self.latent or base.latent,
        )


@dataclass(frozen=True)
class Cue:
    """One line of a set list: `scene` is recalled, over `fade_bars` (None: as it says itself), and
    stays for `bars` bars; with 0 until somebody says "next".
    """

    scene: str
    bars: int = 0
    fade_bars: float | None = None


def bars_of(what: str, value: object) -> float:
    """The bars of a crossfade. Raises ConfigError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_BARS:
        raise ConfigError(f"{what} is {value!r}; it is a number of bars, 0 to {MOST_BARS:g}")
    return float(value)


class Place:
    """Where a set stands in its list. Not thread-safe.

    `index` is the cue recalled last, -1 before the first.
    """

    def __init__(self, cues: Sequence[Cue] = ()) -> None:
        self.cues, self.index = tuple(cues), -1

    def replace(self, cues: Sequence[Cue]) -> None:
        """Another list; the place stays on the same scene where that is still near it."""
        scene = self.cues[self.index].scene if 0 <= self.index < len(self.cues) else None
        self.cues = tuple(cues)
        found = [i for i, cue in enumerate(self.cues) if cue.scene == scene]
        self.index = min(found, key=lambda i: abs(i - self.index)) if found else -1

    def step(self, by: int) -> Cue | None:
        """Go `by` cues on; None, and nothing changes, where the list ends."""
        index = max(self.index, -1 if by > 0 else 0) + by
        if not 0 <= index < len(self.cues):
            return None
        self.index = index
        return self.cues[index]

    def went_to(self, scene: str) -> None:
        """A scene was recalled by its name: the set goes on from the next cue that has it."""
        order = [*range(self.index + 1, len(self.cues)), *range(self.index + 1)]
        self.index = next((i for i in order if self.cues[i].scene == scene), self.index)

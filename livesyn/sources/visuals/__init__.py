"""Built-in generative visuals: NumPy and a seed, no camera needed."""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Callable
from typing import Protocol

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import ConfigError
from livesyn.base.pace import Pace
from livesyn.sources.visuals.fields import enlarge
from livesyn.sources.visuals.flows import Ink, Smoke, Threads
from livesyn.sources.visuals.lights import Aurora, Lava
from livesyn.sources.visuals.patterns import Coral, Mandala, Waves


class Scene(Protocol):
    """One visual. `draw` gives the picture of `time_s`, (H, W, 3) uint8 RGB in its own size;
    times don't go back. The same times give the same pictures."""

    def draw(self, time_s: float) -> np.ndarray: ...


SCENES: dict[str, Callable[[np.random.Generator], Scene]] = {
    "ink": Ink,
    "smoke": Smoke,
    "coral": Coral,
    "threads": Threads,
    "mandala": Mandala,
    "waves": Waves,
    "aurora": Aurora,
    "lava": Lava,
}
NAMES = tuple(SCENES)
DEFAULT = "ink"


def check_name(name: str) -> str:
    """`name` if there is such a visual. Raises: ConfigError with the nearest and all names."""
    if name in SCENES:
        return name
    near = difflib.get_close_matches(name.lower(), NAMES, 1)
    guess = f"; did you mean {near[0]!r}?" if near else ";"
    raise ConfigError(f"there is no visual {name!r}{guess} there are: {', '.join(NAMES)}")


class Visuals:
    """The visual `name` as a source, `size` (width, height), `fps` frames a second.

    Frame n after `open` depends on `name`, `seed` and the speeds set so far, on nothing else;
    one that is late is not made up for. `speed` scales the visual's time (0 stands still) and
    may be set at any moment, from any thread.

    Raises: ConfigError for a name there is not.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        clock: Clock,
        size: tuple[int, int] = (640, 360),
        fps: float = 30.0,
    ) -> None:
        self._make = SCENES[check_name(name)]
        self.name = f"visuals {name}"
        self.speed = 1.0
        self._entropy = (abs(seed), int(seed < 0), zlib.crc32(name.encode()))
        self._size = size
        self._fps = fps
        self._clock = clock
        self._pace = Pace(clock, fps)
        self._scene: Scene | None = None
        self._time_s = 0.0

    def open(self) -> None:
        self._scene = self._make(np.random.default_rng(self._entropy))
        self._time_s = 0.0
        self._pace = Pace(self._clock, self._fps)

    def read(self) -> np.ndarray | None:
        """The next frame, (H, W, 3) uint8 RGB, when it is due; None when not open."""
        if self._scene is None:
            return None
        self._pace.wait()
        pixels = enlarge(self._scene.draw(self._time_s), *self._size)
        self._time_s += self.speed / self._fps
        return pixels

    def close(self) -> None:
        self._scene = None

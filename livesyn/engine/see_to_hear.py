"""SEE -> HEAR: pictures become bars of music. The chain of a bar, live and offline alike.

    latent = await inference.encode(frame)              every picture
    window.add(latent)

    mean, std = window.read(now_s, length_s)            every bar
    mean, std = follower.follow(mean, std, half_life)
    mean, std = scenes.morph(mean, std, params)
    z = space.compose(mean, std, drift(seed, bar), params)
    tokens = await inference.decode(z, the bar before, temperature, seed)
    phrase = phrase_of(the new bar's tokens, params)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from livesyn.latent.drift import drift
from livesyn.latent.follower import Follower
from livesyn.latent.scenes import Scenes
from livesyn.latent.space import Space, relative_radius
from livesyn.latent.window import LatentWindow
from livesyn.music import vocabulary as v
from livesyn.music.phrases import phrase_of, ringing_after
from livesyn.types import Frame, Latent, Phrase


class Nets(Protocol):
    """What the chain awaits of the nets: `Inference` live, `Direct` offline."""

    async def encode(self, frame: Frame) -> Latent | None: ...

    async def decode(self, z: np.ndarray, forced: np.ndarray | None, temperature: float, seed: int) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """One bar, made. `window` are the two bars (32,) it was cut from, `tokens` its own (16,);
    `z` is (D,), `radius` ‖z‖/√D, `controls` where z stands along the 12 directions."""

    bar: int
    phrase: Phrase
    tokens: np.ndarray
    window: np.ndarray
    z: np.ndarray
    radius: float
    controls: tuple[float, ...]


def seed_of(seed: int, bar: int) -> int:
    """The seed of a bar's draws: the same for the same show and bar, whatever came before."""
    return int(np.random.SeedSequence((seed, bar)).generate_state(1, np.uint64)[0] >> 1)


class SeeToHear:
    """The chain's state in one show: the window, where the follower stands, the last bar.

    Everything random comes from (seed, bar), so the same pictures at the same times give the
    same music. Belongs to one asyncio loop; `hear` is asked for one bar at a time.
    """

    def __init__(self, nets: Nets, space: Space, seed: int, scenes: Scenes | None = None) -> None:
        self._nets, self._space, self._seed = nets, space, seed
        self._scenes = scenes or Scenes(space.dimensions)
        self._window = LatentWindow(space.dimensions)
        self._follower = Follower()
        self._target: tuple[np.ndarray, np.ndarray] | None = None
        self._here: tuple[np.ndarray, np.ndarray] | None = None
        self.last: Heard | None = None

    @property
    def has_seen(self) -> bool:
        """Whether there is anything to make music from."""
        return len(self._window) > 0

    async def see(self, frame: Frame, frozen: bool = False) -> Latent | None:
        """Encode `frame` into the window; a frozen window stays as it is."""
        latent = await self._nets.encode(frame)
        if latent is not None and not (frozen and self.has_seen):
            self._window.add(latent)
        return latent

    async def hear(self, bar: int, now_s: float, bar_s: float, params: Mapping[str, float]) -> Heard:
        """Make bar `bar` from what was seen until `now_s`; a bar lasts `bar_s` seconds.

        Even bars open a two-bar window and are its first half. Odd bars answer: the same
        window, from the new z, with the bar made before as its first half. While `freeze` is
        on the target stays. Raises LookupError before the first latent.
        """
        if self._target is None or not params["freeze"]:
            self._target = self._window.read(now_s, params["window"] * bar_s)
        followed = self._follower.follow(*self._target, params["half_life"])
        self._here = mean, std = self._scenes.morph(*followed, params)
        noise = drift(self._seed, bar, params["drift"], self._space.dimensions)
        z = self._space.compose(mean, std, noise, params)
        before = self.last.tokens if bar % 2 and self.last is not None and self.last.bar == bar - 1 else None
        self.last = await self._write(bar, z, before, params)
        return self.last

    def store(self, scene: str) -> bool:
        """Keep the latent of the bar made last, as it was before ε, steering and attributes, as
        `scene`. False, and nothing kept, before the first bar."""
        if self._here is None:
            return False
        self._scenes.keep(scene, *self._here)
        return True

    async def foresee(self, params: Mapping[str, float]) -> Heard | None:
        """The bar after the last one as it would be if nothing changed. For the eye: nothing is kept."""
        if self.last is None:
            return None
        bar, before = self.last.bar + 1, self.last.tokens if self.last.bar % 2 == 0 else None
        return await self._write(bar, self.last.z, before, params)

    async def _write(self, bar: int, z: np.ndarray, before: np.ndarray | None, params: Mapping[str, float]) -> Heard:
        """Decode two bars and take the new one; without a bar before, an odd bar opens a window too."""
        window = await self._nets.decode(z, before, params["temperature"], seed_of(self._seed, bar))
        tokens = window[: v.STEPS_PER_BAR] if before is None else window[v.STEPS_PER_BAR :]
        phrase = phrase_of(tokens, params, None if before is None else ringing_after(before))
        return Heard(bar, phrase, tokens, window, z, relative_radius(z), self._space.coordinates(z))

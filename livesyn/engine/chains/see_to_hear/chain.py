"""SEE -> HEAR: pictures become bars of music. The chain of a bar, live and offline alike.

latent = await nets.encode(frame)                   every picture
window.add(latent)

mean, std = window.read(now_s, length_s)            every bar
mean, std = follower.follow(mean, std, half_life)
mean, std = hold.lead(mean, std, part)              to the scene that was recalled
mean, std = scenes.morph(mean, std, params)
z = space.compose(mean, std, drift(seed, bar), params)
tokens = await nets.decode(z, the bar before, temperature, seed, part)           every part
phrase = phrase_of(the new bar's tokens, params)
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from livesyn.base.types import Frame, Latent, Phrase
from livesyn.engine.chains.see_to_hear.part_windows import PartWindows, Voice, written
from livesyn.latent.drift import drift
from livesyn.latent.follower import Follower
from livesyn.latent.scenes import Hold, Scenes
from livesyn.latent.space import Space, relative_radius
from livesyn.latent.window import LatentWindow
from livesyn.music import vocabulary as v
from livesyn.music.phrases import PARTS, ringing_after, together


class Nets(Protocol):
    """What the chain awaits of its nets; see `AsyncModel`."""

    async def encode(self, frame: Frame) -> Latent | None: ...

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class ComposedBar:
    """One bar, made. `phrase` holds all parts; `window` are the two bars (32,) of melody it was
    cut from, `tokens` its own (16,); `z` is (D,), `radius` ‖z‖/√D, `controls` where z stands
    along the 12 directions; `lines` are the parts, each in its window."""

    bar: int
    phrase: Phrase
    tokens: np.ndarray
    window: np.ndarray
    z: np.ndarray
    radius: float
    controls: tuple[float, ...]
    lines: Mapping[str, PartWindows] = field(default_factory=dict)


def seed_of(seed: int, bar: int, part: str = "melody") -> int:
    """The seed of a bar's draws: the same for the same show, bar and part, whatever came before."""
    number = tuple(PARTS).index(part)
    return int(
        np.random.SeedSequence((seed, bar, number) if number else (seed, bar)).generate_state(
            1, np.uint64
        )[0]
        >> 1
    )


class SeeToHear:
    """The chain's state in one show: the window, where the follower stands, the last bar.

    Everything random comes from (seed, bar), so the same pictures at the same times give the
    same music. Belongs to one asyncio loop; `produce` is asked for one bar at a time.
    """

    def __init__(
        self,
        nets: Nets,
        space: Space,
        seed: int,
        voices: Sequence[Voice] = (Voice(),),
    ) -> None:
        self._nets, self._space, self._seed, self._voices = nets, space, seed, voices
        self.scenes, self.hold = Scenes(), Hold()
        self._window = LatentWindow(space.dimensions)
        self._follower = Follower()
        self._target: tuple[np.ndarray, np.ndarray] | None = None
        # of the bar made last, before ε, steering and attributes: what a scene keeps
        self.here: tuple[np.ndarray, np.ndarray] | None = None
        self._before: Mapping[str, PartWindows] = {}  # made by other nets
        self.last: ComposedBar | None = None

    def follow(self, other: SeeToHear) -> None:
        """Go on after the bars of `other`, whose nets are others: what they wrote in windows of two
        bars is answered, and only notes are taken over, no latents.
        """
        lines = other._before if other.last is None else other.last.lines
        short = {voice.name for voice in self._voices if voice.bars <= v.BARS}
        self._before = {
            part: line
            for part, line in lines.items()
            if part in short and len(line.section) <= v.STEPS
        }

    @property
    def dimensions(self) -> int:
        """D, of its latents."""
        return self._space.dimensions

    @property
    def has_seen(self) -> bool:
        """Whether there is anything to make music from."""
        return len(self._window) > 0

    async def observe(self, frame: Frame, frozen: bool = False) -> Latent | None:
        """Encode `frame` into the window; a frozen window stays as it is."""
        latent = await self._nets.encode(frame)
        if latent is not None and not (frozen and self.has_seen):
            self._window.add(latent)
        return latent

    async def produce(
        self,
        bar: int,
        now_s: float,
        bar_s: float,
        params: Mapping[str, float],
        part: float = 1.0,
    ) -> ComposedBar:
        """Make bar `bar` from what was seen until `now_s`; a bar lasts `bar_s` seconds. `part` is
        how far it is on the way to the scene that was recalled (`hold`).

        All parts are made from the same z, each by its own net in its own windows (see `lines`).
        While `freeze` is on the target stays. Raises LookupError before the first latent.
        """
        if self._target is None or not params["freeze"]:
            self._target = self._window.read(now_s, params["window"] * bar_s)
        followed = self._follower.follow(*self._target, params["half_life"])
        self.here = mean, std = self.scenes.morph(*self.hold.lead(*followed, part), params)
        noise = drift(self._seed, bar, params["drift"], self._space.dimensions)
        z = self._space.compose(mean, std, noise, params)
        return await self.write(bar, z, params)

    async def write(self, bar: int, z: np.ndarray, params: Mapping[str, float]) -> ComposedBar:
        """Make bar `bar` from z (D,), after the last one."""
        self.last = await self._write(bar, z, params)
        return self.last

    def begin_anew(self) -> None:
        """No bar was made before the next."""
        self.last = None

    async def foresee(self, params: Mapping[str, float]) -> ComposedBar | None:
        """The bar after the last one as it would be if nothing changed.

        Only to be shown: nothing is kept.
        """
        if self.last is None:
            return None
        return await self._write(self.last.bar + 1, self.last.z, params)

    async def _write(self, bar: int, z: np.ndarray, params: Mapping[str, float]) -> ComposedBar:
        """All parts of a bar that goes on from the last one."""
        lines = dict(
            zip(
                (voice.name for voice in self._voices),
                await asyncio.gather(
                    *(self._line(voice, bar, z, params) for voice in self._voices)
                ),
                strict=True,
            )
        )
        phrase = together(
            PARTS[voice.name](line.tokens, params, ringing_after(line.before))
            for voice, line in zip(self._voices, lines.values(), strict=True)
            if voice.audible
        )
        melody = lines["melody"]
        return ComposedBar(
            bar,
            phrase,
            melody.tokens,
            melody.window,
            z,
            relative_radius(z),
            self._space.coordinates(z),
            lines,
        )

    async def _line(
        self, voice: Voice, bar: int, z: np.ndarray, params: Mapping[str, float]
    ) -> PartWindows:
        lines = self._before if self.last is None else self.last.lines
        last = lines.get(voice.name)

        async def decode(z: np.ndarray, forced: np.ndarray | None, seed: int) -> np.ndarray:
            return await self._nets.decode(z, forced, params["temperature"], seed, voice.name)

        return await written(voice, bar, last, z, seed_of(self._seed, bar, voice.name), decode)

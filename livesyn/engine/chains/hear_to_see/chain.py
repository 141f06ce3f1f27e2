"""HEAR -> SEE: music becomes paintings. The chain of a picture, live and offline alike.

    columns = hearing.window()                          a few times a second
    target = await nets.embed(columns)

    embedding = glide toward target                     every picture
    noise = wander on, pushed by what is heard just now
    pixels = await nets.paint(embedding, noise)
    pixels = nearer, of other hues, brighter with attacks

The embedding is the period of the music and changes slowly; the noise is which painting of it, and
moves at once; what attacks move beside it is in `attacks`. Where the walk goes next is drawn anew
for what is heard then, so that other music leads to other paintings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from livesyn.audio.features import Levels
from livesyn.engine.chains.hear_to_see.attacks import COMPOSITION, shaken, strengths
from livesyn.engine.chains.hear_to_see.style import period_weights
from livesyn.latent.paths import interpolate

PUSH = (
    6.0  # how far a level that rises from nothing to full moves the noise, whose radius is about 10
)
# what has been heard for so long moves nothing: a push that stays would make all paintings alike
USUAL_S = 2.0
CHANGES_S = 4.0  # from one painting to the next at `wander` 1 and full loudness
# How far each level that is heard pushes, beside the loudness: what is high least, so that a hat
# moves the painting less than a kick. The last are attacks that are to move the composition.
WEIGHTS = {"rms": 1.0, "low": 1.0, "mid": 0.6, "high": 0.25, "attack": 1.0}


class PaintingNets(Protocol):
    """What the chain awaits of its nets; see `AsyncPainter`."""

    async def embed(self, columns: np.ndarray) -> np.ndarray: ...

    async def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray: ...

    async def restyle(
        self, pixels: np.ndarray, weights: np.ndarray, amount: float
    ) -> np.ndarray: ...


class HearToSee:
    """The chain's state in one show. Everything random comes from the seed: the same sound at the
    same times gives the same pictures. Belongs to one asyncio loop.

    `centres` (P, E) are the embeddings of the periods that the parameter `period` asks for, from 1.
    """

    def __init__(self, nets: PaintingNets, centres: np.ndarray, noise_size: int, seed: int) -> None:
        self._nets, self._centres, self._seed, self._size = nets, centres, seed, noise_size
        self._pushes = (
            np.linalg.qr(
                np.random.default_rng((seed, 1 << 20)).standard_normal((noise_size, len(WEIGHTS)))
            )[0].T
            * PUSH
            * np.array(list(WEIGHTS.values()))[:, None]
        )
        self._heard: np.ndarray | None = None
        self._embedding: np.ndarray | None = None
        self._usual = np.zeros(len(WEIGHTS))
        self._place = 0.0
        self._from: np.ndarray | None = None
        self._to: np.ndarray | None = None
        self._then_s: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to paint from."""
        return self._heard is not None

    @property
    def embedding(self) -> np.ndarray | None:
        """Where the painting stands between the periods, (E,)."""
        return self._embedding

    async def observe(self, columns: np.ndarray) -> None:
        """Take in what the last nine seconds sound like, (128, 768) dB.

        What is not finite changes nothing.
        """
        heard = await self._nets.embed(columns)
        if np.isfinite(heard).all():
            self._heard = heard

    async def produce(
        self, levels: Levels, now_s: float, params: Mapping[str, float]
    ) -> np.ndarray:
        """The picture at `now_s`, (S, S, 3) uint8.

        In silence it rests. Raises LookupError before anything was heard.
        """
        passed_s, moved = self._pass(now_s), strengths(levels, params)
        pixels = await self._nets.paint(
            self._follow(passed_s, params),
            self._noise(levels, moved[COMPOSITION], passed_s, params),
        )
        return shaken(pixels, moved, params["kick"])

    async def restyle(
        self, pixels: np.ndarray, levels: Levels, now_s: float, params: Mapping[str, float]
    ) -> np.ndarray:
        """A picture (H, W, 3) uint8 in the manner of the period at `now_s`, by as much as `style`
        says, and moved by attacks. Raises LookupError as `produce` does.
        """
        embedding = self._follow(self._pass(now_s), params)
        styled = await self._nets.restyle(
            pixels, period_weights(embedding, self._centres), params["style"]
        )
        return shaken(styled, strengths(levels, params), params["kick"])

    def _pass(self, now_s: float) -> float:
        """Seconds since the last picture."""
        if self._heard is None:
            raise LookupError("nothing has been heard yet")
        passed_s = 0.0 if self._then_s is None else max(0.0, now_s - self._then_s)
        self._then_s = now_s
        return passed_s

    def _follow(self, passed_s: float, params: Mapping[str, float]) -> np.ndarray:
        """The embedding, `glide` seconds half of the way to what is heard, or to the period asked
        for.
        """
        asked = int(params["period"])
        target = self._centres[asked - 1] if 0 < asked <= len(self._centres) else self._heard
        assert target is not None
        if self._embedding is None:
            self._embedding = target.copy()
        left = 0.5 ** (passed_s / params["glide"]) if params["glide"] > 0 else 0.0
        self._embedding = target + left * (self._embedding - target)
        return self._embedding

    def _noise(
        self, levels: Levels, attack: float, passed_s: float, params: Mapping[str, float]
    ) -> np.ndarray:
        """Which painting: a walk over the sphere from draw to draw, moved on by loudness, pushed by
        what is heard and by an `attack`.
        """
        base = self._walk(
            0.0
            if levels.silent
            else params["wander"] * (0.15 + 0.85 * levels.rms) * passed_s / CHANGES_S
        )
        heard = np.array([levels.rms, levels.low, levels.mid, levels.high, attack])
        self._usual = heard + np.exp(-passed_s / USUAL_S) * (self._usual - heard)
        rise = np.zeros(len(WEIGHTS)) if levels.silent else heard - self._usual
        pushed = base + params["kick"] * rise @ self._pushes
        # pushed aside, not away: far from the draws nothing was learnt
        radius = np.linalg.norm(base) / max(float(np.linalg.norm(pushed)), 1e-6)
        return np.asarray(pushed * radius * params["spread"], np.float32)

    def _walk(self, step: float) -> np.ndarray:
        """On by `step` of the way to the next draw, over the sphere, slowly at both ends."""
        if self._from is None or self._to is None:
            self._from, self._to = self._draw(0), self._draw(1)
        leg, self._place = int(self._place), self._place + step
        for number in range(leg + 1, int(self._place) + 1):
            self._from, self._to = self._to, self._draw(number + 1)
        part = self._place % 1.0
        return interpolate(self._from, self._to, float(part * part * (3 - 2 * part)))

    def _draw(self, number: int) -> np.ndarray:
        """Where the walk comes to next: by the show's seed, and by the three strongest of the
        embedding's numbers.
        """
        assert self._embedding is not None
        return np.random.default_rng(
            (self._seed, number, *np.argsort(self._embedding)[-3:].tolist())
        ).standard_normal(self._size)

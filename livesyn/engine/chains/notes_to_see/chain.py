"""NOTES -> SEE: what is played on a MIDI input becomes pictures. The chain of a picture, live and
offline alike.

    window.strike(pitch, beat)                          as notes come
    tokens = window.at(beat)

    mean = await nets.encode_notes(tokens)              when the window has changed
    target = its direction

    direction = glide toward target                     every picture
    pixels = await nets.paint_latent(direction at the radius of the prior)

Nothing here is drawn: the same notes always lead to the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from livesyn.latent.sphere import slerp, split
from livesyn.music import vocabulary as v

STILL = 1e-4  # a z as near as this in every dimension gives the same picture


class NotePaintingNets(Protocol):
    """What the chain awaits of the nets."""

    async def encode_notes(self, tokens: np.ndarray) -> np.ndarray: ...

    async def paint_latent(self, z: np.ndarray) -> np.ndarray: ...


class NotesToSee:
    """The chain's state in one show. Belongs to one asyncio loop.

    The mean of z given the music is a third as long as the z that the visual decoder was trained
    with, so it is painted from its direction, at their radius √D times `spread`.
    """

    def __init__(self, nets: NotePaintingNets) -> None:
        self._nets = nets
        self._tokens: np.ndarray | None = None
        self._target: np.ndarray | None = None
        self._direction: np.ndarray | None = None
        self._painted: tuple[np.ndarray, np.ndarray] | None = None  # z and its picture
        self._then_s: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to paint from."""
        return self._target is not None

    @property
    def tokens(self) -> np.ndarray | None:
        """The two bars (32,) that are painted; None before the first note."""
        return self._tokens

    @property
    def latent(self) -> np.ndarray | None:
        """The z (D,) of the last picture."""
        return self._painted[0] if self._painted else None

    async def observe(self, tokens: np.ndarray) -> None:
        """Take in the two bars (32,).

        One without a note changes nothing, nor does what is not finite.
        """
        if not v.attacks(tokens) or (
            self._tokens is not None and np.array_equal(tokens, self._tokens)
        ):
            return
        self._tokens = tokens.copy()
        mean = np.asarray(await self._nets.encode_notes(tokens), np.float64)
        if np.isfinite(mean).all() and mean.any():
            self._target = split(mean)[0]

    async def produce(self, now_s: float, params: Mapping[str, float]) -> np.ndarray:
        """The picture at `now_s`, (S, S, 3) uint8; while `freeze` is on, the last one. Raises
        LookupError before the first note.
        """
        if self._target is None:
            raise LookupError("no note has been heard yet")
        passed_s = 0.0 if self._then_s is None else max(0.0, now_s - self._then_s)
        self._then_s = now_s
        if params["freeze"] and self._painted is not None:
            return self._painted[1]
        direction = self._glide(self._target, passed_s, params["glide"])
        z = np.asarray(direction * math.sqrt(len(direction)) * params["spread"], np.float32)
        if self._painted is None or np.abs(z - self._painted[0]).max() > STILL:
            self._painted = z, await self._nets.paint_latent(z)
        return self._painted[1]

    def _glide(self, target: np.ndarray, passed_s: float, half_life_s: float) -> np.ndarray:
        """On along the great circle: after `half_life_s` half of the angle is left."""
        part = 1 - 0.5 ** (passed_s / half_life_s) if half_life_s > 0 else 1.0
        self._direction = (
            target if self._direction is None else slerp(self._direction, target, part)
        )
        return self._direction

"""What the chains await of the SynVAE."""

from __future__ import annotations

import copy
import functools

import numpy as np

from livesyn.base.types import Frame, Latent
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import BAR, MEMORY, PAINTING, Executor
from livesyn.engine.metrics import Recent

NOTHING_GIVEN = np.zeros(0, np.int64)


class AsyncModel:
    """The work of `model` as awaitables, done by `executor`.

    `encode_ms`, `decode_ms`, `paint_ms`, `age_ms` (of a frame when its encoding begins) and
    `latency_ms` (frame taken to latent there) are sliding. `encoded` counts latents, `skipped`
    frames that gave no finite one, `overtaken` those that a newer one replaced.
    """

    def __init__(self, model: Model, executor: Executor) -> None:
        self.model, self._executor = model, executor
        self.encode_ms, self.age_ms, self.latency_ms = Recent(600), Recent(600), Recent(600)
        self.decode_ms, self.paint_ms = Recent(120), Recent(600)
        self.encoded = self.skipped = self.overtaken = 0

    def with_model(self, model: Model) -> AsyncModel:
        """Another that works by `model`, and counts on where this one stands."""
        other = copy.copy(self)
        other.model = model
        return other

    async def encode(self, frame: Frame) -> Latent | None:
        """The latent of `frame`; None when a newer frame overtook it, or it is not finite."""
        answer = await self._executor.newest(
            ("frame", self.model),
            frame.pixels,
            self.model.encode_many,
            functools.partial(self._note_frame, frame.time_s),
        )
        if answer is None:
            self.overtaken += 1
            return None
        mean, std = answer
        if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std > 0).all()):
            self.skipped += 1
            return None
        self.encoded += 1
        return Latent(mean, std, frame.time_s)

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        """Two bars of tokens (32,) of `part` from z (D,); `forced` (K,) are the first K. Goes
        first. See `Model.decode_many`.
        """
        given = NOTHING_GIVEN if forced is None else forced

        def work(rows: list[tuple[np.ndarray, np.ndarray, int]]) -> list[np.ndarray]:
            latents, prefixes, seeds = zip(*rows, strict=True)
            first = np.stack(prefixes) if len(given) else None
            return list(self.model.decode_many(np.stack(latents), first, temperature, seeds, part))

        return await self._executor.batch(
            (part, len(given), temperature),
            (np.asarray(z), given, seed),
            work,
            BAR,
            self.decode_ms.add_span,
        )

    async def remember(self, tokens: np.ndarray) -> np.ndarray:
        """The picture the music (32,) remembers, (S, S, 3) uint8."""
        return await self._executor.run(lambda: self.model.remember(tokens), MEMORY)

    async def encode_notes(self, tokens: np.ndarray) -> np.ndarray:
        """The mean (D,) of z given two bars of melody (32,)."""
        return await self._executor.run(lambda: self.model.notes_latent(tokens), MEMORY)

    async def paint_latent(self, z: np.ndarray) -> np.ndarray:
        """The picture of z (D,) by the visual decoder, (S, S, 3) uint8."""
        return await self._executor.run(
            lambda: self.model.paint(z), PAINTING, self.paint_ms.add_span
        )

    def _note_frame(self, taken_s: float, start_s: float, end_s: float) -> None:
        self.encode_ms.add_span(start_s, end_s)
        self.age_ms.add_span(taken_s, start_s)
        self.latency_ms.add_span(taken_s, end_s)

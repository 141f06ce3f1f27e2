"""Batched nets for many chains at once, for files: each chain awaits as it does live, and the calls
of all are computed as one batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Any

import numpy as np

from livesyn.base.types import Frame, Latent
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.inference import finite

# twice as many are hardly faster (0.74 against 0.86 ms a row), and twice as slow for one picture
ROWS = 32


class BatchedNets:
    """The awaitables of `see_to_hear.Nets`. What the chains of one asyncio loop ask for is
    gathered until every one of them waits, then done `rows` at a time.

    Batches have always this size, padded with copies. A matrix product rounds differently for one
    row than for many, and a sample that depends on the last bit would give one picture other notes
    alone than in its folder. `skipped` counts pictures without a finite latent.
    """

    def __init__(self, model: Model, rows: int = ROWS) -> None:
        self.model, self.rows = model, rows
        self.skipped = 0
        self._asked: list[tuple[Hashable, Any, asyncio.Future]] = []

    async def encode(self, frame: Frame) -> Latent | None:
        """See `Inference.encode`."""
        mean, std = await self._ask("encode", frame.pixels)
        latent = finite(mean, std, frame.time_s)
        self.skipped += latent is None
        return latent

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        """See `Inference.decode`.

        Those of one part and temperature with as much forced go together.
        """
        given = np.zeros(0, np.int64) if forced is None else forced
        return await self._ask((part, len(given), temperature), (z, given, seed))

    def _ask(self, kind: Hashable, item: Any) -> asyncio.Future:
        loop = asyncio.get_running_loop()
        if (
            not self._asked
        ):  # after the chains that are ready now: each of them will have asked by then
            loop.call_soon(self._answer)
        future = loop.create_future()
        self._asked.append((kind, item, future))
        return future

    def _answer(self) -> None:
        asked, self._asked = self._asked, []
        for kind in dict.fromkeys(kind for kind, _, _ in asked):
            alike = [(item, future) for other, item, future in asked if other == kind]
            for start in range(0, len(alike), self.rows):
                self._do(kind, alike[start : start + self.rows])

    def _do(self, kind: Hashable, alike: list[tuple[Any, asyncio.Future]]) -> None:
        items = [item for item, _ in alike]
        items += items[-1:] * (self.rows - len(items))
        try:
            answers = (
                self.model.encode_many(items) if kind == "encode" else self._decode(kind, items)
            )
        except Exception as error:  # whoever awaits it decides what it means
            for _, future in alike:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(alike, answers, strict=False):
            if not future.done():
                future.set_result(answer)

    def _decode(self, kind: Any, items: list[tuple[np.ndarray, np.ndarray, int]]) -> np.ndarray:
        part, given, temperature = kind
        z, forced, seeds = zip(*items, strict=True)
        return self.model.decode_many(
            np.stack(z), np.stack(forced) if given else None, temperature, seeds, part
        )

"""What the chain awaits of MVNet and of the style net."""

from __future__ import annotations

import copy

import numpy as np

from livesyn.base.errors import DeviceError
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.chains.hear_to_see.style import Stylist
from livesyn.engine.executor import MEMORY, PAINTING, Executor
from livesyn.engine.metrics import Recent


class AsyncPainter:
    """The work of `painter`, and of `stylist` where there is a picture to restyle, as awaitables,
    done by `executor`. `paint_ms` is sliding.
    """

    def __init__(self, painter: Painter, executor: Executor, stylist: Stylist | None = None):
        self.painter, self._executor, self.stylist = painter, executor, stylist
        self.paint_ms = Recent(600)

    def with_net(
        self, painter: Painter | None = None, stylist: Stylist | None = None
    ) -> AsyncPainter:
        """Another that works by other nets, and counts on where this one stands."""
        other = copy.copy(self)
        other.painter, other.stylist = painter or self.painter, stylist or self.stylist
        return other

    @property
    def restyles(self) -> bool:
        """Whether `restyle` can be asked."""
        return self.stylist is not None

    async def embed(self, columns: np.ndarray) -> np.ndarray:
        """The embedding (E,) of a mel window (128, 768), dB."""
        return await self._executor.run(lambda: self.painter.embed(columns), MEMORY)

    async def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The painting of an embedding (E,) and noise (N,), (S, S, 3) uint8."""
        return await self._executor.run(
            lambda: self.painter.paint(embedding, noise), PAINTING, self.paint_ms.add_span
        )

    async def restyle(self, pixels: np.ndarray, weights: np.ndarray, amount: float) -> np.ndarray:
        """A picture (H, W, 3) uint8 in the manner of the periods, weighed by `weights` (P,); see
        `Stylist.restyle`. Raises DeviceError where there is no style net.
        """
        stylist = self.stylist
        if stylist is None:
            raise DeviceError("no style can be laid over the picture here")
        return await self._executor.run(
            lambda: stylist.restyle(pixels, weights, amount), PAINTING, self.paint_ms.add_span
        )

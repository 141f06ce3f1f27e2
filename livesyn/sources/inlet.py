"""From a driver's callback to the thread that reads."""

from __future__ import annotations

import numpy as np

from livesyn.base.mailbox import Bounded


class Inlet:
    """Blocks of sound in order, at most `size` waiting; when it is full the oldest goes
    (`dropped`).

    `put` and `end` are the driver's: they never wait long. `take` is the reader's.
    """

    def __init__(self, size: int) -> None:
        self._blocks: Bounded[np.ndarray] = Bounded(size)
        self._ended = False

    @property
    def dropped(self) -> int:
        return self._blocks.dropped

    def put(self, samples: np.ndarray) -> None:
        """A copy of `samples`, (N, C): the driver will write over them."""
        self._blocks.put(np.array(samples, np.float32))

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        self._blocks.put(np.empty(0, np.float32))  # to wake the reader

    def take(self, timeout_s: float) -> np.ndarray | None:
        """All that waits, as one block, once there is something; None at the end, or when nothing
        came in time.
        """
        blocks = self._blocks.drain(0.0 if self._ended else timeout_s)
        return np.concatenate(blocks) if blocks and not self._ended else None

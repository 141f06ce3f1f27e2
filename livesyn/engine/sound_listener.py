"""The thread that hears: blocks in order from the feed, levels and mel windows out."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from livesyn.audio.features import Levels
from livesyn.audio.hearing import Hearing
from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock

WAIT_S = 0.05  # the longest wait for a block: then what was loud sinks as in silence
WINDOW_COLUMNS = 20  # a mel window is put out every so many columns, about four times a second
QUEUED_BLOCKS = 64  # at most two thirds of a second; older ones are dropped, and counted


class SoundListener:
    """Hears until stopped. `levels`, `newest_s` and `window` are replaced, never changed, and may
    be read from any thread.

    `window` is the newest mel window (128, 768) dB, None before the first sound. `params` are the
    live parameters, read at each block.
    """

    def __init__(
        self, blocks: Bounded[AudioBlock], params: Mapping[str, float], clock: Clock
    ) -> None:
        self._blocks, self._params, self._clock = blocks, params, clock
        self._hearing = Hearing()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ear", daemon=True)
        self.levels = Levels()
        self.newest_s: float | None = None
        self.window: np.ndarray | None = None
        self.complaint = ""

    def start(self) -> None:
        """Begin to hear."""
        self._thread.start()

    def stop(self, timeout_s: float = 0.5) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def numbers(self) -> dict[str, Any]:
        """Blocks that were lost on the way here, and those whose samples were no numbers."""
        return {"blocks_dropped": self._blocks.dropped, "blocks_bad": self._hearing.bad}

    def _run(self) -> None:
        put_out = 0
        while not self._stopping.is_set():
            blocks = self._blocks.drain(WAIT_S)
            for block in blocks:
                try:
                    self._hearing.push(block, self._params)
                except LivesynError as error:  # one block is lost, and said; the show goes on
                    self.complaint = str(error)
            if not blocks:
                self._hearing.rest(self._clock.now_s(), self._params)
            self.levels, self.newest_s = self._hearing.levels, self._hearing.newest_s
            if self._hearing.columns - put_out >= WINDOW_COLUMNS:
                put_out = self._hearing.columns
                self.window = self._hearing.window()

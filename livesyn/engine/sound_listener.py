"""The thread that listens: blocks in order from the feed, to every consumer of sound; MVNet's
levels and mel windows out.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from livesyn.audio.features import Levels
from livesyn.audio.hearing import Hearing
from livesyn.audio.router import SoundConsumer, SoundRouter
from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock

WAIT_S = 0.05  # the longest wait for a block: then what was loud sinks as in silence
WINDOW_COLUMNS = 20  # a mel window is put out every so many columns, about four times a second
QUEUED_BLOCKS = 64  # at most two thirds of a second; older ones are dropped, and counted

log = logging.getLogger(__name__)


class SoundListener:
    """Hands each block to MVNet's hearing and to `consumers`, until stopped. `levels`, `newest_s`
    and `window` are replaced, never changed, and may be read from any thread.

    `window` is the newest mel window (128, 768) dB, None before the first sound. `params` are the
    live parameters, read at each block. What is wrong with the sound or one of its consumers is
    told to `say(sentence)`, once and from the listening thread; `complaint` is the newest of it.
    """

    def __init__(
        self,
        blocks: Bounded[AudioBlock],
        params: Mapping[str, float],
        clock: Clock,
        consumers: Sequence[SoundConsumer] = (),
        say: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self._blocks, self._clock, self._say = blocks, clock, say
        self._hearing = Hearing(params)
        self._router = SoundRouter([self._hearing, *consumers], self._complain, self._fail)
        self._new: deque[SoundConsumer] = deque()
        self._failures = 0
        self._said: set[tuple[str, type]] = set()  # which consumer failed, and how
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self.levels = Levels()
        self.newest_s: float | None = None
        self.window: np.ndarray | None = None
        self.complaint = ""

    def add(self, consumer: SoundConsumer) -> None:
        """Hand the sound to `consumer`, too, on the listening thread. Any thread."""
        self._new.append(consumer)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self, timeout_s: float = 0.5) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def numbers(self) -> dict[str, Any]:
        """Blocks that were lost on the way here, those whose samples were no numbers, and how often
        a consumer failed at one.
        """
        return {
            "blocks_dropped": self._blocks.dropped,
            "blocks_bad": self._router.bad,
            "sound_failures": self._failures,
        }

    def _run(self) -> None:
        put_out = 0
        while not self._stopping.is_set():
            while self._new:
                self._router.add(self._new.popleft())
            blocks = self._blocks.drain(WAIT_S)
            for block in blocks:
                self._router.push(block)
            if not blocks:
                self._router.rest(self._clock.now_s())
            self.levels, self.newest_s = self._hearing.levels, self._hearing.newest_s
            if self._hearing.columns - put_out >= WINDOW_COLUMNS:
                put_out = self._hearing.columns
                self.window = self._hearing.window()

    def _complain(self, sentence: str) -> None:
        self.complaint = sentence
        self._say(sentence)

    def _fail(self, name: str, error: Exception) -> None:
        """One block is lost to one consumer: counted, and said the first time."""
        self._failures += 1
        if isinstance(error, LivesynError):
            sentence = str(error)
        else:
            sentence = f"{name} could not take in the sound ({type(error).__name__}: {error})"
            if self._failures.bit_count() == 1:  # the 1st, 2nd, 4th ...: not one at every block
                log.warning("%s (%d so far)", sentence, self._failures, exc_info=error)
        if (name, type(error)) not in self._said:
            self._said.add((name, type(error)))
            self._complain(sentence)

"""Ctrl-C and SIGTERM during a training run."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from livesyn.base import signals


class StopRequest:
    """Whether Ctrl-C or a SIGTERM has asked for an end: they no longer interrupt, but are obeyed
    between two steps, and never in the middle of a save.
    """

    def __init__(self) -> None:
        self.to_stop = False
        self._before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            self._before = signals.handle([signal.SIGINT, signal.SIGTERM], self._ask)

    def _ask(self, *_: object) -> None:
        if not self.to_stop:
            print("\nending after this step; the same command goes on from there", file=sys.stderr)
        self.to_stop = True

    def no_more(self) -> None:
        """What the signals did before, they do again."""
        signals.restore(self._before)

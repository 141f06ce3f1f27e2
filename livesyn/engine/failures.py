"""What fails on stage: counted, said on the page, in the log at every doubling."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class Failures:
    """`say(sentence)` puts a line before people; the show goes on."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self.count = 0

    def add(self, what: str, error: Exception) -> None:
        """`what` could not be done. Every failure is said, but the 1st, 2nd, 4th, 8th ... alone are
        logged: a fault at every picture must not fill the log.
        """
        self.count += 1
        if self.count.bit_count() == 1:
            log.warning("%s (%d so far)", what, self.count, exc_info=error)
        self._say(f"{what}: {error}")

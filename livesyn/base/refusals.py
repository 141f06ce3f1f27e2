"""What is refused is counted, and each kind of it said once."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from livesyn.base.clock import Clock

QUIET_S = 60.0
NAMED = 8  # of each kind


class Refusals:
    """Counts what is refused, and tells `say(sentence)` of each thing once: again only when it
    comes back after `QUIET_S` of quiet.

    A flood costs little and is not kept: of a kind at most `NAMED` things are named at a time. What
    comes beyond them is counted, and said once as a whole; until that flood has been quiet for
    `QUIET_S` nothing new of its kind is named. One thread adds; the figures may be read by any.
    """

    def __init__(self, clock: Clock, say: Callable[[str], object], what: str) -> None:
        """`what` is refused, in the plural ("OSC messages")."""
        self._clock, self._say, self._what = clock, say, what
        self._kinds: dict[str, _Kind] = {}
        self.last = ""  # what was said last

    def add(self, kind: str, thing: Hashable, sentence: Callable[[], str], count: int = 1) -> None:
        """Count one, or `count`, of a `kind` (words that follow `what`: "from nobody we know"), and
        say `sentence()` if `thing` has not been refused lately.
        """
        known = self._kinds.get(kind) or self._kinds.setdefault(kind, _Kind())
        known.count += count
        now_s = self._clock.now_s()
        seen_s = known.seen_s.get(thing, -math.inf)
        if seen_s == -math.inf and len(known.seen_s) >= NAMED:
            flooded_s, known.flooded_s = known.flooded_s, now_s
            if now_s - flooded_s < QUIET_S or not known.forget_before(now_s - QUIET_S):
                if now_s - flooded_s >= QUIET_S:
                    self._tell(f"more {self._what} {kind} are refused; they are counted, not named")
                return
        known.seen_s[thing] = now_s
        if now_s - seen_s >= QUIET_S:
            self._tell(sentence())

    def count(self, kind: str) -> int:
        """How many of a kind were refused."""
        return self._kinds[kind].count if kind in self._kinds else 0

    def total(self) -> str:
        """All that was refused, by kind, in a sentence; "" if nothing was."""
        kinds = dict(self._kinds)  # copied at once: another thread may be adding
        parts = ", ".join(f"{known.count:,} {kind}" for kind, known in kinds.items())
        return f"{self._what} that were refused: {parts}" if parts else ""

    def _tell(self, sentence: str) -> None:
        self.last = sentence
        self._say(sentence)


@dataclass(slots=True)
class _Kind:
    count: int = 0
    seen_s: dict[Hashable, float] = field(default_factory=dict)  # when each was refused last
    flooded_s: float = -math.inf  # when one came last for which there was no room

    def forget_before(self, time_s: float) -> bool:
        """Forget what has been quiet since `time_s`; whether that made room."""
        self.seen_s = {thing: seen_s for thing, seen_s in self.seen_s.items() if seen_s > time_s}
        if len(self.seen_s) < NAMED:
            self.flooded_s = -math.inf
            return True
        return False

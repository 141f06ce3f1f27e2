"""How far another machine's monotonic clock is ahead of ours, from questions that it answers with
its time. Pure.

Two machines share no monotonic clock: each counts from its own start. An answer was given between
the sending of the question and its return; half-way is the best guess, and half the round trip the
most that it can be wrong by. Of the last answers the quickest counts (Cristian 1989, as in NTP).
"""

from __future__ import annotations

from collections import deque

# at 20 a second, 3 s: long enough for a quick one, and short enough that two quartzes (some 50
# parts in a million apart) drift by 0.15 ms only
KEPT = 64


class ClockOffset:
    """Not thread-safe."""

    def __init__(self) -> None:
        self._answers: deque[tuple[float, float]] = deque(maxlen=KEPT)  # round trip, offset

    def add(self, sent_s: float, theirs_s: float, received_s: float) -> None:
        """A question sent at `sent_s` was answered with `theirs_s`, and the answer received at
        `received_s`. One from the future or the past of its question says nothing.
        """
        round_trip_s = received_s - sent_s
        if round_trip_s >= 0:
            self._answers.append((round_trip_s, theirs_s - (sent_s + received_s) / 2))

    @property
    def offset_s(self) -> float | None:
        """Their clock minus ours; None while nothing is known."""
        return min(self._answers)[1] if self._answers else None

    @property
    def error_s(self) -> float | None:
        """The most that `offset_s` is wrong by."""
        return min(self._answers)[0] / 2 if self._answers else None

    def forget(self) -> None:
        """Another machine answers, or the same one after a restart."""
        self._answers.clear()

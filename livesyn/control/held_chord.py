"""The chord that somebody holds, from keys that go down and up."""

from __future__ import annotations

import math

from livesyn.music.chords import is_chord

SETTLE_S = 0.04  # fingers do not come down together, and a pedal is changed after the next chord


class HeldChord:
    """What has sounded together, unchanged for `SETTLE_S`, and is a chord, is the chord from then
    on. It stays when its keys are let go: until another is held. What is no chord (one key, a
    melody over the chord's end) changes nothing. Times in seconds; not thread-safe.
    """

    def __init__(self) -> None:
        self.chord: tuple[int, ...] = ()
        self._down: set[int] = set()
        self._changed_s = math.inf  # inf: settled

    def strike(self, pitch: int, time_s: float) -> None:
        """A key goes down."""
        self._down.add(pitch)
        self._changed_s = time_s

    def release(self, pitch: int, time_s: float) -> None:
        """A key is let go."""
        self._down.discard(pitch)
        self._changed_s = time_s

    def rest(self) -> None:
        """All keys are up."""
        self._down.clear()
        self._changed_s = math.inf

    def forget(self, now_s: float) -> None:
        """There is no chord; what is held now may become it."""
        self.chord, self._changed_s = (), now_s

    def left_s(self, now_s: float) -> float:
        """How long until what is held may be a new chord; infinite when nothing is to come."""
        return max(0.0, self._changed_s + SETTLE_S - now_s)

    def settle(self, now_s: float) -> tuple[int, ...] | None:
        """The chord's MIDI pitches, in order, if it is a new one by `now_s`."""
        if self.left_s(now_s) > 0:
            return None
        self._changed_s = math.inf
        held = tuple(sorted(self._down))
        if held == self.chord or not is_chord(held):
            return None
        self.chord = held
        return held

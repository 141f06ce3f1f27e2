"""The last two bars played, as tokens: the music encoder's input while notes arrive. A ring buffer
of two bars, not a sliding window: each sixteenth has its place in the pair of bars and is
overwritten two bars later. So bar lines stay where they were in training, and a loop that is
repeated gives a constant window.
"""

from __future__ import annotations

import math

import numpy as np

from livesyn.music import vocabulary as v

BACK = v.STEPS_PER_BEAT  # a clock that slips back by less is unsteady; by more it has been set


class NoteWindow:
    """Notes in as they come, at beats of one time line; `at` any beat the window (32,).

    Starts and ends are rounded to sixteenths. The melody is the highest that sounds. A strike is
    seen at once, an end or a rest when its sixteenth is over. Beats that go far back are a
    transport that was set: what was played keeps its place in the bars; after a leap ahead the bars
    between were silent. Not thread-safe.
    """

    def __init__(self) -> None:
        # (pitch, first step) -> the step it ends before; None: it sounds
        self._ends: dict[tuple[int, int], int | None] = {}
        self._tokens = np.zeros(v.STEPS, np.int64)
        self._pitches = np.zeros(v.STEPS, np.int64)  # what sounded in each step, 0: nothing
        self._before = 0  # what sounded in the step before `_step`
        self._step: int | None = None  # the step that is being played

    def strike(self, pitch: int, beat: float) -> None:
        """A note begins; one of the same pitch ends."""
        self.release(pitch, beat)
        self._ends[v.folded(pitch), self._advance(beat)] = None

    def release(self, pitch: int, beat: float) -> None:
        """A note ends, if it sounds."""
        step, pitch = self._advance(beat), v.folded(pitch)
        self._ends.update(
            {
                (p, start): max(start + 1, step)
                for (p, start), end in self._ends.items()
                if p == pitch and end is None
            }
        )

    def rest(self, beat: float) -> None:
        """All notes end."""
        for pitch in {pitch for pitch, _ in self._ends}:
            self.release(pitch, beat)

    def at(self, beat: float) -> np.ndarray:
        """The window (32,) from the first step of an even bar, as it stands at `beat`.

        Time goes on with each call.
        """
        step = self._advance(beat)
        tokens = self._tokens.copy()
        if (token := self._token(step)) > v.NOTE_OFF:
            tokens[step % v.STEPS] = token
        if tokens[0] == v.HOLD and self._pitches[0]:
            # already sounding where the window begins
            tokens[0] = v.token_of(int(self._pitches[0]))
        return _without_idle_ends(tokens)

    def _advance(self, beat: float) -> int:
        """Write what has passed; returns the step that is being played."""
        step = math.floor(beat * v.STEPS_PER_BEAT + 0.5)
        if self._step is None:
            self._step = step
        if step <= self._step - BACK:
            self._write(self._step)
            self._ends = {
                (pitch, step - 1): None for (pitch, _), end in self._ends.items() if end is None
            }
            self._step = step
        first = max(self._step, step - v.STEPS)
        if first > self._step:
            self._before = self._highest(first - 1)
        for passed in range(first, step):
            self._write(passed)
        self._step = max(self._step, step)
        return self._step

    def _write(self, step: int) -> None:
        place = step % v.STEPS
        self._tokens[place], self._pitches[place] = self._token(step), self._highest(step)
        self._before = self._highest(step)
        self._ends = {
            note: end for note, end in self._ends.items() if end is None or end > step + 1
        }

    def _highest(self, step: int) -> int:
        return max(
            (
                pitch
                for (pitch, start), end in self._ends.items()
                if start <= step and (end is None or step < end)
            ),
            default=0,
        )

    def _token(self, step: int) -> int:
        pitch = self._highest(step)
        if pitch and ((pitch, step) in self._ends or pitch != self._before):
            return v.token_of(pitch)
        return v.NOTE_OFF if self._before and not pitch else v.HOLD


def _without_idle_ends(tokens: np.ndarray) -> np.ndarray:
    """Where old meets new, an end may have lost its note: then it holds."""
    sounds = False
    for step, token in enumerate(tokens):
        if token == v.NOTE_OFF and not sounds:
            tokens[step] = v.HOLD
        sounds = token > v.NOTE_OFF or (sounds and token == v.HOLD)
    return tokens

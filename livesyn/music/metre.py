"""How much each place in a bar of 4/4 weighs."""

from __future__ import annotations

STEPS_PER_BEAT = 4  # a test keeps it that of `vocabulary`
BEATS = 4
# of each sixteenth, 0 to 1
METRE = (1.0, 0.0, 0.25, 0.0, 0.5, 0.0, 0.25, 0.0, 0.75, 0.0, 0.25, 0.0, 0.5, 0.0, 0.25, 0.0)
STRONG = 0.5  # what weighs so much is a beat, and strong


def weight(start_beats: float) -> float:
    """The weight of the sixteenth nearest to a place in a bar."""
    return METRE[round(start_beats * STEPS_PER_BEAT) % len(METRE)]


def strongest(start_beats: float, end_beats: float) -> float:
    """The weight of the strongest sixteenth that a note of these ends is struck on or sounds over;
    the one it ends on is not its own.
    """
    first = round(start_beats * STEPS_PER_BEAT)
    end = max(first + 1, round(end_beats * STEPS_PER_BEAT))
    return max(METRE[step % len(METRE)] for step in range(first, end))

"""When the next bar is due. Pure."""

from __future__ import annotations

from livesyn.transport.timeline import BEATS_PER_BAR, Timeline, bar_of

AHEAD_S = 0.2  # a phrase is ready this long before its bar line, at the least
UNKNOWN_S = 0.3
LONGEST_S = 1.0


def lead_s(commit_ahead_ms: float, making_ms: float | None) -> float:
    """How long before its line to begin with a bar: `commit_ahead`, or more where making one
    could leave less than 200 ms. Twice the longest of the last few is allowed for it, and a good
    deal while nothing is known of it, but never more than a second in all: music that trails the
    picture for bars because the machine was busy once is worse than a bar repeated."""
    allowance_s = UNKNOWN_S if making_ms is None else 2 * making_ms / 1000
    return max(commit_ahead_ms / 1000, min(AHEAD_S + allowance_s, LONGEST_S))


def next_bar(
    timeline: Timeline, now_s: float, done: int | None, lead: float, making_s: float
) -> tuple[int, float]:
    """The next bar to make and when to begin with it, `lead` seconds before its line.

    `done` is the last bar that was made. The one that follows it is tried as long as its
    line has not passed; an engine that has just come in leaves a bar that it could not have
    ready in time (`making_s` for making it) and takes the one after.
    """
    bar = bar_of(timeline.beat_at(now_s)) + 1
    if done is not None and done + 1 >= bar:
        bar = done + 1
    elif timeline.time_of(bar * BEATS_PER_BAR) - now_s < AHEAD_S + making_s:
        bar += 1
    return bar, timeline.time_of(bar * BEATS_PER_BAR) - lead

"""From one's own beats to another's, without a jump that would lose any. Pure; time is an argument.

What is a little apart is put right at once; what is further apart is played a little faster or
slower until both meet, so that every beat of one's own falls once.
"""

from __future__ import annotations

import math

from livesyn.transport.timeline import Timeline

AT_ONCE_BEATS = 0.03  # 15 ms at 120 bpm
MOST_RATE = 0.25  # of the tempo, faster or slower
RATE_PER_BEAT = 4.0  # the nearer, the gentler: the last is made up for within a quarter of a beat
# less apart than this, nothing is changed: each change is told to all
LEAST_S, LEAST_RATE = 0.0003, 0.0002


def steered(
    own: Timeline, lead: Timeline, now_s: float, within_beats: float
) -> tuple[Timeline, float]:
    """The timeline to play from now on, and when it meets the lead's (-inf: it does already).

    Beats are matched modulo `within_beats`: in a session of 4 beats, bar lines meet bar lines.
    `own` itself is returned where nothing need change. No beat is jumped over by more than
    `AT_ONCE_BEATS`; after the time that is returned, ask again.
    """
    apart = lead.beat_at(now_s) - own.beat_at(now_s)
    shift = -round(apart / within_beats) * within_beats
    apart += shift
    if abs(apart) <= AT_ONCE_BEATS:
        if abs(apart) * 60 / lead.bpm < LEAST_S and abs(lead.bpm - own.bpm) < LEAST_RATE * lead.bpm:
            return own, -math.inf
        return Timeline(lead.beat + shift, lead.time_s, lead.bpm), -math.inf
    rate = max(-MOST_RATE, min(MOST_RATE, RATE_PER_BEAT * apart))
    meets_s = now_s + apart / rate * 60 / lead.bpm
    return own.with_tempo(lead.bpm * (1 + rate), now_s), meets_s


def next_line_s(lead: Timeline, from_s: float, every_beats: float) -> float:
    """When the lead's first multiple of `every_beats` falls, from `from_s` on."""
    return lead.time_of(math.ceil(lead.beat_at(from_s) / every_beats - 1e-9) * every_beats)

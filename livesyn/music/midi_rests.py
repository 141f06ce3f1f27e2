"""Long silences of all parts, and notes as long, shortened to what somebody waits through."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from livesyn.music.midi_sequence import Part

LONGEST_REST_BARS = 64
REST_LEFT_BARS = 4  # at least, and fewer than two more: so that bars keep their places in pairs


def shortened(
    parts: list[Part],
    tempos: list[tuple[int, int]],
    meters: list[tuple[int, int, int]],
    ticks_per_beat: float,
    mended: Counter[str],
) -> tuple[list[Part], list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Without long silences of all parts and without notes as long. A silence loses pairs of
    bars, so that what follows keeps its place in them."""
    starts = [meter[0] for meter in meters]

    def bar(tick: int) -> float:
        i = bisect_right(starts, tick) - 1
        beats = 4.0 if i < 0 else 4.0 * meters[i][1] / meters[i][2]
        return beats * ticks_per_beat

    longest = LONGEST_REST_BARS * max(4.0 * ticks_per_beat, *(bar(tick) for tick in starts), 1.0)
    spans = sorted((n.start, n.end) for part in parts for n in part.notes)
    if any(end - start > longest for start, end in spans):
        most = int(longest)
        mended["long"] += sum(end - start > most for start, end in spans)
        parts = [
            Part(
                part.track,
                part.channel,
                part.program,
                [
                    n if n.end - n.start <= most else n._replace(end=n.start + most)
                    for n in part.notes
                ],
            )
            for part in parts
        ]
        spans = [(start, min(end, start + most)) for start, end in spans]
    froms, cuts = [0], [0]  # from each tick on, by how many all lies earlier
    silent_from = 0
    for start, end in spans:
        if (rest := start - silent_from) > LONGEST_REST_BARS * (length := bar(silent_from)):
            pairs = int((rest - REST_LEFT_BARS * length) // (2 * length))
            froms.append(start)
            cuts.append(cuts[-1] + round(pairs * 2 * length))
            mended["rest"] += 1
        silent_from = max(silent_from, end)
    if len(froms) == 1:
        return parts, tempos, meters

    def moved(tick: int) -> int:
        i = bisect_right(froms, tick) - 1
        latest = froms[i + 1] - cuts[i + 1] if i + 1 < len(froms) else tick
        return min(tick - cuts[i], latest)  # in the silence: not behind its end

    return (
        [
            Part(
                part.track,
                part.channel,
                part.program,
                [n._replace(start=moved(n.start), end=moved(n.end)) for n in part.notes],
            )
            for part in parts
        ],
        [(moved(tick), tempo) for tick, tempo in tempos],
        [(moved(tick), beats, unit) for tick, beats, unit in meters],
    )

"""Scales, and pitches moved into them. No numpy: the player does without."""

from __future__ import annotations

# Pitch classes above the root. Names and order are those of `params.SCALES`, "off" left out.
SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "half-whole": (0, 1, 3, 4, 6, 7, 9, 10),
    "whole-half": (0, 2, 3, 5, 6, 8, 9, 11),
    "harmonic major": (0, 2, 4, 5, 7, 8, 11),
    "dorian #4": (0, 2, 3, 6, 7, 9, 10),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "lydian augmented": (0, 2, 4, 6, 8, 9, 11),
    "lydian dominant": (0, 2, 4, 6, 7, 9, 10),
    "super locrian": (0, 1, 3, 4, 6, 8, 10),
    "spanish": (0, 1, 3, 4, 5, 6, 8, 10),
    "bhairav": (0, 1, 4, 5, 7, 8, 11),
    "hungarian minor": (0, 2, 3, 6, 7, 8, 11),
    "hirajoshi": (0, 2, 3, 7, 8),
    "in-sen": (0, 1, 5, 7, 10),
    "iwato": (0, 1, 5, 6, 10),
    "kumoi": (0, 2, 3, 7, 9),
    "pelog selisir": (0, 1, 3, 7, 8),
    "pelog tembung": (0, 1, 5, 7, 8),
    "messiaen 3": (0, 2, 3, 4, 6, 7, 8, 10, 11),
    "messiaen 4": (0, 1, 2, 5, 6, 7, 8, 11),
    "messiaen 5": (0, 1, 5, 6, 7, 11),
    "messiaen 6": (0, 2, 4, 5, 6, 8, 10, 11),
    "messiaen 7": (0, 1, 2, 3, 5, 6, 7, 8, 9, 11),
}
# Where Ableton Live calls a scale otherwise, in small letters.
LIVE_NAMES = {
    "half-whole dim.": "half-whole",
    "whole-half dim.": "whole-half",
    "minor blues": "blues",
    "8-tone spanish": "spanish",
}


def pitch_classes(root: int, scale: str) -> frozenset[int]:
    """The pitch classes of `scale` on `root` (0 is C)."""
    return frozenset((root + step) % 12 for step in SCALES[scale])


def scale_of_live(name: str) -> str | None:
    """Our name of the scale that Ableton Live calls `name`; None for one that is not here."""
    small = " ".join(name.lower().split())
    found = LIVE_NAMES.get(small, small)
    return found if found in SCALES else None


def folded(pitch: int, low: int, high: int) -> int:
    """`pitch` moved by octaves into low..high; where no octave of it lies there, the nearer end."""
    moved = pitch
    if moved < low:
        moved += 12 * -(-(low - moved) // 12)
    elif moved > high:
        moved -= 12 * -(-(moved - high) // 12)
    if low <= moved <= high:
        return moved
    return min((low, high), key=lambda end: (abs(end - pitch), end))


def locked(pitch: int, allowed: frozenset[int] | None, low: int, high: int) -> int:
    """The pitch in low..high nearest to `pitch` whose class is `allowed`, of two the lower;
    `pitch` itself where there is none, or no scale."""
    if allowed is None:
        return pitch
    inside = [
        p for p in range(max(low, pitch - 12), min(high, pitch + 12) + 1) if p % 12 in allowed
    ]
    return min(inside, key=lambda p: (abs(p - pitch), p), default=pitch)

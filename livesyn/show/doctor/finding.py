"""One thing that `livesyn doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, WEAK, BAD = "good", "weak", "bad"  # fine; the show goes on with less; it cannot be played


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is good, weak or bad; `words` say what is, and what to do."""

    what: str
    state: str
    words: str
    figures: dict[str, float] | None = None

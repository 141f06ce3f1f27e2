"""Which channels of a source are heard: chosen by number, counted from 1."""

from __future__ import annotations

Channels = tuple[int, ...] | None  # None: those that the source gives by itself


def why_missing(name: str, channels: Channels, there: int, instead: str) -> str:
    """A sentence when `name`, which has so many channels, lacks one of `channels`, else ""."""
    highest = max(channels or (0,))
    if highest <= there:
        return ""
    legal = "1" if there == 1 else f"1-{there}"
    return (
        f"{name} has {there} channel{'s' * (there != 1)}, and channel {highest} is to be heard;"
        f" give --audio-channels {legal} or some of these, or {instead}"
    )

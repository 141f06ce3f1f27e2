"""Who asked for a change, and when, where a test does not care."""

from __future__ import annotations

from typing import TypedDict


class Asked(TypedDict):
    """What every `messages.Change` carries."""

    origin: str
    asked_s: float


BY: Asked = {"origin": "test", "asked_s": 1.0}

"""What waits to be obeyed or told: the newest value of each parameter."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """`origin` ("osc", "page") asked at `asked_s` for a parameter to be `value`; None: now."""

    name: str
    value: float
    origin: str = ""
    asked_s: float | None = None


class NewestValues:
    """A newer value takes an older one's place. Never more than the table of parameters has names.
    Not thread-safe.
    """

    def __init__(self) -> None:
        self._changes: dict[str, Change] = {}

    def __bool__(self) -> bool:
        return bool(self._changes)

    def put(self, change: Change) -> None:
        """`change.name` is to become `change.value`, or to be told as it."""
        self._changes[change.name] = change

    def take(self) -> tuple[Change, ...]:
        """All that waits, oldest name first; nothing does then."""
        taken = tuple(self._changes.values())
        self._changes.clear()
        return taken

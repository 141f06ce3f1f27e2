"""What waits to be obeyed or told: the newest value of each parameter."""

from __future__ import annotations

from collections.abc import Hashable

from livesyn.base import params

Change = tuple[str, float, str]  # name, value, and who asks ("osc", "engine")


class NewestValues:
    """A newer value takes an older one's place. Of a button (`params.BUTTONS`) each value waits,
    so that no press is lost to its release; the newest is last. Never more than the table of
    parameters has names and choices. Not thread-safe.
    """

    def __init__(self) -> None:
        self._changes: dict[Hashable, Change] = {}

    def __bool__(self) -> bool:
        return bool(self._changes)

    def put(self, name: str, value: float, origin: str = "") -> None:
        """`name` is to become `value`, or to be told as it."""
        key: Hashable = name
        if name in params.BUTTONS:
            key = name, value
            self._changes.pop(key, None)
        self._changes[key] = name, value, origin

    def take(self) -> tuple[Change, ...]:
        """All that waits, oldest name first; nothing does then."""
        taken = tuple(self._changes.values())
        self._changes.clear()
        return taken

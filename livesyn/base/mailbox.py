"""Queues between threads with a bounded size: the newest item wins, or the oldest is dropped; every
drop is counted.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """One slot. `put` replaces what nobody took; `take` empties it. Thread-safe."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: T | None = None
        self.dropped = 0
        self.received = 0

    def put(self, item: T) -> None:
        """Store `item`; one that is still there is dropped and counted. Never blocks long."""
        with self._condition:
            self.dropped += self._item is not None
            self.received += 1
            self._item = item
            self._condition.notify_all()

    def take(self, timeout_s: float | None = 0.0) -> T | None:
        """The newest item, or None when none came within `timeout_s` (None: wait for ever)."""
        with self._condition:
            if self._item is None and timeout_s != 0.0:
                self._condition.wait_for(lambda: self._item is not None, timeout_s)
            item, self._item = self._item, None
            return item


class Bounded(Generic[T]):
    """A queue of at most `size` items; the oldest is dropped and counted. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._condition = threading.Condition()
        self._items: deque[T] = deque(maxlen=size)
        self.dropped = 0

    def put(self, item: T) -> None:
        """Append `item`, dropping the oldest when full."""
        with self._condition:
            self.dropped += len(self._items) == self._items.maxlen
            self._items.append(item)
            self._condition.notify_all()

    def drain(self, timeout_s: float | None = 0.0) -> list[T]:
        """Take everything, oldest first; nothing when none came within `timeout_s` (None: wait for
        ever).
        """
        with self._condition:
            if not self._items and timeout_s != 0.0:
                self._condition.wait_for(lambda: bool(self._items), timeout_s)
            items = list(self._items)
            self._items.clear()
        return items

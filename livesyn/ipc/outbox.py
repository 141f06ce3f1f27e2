"""What waits for a peer that reads slowly: the newest wins, and what is left stays in order."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct

MOST = 256  # messages of a kind


class Outbox:
    """Messages between threads and towards a peer. Thread-safe; `put` never blocks for long.

    `key(message)` says what a message is the newest of: one with the same key that still waits is
    left out, which is no loss. None: it matters that it happened. Of a kind at most `MOST` wait, or
    what `most` says; then the oldest is dropped, counted in `dropped` and given to
    `on_drop(message)`. What is `urgent` is taken first. The rest is taken in the order of `put`.
    """

    def __init__(
        self,
        key: Callable[[Any], Hashable | None],
        most: Mapping[Any, int] | None = None,
        urgent: type | tuple[type, ...] = (),
        on_drop: Callable[[Any], object] = lambda message: None,
    ) -> None:
        self._key, self._most, self._urgent, self._on_drop = key, most or {}, urgent, on_drop
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, Struct] = {}
        self._hurrying: dict[Hashable, Struct] = {}
        self._counts: Counter[type] = Counter()
        self._serial = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._hurrying)

    def put(self, message: Any) -> bool:
        """Have `message` wait; whether it is the only one now, so that somebody has to be woken."""
        kind, dropped = type(message), None
        with self._lock:
            woken = not (self._waiting or self._hurrying)
            key = self._key(message)
            if key is None:
                self._serial += 1
                key = self._serial
            waiting = self._hurrying if isinstance(message, self._urgent) else self._waiting
            if waiting.pop(key, None) is None:
                self._counts[kind] = count = self._counts[kind] + 1
                if count > self._most.get(kind, MOST):
                    dropped = self._drop_oldest(kind, waiting)
            waiting[key] = message
        if dropped is not None:
            self._on_drop(dropped)
        return woken

    def take(self) -> Any:
        """The next message; None when none waits."""
        with self._lock:
            waiting = self._hurrying or self._waiting
            if not waiting:
                return None
            message = waiting.pop(next(iter(waiting)))
            self._counts[type(message)] -= 1
            return message

    def _drop_oldest(self, kind: type, waiting: dict[Hashable, Struct]) -> Struct:
        key = next(key for key, message in waiting.items() if type(message) is kind)
        self._counts[kind] -= 1
        self.dropped += 1
        return waiting.pop(key)

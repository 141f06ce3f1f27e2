"""Signals: one that came in ignored stays ignored.

`nohup` ignores SIGHUP, a shell ignores SIGINT for what it starts in the background: whoever
started the program has decided that these are not for it. Standard library only.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from typing import Any

HANG_UP: int | None = getattr(signal, "SIGHUP", None)  # not on Windows


def is_ignored(number: int) -> bool:
    """Whether the signal is ignored (SIG_IGN)."""
    return signal.getsignal(number) is signal.SIG_IGN


def not_ignored(numbers: Iterable[int | None]) -> list[int]:
    """Those of `numbers` that exist here and are not ignored."""
    return [number for number in numbers if number is not None and not is_ignored(number)]


def handle(numbers: Iterable[int | None], handler: Callable[..., Any] | int) -> dict[int, Any]:
    """Have `handler` called for those of `numbers` that are not ignored; returns what `restore`
    takes. For the main thread.
    """
    return {number: signal.signal(number, handler) for number in not_ignored(numbers)}


def restore(before: dict[int, Any]) -> None:
    """Undo `handle`."""
    for number, handler in before.items():  # None: set by another than Python
        signal.signal(number, signal.SIG_DFL if handler is None else handler)

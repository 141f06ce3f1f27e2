"""Where nets do their work: in a thread of its own while a show runs (`engine.inference`), at once
for files (`Inline`), many rows at a time for folders of files (`offline.batched`).

A chain awaits its nets and cannot tell which of these does the work.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

# Kinds of jobs; of those that wait the lowest number goes first.
BAR, PAINTING, MEMORY, FRAME = range(4)

T = TypeVar("T")
Timed = Callable[[float, float], object]  # told when a job began and ended, monotonic seconds


class Executor(ABC):
    """Runs jobs for chains. `timed` is told how long each took, where somebody counts."""

    @abstractmethod
    async def run(self, work: Callable[[], T], priority: int, timed: Timed | None = None) -> T:
        """What `work()` answers; what it raises is raised here."""

    async def batch(
        self,
        key: Hashable,
        row: Any,
        work: Callable[[list[Any]], list[T]],
        priority: int,
        timed: Timed | None = None,
    ) -> T:
        """The answer to `row` of `work(rows)`. Rows of one `key` may be answered together."""
        return await self.run(lambda: work([row])[0], priority, timed)

    async def newest(
        self,
        key: Hashable,
        row: Any,
        work: Callable[[list[Any]], list[T]],
        timed: Timed | None = None,
    ) -> T | None:
        """As `batch`, after everything else; live, of the rows of one `key` that wait only the
        newest is answered, the others with None.
        """
        return await self.batch(key, row, work, FRAME, timed)


class Inline(Executor):
    """Does the work when it is asked for, in the caller's thread."""

    async def run(self, work: Callable[[], T], priority: int, timed: Timed | None = None) -> T:
        """See `Executor.run`; nothing waits, so the priority says nothing."""
        return work()

"""A feed of the show, and its light on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Generic

from livesyn.base.clock import Clock
from livesyn.base.health import Announcements
from livesyn.sources.feed import Feed, FeedKind, Mailbox, Report, S, T


class FeedInput(Generic[S, T]):
    """Runs the sources that `make` makes; what they give goes to `mailbox`. `light` is the dict
    that the page shows; `announcements` say a loss once. `soon(call)` is `call` in the engine's
    loop, to which all methods belong.
    """

    def __init__(
        self,
        make: Callable[[], S],
        mailbox: Mailbox[T],
        what: FeedKind[S, T],
        clock: Clock,
        light: dict[str, str],
        announcements: Announcements,
        soon: Callable[[Callable[[Report], None]], Callable[[Report], None]],
    ) -> None:
        self._light, self._announcements = light, announcements
        self._slow = ""
        self.feed = Feed(make, clock, mailbox, what, on_report=soon(self._see))

    async def open(self, first: bool) -> None:
        """Open the source. At the `first` opening what fails is raised; in the middle of a show it
        is tried again, for as long as it takes.

        Raises LivesynError.
        """
        await asyncio.to_thread(self.feed.start, required=first)

    def slow(self, reason: str) -> None:
        """What is taken from the feed does not keep up, for `reason`; "" when it does."""
        self._slow = reason
        self._light.update(self.feed.report.slowed(reason).light())

    def numbers(self) -> dict[str, Any]:
        """How the feed is doing."""
        return asdict(self.feed.report)

    def _see(self, report: Report) -> None:
        self._light.update(report.slowed(self._slow).light())
        self._announcements.see(report)

"""A feed of the show: opened, and its light on the page kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Generic

from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.engine.news import News
from livesyn.sources.feed import Feed, FeedKind, Mailbox, Report, S, T

LIGHTS = {"opening": "waiting", "running": "ok", "lost": "lost", "stopped": "off"}
OPEN_AGAIN_S = 1.0


class FeedInput(Generic[S, T]):
    """Runs the sources that `make` makes as the show's `name`; what they give goes to `mailbox`.
    `light` is the dict that the page shows; `news` says a loss once. `soon(call)` is `call` in the
    engine's loop, to which all methods belong.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], S],
        mailbox: Mailbox[T],
        what: FeedKind[S, T],
        clock: Clock,
        light: dict[str, str],
        news: News,
        soon: Callable[[Callable[[Report], None]], Callable[[Report], None]],
    ) -> None:
        self._name, self._light, self._news = name, light, news
        self.feed = Feed(make, clock, mailbox, what, on_report=soon(self._see))

    async def open(self, first: bool) -> None:
        """Open the source. At the `first` opening what fails is raised; in the middle of a show it
        is tried again, for as long as it takes.

        Raises LivesynError.
        """
        while True:
            try:
                await asyncio.to_thread(self.feed.start)
                return
            except LivesynError as error:
                if first:
                    raise
                reason = str(error)
                self._light.update(name=self.feed.report.name, state="lost", reason=reason)
                self._news.see(self._name, "lost", reason)
            await asyncio.sleep(OPEN_AGAIN_S)

    def _see(self, report: Report) -> None:
        """The feed's state has changed."""
        self._light.update(
            name=report.name,
            state=LIGHTS[report.state],
            reason=report.reason if report.state == "lost" else report.complaint,
        )
        self._news.see(self._name, report.state, report.reason, report.complaint, report.name)

    def numbers(self) -> dict[str, Any]:
        """How the feed is doing."""
        report = self.feed.report
        return {
            "name": report.name,
            "state": report.state,
            "reason": report.reason if report.state == "lost" else "",
            "lost": report.lost,
        }

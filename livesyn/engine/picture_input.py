"""What the show looks at: a source, and, while a scene changes it, the one that takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.base.health import OPENING, Announcements, Health
from livesyn.base.types import Frame, PictureSource
from livesyn.engine.feed_input import FeedInput
from livesyn.engine.page_view import PageView
from livesyn.engine.picture_mixer import PictureMixer
from livesyn.ipc import messages
from livesyn.sources.factory import build_source
from livesyn.sources.feed import PICTURES, Feed, Mailbox
from livesyn.transport.timeline import Timeline

Soon = Callable[[Callable[[Any], None]], Callable[[Any], None]]


class PictureInput:
    """Runs sources of `kind` and `value`; what they give goes to `frames`. Belongs to the engine's
    loop. `say` is told what cannot be had.

    Raises ConfigError for a source there is not.
    """

    def __init__(
        self,
        source: tuple[str, str],
        frames: Mailbox[Frame],
        clock: Clock,
        view: PageView,
        say: Callable[[str], object],
        soon: Soon,
        seed: int = 0,
    ) -> None:
        self._clock, self._view, self._say, self._soon, self._seed = clock, view, say, soon, seed
        self._mixer = PictureMixer(frames)
        self._speed = 1.0
        self._now = self._input(source, self._mixer.shown, view.source)
        self._coming: FeedInput[PictureSource, Frame] | None = None
        self._asked: messages.UseSource | None = None

    def _input(
        self, source: tuple[str, str], inlet: Mailbox[Frame], light: dict[str, str]
    ) -> FeedInput[PictureSource, Frame]:
        make = build_source(source[0], source[1], clock=self._clock, seed=self._seed)  # type: ignore[arg-type]  # it checks
        return FeedInput(
            make,
            inlet,
            PICTURES,  # type: ignore[arg-type]
            self._clock,
            light,
            Announcements(self._say),
            self._soon,
        )

    @property
    def feed(self) -> Feed[PictureSource, Frame]:
        """That of the source that is shown."""
        return self._now.feed

    async def open(self, first: bool) -> None:
        """See `FeedInput.open`."""
        await self._now.open(first)

    def slow(self, reason: str) -> None:
        """See `FeedInput.slow`."""
        self._now.slow(reason)

    def numbers(self) -> dict[str, Any]:
        """See `FeedInput.numbers`."""
        return self._now.numbers()

    def set_speed(self, speed: float) -> None:
        """The speed of sources that have one."""
        self._speed = speed
        for one in (self._now, self._coming):
            if one is not None:
                one.feed.set_speed(speed)

    def use(self, asked: messages.UseSource | None, timeline: Timeline) -> None:
        """Go over to another source, as the player says; what it says again changes nothing. One
        that does not open is tried again and again, and the one before is looked at meanwhile.
        """
        if asked is None or asked == self._asked:
            return
        self._asked = asked
        light = Health("", OPENING).light()
        inlet = self._mixer.inlet()
        try:
            coming = self._input((asked.kind, asked.value), inlet, light)
        except LivesynError as error:
            self._say(f"the source stays as it is: {error}")
            return
        self._leave_coming()
        self._coming = coming
        coming.feed.set_speed(self._speed)
        fade_s = asked.beats * 60 / timeline.bpm
        done = self._soon(lambda _: self._arrived(coming, light))
        self._mixer.change_to(inlet, timeline.time_of(asked.beat), fade_s, lambda: done(None))
        opening = asyncio.ensure_future(coming.open(False))
        opening.add_done_callback(lambda task: task.cancelled() or task.exception())

    def _arrived(self, coming: FeedInput[PictureSource, Frame], light: dict[str, str]) -> None:
        if coming is not self._coming:
            return
        before, self._now, self._coming = self._now, coming, None
        self._view.source = light
        before.feed.stop()

    def _leave_coming(self) -> None:
        if self._coming is not None:
            self._coming.feed.stop()
            self._coming = None

    def stop(self) -> None:
        """Close all."""
        self._leave_coming()
        self._now.feed.stop()

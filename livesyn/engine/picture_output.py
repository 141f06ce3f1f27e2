"""Pictures out: the newest picture of a chain, thirty times a second, to the page and to every
outlet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.health import Announcements
from livesyn.base.types import Frame
from livesyn.config.outlets import FILES, outlet_of
from livesyn.config.sections import Display
from livesyn.engine.chains.live_chain import Pictures
from livesyn.engine.failures import Failures
from livesyn.engine.metrics import Rate, Recent
from livesyn.engine.page_view import PageView
from livesyn.engine.show_mirror import ShowMirror
from livesyn.ipc.window_messages import Marks
from livesyn.media.flash_limiter import FlashLimiter
from livesyn.media.picture_delay import PictureDelay
from livesyn.sinks.pictures.factory import build_outlet_sink
from livesyn.sinks.pictures.outlet import Outlet, OutletReport
from livesyn.sinks.pictures.video import free_path

FPS = 30.0
STILL_S = 3.0  # without a new picture for so long, it is said


class PictureLoop:
    """Shows the newest of `pictures` on the page and on every outlet.

    While `freeze` is on the last one stays; `picture_offset` shows them later; `blackout` makes
    them black, at once; `flash_limit` holds flashes back. `latency_ms` is from a sound's arrival to
    the picture it moved, without that offset; `failures` counts pictures that could not
    be made (the last one stays, the show goes on).
    """

    def __init__(
        self,
        pictures: Pictures,
        show: ShowMirror,
        view: PageView,
        outlets: Sequence[Outlet],
        clock: Clock,
        fps: float = FPS,
    ) -> None:
        self._pictures, self._show, self._view = pictures, show, view
        self._outlets, self._clock, self._frame_s = outlets, clock, 1 / fps
        self._limiter = FlashLimiter()
        self._delay = PictureDelay()
        self._last: np.ndarray | None = None
        self.latency_ms = Recent(600)
        self.failures = Failures(view.say)
        self.shown = 0
        self.shown_s = clock.now_s()  # when the last one was

    @property
    def held(self) -> int:
        """Pictures that the flash limiter did not show as they came."""
        return self._limiter.held

    async def run(self) -> None:
        """Show a picture at each time due, until cancelled. Where one took too long the next is due
        at once, and none is made up for.
        """
        due_s = self._clock.now_s()
        while True:
            await asyncio.sleep(max(0.0, due_s - self._clock.now_s()))
            now_s = self._clock.now_s()
            due_s = max(due_s + self._frame_s, now_s)
            try:
                await self.step(now_s)
            except Exception as error:
                self.failures.add("a picture could not be painted", error)

    async def step(self, now_s: float) -> None:
        """Make and show the picture of this moment."""
        params = self._show.params
        self._pictures.update()
        held = bool(params["freeze"]) and self._last is not None
        found = None if held else await self._pictures.picture(now_s, params)
        if found is not None:
            self._last, came_s = found
            if came_s is not None:
                self.latency_ms.add_span(came_s, self._clock.now_s())
        if self._last is None:
            return
        pixels = self._delay.delayed(self._last, now_s, params["picture_offset"] / 1000)
        if pixels is None:
            return
        if params["blackout"]:
            pixels = np.zeros_like(pixels)
        if params["flash_limit"]:
            pixels = self._limiter.limit(pixels, now_s)
        self._view.painting_pixels = pixels
        self.shown += 1
        self.shown_s = self._clock.now_s()
        if not self._show.role.leads:  # another show's pictures are shown: only the page has these
            pixels = np.zeros_like(pixels)
        frame = Frame(pixels, now_s, self.shown)
        for outlet in self._outlets:
            outlet.show(frame)


class PictureOutput:
    """The outlets of a show's `display` section, and the loop that feeds them. `window` is the
    socket of the window's process; `say` is told what goes wrong; `soon(call)` is `call` in the
    engine's loop, to which all methods belong.

    Raises ConfigError for an output there is not.
    """

    def __init__(
        self,
        display: Display,
        window: Path,
        show: ShowMirror,
        view: PageView,
        clock: Clock,
        say: Callable[[str], object],
        soon: Callable[[Any], Any],
    ) -> None:
        self._show, self._view, self._clock, self._say = show, view, clock, say
        self._announcements = Announcements(say)
        wanted = [outlet_of(text) for text in display.out]
        if display.on:
            wanted.append(("window", str(window)))
        self._outlets = [
            Outlet(
                build_outlet_sink(kind, value, marks=self._marks),
                clock,
                on_report=soon(self._see),
            )
            for kind, value in wanted
        ]
        self._to_files = [
            outlet for outlet, (kind, _) in zip(self._outlets, wanted, strict=True) if kind in FILES
        ]
        self._renamed = [
            f"{film.name} is there already and stays; what is filmed now is {free_path(film).name}"
            for film in (Path(value) for kind, value in wanted if kind == "video")
            if free_path(film) != film
        ]
        self._loop: PictureLoop | None = None
        self._rate = Rate()

    async def open(self, first: bool) -> None:
        """Open the outlets. At the `first` opening what fails is raised; in the middle of a show it
        is tried again, for as long as it takes.

        Raises LivesynError.
        """
        for outlet in self._outlets:
            # the window's process may come later
            await asyncio.to_thread(outlet.start, required=first and outlet.report.name != "window")

    async def run(self, pictures: Pictures) -> None:
        """Show `pictures` until cancelled."""
        for sentence in self._renamed:
            self._say(sentence)
        self._loop = PictureLoop(pictures, self._show, self._view, self._outlets, self._clock)
        await self._loop.run()

    def look_after(self) -> None:
        """Say what an outlet that hangs in a picture cannot say itself; about once a second."""
        for outlet in self._outlets:
            self._see(outlet.report)

    def slow(self, now_s: float) -> str:
        """That no picture was shown for a while, in a sentence; "" while they are."""
        if self._loop is None or not self._loop.shown or now_s - self._loop.shown_s <= STILL_S:
            return ""
        return f"no picture was painted for {now_s - self._loop.shown_s:.0f} s"

    def numbers(self) -> dict[str, Any]:
        """The figures of the last while; None where not known yet, nothing without pictures."""
        loop, now_s = self._loop, self._clock.now_s()
        outlets = [asdict(outlet.report) for outlet in self._outlets]
        if loop is None:
            return {"outlets": outlets} if outlets else {}
        return {
            "pictures_fps": self._rate.read(now_s, loop.shown),
            "sound_to_picture_ms_p50": loop.latency_ms.percentile(50),
            "sound_to_picture_ms_p99": loop.latency_ms.percentile(99),
            "picture_failures": loop.failures.count,
            "flashes_held": loop.held,
            "outlets": outlets,
        }

    def stop(self) -> None:
        """Close the outlets. What waits is shown first."""
        for outlet in self._outlets:
            outlet.stop(0.5)
        for outlet in self._to_files:
            if not outlet.report.shown and outlet.report.name not in self._announcements:
                self._say(
                    f"{outlet.report.name}: nothing was written, for the set was over before its"
                    " first picture"
                )

    def _marks(self) -> Marks:
        return Marks(bool(self._show.params["freeze"]), bool(self._show.params["blackout"]))

    def _see(self, report: OutletReport) -> None:
        # who looks after the window's process says when that is gone, or was closed
        if report.name != "window":
            self._announcements.see(report)

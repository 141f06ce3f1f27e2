"""Pictures out, live: what is heard, played in or remembered becomes a picture, thirty times a
second.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.types import Frame
from livesyn.engine.chains.hear_to_see.chain import HearToSee
from livesyn.engine.chains.hear_to_see.listener import SoundListener
from livesyn.engine.chains.notes_to_see.chain import NotesToSee
from livesyn.engine.chains.notes_to_see.note_windows import NoteHearing
from livesyn.engine.metrics import Recent
from livesyn.engine.stage import Stage
from livesyn.media.flash_limiter import FlashLimiter
from livesyn.midi.keys import MidiEvent
from livesyn.sinks.pictures.outlet import Outlet

FPS = 30.0
LISTEN_S = 0.1  # how often to look for a new mel window; there are about four a second

log = logging.getLogger(__name__)


class Pictures(Protocol):
    """Where pictures come from. Belongs to the engine's loop."""

    async def run(self) -> None:
        """What has to go on beside, until cancelled."""

    def update(self) -> None:
        """Take in what has come since; at each picture's time, also while the picture is held."""

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """The picture of this moment, (H, W, 3) uint8, and when what it shows was heard; None
        before there is one.
        """


class SoundPictures:
    """MVNet's paintings of what is heard. `tell(levels)` hears the levels at each picture. While
    `style` is up and `over` gives a picture, it is that picture that is shown, in the manner of the
    music's period.
    """

    def __init__(
        self,
        chain: HearToSee,
        ear: SoundListener,
        tell: Callable[[Mapping[str, float]], object],
        over: Callable[[], np.ndarray | None] = lambda: None,
    ) -> None:
        self._chain, self._ear, self._tell, self._over = chain, ear, tell, over

    async def run(self) -> None:
        """Listen to each new mel window."""
        heard = None
        while True:
            window = self._ear.window
            if window is not None and window is not heard:
                heard = window
                await self._chain.observe(window)
            await asyncio.sleep(LISTEN_S)

    def update(self) -> None:
        """See `Pictures.update`."""
        self._tell(
            {
                name: float(value)
                for name, value in dataclasses.asdict(self._ear.levels).items()
                if name != "silent"
            }
        )

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """See `Pictures.picture`."""
        levels, newest_s = self._ear.levels, self._ear.newest_s
        if not self._chain.has_heard:
            return None
        pixels = self._over() if params["style"] > 0 else None
        if pixels is not None:
            return await self._chain.restyle(pixels, now_s, params), newest_s
        return await self._chain.produce(levels, now_s, params), newest_s


class NotePictures:
    """Pictures of what is played on a MIDI input.

    `drain` gives its events; `stage` the show's own beats, for a sender without a clock.
    """

    def __init__(
        self, chain: NotesToSee, drain: Callable[[], Sequence[MidiEvent]], stage: Stage
    ) -> None:
        self._chain, self._drain, self._stage = chain, drain, stage
        self._hearing = NoteHearing()
        self._struck_s: float | None = None  # the first note since the last picture

    async def run(self) -> None:
        """Nothing has to go on."""

    def update(self) -> None:
        """See `Pictures.update`."""
        events = self._drain()
        self._struck_s = min(
            (event.time_s for event in events if event.kind == "strike"), default=None
        )
        self._hearing.push(events, self._stage.timeline)

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """See `Pictures.picture`."""
        struck_s = self._struck_s
        await self._chain.observe(self._hearing.window(now_s, self._stage.timeline))
        return (
            (await self._chain.produce(now_s, params), struck_s) if self._chain.has_heard else None
        )


class MemoryPictures:
    """Where there is nothing to hear: the picture that the music remembers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def run(self) -> None:
        """Nothing has to go on."""

    def update(self) -> None:
        """There is nothing to hear."""

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """See `Pictures.picture`."""
        return None if self._stage.memory_pixels is None else (self._stage.memory_pixels, None)


class LivePictures:
    """Shows the newest picture on the page and on every outlet, until cancelled.

    While `freeze` is on the last one stays; `blackout` makes it black; `flash_limit` holds flashes
    back. `latency_ms` is from a sound's arrival to the picture it moved; `failures` counts pictures
    that could not be made (the last one stays, the show goes on).
    """

    def __init__(
        self,
        pictures: Pictures,
        stage: Stage,
        outlets: Sequence[Outlet],
        clock: Clock,
        fps: float = FPS,
    ) -> None:
        self._pictures, self._stage, self._outlets, self._clock, self._frame_s = (
            pictures,
            stage,
            outlets,
            clock,
            1 / fps,
        )
        self._limiter = FlashLimiter()
        self._last: np.ndarray | None = None
        self.latency_ms = Recent(600)
        self.shown = self.failures = 0

    @property
    def held(self) -> int:
        """Pictures that the flash limiter did not show as they came."""
        return self._limiter.held

    async def run(self) -> None:
        """Paint until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beside())
            tasks.create_task(self._paint())

    async def _beside(self) -> None:
        while True:
            try:
                await self._pictures.run()
                return
            except Exception as error:
                self._failed("what is heard could not be taken in", error)
                await asyncio.sleep(LISTEN_S)

    async def _paint(self) -> None:
        """A picture at each time due; where one took too long the next is due at once, and none is
        made up for.
        """
        due_s = self._clock.now_s()
        while True:
            await asyncio.sleep(max(0.0, due_s - self._clock.now_s()))
            now_s = self._clock.now_s()
            due_s = max(due_s + self._frame_s, now_s)
            try:
                await self.step(now_s)
            except Exception as error:
                self._failed("a picture could not be painted", error)

    async def step(self, now_s: float) -> None:
        """Make and show the picture of this moment."""
        params = self._stage.params
        self._pictures.update()
        held = bool(params["freeze"]) and self._last is not None
        found = None if held else await self._pictures.picture(now_s, params)
        if found is not None:
            self._last, heard_s = found
            if heard_s is not None:
                self.latency_ms.add(1000 * (self._clock.now_s() - heard_s))
        if self._last is None:
            return
        pixels = np.zeros_like(self._last) if params["blackout"] else self._last
        if params["flash_limit"]:
            pixels = self._limiter.limit(pixels, now_s)
        self._stage.painting_pixels = pixels
        self.shown += 1
        frame = Frame(pixels, now_s, self.shown)
        for outlet in self._outlets:
            outlet.show(frame)

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        if (
            self.failures.bit_count() == 1
        ):  # the 1st, 2nd, 4th, 8th ...: a fault at every picture must not fill the log
            log.warning("%s (%d so far)", what, self.failures, exc_info=error)
        self._stage.say(f"{what}: {error}")

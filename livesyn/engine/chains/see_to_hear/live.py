"""The chain, live: watches the source, makes each bar in time, shows what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from livesyn.base.clock import Clock
from livesyn.base.mailbox import Latest
from livesyn.base.types import Frame, Phrase
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear
from livesyn.engine.chains.see_to_hear.schedule import lead_s, next_bar
from livesyn.engine.inference import Inference
from livesyn.engine.metrics import Recent
from livesyn.engine.stage import Stage
from livesyn.transport.timeline import BEATS_PER_BAR

LOOK_S = 0.25  # the longest wait for a picture before looking up

log = logging.getLogger(__name__)


class Live:
    """One engine's work: `run` it until cancelled. `offer(bar, phrase, controls)` hands a bar to
    the player and must not block. Belongs to one asyncio loop.

    `making_ms` is what a bar took from its due time to its offer; `failures` counts pictures
    and bars that raised (each is said on the stage; the show goes on).
    """

    def __init__(
        self,
        chain: SeeToHear,
        inference: Inference,
        stage: Stage,
        mailbox: Latest[Frame],
        offer: Callable[[int, Phrase, tuple[float, ...]], object],
        clock: Clock,
    ) -> None:
        self._chain, self._inference, self._stage = chain, inference, stage
        self._mailbox, self._offer, self._clock = mailbox, offer, clock
        self._done: tuple[int, int | None] = (0, None)  # run of the transport, last bar in it
        self._after: asyncio.Task[None] | None = None
        self.making_ms = Recent(8)  # a busy moment is forgotten after as many bars
        self.failures = 0
        self.first_bar_s: float | None = (
            None  # when the line of the first bar made from a picture falls
        )

    async def run(self) -> None:
        """Watch and play until cancelled."""
        with ThreadPoolExecutor(1, "mailbox") as pool:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(pool))
                tasks.create_task(self._play())

    async def _watch(self, pool: ThreadPoolExecutor) -> None:
        """Encode the newest picture, again and again."""
        while True:
            frame = await asyncio.get_running_loop().run_in_executor(
                pool, self._mailbox.take, LOOK_S
            )
            if frame is None:
                continue
            self._stage.pixels = frame.pixels
            first = not self._chain.has_seen
            try:
                await self._chain.observe(frame, bool(self._stage.params["freeze"]))
            except Exception as error:  # a picture is lost, the latents stay, the show goes on
                self._failed("a picture could not be encoded", error)
            if first and self._chain.has_seen:
                self._stage.changed.set()

    async def _play(self) -> None:
        """Make each bar when it is due; whatever changes the schedule is looked at anew."""
        while True:
            self._stage.changed.clear()
            if not (self._stage.playing and self._chain.has_seen):
                await self._stage.changed.wait()
                continue
            bar, due_s = self._next()
            left_s = due_s - self._clock.now_s()
            if left_s > 0:
                try:
                    async with asyncio.timeout(left_s):
                        await self._stage.changed.wait()
                except TimeoutError:
                    pass
                continue
            await self._make(bar)

    def _next(self) -> tuple[int, float]:
        run, done = self._done
        making_ms = self.making_ms.percentile(99)
        lead = lead_s(self._stage.params["commit_ahead"], making_ms)
        return next_bar(
            self._stage.timeline,
            self._clock.now_s(),
            done if run == self._stage.run else None,
            lead,
            (making_ms or 0.0) / 1000,
        )

    async def _make(self, bar: int) -> None:
        """Make bar `bar` and hand it over; its pictures come after, when there is time."""
        start_s, timeline = self._clock.now_s(), self._stage.timeline
        self._done = self._stage.run, bar
        try:
            heard = await self._chain.produce(
                bar, start_s, BEATS_PER_BAR * 60 / timeline.bpm, self._stage.params
            )
        except Exception as error:  # the player repeats the last good bar and counts it
            self._failed(f"bar {bar + 1} could not be made", error)
            return
        self._offer(bar, heard.phrase, heard.controls)
        self.making_ms.add(1000 * (self._clock.now_s() - start_s))
        if self.first_bar_s is None:
            self.first_bar_s = timeline.time_of(bar * BEATS_PER_BAR)
        self._stage.made(heard)
        if self._after is None or self._after.done():  # on a slow machine some bars go without
            self._after = asyncio.create_task(self._look_back(heard))

    async def _look_back(self, heard: ComposedBar) -> None:
        """The picture that the music remembers, and the bar to come as it stands."""
        try:
            self._stage.memory_pixels = await self._inference.remember(heard.window)
            coming = await self._chain.foresee(self._stage.params)
            if self._stage.heard is heard:
                self._stage.coming = coming
        except Exception as error:
            self._failed("the music's picture could not be made", error)

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        if (
            self.failures.bit_count() == 1
        ):  # the 1st, 2nd, 4th, 8th ...: a fault at every picture must not fill the log
            log.warning("%s (%d so far)", what, self.failures, exc_info=error)
        self._stage.say(f"{what}: {error}")

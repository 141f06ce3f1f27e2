"""The chain, live: watches the source, makes each bar in time, shows what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from livesyn.base import params as table
from livesyn.base.types import Frame
from livesyn.config.sections import AUTO, NONE, OFF, Config
from livesyn.engine.chains.live_chain import ChainSpec, Context, LiveChain
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.chains.see_to_hear.scene_latents import SceneLatents
from livesyn.engine.chains.see_to_hear.schedule import lead_s, next_bar
from livesyn.engine.failures import Failures
from livesyn.engine.inference import NetSpec
from livesyn.engine.metrics import Rate, Recent
from livesyn.engine.page_view import PageView
from livesyn.ipc.messages import BarMade
from livesyn.transport.timeline import BEATS_PER_BAR
from livesyn.web.pictures import encode_jpeg

BLIND_S = 3.0  # without a latent for so long, it is said
LOOK_S = 0.25  # the longest wait for a picture before looking up
SYN_VAE = "syn-vae"
LOGGED_PX, LOGGED_QUALITY = 320, 80  # the width of a picture in the set log, and its JPEG's


class LiveSeeToHear(LiveChain):
    """One engine's bars. `making_ms` is what a bar took from its due time to its offer; `failures`
    counts pictures and bars that raised (each is said on the page; the show goes on).
    """

    def __init__(self, context: Context, chain: SeeToHear, nets: AsyncModel) -> None:
        self._context, self._chain, self._nets = context, chain, nets
        self._show, self._view, self._clock = context.show, context.view, context.clock
        self._frames = context.frames
        display = context.config.display
        self._memory: MemoryPictures | None = None
        if display.on or display.out:  # on the page the memory is beside the source anyway
            self.pictures = self._memory = MemoryPictures(context.view, nets.model)
        self._done: tuple[int, int | None] = (0, None)  # run of the transport, last bar in it
        self._after: asyncio.Task[None] | None = None
        self.making_ms = Recent(8)  # a busy moment is forgotten after as many bars
        self.failures = Failures(context.view.say)
        # when the line of the first bar made from a picture falls
        self.first_bar_s: float | None = None
        self._rate = Rate()
        # from before the nets were there: not the newest, and no frame to count as dropped
        self._frames.take()
        self._unseen = self._frames.dropped
        self._last: ComposedBar | None = None
        self._seen_s = self._clock.now_s()
        self._newest: Frame | None = None
        # other nets, which make the next bar; done when they do
        self._next_nets: tuple[AsyncModel, SeeToHear, asyncio.Future[None]] | None = None
        self._recalled = SceneLatents(context, chain)

    async def run(self) -> None:
        """See `LiveChain.run`."""
        with ThreadPoolExecutor(1, "mailbox") as pool:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(pool))
                tasks.create_task(self._play())

    async def change_net(self, kind: str, net: Any) -> None:
        """See `LiveChain.change_net`. The old net makes bars until the new one has seen the picture
        that is there, and none is in the making."""
        if kind != SYN_VAE:
            return
        nets = self._nets.with_model(net)
        chain = chain_of(self._context, net, nets)
        while self._newest is not None and not chain.has_seen:
            await chain.observe(self._newest)
        done = asyncio.get_running_loop().create_future()
        self._next_nets = nets, chain, done
        self._show.changed.set()
        await done

    def _change(self, nets: AsyncModel, chain: SeeToHear) -> None:
        """Between two bars."""
        chain.follow(self._chain)
        self._nets, self._chain = nets, chain
        self._recalled = SceneLatents(self._context, chain)  # scenes are told to the new one
        self._view.model = {"model": nets.model.name, "device": nets.model.device}

    def numbers(self) -> dict[str, Any]:
        """Of about 600 pictures, 60 bars. `dropped` counts pictures that a newer one replaced,
        `skipped` those without a finite latent.
        """
        nets, last = self._nets, self._last
        return {
            "fps": self._rate.read(self._clock.now_s(), nets.encoded),
            "latency_ms_p50": nets.latency_ms.percentile(50),
            "frame_age_ms_p99": nets.age_ms.percentile(99),
            "encode_ms_p50": nets.encode_ms.percentile(50),
            "encode_ms_p95": nets.encode_ms.percentile(95),
            "decode_ms_p50": nets.decode_ms.percentile(50),
            "decode_ms_p95": nets.decode_ms.percentile(95),
            "making_ms_p99": self.making_ms.percentile(99),
            "lead_ms": self._lead_s() * 1000,
            "dropped": self._frames.dropped - self._unseen + nets.overtaken,
            "skipped": nets.skipped,
            "failures": self.failures.count,
            "radius": None if last is None else last.radius,
            "bar": None if last is None else last.bar,
            "first_bar_s": self.first_bar_s,
        }

    def slow(self, now_s: float) -> dict[str, str]:
        """See `LiveChain.slow`."""
        found = {}
        if now_s - self._seen_s > BLIND_S:
            found["source"] = f"no picture was encoded for {now_s - self._seen_s:.0f} s"
        if (bar := self._show.repeated) is not None and self._chain.has_seen:
            found["engine"] = f"bar {bar + 1} was not ready in time; the one before was repeated"
        return found

    async def _watch(self, pool: ThreadPoolExecutor) -> None:
        """Encode the newest picture, again and again."""
        while True:
            frame = await asyncio.get_running_loop().run_in_executor(
                pool, self._frames.take, LOOK_S
            )
            if frame is None:
                continue
            self._view.pixels, self._newest = frame.pixels, frame
            first = not self._chain.has_seen
            try:
                if await self._chain.observe(frame, bool(self._show.params["freeze"])) is not None:
                    self._seen_s = self._clock.now_s()
            except Exception as error:  # a picture is lost, the latents stay, the show goes on
                self.failures.add("a picture could not be encoded", error)
            if first and self._chain.has_seen:
                self._show.changed.set()

    async def _play(self) -> None:
        """Make each bar when it is due; whatever changes the schedule is looked at anew."""
        while True:
            self._show.changed.clear()
            if self._next_nets is not None:
                nets, chain, done = self._next_nets
                self._next_nets = None
                self._change(nets, chain)
                done.set_result(None)
            if not (self._show.playing and self._chain.has_seen):
                await self._show.changed.wait()
                continue
            bar, due_s = self._next()
            left_s = due_s - self._clock.now_s()
            if left_s > 0:
                try:
                    async with asyncio.timeout(left_s):
                        await self._show.changed.wait()
                except TimeoutError:
                    pass
                continue
            await self._make(bar)

    def _next(self) -> tuple[int, float]:
        run, done = self._done
        making_ms = self.making_ms.percentile(99)
        return next_bar(
            self._show.timeline,
            self._clock.now_s(),
            done if run == self._show.run else None,
            self._lead_s(),
            (making_ms or 0.0) / 1000,
        )

    def _lead_s(self) -> float:
        """How long before its line a bar is begun."""
        return lead_s(self._show.params["commit_ahead"], self.making_ms.percentile(99))

    async def _make(self, bar: int) -> None:
        """Make bar `bar` and hand it over; its pictures come after, when there is time."""
        start_s, timeline = self._clock.now_s(), self._show.timeline
        self._done = self._show.run, bar
        params, after = self._show.params_of(bar), self._chain.last
        try:
            composed = await self._chain.produce(
                bar,
                start_s,
                BEATS_PER_BAR * 60 / timeline.bpm,
                params,
                self._recalled.part(bar),
            )
        except Exception as error:  # the player repeats the last good bar and counts it
            self.failures.add(f"bar {bar + 1} could not be made", error)
            return
        self._log(composed, after, params)  # first: who replays the log makes the phrase from it
        self._context.offer(bar, composed.phrase, composed.controls)
        self.making_ms.add_span(start_s, self._clock.now_s())
        if self.first_bar_s is None:
            self.first_bar_s = timeline.time_of(bar * BEATS_PER_BAR)
        self._tell(composed)
        self._recalled.tell(bar)
        if self._after is None or self._after.done():  # on a slow machine some bars go without
            self._after = asyncio.create_task(self._look_back(composed))

    def _log(
        self, composed: ComposedBar, after: ComposedBar | None, params: Mapping[str, float]
    ) -> None:
        """Hand what a bar was made from to the set log."""
        log = self._context.config.log
        if log.to in (AUTO, OFF) or log.inputs == "none":
            return
        pixels = self._view.pixels if log.inputs == "pictures" else None
        self._context.send(
            BarMade(
                composed.bar,
                composed.z.astype("<f4").tobytes(),
                {name: v for name, v in params.items() if v != table.BY_NAME[name].default},
                None if after is None else after.bar,
                None if pixels is None else encode_jpeg(pixels, LOGGED_QUALITY, LOGGED_PX),
            )
        )

    def _tell(self, composed: ComposedBar) -> None:
        self._last = composed
        self._show.made(composed.bar, composed.phrase)
        view = self._view
        view.latent, view.directions = composed.z, composed.controls
        view.radius, view.coming = composed.radius, None

    async def _look_back(self, composed: ComposedBar) -> None:
        """The picture that the music remembers, and the bar to come as it stands."""
        nets, chain = self._nets, self._chain
        try:
            remembered = await nets.remember(composed.window)
            if nets is not self._nets:
                return
            self._view.memory_pixels = remembered
            if self._memory is not None:
                self._memory.made_by = nets.model
            coming = await chain.foresee(self._show.params_of(composed.bar + 1))
            if self._last is composed and coming is not None:
                self._view.coming = coming.bar, coming.phrase
        except Exception as error:
            self.failures.add("the music's picture could not be made", error)


class MemoryPictures:
    """The picture that the music remembers."""

    def __init__(self, view: PageView, made_by: object = None) -> None:
        self._view, self.made_by = view, made_by

    def update(self) -> None:
        """Nothing comes in."""

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """See `Pictures.picture`."""
        return None if self._view.memory_pixels is None else (self._view.memory_pixels, None)


def syn_vae(config: Config) -> dict[str, NetSpec]:
    """The SynVAE of a show, with the nets of all its parts."""
    wanted = config.model
    return {
        SYN_VAE: NetSpec(
            lambda: Model.load(
                wanted.name, wanted.device, parts=wanted.parts, companions=wanted.companions
            )
        )
    }


def build(context: Context) -> LiveSeeToHear:
    """The chain for a show."""
    model: Model = context.nets[SYN_VAE]
    nets = AsyncModel(model, context.executor)
    return LiveSeeToHear(context, chain_of(context, model, nets), nets)


def chain_of(context: Context, model: Model, nets: AsyncModel) -> SeeToHear:
    """The chain of `model`, at its beginning."""
    return SeeToHear(nets, model.space, context.config.model.seed, model.voices)


PICTURES_TO_MUSIC = ChainSpec(
    "see_to_hear", lambda config: config.source.kind != NONE, syn_vae, build
)

"""The chain, live: what is heard becomes paintings, or paints over what the camera sees."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from livesyn.config.sections import AUDIO, NONE, Config
from livesyn.engine.chains.hear_to_see.async_painter import AsyncPainter
from livesyn.engine.chains.hear_to_see.chain import HearToSee
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.chains.hear_to_see.style import Stylist
from livesyn.engine.chains.live_chain import ChainSpec, Context, LiveChain
from livesyn.engine.inference import NetSpec
from livesyn.engine.sound_listener import SoundListener
from livesyn.ipc.messages import SoundLevels
from livesyn.nets.devices import pick_device

LISTEN_S = 0.1  # how often to look for a new mel window; there are about four a second
MVNET, STYLE = "mvnet", "style"


class LiveHearToSee(LiveChain):
    """MVNet's paintings of what is heard. While `style` is up and there is a picture of the source,
    it is that picture that is shown, in the manner of the music's period.
    """

    def __init__(
        self, context: Context, sound: SoundListener, chain: HearToSee, nets: AsyncPainter
    ) -> None:
        self._context, self._sound, self._chain, self._nets = context, sound, chain, nets
        self.pictures = self

    async def run(self) -> None:
        """Take in each new mel window."""
        heard = None
        while True:
            window = self._sound.window
            if window is not None and window is not heard:
                heard = window
                await self._chain.observe(window)
            await asyncio.sleep(LISTEN_S)

    def update(self) -> None:
        """Tell the levels, to the page and to OSC."""
        levels = {
            name: float(value)
            for name, value in dataclasses.asdict(self._sound.levels).items()
            if name != "silent"
        }
        painter = self._nets.painter
        view = self._context.view
        view.levels = levels
        view.period = period_of(self._chain.embedding, painter.centres, painter.periods)
        self._context.send(SoundLevels(levels))

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """See `Pictures.picture`."""
        levels, newest_s = self._sound.levels, self._sound.newest_s
        if not self._chain.is_ready:
            return None
        seen = self._context.view.pixels
        if seen is not None and params["style"] > 0 and self._nets.restyles:
            return await self._chain.restyle(seen, levels, now_s, params), newest_s
        return await self._chain.produce(levels, now_s, params), newest_s

    def numbers(self) -> dict[str, Any]:
        """See `LiveChain.numbers`."""
        return {"paint_ms_p50": self._nets.paint_ms.percentile(50)}


def period_of(embedding: np.ndarray | None, centres: np.ndarray, periods: tuple[str, ...]) -> str:
    """The period whose centre is nearest to an embedding (E,); "" before there is one."""
    if embedding is None or not len(periods):
        return ""
    return periods[int(np.linalg.norm(centres - embedding, axis=1).argmin())]


def painting_nets(config: Config) -> dict[str, NetSpec]:
    """The painter, and the style net where there is a picture to restyle as well."""
    wanted = config.model
    nets = {MVNET: NetSpec(lambda: Painter.load(wanted.painter, pick_device(wanted.device)))}
    if config.source.kind != NONE:
        nets[STYLE] = NetSpec(
            lambda: Stylist.load(wanted.style, pick_device(wanted.device)),
            without="no style can be laid over the camera",
        )
    return nets


def build(context: Context) -> LiveHearToSee:
    """The chain for a show that listens."""
    assert context.sound is not None
    painter: Painter = context.nets[MVNET]
    nets = AsyncPainter(painter, context.executor, context.nets.get(STYLE))
    seed = context.config.model.seed
    chain = HearToSee(nets, painter.centres, painter.noise_size, seed)
    return LiveHearToSee(context, context.sound, chain, nets)


SOUND_TO_PICTURES = ChainSpec(
    "hear_to_see", lambda config: config.sound.kind in AUDIO, painting_nets, build
)

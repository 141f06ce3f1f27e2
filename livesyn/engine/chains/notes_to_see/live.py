"""The chain, live: what is played on the MIDI input becomes pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from livesyn.engine.chains.live_chain import ChainSpec, Context, LiveChain
from livesyn.engine.chains.notes_to_see.chain import NotesToSee
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.live import SYN_VAE, syn_vae
from livesyn.ipc.messages import NoteEvent
from livesyn.music.note_window import NoteWindow


class LiveNotesToSee(LiveChain):
    """Pictures of what is played. The beats are the sender's while it sends a MIDI clock, else the
    show's.
    """

    def __init__(self, context: Context, nets: AsyncModel) -> None:
        self._context, self._nets = context, nets
        self._chain = NotesToSee(nets)
        self.made_by = nets.model
        self._notes = context.notes.reader()
        self._played = NoteWindow()
        self._struck_s: float | None = None  # the first note since the last picture
        self.pictures = self

    def update(self) -> None:
        """See `Pictures.update`."""
        events = self._notes.drain()
        self._struck_s = min(
            (event.time_s for event in events if event.kind == "strike"), default=None
        )
        play(events, self._played)

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """See `Pictures.picture`."""
        struck_s = self._struck_s
        timeline = self._context.notes.clock or self._context.show.timeline
        chain, nets = self._chain, self._nets
        await chain.observe(self._played.at(timeline.beat_at(now_s)))
        if not chain.is_ready:
            return None
        pixels = await chain.produce(now_s, params)
        self.made_by = nets.model  # others may be there by now
        return pixels, struck_s

    async def change_net(self, kind: str, net: Any) -> None:
        """See `LiveChain.change_net`."""
        if kind != SYN_VAE:
            return
        nets = self._nets.with_model(net)
        chain = NotesToSee(nets)
        if (tokens := self._chain.tokens) is not None:
            await chain.observe(tokens)
        self._nets, self._chain = nets, chain

    def numbers(self) -> dict[str, Any]:
        """See `LiveChain.numbers`."""
        return {
            "paint_ms_p50": self._nets.paint_ms.percentile(50),
            "notes_dropped": self._notes.dropped,
        }


def play(events: Iterable[NoteEvent], window: NoteWindow) -> None:
    """Put what was played into the window."""
    for event in events:
        match event.kind:
            case "strike":
                window.strike(event.pitch, event.beat)
            case "release":
                window.release(event.pitch, event.beat)
            case "rest":
                window.rest(event.beat)


NOTES_TO_PICTURES = ChainSpec(
    "notes_to_see",
    lambda config: config.sound.kind == "midi",
    syn_vae,
    lambda context: LiveNotesToSee(context, AsyncModel(context.nets[SYN_VAE], context.executor)),
)

"""What a chain is while a show runs: what it is given, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.mailbox import Latest
from livesyn.base.types import Frame, Phrase
from livesyn.config.sections import Config
from livesyn.engine.executor import Executor
from livesyn.engine.inference import NetSpec
from livesyn.engine.notes_input import NotesInput
from livesyn.engine.page_view import PageView
from livesyn.engine.show_mirror import ShowMirror
from livesyn.engine.sound_listener import SoundListener
from livesyn.ipc.messages import Message


class Pictures(Protocol):
    """Where the pictures that are shown come from. Belongs to the engine's loop."""

    made_by: object  # the net; when it is another, the pictures crossfade

    def update(self) -> None:
        """Take in what has come since; at each picture's time, also while the picture is held."""

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None] | None:
        """The picture of this moment, (H, W, 3) uint8, and when what it shows came in; None before
        there is one.
        """


class LiveChain:
    """A chain at work. Belongs to the engine's loop. `pictures`, where it makes any, are shown
    unless a chain further down the registry makes some too.
    """

    pictures: Pictures | None = None
    made_by: object = None  # see `Pictures`

    async def run(self) -> None:
        """What has to go on, until cancelled. What it raises is counted and said, and it runs
        again.
        """

    def check_net(self, kind: str, net: Any) -> None:
        """Raises CheckpointError where this chain could not play by `net`, which is warm."""

    async def change_net(self, kind: str, net: Any) -> None:
        """Play by `net` in place of the net of its kind, from the next bar or picture that can be
        made with it; returns when it does. What came of the old one's latents begins anew.
        """

    def moved(self, name: str, value: float) -> None:
        """Somebody set a parameter."""

    def numbers(self) -> dict[str, Any]:
        """Figures of the last while, about once a second; None where not known yet."""
        return {}

    def slow(self, now_s: float) -> dict[str, str]:
        """What does not keep up, in a sentence, by the light that is to say so (`source`, `sound`
        or `engine`). About once a second.
        """
        return {}


@dataclass(frozen=True, slots=True)
class Context:
    """What the engine gives a chain: the show's `config`, the mirror of it and the page's view; the
    nets the chain asked for, warm, and the executor that runs them; what comes in; and ways out.

    `frames` has the newest picture of the source, `sound` is None in a show that listens to none,
    `notes` what is played on the MIDI input. `offer(bar, phrase,
    controls)` hands a bar to the player, `send` a message; neither blocks.
    """

    config: Config
    clock: Clock
    executor: Executor
    nets: Mapping[str, Any]
    show: ShowMirror
    view: PageView
    frames: Latest[Frame]
    sound: SoundListener | None
    notes: NotesInput
    offer: Callable[[int, Phrase, tuple[float, ...]], object]
    send: Callable[[Message], object]


@dataclass(frozen=True, slots=True)
class ChainSpec:
    """A row of the registry: in which shows the chain plays, the nets it needs (by a name that
    chains may share), and how it is built when they are there.
    """

    name: str
    wanted: Callable[[Config], bool]
    nets: Callable[[Config], Mapping[str, NetSpec]]
    build: Callable[[Context], LiveChain]

"""What the player says of scenes, for the chain: which latents to lead to, and what to keep."""

from __future__ import annotations

import numpy as np

from livesyn.control import scene
from livesyn.control.fade import part_of
from livesyn.engine.chains.live_chain import Context
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.ipc import messages
from livesyn.transport.timeline import BEATS_PER_BAR

DIGITS = 6  # of a number that is kept: people read it
LEAST_STD = 1e-6


class SceneLatents:
    """Belongs to the engine's loop. The player keeps the scenes, so an engine that is started again
    has them from its welcome.
    """

    def __init__(self, context: Context, chain: SeeToHear) -> None:
        self._context, self._chain = context, chain
        self._hold: messages.Hold | None = None
        self._kept = messages.Kept()

    def part(self, bar: int) -> float:
        """Take in what the player has said since the last bar; how far bar `bar` is on its way to
        the scene that was recalled last: a bar is one piece, and stands where its middle does.
        """
        show, chain = self._context.show, self._chain
        if (kept := show.kept) is not self._kept:
            self._kept = kept
            chain.scenes.clear()
            for name, latent in kept.latents.items():
                if (arrays := self._arrays(name, latent)) is not None:
                    chain.scenes.keep(name, *arrays)
        hold = show.hold
        if hold is not self._hold:
            self._hold = hold
            if hold is not None:
                arrays = None if hold.latent is None else self._arrays(hold.scene, hold.latent)
                if hold.latent is None or arrays is not None:
                    chain.hold.go(arrays)
        if hold is None:
            return 1.0
        return part_of((bar + 0.5) * BEATS_PER_BAR, hold.beat, hold.beats)

    def tell(self, bar: int) -> None:
        """Tell the player what a scene that is stored now keeps of the latent."""
        if self._chain.here is None:
            return
        mean, std = self._chain.here
        latent = scene.Latent(_numbers(mean), _numbers(np.maximum(std, LEAST_STD)))
        self._context.send(messages.BarLatent(bar, latent))

    def _arrays(self, name: str, latent: scene.Latent) -> tuple[np.ndarray, np.ndarray] | None:
        size, own = len(latent.mean), self._chain.dimensions
        if size == own:
            return np.array(latent.mean), np.array(latent.std)
        self._context.view.say(
            f"the latent of scene {name} has {size} numbers, and this model's have {own}: it was"
            " stored with another model, and the latent stays as it is"
        )
        return None


def _numbers(array: np.ndarray) -> tuple[float, ...]:
    return tuple(float(f"{number:.{DIGITS}g}") for number in array)

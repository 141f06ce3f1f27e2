"""The phrases of a set log made anew: from the latents in it, by the engine's own chain."""

from __future__ import annotations

import asyncio

import numpy as np

from livesyn.base import params
from livesyn.base.errors import DataError
from livesyn.base.types import Note, Phrase
from livesyn.config.sections import Config
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import Inline
from livesyn.ipc.set_log import Made, PhraseRow
from livesyn.offline.replay import Phrases


class Remade(Phrases):
    """Phrases by the nets and seed of `config`. `same` were as in the log, `others` (bar numbers)
    were not; `unknown` bars could not be made, since what came before them is not in the log.
    """

    def __init__(self, config: Config) -> None:
        """Loads the nets. Raises CheckpointError or DeviceError."""
        wanted = config.model
        nets = Model.load(
            wanted.name, wanted.device, parts=wanted.parts, companions=wanted.companions
        )
        self._chain = SeeToHear(
            AsyncModel(nets, Inline()), nets.space, wanted.seed, voices=nets.voices
        )
        self._size = nets.space.dimensions
        self._made: dict[int, Phrase] = {}
        self.same = self.unknown = 0
        self.others: list[int] = []

    def made(self, line: Made) -> None:
        """See `Phrases`. Raises DataError where the latent is not one of these nets."""
        z = np.frombuffer(line.z[: len(line.z) // 4 * 4], "<f4")
        if len(line.z) % 4 or len(z) != self._size or not np.isfinite(z).all():
            raise DataError(
                f"the log has a latent of {len(z)} numbers for bar {line.bar + 1}; the nets it"
                f" names take {self._size}: they have been replaced since"
            )
        if line.after is None:
            self._chain.begin_anew()
        elif self._chain.last is None or self._chain.last.bar != line.after:
            self._made.pop(line.bar, None)
            return
        composed = asyncio.run(self._chain.write(line.bar, z, _values(line.params)))
        self._made[line.bar] = _plain(composed.phrase)

    def instead(self, bar: int, phrase: Phrase) -> Phrase:
        """See `Phrases`."""
        made = self._made.pop(bar, None)
        if made is None:
            self.unknown += 1
            return phrase
        if made == phrase:
            self.same += 1
        else:
            self.others.append(bar)
        return made


def _values(given: dict[str, float]) -> dict[str, float]:
    known = {name: value for name, value in given.items() if name in params.BY_NAME}
    return params.defaults() | known


def _plain(phrase: Phrase) -> Phrase:
    """As it comes over the wire: Python's numbers, in order."""
    plain = PhraseRow.of(phrase).value()
    notes: list[Note] = sorted(plain.notes)
    return Phrase(tuple(notes), plain.length_beats)

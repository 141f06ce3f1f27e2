"""The nets of all parts, played from one latent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from livesyn.base.errors import CheckpointError
from livesyn.engine.chains.see_to_hear.part_windows import Voice
from livesyn.music import drums
from livesyn.music import vocabulary as v
from livesyn.nets import playing
from livesyn.nets.playing import PlayedMusic

VOCABULARIES = {"melody": v.SIZE, "bass": v.SIZE, "drums": drums.SIZE}


@dataclass(frozen=True)
class _Player:
    """A net, and which dimension of the picture's z each of its own is; None: the same."""

    net: PlayedMusic
    order: np.ndarray | None


class Ensemble:
    """`own` is the MusicVAE in the middle of the SynVAE, whose z the picture is; every other net
    is trained to a prior N(0, I) of as many dimensions, so any z is one of its own.

    But a net listens to few of its dimensions, and to other ones than its neighbour. So each is
    given the picture's z in an order in which what the SynVAE's net listens to most comes where
    it listens most itself: a permutation, which leaves N(0, I) what it is.
    """

    def __init__(
        self,
        own: PlayedMusic,
        others: Mapping[str, PlayedMusic] | None = None,
        parts: Sequence[str] = ("melody",),
    ) -> None:
        self._players = {"melody": _Player(own, None)} | {
            part: _Player(net, matched(own, net)) for part, net in (others or {}).items()
        }
        self.voices = tuple(
            Voice(part, player.net.steps // v.STEPS_PER_BAR, part in parts)
            for part, player in self._players.items()
            if part in parts or part == "melody"
        )

    @property
    def nets(self) -> tuple[PlayedMusic, ...]:
        """All that write."""
        return tuple(player.net for player in self._players.values())

    @classmethod
    def load(
        cls,
        own: PlayedMusic,
        device: str,
        parts: Sequence[str],
        companions: Mapping[str, str],
        threads: int | None = None,
    ) -> Ensemble:
        """With the checkpoints `companions` (part -> name) of those `parts` and of the melody.
        Raises CheckpointError where one is of another size, or `own` no melody of two bars."""
        if (own.steps, own.vocabulary) != (v.STEPS, v.SIZE):
            raise CheckpointError(
                f"this SynVAE was trained around {own.steps // v.STEPS_PER_BAR} bars of"
                f" {own.vocabulary} events; to be played it needs two bars of {v.SIZE}, and"
                " other nets beside it (--parts, --long)"
            )
        others = {
            part: playing.load_music(name, device, threads)
            for part, name in companions.items()
            if part in parts or part == "melody"
        }
        for part, net in others.items():
            if net.latent != own.latent:
                raise CheckpointError(
                    f"{companions[part]!r} has a latent of {net.latent} dimensions, the"
                    f" model one of {own.latent}; all parts share one, so take a checkpoint"
                    " of that size"
                )
            if net.vocabulary != VOCABULARIES[part]:
                raise CheckpointError(
                    f"{companions[part]!r} has {net.vocabulary} events, {part} has"
                    f" {VOCABULARIES[part]}; take a checkpoint that was trained on {part}"
                )
        return cls(own, others, parts)

    def decode(
        self,
        part: str,
        z: np.ndarray,
        temperature: float,
        seeds: Sequence[int],
        forced: np.ndarray | None,
    ) -> np.ndarray:
        """Tokens of `part` from the picture's z (B, D): those given by `forced` (B, K), and on to
        the end of the two bars that come next. See `PlayedMusic.decode`."""
        player = self._players[part]
        given = 0 if forced is None else forced.shape[1]
        until = min((given // v.STEPS + 1) * v.STEPS, player.net.steps)
        return player.net.decode(
            z if player.order is None else z[:, player.order],
            temperature,
            seeds,
            forced,
            until,
        )


def matched(own: PlayedMusic, other: PlayedMusic) -> np.ndarray:
    """For each dimension of `other` the one of `own` that is listened to as keenly, by rank:
    (D,).
    """
    ranks = np.argsort(np.argsort(other.sensitivity(), kind="stable"), kind="stable")
    return np.argsort(own.sensitivity(), kind="stable")[ranks]

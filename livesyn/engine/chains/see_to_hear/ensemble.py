"""The nets of all parts, played from one latent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livesyn.base.errors import CheckpointError
from livesyn.engine.chains.see_to_hear.part_windows import Voice
from livesyn.music import drums
from livesyn.music import vocabulary as v

if TYPE_CHECKING:
    import torch

    from livesyn.nets.music_net import MusicNet

VOCABULARIES = {"melody": v.SIZE, "bass": v.SIZE, "drums": drums.SIZE}


@dataclass(frozen=True)
class _Player:
    """A net, and which dimension of the picture's z each of its own is; None: the same."""

    net: MusicNet
    order: torch.Tensor | None


class Ensemble:
    """`own` is the MusicVAE in the middle of the SynVAE, whose z the picture is; every other net
    is trained to a prior N(0, I) of as many dimensions, so any z is one of its own.

    But a net listens to few of its dimensions, and to other ones than its neighbour. So each is
    given the picture's z in an order in which what the SynVAE's net listens to most comes where
    it listens most itself: a permutation, which leaves N(0, I) what it is.
    """

    def __init__(
        self,
        own: MusicNet,
        others: Mapping[str, MusicNet] | None = None,
        parts: Sequence[str] = ("melody",),
    ) -> None:
        self._players = {"melody": _Player(own, None)} | {
            part: _Player(net, matched(own, net)) for part, net in (others or {}).items()
        }
        self.voices = tuple(
            Voice(part, player.net.config.steps // v.STEPS_PER_BAR, part in parts)
            for part, player in self._players.items()
            if part in parts or part == "melody"
        )

    @property
    def nets(self) -> tuple[MusicNet, ...]:
        """All that write."""
        return tuple(player.net for player in self._players.values())

    @classmethod
    def load(
        cls, own: MusicNet, device: str, parts: Sequence[str], companions: Mapping[str, str]
    ) -> Ensemble:
        """With the checkpoints `companions` (part -> name) of those `parts` and of the melody.
        Raises CheckpointError where one is of another size, or `own` no melody of two bars."""
        from livesyn.nets import checkpoint
        from livesyn.nets.fastest import fastest

        if (own.config.steps, own.config.vocabulary) != (v.STEPS, v.SIZE):
            raise CheckpointError(
                f"this SynVAE was trained around {own.config.steps // v.STEPS_PER_BAR} bars of"
                f" {own.config.vocabulary} events; to be played it needs two bars of {v.SIZE}, and"
                " other nets beside it (--parts, --long)"
            )
        others = {
            part: fastest(checkpoint.load(name, "music-vae", device), device)
            for part, name in companions.items()
            if part in parts or part == "melody"
        }
        for part, net in others.items():
            if net.config.latent != own.config.latent:
                raise CheckpointError(
                    f"{companions[part]!r} has a latent of {net.config.latent} dimensions, the"
                    f" model one of {own.config.latent}; all parts share one, so take a checkpoint"
                    " of that size"
                )
            if net.config.vocabulary != VOCABULARIES[part]:
                raise CheckpointError(
                    f"{companions[part]!r} has {net.config.vocabulary} events, {part} has"
                    f" {VOCABULARIES[part]}; take a checkpoint that was trained on {part}"
                )
        return cls(own, others, parts)

    def decode(
        self,
        part: str,
        z: torch.Tensor,
        temperature: float,
        generators: Sequence[torch.Generator],
        forced: torch.Tensor | None,
    ) -> torch.Tensor:
        """Tokens of `part` from the picture's z (B, D): those given by `forced` (B, K), and on to
        the end of the two bars that come next. See `MusicNet.decode`."""
        player = self._players[part]
        given = 0 if forced is None else forced.shape[1]
        until = min((given // v.STEPS + 1) * v.STEPS, player.net.config.steps)
        return player.net.decode(
            z if player.order is None else z[:, player.order],
            temperature,
            generators,
            forced,
            until,
        )


def matched(own: MusicNet, other: MusicNet) -> torch.Tensor:
    """For each dimension of `other` the one of `own` that is listened to as keenly, by rank:
    (D,).
    """
    order = other.sensitivity().argsort(stable=True).argsort(stable=True)
    return own.sensitivity().argsort(stable=True)[order]

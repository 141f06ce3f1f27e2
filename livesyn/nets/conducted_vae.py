"""MusicVAE, sixteen bars over a two-bar net: a conductor writes the latent of every two bars,
the generator is a trained MusicVAE, frozen. (After the thesis, section 2.2.)

As in `hierarchical_vae` z goes to a conductor, which takes a step for each part of the form
and gives the generator an embedding to begin anew from; but here the embedding is the latent
of two bars in a net that has already learned to write them, so that only the form is left to
learn: from eight latents to z and back. That takes minutes where the whole takes days, and two
bars sound as good as the generator's own.

The generator is no part of the weights: it is the checkpoint that `config.generator` names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from livesyn.base.errors import ShapeError
from livesyn.music import vocabulary as v
from livesyn.nets.lstm import LSTM
from livesyn.nets.music_net import MusicNet, gaussian
from livesyn.nets.music_vae import MusicVAE


@dataclass(frozen=True)
class ConductedConfig:
    """Sizes of the conductor and its encoder; `generator` names a MusicVAE checkpoint of two
    bars, `weights` tells it from any other of that name."""

    generator: str
    weights: str = ""
    latent: int = 256
    encoder: int = 192
    conductor: int = 256
    form: int = 128  # width of each pair's own slice of z
    glance: int = 32
    bars: int = 16
    vocabulary: int = v.SIZE
    embedding: int = 64

    @property
    def steps(self) -> int:
        return self.bars * v.STEPS_PER_BAR

    @property
    def pairs(self) -> int:
        return self.bars // v.BARS


class ConductedVAE(MusicNet):
    """The net. `D` = `config.latent`, `P` pairs of bars, `U` the generator's latent, `T` = 32 P
    steps.

    `scale` (U,) widens what the conductor gives: z leaves much of a pair open, and the mean of
    what is open is short; a generator that is given short latents falls back to one melody.
    """

    scale: Tensor
    generator: MusicVAE

    def __init__(self, config: ConductedConfig, generator: MusicVAE) -> None:
        super().__init__()
        g, c = generator.config, config
        if (g.steps, g.vocabulary, g.embedding) != (v.STEPS, c.vocabulary, c.embedding):
            raise ShapeError(
                f"the generator {c.generator!r} writes {g.steps} steps of {g.vocabulary} events,"
                f" embedded in {g.embedding}; expected {v.STEPS}, {c.vocabulary} and {c.embedding}"
            )
        self.config = c
        object.__setattr__(
            self, "generator", generator.eval().requires_grad_(False)
        )  # not among the weights
        self.encoder = LSTM(g.latent, c.encoder, bidirectional=True)
        self.glance = nn.Linear(2 * c.encoder, c.glance)
        self.posterior = nn.Linear(2 * c.encoder + c.pairs * c.glance, 2 * c.latent)
        self.form = nn.Linear(c.latent, c.pairs * c.form)
        self.conductor_start = nn.Linear(c.latent, 2 * c.conductor)
        self.conductor = LSTM(c.form, c.conductor)
        self.score = nn.Linear(c.conductor + c.form, g.latent)
        self.log_spread = nn.Parameter(torch.zeros(g.latent))
        self.register_buffer("scale", torch.ones(g.latent))

    def _apply(self, fn: Callable[..., Any], recurse: bool = True) -> ConductedVAE:
        self.generator._apply(fn, recurse)
        return super()._apply(fn, recurse)

    @property
    def embedding(self) -> nn.Linear:  # type: ignore[override]
        return self.generator.embedding

    @property
    def output(self) -> nn.Linear:  # type: ignore[override]
        return self.generator.output

    def encode(self, events: Tensor) -> tuple[Tensor, Tensor]:
        """See `MusicNet.encode`."""
        pairs = self.events_of(events).reshape(-1, v.STEPS, self.config.vocabulary)
        return self.encode_pairs(
            self.generator.encode(pairs)[0].unflatten(0, (-1, self.config.pairs))
        )

    def encode_pairs(self, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of z, each (B, D), from the means of the pairs' latents (B,
        P, U).
        """
        states, (last, _) = self.encoder(pairs.transpose(0, 1))
        glances = self.glance(states).tanh().transpose(0, 1).flatten(1)
        return gaussian(self.posterior(torch.cat([last[0], last[1], glances], 1)))

    def conduct(self, z: Tensor) -> Tensor:
        """What z (B, D) lets one expect of each pair's latent, (P, B, U)."""
        c = self.config
        form = self.form(z).view(-1, c.pairs, c.form).transpose(0, 1)
        hidden, cell = self.conductor_start(z).tanh().chunk(2, 1)
        states, _ = self.conductor(form, (hidden[None].contiguous(), cell[None].contiguous()))
        return self.score(torch.cat([states, form], 2))

    @property
    def spread(self) -> Tensor:
        """How far a pair's latent lies from what is expected of it, (U,)."""
        return self.log_spread.exp()

    def forward(self, z: Tensor, inputs: Tensor) -> Tensor:
        """See `MusicNet.forward`."""
        pairs = (self.conduct(z) * self.scale).transpose(0, 1).flatten(0, 1)
        logits = self.generator(
            pairs, self.events_of(inputs).reshape(-1, v.STEPS, self.config.vocabulary)
        )
        return logits.reshape(len(z), self.config.steps, self.config.vocabulary)

    def begin(self, z: Tensor) -> Any:
        """See `MusicNet.begin`: each pair's latent, (P, B, U)."""
        return self.conduct(z) * self.scale

    def step(self, said: Any, t: int, previous: Tensor, state: Any) -> tuple[Tensor, Any]:
        """See `MusicNet.step`."""
        pair, at = divmod(t, v.STEPS)
        if at == 0:  # to the generator every pair is a beginning
            previous, state = torch.zeros_like(previous), (self.generator.begin(said[pair]), None)
        begun, inner = state
        out, inner = self.generator.step(begun, at, previous, inner)
        return out, (begun, inner)

    def first_step(self, given: int) -> int:
        """See `MusicNet.first_step`: the first of the pair that goes on."""
        return given // v.STEPS * v.STEPS

    def sensitivity(self) -> Tensor:
        """See `MusicNet.heard`."""
        return torch.cat([self.form.weight, self.conductor_start.weight]).detach().norm(dim=0)

"""MusicVAE, two bars of one part: tokens -> z -> tokens. (SynVAE thesis, section 2.2; MusicVAE.)

A bidirectional LSTM reads 32 tokens and gives a diagonal Gaussian over z; an autoregressive
LSTM writes 32 tokens from z. Melody and bass have the 90 events of `music.vocabulary`, drums
the 512 of `music.drums`. Two departures from the published net make it learn in an hour
what the original learns in days, and cost nothing live: the encoder's posterior also sees a
narrow projection of every step (not the final states alone), and the decoder is shown at
each step the part of z that belongs to it, W_t z (not the same z at all steps).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ConfigError
from livesyn.music import drums
from livesyn.music import vocabulary as v
from livesyn.nets.lstm import LSTM
from livesyn.nets.music_net import MusicNet, gaussian
from livesyn.nets.music_net import kl_divergence as kl_divergence


@dataclass(frozen=True)
class MusicVAEConfig:
    """Sizes of a MusicVAE."""

    latent: int = 256
    encoder: int = 512
    decoder: int = 256
    layers: int = 2
    embedding: int = 64
    glance: int = 16  # width of the per-step view of the encoder
    steps: int = v.STEPS
    vocabulary: int = v.SIZE


PRESETS = {
    "toy": MusicVAEConfig(latent=16, encoder=24, decoder=24, layers=1, embedding=16, glance=4),
    "tiny": MusicVAEConfig(latent=128, encoder=256, decoder=256, layers=2),
    "small": MusicVAEConfig(latent=256, encoder=512, decoder=256, layers=2),
    "bass": MusicVAEConfig(latent=256, encoder=192, decoder=192, layers=2, embedding=48, glance=12),
    "drums": MusicVAEConfig(
        latent=256,
        encoder=128,
        decoder=128,
        layers=2,
        embedding=32,
        glance=12,
        vocabulary=drums.SIZE,
    ),
    "paper": MusicVAEConfig(latent=512, encoder=2048, decoder=2048, layers=3, embedding=90),
}


def preset(name: str) -> MusicVAEConfig:
    """The sizes called `name`."""
    if name not in PRESETS:
        raise ConfigError(f"there is no MusicVAE preset {name!r}; there are: {', '.join(PRESETS)}")
    return PRESETS[name]


class MusicVAE(MusicNet):
    """The flat net. `D` = `config.latent`, `T` = 32 steps, `V` = 90 events (drums: 512)."""

    def __init__(self, config: MusicVAEConfig) -> None:
        super().__init__()
        self.config = c = config
        self.embedding = nn.Linear(c.vocabulary, c.embedding, bias=False)
        self.encoder = LSTM(c.embedding, c.encoder, bidirectional=True)
        self.glance = nn.Linear(2 * c.encoder, c.glance)
        self.posterior = nn.Linear(2 * c.encoder + c.steps * c.glance, 2 * c.latent)
        self.plan = nn.Linear(c.latent, c.steps * c.embedding)
        self.start = nn.Linear(c.latent, 2 * c.layers * c.decoder)
        self.decoder = LSTM(2 * c.embedding, c.decoder, c.layers)
        self.output = nn.Linear(c.decoder, c.vocabulary)

    def encode(self, events: Tensor) -> tuple[Tensor, Tensor]:
        """See `MusicNet.encode`."""
        states, (last, _) = self.encoder(
            self.embedding(self.events_of(events)).transpose(0, 1)
        )  # (T, B, 2H), (2, B, H)
        glances = self.glance(states).tanh().transpose(0, 1).flatten(1)  # (B, T * glance)
        return gaussian(self.posterior(torch.cat([last[0], last[1], glances], 1)))

    def plan_of(self, z: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """What z says to each step (T, B, E), and the decoder's first state."""
        c = self.config
        plan = self.plan(z).view(-1, c.steps, c.embedding).transpose(0, 1)
        hidden, cell = (
            self.start(z).view(-1, 2 * c.layers, c.decoder).transpose(0, 1).tanh().chunk(2)
        )
        return plan, (hidden.contiguous(), cell.contiguous())

    def forward(self, z: Tensor, inputs: Tensor) -> Tensor:
        """See `MusicNet.forward`."""
        if inputs.dim() == 2:
            inputs = self.one_hot(inputs)
        plan, state = self.plan_of(z)
        previous = F.pad(inputs, (0, 0, 1, 0))[:, :-1]  # nothing before the first step
        states, _ = self.decoder(
            torch.cat([self.embedding(previous).transpose(0, 1), plan], 2), state
        )
        return self.output(states).transpose(0, 1)

    def begin(self, z: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """See `plan_of`."""
        return self.plan_of(z)

    def step(
        self,
        said: tuple[Tensor, tuple[Tensor, Tensor]],
        t: int,
        previous: Tensor,
        state: tuple[Tensor, Tensor] | None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """See `MusicNet.step`."""
        plan, start = said
        out, state = self.decoder(
            torch.cat([previous, plan[t].to(previous.dtype)], 1)[None],
            start if state is None else state,
        )
        return out[0], state

    @torch.no_grad()
    def narrowed(self, keep: Tensor) -> MusicVAE:
        """A copy whose z has only the dimensions `keep` (K,) of this one's, in that order; the
        others are taken to be 0, so what the decoder hears of them is lost. What the posterior has
        let go can go without a loss.
        """
        net = MusicVAE(replace(self.config, latent=len(keep))).to(keep.device)
        weights = self.state_dict()
        for name in ("plan.weight", "start.weight"):
            weights[name] = weights[name][:, keep]
        for name in ("posterior.weight", "posterior.bias"):
            weights[name] = weights[name][torch.cat([keep, keep + self.config.latent])]
        net.load_state_dict(weights)
        return net

    def sensitivity(self) -> Tensor:
        """See `MusicNet.heard`."""
        return torch.cat([self.plan.weight, self.start.weight]).detach().norm(dim=0)

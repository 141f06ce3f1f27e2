"""MusicVAE, sixteen bars: a conductor over bars, a generator within them. (Thesis, section 2.2;
MusicVAE.)

The encoder reads each bar with one bidirectional LSTM and the bars with another; the
conductor, an LSTM that takes one step a bar, makes of z an embedding for each bar, and the
generator, set anew at each bar line from that embedding, writes the bar's sixteen tokens. It
is told the token before, over the bar line too. As in the flat net, each level is shown its
own slice of what is above it, and the posterior a glance of every step.

The generator carries nothing over a bar line but one token, so bars are trained side by
side, and a bar that is given need not be run to go on after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ConfigError
from livesyn.music import vocabulary as v
from livesyn.nets import music_vae
from livesyn.nets.lstm import LSTM
from livesyn.nets.music_net import MusicNet, gaussian
from livesyn.nets.music_vae import MusicVAE


@dataclass(frozen=True)
class HierarchicalConfig:
    """Sizes of a hierarchical MusicVAE."""

    latent: int = 256
    encoder: int = 160  # each of its two levels, each way
    conductor: int = 256
    decoder: int = 256
    layers: int = 1  # of the generator
    embedding: int = 48
    glance: int = 8  # width of the view of each step, in its bar
    bars: int = 16
    vocabulary: int = v.SIZE

    @property
    def steps(self) -> int:
        return self.bars * v.STEPS_PER_BAR


PRESETS = {
    "hierarchical": HierarchicalConfig(),
    "hierarchical-toy": HierarchicalConfig(
        latent=16, encoder=12, conductor=16, decoder=24, embedding=12, glance=4, bars=4
    ),
    "hierarchical-paper": HierarchicalConfig(
        latent=512, encoder=1024, conductor=1024, decoder=1024, layers=2, embedding=90
    ),
}


def build(name: str, latent: int = 0) -> MusicNet:
    """A new net of the preset `name`, flat or hierarchical, with `latent` dimensions of z (0: the
    preset's). Raises ConfigError.
    """
    if name in PRESETS:
        return HierarchicalVAE(replace(PRESETS[name], **({"latent": latent} if latent else {})))
    if name in music_vae.PRESETS:
        return MusicVAE(replace(music_vae.PRESETS[name], **({"latent": latent} if latent else {})))
    raise ConfigError(
        f"there is no MusicVAE preset {name!r}; there are:"
        f" {', '.join((*music_vae.PRESETS, *PRESETS))}"
    )


class HierarchicalVAE(MusicNet):
    """The net.

    `D` = `config.latent`, `N` bars, `T` = 16 N steps, `V` events, `C` the conductor's size.
    """

    def __init__(self, config: HierarchicalConfig) -> None:
        super().__init__()
        self.config = c = config
        self.embedding = nn.Linear(c.vocabulary, c.embedding, bias=False)
        self.reader = LSTM(c.embedding, c.encoder, bidirectional=True)
        self.glance = nn.Linear(2 * c.encoder, c.glance)
        self.encoder = LSTM(
            2 * c.encoder + v.STEPS_PER_BAR * c.glance, c.encoder, bidirectional=True
        )
        self.bar_glance = nn.Linear(2 * c.encoder, 2 * c.glance)
        self.posterior = nn.Linear(2 * c.encoder + 2 * c.bars * c.glance, 2 * c.latent)
        self.form = nn.Linear(c.latent, c.bars * c.embedding)
        self.conductor_start = nn.Linear(c.latent, 2 * c.conductor)
        self.conductor = LSTM(c.embedding, c.conductor)
        self.plan = nn.Linear(c.conductor, v.STEPS_PER_BAR * c.embedding)
        self.start = nn.Linear(c.conductor, 2 * c.layers * c.decoder)
        self.decoder = LSTM(2 * c.embedding, c.decoder, c.layers)
        self.output = nn.Linear(c.decoder, c.vocabulary)

    def encode(self, events: Tensor) -> tuple[Tensor, Tensor]:
        """See `MusicNet.encode`."""
        c = self.config
        bars = self.embedding(self.events_of(events)).view(
            -1, v.STEPS_PER_BAR, c.embedding
        )  # (B * N, 16, E)
        states, (last, _) = self.reader(bars.transpose(0, 1))
        glances = self.glance(states).tanh().transpose(0, 1).flatten(1)
        each = (
            torch.cat([last[0], last[1], glances], 1)
            .view(-1, c.bars, self.encoder.input_size)
            .transpose(0, 1)
        )
        states, (last, _) = self.encoder(each)  # (N, B, 2H)
        glances = self.bar_glance(states).tanh().transpose(0, 1).flatten(1)
        return gaussian(self.posterior(torch.cat([last[0], last[1], glances], 1)))

    def conduct(self, z: Tensor) -> Tensor:
        """The conductor's embedding of each bar, (N, B, C)."""
        c = self.config
        form = self.form(z).view(-1, c.bars, c.embedding).transpose(0, 1)
        hidden, cell = self.conductor_start(z).tanh().chunk(2, 1)
        bars, _ = self.conductor(form, (hidden[None].contiguous(), cell[None].contiguous()))
        return bars

    def _set(self, bars: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """What embeddings (..., C) say to each of a bar's steps, (16, ..., E), and the generator's
        first states (layers, ..., H).
        """
        c = self.config
        plan = self.plan(bars).unflatten(-1, (v.STEPS_PER_BAR, c.embedding)).movedim(-2, 0)
        hidden, cell = (
            self.start(bars).unflatten(-1, (2 * c.layers, c.decoder)).movedim(-2, 0).tanh().chunk(2)
        )
        return plan, (hidden.contiguous(), cell.contiguous())

    def forward(self, z: Tensor, inputs: Tensor) -> Tensor:
        """See `MusicNet.forward`."""
        c = self.config
        if inputs.dim() == 2:
            inputs = self.one_hot(inputs)
        previous = self.embedding(
            F.pad(inputs, (0, 0, 1, 0))[:, :-1]
        )  # (B, T, E); nothing before the first step
        previous = previous.view(-1, v.STEPS_PER_BAR, c.embedding).transpose(0, 1)  # (16, B * N, E)
        plan, state = self._set(self.conduct(z).transpose(0, 1).flatten(0, 1))
        states, _ = self.decoder(torch.cat([previous, plan], 2), state)
        return self.output(states).transpose(0, 1).reshape(len(inputs), c.steps, c.vocabulary)

    def begin(self, z: Tensor) -> Any:
        """See `MusicNet.begin`: plan (16, N, B, E) and first states (layers, N, B, H)."""
        return self._set(self.conduct(z))

    def step(self, said: Any, t: int, previous: Tensor, state: Any) -> tuple[Tensor, Any]:
        """See `MusicNet.step`."""
        plan, (hidden, cell) = said
        bar, at = divmod(t, v.STEPS_PER_BAR)
        if at == 0:
            state = hidden[:, bar].contiguous(), cell[:, bar].contiguous()
        out, state = self.decoder(
            torch.cat([previous, plan[at, bar].to(previous.dtype)], 1)[None], state
        )
        return out[0], state

    def first_step(self, given: int) -> int:
        """See `MusicNet.first_step`: the first of the bar that goes on."""
        return given // v.STEPS_PER_BAR * v.STEPS_PER_BAR

    def sensitivity(self) -> Tensor:
        """See `MusicNet.heard`."""
        return torch.cat([self.form.weight, self.conductor_start.weight]).detach().norm(dim=0)

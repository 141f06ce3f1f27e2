"""MusicVAE, two bars of melody: tokens -> z -> tokens. (SynVAE thesis, section 2.2; MusicVAE.)

A bidirectional LSTM reads 32 tokens and gives a diagonal Gaussian over z; an autoregressive
LSTM writes 32 tokens from z. Two departures from the published net make it learn in an hour
what the original learns in days, and cost nothing live: the encoder's posterior also sees a
narrow projection of every step (not the final states alone), and the decoder is shown at
each step the part of z that belongs to it, W_t z (not the same z at all steps).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.errors import ConfigError, ShapeError
from livesyn.music import vocabulary as v


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
    "paper": MusicVAEConfig(latent=512, encoder=2048, decoder=2048, layers=3, embedding=90),
}


def preset(name: str) -> MusicVAEConfig:
    """The sizes called `name`."""
    if name not in PRESETS:
        raise ConfigError(f"there is no MusicVAE preset {name!r}; there are: {', '.join(PRESETS)}")
    return PRESETS[name]


class MusicVAE(nn.Module):
    """The net. `D` = `config.latent`, `T` = 32 steps, `V` = 90 events."""

    def __init__(self, config: MusicVAEConfig) -> None:
        super().__init__()
        self.config = c = config
        self.embedding = nn.Linear(c.vocabulary, c.embedding, bias=False)
        self.encoder = nn.LSTM(c.embedding, c.encoder, bidirectional=True)
        self.glance = nn.Linear(2 * c.encoder, c.glance)
        self.posterior = nn.Linear(2 * c.encoder + c.steps * c.glance, 2 * c.latent)
        self.plan = nn.Linear(c.latent, c.steps * c.embedding)
        self.start = nn.Linear(c.latent, 2 * c.layers * c.decoder)
        self.decoder = nn.LSTM(2 * c.embedding, c.decoder, c.layers)
        self.output = nn.Linear(c.decoder, c.vocabulary)

    def config_dict(self) -> dict:
        return asdict(self.config)

    def one_hot(self, tokens: Tensor) -> Tensor:
        """(B, T) tokens -> (B, T, V)."""
        return F.one_hot(tokens, self.config.vocabulary).to(self.embedding.weight.dtype)

    def encode(self, events: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation, each (B, D), of z given (B, T) tokens or (B, T, V)
        distributions over events (one-hot or soft)."""
        if events.dim() == 2:
            events = self.one_hot(events)
        if events.shape[1:] != (self.config.steps, self.config.vocabulary):
            raise ShapeError(f"events are {tuple(events.shape)}; expected (B, {self.config.steps}, {self.config.vocabulary})")
        states, (last, _) = self.encoder(self.embedding(events).transpose(0, 1))  # (T, B, 2H), (2, B, H)
        glances = self.glance(states).tanh().transpose(0, 1).flatten(1)  # (B, T * glance)
        mean, log_variance = self.posterior(torch.cat([last[0], last[1], glances], 1)).float().chunk(2, 1)
        return mean, torch.exp(0.5 * log_variance.clamp(-12, 4))

    def plan_of(self, z: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """What z says to each step (T, B, E), and the decoder's first state."""
        c = self.config
        plan = self.plan(z).view(-1, c.steps, c.embedding).transpose(0, 1)
        hidden, cell = self.start(z).view(-1, 2 * c.layers, c.decoder).transpose(0, 1).tanh().chunk(2)
        return plan, (hidden.contiguous(), cell.contiguous())

    def forward(self, z: Tensor, inputs: Tensor) -> Tensor:
        """Teacher forcing: logits (B, T, V) from z (B, D) and the events (B, T) or (B, T, V)
        that were played; the logits at step t have seen the events before t only."""
        if inputs.dim() == 2:
            inputs = self.one_hot(inputs)
        plan, state = self.plan_of(z)
        previous = F.pad(inputs, (0, 0, 1, 0))[:, :-1]  # nothing before the first step
        states, _ = self.decoder(torch.cat([self.embedding(previous).transpose(0, 1), plan], 2), state)
        return self.output(states).transpose(0, 1)

    @torch.no_grad()
    def decode(
        self,
        z: Tensor,
        temperature: float = 0.5,
        generator: torch.Generator | Sequence[torch.Generator] | None = None,
        forced: Tensor | None = None,
    ) -> Tensor:
        """Tokens (B, T) drawn one by one from softmax(logits / temperature) (thesis, eq. 7);
        temperature 0 takes the likeliest. `forced` (B, K) are the first K tokens, given.

        The noise is drawn on the CPU, so a seed gives the same music on every device. With a
        generator for each row, a row's noise is what it would be alone.
        """
        c = self.config
        plan, state = self.plan_of(z)
        tokens = torch.zeros(len(z), c.steps, dtype=torch.long, device=z.device)
        given = 0 if forced is None else forced.shape[1]
        if forced is not None:
            tokens[:, :given] = forced
        noise = _noise((c.steps, len(z), c.vocabulary), generator) if temperature > 0 else None
        previous = torch.zeros(len(z), c.embedding, dtype=plan.dtype, device=z.device)
        table = self.embedding.weight.t()  # (V, E)
        for t in range(c.steps):
            out, state = self.decoder(torch.cat([previous, plan[t]], 1)[None], state)
            if t >= given:
                logits = self.output(out[0]).float()
                if noise is not None:  # the largest of logits plus Gumbel noise is a draw from the softmax
                    u = noise[t].to(z.device).clamp_(1e-20, 1 - 1e-7)
                    logits = logits / max(temperature, 1e-3) - torch.log(-torch.log(u))
                tokens[:, t] = logits.argmax(1)
            previous = table[tokens[:, t]]
        return tokens

    def decode_soft(self, z: Tensor, temperature: float = 1.0, straight_through: bool = False, generator: torch.Generator | None = None) -> Tensor:
        """Event distributions (B, T, V), each fed to the next step: the differentiable music
        through which SynVAE is trained (thesis, section 4).

        `straight_through`: one-hot draws forward, the soft distribution's gradient backward.
        """
        plan, state = self.plan_of(z)
        previous = torch.zeros(len(z), self.config.embedding, dtype=plan.dtype, device=z.device)
        events = []
        for t in range(self.config.steps):
            out, state = self.decoder(torch.cat([previous, plan[t].to(previous.dtype)], 1)[None], state)
            logits = self.output(out[0]).float() / temperature
            soft = F.softmax(logits, 1)
            if straight_through:
                u = torch.rand(soft.shape, generator=generator).to(z.device).clamp_(1e-20, 1 - 1e-7)
                hard = F.one_hot((logits.detach() - torch.log(-torch.log(u))).argmax(1), soft.shape[1]).to(soft.dtype)
                soft = hard + soft - soft.detach()
            events.append(soft)
            previous = self.embedding(soft.to(plan.dtype))
        return torch.stack(events, 1)


def _noise(shape: tuple[int, int, int], generator: torch.Generator | Sequence[torch.Generator] | None) -> Tensor:
    """Uniform draws (T, B, V); each row's from a generator of its own where there are so many."""
    if not isinstance(generator, Sequence):
        return torch.rand(shape, generator=generator)
    return torch.cat([torch.rand(shape[0], 1, shape[2], generator=own) for own in generator], 1)


def kl_divergence(mean: Tensor, std: Tensor) -> Tensor:
    """KL(N(mean, std²) || N(0, 1)) in nats, summed over D: (B, D) -> (B,). (Thesis, eq. 4.)"""
    return 0.5 * (mean.square() + std.square() - 1 - 2 * std.log()).sum(-1)

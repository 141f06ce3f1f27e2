"""What every music net shares: events in and out, and writing them one by one from z.

A net says how z begins (`begin`) and how one event follows another (`step`); the loops that
draw tokens, or hand on soft distributions, are the same for all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ShapeError


class MusicNet(nn.Module):
    """A net between events (B, T, V) and z (B, D). Its `config` is a dataclass with at least
    `latent`, `steps`, `vocabulary` and `embedding`; it has an `embedding` (V -> E) and an `output`
    (H -> V).
    """

    config: Any
    embedding: nn.Linear
    output: nn.Linear
    writer: Callable[..., Tensor] | None = (
        None  # what `decode` writes by in place of `write`: the same, recorded
    )

    def config_dict(self) -> dict:
        return asdict(self.config)

    def one_hot(self, tokens: Tensor) -> Tensor:
        """(B, T) tokens -> (B, T, V)."""
        return F.one_hot(tokens, self.config.vocabulary).to(self.embedding.weight.dtype)

    def events_of(self, events: Tensor) -> Tensor:
        """(B, T) tokens or (B, T, V) distributions as the latter.

        Raises ShapeError for other sizes.
        """
        if events.dim() == 2:
            events = self.one_hot(events)
        if events.shape[1:] != (self.config.steps, self.config.vocabulary):
            raise ShapeError(
                f"events are {tuple(events.shape)}; expected (B, {self.config.steps},"
                f" {self.config.vocabulary})"
            )
        return events

    @abstractmethod
    def encode(self, events: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation, each (B, D), of z given (B, T) tokens or (B, T, V)
        distributions over events (one-hot or soft)."""

    @abstractmethod
    def forward(self, z: Tensor, inputs: Tensor) -> Tensor:
        """Teacher forcing: logits (B, T, V) from z (B, D) and the events (B, T) or (B, T, V)
        that were played; the logits at step t have seen the events before t only."""

    @abstractmethod
    def begin(self, z: Tensor) -> Any:
        """What z says to all steps, for `step`."""

    @abstractmethod
    def step(self, said: Any, t: int, previous: Tensor, state: Any) -> tuple[Tensor, Any]:
        """What the decoder makes of step `t`, (B, H), and its state after it; `previous` (B, E)
        is the event before, `state` None before the first step."""

    def first_step(self, given: int) -> int:
        """The first step that has to be run when the first `given` tokens are known."""
        return 0

    @abstractmethod
    def sensitivity(self) -> Tensor:
        """How strongly the decoder listens to each dimension of z, (D,): the norm of its weights.
        Dimensions that the posterior has let go are not listened to."""

    @torch.no_grad()
    def decode(
        self,
        z: Tensor,
        temperature: float = 0.5,
        generator: torch.Generator | Sequence[torch.Generator] | None = None,
        forced: Tensor | None = None,
        until: int | None = None,
    ) -> Tensor:
        """Tokens (B, T) drawn one by one from softmax(logits / temperature) (thesis, eq. 7);
        temperature 0 takes the likeliest. `forced` (B, K) are the first K tokens, given; with
        `until` only as many are written and returned, (B, until), the same as of the whole.

        The noise is drawn on the CPU, so a seed gives the same music on every device. With a
        generator for each row, a row's noise is what it would be alone.
        """
        c = self.config
        until = c.steps if until is None else until
        if forced is None:
            forced = torch.zeros(len(z), 0, dtype=torch.long, device=z.device)
        noise = (
            _noise((c.steps, len(z), c.vocabulary), generator).to(z.device)
            if temperature > 0
            else z.new_zeros(0)
        )
        return (self.writer or self.write)(
            z, forced, noise, torch.full((), max(temperature, 1e-3)).to(z.device), until=until
        )

    def write(
        self, z: Tensor, forced: Tensor, noise: Tensor, temperature: Tensor, until: int
    ) -> Tensor:
        """What `decode` does, given its uniform draws, `noise` (T, B, V), none for the likeliest:
        work on tensors alone, which may be recorded.
        """
        c, given = self.config, forced.shape[1]
        said, state = self.begin(z), None
        tokens = F.pad(forced, (0, c.steps - given))
        table = self.embedding.weight.t()  # (V, E)
        first = self.first_step(given)
        previous = (
            table[tokens[:, first - 1]]
            if first
            else torch.zeros(len(z), c.embedding, dtype=table.dtype, device=z.device)
        )
        for t in range(first, until):
            out, state = self.step(said, t, previous, state)
            if t >= given:
                logits = self.output(out).float()
                if len(noise):  # the largest of logits plus Gumbel noise is a draw from the softmax
                    logits = logits / temperature - torch.log(
                        -torch.log(noise[t].clamp(1e-20, 1 - 1e-7))
                    )
                tokens[:, t] = logits.argmax(1)
            previous = table[tokens[:, t]]
        return tokens[:, :until]

    def decode_soft(
        self,
        z: Tensor,
        temperature: float = 1.0,
        straight_through: bool = False,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Event distributions (B, T, V), each fed to the next step: the differentiable music
        through which SynVAE is trained (thesis, section 4).

        `straight_through`: one-hot draws forward, the soft distribution's gradient backward.
        """
        said, state = self.begin(z), None
        weight = self.embedding.weight
        previous = torch.zeros(len(z), self.config.embedding, dtype=weight.dtype, device=z.device)
        events = []
        for t in range(self.config.steps):
            out, state = self.step(said, t, previous, state)
            logits = self.output(out).float() / temperature
            soft = F.softmax(logits, 1)
            if straight_through:
                u = torch.rand(soft.shape, generator=generator).to(z.device).clamp_(1e-20, 1 - 1e-7)
                hard = F.one_hot(
                    (logits.detach() - torch.log(-torch.log(u))).argmax(1), soft.shape[1]
                ).to(soft.dtype)
                soft = hard + soft - soft.detach()
            events.append(soft)
            previous = self.embedding(soft.to(weight.dtype))
        return torch.stack(events, 1)


def _noise(
    shape: tuple[int, int, int], generator: torch.Generator | Sequence[torch.Generator] | None
) -> Tensor:
    """Uniform draws (T, B, V); each row's from a generator of its own where there are so many."""
    if not isinstance(generator, Sequence):
        return torch.rand(shape, generator=generator)
    return torch.cat([torch.rand(shape[0], 1, shape[2], generator=own) for own in generator], 1)


def gaussian(parameters: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation, each (B, D), from (B, 2D): means, then log variances."""
    mean, log_variance = parameters.float().chunk(2, 1)
    return mean, torch.exp(0.5 * log_variance.clamp(-12, 4))


def kl_divergence(mean: Tensor, std: Tensor) -> Tensor:
    """KL(N(mean, std²) || N(0, 1)) in nats, summed over D: (B, D) -> (B,). (Thesis, eq. 4.)"""
    return 0.5 * (mean.square() + std.square() - 1 - 2 * std.log()).sum(-1)

"""One step of training MVNet's conditional DCGAN, as published and livelier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.nets.cdcgan import Discriminator, GeneratorConfig
from livesyn.nets.precision import autocast
from livesyn.train.cdcgan_pairs import Pairs
from livesyn.train.data.augment import augment
from livesyn.train.run import Run, generator

if TYPE_CHECKING:
    from livesyn.train.cdcgan import Settings

R1_EVERY = 8


def _noise(count: int, s: Settings, step: int, salt: int) -> Tensor:
    return torch.randn(count, GeneratorConfig.noise, generator=generator(s.seed * 7 + salt, step))


def published_step(run: Run, pairs: Pairs, step: int, batch: int, s: Settings) -> dict[str, float]:
    """One step of each, with binary cross entropy (section 4.2)."""
    # every process draws of its own
    net, draw, device = (
        cast(nn.ModuleDict, run.net),
        step * run.team.size + run.team.rank,
        run.device,
    )
    embeddings, real = (x.to(device) for x in pairs.published(draw, batch))
    paints, judges = net["generator"], net["discriminator"]
    with autocast(device):
        fake = paints(embeddings, _noise(len(real), s, draw, 1).to(device)).float()
    with _only(judges, net), autocast(device):
        said_real, said_fake = judges(real).float(), judges(fake.detach()).float()
        judged = (
            F.binary_cross_entropy_with_logits(
                said_real, torch.full_like(said_real, 1 - s.smoothing)
            )
            + F.binary_cross_entropy_with_logits(said_fake, torch.full_like(said_fake, s.smoothing))
        ) / 2
        run.descend(judged)
    with _only(paints, net):
        with autocast(device):
            said = judges(fake).float()
            painted = F.binary_cross_entropy_with_logits(said, torch.ones_like(said))
        run.descend(painted)
    return {"generator": painted.item(), "discriminator": judged.item()}


def lively_step(run: Run, pairs: Pairs, step: int, batch: int, s: Settings) -> dict[str, float]:
    """One step of each, with the non-saturating loss."""
    net, draw, device = (
        cast(nn.ModuleDict, run.net),
        step * run.team.size + run.team.rank,
        run.device,
    )
    embeddings, real, periods = (x.to(device) for x in pairs.lively(draw, batch))
    embeddings, real = embeddings.float(), real.contiguous(memory_format=torch.channels_last)
    paints, judges = net["generator"], cast(Discriminator, net["discriminator"])
    random = generator(s.seed * 7 + 5, draw)
    noise = _noise(batch, s, draw, 1).to(device)
    with autocast(device):
        fake = paints(embeddings, noise).float()
    with _only(judges, net):
        with autocast(device):
            said_real, named = judges.judge_and_name(augment(real, random, s.augment), embeddings)
            said_fake = judges(augment(fake.detach(), random, s.augment), embeddings).float()
        judged = F.softplus(-said_real.float()).mean() + F.softplus(said_fake).mean()
        misnamed = torch.zeros(()) if named is None else F.cross_entropy(named.float(), periods)
        penalty = (
            _r1(judges, augment(real, random, s.augment), embeddings) * (s.r1 * R1_EVERY / 2)
            if s.r1 and step % R1_EVERY == 0
            else torch.zeros(())
        )
        run.descend(judged + penalty.to(judged) + s.naming * misnamed.to(judged))
    with _only(paints, net):
        with autocast(device):
            said, named = judges.judge_and_name(augment(fake, random, s.augment), embeddings)
        painted = F.softplus(-said.float()).mean()
        loss = (
            painted
            if named is None
            else painted + s.naming * F.cross_entropy(named.float(), periods)
        )
        if s.seeking:  # the first half of the batch once more with other noise
            half = batch // 2
            other_noise = _noise(half, s, draw, 2).to(device)
            with autocast(device):
                other = paints(embeddings[:half], other_noise).float()
            apart = (fake[:half] - other).abs().mean((1, 2, 3)) / (
                noise[:half] - other_noise
            ).abs().mean(1)
            loss = loss + s.seeking * (1 / (apart + 1e-3)).mean()
        run.descend(loss)
    share = min(s.average, (step + 1) / (step + 10))
    with torch.no_grad():
        for kept, new in zip(net["average"].parameters(), paints.parameters(), strict=True):
            kept.lerp_(new, 1 - share)
    return {
        "generator": painted.item(),
        "discriminator": judged.item(),
        **({"naming": misnamed.item()} if s.naming else {}),
    }


def _r1(judges: nn.Module, real: Tensor, embeddings: Tensor) -> Tensor:
    """The squared slope of the discriminator at paintings (Mescheder et al. 2018)."""
    real = real.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(judges(real, embeddings).sum(), real, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean()


class _only:
    """For the while, `wanted` alone learns: no gradients are kept for the rest of `net`."""

    def __init__(self, wanted: nn.Module, net: nn.ModuleDict) -> None:
        kept = set(map(id, wanted.parameters()))
        self._others = [p for p in _learning(net) if id(p) not in kept]

    def __enter__(self) -> None:
        for parameter in self._others:
            parameter.requires_grad_(False)

    def __exit__(self, *_: object) -> None:
        for parameter in self._others:
            parameter.requires_grad_(True)


def _learning(net: nn.ModuleDict) -> Iterator[nn.Parameter]:
    for name in ("generator", "discriminator"):
        yield from net[name].parameters()

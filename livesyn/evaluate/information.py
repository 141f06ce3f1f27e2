"""Mutual information between latent spaces by a trained estimator, evaluated on held-out pairs.

MINE as DEMINE has it (SynVAE thesis, section 5.2, eq. 11): a net T is fitted on pairs of the
training split and its lower bound reported on pairs that it never saw:

    I(Zv; Za)  >=  1/N sum_i T(zv_i, za_i)  -  1/N² sum_ij exp T(zv_i, za_j)  +  1

The second sum runs over all N² combinations, so that the bound is at most ln N. (As printed, eq. 11
has zv_j for za_j in it, by mistake.)
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

BLOCK = 256
LARGEST = 20.0  # of T: e to the 20th is beyond any N used here, and float32 is far


@dataclass(frozen=True)
class Information:
    """A lower bound in nats: its mean over blocks of `block` pairs, their standard deviation, and
    `cap` = ln(block).
    """

    nats: float
    deviation: float
    block: int
    blocks: int
    cap: float


class Critic(nn.Module):
    """T: layers of 128 and 64 (the thesis's estimator). `forward` scores every combination: (N, D),
    (N, E) -> (N, N).
    """

    def __init__(self, first: int, second: int, widths: tuple[int, int] = (128, 64)) -> None:
        super().__init__()
        self.first, self.second = (
            nn.Linear(first, widths[0]),
            nn.Linear(second, widths[0], bias=False),
        )
        self.rest = nn.Sequential(
            nn.ReLU(), nn.Linear(widths[0], widths[1]), nn.ReLU(), nn.Linear(widths[1], 1)
        )

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        # The first layer of a joined input is the sum of one of each: N + N products in place of
        # N².
        return (
            self.rest(self.first(first)[:, None] + self.second(second)[None])
            .squeeze(-1)
            .clamp(max=LARGEST)
        )


def bound(scores: Tensor) -> Tensor:
    """Eq. 11 of a table of scores (N, N), pairs on its diagonal."""
    return scores.diagonal().mean() - scores.exp().mean() + 1


def estimate(
    train: tuple[Tensor, Tensor],
    valid: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    *,
    block: int = BLOCK,
    steps: int = 1500,
    patience: int = 6,
    seed: int = 0,
) -> Information:
    """The bound on `test`, of a critic fitted on `train` and stopped by `valid`; each a pair of (N,
    D) and (N, E).
    """
    block = min(block, *(len(first) for first, _ in (train, valid, test)))
    noise = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        critic = Critic(train[0].shape[1], train[1].shape[1]).to(train[0].device)
    optimiser = torch.optim.Adam(critic.parameters(), 1e-3, weight_decay=1e-5)
    best, kept, stale = -math.inf, critic.state_dict(), 0
    for step in range(steps):
        chosen = torch.randperm(len(train[0]), generator=noise)[:block]
        optimiser.zero_grad(set_to_none=True)
        (-bound(critic(train[0][chosen], train[1][chosen]))).backward()
        nn.utils.clip_grad_norm_(critic.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 99:
            now = sum(_over_blocks(critic, valid, block)) / max(len(valid[0]) // block, 1)
            if now > best:
                best, kept, stale = now, copy.deepcopy(critic.state_dict()), 0
            elif (stale := stale + 1) >= patience:
                break
    critic.load_state_dict(kept)
    found = torch.tensor(_over_blocks(critic, test, block))
    return Information(
        found.mean().item(), found.std(unbiased=False).item(), block, len(found), math.log(block)
    )


@torch.no_grad()
def _over_blocks(critic: Critic, pairs: tuple[Tensor, Tensor], block: int) -> list[float]:
    first, second = pairs
    return [
        bound(critic(first[i : i + block], second[i : i + block])).item()
        for i in range(0, len(first) - block + 1, block)
    ]

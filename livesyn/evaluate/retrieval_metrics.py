"""What the SynVAE thesis measures of latents, music and answers (sections 5.2 and 6.5).

Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

RANKS = (1, 5, 10)
AT_ONCE = 1000


def codes(labels: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels as whole numbers (N,), and what each stands for.

    A combination of labels is a class of its own.
    """
    classes, numbers = np.unique(np.asarray(labels), return_inverse=True)
    return numbers, tuple(classes.tolist())


def precision_at(
    latents: Tensor, classes: np.ndarray, ranks: Sequence[int] = RANKS
) -> dict[int, float]:
    """The share of the nearest neighbours (Euclidean, itself left out) that are of the same class,
    for each rank: means over classes of the means over their members. `latents` (N, D), `classes`
    (N,) whole numbers. (Thesis, section 5.2.)
    """
    most = min(max(ranks), len(latents) - 1)
    own = torch.from_numpy(classes).to(latents.device)
    same = []
    for start in range(0, len(latents), AT_ONCE):
        part = latents[start : start + AT_ONCE]
        distance = torch.cdist(part, latents)
        distance[torch.arange(len(part)), start + torch.arange(len(part))] = torch.inf
        nearest = distance.topk(most, largest=False).indices
        same.append((own[nearest] == own[start : start + len(part), None]).float())
    hits = torch.cat(same)
    return {rank: _over_classes(hits[:, : min(rank, most)].mean(1), own) for rank in ranks}


def chance_precision(classes: np.ndarray) -> float:
    """What `precision_at` gives when neighbours are drawn by chance."""
    counts = np.bincount(classes)
    counts = counts[counts > 0]
    return float(((counts - 1) / (len(classes) - 1)).mean())


def _over_classes(values: Tensor, classes: Tensor) -> float:
    return float(torch.stack([values[classes == k].mean() for k in classes.unique()]).mean())


def attack_shares(attacks: np.ndarray, steps: int = 32) -> np.ndarray:
    """The share of melodies with 0, 1, … `steps` notes: (steps + 1,). (Thesis, Figure 9.)"""
    return np.bincount(attacks, minlength=steps + 1)[: steps + 1] / max(len(attacks), 1)

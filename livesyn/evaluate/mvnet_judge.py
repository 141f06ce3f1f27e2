"""A classifier of periods, fitted on real paintings, that judges those that are painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.base.params import PERIODS
from livesyn.nets.classifier import Classifier
from livesyn.nets.vis_vae import preset
from livesyn.train.classifier import answers, fit
from livesyn.train.data.augment import augment
from livesyn.train.run import generator


@dataclass(frozen=True)
class Effort:
    """How much is done: pictures painted of each period, pairs compared, steps of the judge."""

    pictures: int = 100
    pairs: int = 300
    judge_steps: int = 1_500
    batch: int = 64
    seed: int = 0


EFFORT = Effort()


def train_judge(
    real: Mapping[str, tuple[Tensor, Tensor]], effort: Effort, device: torch.device
) -> Classifier:
    """A classifier of periods, fitted on views of the training paintings, stopped early by the
    validation split.
    """
    torch.manual_seed(effort.seed)
    judge = Classifier(preset("art"), PERIODS, False).to(device)
    images, labels = real["train"]
    of_period = [np.flatnonzero(labels.numpy() == k) for k in range(len(PERIODS))]

    def batch(step: int) -> tuple[Tensor, Tensor]:
        random = np.random.default_rng((effort.seed, step))
        chosen = torch.from_numpy(
            np.array([random.choice(of_period[k % len(PERIODS)]) for k in range(effort.batch)])
        )
        varied = (augment(images[chosen] * 2 - 1, generator(effort.seed, step), 0.5) + 1) / 2
        return varied.clamp(0, 1).to(device), F.one_hot(labels[chosen], len(PERIODS)).float().to(
            device
        )

    fit(
        judge,
        batch,
        (real["valid"][0].to(device), F.one_hot(real["valid"][1], len(PERIODS)).float().to(device)),
        effort.judge_steps,
    )
    return judge.eval()


@torch.no_grad()
def features(
    judge: Classifier, images: Tensor, device: torch.device, keep: np.ndarray | None = None
) -> np.ndarray:
    whole = (
        torch.cat([judge.features(part.to(device)).float().cpu() for part in images.split(250)])
        .flatten(1)
        .numpy()
    )
    return whole if keep is None else whole @ keep


def axes(features: np.ndarray, count: int = 32) -> np.ndarray:
    """The directions (F, K) in which paintings' features vary most: more cannot be estimated from a
    few hundred pictures. They are as long as makes the paintings' variance along all of them
    together 1: one judge's features may be many times larger than another's.
    """
    centred = features - features.mean(0)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    return directions[:count].T * (len(features) / np.square(spread[:count]).sum()) ** 0.5


def accuracy(
    judge: Classifier, images: Tensor, periods: np.ndarray, device: torch.device
) -> dict[str, float]:
    true = np.eye(len(PERIODS), dtype=bool)[periods]
    said = judge.say(images.to(device))
    each = [
        float((said & true)[periods == k].any(1).mean())
        for k in range(len(PERIODS))
        if (periods == k).any()
    ]
    return {**answers(said, true), "balanced": float(np.mean(each))}

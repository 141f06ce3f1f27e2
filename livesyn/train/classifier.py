"""Train a classifier of pictures: `livesyn train classifier`. (SynVAE thesis, section 5.2.)

It judges reconstructions, and its features can be a part of a SynVAE's objective.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import DataError
from livesyn.nets import checkpoint
from livesyn.nets.classifier import AT_ONCE, Classifier
from livesyn.nets.precision import autocast
from livesyn.nets.vis_vae import VisVAEConfig, preset
from livesyn.train import card
from livesyn.train.data import cropping, learnt_pictures, pictures
from livesyn.train.data.pictures import SEVERAL, Pictures
from livesyn.train.run import Run, setting
from livesyn.train.vis_vae import source_of

Batch = Callable[[int], tuple[Tensor, Tensor]]  # step -> pictures (B, C, H, W), targets (B, K)
EVERY = 100


@dataclass(frozen=True)
class Settings:
    """What a run is made of."""

    preset: str = setting("art", "sizes of the net")
    data: str = setting(
        "pictures",
        "labelled pictures: class folders, a folder with manifest.csv, a .zip or an .npz",
    )
    label: str = setting("", "column of manifest.csv that holds the label")
    rights: str = setting("", "words of the manifest's rights column to keep, separated by |")
    steps: int = setting(3000, "steps of training at most", least=1)
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(128, "examples a step", least=1)
    rate: float = setting(1e-3, "Adam's learning rate")
    held_out: int = setting(
        50, "pictures kept for the test, where the set has no test of its own", least=1
    )
    valid: int = setting(0, "pictures kept for validation (0: as the test asks)")
    binarise: bool = setting(False, "have every pixel be 0 or 1")
    patience: int = setting(
        8, "stop after so many validations without a better one, and take the best (0: never)"
    )
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on the test split, write the checkpoint to `out`; returns the figures. Raises
    DataError.
    """
    s = settings
    sizes = preset(s.preset)
    data = pictures.load(Path(s.data), source_of(s, sizes))
    check_labels(data, s.data)
    torch.manual_seed(s.seed)
    net = new(data, sizes).to(device)
    optimiser = torch.optim.Adam(net.parameters(), s.rate)
    run = Run(run_folder, net, optimiser, s)
    valid = (
        cropping.centre_crops(data["valid"], sizes.size).to(device),
        rows(data["valid"].labels, net.labels).to(device),
    )
    batch = batches(data["train"], net, s.batch, s.seed, device)
    for step in run.steps(s.steps, s.minutes, f"classifier {s.preset}"):
        loss = _step(net, optimiser, batch(step))
        if step % 20 == 0:
            run.log(**{"train/loss": loss})
        if step % EVERY == EVERY - 1:
            now = validation_loss(net, valid)
            run.judge(now)
            run.log(**{"valid/loss": now})
            if s.patience and run.stale >= s.patience:
                break
    run.restore_best()
    net.eval()
    true = rows(data["test"].labels, net.labels).numpy() > 0
    figures = {
        "split": "test",
        "pictures": len(true),
        "classes": len(net.labels),
        **answers(net.say(cropping.centre_crops(data["test"], sizes.size).to(device)), true),
    }
    figures["run"] = {
        "steps": run.step,
        "minutes": round(run.trained_s / 60, 1),
        "training_pictures": len(data["train"]),
    }
    if out is not None:
        checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
        learnt_pictures.keep_learnt(out, data)
        checkpoint.write_json(out / "metrics.json", figures)
        run.plot(out / "curves.png")
        card.write(
            out,
            "classifier",
            net,
            s,
            run_folder,
            {Path(s.data).name: f"{len(data['train'])} pictures"},
            figures,
            labels=", ".join(net.labels),
        )
    return figures


def new(data: dict[str, Pictures], config: VisVAEConfig) -> Classifier:
    """An untrained classifier for the labels of all splits."""
    each = [
        label.split(SEVERAL) for split in ("train", "valid", "test") for label in data[split].labels
    ]
    return Classifier(
        config,
        sorted({one for labels in each for one in labels}),
        any(len(labels) > 1 for labels in each),
    )


def rows(labels: Sequence[str], names: Sequence[str]) -> Tensor:
    """Labels as (N, K) of 0.0 and 1.0, "a+b" as both."""
    return torch.tensor(
        [[float(name in label.split(SEVERAL)) for name in names] for label in labels]
    )


def check_labels(data: dict[str, Pictures], where: object) -> None:
    """Raises DataError where labels are missing, or all the same."""
    labels = [label for split in data.values() for label in split.labels]
    if missing := sum(not label for label in labels):
        raise DataError(
            f"{missing} of the pictures in {where} have no label; put each class in a folder of its"
            " own, or name the labels' column of manifest.csv with --label"
        )
    if len(set(labels)) < 2:
        raise DataError(
            f"all pictures in {where} are of one class ({labels[0]}); two at least are needed to"
            " tell apart"
        )


def answers(said: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Figures of a classifier's answers on N pictures of K labels; `said` and `true` are (N, K) of
    0 and 1.

    `top1`: the share answered exactly right. `precision`: of what it called k, how much was k, mean
    over the k it named at all. `thesis_acc`: the mean over labels of their yes-or-no accuracies,
    which is what the thesis calls accuracy: with ten classes and one answer each it is 0.8 + 0.2 ·
    top1, and a guess scores 0.82.
    """
    named = said.sum(0)
    right = (said & true).sum(0)
    return {
        "top1": float((said == true).all(1).mean()),
        "precision": (
            float((right[named > 0] / named[named > 0]).mean()) if (named > 0).any() else 0.0
        ),
        "thesis_acc": float((said == true).mean()),
    }


def batches(split: Pictures, net: Classifier, count: int, seed: int, device: torch.device) -> Batch:
    """Random crops of random pictures, and their targets, by step."""
    targets = rows(split.labels, net.labels)

    def batch(step: int) -> tuple[Tensor, Tensor]:
        random = np.random.default_rng((seed, step))
        chosen = random.integers(len(split), size=count)
        return cropping.random_crops(split, chosen, net.config.size, random).to(device), targets[
            chosen
        ].to(device)

    return batch


def fit(
    net: Classifier,
    batch: Batch,
    valid: tuple[Tensor, Tensor],
    steps: int,
    patience: int = 8,
    rate: float = 1e-3,
) -> None:
    """Fit `net` and nothing more: no state on disk. Stopped early by its loss on `valid`, pictures
    and targets.
    """
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(net.parameters(), rate)
    best, kept, stale = float("inf"), net.state_dict(), 0
    for step in range(steps):
        _step(net, optimiser, batch(step))
        if step % EVERY == EVERY - 1 or step == steps - 1:
            now = validation_loss(net, valid)
            if now < best:
                best, kept, stale = now, {k: x.clone() for k, x in net.state_dict().items()}, 0
            elif (stale := stale + 1) >= patience:
                break
    net.load_state_dict(kept)
    net.eval()


def _step(net: Classifier, optimiser: torch.optim.Optimizer, batch: tuple[Tensor, Tensor]) -> float:
    optimiser.zero_grad(set_to_none=True)
    with autocast(batch[0].device):
        loss = net.loss(*batch)
    loss.backward()
    optimiser.step()
    return loss.item()


@torch.no_grad()
def validation_loss(net: Classifier, valid: tuple[Tensor, Tensor]) -> float:
    """The mean loss over a split: pictures (N, C, H, W) and targets (N, K)."""
    with autocast(valid[0].device):
        parts = [
            (len(p), net.loss(p, t).item())
            for p, t in zip(valid[0].split(AT_ONCE), valid[1].split(AT_ONCE), strict=True)
        ]
    return sum(n * x for n, x in parts) / len(valid[0])

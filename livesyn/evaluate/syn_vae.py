"""`livesyn evaluate syn-vae`: the SynVAE thesis's tables for trained checkpoints (section 5.2,
Tables 1 to 6).

All figures are on the test split. The classifiers and the estimator of mutual information are
fitted on the training split and stopped early by the validation split.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import ConfigError
from livesyn.evaluate import information, plots
from livesyn.evaluate.retrieval_metrics import (
    attack_shares,
    chance_precision,
    codes,
    precision_at,
)
from livesyn.evaluate.syn_vae_passes import AT_ONCE, Effort, Passed, fitted, pass_through
from livesyn.evaluate.syn_vae_report import report
from livesyn.evaluate.unseen_split import splits_of
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.classifier import Classifier
from livesyn.nets.music_net import MusicNet
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.vis_vae import VisVAE
from livesyn.train import classifier
from livesyn.train.data import cropping
from livesyn.train.data.pictures import Pictures
from livesyn.train.run import generator

SCALES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)  # thesis, Figure 9
SHOWN = 36  # thesis, Figures 10 to 12
PLOTTED = 1000  # thesis, Figure 4

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def evaluate(
    models: Sequence[str],
    data: Path,
    out: Path,
    *,
    played: bool = False,
    label: str = "",
    options: dict[str, Any] | None = None,
    unseen: bool = False,
    effort: Effort = Effort(),
    device: torch.device | str = "cpu",
    say: Say = log.info,
) -> dict[str, Any]:
    """Measure checkpoints (VisVAE or SynVAE, all of one size of picture) on the labelled pictures
    at `data`; write `figures.json`, `report.md` and its pictures into `out`; returns the figures.

    How the set is split, and with what left out of its test, `splits_of` says. Raises DataError,
    ConfigError, CheckpointError.
    """
    device = torch.device(device)
    nets = {name: _load(name, device) for name in dict.fromkeys(models)}
    first = next(iter(nets.values()))
    visual = first.visual if isinstance(first, SynVAE) else first
    for name, net in nets.items():
        own = (net.visual if isinstance(net, SynVAE) else net).config
        if (own.size, own.channels) != (visual.config.size, visual.config.channels):
            raise ConfigError(
                f"{name} sees pictures of {own.size}×{own.size}×{own.channels} and"
                f" {next(iter(nets))} of"
                f" {visual.config.size}×{visual.config.size}×{visual.config.channels}; evaluate"
                " them apart"
            )
    splits, left_out = splits_of(
        list(nets), data, visual.config, label=label, options=options, unseen=unseen
    )
    classifier.check_labels(splits, data)
    size = visual.config.size
    test = cropping.centre_crops(splits["test"], size).to(device)
    classes, class_names = codes(splits["test"].labels)
    say(
        f"{data}: train {len(splits['train'])}, validation {len(splits['valid'])}, test"
        f" {len(test)}; {len(class_names)} classes"
        + (
            f"; {left_out} pictures left out of the test, for one of the models saw them"
            if left_out
            else ""
        )
    )

    judge = _classifier_of_originals(splits, visual, effort, device)
    true = classifier.rows(splits["test"].labels, judge.labels).numpy() > 0
    result: dict[str, Any] = {
        "split": "test",
        "data": data.name,
        "pictures": len(test),
        "left_out": left_out,
        "training_pictures": len(splits["train"]),
        "classes": list(class_names),
        "path": "played" if played else "soft",
        "chance_precision": chance_precision(classes),
        "originals": classifier.answers(judge.say(test), true),
        "models": {},
    }
    say(f"originals, classified: top-1 {result['originals']['top1']:.3f}")
    backs: dict[str, Tensor] = {}
    out.mkdir(parents=True, exist_ok=True)
    for name, net in nets.items():
        sampled = pass_through(net, test, 1, played=played)
        means = pass_through(net, test, 1, use_mean=True, played=played)
        figures: dict[str, Any] = {
            "kind": "syn-vae" if isinstance(net, SynVAE) else "vis-vae",
            "beta": checkpoint.training_of(name).get("beta"),
            "latent": sampled.z_visual.shape[1],
            "mse": sampled.error.mean().item(),
            "kl": sampled.kl.mean().item(),
            "precision_visual": {
                "sampled": precision_at(sampled.z_visual, classes),
                "means": precision_at(means.z_visual, classes),
            },
        }
        if sampled.z_music is not None and means.z_music is not None:
            figures["precision_music"] = {
                "sampled": precision_at(sampled.z_music, classes),
                "means": precision_at(means.z_music, classes),
            }
        fit = {
            kind: fitted(net, splits[kind], size, effort, played, device, augment=kind == "train")
            for kind in ("train", "valid")
        }
        figures["classified_by_originals"] = classifier.answers(
            judge.say(sampled.reconstruction), true
        )
        figures["classified_by_reconstructions"] = classifier.answers(
            _classifier_of_reconstructions(fit, judge, effort, device).say(sampled.reconstruction),
            true,
        )
        if sampled.z_music is not None:
            pairs = {kind: (passed.z_visual, passed.z_music) for kind, (passed, _) in fit.items()}
            figures["mine"] = asdict(
                information.estimate(
                    pairs["train"],  # type: ignore[arg-type]
                    pairs["valid"],  # type: ignore[arg-type]
                    (sampled.z_visual, sampled.z_music),
                    steps=effort.estimator_steps,
                    seed=effort.seed,
                )
            )
        result["models"][Path(name).name] = figures
        backs[Path(name).name] = sampled.reconstruction
        say(
            f"{name}: MSE {figures['mse']:.1f}, KL {figures['kl']:.1f}, top-1"
            f" {figures['classified_by_reconstructions']['top1']:.3f}"
        )
        plots.tsne(
            means.z_visual[:PLOTTED],
            test[:PLOTTED],
            classes[:PLOTTED],
            class_names,
            f"{Path(name).name}: visual space, means",
            out / f"tsne-{Path(name).name}-visual.png",
            effort.seed,
        )
        if means.z_music is not None:
            plots.tsne(
                means.z_music[:PLOTTED],
                test[:PLOTTED],
                classes[:PLOTTED],
                class_names,
                f"{Path(name).name}: auditive space, means",
                out / f"tsne-{Path(name).name}-music.png",
                effort.seed,
            )
    music = next((net.music for net in nets.values() if isinstance(net, SynVAE)), None)
    if music is not None:
        result["attacks"] = {
            f"{scale:g}": shares.tolist()
            for scale, shares in attacks_by_scale(music, effort).items()
        }
        plots.attacks(
            {float(k): np.asarray(x) for k, x in result["attacks"].items()}, out / "attacks.png"
        )
    shown = np.random.default_rng(effort.seed).permutation(len(test))[:SHOWN]
    plots.sheet(
        test[shown],
        {name: back[shown] for name, back in backs.items()},
        out / "reconstructions.png",
    )
    checkpoint.write_json(out / "figures.json", result)
    (out / "report.md").write_text(report(result, size), encoding="utf-8")
    return result


@torch.no_grad()
def attacks_by_scale(
    music: MusicNet, effort: Effort, temperature: float = 0.5
) -> dict[float, np.ndarray]:
    """Shares of melodies by their number of notes, for latents of the prior scaled by each of
    `SCALES` (thesis, Figure 9).
    """
    noise = generator(effort.seed, 9)
    device = next(music.parameters()).device
    z = torch.randn(effort.latents, music.config.latent, generator=noise).to(device)
    return {
        scale: attack_shares(
            np.concatenate(
                [
                    v.attacks(music.decode(part * scale, temperature, noise).cpu().numpy())
                    for part in z.split(AT_ONCE)
                ]
            )
        )
        for scale in SCALES
    }


def _load(name: str, device: torch.device) -> Any:
    kind = checkpoint.kind_of(name)
    if kind not in ("syn-vae", "vis-vae"):
        raise ConfigError(f"{name} is a {kind}; what is evaluated here is a syn-vae or a vis-vae")
    return checkpoint.load(name, kind, device)


def _classifier_of_originals(
    splits: dict[str, Pictures], visual: VisVAE, effort: Effort, device: torch.device
) -> Classifier:
    torch.manual_seed(effort.seed + 1)
    net = classifier.new(splits, visual.config).to(device)
    valid = (
        cropping.centre_crops(splits["valid"], visual.config.size).to(device),
        classifier.rows(splits["valid"].labels, net.labels).to(device),
    )
    classifier.fit(
        net,
        classifier.batches(splits["train"], net, effort.batch, effort.seed + 1, device),
        valid,
        effort.steps_for(len(splits["train"])),
    )
    return net


def _classifier_of_reconstructions(
    fit: dict[str, tuple[Passed, list[str]]], like: Classifier, effort: Effort, device: torch.device
) -> Classifier:
    torch.manual_seed(effort.seed + 2)
    net = Classifier(like.config, like.labels, like.several).to(device)
    seen = {
        kind: (passed.reconstruction, classifier.rows(names, net.labels).to(device))
        for kind, (passed, names) in fit.items()
    }

    def batch(step: int) -> tuple[Tensor, Tensor]:
        chosen = np.random.default_rng((effort.seed, step, 1)).integers(
            len(seen["train"][0]), size=effort.batch
        )
        return seen["train"][0][chosen], seen["train"][1][chosen]

    classifier.fit(net, batch, seen["valid"], effort.steps_for(len(seen["train"][0])))
    return net

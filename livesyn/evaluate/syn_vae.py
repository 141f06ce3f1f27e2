"""`livesyn evaluate syn-vae`: the SynVAE thesis's tables for trained checkpoints (section 5.2,
Tables 1 to 6).

All figures are on the test split. The classifiers and the estimator of mutual information are
fitted on the training split and stopped early by the validation split.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import ConfigError
from livesyn.evaluate import information, plots, thesis_tables
from livesyn.evaluate.retrieval_metrics import (
    RANKS,
    attack_shares,
    chance_precision,
    codes,
    precision_at,
)
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.classifier import Classifier
from livesyn.nets.music_net import MusicNet
from livesyn.nets.music_vae import kl_divergence
from livesyn.nets.precision import autocast
from livesyn.nets.syn_vae import SynVAE, SynVAEOutput
from livesyn.nets.vis_vae import VisVAE, VisVAEConfig
from livesyn.train import classifier
from livesyn.train.data import pictures
from livesyn.train.data.pictures import Pictures
from livesyn.train.run import generator
from livesyn.train.vis_vae import squared_error

AT_ONCE = 250
SCALES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)  # thesis, Figure 9
SHOWN = 36  # thesis, Figures 10 to 12
PLOTTED = 1000  # thesis, Figure 4

log = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How much is done. `fitted`: pictures of the training split, at most, that go through each net
    to fit the estimator and the second classifier (small sets are gone through again in other crops
    up to `least`); `latents`: how many latents of the prior for Figure 9.
    """

    fitted: int = 20_000
    least: int = 4_000
    classifier_steps: int = 3_000
    estimator_steps: int = 1_500
    batch: int = 128
    latents: int = 1_000
    seed: int = 0

    def steps_for(self, count: int) -> int:
        """Steps for a classifier of `count` pictures: a hundred times through them, as in the
        thesis, but 400 at least.
        """
        return min(self.classifier_steps, max(400, 100 * count // self.batch))


@dataclass(frozen=True)
class Passed:
    """A split gone through a net: the pictures that came back (N, C, H, W), error and KL of each
    (N,), what was sampled in the visual and in the auditive space (N, D); the last is None for a
    VisVAE.
    """

    reconstruction: Tensor
    error: Tensor
    kl: Tensor
    z_visual: Tensor
    z_music: Tensor | None


@torch.no_grad()
def pass_through(
    net: SynVAE | VisVAE, crops: Tensor, seed: int, use_mean: bool = False, played: bool = False
) -> Passed:
    """Encode and decode pictures (N, C, H, W). `played`: through notes as they are played
    (temperature 0.5), in place of the note distributions of training (1).
    """
    noise = generator(seed, 0)
    parts: list[tuple[Tensor, ...]] = []
    for part in crops.split(AT_ONCE):
        with autocast(part.device):
            if isinstance(net, VisVAE):
                mean, std = net.encode(part)
                z = (
                    mean
                    if use_mean
                    else mean + std * torch.randn(std.shape, generator=noise).to(std.device)
                )
                there = (net.decode(z), mean, std, z, z)
            else:
                full = (
                    _played(net, part, noise, use_mean)
                    if played
                    else net(part, noise, use_mean=use_mean)
                )
                there = (full.reconstruction, full.mean, full.std, full.z_visual, full.z_music)
        back, mean, std, z_visual, z_music = (tensor.float() for tensor in there)
        parts.append((back, squared_error(part, back), kl_divergence(mean, std), z_visual, z_music))
    back, error, kl, z_visual, z_music = (torch.cat(column) for column in zip(*parts, strict=True))
    return Passed(back, error, kl, z_visual, None if isinstance(net, VisVAE) else z_music)


def _played(net: SynVAE, crops: Tensor, noise: torch.Generator, use_mean: bool) -> SynVAEOutput:
    mean, std = net.encode(crops)
    z_visual = (
        mean if use_mean else mean + std * torch.randn(std.shape, generator=noise).to(std.device)
    )
    tokens = net.decode_music(z_visual, generator=noise)
    music_mean, music_std = net.music.encode(tokens)
    z_music = (
        music_mean
        if use_mean
        else music_mean + music_std * torch.randn(std.shape, generator=noise).to(std.device)
    )
    return SynVAEOutput(
        net.visual.decode(z_music), mean, std, tokens, music_mean, music_std, z_visual, z_music
    )


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
    test = pictures.centre_crops(splits["test"], size).to(device)
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
            kind: _fitted(net, splits[kind], size, effort, played, device, augment=kind == "train")
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


def splits_of(
    models: Sequence[str],
    data: Path,
    visual: VisVAEConfig,
    *,
    label: str = "",
    options: dict[str, Any] | None = None,
    unseen: bool = False,
) -> tuple[dict[str, Pictures], int]:
    """The splits that the first checkpoint was trained with, or of `options` (fields of
    `pictures.Source`), without those pictures of the test that any of the checkpoints was trained
    on or chosen by; and how many these were. With `unseen` there are none: they were trained on
    other pictures.

    Raises DataError, and ConfigError when no test is left or some were trained on binarised
    pictures and some not.
    """
    own = [
        pictures.Source(visual.size, visual.channels, label=label, **pictures.trained_with(name))
        for name in models
    ]
    if "binarise" not in (options or {}) and (
        other := [
            name for name, how in zip(models, own, strict=True) if how.binarise != own[0].binarise
        ]
    ):
        raise ConfigError(
            f"one of {models[0]} and {other[0]} was trained on binarised pictures and one was not;"
            " evaluate them apart, or say --binarise or --no-binarise"
        )
    source = replace(own[0], **(options or {}))
    splits = pictures.load(data, source)
    if unseen:
        return splits, 0
    seen: set[str] = set()
    told = {name: known for name in models if (known := pictures.learnt(name)) is not None}
    for how in dict.fromkeys(
        replace(how, binarise=source.binarise)
        for name, how in zip(models, own, strict=True)
        if name not in told
    ):
        theirs = splits if how == source else pictures.load(data, how)
        seen.update(theirs["train"].names, theirs["valid"].names)
    known = (
        np.isin(pictures.digests(splits["test"]), np.concatenate(list(told.values())))
        if told
        else np.zeros(len(splits["test"]), bool)
    )
    test = splits["test"].take(
        i for i, name in enumerate(splits["test"].names) if name not in seen and not known[i]
    )
    if not len(test):
        raise ConfigError(
            f"no picture of {data} is in the test split that is new to all of {', '.join(models)};"
            " evaluate them apart, or say --unseen if they were trained on other pictures"
        )
    return {**splits, "test": test}, len(splits["test"]) - len(test)


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
        pictures.centre_crops(splits["valid"], visual.config.size).to(device),
        classifier.rows(splits["valid"].labels, net.labels).to(device),
    )
    classifier.fit(
        net,
        classifier.batches(splits["train"], net, effort.batch, effort.seed + 1, device),
        valid,
        effort.steps_for(len(splits["train"])),
    )
    return net


def _fitted(
    net: SynVAE | VisVAE,
    split: Pictures,
    size: int,
    effort: Effort,
    played: bool,
    device: torch.device,
    augment: bool,
) -> tuple[Passed, list[str]]:
    """A split gone through the net, to fit on, and its labels: at most `fitted` of it, a small one
    again and again in other crops.
    """
    random = np.random.default_rng((effort.seed, 7))
    wanted = (
        min(effort.fitted, max(len(split), effort.least))
        if augment
        else min(len(split), effort.fitted // 4)
    )
    chosen = np.concatenate(
        [random.permutation(len(split)) for _ in range(-(-wanted // len(split)))]
    )[:wanted]
    crops = (
        pictures.random_crops(split, chosen, size, random)
        if augment
        else pictures.centre_crops(split.take(chosen), size)
    )
    return pass_through(net, crops.to(device), 2 if augment else 3, played=played), [
        split.labels[i] for i in chosen
    ]


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


def report(result: dict[str, Any], side: int) -> str:
    """The figures as Markdown, the thesis's own in brackets where it has them."""
    head = (
        "model",
        "MSE",
        "KL",
        *(f"P@{rank} visual" for rank in RANKS),
        *(f"P@{rank} music" for rank in RANKS),
        "P@10 music, means",
        "thesis-Acc",
        "top-1",
        "macro precision",
        "thesis-Acc, by originals",
        "top-1, by originals",
        "MINE (cap)",
        "beside",
    )
    played = result["path"] == "played"
    path = (
        "notes as they are played, temperature 0.5" if played else "note distributions of training"
    )
    lines = [
        f"# {result['data']}: SynVAE, measured",
        "",
        (
            f"On the test split, {result['pictures']} pictures of {len(result['classes'])} classes;"
            " nets and classifiers were fitted on the training split"
            f" ({result['training_pictures']} pictures)."
        ),
        f"z sampled, unless it says means. The music is {'' if played else 'the '}{path}.",
        *(
            [
                f"{result['left_out']} pictures were left out of it, for one of the models saw them"
                " in training."
            ]
            if result["left_out"]
            else []
        ),
        "In brackets the thesis's figure, of its model of the nearest KL on its own data.",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
    ]
    for name, f in result["models"].items():
        found = thesis_tables.beside(side, f["kind"], f["kl"])
        row = found[1] if found else None
        where = "precision_music" if "precision_music" in f else None
        of_rank = {1: row.p1, 5: row.p5, 10: row.p10} if row else {}
        mine = f.get("mine")
        own = f["classified_by_reconstructions"], f["classified_by_originals"]
        cells = [
            name,
            _beside(f["mse"], row.mse if row else None, 1),
            _beside(f["kl"], row.kl if row else None, 1),
            *(
                _beside(
                    f["precision_visual"]["sampled"][rank], None if where else of_rank.get(rank)
                )
                for rank in RANKS
            ),
            *(
                _beside(f[where]["sampled"][rank], of_rank.get(rank)) if where else ""
                for rank in RANKS
            ),
            _beside(f[where]["means"][10], None) if where else "",
            _beside(own[0]["thesis_acc"], row.acc if row else None),
            _beside(own[0]["top1"], None),
            _beside(own[0]["precision"], row.precision if row else None),
            _beside(own[1]["thesis_acc"], row.acc_originals if row else None),
            _beside(own[1]["top1"], None),
            (
                f"{mine['nats']:.2f} of {mine['cap']:.2f}, N"
                f" {mine['block']}{f' ({row.mine:.2f})' if row and row.mine else ''}"
                if mine
                else ""
            ),
            f"{found[0]}, β {found[1].beta:g}" if found else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    originals = result["originals"]
    lines += [
        "",
        (
            "Originals, by the classifier that was trained on originals: thesis-Acc"
            f" {originals['thesis_acc']:.3f}, top-1 {originals['top1']:.3f}, macro precision"
            f" {originals['precision']:.3f}. P@n by chance: {result['chance_precision']:.3f}."
        ),
        "",
        (
            "thesis-Acc is the mean over classes of their yes-or-no accuracies (for ten balanced"
            " classes 0.8 + 0.2 × top-1, and a guess scores 0.82). P@n is the mean over classes."
            " MINE is a lower bound in nats on pairs of the test split, and cannot exceed ln N."
        ),
        "",
        "![Reconstructions](reconstructions.png)",
        "",
    ]
    for name, f in result["models"].items():
        lines.append(
            f"![t-SNE, visual]({f'tsne-{name}-visual.png'})"
            + (f" ![t-SNE, auditive](tsne-{name}-music.png)" if "precision_music" in f else "")
        )
    if "attacks" in result:
        lines += [
            "",
            "Notes in two bars for latents of the prior, scaled:",
            "",
            "| scale | none | 1–2 | 3–15 | 16–31 | 32 | most often |",
            "|---|---|---|---|---|---|---|",
        ]
        for scale, shares in result["attacks"].items():
            s = np.asarray(shares)
            lines.append(
                f"| {scale} | {s[0]:.0%} | {s[1:3].sum():.0%} | {s[3:16].sum():.0%} |"
                f" {s[16:32].sum():.0%} | {s[32]:.0%} | {int(s.argmax())} ({s.max():.0%}) |"
            )
        lines += ["", "![Note attacks](attacks.png)"]
    return "\n".join(lines) + "\n"


def _beside(ours: float, theirs: float | None, digits: int = 2) -> str:
    return f"{ours:.{digits}f}" + (f" ({theirs:.{digits}f})" if theirs is not None else "")

"""`livesyn evaluate mvnet`: how far MVNet's pictures vary, copy, resemble paintings and follow the
music.

All is measured on what was held out: clips of works and paintings that neither the encoder, the
generator nor the classifier that judges was trained on. No weights are fetched: the judge is
trained here, on the training paintings, so its distances compare nets measured alike and nothing
else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.evaluate import plots
from livesyn.media.contact_sheet import grid
from livesyn.nets import checkpoint
from livesyn.nets.classifier import Classifier
from livesyn.nets.mvnet import MVNet
from livesyn.nets.vis_vae import preset
from livesyn.train import audio_encoder
from livesyn.train.classifier import answers, fit
from livesyn.train.data import musart
from livesyn.train.data.augment import augment
from livesyn.train.diversity import alike, frechet, nearest
from livesyn.train.run import generator

SHOWN = 12
TIMED = 20

log = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How much is done: pictures painted of each period, pairs compared, steps of the judge."""

    pictures: int = 100
    pairs: int = 300
    judge_steps: int = 1_500
    batch: int = 64
    seed: int = 0


def evaluate(
    models: Sequence[str],
    data: Path,
    out: Path,
    *,
    runs: Sequence[Path] = (),
    effort: Effort = Effort(),
    device: torch.device | str = "cpu",
    say: Say = log.info,
) -> dict[str, Any]:
    """Measure MVNet checkpoints on a Musart cache; write `figures.json`, `report.md` and its
    pictures into `out`; returns the figures. `runs` are folders of encoder runs whose embeddings by
    epoch are drawn (the paper's Figure 4).

    Raises DataError, CheckpointError.
    """
    device = torch.device(device)
    nets: dict[str, MVNet] = {
        Path(name).name: checkpoint.load(name, "mvnet", device) for name in dict.fromkeys(models)
    }
    for run in runs:
        if not run.is_dir():
            raise DataError(
                f"there is no run {str(run)!r}; name one of livesyn train audio-encoder"
            )
    found = musart.load(data)
    out.mkdir(parents=True, exist_ok=True)
    real = {
        split: (_images(found, split), torch.from_numpy(found[f"{split}_image_period"]).long())
        for split in ("train", "valid", "test")
    }
    say("the judge learns to tell periods")
    judge = train_judge(real, effort, device)
    result: dict[str, Any] = {
        "data": data.name,
        "paintings": _of_paintings(judge, real, effort, device),
        "models": {},
    }
    for name, net in nets.items():
        say(f"{name}: listening and painting")
        result["models"][name] = _measure(
            net, found, real, judge, effort, device, out / f"{name}.png"
        )
    for run in runs:
        if epochs := sorted(run.glob("epoch-*.npz")):
            plots.embeddings(
                {int(path.stem.split("-")[1]): np.load(path) for path in epochs},
                PERIODS,
                out / f"embeddings-{run.name}.png",
            )
            result.setdefault("epochs", {})[run.name] = [
                int(path.stem.split("-")[1]) for path in epochs
            ]
        else:
            say(
                f"{run.name} has kept no embeddings by epoch: it has not come to the end of its"
                " first"
            )
    checkpoint.write_json(out / "figures.json", result)
    (out / "report.md").write_text(report(result), encoding="utf-8")
    return result


def _images(found: Mapping[str, np.ndarray], split: str) -> Tensor:
    return torch.from_numpy(found[f"{split}_images"]).permute(0, 3, 1, 2).float() / 255


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
def _features(
    judge: Classifier, images: Tensor, device: torch.device, keep: np.ndarray | None = None
) -> np.ndarray:
    whole = (
        torch.cat([judge.features(part.to(device)).float().cpu() for part in images.split(250)])
        .flatten(1)
        .numpy()
    )
    return whole if keep is None else whole @ keep


def _axes(features: np.ndarray, count: int = 32) -> np.ndarray:
    """The directions (F, K) in which paintings' features vary most: more cannot be estimated from a
    few hundred pictures. They are as long as makes the paintings' variance along all of them
    together 1: one judge's features may be many times larger than another's.
    """
    centred = features - features.mean(0)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    return directions[:count].T * (len(features) / np.square(spread[:count]).sum()) ** 0.5


def _accuracy(
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


def _of_paintings(
    judge: Classifier,
    real: Mapping[str, tuple[Tensor, Tensor]],
    effort: Effort,
    device: torch.device,
) -> dict[str, Any]:
    """The same figures of real paintings: the target values."""
    images, periods = real["test"]
    keep = _axes(_features(judge, real["train"][0], device))
    train, test = (_features(judge, real[split][0], device, keep) for split in ("train", "test"))
    return {
        "views": {split: len(images) for split, (images, _) in real.items()},
        "ms_ssim": {
            name: alike(images[periods == k], effort.pairs) for k, name in enumerate(PERIODS)
        },
        "nearest_training_painting": float(nearest(images, real["train"][0]).median()),
        "frechet_of_training_paintings": frechet(train, test),
        "frechet_of_noise": frechet(
            _features(
                judge,
                torch.rand(len(images), *images.shape[1:], generator=generator(effort.seed, 3)),
                device,
                keep,
            ),
            test,
        ),
        "classified": _accuracy(judge, images, periods.numpy(), device),
    }


@torch.no_grad()
def _measure(
    net: MVNet,
    found: Mapping[str, np.ndarray],
    real: Mapping[str, tuple[Tensor, Tensor]],
    judge: Classifier,
    effort: Effort,
    device: torch.device,
    collage: Path,
) -> dict[str, Any]:
    net.eval()
    embeddings = audio_encoder.embed(net.encoder, found["test_mel"], device)
    random = np.random.default_rng(effort.seed)

    def choose(split: str) -> np.ndarray:
        """Clips, as many of each period."""
        return np.concatenate(
            [
                random.choice(np.flatnonzero(found[f"{split}_period"] == k), effort.pictures)
                for k in range(len(PERIODS))
            ]
        )

    clips, known = choose("test"), choose("train")
    periods = found["test_period"][clips].astype(np.int64)
    noise = torch.randn(len(clips), net.generator.config.noise, generator=generator(effort.seed, 4))
    size = real["train"][0].shape[-1]
    pictures = _paint(net, torch.from_numpy(embeddings[clips]), noise, size, device)
    heard_before = _paint(
        net,
        torch.from_numpy(audio_encoder.embed(net.encoder, found["train_mel"][known], device)),
        noise,
        size,
        device,
    )
    keep = _axes(_features(judge, real["train"][0], device))
    shown = np.concatenate([np.flatnonzero(periods == k)[:SHOWN] for k in range(len(PERIODS))])
    grid((pictures[shown] * 255).round().byte().permute(0, 2, 3, 1).numpy(), SHOWN).save(collage)
    one_clip = _paint(
        net,
        torch.from_numpy(np.repeat(embeddings[clips[:1]], 60, 0)),
        torch.randn(60, net.generator.config.noise, generator=generator(effort.seed, 5)),
        size,
        device,
    )
    encoder = audio_encoder.measure(net.encoder, dict(found), "test", device)
    return {
        "parameters": {
            "encoder": sum(p.numel() for p in net.encoder.parameters()),
            "generator": sum(p.numel() for p in net.generator.parameters()),
        },
        "encoder": {
            **encoder,
            "instruments": audio_encoder.instruments(net.encoder, dict(found), device),
            "one_piece_a_period": _published_protocol(net, found, device),
        },
        "ms_ssim": {
            name: alike(pictures[periods == k], effort.pairs) for k, name in enumerate(PERIODS)
        },
        "ms_ssim_of_one_clip": alike(one_clip, effort.pairs),
        "nearest_training_painting": float(nearest(pictures, real["train"][0]).median()),
        "frechet": frechet(
            _features(judge, pictures, device, keep),
            _features(judge, real["test"][0], device, keep),
        ),
        "classified": _accuracy(judge, pictures, periods, device),
        "classified_of_training_clips": _accuracy(
            judge, heard_before, found["train_period"][known].astype(np.int64), device
        ),  # the generator's part: the encoder was trained on those clips
        "pictures_a_second": _rate(net, device),
    }


def _published_protocol(net: MVNet, found: Mapping[str, np.ndarray], device: torch.device) -> float:
    """The accuracy on one piece a period, six segments each, as the paper tests (section 5)."""
    known, period, piece = (
        audio_encoder.embed(net.encoder, found["train_mel"], device),
        found["test_period"],
        found["test_piece"],
    )
    chosen: list[int] = []
    for k in range(len(PERIODS)):
        of_it = np.flatnonzero((period == k) & (piece == piece[period == k].min()))
        starts = np.unique(found["test_start"][of_it])[: musart.TEST_SEGMENTS]
        chosen += [int(of_it[found["test_start"][of_it] == start][0]) for start in starts]
    said = audio_encoder.neighbours(
        known,
        found["train_period"],
        audio_encoder.embed(net.encoder, found["test_mel"][chosen], device),
    )
    return float((said == period[chosen]).mean())


def _paint(
    net: MVNet, embeddings: Tensor, noise: Tensor, size: int, device: torch.device
) -> Tensor:
    """Pictures (N, 3, size, size), as large as the paintings they are measured against."""
    painted = torch.cat(
        [
            ((net.generator(e.to(device), z.to(device)) + 1) / 2).clamp(0, 1).cpu()
            for e, z in zip(embeddings.split(25), noise.split(25), strict=True)
        ]
    )
    return painted if painted.shape[-1] == size else F.interpolate(painted, size, mode="area")


def _rate(net: MVNet, device: torch.device) -> float:
    clock = SystemClock()
    given = (
        torch.zeros(1, net.generator.config.embedding, device=device),
        torch.zeros(1, net.generator.config.noise, device=device),
    )
    for _ in range(3):
        net.generator(*given).cpu()
    start_s = clock.now_s()
    for _ in range(TIMED):
        net.generator(*given).cpu()
    return TIMED / (clock.now_s() - start_s)


def report(result: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    real, models = result["paintings"], result["models"]
    lines = [
        f"# {result['data']}: MVNet, measured",
        "",
        (
            "On held-out works and paintings. Pictures are painted from held-out clips, each with"
            " its own noise. *Paintings* is what real held-out paintings give by the same measure."
        ),
        "",
        "| | paintings | " + " | ".join(models) + " |",
        "|---|---|" + "---|" * len(models),
    ]

    def row(title: str, painting: str, cells: Sequence[str]) -> None:
        lines.append(f"| {title} | {painting} | {' | '.join(cells)} |")

    def each(read: Callable[[Mapping[str, Any]], str]) -> list[str]:
        return [read(figures) for figures in models.values()]

    for name in PERIODS:
        row(
            f"MS-SSIM within {name} (1: all alike)",
            f"{real['ms_ssim'][name]:.3f}",
            each(lambda f, name=name: f"{f['ms_ssim'][name]:.3f}"),  # type: ignore[misc]
        )
    row("MS-SSIM of one clip, other noise", "", each(lambda f: f"{f['ms_ssim_of_one_clip']:.3f}"))
    row(
        "distance to the nearest training painting",
        f"{real['nearest_training_painting']:.3f}",
        each(lambda f: f"{f['nearest_training_painting']:.3f}"),
    )
    row(
        "Fréchet distance to held-out paintings (training paintings vary by 1)",
        f"{real['frechet_of_training_paintings']:.3f} (noise {real['frechet_of_noise']:.1f})",
        each(lambda f: f"{f['frechet']:.3f}"),
    )
    row(
        "period told by the judge, balanced (chance 0.2)",
        f"{real['classified']['balanced']:.3f}",
        each(lambda f: f"{f['classified']['balanced']:.3f}"),
    )
    row(
        "the same, painted from training clips",
        "",
        each(lambda f: f"{f['classified_of_training_clips']['balanced']:.3f}"),
    )
    row("encoder: silhouette", "", each(lambda f: f"{f['encoder']['silhouette']:.3f}"))
    row("encoder: k-NN, clips (chance 0.2)", "", each(lambda f: f"{f['encoder']['knn_clips']:.3f}"))
    row(
        "encoder: k-NN, pieces",
        "",
        each(lambda f: f"{f['encoder']['knn_pieces']:.3f} of {f['encoder']['pieces']}"),
    )
    row(
        "encoder: one piece a period, as the paper tests",
        "",
        each(lambda f: f"{f['encoder']['one_piece_a_period']:.3f}"),
    )
    row(
        "encoder: same period on another instrument (strangers)",
        "",
        each(
            lambda f: (
                f"{f['encoder']['instruments']['agreement']:.3f}"
                f" ({f['encoder']['instruments']['agreement_of_strangers']:.3f})"
                if f["encoder"]["instruments"]
                else ""
            )
        ),
    )
    row("pictures a second, this machine", "", each(lambda f: f"{f['pictures_a_second']:.1f}"))
    lines += [
        "",
        *(
            f"{name}, rows from renaissance to modern:\n\n![{name}]({name}.png)\n"
            for name in models
        ),
    ]
    lines += [
        f"Embeddings of held-out clips by epoch:\n\n![Embeddings](embeddings-{run}.png)\n"
        for run in result.get("epochs", {})
    ]
    return "\n".join(lines) + "\n"

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
from livesyn.evaluate.mvnet_judge import EFFORT, Effort, accuracy, axes, features, train_judge
from livesyn.evaluate.mvnet_report import report
from livesyn.media.contact_sheet import grid
from livesyn.nets import checkpoint
from livesyn.nets.classifier import Classifier
from livesyn.nets.mvnet import MVNet
from livesyn.train import embedding_measures, separation
from livesyn.train.data import musart, musart_plan
from livesyn.train.diversity import alike, frechet, nearest
from livesyn.train.run import generator

SHOWN = 12
TIMED = 20

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def evaluate(
    models: Sequence[str],
    data: Path,
    out: Path,
    *,
    runs: Sequence[Path] = (),
    effort: Effort = EFFORT,
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


def _of_paintings(
    judge: Classifier,
    real: Mapping[str, tuple[Tensor, Tensor]],
    effort: Effort,
    device: torch.device,
) -> dict[str, Any]:
    """The same figures of real paintings: the target values."""
    images, periods = real["test"]
    keep = axes(features(judge, real["train"][0], device))
    train, test = (features(judge, real[split][0], device, keep) for split in ("train", "test"))
    return {
        "views": {split: len(images) for split, (images, _) in real.items()},
        "ms_ssim": {
            name: alike(images[periods == k], effort.pairs) for k, name in enumerate(PERIODS)
        },
        "nearest_training_painting": float(nearest(images, real["train"][0]).median()),
        "frechet_of_training_paintings": frechet(train, test),
        "frechet_of_noise": frechet(
            features(
                judge,
                torch.rand(len(images), *images.shape[1:], generator=generator(effort.seed, 3)),
                device,
                keep,
            ),
            test,
        ),
        "classified": accuracy(judge, images, periods.numpy(), device),
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
    embeddings = embedding_measures.embed(net.encoder, found["test_mel"], device)
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
        torch.from_numpy(embedding_measures.embed(net.encoder, found["train_mel"][known], device)),
        noise,
        size,
        device,
    )
    keep = axes(features(judge, real["train"][0], device))
    shown = np.concatenate([np.flatnonzero(periods == k)[:SHOWN] for k in range(len(PERIODS))])
    grid((pictures[shown] * 255).round().byte().permute(0, 2, 3, 1).numpy(), SHOWN).save(collage)
    one_clip = _paint(
        net,
        torch.from_numpy(np.repeat(embeddings[clips[:1]], 60, 0)),
        torch.randn(60, net.generator.config.noise, generator=generator(effort.seed, 5)),
        size,
        device,
    )
    encoder = embedding_measures.measure(net.encoder, dict(found), "test", device)
    return {
        "parameters": {
            "encoder": sum(p.numel() for p in net.encoder.parameters()),
            "generator": sum(p.numel() for p in net.generator.parameters()),
        },
        "encoder": {
            **encoder,
            "instruments": embedding_measures.instruments(net.encoder, dict(found), device),
            "one_piece_a_period": _published_protocol(net, found, device),
        },
        "ms_ssim": {
            name: alike(pictures[periods == k], effort.pairs) for k, name in enumerate(PERIODS)
        },
        "ms_ssim_of_one_clip": alike(one_clip, effort.pairs),
        "nearest_training_painting": float(nearest(pictures, real["train"][0]).median()),
        "frechet": frechet(
            features(judge, pictures, device, keep),
            features(judge, real["test"][0], device, keep),
        ),
        "classified": accuracy(judge, pictures, periods, device),
        "classified_of_training_clips": accuracy(
            judge, heard_before, found["train_period"][known].astype(np.int64), device
        ),  # the generator's part: the encoder was trained on those clips
        "pictures_a_second": _rate(net, device),
    }


def _published_protocol(net: MVNet, found: Mapping[str, np.ndarray], device: torch.device) -> float:
    """The accuracy on one piece a period, six segments each, as the paper tests (section 5)."""
    known, period, piece = (
        embedding_measures.embed(net.encoder, found["train_mel"], device),
        found["test_period"],
        found["test_piece"],
    )
    chosen: list[int] = []
    for k in range(len(PERIODS)):
        of_it = np.flatnonzero((period == k) & (piece == piece[period == k].min()))
        starts = np.unique(found["test_start"][of_it])[: musart_plan.TEST_SEGMENTS]
        chosen += [int(of_it[found["test_start"][of_it] == start][0]) for start in starts]
    said = separation.neighbours(
        known,
        found["train_period"],
        embedding_measures.embed(net.encoder, found["test_mel"][chosen], device),
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

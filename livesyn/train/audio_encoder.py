"""Train MVNet's audio encoder by triplets: `livesyn train audio-encoder`. (MVNet, section 4.1.)

Preset `published` is the paper's: one triplet a step, drawn at random, Adam 5e-5, 15 epochs. Preset
`small` learns more from less: batches of all periods and every triplet in them, windows varied by
colouring, noise, shifts of pitch and gaps, a linear layer on the embedding that names the period
(from triplets alone it learnt nothing in 1,000 steps), and of all validations the best is kept.
Where the set has each clip on several instruments (`livesyn data musart --takes`), the takes of a
clip are pulled together, so that the embedding depends on the music and not on the instrument.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from livesyn.base.errors import ConfigError, DataError
from livesyn.base.params import PERIODS
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.precision import autocast
from livesyn.train import card
from livesyn.train.data import musart
from livesyn.train.embedding_measures import embed, instruments, keep_centres, measure
from livesyn.train.run import Run, setting
from livesyn.train.triplets import all_triplets, random_triplets

PRESETS = {
    "published": AudioEncoderConfig(),
    "small": AudioEncoderConfig((16, 32, 64, 128, 256, 512), dropout=0.3, pooled=True),
}
EPOCHS = 15
LEAST = 3  # clips a period in a batch: two takes of one, and one of another piece
EVERY = 250  # steps between validations
STAGES = (1, 3, 6, 10, 15)  # epochs whose embeddings are kept, for the paper's figure 4


@dataclass(frozen=True)
class Settings:
    """What a run is made of."""

    preset: str = setting("small", f"which net and which way of training: {', '.join(PRESETS)}")
    data: str = setting("data/musart.npz", "the cache made by livesyn data musart")
    steps: int = setting(
        0, "steps of training at most (0: published 15 epochs of one triplet a step, small 4000)"
    )
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(
        0,
        f"clips a step (0: published 1 triplet, small 25, five a period); small: at least {LEAST} a"
        " period",
    )
    rate: float = setting(0.0, "Adam's learning rate (0: published 5e-5, small 5e-4)")
    margin: float = setting(3.0, "margin of the triplet loss")
    p: float = setting(5.0, "norm of the triplet loss", least=1)
    powered: bool = setting(False, "distances to the power p, as the paper prints the loss")
    naming: float = setting(
        2.0, "small: weight of naming the period by a linear layer, beside the triplets"
    )
    takes: float = setting(
        4.0,
        "small: weight of how far takes of one clip on several instruments are apart, against other"
        " pieces of the period; where the set has them",
    )
    patience: int = setting(
        0, "stop after so many validations without a better one, and take the best (0: never)"
    )
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pieces, write the checkpoint to `out`; returns the figures. Raises
    ConfigError, DataError.
    """
    s = settings
    if s.preset not in PRESETS:
        raise ConfigError(f"there is no preset {s.preset!r}; there are: {', '.join(PRESETS)}")
    published = s.preset == "published"
    data = musart.load(Path(s.data))
    torch.manual_seed(s.seed)
    net = AudioEncoder(PRESETS[s.preset], PERIODS).to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    both = nn.ModuleDict(
        {"encoder": net, "naming": nn.Linear(net.config.embedding, len(PERIODS))}
    ).to(device)
    count = len(data["train_mel"])
    total = s.steps or (EPOCHS * count if published else 4000)
    batch = s.batch or (1 if published else 25)
    optimiser: torch.optim.Optimizer = (
        torch.optim.Adam(both.parameters(), s.rate or 5e-5, betas=(0.5, 0.999))
        if published
        else torch.optim.AdamW(
            both.parameters(), s.rate or 5e-4, betas=(0.9, 0.99), weight_decay=0.05
        )
    )
    run = Run(run_folder, both, optimiser, s)
    share = run.team.share(batch)
    if published and not s.steps:
        total = -(-total // run.team.size)  # a step has every process's triplet: as many epochs
    if not published and share % len(PERIODS):
        raise ConfigError(
            f"{run.team.size} processes have {share} clips each of a batch of {batch}, and there"
            f" are {len(PERIODS)} periods; give --batch a multiple of"
            f" {len(PERIODS) * run.team.size}"
        )
    if not published and share < LEAST * len(PERIODS):
        raise ConfigError(
            f"a process has {share} clips of a batch of {batch}, fewer than {LEAST} a period; give"
            f" --batch {LEAST * len(PERIODS) * run.team.size} or more"
        )
    _check_pieces(data)
    recent: list[float] = []
    for step in run.steps(total, s.minutes, f"audio-encoder {s.preset}"):
        random = run.random(step)
        with autocast(device):
            loss = (
                random_triplets(net, data, share, random, s, device)
                if published
                else all_triplets(both, data, share, random, s, device)
            )
        run.descend(loss)
        recent.append(loss.item())
        if step % EVERY == EVERY - 1 or step in (0, total - 1):
            seen = measure(net, data, "valid", device)
            run.log(
                **{"train/loss": float(np.mean(recent))},
                **{f"valid/{name}": seen[name] for name in ("triplet", "silhouette", "knn_clips")},
            )
            run.judge(-seen["silhouette"] - seen["knn_clips"])
            run.plot(run_folder / "curves.png")
            recent.clear()
            if s.patience and run.stale >= s.patience:
                break
        # epochs that are done
        before, after = (clips * share * run.team.size // count for clips in (step, step + 1))
        for epoch in (stage for stage in STAGES if before < stage <= after and run.team.leads):
            np.savez(
                run_folder / f"epoch-{epoch:02d}.npz",
                embeddings=embed(net, data["test_mel"], device),
                periods=data["test_period"],
            )
    if not published:
        run.restore_best()
    if not run.team.leads:
        return {}
    keep_centres(net, data, device)
    figures: dict = {
        "split": "test",
        **measure(net, data, "test", device),
        "instruments": instruments(net, data, device),
    }
    figures["run"] = {
        "steps": run.step,
        "minutes": round(run.trained_s / 60, 1),
        "clips": count,
        "pieces": len(set(data["train_piece"].tolist())),
    }
    if out is not None:
        _write(out, net, run, s, figures, data, run_folder)
    return figures


def _check_pieces(data: dict[str, np.ndarray]) -> None:
    """Raise DataError where a period has one piece alone: there is no positive for it."""
    for k, name in enumerate(PERIODS):
        if len(set(data["train_piece"][data["train_period"] == k].tolist())) < 2:
            raise DataError(
                f"{name} has clips of one piece alone to learn from; each period needs two pieces,"
                " and more for a net that hears periods"
            )


def _write(
    out: Path,
    net: AudioEncoder,
    run: Run,
    s: Settings,
    figures: dict,
    data: dict[str, np.ndarray],
    run_folder: Path,
) -> None:
    origin = json.loads(str(data["origin"]))
    checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
    checkpoint.write_json(out / "metrics.json", figures)
    run.plot(out / "curves.png")
    card.write(
        out,
        "audio-encoder",
        net,
        s,
        run_folder,
        {
            origin["music"]: (
                f"{figures['run']['clips']} clips of {figures['run']['pieces']} pieces, each on one"
                " of several instruments of FluidR3 GM (MIT)"
            )
        },
        figures,
        [origin.get("command", "livesyn data musart")],
    )
    card.write_attribution(out, origin)

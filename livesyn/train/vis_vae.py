"""Train a VisVAE on pictures: `livesyn train vis-vae`. (SynVAE thesis, eq. 6.)

Squared error summed over a picture plus β·KL, as the thesis sums them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livesyn.nets import checkpoint
from livesyn.nets.music_vae import kl_divergence
from livesyn.nets.precision import autocast
from livesyn.nets.vis_vae import VisVAE, VisVAEConfig, preset
from livesyn.train import card
from livesyn.train.data import cropping, learnt_pictures, pictures
from livesyn.train.run import Run, generator, setting

VALIDATED = 2000  # pictures of each validation, at most
AT_ONCE = 500


@dataclass(frozen=True)
class Settings:
    """What a run is made of."""

    preset: str = setting("art", "sizes of the net")
    data: str = setting("pictures", "folder, .zip or .npz of pictures")
    rights: str = setting("", "words of the manifest's rights column to keep, separated by |")
    steps: int = setting(4000, "steps of training at most", least=1)
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(64, "examples a step", least=1)
    rate: float = setting(1e-3, "Adam's learning rate, warmed up, then a cosine down")
    beta: float = setting(1.0, "weight of the KL term")
    held_out: int = setting(
        50, "pictures kept for the test, where the set has no test of its own", least=1
    )
    valid: int = setting(0, "pictures kept for validation (0: as the test asks)")
    binarise: bool = setting(False, "have every pixel be 0 or 1")
    latent: int = setting(0, "dimensions of z (0: the preset's)")
    patience: int = setting(
        0, "stop after so many validations without a better one, and take the best (0: never)"
    )
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pictures, write the checkpoint to `out`; returns the figures."""
    s = settings
    torch.manual_seed(s.seed)
    sizes = preset(s.preset)
    net = VisVAE(replace(sizes, latent=s.latent or sizes.latent)).to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # else the transposed convolutions crawl on a CPU
    data = pictures.load(Path(s.data), source_of(s, net.config))
    size = net.config.size
    optimiser = torch.optim.Adam(net.parameters(), lr=s.rate)
    run = Run(run_folder, net, optimiser, s)
    share = run.team.share(s.batch)
    valid = cropping.centre_crops(
        data["valid"].take(range(min(len(data["valid"]), VALIDATED))), size
    ).to(device)
    for step in run.steps(s.steps, s.minutes, f"vis-vae {s.preset}"):
        schedule(optimiser, s.rate, step, run.progress(s.steps, s.minutes))
        batch = cropping.random_batch(data["train"], size, share, run.random(step)).to(device)
        with autocast(device):
            mean, std = net.encode(batch)
            z = mean + std * torch.randn(std.shape, generator=run.noise(step)).to(device)
            reconstruction = net.decode(z).float()
        error, kl = squared_error(batch, reconstruction).mean(), kl_divergence(mean, std).mean()
        run.descend(error + s.beta * kl, 1000.0)
        if step % 20 == 0:
            run.log(**{"train/mse": error.item(), "train/kl": kl.item()})
        if step % 100 == 99:
            seen = measure(net, valid)
            run.judge(seen["mse"] + s.beta * seen["kl"])
            run.log(**{f"valid/{k}": x for k, x in seen.items()})
            run.plot(run_folder / "curves.png")
            if s.patience and run.stale >= s.patience:
                break
    run.restore_best()
    net.eval()
    if not run.team.leads:
        return {}
    figures: dict = {
        "split": "test",
        "pictures": len(data["test"]),
        **measure(net, cropping.centre_crops(data["test"], size).to(device)),
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
            "vis-vae",
            net,
            s,
            run_folder,
            {Path(s.data).name: f"{len(data['train'])} pictures"},
            figures,
        )
    return figures


def source_of(settings: Any, config: VisVAEConfig) -> pictures.Source:
    """How a training script's settings have its pictures read, for a net of this size."""
    s = settings
    return pictures.Source(
        config.size,
        config.channels,
        s.binarise,
        tuple(filter(None, s.rights.split("|"))),
        s.held_out,
        s.valid,
        getattr(s, "label", ""),
    )


def schedule(optimiser: torch.optim.Optimizer, rate: float, step: int, done: float) -> None:
    """Set the learning rate: up over 100 steps, then a cosine down as `done` goes from 0 to 1."""
    for group in optimiser.param_groups:
        group["lr"] = (
            rate * min(1, step / 100) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(done, 1))))
        )


def squared_error(pictures_: Tensor, reconstruction: Tensor) -> Tensor:
    """Squared error summed over each picture, as the thesis's "MSE" is: (B,)."""
    return (pictures_ - reconstruction).square().flatten(1).sum(1)


@torch.no_grad()
def measure(net: VisVAE, crops: Tensor) -> dict[str, float]:
    """MSE and KL (nats), means over pictures (N, C, H, W), z sampled."""
    noise, errors, kls = generator(1, 0), [], []
    for part in crops.split(AT_ONCE):
        mean, std = net.encode(part)
        z = mean + std * torch.randn(std.shape, generator=noise).to(std.device)
        errors.append(squared_error(part, net.decode(z)))
        kls.append(kl_divergence(mean, std))
    return {"mse": torch.cat(errors).mean().item(), "kl": torch.cat(kls).mean().item()}

"""Train a conductor over a two-bar MusicVAE: `livesyn train conductor`.

Every two bars of the windows are encoded once by the generator; what is learned is the way
from eight such latents to z and back. The loss is that of a hierarchical VAE whose lower
level is fixed: how far each pair's posterior is from what the conductor expects of it, plus
β·max(KL of z − free, 0). Reads top to bottom.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import DataError
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.conducted_vae import ConductedConfig, ConductedVAE
from livesyn.nets.music_net import kl_divergence
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.precision import autocast
from livesyn.train import card
from livesyn.train.data import melodies
from livesyn.train.music_vae import measure
from livesyn.train.run import Run, generator, setting

SHIFTS = (0, -4, 3)  # semitones; each window is learned in so many keys
WIDEST = 4.0  # how far `scale` may widen a dimension


@dataclass(frozen=True)
class Settings:
    """What a run is made of; a resumed run must have the same (but for its length)."""

    generator: str = setting("melody-small", "two-bar MusicVAE checkpoint to conduct, frozen")
    data: str = setting("data/melodies-16.npz", "windows, made by livesyn data melodies --bars 16")
    steps: int = setting(6_000, "steps of training at most", least=1)
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(128, "examples a step", least=1)
    rate: float = setting(2e-3, "Adam's learning rate, warmed up, then a cosine down")
    beta: float = setting(0.5, "weight of the KL term of z")
    free: float = setting(16.0, "nats of KL that cost nothing")
    anneal: float = setting(0.2, "part of the run in which beta grows from 0")
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pieces, and write the checkpoint to `out`; returns the figures."""
    s = settings
    data = melodies.load(Path(s.data))
    lower = checkpoint.load(s.generator, "music-vae", device)
    if (
        data["train"].dtype != np.uint8
        or data["train"].shape[1] % v.STEPS
        or data["train"].shape[1] == v.STEPS
    ):
        raise DataError(
            f"{s.data} does not hold long windows of notes; make some with: livesyn data melodies"
            f" FOLDER... --bars 16 -o {s.data}"
        )
    torch.manual_seed(s.seed)
    bars = data["train"].shape[1] // v.STEPS_PER_BAR
    net = ConductedVAE(
        ConductedConfig(
            s.generator,
            checkpoint.fingerprint(s.generator),
            lower.config.latent,
            bars=bars,
            embedding=lower.config.embedding,
        ),
        lower,
    ).to(device)
    known, valid = (
        encoded(lower, data["train"], SHIFTS, device),
        encoded(lower, data["valid"], SHIFTS[:1], device),
    )
    net.log_spread.data.copy_(known.spread.log())
    optimiser = torch.optim.Adam(net.parameters(), lr=s.rate)
    run = Run(run_folder, net, optimiser, s)
    batch = run.team.share(s.batch)
    for step in run.steps(s.steps, s.minutes, f"conductor over {s.generator}"):
        done = run.progress(s.steps, s.minutes)
        for group in optimiser.param_groups:
            group["lr"] = (
                s.rate
                * min(1, step / 200)
                * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(done, 1))))
            )
        rows = run.random(step).integers(0, len(known), batch)
        with autocast(device):
            form, kl = losses(net, *known.of(rows), run.noise(step))
        loss = form + s.beta * min(1.0, done / s.anneal) * (kl - s.free).clamp_min(0)
        run.descend(loss, 1.0)
        if step % 50 == 0:
            run.log(**{"train/form": form.item(), "train/kl": kl.item()})
        if step % 500 == 499:
            with torch.no_grad():
                form, kl = losses(net, *valid.of(np.arange(min(512, len(valid)))), generator(1, 0))
            run.log(**{"valid/form": form.item(), "valid/kl": kl.item()})
            run.plot(run_folder / "curves.png")
    net.eval()
    if not run.team.leads:
        return {}
    widen(net, known, s.seed)
    test = encoded(lower, data["test"], SHIFTS[:1], device)
    means, stds = test.of(np.arange(len(test)))
    with torch.no_grad():
        form, kl = losses(net, means, stds, generator(1, 0))
        blank = (
            expectation(known.spread, known.means.float().mean(0), means, stds).sum((1, 2)).mean()
        )
    figures = measure(net, data, device, s.seed)
    figures["form"] = {
        "nats": float(form),
        "nats_knowing_nothing": float(blank),
        "kl": float(kl),
        "scale": float(net.scale.mean()),
    }
    figures["run"] = {
        "steps": run.step,
        "windows": run.step * s.batch,
        "minutes": round(run.trained_s / 60, 1),
    }
    if out is not None:
        checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
        checkpoint.write_json(out / "metrics.json", figures)
        run.plot(out / "curves.png")
        _write_card(out, net, s, run_folder, json.loads(str(data["origin"])), figures)
    return figures


class Known:
    """Windows as the generator's latents: `means` and `stds` (M, U) of every two bars that occur,
    and which of them each window is made of, (N, P)."""

    def __init__(self, means: Tensor, stds: Tensor, windows: np.ndarray) -> None:
        self.means, self.stds, self.windows = means, stds, windows

    def __len__(self) -> int:
        return len(self.windows)

    def of(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """Means and standard deviations, each (B, P, U) float32, of windows by their numbers."""
        pairs = torch.from_numpy(self.windows[rows])
        return self.means[pairs].float(), self.stds[pairs].float()

    @property
    def spread(self) -> Tensor:
        """How far the latents of two bars lie apart, draws included: (U,)."""
        return (self.means.float().var(0) + self.stds.float().square().mean(0)).sqrt()


@torch.no_grad()
def encoded(
    lower: MusicVAE,
    windows: np.ndarray,
    shifts: tuple[int, ...],
    device: torch.device,
    batch: int = 512,
) -> Known:
    """`windows` (N, T) in all keys of `shifts`, each two bars that occur encoded once."""
    pairs = (
        np.concatenate([v.transpose(windows.astype(np.int64), shift) for shift in shifts])
        .astype(np.uint8)
        .reshape(-1, v.STEPS)
    )
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    means, stds = [], []
    for part in torch.from_numpy(distinct.astype(np.int64)).split(batch):
        with autocast(device):
            mean, std = lower.encode(part.to(device))
        means.append(mean.half())
        stds.append(std.half())
    return Known(torch.cat(means), torch.cat(stds), which.reshape(len(shifts) * len(windows), -1))


def losses(
    net: ConductedVAE, means: Tensor, stds: Tensor, noise: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Of windows (B, P, U): how far the pairs are from what is expected of them, and the KL of z,
    in nats a window.
    """
    mean, std = net.encode_pairs(means)
    z = mean + std * torch.randn(std.shape, generator=noise).to(mean.device)
    expected = net.conduct(z).float().transpose(0, 1)
    return (
        expectation(net.spread, expected, means, stds).sum((1, 2)).mean(),
        kl_divergence(mean, std).mean(),
    )


def expectation(spread: Tensor, expected: Tensor, means: Tensor, stds: Tensor) -> Tensor:
    """KL(N(means, stds²) || N(expected, spread²)), for each dimension."""
    return (
        (spread / stds).log()
        + (stds.square() + (means - expected).square()) / (2 * spread.square())
        - 0.5
    )


@torch.no_grad()
def widen(net: ConductedVAE, known: Known, seed: int, windows: int = 4096) -> None:
    """Set `scale` so that what z gives has the spread that the latents of two bars have; not of
    dimensions in which all music is alike, to which the generator is insensitive.
    """
    rows = np.random.default_rng(seed).integers(0, len(known), min(windows, len(known)))
    given = (
        net.conduct(torch.randn(len(rows), net.config.latent, generator=generator(seed, 0)))
        .flatten(0, 1)
        .std(0)
    )
    alive = known.means.float().var(0) > 0.01
    net.scale.copy_(
        torch.where(
            alive, (known.spread / given.clamp_min(1e-3)).clamp(1.0, WIDEST), torch.ones_like(given)
        )
    )


def _write_card(
    out: Path, net: ConductedVAE, s: Settings, run_folder: Path, origin: dict, figures: dict
) -> None:
    if origin["attribution"]:
        card.write_attribution(out, origin)
    card.write(
        out,
        "conductor",
        net,
        s,
        run_folder,
        {name: f"{count:,} windows" for name, count in origin["windows"].items()},
        figures,
        [
            f"livesyn data melodies {' '.join(origin['windows'])} --bars {net.config.bars}"
            f" -o {s.data}"
        ],
    )

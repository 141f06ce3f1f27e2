"""Figures of a MusicVAE on held-out pieces."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from livesyn.music import drums, keys
from livesyn.music import vocabulary as v
from livesyn.nets.music_net import MusicNet, kl_divergence
from livesyn.nets.precision import autocast
from livesyn.train.run import generator


@torch.no_grad()
def nats(net: MusicNet, windows: np.ndarray, seed: int, draws: int = 4000) -> torch.Tensor:
    """The KL of each dimension of z in nats, (D,), mean over some of the windows (N, T)."""
    rows = np.random.default_rng(seed).integers(0, len(windows), draws)
    tokens = torch.from_numpy(windows[rows].astype(np.int64)).to(net.output.weight.device)
    means, stds = zip(*(net.encode(part) for part in tokens.split(500)), strict=True)
    mean, std = torch.cat(means), torch.cat(stds)
    return 0.5 * (mean.square() + std.square() - 1 - 2 * std.log()).mean(0)


@torch.no_grad()
def reconstruction(
    net: MusicNet, tokens: torch.Tensor, device: torch.device, batch: int = 512
) -> dict[str, float]:
    """On windows (N, T): `forced` and `free` are the shares of tokens right by teacher forcing
    and free-running (both from the posterior's mean, likeliest token), `free_attacks` those of
    the steps at which something is struck, `all_hold` what a line that never strikes would get
    (drums: silence); `nats` and `kl` a window, z sampled."""
    net.eval()
    totals: dict[str, float] = {}
    for part in tokens.split(max(1, batch * v.STEPS // net.config.steps)):
        part = part.to(device)
        with autocast(device):
            mean, std = net.encode(part)
            z = mean + std * torch.randn(std.shape, generator=generator(1, 0)).to(device)
            logits, sampled = net(mean, part), net(z, part).float()
        free = net.decode(mean, 0.0)
        struck = _struck(net, part)
        figures = {
            "forced": (logits.argmax(2) == part).float().mean(),
            "free": (free == part).float().mean(),
            "free_attacks": (free == part)[struck].float().mean(),
            "all_hold": (part == v.HOLD).float().mean(),
            "nats": F.cross_entropy(sampled.flatten(0, 1), part.flatten()) * net.config.steps,
            "kl": kl_divergence(mean, std).mean(),
            "active": (mean.var(0) > 0.01).float().sum(),
        }
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + float(value) * len(part) / len(tokens)
    net.train()
    return totals


def _struck(net: MusicNet, tokens: Any) -> Any:
    """Where something is struck, tensor or array."""
    return tokens > (v.NOTE_OFF if net.config.vocabulary == v.SIZE else drums.REST)


def usual(net: MusicNet, train_set: np.ndarray, test: np.ndarray) -> dict[str, float]:
    """How often the likeliest token of each step in the training windows is right on `test`,
    over all steps and over those at which something is struck."""
    likeliest = np.array(
        [np.bincount(column, minlength=2).argmax() for column in train_set.astype(np.int64).T]
    )
    right, struck = test == likeliest, _struck(net, test)
    return {"usual": float(right.mean()), "usual_attacks": float(right[struck].mean())}


def echo(net: MusicNet, tokens: np.ndarray) -> float:
    """The share of bars, from the second on, whose rhythm was there before in the window."""
    rhythms = _struck(net, tokens).reshape(len(tokens), -1, v.STEPS_PER_BAR)
    same = (rhythms[:, :, None] == rhythms[:, None]).all(-1)
    return float(np.tril(same, -1).any(2)[:, 1:].mean())


@torch.no_grad()
def measure(
    net: MusicNet, data: dict[str, np.ndarray], device: torch.device, seed: int, samples: int = 4096
) -> dict:
    """Figures on the test split's pieces, and prior samples beside real windows."""
    test = torch.from_numpy(data["test"].astype(np.int64))
    rebuilt = reconstruction(net, test, device) | usual(net, data["train"], data["test"])
    figures: dict = {
        "split": "test",
        "pieces": len(np.unique(data["test_piece"])),
        "windows": len(test),
        "reconstruction": rebuilt,
    }
    noise = torch.Generator().manual_seed(seed)
    net.eval()
    batch = 512 * v.STEPS // net.config.steps
    drawn = np.concatenate(
        [
            net.decode(
                torch.randn(batch, net.config.latent, generator=noise).to(device), 0.5, noise
            )
            .cpu()
            .numpy()
            for _ in range(samples // 512)
        ]
    )
    for name, tokens in (("real", data["test"]), ("prior", drawn)):
        each = _struck(net, tokens).reshape(-1, v.STEPS).sum(1)  # attacks in two bars
        counts = np.bincount(each, minlength=v.STEPS + 1)
        figures[name] = {
            "attacks": [round(float(x), 4) for x in counts / counts.sum()],
            "mean_attacks": round(float(each.mean()), 3),
        }
        if net.config.vocabulary == v.SIZE:
            figures[name]["in_key"] = round(
                float(np.mean([keys.in_key_rate(t) for t in tokens[:2000]])), 4
            )
        if net.config.steps > v.STEPS:
            figures[name]["echo"] = round(echo(net, tokens), 4)
    figures["attack_distance"] = round(
        0.5
        * float(np.abs(np.subtract(figures["real"]["attacks"], figures["prior"]["attacks"])).sum()),
        4,
    )
    return json.loads(json.dumps(figures))

"""Train a MusicVAE on melody windows: `livesyn train music-vae`.

Cross-entropy of the tokens plus β·max(KL − free, 0), β annealed from 0. Scheduled sampling
in two passes: the net first reads the true tokens and draws its own, then reads a mix of
both; the share of its own grows through the run. Reads top to bottom.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from livesyn.music import keys
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.music_vae import MusicVAE, kl_divergence, preset
from livesyn.train import card, melodies
from livesyn.train.run import Run, generator, setting


@dataclass(frozen=True)
class Settings:
    """What a run is made of; a resumed run must have the same (but for its length)."""

    preset: str = setting("small", "sizes of the net")
    data: str = setting("data/melodies.npz", "melody cache, made by livesyn data melodies")
    steps: int = setting(20_000, "steps of training at most")
    minutes: float | None = setting(None, "stop after so many minutes of training in all")
    batch: int = setting(256, "examples a step")
    rate: float = setting(2e-3, "Adam's learning rate, warmed up, then a cosine down")
    beta: float = setting(0.2, "weight of the KL term")
    free: float = setting(8.0, "nats of KL that cost nothing")
    anneal: float = setting(0.15, "part of the run in which beta grows from 0")
    sampling: float = setting(0.3, "share of the net's own tokens it reads at the end of the run")
    seed: int = setting(0, "the same seed, the same run")


def train(settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None) -> dict:
    """Train, measure on held-out pieces, and write the checkpoint to `out`; returns the figures."""
    s = settings
    data = melodies.load(Path(s.data))
    train_set, valid = data["train"], torch.from_numpy(data["valid"][:2048].astype(np.int64))
    torch.manual_seed(s.seed)
    net = MusicVAE(preset(s.preset)).to(device)
    optimiser = torch.optim.Adam(net.parameters(), lr=s.rate)
    run = Run(run_folder, net, optimiser, asdict(s))
    for step in run.steps(s.steps, s.minutes, f"music-vae {s.preset}"):
        done = run.progress(s.steps, s.minutes)
        for group in optimiser.param_groups:
            group["lr"] = s.rate * min(1, step / 200) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(done, 1))))
        random = np.random.default_rng((s.seed, step))
        rows = random.integers(0, len(train_set), s.batch)
        tokens = torch.from_numpy(v.transpose(train_set[rows].astype(np.int64), random.integers(-6, 6, (s.batch, 1)))).to(device)
        noise = generator(s.seed, step)
        with torch.autocast(device.type, torch.bfloat16):
            mean, std = net.encode(tokens)
            z = mean + std * torch.randn(std.shape, generator=noise).to(device)
            inputs = _scheduled(net, z, tokens, s.sampling * done, noise)
            logits = net(z, inputs).float()
        loss_music = F.cross_entropy(logits.flatten(0, 1), tokens.flatten()) * v.STEPS
        kl = kl_divergence(mean, std).mean()
        loss = loss_music + s.beta * min(1.0, done / s.anneal) * (kl - s.free).clamp_min(0)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if step % 50 == 0:
            run.log(**{"train/nats": loss_music.item(), "train/kl": kl.item()})
        if step % 500 == 499:
            run.log(**{f"valid/{k}": x for k, x in reconstruction(net, valid, device).items() if k in ("nats", "kl", "forced", "free")})
            run.plot(run_folder / "curves.png")
    net.eval()
    figures = measure(net, data, device, s.seed)
    figures["run"] = {"steps": run.step, "windows": run.step * s.batch, "minutes": round(run.trained_s / 60, 1)}
    if out is not None:
        checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
        checkpoint.write_json(out / "metrics.json", figures)
        run.plot(out / "curves.png")
        origin = json.loads(str(data["origin"]))
        card.write_attribution(out, origin)
        card.write(
            out,
            f"{out.name}: MusicVAE, two bars of melody",
            f"Preset `{s.preset}`: {sum(p.numel() for p in net.parameters()):,} parameters. Encodes 32 sixteenths of melody into z ({net.config.latent}) and writes them from z. Split by piece; windows alike up to transposition are kept once in the whole set.",
            {name: f"{count:,} windows" for name, count in origin["windows"].items()},
            ["livesyn data melodies lieder quartets mutopia --music21 -o data/melodies.npz", card.command("music-vae", s, run_folder, out)],
            figures,
            [
                "`forced` and `free` are shares of the 32 tokens that are right, by teacher forcing and free-running from the posterior's mean with the likeliest token; `all_hold` is what a melody that only holds would get.",
                "`attacks` are the shares of windows with 0, 1, 2 … 32 notes struck; `attack distance` is the total variation distance between real windows and samples from the prior at temperature 0.5.",
                "`in_key` is the share of notes that belong to the diatonic collection which holds most of them.",
            ],
        )
    return figures


def _scheduled(net: MusicVAE, z: torch.Tensor, tokens: torch.Tensor, share: float, noise: torch.Generator) -> torch.Tensor:
    """What the decoder reads: the true tokens, a `share` of them replaced by its own draws."""
    if share <= 0.01:
        return tokens
    with torch.no_grad():
        logits = net(z, tokens).float()
        drawn = torch.distributions.Categorical(logits=logits).probs.flatten(0, 1).cpu()
        own = torch.multinomial(drawn, 1, generator=noise).view(tokens.shape).to(tokens.device)
    return torch.where(torch.rand(tokens.shape, generator=noise).to(tokens.device) < share, own, tokens)


@torch.no_grad()
def reconstruction(net: MusicVAE, tokens: torch.Tensor, device: torch.device, batch: int = 512) -> dict[str, float]:
    """On windows (N, 32): `forced` and `free` are the shares of tokens right by teacher
    forcing and free-running (both from the posterior's mean, likeliest token), `all_hold`
    what a melody that only holds would get; `nats` and `kl` a window, z sampled."""
    net.eval()
    totals: dict[str, float] = {}
    for part in tokens.split(batch):
        part = part.to(device)
        with torch.autocast(device.type, torch.bfloat16):
            mean, std = net.encode(part)
            z = mean + std * torch.randn(std.shape, generator=generator(1, 0)).to(device)
            logits, sampled = net(mean, part), net(z, part).float()
        notes = part > v.NOTE_OFF
        free = net.decode(mean, 0.0)
        figures = {
            "forced": (logits.argmax(2) == part).float().mean(),
            "free": (free == part).float().mean(),
            "free_attacks": (free == part)[notes].float().mean(),
            "all_hold": (part == v.HOLD).float().mean(),
            "nats": F.cross_entropy(sampled.flatten(0, 1), part.flatten()) * v.STEPS,
            "kl": kl_divergence(mean, std).mean(),
            "active": (mean.var(0) > 0.01).float().sum(),
        }
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + float(value) * len(part) / len(tokens)
    net.train()
    return totals


@torch.no_grad()
def measure(net: MusicVAE, data: dict[str, np.ndarray], device: torch.device, seed: int, samples: int = 4096) -> dict:
    """Figures on the test split's pieces, and prior samples beside real windows."""
    test = torch.from_numpy(data["test"].astype(np.int64))
    figures: dict = {"split": "test", "pieces": len(np.unique(data["test_piece"])), "windows": len(test), "reconstruction": reconstruction(net, test, device)}
    noise = torch.Generator().manual_seed(seed)
    net.eval()
    drawn = np.concatenate([net.decode(torch.randn(512, net.config.latent, generator=noise).to(device), 0.5, noise).cpu().numpy() for _ in range(samples // 512)])
    for name, tokens in (("real", data["test"]), ("prior", drawn)):
        counts = np.bincount(v.attacks(tokens), minlength=v.STEPS + 1)[: v.STEPS + 1]
        figures[name] = {
            "in_key": round(float(np.mean([keys.in_key_rate(t) for t in tokens[:2000]])), 4),
            "attacks": [round(float(x), 4) for x in counts / counts.sum()],
            "mean_attacks": round(float(v.attacks(tokens).mean()), 3),
        }
    figures["attack_distance"] = round(0.5 * float(np.abs(np.subtract(figures["real"]["attacks"], figures["prior"]["attacks"])).sum()), 4)
    return json.loads(json.dumps(figures))

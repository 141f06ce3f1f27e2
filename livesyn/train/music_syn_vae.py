"""Train the swapped SynVAE: `livesyn train music-syn-vae`. Music -> picture -> music. (SynVAE
thesis, end of section 4.)

The VisVAE in the middle is frozen; the gradient of the notes' cross-entropy flows through the
picture; β·KL on the music encoder only. The music halves may start from a trained MusicVAE.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.base.errors import ConfigError
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.music_syn_vae import MusicSynVAE
from livesyn.nets.music_vae import MusicVAE, kl_divergence
from livesyn.nets.music_vae import preset as music_preset
from livesyn.nets.precision import autocast
from livesyn.nets.vis_vae import VisVAE
from livesyn.train import card
from livesyn.train.data import melodies
from livesyn.train.music_vae import _scheduled as scheduled
from livesyn.train.run import Run, generator, setting

VALIDATED = 512
DECODED = 2048  # test windows; each is painted, and played back from its picture


@dataclass(frozen=True)
class Settings:
    """What a run is made of. `music` is a MusicVAE checkpoint to start from, or "" for none."""

    visual: str = setting(
        "synvae-art", "VisVAE in the middle, frozen: a checkpoint of one, or of a SynVAE"
    )
    music: str = setting("melody-small", "MusicVAE checkpoint to start from")
    preset: str = setting("small", "sizes of the music halves, where they start from nothing")
    data: str = setting("data/melodies.npz", "melody cache, made by livesyn data melodies")
    steps: int = setting(20_000, "steps of training at most", least=1)
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(64, "examples a step", least=1)
    rate: float = setting(1e-3, "Adam's learning rate, warmed up, then a cosine down")
    beta: float = setting(0.2, "weight of the KL term")
    sampling: float = setting(0.3, "share of the net's own tokens it reads at the end of the run")
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pieces, write the checkpoint to `out`; returns the figures."""
    s = settings
    data = melodies.load(Path(s.data))
    train_set, valid = (
        data["train"],
        torch.from_numpy(data["valid"][:VALIDATED].astype(np.int64)).to(device),
    )
    torch.manual_seed(s.seed)
    visual = load_visual(s.visual, device)
    music = (
        checkpoint.load(s.music, "music-vae", device)
        if s.music
        else MusicVAE(replace(music_preset(s.preset), latent=visual.config.latent))
    )
    net = MusicSynVAE(music.requires_grad_(True), visual).to(device)
    optimiser = torch.optim.Adam(net.music.parameters(), lr=s.rate)
    run = Run(run_folder, net, optimiser, s)
    batch = run.team.share(s.batch)
    for step in run.steps(s.steps, s.minutes, "music-syn-vae"):
        done = run.progress(s.steps, s.minutes)
        for group in optimiser.param_groups:
            group["lr"] = (
                s.rate
                * min(1, step / 100)
                * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(done, 1))))
            )
        random = run.random(step)
        rows = random.integers(0, len(train_set), batch)
        tokens = torch.from_numpy(
            v.transpose(train_set[rows].astype(np.int64), random.integers(-6, 6, (batch, 1)))
        ).to(device)
        noise = run.noise(step)
        with autocast(device):
            _, seen, mean, std = net(
                tokens, torch.randn(batch, net.latent_dim, generator=noise).to(device)
            )
            logits = net.music(
                seen, scheduled(net.music, seen, tokens, s.sampling * done, noise)
            ).float()
        nats, kl = (
            F.cross_entropy(logits.flatten(0, 1), tokens.flatten()) * v.STEPS,
            kl_divergence(mean, std).mean(),
        )
        run.descend(nats + s.beta * kl, 1.0)
        if step % 20 == 0:
            run.log(**{"train/nats": nats.item(), "train/kl": kl.item()})
        if step % 200 == 199:
            run.log(
                **{
                    f"valid/{k}": x
                    for k, x in reconstruction(net, valid).items()
                    if k in ("nats", "kl", "forced", "free")
                }
            )
            run.plot(run_folder / "curves.png")
    net.eval()
    if not run.team.leads:
        return {}
    test = torch.from_numpy(data["test"].astype(np.int64)).to(device)
    few = test[:: max(1, len(test) // DECODED)]
    figures: dict = {
        "split": "test",
        "pieces": len(np.unique(data["test_piece"])),
        "windows": len(few),
        "through_the_picture": reconstruction(net, few),
    }
    figures["pictures"] = pictures_differ(net, few[:: max(1, len(few) // 256)], s.seed)
    figures["run"] = {
        "steps": run.step,
        "windows": run.step * s.batch,
        "minutes": round(run.trained_s / 60, 1),
    }
    if out is not None:
        checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
        checkpoint.write_json(out / "metrics.json", figures)
        run.plot(out / "curves.png")
        origin = json.loads(str(data["origin"]))
        card.write_attribution(out, origin)
        card.write(
            out,
            "music-syn-vae",
            net,
            s,
            run_folder,
            {name: f"{count:,} windows" for name, count in origin["windows"].items()},
            figures,
            channels=visual.config.channels,
            visual=Path(s.visual).name,
            trained=card.count(net.music),
            start=f", starting from `{Path(s.music).name}`" if s.music else "",
        )
    return figures


def load_visual(name: str, device: torch.device) -> VisVAE:
    """The VisVAE in checkpoint `name`, or the visual half of the SynVAE in it."""
    kind = checkpoint.kind_of(name)
    if kind == "syn-vae":
        visual: VisVAE = checkpoint.load(name, kind, device).visual
        return visual
    if kind != "vis-vae":
        raise ConfigError(
            f"{name} holds a {kind!r}; the middle is the VisVAE of a 'vis-vae' or 'syn-vae'"
            " checkpoint"
        )
    return checkpoint.load(name, kind, device)


@torch.no_grad()
def reconstruction(net: MusicSynVAE, tokens: Tensor, batch: int = 256) -> dict[str, float]:
    """On windows (N, 32), each played back from its picture, z sampled: `nats`, `kl`, and shares
    of tokens right: `forced`, `free`, of attacks `free_attacks`, by only holding `all_hold`, and
    from another melody's picture `exchanged_forced` and `exchanged_free`."""
    was_training = net.training
    net.eval()
    totals: dict[str, float] = {}
    for i, part in enumerate(tokens.split(batch)):
        _, seen, mean, std = net(
            part, torch.randn(len(part), net.latent_dim, generator=generator(1, i)).to(part.device)
        )
        other, notes = seen.roll(1, 0), part > v.NOTE_OFF
        logits, free = net.music(seen, part), net.music.decode(seen, 0.0)
        figures = {
            "forced": (logits.argmax(2) == part).float().mean(),
            "free": (free == part).float().mean(),
            "free_attacks": (free == part)[notes].float().mean(),
            "all_hold": (part == v.HOLD).float().mean(),
            "exchanged_forced": (net.music(other, part).argmax(2) == part).float().mean(),
            "exchanged_free": (net.music.decode(other, 0.0) == part).float().mean(),
            "nats": F.cross_entropy(logits.flatten(0, 1), part.flatten()) * v.STEPS,
            "kl": kl_divergence(mean, std).mean(),
        }
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + float(value) * len(part) / len(tokens)
    net.train(was_training)
    return totals


@torch.no_grad()
def pictures_differ(net: MusicSynVAE, tokens: Tensor, seed: int) -> dict[str, float]:
    """Do the pictures of different melodies (N, 32) differ? Root mean square difference of the
    pixels between `different` melodies, and to the same one with its first note a semitone up
    (`near`), all with the same ε; their `ratio`."""
    epsilon = torch.randn(1, net.latent_dim, generator=generator(seed, 1)).to(tokens.device)

    def paint(events: Tensor) -> Tensor:
        mean, std = net.encode(events)
        return net.paint(mean + std * epsilon)

    first = (tokens > v.NOTE_OFF).int().argmax(1, keepdim=True)
    note = tokens.gather(1, first)
    moved = torch.where(note > v.NOTE_OFF, torch.where(note < v.SIZE - 1, note + 1, note - 1), note)
    pictures, near = paint(tokens), paint(tokens.scatter(1, first, moved))

    def distance(a: Tensor, b: Tensor) -> float:
        return float((a - b).square().flatten(1).mean(1).sqrt().mean())

    far = distance(pictures, pictures.roll(1, 0))
    near_by = distance(pictures, near)
    return {"different": far, "near": near_by, "ratio": near_by / max(far, 1e-9)}

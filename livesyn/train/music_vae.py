"""Train a MusicVAE on windows of melody, bass or drums: `livesyn train music-vae`.

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

from livesyn.base.errors import ConfigError, DataError
from livesyn.music import drums
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.hierarchical_vae import build
from livesyn.nets.music_net import MusicNet, kl_divergence
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.precision import autocast
from livesyn.train import card
from livesyn.train.data import melodies
from livesyn.train.music_vae_measures import measure, nats, reconstruction
from livesyn.train.run import Run, setting

EVERY = 500  # steps between looks at the validation split


@dataclass(frozen=True)
class Settings:
    """What a run is made of; a resumed run must have the same (but for its length)."""

    preset: str = setting(
        "small", "sizes of the net: small, bass, drums, hierarchical (sixteen bars) ..."
    )
    data: str = setting(
        "data/melodies.npz", "windows, made by livesyn data melodies, bass or drums"
    )
    start: str = setting(
        "",
        "MusicVAE checkpoint to go on from, in place of a new net (its sizes count, not the"
        " preset's)",
    )
    latent: int = setting(
        0,
        "dimensions of z: of a new net, or the ones of most KL to keep of the one it starts from"
        " (0: as it is); a SynVAE needs 12 or more",
    )
    steps: int = setting(
        20_000, "steps of training at most; 0 only measures and writes what it starts from"
    )
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(256, "examples a step", least=1)
    rate: float = setting(2e-3, "Adam's learning rate, warmed up, then a cosine down")
    beta: float = setting(0.2, "weight of the KL term")
    free: float = setting(8.0, "nats of KL that cost nothing")
    anneal: float = setting(0.15, "part of the run in which beta grows from 0")
    sampling: float = setting(0.3, "share of the net's own tokens it reads at the end of the run")
    patience: int = setting(
        0,
        "stop after so many validations (each 500 steps) without a better one, and take the best"
        " (0: never)",
    )
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pieces, and write the checkpoint to `out`; returns the figures."""
    s = settings
    data = melodies.load(Path(s.data))
    torch.manual_seed(s.seed)
    net = _begin(s, data, device)
    train_set, valid = data["train"], torch.from_numpy(data["valid"][:2048].astype(np.int64))
    pitched = net.config.vocabulary == v.SIZE
    optimiser = torch.optim.Adam(net.parameters(), lr=s.rate)
    run = Run(run_folder, net, optimiser, s)
    batch = run.team.share(s.batch)
    for step in run.steps(
        s.steps, s.minutes, f"music-vae {Path(s.start).name if s.start else s.preset}"
    ):
        done = run.progress(s.steps, s.minutes)
        for group in optimiser.param_groups:
            group["lr"] = (
                s.rate
                * min(1, step / 200)
                * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(done, 1))))
            )
        random = run.random(step)
        rows = random.integers(0, len(train_set), batch)
        windows = train_set[rows].astype(np.int64)
        tokens = torch.from_numpy(
            v.transpose(windows, random.integers(-6, 6, (batch, 1))) if pitched else windows
        ).to(device)
        noise = run.noise(step)
        with autocast(device):
            mean, std = net.encode(tokens)
            z = mean + std * torch.randn(std.shape, generator=noise).to(device)
            inputs = _scheduled(net, z, tokens, s.sampling * done, noise)
            logits = net(z, inputs).float()
        loss_music = F.cross_entropy(logits.flatten(0, 1), tokens.flatten()) * net.config.steps
        kl = kl_divergence(mean, std).mean()
        loss = loss_music + s.beta * min(1.0, done / s.anneal) * (kl - s.free).clamp_min(0)
        run.descend(loss, 1.0)
        if step % 50 == 0:
            run.log(**{"train/nats": loss_music.item(), "train/kl": kl.item()})
        if step % EVERY == EVERY - 1:
            seen = reconstruction(net, valid, device)
            run.log(
                **{
                    f"valid/{k}": x
                    for k, x in seen.items()
                    if k in ("nats", "kl", "forced", "free")
                }
            )
            run.plot(run_folder / "curves.png")
            # before, β still rises, so the loss is not comparable
            if s.patience and done >= s.anneal:
                run.judge(seen["nats"] + s.beta * max(seen["kl"] - s.free, 0))
                if run.stale >= s.patience:
                    break
    run.restore_best()
    net.eval()
    if not run.team.leads:
        return {}
    figures = measure(net, data, device, s.seed)
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
        part, bars = origin.get("part", "melody"), net.config.steps // v.STEPS_PER_BAR
        if origin["attribution"]:
            card.write_attribution(out, origin)
        if s.start:
            card.copy_attribution(out, s.start)
        card.write(
            out,
            "music-vae",
            net,
            s,
            run_folder,
            {name: f"{count:,} windows" for name, count in origin["windows"].items()},
            figures,
            [_data_command(s, origin)],
            bars=bars,
            part=part,
            origin=f"From `{Path(s.start).name}`" if s.start else f"Preset `{s.preset}`",
            **_notes(pitched, bars, s.start),
        )
    return figures


def _begin(s: Settings, data: dict[str, np.ndarray], device: torch.device) -> MusicNet:
    """The net that is to be trained. Raises ConfigError, DataError."""
    if not s.start:
        if not s.steps:
            raise ConfigError(
                "--steps is 0, and a net that was never trained is nothing to write; give --start"
                " CHECKPOINT, or 1 step or more"
            )
        net = build(s.preset, s.latent).to(device)
        _check(net, data, s)
        return net
    net = checkpoint.load(s.start, "music-vae", device).requires_grad_(True)
    _check(net, data, s)
    if not s.latent or s.latent == net.config.latent:
        return net
    if not isinstance(net, MusicVAE):
        raise ConfigError(
            f"--latent keeps a part of the z of a flat MusicVAE, and {s.start} is of another kind;"
            " leave it out"
        )
    if s.latent > net.config.latent:
        raise ConfigError(
            f"--latent is {s.latent}, and {s.start} has {net.config.latent} dimensions; it can keep"
            " at most those"
        )
    return net.narrowed(nats(net, data["train"], s.seed).argsort(descending=True)[: s.latent])


def _check(net: MusicNet, data: dict[str, np.ndarray], s: Settings) -> None:
    """Raises DataError where the windows are not what the net reads."""
    steps, most = (
        data["train"].shape[1],
        int(max(data[split].max(initial=0) for split in melodies.SPLITS)),
    )
    drums_there, drums_wanted = (
        data["train"].dtype == np.uint16,
        net.config.vocabulary == drums.SIZE,
    )
    if steps != net.config.steps or drums_there != drums_wanted or most >= net.config.vocabulary:
        there, wanted = (
            f"{n // v.STEPS_PER_BAR} bars of {'drums' if d else 'melody or bass'}"
            for n, d in ((steps, drums_there), (net.config.steps, drums_wanted))
        )
        raise DataError(
            f"{s.data} holds windows of {there};"
            f" {repr(s.start) if s.start else f'the preset {s.preset!r}'} reads {wanted}"
        )


def _data_command(s: Settings, origin: dict) -> str:
    part, bars, found = origin.get("part", "melody"), origin.get("bars", v.BARS), origin["windows"]
    words = [
        "livesyn data",
        "melodies" if part == "melody" else part,
        *(name for name in found if name not in ("music21", "grooves")),
    ]
    words += (
        ["--music21"] * ("music21" in found)
        + [f"--bars {bars}"] * (bars != v.BARS)
        + [f"--grooves {origin.get('made', 0)}"] * ("grooves" in found)
    )
    return " ".join([*words, f"-o {s.data}"])


def _notes(pitched: bool, bars: int, start: str) -> dict[str, str]:
    """What the card's notes say of this part, length and start."""
    more = [card.fill("music-vae-pitched")] if pitched else []
    if bars > v.BARS:
        more.append(card.fill("music-vae-long"))
    if start:
        more.append(card.fill("music-vae-start", start=Path(start).name))
    return {
        "only_hold": "a line that only holds" if pitched else "silence",
        "attacks": "notes" if pitched else "steps",
        "more": "".join(f"{note}\n" for note in more),
    }


def _scheduled(
    net: MusicNet, z: torch.Tensor, tokens: torch.Tensor, share: float, noise: torch.Generator
) -> torch.Tensor:
    """What the decoder reads: the true tokens, a `share` of them replaced by its own draws."""
    if share <= 0.01:
        return tokens
    with torch.no_grad():
        logits = net(z, tokens).float()
        drawn = torch.distributions.Categorical(logits=logits).probs.flatten(0, 1).cpu()
        own = torch.multinomial(drawn, 1, generator=noise).view(tokens.shape).to(tokens.device)
    return torch.where(
        torch.rand(tokens.shape, generator=noise).to(tokens.device) < share, own, tokens
    )

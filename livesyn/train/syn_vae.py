"""Train a SynVAE: `livesyn train syn-vae`. (SynVAE thesis, section 4, eq. 8 to 10.)

The MusicVAE in the middle is frozen; the gradient of the picture's squared error flows
through the music's soft note distributions; KL on the visual encoder only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.base.errors import ConfigError
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.classifier import Classifier
from livesyn.nets.music_vae import kl_divergence
from livesyn.nets.precision import autocast
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.vis_vae import VisVAE
from livesyn.nets.vis_vae import preset as visual_preset
from livesyn.train import card
from livesyn.train.data import cropping, learnt_pictures, pictures
from livesyn.train.run import Run, generator, setting
from livesyn.train.vis_vae import AT_ONCE, VALIDATED, schedule, source_of, squared_error

HEARD = 100  # pictures whose music is compared, each with each


@dataclass(frozen=True)
class Settings:
    """What a run is made of. `visual` is a VisVAE checkpoint to start from, or "" for none."""

    music: str = setting("melody-small", "MusicVAE checkpoint in the middle, frozen")
    visual: str = setting("", "VisVAE checkpoint to start from")
    preset: str = setting("art", "sizes of the net")
    data: str = setting("pictures", "folder, .zip or .npz of pictures")
    rights: str = setting("", "words of the manifest's rights column to keep, separated by |")
    steps: int = setting(3000, "steps of training at most", least=1)
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(64, "examples a step", least=1)
    rate: float = setting(1e-3, "Adam's learning rate, warmed up, then a cosine down")
    beta: float = setting(1.0, "weight of the KL term")
    align: bool = setting(
        True, "where it starts from a VisVAE: put what that says most where the music carries most"
    )
    beta_music: float = setting(
        0.0, "weight of a KL term on the music's side too (thesis, section 6.5)"
    )
    features: str = setting(
        "",
        "classifier checkpoint whose features the picture is to keep too (livesyn train"
        " classifier)",
    )
    features_weight: float = setting(
        0.0, "weight of the features' error, in shares of how far two pictures are apart"
    )
    information: float = setting(
        0.0, "weight of the information between the visual and the auditive z (InfoNCE, in nats)"
    )
    straight_through: bool = setting(
        False,
        "feed drawn notes forward instead of distributions; the gradient is that of the"
        " distributions",
    )
    held_out: int = setting(
        50, "pictures kept for the test, where the set has no test of its own", least=1
    )
    valid: int = setting(0, "pictures kept for validation (0: as the test asks)")
    binarise: bool = setting(False, "have every pixel be 0 or 1")
    patience: int = setting(
        0, "stop after so many validations without a better one, and take the best (0: never)"
    )
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pictures, write the checkpoint to `out`; returns the figures."""
    s = settings
    music = checkpoint.load(s.music, "music-vae", device)
    torch.manual_seed(s.seed)
    visual = (
        checkpoint.load(s.visual, "vis-vae", device)
        if s.visual
        else VisVAE(replace(visual_preset(s.preset), latent=music.config.latent))
    )
    visual.requires_grad_(True)
    net = SynVAE(visual, music).to(device)
    visual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    size = net.image_size
    source = source_of(s, net.visual.config)
    data = pictures.load(Path(s.data), source)
    for before in filter(None, (s.visual, s.features)):
        learnt_pictures.check_unseen(before, Path(s.data), source, data)
    if s.visual and s.align:
        net.align(
            cropping.random_batch(data["train"], size, 1000, np.random.default_rng(s.seed)).to(
                device
            ),
            generator(s.seed, 0),
        )
    judge = checkpoint.load(s.features, "classifier", device) if s.features else None
    if judge is not None and (judge.config.size, judge.config.channels) != (
        size,
        net.visual.config.channels,
    ):
        raise ConfigError(
            f"the classifier {s.features} sees pictures of"
            f" {judge.config.size}×{judge.config.size}×{judge.config.channels}, this net of"
            f" {size}×{size}×{net.visual.config.channels}; train one of the same preset"
        )
    if (judge is None) != (s.features_weight == 0):
        raise ConfigError(
            "--features and --features-weight go together: name a classifier checkpoint and a"
            " weight above 0"
        )
    optimiser = torch.optim.Adam(net.visual.parameters(), lr=s.rate)
    run = Run(run_folder, net, optimiser, s)
    share = run.team.share(s.batch)
    valid = cropping.centre_crops(
        data["valid"].take(range(min(len(data["valid"]), VALIDATED))), size
    ).to(device)
    for step in run.steps(s.steps, s.minutes, "syn-vae"):
        schedule(optimiser, s.rate, step, run.progress(s.steps, s.minutes))
        batch = cropping.random_batch(data["train"], size, share, run.random(step)).to(device)
        with autocast(device):
            there = net(batch, run.noise(step), s.straight_through)
        error, kl = (
            squared_error(batch, there.reconstruction.float()).mean(),
            kl_divergence(there.mean, there.std).mean(),
        )
        loss = error + s.beta * kl
        if s.beta_music:
            loss = loss + s.beta_music * kl_divergence(there.music_mean, there.music_std).mean()
        if judge is not None:
            loss = loss + s.features_weight * feature_error(
                judge, batch, there.reconstruction.float()
            )
        if s.information:
            loss = loss - s.information * info_nce(there.z_visual.float(), there.z_music.float())
        run.descend(loss, 1000.0)
        if step % 20 == 0:
            run.log(**{"train/mse": error.item(), "train/kl": kl.item()})
        if step % 100 == 99:
            seen = translation(net, valid)
            run.judge(seen["mse"] + s.beta * seen["kl"])
            run.log(**{f"valid/{k}": x for k, x in seen.items()})
            run.plot(run_folder / "curves.png")
            if s.patience and run.stale >= s.patience:
                break
    run.restore_best()
    net.eval()
    if not run.team.leads:
        return {}
    with torch.no_grad():
        net.set_directions(
            torch.cat(
                [
                    net.encode(
                        cropping.random_batch(
                            data["train"], size, 256, np.random.default_rng((s.seed, -1 % 2**32, i))
                        ).to(device)
                    )[0]
                    for i in range(8)
                ]
            )
        )
    crops = cropping.centre_crops(data["test"], size).to(device)
    figures = {
        "split": "test",
        "pictures": len(crops),
        **translation(net, crops),
        "consistency": consistency(net, crops[:HEARD], s.seed),
    }
    figures["run"] = {
        "steps": run.step,
        "minutes": round(run.trained_s / 60, 1),
        "training_pictures": len(data["train"]),
    }
    if out is not None:
        checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
        learnt_pictures.keep_learnt(out, data, s.visual, s.features)
        card.copy_attribution(out, s.music)
        checkpoint.write_json(out / "metrics.json", figures)
        run.plot(out / "curves.png")
        card.write(
            out,
            "syn-vae",
            net,
            s,
            run_folder,
            {Path(s.data).name: f"{len(data['train'])} pictures"},
            figures,
            music=Path(s.music).name,
            trained=card.count(net.visual),
        )
    return figures


def feature_error(judge: Classifier, pictures_: Tensor, backs: Tensor) -> Tensor:
    """How far the classifier's features of what came back are from those of the pictures, both (B,
    C, H, W), as a share of the distance between different pictures: 0 is a perfect reconstruction,
    1 a random picture.
    """
    with torch.no_grad():
        true = judge.features(pictures_)
        apart = (true - true.roll(1, 0)).square().sum(1).mean().clamp_min(1e-6)
    return (judge.features(backs) - true).square().sum(1).mean() / apart


def info_nce(first: Tensor, second: Tensor) -> Tensor:
    """A lower bound, in nats, on the mutual information of two latents (B, D) of one picture: how
    well the partner is found among all of the batch by its direction. At most ln B.
    """
    scores = first @ second.T / first.shape[1] ** 0.5
    own = torch.arange(len(first), device=first.device)
    return np.log(len(first)) - F.cross_entropy(scores, own)


@torch.no_grad()
def translation(net: SynVAE, crops: Tensor, temperature: float = 0.5) -> dict[str, float]:
    """On pictures (N, C, H, W): `mse` through the soft music, `mse_played` through the notes as
    played (drawn at `temperature`, as in a show), `kl` in nats, `radius` of z over √D, `attacks`
    the mean number of notes in two bars. z sampled.
    """
    noise = generator(1, 0)
    figures: dict[str, list[Tensor]] = {}
    for part in crops.split(AT_ONCE):
        there = net(part, noise)
        z = there.mean + there.std * torch.randn(there.std.shape, generator=noise).to(part.device)
        tokens = net.decode_music(z, temperature, noise)
        found = {
            "mse": squared_error(part, there.reconstruction.float()),
            "mse_played": squared_error(part, net.remember(tokens).float()),
            "kl": kl_divergence(there.mean, there.std),
            "radius": z.norm(dim=1) / z.shape[1] ** 0.5,
            "attacks": torch.from_numpy(v.attacks(tokens.cpu().numpy())).float(),
        }
        for name, values in found.items():
            figures.setdefault(name, []).append(values)
    return {name: torch.cat(values).mean().item() for name, values in figures.items()}


@torch.no_grad()
def consistency(
    net: SynVAE, crops: Tensor, seed: int, temperature: float = 0.5
) -> dict[str, float]:
    """Whether similar pictures give similar music. Mean note edit distance between each picture's
    two bars and those of its jittered copy, and between those of different pictures, all with the
    same ε and the same draws; their ratio; and the share of pairs of pictures whose music is
    exchanged, note for note, when their z are.
    """
    epsilon = torch.randn(net.latent_dim, generator=generator(seed, 1)).to(crops.device)

    def latents(pictures_: Tensor) -> Tensor:
        mean, std = net.encode(pictures_)
        return mean + std * epsilon

    def play(z: Tensor) -> list[list[tuple[int, int]]]:
        return [
            note_sequence(
                net.decode_music(one[None], temperature, generator(seed, 2))[0].cpu().numpy()
            )
            for one in z
        ]

    z = latents(crops)
    original, jittered = (
        play(z),
        play(latents(cropping.jittered(crops, np.random.default_rng(seed)))),
    )
    near = [edit_distance(a, b) for a, b in zip(original, jittered, strict=True)]
    far = [edit_distance(a, b) for i, a in enumerate(original) for b in original[i + 1 :]]
    exchanged = play(z.roll(1, 0))
    return {
        "jittered": float(np.mean(near)),
        "different": float(np.mean(far)),
        "ratio": float(np.mean(near)) / max(float(np.mean(far)), 1e-9),
        "exchanged": float(
            np.mean([exchanged[i] == original[i - 1] for i in range(len(original))])
        ),
    }


def note_sequence(tokens: np.ndarray) -> list[tuple[int, int]]:
    """The melody as (pitch, length in sixteenths), in order."""
    return [
        (n.pitch, round(n.duration_beats * v.STEPS_PER_BEAT)) for n in v.tokens_to_notes(tokens)
    ]


def edit_distance(a: list, b: list) -> int:
    """Levenshtein distance: notes to add, drop or change to turn `a` into `b`."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]

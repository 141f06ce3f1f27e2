"""Train MVNet's generator against a discriminator: `livesyn train cdcgan`. (MVNet, section 4.2.)

Preset `published` is the paper's: binary cross entropy with smoothed labels, an unconditional
discriminator, six pictures a clip, 15 pairs a step, Adam 2e-3 against 5e-5, 100 epochs. Its
diversity within a period collapses, there and here.

Preset `lively` does not collapse. What it changes: every picture the discriminator sees is
augmented in ways a gradient passes through; its slope at paintings is penalised (R1); it sees how
much a batch differs, and the music's embedding by a projection, and if `naming` is asked for names
the period, by which what is painted is then to be named too (AC-GAN: without it no period is to be
seen); embeddings get noise, clips and paintings of a period are paired anew each step; the
generator's maps are modulated by its input and pushed to differ where the noise does (mode
seeking); what is kept is the running average of the generator.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from livesyn.base.errors import ConfigError
from livesyn.base.params import PERIODS
from livesyn.media.contact_sheet import grid
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder
from livesyn.nets.cdcgan import Discriminator, DiscriminatorConfig, Generator, GeneratorConfig
from livesyn.nets.mvnet import MVNet
from livesyn.train import card, embedding_measures
from livesyn.train.cdcgan_pairs import Pairs
from livesyn.train.cdcgan_steps import lively_step, published_step
from livesyn.train.data import musart
from livesyn.train.diversity import alike
from livesyn.train.run import Run, generator, setting

EPOCHS = 100
SHOWN = 8  # pictures of each period in a collage
EVERY = 500
SIDES = (64, 128, 256)  # pixels of the paintings there are nets for


@dataclass(frozen=True)
class Settings:
    """What a run is made of."""

    preset: str = setting("lively", "which way of training: published, lively")
    encoder: str = setting(
        "", "the audio encoder's checkpoint, or an MVNet's: a name (livesyn models), or a path"
    )
    data: str = setting("data/musart.npz", "the cache made by livesyn data musart")
    width: float = setting(0.25, "channels of both nets against the published ones", least=0.01)
    steps: int = setting(0, "steps of training at most (0: published 100 epochs, lively 1500)")
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(0, "pictures a step (0: published 15, lively 24)")
    rate: float = setting(
        0.0, "Adam's learning rate of the generator (0: published 2e-3, lively 4e-4)"
    )
    judge_rate: float = setting(0.0, "and of the discriminator (0: published 5e-5, lively 8e-4)")
    smoothing: float = setting(0.1, "published: how far targets are from 0 and 1")
    r1: float = setting(0.03, "lively: weight of the slope's penalty")
    augment: float = setting(1.0, "lively: how strongly what the discriminator sees is changed")
    normalise: str = setting(
        "spectral", "lively: how the discriminator is normalised: spectral, none"
    )
    naming: float = setting(
        0.0,
        "lively: weight of the discriminator's naming the period, which the generator is then to be"
        " named by",
    )
    seeking: float = setting(0.05, "lively: weight of differing where the noise does")
    embedding_noise: float = setting(
        0.3, "lively: noise on embeddings, against their own spread within a period"
    )
    average: float = setting(0.998, "lively: share of the running average that a step leaves")
    seed: int = setting(0, "the same seed, the same run")


def sizes(s: Settings, side: int = 64) -> tuple[GeneratorConfig, DiscriminatorConfig]:
    """The nets of these settings for paintings of `side` pixels: those of Figure 2, or grown from
    them by a doubling of half the channels for every doubling of 64. Raises ConfigError.
    """
    if s.preset not in ("published", "lively"):
        raise ConfigError(f"there is no preset {s.preset!r}; there are: published, lively")
    if s.normalise not in ("spectral", "none"):
        raise ConfigError(f"--normalise is {s.normalise!r}; it is one of: spectral, none")
    if not 0 < s.width <= 1:
        raise ConfigError(f"--width is {s.width:g}; it goes from above 0 to 1, the published nets")
    if side not in SIDES:
        raise ConfigError(
            f"{s.data} holds paintings of {side} pixels a side; there are nets for"
            f" {', '.join(map(str, SIDES))}: make it with livesyn data musart --size 64, 128 or 256"
        )
    doublings = range(1, SIDES.index(side) + 1)

    def narrow(channels: tuple[int, ...], width: float) -> tuple[int, ...]:
        return tuple(max(8, round(c * width / 8) * 8) for c in channels)

    paints = replace(
        GeneratorConfig(),
        channels=narrow(
            (*GeneratorConfig.channels, *(GeneratorConfig.channels[-1] >> k for k in doublings)),
            s.width,
        ),
    )
    seen = (
        *(DiscriminatorConfig.channels[0] >> k for k in reversed(doublings)),
        *DiscriminatorConfig.channels,
    )
    judges = DiscriminatorConfig(size=side, channels=narrow(seen, s.width))
    if s.preset == "lively":
        wider = narrow(seen, min(1, 2 * s.width))  # the judge is not played live: it may cost more
        return replace(paints, modulated=True, attention=(16,)), replace(
            judges,
            channels=wider,
            normalise=s.normalise,
            spread=True,
            embedding=paints.embedding,
            periods=len(PERIODS) if s.naming else 0,
        )
    return paints, judges


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, write the checkpoint of encoder and generator to `out`; returns what was measured on
    the way. `livesyn evaluate mvnet` measures the rest. Raises ConfigError, DataError,
    CheckpointError.
    """
    s = settings
    if not s.encoder:
        raise ConfigError(
            "no audio encoder was named; give --encoder NAME or PATH, of livesyn train"
            " audio-encoder"
        )
    data = musart.load(Path(s.data))
    paints, judges = sizes(s, data["train_images"].shape[1])
    encoder = _encoder(s.encoder, device)
    pairs = Pairs(data, embedding_measures.embed(encoder, data["train_mel"], device), s)
    published = s.preset == "published"
    batch = s.batch or (15 if published else 24)
    total = s.steps or (EPOCHS * -(-len(pairs) // batch) if published else 1500)
    torch.manual_seed(s.seed)
    net = nn.ModuleDict(
        {
            "generator": Generator(replace(paints, embedding=encoder.config.embedding)),
            "discriminator": Discriminator(judges),
        }
    ).to(device)
    net["average"] = copy.deepcopy(net["generator"]).requires_grad_(False)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    rates = (s.rate or (2e-3 if published else 4e-4), s.judge_rate or (5e-5 if published else 8e-4))
    betas = (0.5, 0.999) if published else (0.0, 0.99)
    groups = [
        {"params": list(net[name].parameters()), "lr": rate}
        for name, rate in zip(("generator", "discriminator"), rates, strict=True)
    ]
    optimiser = torch.optim.Adam(groups, betas=betas)
    run = Run(run_folder, net, optimiser, s)
    batch = run.team.share(batch)
    # a step has every process's pairs: as many epochs
    total = -(-total // run.team.size) if published and not s.steps else total
    shown = _shown(data, pairs, encoder, device)
    sums: dict[str, list[float]] = defaultdict(list)
    for step in run.steps(total, s.minutes, f"cdcgan {s.preset}"):
        losses = (published_step if published else lively_step)(run, pairs, step, batch, s)
        for name, loss in losses.items():
            sums[name].append(loss)
        if step % EVERY == EVERY - 1 or step in (0, total - 1):
            pictures = paint(net["generator" if published else "average"], *shown)
            likeness = float(
                np.mean(
                    [
                        alike(pictures[k * len(pictures) // 5 : (k + 1) * len(pictures) // 5], 60)
                        for k in range(5)
                    ]
                )
            )
            run.log(
                **{f"loss/{name}": float(np.mean(x)) for name, x in sums.items()},
                **{"valid/ms-ssim": likeness},
            )
            for x in sums.values():
                x.clear()
            if run.team.leads:
                collage(pictures).save(run_folder / f"step-{step + 1:06d}.png")
            run.plot(run_folder / "curves.png")
    if not run.team.leads:
        return {}
    player = net["generator" if published else "average"].eval()
    assert isinstance(player, Generator)
    pictures = paint(player, *shown)
    figures: dict = {
        "split": "valid",
        "ms_ssim_within_a_period": {
            name: alike(pictures[k * SHOWN : (k + 1) * SHOWN], 60) for k, name in enumerate(PERIODS)
        },
        "losses": {
            name: points[-1][1] for name, points in run.curves.items() if name.startswith("loss/")
        },
        "run": {
            "steps": run.step,
            "minutes": round(run.trained_s / 60, 1),
            "views": len(data["train_images"]),
            "paintings": len(set(data["train_painting"].tolist())),
        },
    }
    if out is not None:
        _write(out, MVNet(encoder, player), run, s, figures, data, run_folder)
        collage(pictures).save(out / "collage.jpg", quality=88)
    return figures


def _encoder(name: str, device: torch.device) -> AudioEncoder:
    """That of an MVNet, where `name` is one."""
    if checkpoint.kind_of(name) == "mvnet":
        return cast(MVNet, checkpoint.load(name, "mvnet", device)).encoder
    return cast(AudioEncoder, checkpoint.load(name, "audio-encoder", device))


def _write(
    out: Path,
    net: MVNet,
    run: Run,
    s: Settings,
    figures: dict,
    data: dict[str, np.ndarray],
    run_folder: Path,
) -> None:
    origin = json.loads(str(data["origin"]))
    checkpoint.save(out, net, asdict(s) | {"steps_done": run.step, "encoder": Path(s.encoder).name})
    checkpoint.write_json(out / "metrics.json", figures)
    run.plot(out / "curves.png")
    card.write(
        out,
        "cdcgan",
        net,
        s,
        run_folder,
        {
            origin[
                "paintings"
            ]: f"{figures['run']['paintings']} paintings, {figures['run']['views']} views",
            origin["music"]: "clips by period, see the encoder's card",
        },
        figures,
        [origin.get("command", "livesyn data musart")],
        generator=card.count(net.generator),
        encoder=Path(s.encoder).name,
        encoder_parameters=card.count(net.encoder),
    )
    card.write_attribution(out, origin)


def _shown(
    data: dict[str, np.ndarray], pairs: Pairs, encoder: nn.Module, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Embeddings and noise of the pictures that are looked at: held-out clips, a row of `SHOWN` a
    period.
    """
    found = torch.from_numpy(embedding_measures.embed(encoder, data["valid_mel"], device))  # type: ignore[arg-type]
    chosen = [np.flatnonzero(data["valid_period"] == k) for k in range(len(PERIODS))]
    rows = torch.cat([found[np.resize(one, SHOWN)] for one in chosen])
    return rows.to(device), torch.randn(
        len(rows), GeneratorConfig.noise, generator=generator(1, 0)
    ).to(device)


@torch.no_grad()
def paint(net: nn.Module, embeddings: Tensor, noise: Tensor) -> Tensor:
    """Pictures (N, 3, S, S) in [0, 1]."""
    net.eval()
    return (
        torch.cat(
            [
                (net(e, z) + 1) / 2
                for e, z in zip(embeddings.split(32), noise.split(32), strict=True)
            ]
        )
        .clamp(0, 1)
        .float()
        .cpu()
    )


def collage(pictures: Tensor) -> Any:
    """A row of `SHOWN` a period, as a PIL image."""
    return grid((pictures * 255).round().byte().permute(0, 2, 3, 1).numpy(), SHOWN)

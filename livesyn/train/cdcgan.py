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
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ConfigError
from livesyn.base.params import PERIODS
from livesyn.media.contact_sheet import grid
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder
from livesyn.nets.cdcgan import Discriminator, DiscriminatorConfig, Generator, GeneratorConfig
from livesyn.nets.mvnet import MVNet
from livesyn.nets.precision import autocast
from livesyn.train import audio_encoder, card
from livesyn.train.data import musart
from livesyn.train.data.augment import augment
from livesyn.train.diversity import alike
from livesyn.train.run import Run, generator, setting

EPOCHS = 100
PICTURES_A_CLIP = 6  # three and their mirrors
SHOWN = 8  # pictures of each period in a collage
EVERY = 500
SIDES = (64, 128, 256)  # pixels of the paintings there are nets for
R1_EVERY = 8


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


class Pairs:
    """Embeddings of music and paintings that go with them, drawn by step."""

    def __init__(self, data: dict[str, np.ndarray], embeddings: np.ndarray, s: Settings) -> None:
        self._s = s
        self._images = torch.from_numpy(data["train_images"]).permute(0, 3, 1, 2)
        self._embeddings = torch.from_numpy(embeddings)
        self._views = [np.flatnonzero(data["train_image_period"] == k) for k in range(len(PERIODS))]
        self._clips = [np.flatnonzero(data["train_period"] == k) for k in range(len(PERIODS))]
        self.within = torch.from_numpy(np.stack([embeddings[c].std(0) for c in self._clips])).mean(
            0
        )
        random = np.random.default_rng(s.seed)
        self._fixed = np.array(
            [
                (clip, view, mirrored)
                for k in range(len(PERIODS))
                for clip in self._clips[k]
                for view in random.choice(
                    self._views[k],
                    PICTURES_A_CLIP // 2,
                    replace=len(self._views[k]) < PICTURES_A_CLIP // 2,
                )
                for mirrored in (0, 1)
            ]
        )

    def __len__(self) -> int:
        """How many pairs an epoch of the published training has."""
        return len(self._fixed)

    def published(self, step: int, batch: int) -> tuple[Tensor, Tensor]:
        """Pairs as the paper has them: each clip with its own six pictures, every pair once an
        epoch.
        """
        a_epoch = -(-len(self._fixed) // batch)
        order = np.random.default_rng((self._s.seed, step // a_epoch)).permutation(len(self._fixed))
        clip, view, mirrored = self._fixed[
            order[(step % a_epoch) * batch : (step % a_epoch + 1) * batch]
        ].T
        images = self._images[torch.from_numpy(view)]
        return self._embeddings[torch.from_numpy(clip)], _real(
            torch.where(
                torch.from_numpy(mirrored == 1)[:, None, None, None], images.flip(3), images
            )
        )

    def lively(self, step: int, batch: int) -> tuple[Tensor, Tensor, Tensor]:
        """Any clip with any painting of its period, all periods as often; embeddings with noise.
        And the periods.
        """
        random = np.random.default_rng((self._s.seed, step))
        periods = random.permutation(np.arange(batch) % len(PERIODS))
        clips = np.array([random.choice(self._clips[k]) for k in periods])
        views = np.array([random.choice(self._views[k]) for k in periods])
        noise = torch.from_numpy(
            random.standard_normal((batch, self._embeddings.shape[1])).astype(np.float32)
        )
        return (
            self._embeddings[torch.from_numpy(clips)]
            + self._s.embedding_noise * self.within * noise,
            _real(self._images[torch.from_numpy(views)]),
            torch.from_numpy(periods),
        )


def _real(images: Tensor) -> Tensor:
    return images.float() / 127.5 - 1


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
    pairs = Pairs(data, audio_encoder.embed(encoder, data["train_mel"], device), s)
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
    total = (
        -(-total // run.team.size) if published and not s.steps else total
    )  # a step has every process's pairs: as many epochs
    shown = _shown(data, pairs, encoder, device)
    sums: dict[str, list[float]] = defaultdict(list)
    for step in run.steps(total, s.minutes, f"cdcgan {s.preset}"):
        losses = (_published_step if published else _lively_step)(run, pairs, step, batch, s)
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
    found = torch.from_numpy(audio_encoder.embed(encoder, data["valid_mel"], device))  # type: ignore[arg-type]
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


def _noise(count: int, s: Settings, step: int, salt: int) -> Tensor:
    return torch.randn(count, GeneratorConfig.noise, generator=generator(s.seed * 7 + salt, step))


def _published_step(run: Run, pairs: Pairs, step: int, batch: int, s: Settings) -> dict[str, float]:
    """One step of each, with binary cross entropy (section 4.2)."""
    net, draw, device = (
        cast(nn.ModuleDict, run.net),
        step * run.team.size + run.team.rank,
        run.device,
    )  # every process draws of its own
    embeddings, real = (x.to(device) for x in pairs.published(draw, batch))
    paints, judges = net["generator"], net["discriminator"]
    with autocast(device):
        fake = paints(embeddings, _noise(len(real), s, draw, 1).to(device)).float()
    with _only(judges, net), autocast(device):
        said_real, said_fake = judges(real).float(), judges(fake.detach()).float()
        judged = (
            F.binary_cross_entropy_with_logits(
                said_real, torch.full_like(said_real, 1 - s.smoothing)
            )
            + F.binary_cross_entropy_with_logits(said_fake, torch.full_like(said_fake, s.smoothing))
        ) / 2
        run.descend(judged)
    with _only(paints, net):
        with autocast(device):
            said = judges(fake).float()
            painted = F.binary_cross_entropy_with_logits(said, torch.ones_like(said))
        run.descend(painted)
    return {"generator": painted.item(), "discriminator": judged.item()}


def _lively_step(run: Run, pairs: Pairs, step: int, batch: int, s: Settings) -> dict[str, float]:
    """One step of each, with the non-saturating loss."""
    net, draw, device = (
        cast(nn.ModuleDict, run.net),
        step * run.team.size + run.team.rank,
        run.device,
    )
    embeddings, real, periods = (x.to(device) for x in pairs.lively(draw, batch))
    embeddings, real = embeddings.float(), real.contiguous(memory_format=torch.channels_last)
    paints, judges = net["generator"], cast(Discriminator, net["discriminator"])
    random = generator(s.seed * 7 + 5, draw)
    noise = _noise(batch, s, draw, 1).to(device)
    with autocast(device):
        fake = paints(embeddings, noise).float()
    with _only(judges, net):
        with autocast(device):
            said_real, named = judges.judge_and_name(augment(real, random, s.augment), embeddings)
            said_fake = judges(augment(fake.detach(), random, s.augment), embeddings).float()
        judged = F.softplus(-said_real.float()).mean() + F.softplus(said_fake).mean()
        misnamed = torch.zeros(()) if named is None else F.cross_entropy(named.float(), periods)
        penalty = (
            _r1(judges, augment(real, random, s.augment), embeddings) * (s.r1 * R1_EVERY / 2)
            if s.r1 and step % R1_EVERY == 0
            else torch.zeros(())
        )
        run.descend(judged + penalty.to(judged) + s.naming * misnamed.to(judged))
    with _only(paints, net):
        with autocast(device):
            said, named = judges.judge_and_name(augment(fake, random, s.augment), embeddings)
        painted = F.softplus(-said.float()).mean()
        loss = (
            painted
            if named is None
            else painted + s.naming * F.cross_entropy(named.float(), periods)
        )
        if s.seeking:  # the first half of the batch once more with other noise
            half = batch // 2
            other_noise = _noise(half, s, draw, 2).to(device)
            with autocast(device):
                other = paints(embeddings[:half], other_noise).float()
            apart = (fake[:half] - other).abs().mean((1, 2, 3)) / (
                noise[:half] - other_noise
            ).abs().mean(1)
            loss = loss + s.seeking * (1 / (apart + 1e-3)).mean()
        run.descend(loss)
    share = min(s.average, (step + 1) / (step + 10))
    with torch.no_grad():
        for kept, new in zip(net["average"].parameters(), paints.parameters(), strict=True):
            kept.lerp_(new, 1 - share)
    return {
        "generator": painted.item(),
        "discriminator": judged.item(),
        **({"naming": misnamed.item()} if s.naming else {}),
    }


def _r1(judges: nn.Module, real: Tensor, embeddings: Tensor) -> Tensor:
    """The squared slope of the discriminator at paintings (Mescheder et al. 2018)."""
    real = real.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(judges(real, embeddings).sum(), real, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean()


class _only:
    """For the while, `wanted` alone learns: no gradients are kept for the rest of `net`."""

    def __init__(self, wanted: nn.Module, net: nn.ModuleDict) -> None:
        kept = set(map(id, wanted.parameters()))
        self._others = [p for p in _learning(net) if id(p) not in kept]

    def __enter__(self) -> None:
        for parameter in self._others:
            parameter.requires_grad_(False)

    def __exit__(self, *_: object) -> None:
        for parameter in self._others:
            parameter.requires_grad_(True)


def _learning(net: nn.ModuleDict) -> Iterator[nn.Parameter]:
    for name in ("generator", "discriminator"):
        yield from net[name].parameters()

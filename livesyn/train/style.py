"""Train the style transfer net for a camera's picture: `livesyn train style`. First a texture
classifier learns to tell the paintings apart (`texture_classifier.py`); then the style net learns,
frame by frame, to keep a frame's shapes while the second moments of the classifier's feature maps
and the colours become those of the period's leading paintings.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import ConfigError, DataError
from livesyn.base.params import PERIODS
from livesyn.media.contact_sheet import grid
from livesyn.nets import checkpoint
from livesyn.nets.precision import autocast
from livesyn.nets.style import StyleConfig, StyleNet
from livesyn.train import card, style_measures, texture_classifier
from livesyn.train.data import cropping, pictures
from livesyn.train.data.musart import GREY
from livesyn.train.data.pictures import Pictures
from livesyn.train.run import Run, generator, setting
from livesyn.train.style_losses import Manners, roughness, structure_loss

MARGIN = 0.05  # of a painting's shorter side: its frame, the wall
EVERY = 100
WARM = 30
SMALLEST = 48  # pixels a side: four bands of a pyramid
OWN_RATE = 3.0
STEADIED = 2  # pictures of a step that are repeated, moved and with other noise
SHOWN = 3


@dataclass(frozen=True)
class Settings:
    """What a run is made of."""

    data: str = setting(
        "paintings",
        "paintings with periods: a folder with manifest.csv (columns file and era), or a folder a"
        " period",
    )
    rights: str = setting(
        "CC0|open access", "words of the manifest's rights column to keep, separated by |"
    )
    leaders: str = setting(
        "",
        "the paintings whose manner each period takes, as file names separated by commas (none of a"
        " period: all of it)",
    )
    frames: str = setting("", "also learn on these pictures (a folder): what the camera will see")
    channels: int = setting(32, "of the net, at a quarter of the size", least=1)
    outer: int = setting(16, "at half of it", least=1)
    blocks: int = setting(5, "residual blocks")
    size: int = setting(144, "pixels a side of the squares it learns on", least=1)
    stroke: int = setting(
        256, "pixels of a painting's shorter side: more makes larger strokes", least=1
    )
    steps: int = setting(3000, "steps of training at most", least=1)
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    connoisseur_steps: int = setting(1200, "steps of the connoisseur at most", least=1)
    connoisseur_minutes: float | None = setting(None, "and minutes", least=0.01)
    batch: int = setting(6, "frames a step", least=1)
    rate: float = setting(3e-3, "Adam's learning rate at first")
    structure: float = setting(0.7, "weight of keeping shapes")
    style: float = setting(1.5, "weight of the manner")
    colour: float = setting(1.0, "weight of the colours")
    smooth: float = setting(0.1, "weight of evenness")
    steady: float = setting(1.0, "weight of holding still")
    mixed: float = setting(0.25, "share of frames that are asked for a mixture of two periods")
    held_out: int = setting(60, "paintings kept for the test, half as many for validation", least=1)
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on the test split, write the checkpoint to `out`; returns the figures. Raises
    ConfigError, DataError.
    """
    s = settings
    if not SMALLEST <= s.size <= s.stroke:
        raise ConfigError(
            f"--size is {s.size}; it goes from {SMALLEST} to --stroke ({s.stroke}), the pixels of a"
            " painting's shorter side"
        )
    data = paintings(s)
    led = leaders(data["train"], s.leaders, s.data)
    expert = texture_classifier.train(
        data["train"],
        texture_classifier.Schedule(s.connoisseur_steps, s.connoisseur_minutes, s.seed),
        run_folder / "connoisseur",
        device,
    )
    manners = Manners(
        expert,
        [[_tensor(image).to(device) for image in of_period.images] for of_period in led],
        s.seed,
    )
    torch.manual_seed(s.seed)
    net = StyleNet(StyleConfig(s.channels, s.outer, s.blocks), PERIODS).to(
        device, memory_format=torch.channels_last
    )  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(_groups(net), s.rate, betas=(0.9, 0.99))
    run = Run(run_folder, net, optimiser, s)
    seen = Frames(data["train"], s)
    valid = cropping.centre_crops(
        data["valid"].take(range(min(SHOWN, len(data["valid"])))), s.size
    ).to(device)
    for step in run.steps(s.steps, s.minutes, "style"):
        for group in optimiser.param_groups:
            group["lr"] = (
                group["times"]
                * s.rate
                * min(1.0, (step + 1) / WARM)
                * (0.5 + 0.5 * math.cos(math.pi * min(1.0, run.progress(s.steps, s.minutes))))
                + 2e-5
            )
        frames, weights = seen.at(step)
        losses = _step(
            net,
            optimiser,
            manners,
            frames.to(device, memory_format=torch.channels_last),
            weights.to(device),
            s,
            generator(s.seed, step),
        )
        if step % 20 == 0:
            run.log(**{f"train/{name}": loss for name, loss in losses.items()})
        if step % EVERY == EVERY - 1:
            sheet(net, valid).save(run_folder / "valid.png")
            run.plot(run_folder / "curves.png")
    net.eval()
    figures = {
        "split": "test",
        **style_measures.measure(net, data["train"], data["test"], led, s.size),
    }
    figures["run"] = {
        "steps": run.step,
        "minutes": round(run.trained_s / 60, 1),
        "paintings": len(data["train"]),
        "leaders": {p: len(one) for p, one in zip(PERIODS, led, strict=True)},
    }
    if out is not None:
        _write(out, net, run, s, figures, data["train"], valid, run_folder)
    return figures


def _groups(net: StyleNet) -> list[dict]:
    """A period's own scales and shifts learn from its own frames alone, a fifth of them: they take
    larger steps.
    """
    own = [p for name, p in net.named_parameters() if ".norm." in name]
    shared = [p for name, p in net.named_parameters() if ".norm." not in name]
    return [{"params": shared, "times": 1.0}, {"params": own, "times": OWN_RATE}]


def _step(
    net: StyleNet,
    optimiser: torch.optim.Optimizer,
    manners: Manners,
    frames: Tensor,
    weights: Tensor,
    s: Settings,
    random: torch.Generator,
) -> dict[str, float]:
    moved, across, down = _moved(frames[:STEADIED], random)
    with autocast(frames.device):
        both = net(torch.cat([frames, moved]), torch.cat([weights, weights[:STEADIED]])).float()
    styled, again = both[: len(frames)], both[len(frames) :]
    edge = 8  # pixels from outside the frame, and border effects
    unsteady = (
        (styled[:STEADIED].roll((down, across), (2, 3)) - again)[..., edge:-edge, edge:-edge]
        .abs()
        .mean()
    )
    losses = {
        "structure": s.structure * structure_loss(styled, frames),
        "style": s.style * manners.style_loss(styled, weights),
        "colour": s.colour * manners.colour_loss(styled, weights, random),
        "smooth": s.smooth * roughness(styled),
        "steady": s.steady * unsteady,
    }
    optimiser.zero_grad(set_to_none=True)
    torch.stack(list(losses.values())).sum().backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    return {name: loss.item() for name, loss in losses.items()}


def _moved(frames: Tensor, random: torch.Generator) -> tuple[Tensor, int, int]:
    """The frames as the camera's next picture of the same: moved by whole pixels, in other light
    and noise.
    """
    across, down = (int(torch.randint(-3, 4, (), generator=random)) for _ in range(2))
    light = 1 + 0.03 * torch.randn(len(frames), 1, 1, 1, generator=random)
    noise = 0.02 * torch.randn(frames.shape, generator=random)
    return (
        (frames.roll((down, across), (2, 3)) * light.to(frames) + noise.to(frames)).clamp(0, 1),
        across,
        down,
    )


class Frames:
    """Training batches by step: crops of paintings of any period in varied light, and their target
    periods.
    """

    def __init__(self, split: Pictures, s: Settings) -> None:
        self._s, self._sets = s, [split]
        if s.frames:
            self._sets.append(_every(Path(s.frames), s))

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Frames (B, 3, S, S) in [0, 1] and weights of the periods (B, P)."""
        s, random = self._s, np.random.default_rng((self._s.seed, step))
        cuts = [
            cropping.random_crops(
                one, random.integers(len(one), size=-(-s.batch // len(self._sets))), s.size, random
            )
            for one in self._sets
        ]
        frames = torch.cat(cuts)[: s.batch]
        gamma = _column(
            random.uniform(0.4, 1.2, s.batch)
        )  # paintings are dark; cameras need not be
        strength = _column(random.uniform(0.6, 1.8, s.batch))
        frames = frames.clamp_min(1e-3) ** gamma
        grey = frames.mean(1, keepdim=True)
        frames = (grey + strength * (frames - grey)).clamp(0, 1)
        count = len(PERIODS)
        first = random.permutation(np.arange(s.batch) % count)
        second = (first + random.integers(1, count, s.batch)) % count
        share = np.where(random.random(s.batch) < s.mixed, random.uniform(0, 1, s.batch), 1.0)[
            :, None
        ]
        weights = share * np.eye(count)[first] + (1 - share) * np.eye(count)[second]
        return frames, torch.from_numpy(weights.astype(np.float32))


def _column(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)).view(-1, 1, 1, 1)


def _every(folder: Path, s: Settings) -> Pictures:
    splits = pictures.load(
        folder, pictures.Source(size=round(s.stroke / cropping.ROOM), held_out=1, valid=1)
    )
    return splits["train"]


def paintings(s: Settings) -> dict[str, Pictures]:
    """The paintings of the periods by split, without those in black and white; each period is among
    what is learnt and what is tested. Raises DataError.
    """
    source = pictures.Source(
        round(s.stroke / cropping.ROOM),
        rights=tuple(filter(None, s.rights.split("|"))),
        held_out=s.held_out,
        valid=-(-s.held_out // 2),
    )
    found = {}
    for split, every in pictures.load(Path(s.data), source).items():
        found[split] = every.take(
            i
            for i, label in enumerate(every.labels)
            if label in PERIODS and np.ptp(every.images[i].astype(np.int16), axis=2).mean() >= GREY
        )
        if split != "valid" and (lacking := sorted(set(PERIODS) - set(found[split].labels))):
            raise DataError(
                f"{s.data} has no coloured painting of {', '.join(lacking)} for the {split} split;"
                " it needs more of each period, or another --held-out"
            )
    return found


def leaders(split: Pictures, names: str, where: str) -> list[Pictures]:
    """The paintings that lead each period, without their margins: those called `names`, or all.
    Raises DataError.
    """
    wanted = {name.strip() for name in names.split(",")} - {""}
    files = [PurePosixPath(name).name for name in split.names]
    if missing := sorted(wanted - set(files)):
        raise DataError(
            f"{missing[0]} is not among the {len(split)} paintings of {where} to learn from; it may"
            " be held out, black and white, or of other rights"
        )
    found = []
    for period in PERIODS:
        of_it = [i for i, label in enumerate(split.labels) if label == period]
        led = split.take([i for i in of_it if files[i] in wanted] or of_it)
        found.append(Pictures(led.names, led.labels, tuple(_inside(image) for image in led.images)))
    return found


def _inside(image: np.ndarray) -> np.ndarray:
    margin = round(MARGIN * min(image.shape[:2]))
    return image[margin : image.shape[0] - margin, margin : image.shape[1] - margin]


def _tensor(image: np.ndarray) -> Tensor:
    return torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 255


@torch.no_grad()
def sheet(net: StyleNet, frames: Tensor) -> Any:
    """Frames (N, 3, H, W), a row each: as they are, then in every period's manner, as a PIL
    image.
    """
    net.eval()
    periods = torch.eye(len(net.periods), device=frames.device)
    rows = [
        torch.cat([frame[None], net(frame[None].expand(len(periods), -1, -1, -1), periods)])
        for frame in frames
    ]
    net.train()
    return grid(
        (torch.cat(rows) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy(), 1 + len(periods)
    )


def _write(
    out: Path,
    net: StyleNet,
    run: Run,
    s: Settings,
    figures: dict,
    split: Pictures,
    valid: Tensor,
    run_folder: Path,
) -> None:
    checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
    checkpoint.write_json(out / "metrics.json", figures)
    run.plot(out / "curves.png")
    sheet(net, valid).save(out / "sheet.jpg", quality=88)
    card.write(
        out,
        "style",
        net,
        s,
        run_folder,
        {Path(s.data).name: f"{len(split)} paintings"},
        figures,
        periods=", ".join(net.periods),
    )

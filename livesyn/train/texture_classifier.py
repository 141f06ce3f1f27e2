"""A net that classifies small patches by the painting that they are from (self-supervised: no
labels and no pretrained weights are needed). To tell hundreds of paintings apart by 64 pixels it
learns features of colour, stroke and edge at several scales; the second moments of its feature maps
are the style that `livesyn train style` transfers (Gatys et al. 2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.nets.precision import autocast
from livesyn.train.data.pictures import Pictures
from livesyn.train.run import Run

PIECE = 64  # pixels a side
LARGEST = 1.5  # of a piece, before it is made this small
CHANNELS = (24, 32, 48, 64)
BATCH = 48
RATE = 2e-3
WARM = 50  # steps


@dataclass(frozen=True)
class Schedule:
    """How long it learns. The same seed, the same net."""

    steps: int
    minutes: float | None
    seed: int


class TextureClassifier(nn.Module):
    """Patches (B, 3, H, W) in [0, 1] -> logits of the paintings (B, N), from mean and deviation of
    every feature map at every scale.
    """

    def __init__(self, paintings: int, channels: tuple[int, ...] = CHANNELS) -> None:
        super().__init__()
        blocks, before = [], 3
        for number, after in enumerate(channels):
            layers = (
                [_layer(before, after, 3), _layer(after, after, 3)]
                if number
                else [_layer(before, after, 5)]
            )
            blocks.append(nn.Sequential(*layers))
            before = after
        self.blocks = nn.ModuleList(blocks)
        self.paintings = nn.Linear(2 * sum(channels), paintings)

    def maps(self, pictures: Tensor) -> list[Tensor]:
        """The feature maps, fine to coarse: (B, C, H, W) at each scale."""
        x, found = (pictures - 0.45) * 4, []
        for number, block in enumerate(self.blocks):
            x = block(F.avg_pool2d(x, 2) if number else x)
            found.append(x)
        return found

    def forward(self, pictures: Tensor) -> Tensor:
        told = []
        for x in self.maps(pictures):
            mean = x.mean((2, 3))
            told += [mean, ((x * x).mean((2, 3)) - mean * mean).clamp_min(0).add(1e-3).sqrt()]
        return self.paintings(torch.cat(told, 1)).float()


def _layer(before: int, after: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, 1, kernel // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


def moments(maps: list[Tensor]) -> list[Tensor]:
    """Second moments (B, C, C) of maps (B, C, H, W): the Gram matrix."""
    flat = [x.float().flatten(2) for x in maps]
    return [x @ x.transpose(1, 2) / x.shape[2] for x in flat]


def train(
    split: Pictures, schedule: Schedule, run_folder: Path, device: torch.device
) -> TextureClassifier:
    """Train one on the paintings of `split`; returns it frozen. Resumes an earlier run."""
    torch.manual_seed(schedule.seed)
    net = TextureClassifier(len(split)).to(
        device,
        memory_format=torch.channels_last,  # type: ignore[call-overload]
    )
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.01)
    run = Run(run_folder, net, optimiser, schedule)
    for step in run.steps(schedule.steps, schedule.minutes, "connoisseur"):
        for group in optimiser.param_groups:
            group["lr"] = (
                RATE
                * min(1.0, (step + 1) / WARM)
                * (1 - run.progress(schedule.steps, schedule.minutes))
                + 1e-5
            )
        random = np.random.default_rng((schedule.seed, step))
        chosen = random.integers(len(split), size=BATCH)
        pieces = torch.stack([_piece(split.images[i], random) for i in chosen]).to(
            device, memory_format=torch.channels_last
        )
        with autocast(device):
            loss = F.cross_entropy(
                net(pieces), torch.from_numpy(chosen).to(device), label_smoothing=0.1
            )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 20 == 0:
            run.log(**{"train/loss": loss.item()})
    return net.eval().requires_grad_(False)


def _piece(image: np.ndarray, random: np.random.Generator) -> Tensor:
    """A piece (3, PIECE, PIECE) of a painting (H, W, 3), in [0, 1], with its brightness and colour
    balance varied, so that the photograph's own tell little.
    """
    most = min(*image.shape[:2], round(LARGEST * PIECE))
    side = int(random.integers(min(most, PIECE * 3 // 4), most + 1))
    top, left = (int(random.integers(image.shape[k] - side + 1)) for k in (0, 1))
    piece = (
        torch.from_numpy(image[top : top + side, left : left + side].copy())
        .permute(2, 0, 1)[None]
        .float()
        / 255
    )
    if random.random() < 0.5:
        piece = piece.flip(3)
    piece = F.interpolate(piece, (PIECE, PIECE), mode="bilinear", antialias=True)[0]
    light = torch.from_numpy((1 + 0.1 * random.standard_normal((1, 1, 1))).astype(np.float32))
    tint = torch.from_numpy((0.03 * random.standard_normal((3, 1, 1))).astype(np.float32))
    return (piece * light + tint).clamp(0, 1)

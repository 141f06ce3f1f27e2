"""Pictures gone through a VisVAE or SynVAE: what comes back, and what was sampled on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from livesyn.nets.music_vae import kl_divergence
from livesyn.nets.precision import autocast
from livesyn.nets.syn_vae import SynVAE, SynVAEOutput
from livesyn.nets.vis_vae import VisVAE
from livesyn.train.data import cropping
from livesyn.train.data.pictures import Pictures
from livesyn.train.run import generator
from livesyn.train.vis_vae import squared_error

AT_ONCE = 250


@dataclass(frozen=True)
class Effort:
    """How much is done. `fitted`: pictures of the training split, at most, that go through each net
    to fit the estimator and the second classifier (small sets are gone through again in other crops
    up to `least`); `latents`: how many latents of the prior for Figure 9.
    """

    fitted: int = 20_000
    least: int = 4_000
    classifier_steps: int = 3_000
    estimator_steps: int = 1_500
    batch: int = 128
    latents: int = 1_000
    seed: int = 0

    def steps_for(self, count: int) -> int:
        """Steps for a classifier of `count` pictures: a hundred times through them, as in the
        thesis, but 400 at least.
        """
        return min(self.classifier_steps, max(400, 100 * count // self.batch))


@dataclass(frozen=True)
class Passed:
    """A split gone through a net: the pictures that came back (N, C, H, W), error and KL of each
    (N,), what was sampled in the visual and in the auditive space (N, D); the last is None for a
    VisVAE.
    """

    reconstruction: Tensor
    error: Tensor
    kl: Tensor
    z_visual: Tensor
    z_music: Tensor | None


@torch.no_grad()
def pass_through(
    net: SynVAE | VisVAE, crops: Tensor, seed: int, use_mean: bool = False, played: bool = False
) -> Passed:
    """Encode and decode pictures (N, C, H, W). `played`: through notes as they are played
    (temperature 0.5), in place of the note distributions of training (1).
    """
    noise = generator(seed, 0)
    parts: list[tuple[Tensor, ...]] = []
    for part in crops.split(AT_ONCE):
        with autocast(part.device):
            if isinstance(net, VisVAE):
                mean, std = net.encode(part)
                z = (
                    mean
                    if use_mean
                    else mean + std * torch.randn(std.shape, generator=noise).to(std.device)
                )
                there = (net.decode(z), mean, std, z, z)
            else:
                full = (
                    _played(net, part, noise, use_mean)
                    if played
                    else net(part, noise, use_mean=use_mean)
                )
                there = (full.reconstruction, full.mean, full.std, full.z_visual, full.z_music)
        back, mean, std, z_visual, z_music = (tensor.float() for tensor in there)
        parts.append((back, squared_error(part, back), kl_divergence(mean, std), z_visual, z_music))
    back, error, kl, z_visual, z_music = (torch.cat(column) for column in zip(*parts, strict=True))
    return Passed(back, error, kl, z_visual, None if isinstance(net, VisVAE) else z_music)


def _played(net: SynVAE, crops: Tensor, noise: torch.Generator, use_mean: bool) -> SynVAEOutput:
    mean, std = net.encode(crops)
    z_visual = (
        mean if use_mean else mean + std * torch.randn(std.shape, generator=noise).to(std.device)
    )
    tokens = net.decode_music(z_visual, generator=noise)
    music_mean, music_std = net.music.encode(tokens)
    z_music = (
        music_mean
        if use_mean
        else music_mean + music_std * torch.randn(std.shape, generator=noise).to(std.device)
    )
    return SynVAEOutput(
        net.visual.decode(z_music), mean, std, tokens, music_mean, music_std, z_visual, z_music
    )


def fitted(
    net: SynVAE | VisVAE,
    split: Pictures,
    size: int,
    effort: Effort,
    played: bool,
    device: torch.device,
    augment: bool,
) -> tuple[Passed, list[str]]:
    """A split gone through the net, to fit on, and its labels: at most `fitted` of it, a small one
    again and again in other crops.
    """
    random = np.random.default_rng((effort.seed, 7))
    wanted = (
        min(effort.fitted, max(len(split), effort.least))
        if augment
        else min(len(split), effort.fitted // 4)
    )
    chosen = np.concatenate(
        [random.permutation(len(split)) for _ in range(-(-wanted // len(split)))]
    )[:wanted]
    crops = (
        cropping.random_crops(split, chosen, size, random)
        if augment
        else cropping.centre_crops(split.take(chosen), size)
    )
    return pass_through(net, crops.to(device), 2 if augment else 3, played=played), [
        split.labels[i] for i in chosen
    ]

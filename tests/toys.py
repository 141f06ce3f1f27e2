"""A checkpoint small enough to make in a test: random weights, the shapes of the real one."""

from __future__ import annotations

from pathlib import Path

import torch

from livesyn.nets import checkpoint, music_vae, vis_vae
from livesyn.nets.syn_vae import SynVAE


def save_toy(folder: Path, seed: int = 0) -> Path:
    """A toy SynVAE in `folder`; its decoder is scaled up so that it plays notes."""
    torch.manual_seed(seed)
    net = SynVAE(vis_vae.VisVAE(vis_vae.preset("toy")), music_vae.MusicVAE(music_vae.preset("toy")))
    with torch.no_grad():
        net.music.plan.weight *= 8
        net.music.output.weight *= 6
        net.visual.posterior.weight *= 20
    net.set_directions(torch.randn(64, net.latent_dim))
    checkpoint.save(folder, net, {"toy": seed})
    return folder

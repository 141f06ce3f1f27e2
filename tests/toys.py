"""A checkpoint small enough to make in a test: random weights, the shapes of the real one."""

from __future__ import annotations

from pathlib import Path

import torch

from livesyn.nets import checkpoint, music_vae, vis_vae
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.cdcgan import Generator, GeneratorConfig
from livesyn.nets.mvnet import MVNet
from livesyn.nets.syn_vae import SynVAE


def save_toy(folder: Path, seed: int = 0) -> Path:
    """A toy SynVAE in `folder`; scaled so that pictures of coloured blocks
    differ by about 1 in every dimension and the decoder plays notes."""
    torch.manual_seed(seed)
    net = SynVAE(vis_vae.VisVAE(vis_vae.preset("toy")), music_vae.MusicVAE(music_vae.preset("toy")))
    with torch.no_grad():
        net.music.plan.weight *= 8
        net.music.output.weight *= 6
        pictures = torch.rand(64, 3, 4, 4).repeat_interleave(16, 2).repeat_interleave(16, 3)
        d, means = net.latent_dim, net.encode(pictures)[0]
        net.visual.posterior.bias[:d] -= means.mean(0)
        net.visual.posterior.weight[:d] /= means.std(0)[:, None]
        net.visual.posterior.bias[:d] /= means.std(0)
        net.visual.posterior.bias[d:] = -3.0
        net.set_directions(net.encode(pictures)[0])
    checkpoint.save(folder, net, {"toy": seed})
    return folder


def toy_painter() -> MVNet:
    """A toy MVNet of two periods; its pictures have 16 pixels a side."""
    return MVNet(AudioEncoder(AudioEncoderConfig((4, 4, 8, 8, 8, 8), 4, pooled=True), ("old", "new")), Generator(GeneratorConfig(4, 6, (16, 8, 8), (16,), modulated=True)))

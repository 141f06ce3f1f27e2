"""A checkpoint small enough to make in a test: random weights, the shapes of the real one."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
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
    music = music_vae.MusicVAE(music_vae.preset("toy"))
    net = SynVAE(vis_vae.VisVAE(vis_vae.preset("toy")), music)
    with torch.no_grad():
        music.plan.weight *= 8
        music.output.weight *= 6
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
    return MVNet(
        AudioEncoder(AudioEncoderConfig((4, 4, 8, 8, 8, 8), 4, pooled=True), ("old", "new")),
        Generator(GeneratorConfig(4, 6, (16, 8, 8), (16,), modulated=True)),
    )


def save_wav(path: Path, seconds: float, hz: float, seed: int = 0) -> None:
    """A steady tone with a little noise, 22.05 kHz, one channel."""
    time_s = np.arange(int(seconds * 22050)) / 22050
    samples = 0.3 * np.sin(2 * np.pi * hz * time_s) + 0.01 * np.random.default_rng(
        seed
    ).standard_normal(len(time_s))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes((samples * 32767).astype("<i2").tobytes())

"""Bars written by NumPy against those written by PyTorch."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from livesyn.base.errors import ConfigError
from livesyn.nets import checkpoint, music_vae
from livesyn.nets.fastest import fastest
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.numpy_writer import NumpyWriter
from livesyn.nets.packed import packed


def toy(layers: int) -> MusicVAE:
    torch.manual_seed(layers)
    net = MusicVAE(dataclasses.replace(music_vae.preset("toy"), layers=layers)).eval()
    with torch.no_grad():
        net.output.weight *= 8  # as sure of itself as a trained net is
    return packed(net, torch.float32)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("given", [0, 1, 16, 31])
@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("until", [None, 32, 16])
def test_the_same_bars(layers: int, given: int, temperature: float, until: int | None) -> None:
    plain, quick = toy(layers), toy(layers)
    quick.writer = NumpyWriter(quick)
    draw = torch.Generator().manual_seed(given)
    for seed in range(4):
        z = torch.randn(1, 16, generator=draw)
        forced = torch.randint(0, 90, (1, given), generator=draw)
        bars = [
            net.decode(z, temperature, torch.Generator().manual_seed(seed), forced, until)
            for net in (plain, quick)
        ]
        assert torch.equal(*bars)


@pytest.mark.parametrize("name", ["synvae-art", "bass-small", "drums-small"])
def test_shipped_nets_write_the_same_bars(name: str) -> None:
    net = checkpoint.load(name, checkpoint.kind_of(name))
    plain = packed(net.music if hasattr(net, "music") else net, torch.float32)
    quick = fastest(net.music if hasattr(net, "music") else net, "cpu")
    assert isinstance(quick.writer, NumpyWriter)
    draw = torch.Generator().manual_seed(0)
    for seed in range(20):
        z = torch.randn(1, plain.config.latent, generator=draw)
        bars = [one.decode(z, 0.5, torch.Generator().manual_seed(seed)) for one in (plain, quick)]
        assert torch.equal(*bars)


def test_several_rows_are_left_to_the_net() -> None:
    plain, quick = toy(2), toy(2)
    quick.writer = NumpyWriter(quick)
    z = torch.randn(3, 16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(plain.decode(z, 0.0), quick.decode(z, 0.0))


def test_bytes_are_refused() -> None:
    with pytest.raises(ConfigError, match="float32"):
        NumpyWriter(packed(MusicVAE(music_vae.preset("toy")), torch.int8))

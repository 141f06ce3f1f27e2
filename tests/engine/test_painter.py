"""The painter as the show uses it: plain values in, a picture out."""

from __future__ import annotations

import numpy as np
import torch

from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.cdcgan import Generator, GeneratorConfig
from livesyn.nets.mvnet import MVNet
from livesyn.nets.torch_playing import TorchMVNet


class Fixed(torch.nn.Module):
    """A generator of 128 pixels that paints one picture, whatever it is given."""

    config = GeneratorConfig(4, 6, (8,) * 6, ())

    def __init__(self, picture: torch.Tensor) -> None:
        super().__init__()
        self._picture = picture

    def forward(self, embedding: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        return self._picture[None]


def painter(generator: torch.nn.Module) -> Painter:
    net = MVNet(
        AudioEncoder(AudioEncoderConfig((4, 4, 8, 8, 8, 8), 4, pooled=True), ("old", "new")),
        Generator(Fixed.config),
    )
    net.add_module("generator", generator)
    return Painter("toy", TorchMVNet(net.eval(), "cpu"), "cpu")


def test_specks_are_taken_away_and_edges_stay() -> None:
    picture = torch.full((3, 128, 128), -0.5)
    picture[:, :, 64:] = 0.5
    specked = picture.clone()
    for row, column in ((20, 30), (21, 31), (60, 100), (100, 62)):
        specked[:, row, column : column + 2] = 1.0
    given = np.zeros(4, np.float32), np.zeros(6, np.float32)
    clean, shown = (painter(Fixed(x)).paint(*given) for x in (picture, specked))
    assert clean.shape == (128, 128, 3) and clean.dtype == np.uint8
    assert (clean[:, :64] == 64).all() and (clean[:, 64:] == 191).all(), "an edge stays where it is"
    assert np.array_equal(shown, clean)

"""SynVAE with the modalities swapped: music -> z -> picture -> z' -> music, a frozen VisVAE in the
middle. (Thesis, end of section 4.)"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from livesyn.base.errors import ShapeError
from livesyn.nets.music_net import MusicNet
from livesyn.nets.vis_vae import VisVAE

LEVELS = 255  # of a pixel, as picture files hold it


class MusicSynVAE(nn.Module):
    """The joined nets: MusicVAE encoder -> VisVAE decoder -> picture -> VisVAE encoder -> MusicVAE
    decoder.

    Of the visual posterior the mean is passed on: a VisVAE spends few nats on a picture, and its
    noise would drown the melody. What the picture loses when it is written as a file with 8 bits
    a channel, it has lost here too.

    Raises ShapeError when the two halves have latents of different size.
    """

    def __init__(self, music: MusicNet, visual: VisVAE) -> None:
        super().__init__()
        if visual.config.latent != music.config.latent:
            raise ShapeError(
                f"the visual latent has {visual.config.latent} dimensions and the music latent"
                f" {music.config.latent}; they must be the same"
            )
        self.music = music
        self.visual = visual.requires_grad_(False)

    @property
    def latent_dim(self) -> int:
        return self.music.config.latent

    @property
    def image_size(self) -> int:
        return self.visual.config.size

    def encode(self, events: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation, each (B, D), of z given (B, T) tokens or (B, T, V)
        events.
        """
        return self.music.encode(events)

    def paint(self, z: Tensor) -> Tensor:
        """The picture of z: (B, D) -> (B, C, H, W) in [0, 1], in steps of 1/255; the gradient
        passes the steps by.
        """
        pictures = self.visual.decode(z).float()
        return pictures + ((pictures * LEVELS).round() / LEVELS - pictures).detach()

    def look(self, pictures: Tensor) -> Tensor:
        """z' (B, D): what the frozen eye makes of pictures (B, C, H, W) in [0, 1]."""
        return self.visual.encode(pictures)[0]

    def decode_music(
        self, pictures: Tensor, temperature: float = 0.5, generator: torch.Generator | None = None
    ) -> Tensor:
        """The music that a picture remembers: (B, C, H, W) -> tokens (B, T). See
        `MusicNet.decode`.
        """
        return self.music.decode(self.look(pictures), temperature, generator)

    def forward(self, tokens: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """There: tokens (B, T) and ε (B, D) -> pictures (B, C, H, W), z' (B, D), and the music
        posterior's mean and standard deviation (B, D). Back again: `music(z', tokens)`."""
        mean, std = self.encode(tokens)
        pictures = self.paint(mean + std * epsilon)
        return pictures, self.look(pictures), mean, std

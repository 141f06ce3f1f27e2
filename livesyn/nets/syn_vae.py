"""SynVAE: picture -> z -> music -> z -> picture, a frozen MusicVAE in the middle. (Thesis, section
4.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from livesyn.base.errors import ShapeError
from livesyn.base.params import DIRECTIONS
from livesyn.nets.music_net import MusicNet
from livesyn.nets.playing import REMEMBER_DRAWS
from livesyn.nets.vis_vae import VisVAE


class SynVAEOutput(NamedTuple):
    """What a pass through a SynVAE leaves: the picture come back (B, C, H, W), the visual posterior
    (B, D), the music's distributions (B, T, V), the auditive posterior (B, D), and what was sampled
    of both (B, D).
    """

    reconstruction: Tensor
    mean: Tensor
    std: Tensor
    events: Tensor
    music_mean: Tensor
    music_std: Tensor
    z_visual: Tensor
    z_music: Tensor


class SynVAE(nn.Module):
    """The joined nets. `directions` (12, D) are unit vectors, the leading principal directions
    of the means of the training pictures; `spread` (12,) the standard deviation along each.

    Raises ShapeError when the two halves have latents of different size, or of fewer than 12
    dimensions.
    """

    directions: Tensor
    spread: Tensor
    centre: Tensor

    def __init__(self, visual: VisVAE, music: MusicNet) -> None:
        super().__init__()
        if visual.config.latent != music.config.latent:
            raise ShapeError(
                f"the visual latent has {visual.config.latent} dimensions and the music latent"
                f" {music.config.latent}; they must be the same"
            )
        if music.config.latent < DIRECTIONS:
            raise ShapeError(
                f"the latent has {music.config.latent} dimensions, and the stage is told of"
                f" {DIRECTIONS} directions of it; it must have {DIRECTIONS} or more"
            )
        self.visual = visual
        self.music = music.requires_grad_(False)
        self.register_buffer("directions", torch.zeros(DIRECTIONS, self.latent_dim))
        self.directions.fill_diagonal_(1.0)
        self.register_buffer("spread", torch.ones(DIRECTIONS))
        self.register_buffer("centre", torch.zeros(self.latent_dim))

    @property
    def latent_dim(self) -> int:
        return self.visual.config.latent

    @property
    def image_size(self) -> int:
        return self.visual.config.size

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """p_venc: (B, C, H, W) in [0, 1] -> mean and standard deviation, each (B, D)."""
        return self.visual.encode(pictures)

    def decode_music(
        self,
        z: Tensor,
        temperature: float = 0.5,
        generator: torch.Generator | Sequence[torch.Generator] | None = None,
        forced: Tensor | None = None,
    ) -> Tensor:
        """p_adec: (B, D) -> tokens (B, T). See `MusicNet.decode`."""
        return self.music.decode(z, temperature, generator, forced)

    def remember(self, tokens: Tensor) -> Tensor:
        """The picture that the music remembers: (B, T) tokens -> (B, C, H, W) (thesis, eq. 9).

        The expectation over z given the music is taken over a few draws of a fixed ε, so the
        same music always gives the same picture. Not over the mean of z: the visual decoder has
        only ever seen z of radius √D, and from the much shorter mean it paints far worse.
        """
        mean, std = self.music.encode(tokens)
        draws = torch.randn(
            REMEMBER_DRAWS, 1, self.latent_dim, generator=torch.Generator().manual_seed(0)
        ).to(mean.device)
        return (
            self.visual.decode((mean + std * draws).flatten(0, 1))
            .unflatten(0, (REMEMBER_DRAWS, len(mean)))
            .mean(0)
        )

    def forward(
        self,
        pictures: Tensor,
        generator: torch.Generator | None = None,
        straight_through: bool = False,
        use_mean: bool = False,
    ) -> SynVAEOutput:
        """One pass of training (thesis, eq. 8 to 10): there and back."""
        mean, std = self.encode(pictures)
        z_visual = mean if use_mean else mean + std * _normal(std, generator)
        events = self.music.decode_soft(
            z_visual, straight_through=straight_through, generator=generator
        )
        music_mean, music_std = self.music.encode(events)
        z_music = music_mean if use_mean else music_mean + music_std * _normal(music_std, generator)
        return SynVAEOutput(
            self.visual.decode(z_music), mean, std, events, music_mean, music_std, z_visual, z_music
        )

    @torch.no_grad()
    def align(
        self, pictures: Tensor, generator: torch.Generator | None = None, draws: int = 2000
    ) -> Tensor:
        """Turn a trained visual half so that what it says most goes where the music carries most:
        the dimensions of its z are put in new places, and its decoder reads them there. `pictures`
        are some of the training split.

        Both posteriors are diagonal, so both nets say what they say along axes: the visual one
        along those of most KL, the music along those whose z comes back (correlation of what went
        in with the mean that comes out, which is returned, (D,)). A VisVAE joined to the music as
        it is speaks mostly along axes that the music does not carry, and its posterior collapses
        before the music is learnt.
        """
        mean, std = self.encode(pictures)
        said = (mean.square() + std.square() - 1 - 2 * std.log()).mean(0)
        z = torch.randn(draws, self.latent_dim, generator=generator).to(mean.device)
        back = torch.cat(
            [self.music.encode(self.music.decode_soft(part))[0].float() for part in z.split(250)]
        )
        carried = (z * back).mean(0)
        from_, to = said.argsort(descending=True), carried.argsort(descending=True)
        source = torch.empty_like(from_)
        source[to] = from_
        self.visual.permute_latent(source, carried.clamp(0, 1))
        return carried

    @torch.no_grad()
    def set_directions(self, means: Tensor) -> None:
        """Take the principal directions from means (N, D) of training pictures."""
        self.centre.copy_(means.mean(0))
        centred = means - self.centre
        _, singular, basis = torch.linalg.svd(centred, full_matrices=False)
        sign = torch.sign(
            basis[:DIRECTIONS].gather(1, basis[:DIRECTIONS].abs().argmax(1, keepdim=True))
        )  # one sign for every machine
        self.directions.copy_(basis[:DIRECTIONS] * sign)
        self.spread.copy_((singular[:DIRECTIONS] / max(len(means) - 1, 1) ** 0.5).clamp_min(1e-6))


def _normal(like: Tensor, generator: torch.Generator | None) -> Tensor:
    return torch.randn(like.shape, generator=generator).to(like.device)

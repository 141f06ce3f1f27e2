"""VisVAE: picture -> z -> picture, the convolutional nets of the SynVAE thesis's Table 7."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn

from livesyn.base.errors import ConfigError, ShapeError


@dataclass(frozen=True)
class VisVAEConfig:
    """Sizes of a VisVAE. `widths` are the encoder's filters, each 3x3 of stride 2; `mirror`
    the decoder's after its first fully connected layer; `hidden` the FC(4096) that Table 7
    can be read to have before the posterior (0: without)."""

    size: int = 64
    channels: int = 3
    widths: tuple[int, ...] = (64, 128, 128, 256)
    seed_channels: int = 256
    mirror: tuple[int, ...] = (256, 128, 128, 64)
    last_kernel: int = 1
    hidden: int = 0
    latent: int = 256


PRESETS = {
    "toy": VisVAEConfig(widths=(4, 4, 8, 8), seed_channels=8, mirror=(8, 8, 4, 4), latent=16),
    "art": VisVAEConfig(),
    "art-fc": VisVAEConfig(hidden=4096),
    "art-small": VisVAEConfig(widths=(32, 64, 64, 64), seed_channels=64, mirror=(128, 64, 64, 32)),
    "cifar": VisVAEConfig(size=32, widths=(64, 128, 256), mirror=(256, 128, 64)),
    "cifar-fc": VisVAEConfig(size=32, widths=(64, 128, 256), mirror=(256, 128, 64), hidden=4096),
    "mnist": VisVAEConfig(
        size=28, channels=1, widths=(32, 64), seed_channels=32, mirror=(64, 32), last_kernel=3
    ),
}


def preset(name: str) -> VisVAEConfig:
    """The sizes called `name`."""
    if name not in PRESETS:
        raise ConfigError(f"there is no VisVAE preset {name!r}; there are: {', '.join(PRESETS)}")
    return PRESETS[name]


class VisVAE(nn.Module):
    """The net. Pictures are (B, C, H, W) in [0, 1]; `D` = `config.latent`."""

    def __init__(self, config: VisVAEConfig) -> None:
        super().__init__()
        self.config = c = config
        layers: list[nn.Module] = []
        for before, after in zip((c.channels, *c.widths), c.widths, strict=False):
            layers += [nn.Conv2d(before, after, 3, 2, 1), nn.ReLU()]
        self._side = -(-c.size // 2 ** len(c.widths))
        features = c.widths[-1] * self._side**2
        self.encoder = nn.Sequential(
            *layers, nn.Flatten(), *([nn.Linear(features, c.hidden), nn.ReLU()] if c.hidden else [])
        )
        self.posterior = nn.Linear(c.hidden or features, 2 * c.latent)
        layers = [
            nn.Linear(c.latent, c.seed_channels * self._side**2),
            nn.ReLU(),
            nn.Unflatten(1, (c.seed_channels, self._side, self._side)),
        ]
        for before, after in zip((c.seed_channels, *c.mirror), c.mirror, strict=False):
            layers += [nn.ConvTranspose2d(before, after, 3, 2, 1, 1), nn.ReLU()]
        self.decoder = nn.Sequential(
            *layers,
            nn.Conv2d(c.mirror[-1], c.channels, c.last_kernel, padding="same"),
            nn.Sigmoid(),
        )

    def config_dict(self) -> dict:
        return asdict(self.config)

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation, each (B, D), of z given (B, C, H, W) pictures in [0, 1]."""
        shape = (self.config.channels, self.config.size, self.config.size)
        if pictures.shape[1:] != shape:
            raise ShapeError(
                f"pictures are {tuple(pictures.shape)}; expected (B, {', '.join(map(str, shape))})"
            )
        mean, log_variance = self.posterior(self.encoder(pictures)).float().chunk(2, 1)
        return mean, torch.exp(0.5 * log_variance.clamp(-12, 4))

    def decode(self, z: Tensor) -> Tensor:
        """Pictures (B, C, H, W) in [0, 1] from z (B, D)."""
        return self.decoder(z)

    @torch.no_grad()
    def permute_latent(self, source: Tensor, gain: Tensor) -> None:
        """Dimension i of z becomes what dimension `source[i]` was; the decoder takes it times
        `gain[i]`. Both (D,).
        """
        both = torch.cat([source, source + self.config.latent])
        self.posterior.weight.copy_(self.posterior.weight[both])
        self.posterior.bias.copy_(self.posterior.bias[both])
        first = self.decoder[0]
        assert isinstance(first, nn.Linear)
        first.weight.copy_(first.weight[:, source] * gain)

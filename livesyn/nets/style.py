"""A camera's picture in the manner of a period: one small net, five manners and all between.

Image transformation after Johnson et al. (2016): down by four, residual blocks, up again. What
tells the periods apart are the scales and shifts after each instance normalisation (Dumoulin et al.
2017); a mixture of periods takes the mixture of them, so one manner becomes another without a seam.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ShapeError

SHRINK = 4


@dataclass(frozen=True)
class StyleConfig:
    """Sizes.

    `channels` at a quarter of the size, `outer` at half of it. 256 x 144 pixels cost 0.58 GFLOP.
    """

    channels: int = 32
    outer: int = 16
    blocks: int = 5


class PeriodNorm(nn.Module):
    """Instance normalisation whose scale and shift are the mixture of each period's own."""

    def __init__(self, channels: int, periods: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(periods, channels))
        self.shift = nn.Parameter(torch.zeros(periods, channels))

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """Maps (B, C, H, W) and weights (B, P)."""
        exact = x.float()
        mean = exact.mean((2, 3))
        variance = (exact * exact).mean(
            (2, 3)
        ) - mean * mean  # a tenth of the time that torch.var_mean takes with channels last
        scale = weights @ self.scale * torch.rsqrt(variance.clamp_min(0) + 1e-5)
        shift = weights @ self.shift - mean * scale
        return torch.addcmul(
            shift[..., None, None].to(x.dtype), x, scale[..., None, None].to(x.dtype)
        )


class _Step(nn.Module):
    """A convolution that sees the picture's border as it is, and its normalisation."""

    def __init__(self, before: int, after: int, kernel: int, periods: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(
            before, after, kernel, stride, kernel // 2, padding_mode="replicate", bias=False
        )
        self.norm = PeriodNorm(after, periods)

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        return self.norm(self.convolution(x), weights)


class _Block(nn.Module):
    """What a residual block adds."""

    def __init__(self, channels: int, periods: int) -> None:
        super().__init__()
        self.first, self.second = (
            _Step(channels, channels, 3, periods),
            _Step(channels, channels, 3, periods),
        )

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        added: Tensor = self.second(F.relu(self.first(x, weights)), weights)
        return added


class StyleNet(nn.Module):
    """Pictures (B, 3, H, W) and weights of the periods (B, P) -> pictures (B, 3, H, W), all in [0,
    1].

    Any size: the border is repeated up to a multiple of four and cut off again. The last
    convolution also sees the picture itself, so an edge need not pass through a quarter of its
    size.
    """

    def __init__(self, config: StyleConfig, periods: tuple[str, ...]) -> None:
        super().__init__()
        self.config, self.periods = config, tuple(periods)
        count, wide, outer = len(self.periods), config.channels, config.outer
        self.down = nn.ModuleList([_Step(3, outer, 5, count, 2), _Step(outer, wide, 3, count, 2)])
        self.blocks = nn.ModuleList([_Block(wide, count) for _ in range(config.blocks)])
        self.up = _Step(wide, outer, 3, count)
        self.last = nn.Conv2d(outer + 3, 3, 3, 1, 1, padding_mode="replicate")

    def forward(self, pictures: Tensor, weights: Tensor) -> Tensor:
        """Raises ShapeError."""
        if pictures.ndim != 4 or pictures.shape[1] != 3 or 0 in pictures.shape:
            raise ShapeError(
                f"pictures are {tuple(pictures.shape)}; expected (B, 3, H, W) of one pixel or more"
            )
        if weights.shape != (len(pictures), len(self.periods)):
            raise ShapeError(
                f"the periods' weights are {tuple(weights.shape)}; expected"
                f" {(len(pictures), len(self.periods))}"
            )
        height, width = pictures.shape[2:]
        x = source = F.pad(
            pictures * 2 - 1, (0, -width % SHRINK, 0, -height % SHRINK), mode="replicate"
        )
        for step in self.down:
            x = F.relu(step(x, weights))
        for block in self.blocks:
            x = x + block(x, weights)
        x = F.relu(self.up(F.interpolate(x, scale_factor=2), weights))
        x = self.last(torch.cat([F.interpolate(x, scale_factor=2), source], 1))
        return torch.sigmoid(x)[..., :height, :width]

    def config_dict(self) -> dict[str, Any]:
        return {**asdict(self.config), "periods": list(self.periods)}

    @classmethod
    def of(cls, sizes: Mapping[str, Any]) -> StyleNet:
        """The net of these sizes, as `config_dict` gives them."""
        return cls(
            StyleConfig(**{key: value for key, value in sizes.items() if key != "periods"}),
            tuple(sizes["periods"]),
        )

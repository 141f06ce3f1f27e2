"""Music as MVNet hears it: a mel window becomes ten numbers. (MVNet, section 3.1, Figure 2.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from livesyn.base.errors import ShapeError

SHAPE = (3, 128, 256)


@dataclass(frozen=True)
class AudioEncoderConfig:
    """Sizes. The published net is the default. `normalise` puts embeddings on a sphere of radius
    √D, which the published one does not; `dropout` is before the last layer.
    """

    channels: tuple[int, ...] = (32, 64, 128, 256, 512, 1024)
    embedding: int = 10
    normalise: bool = False
    dropout: float = 0.0
    pooled: bool = False


class AudioEncoder(nn.Module):
    """Six convolutions (kernel 4, stride 2), batch normalisation, ReLU; then one linear layer.

    `pooled` has the last layer see the mean and the maximum over time instead of the map as it
    is: what matters is what is heard, not when in the nine seconds.
    `centres` (P, D) are the training clips' mean embeddings of each of the `periods`: where to
    paint from when a period is asked for with no sound at all. They travel with the weights.
    """

    centres: Tensor

    def __init__(
        self, config: AudioEncoderConfig = AudioEncoderConfig(), periods: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.config, self.periods = config, tuple(periods)
        blocks: list[nn.Module] = []
        before = SHAPE[0]
        for after in config.channels:
            blocks += [nn.Conv2d(before, after, 4, 2, 1), nn.BatchNorm2d(after), nn.ReLU()]
            before = after
        shrink = 2 ** len(config.channels)
        height, width = SHAPE[1] // shrink, SHAPE[2] // shrink
        if height < 1 or width < 1:
            raise ShapeError(
                f"{len(config.channels)} convolutions leave nothing of a mel window of {SHAPE[1]} x"
                f" {SHAPE[2]}; 7 is the most"
            )
        self.convolutions = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(config.dropout)
        self.linear = nn.Linear(
            2 * before * height if config.pooled else before * height * width, config.embedding
        )
        self.register_buffer("centres", torch.zeros(len(self.periods), config.embedding))

    def forward(self, windows: Tensor) -> Tensor:
        """Mel windows (B, 3, 128, 256), -1 to 1, as embeddings (B, D). Raises ShapeError."""
        if windows.shape[1:] != SHAPE:
            raise ShapeError(
                f"mel windows are {tuple(windows.shape)}; expected (B,"
                f" {', '.join(map(str, SHAPE))})"
            )
        features = self.convolutions(windows)
        if self.config.pooled:
            features = torch.cat([features.mean(3), features.amax(3)], 1)
        embedding = self.linear(self.dropout(features.flatten(1)))
        if self.config.normalise:
            embedding = nn.functional.normalize(embedding, dim=1) * self.config.embedding**0.5
        return embedding

    def config_dict(self) -> dict[str, Any]:
        return {
            **asdict(self.config),
            "channels": list(self.config.channels),
            "periods": list(self.periods),
        }

    @classmethod
    def of(cls, sizes: Mapping[str, Any]) -> AudioEncoder:
        """The net of these sizes, as `config_dict` gives them."""
        rest = {key: value for key, value in sizes.items() if key != "periods"}
        return cls(
            AudioEncoderConfig(**{**rest, "channels": tuple(rest["channels"])}),
            tuple(sizes.get("periods", ())),
        )


def triplet_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 3.0,
    p: float = 5.0,
    powered: bool = False,
) -> Tensor:
    """The mean triplet margin loss of embeddings (B, D). (MVNet, section 4.1, Figure 3.)

    `powered`: distances as the paper prints them, ‖·‖ₚᵖ; otherwise ‖·‖ₚ, as the usual libraries
    have them and as the paper's curve (from 3.0 to 0.2) suggests.
    """
    near, far = (
        nn.functional.pairwise_distance(anchor, other, p) for other in (positive, negative)
    )
    if powered:
        near, far = near**p, far**p
    return torch.relu(near - far + margin).mean()

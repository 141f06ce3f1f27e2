"""Paintings from embeddings of music: MVNet's conditional DCGAN. (MVNet, section 3.2, Figure 2.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ShapeError

START = 4  # pixels a side where the generator begins
CHUNK = 512  # queries at once where attention keeps no whole matrix
SLOPE = 0.2


@dataclass(frozen=True)
class GeneratorConfig:
    """Sizes. The published net is the default: 64 pixels from four doublings. `attention` names the
    sides after which there is a self-attention; `modulated` lets the input scale and shift every
    normalised map, which the published net does not."""

    embedding: int = 10
    noise: int = 100
    channels: tuple[int, ...] = (1024, 512, 256, 128, 64)
    attention: tuple[int, ...] = (32, 64)
    modulated: bool = False

    @property
    def size(self) -> int:
        """Pixels a side."""
        return START * 2 ** (len(self.channels) - 1)


class SelfAttention(nn.Module):
    """Every place looks at every other; `gamma`, from 0, says how much of it is added."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.query = nn.Conv2d(channels, max(1, channels // 8), 1)
        self.key = nn.Conv2d(channels, max(1, channels // 8), 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) as the same.

        Keeps no (HW, HW) matrix where no gradient is asked for: queries go in chunks.
        """
        q, k, v = (layer(x).flatten(2) for layer in (self.query, self.key, self.value))
        if torch.is_grad_enabled() or x.is_cuda:
            spare = (
                0,
                0,
                0,
                v.shape[1] - q.shape[1],
            )  # the fused kernels want all three as wide; zeros change nothing
            q, k, v = (
                part.mT[:, None].contiguous() for part in (F.pad(q, spare), F.pad(k, spare), v)
            )
            seen = F.scaled_dot_product_attention(q, k, v, scale=1.0)[:, 0].mT
        else:
            seen = torch.cat(
                [v @ torch.softmax(part.mT @ k, 2).mT for part in q.split(CHUNK, 2)], 2
            )
        return x + self.gamma * seen.reshape(x.shape)


class _Up(nn.Module):
    """Twice the side: nearest neighbour, convolution, instance normalisation, leaky ReLU."""

    def __init__(self, before: int, after: int, condition: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, after, 3, 1, 1)
        self.modulation = nn.Linear(condition, 2 * after) if condition else None
        if self.modulation is not None:
            nn.init.zeros_(self.modulation.bias)
            if not self.modulation.weight.is_meta:  # there it would import torch's compiler: 0.8 s
                nn.init.normal_(self.modulation.weight, 0, 0.1 / condition**0.5)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        x = F.instance_norm(self.convolution(F.interpolate(x, scale_factor=2.0, mode="nearest")))
        if self.modulation is not None:
            scale, shift = self.modulation(condition)[..., None, None].chunk(2, 1)
            x = x * (1 + scale) + shift
        return F.leaky_relu(x, SLOPE)


class Generator(nn.Module):
    """An embedding of music and noise become a painting."""

    def __init__(self, config: GeneratorConfig = GeneratorConfig()) -> None:
        super().__init__()
        self.config = config
        first, *rest = config.channels
        size_in = config.embedding + config.noise
        self.linear = nn.Linear(size_in, first * START * START)
        before, side = first, START
        self.blocks, self.attentions = nn.ModuleList(), nn.ModuleDict()
        for i, after in enumerate(rest):
            side *= 2
            self.blocks.append(_Up(before, after, size_in if config.modulated else 0))
            if side in config.attention:
                self.attentions[str(i)] = SelfAttention(after)
            before = after
        self.last = nn.Conv2d(before, 3, 3, 1, 1)

    def forward(self, embedding: Tensor, noise: Tensor) -> Tensor:
        """Embeddings (B, E) and noise (B, N) as paintings (B, 3, S, S), -1 to 1.

        Raises ShapeError.
        """
        given = torch.cat([embedding, noise], 1)
        if given.shape[1] != self.linear.in_features:
            raise ShapeError(
                f"embedding and noise are {embedding.shape[1]} + {noise.shape[1]} wide; expected"
                f" {self.config.embedding} + {self.config.noise}"
            )
        x = F.leaky_relu(self.linear(given), SLOPE).view(len(given), -1, START, START)
        for i, block in enumerate(self.blocks):
            x = block(x, given)
            if str(i) in self.attentions:
                x = self.attentions[str(i)](x)
        return torch.tanh(self.last(x))

    def config_dict(self) -> dict[str, Any]:
        return {
            **asdict(self.config),
            "channels": list(self.config.channels),
            "attention": list(self.config.attention),
        }

    @classmethod
    def of(cls, sizes: Mapping[str, Any]) -> Generator:
        """The net of these sizes, as `config_dict` gives them."""
        given: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in sizes.items()
        }
        return cls(GeneratorConfig(**given))


@dataclass(frozen=True)
class DiscriminatorConfig:
    """Sizes. The published net is the default: four convolutions that halve the side, one that
    keeps it, batch normalisation in all but the first, and blind to the music. Beyond it:
    `normalise` "spectral" or "none" instead of "batch"; `spread`, a channel with how much the
    pictures of a batch differ; `embedding` above 0, a projection on the music's embedding, so that
    it judges whether picture and music belong together; `periods` above 0, a second output that
    names the picture's period (an auxiliary classifier: Odena et al. 2017).
    """

    size: int = 64
    channels: tuple[int, ...] = (64, 128, 256, 512, 1024)
    dropout: float = 0.0
    normalise: str = "batch"
    spread: bool = False
    embedding: int = 0
    periods: int = 0


class Discriminator(nn.Module):
    """Whether a picture is a painting. For training alone: it is in no checkpoint."""

    def __init__(self, config: DiscriminatorConfig = DiscriminatorConfig()) -> None:
        super().__init__()
        self.config = config
        wrap = (
            nn.utils.parametrizations.spectral_norm
            if config.normalise == "spectral"
            else lambda layer: layer
        )
        layers: list[nn.Module] = []
        before, side = 3, config.size
        for i, after in enumerate(config.channels):
            last = i == len(config.channels) - 1
            if last and config.spread:
                before += 1
            convolution = wrap(nn.Conv2d(before, after, 3 if last else 4, 1 if last else 2, 1))
            block: list[nn.Module] = [convolution]
            if i and config.normalise == "batch":
                block.append(nn.BatchNorm2d(after))
            block.append(nn.LeakyReLU(SLOPE))
            if config.dropout:
                block.append(nn.Dropout2d(config.dropout))
            layers.append(nn.Sequential(*block))
            before, side = after, side if last else side // 2
        self.layers = nn.ModuleList(layers)
        self.linear = wrap(nn.Linear(before * side * side, 1))
        self.projection = wrap(nn.Linear(config.embedding, before)) if config.embedding else None
        self.naming = nn.Linear(before, config.periods) if config.periods else None

    def forward(self, images: Tensor, embedding: Tensor | None = None) -> Tensor:
        """Pictures (B, 3, S, S), -1 to 1, as logits (B,); their sigmoid is the published output."""
        return self.judge_and_name(images, embedding)[0]

    def judge_and_name(
        self, images: Tensor, embedding: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """The logits (B,) of `forward`, and those of the periods, (B, `periods`), of a net that
        names them.
        """
        if images.shape[1:] != (3, self.config.size, self.config.size):
            raise ShapeError(
                f"pictures are {tuple(images.shape)}; expected (B, 3, {self.config.size},"
                f" {self.config.size})"
            )
        x = images
        for i, layer in enumerate(self.layers):
            if i == len(self.layers) - 1 and self.config.spread:
                differ = x.float().std(0, correction=0).mean().to(x.dtype)
                x = torch.cat([x, differ.expand(len(x), 1, *x.shape[2:])], 1)
            x = layer(x)
        logits = self.linear(x.flatten(1)).squeeze(1)
        if self.projection is not None and embedding is not None:
            logits = logits + (self.projection(embedding) * x.mean((2, 3))).sum(1)
        return logits, None if self.naming is None else self.naming(x.mean((2, 3)))

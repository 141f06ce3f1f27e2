"""MVNet: what a mel window sounds like, and the painting of it. (Koliou, "Music Visualization
Network".)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from livesyn.base.errors import ShapeError
from livesyn.nets.audio_encoder import AudioEncoder
from livesyn.nets.cdcgan import Generator


class MVNet(nn.Module):
    """The two halves that play: the audio encoder and the generator that was trained on its
    embeddings.
    """

    def __init__(self, encoder: AudioEncoder, generator: Generator) -> None:
        super().__init__()
        if encoder.config.embedding != generator.config.embedding:
            raise ShapeError(
                f"the encoder gives {encoder.config.embedding} numbers and the generator takes"
                f" {generator.config.embedding}; they must be of one training"
            )
        self.encoder, self.generator = encoder, generator

    def forward(self, windows: Tensor, noise: Tensor) -> Tensor:
        """Mel windows (B, 3, 128, 256) and noise (B, N) as paintings (B, 3, S, S), -1 to 1."""
        painted: Tensor = self.generator(self.encoder(windows), noise)
        return painted

    def config_dict(self) -> dict[str, Any]:
        return {"encoder": self.encoder.config_dict(), "generator": self.generator.config_dict()}

    @classmethod
    def of(cls, sizes: Mapping[str, Any]) -> MVNet:
        """The net of these sizes, as `config_dict` gives them."""
        return cls(AudioEncoder.of(sizes["encoder"]), Generator.of(sizes["generator"]))

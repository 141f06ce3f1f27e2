"""MVNet, ready to play: mel windows in, paintings out. Plain values on both sides; no torch
outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livesyn.audio import mel
from livesyn.media.opencv import opencv

if TYPE_CHECKING:
    from livesyn.nets.mvnet import MVNet


SPECK = 32  # how much larger a picture is than what is a speck in it


class Painter:
    """Encoder and generator on a device. Belongs to the inference thread.

    `periods` are the names of the periods it was trained on, `centres` (P, E) where their music
    lies.
    """

    def __init__(self, name: str, net: MVNet, device: str) -> None:
        import torch

        self.name, self.device, self._net = name, device, net
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.periods = net.encoder.periods
        self.centres: np.ndarray = net.encoder.centres.cpu().numpy().copy()
        self.noise_size, self.size = net.generator.config.noise, net.generator.config.size

    @classmethod
    def load(cls, name: str, device: str) -> Painter:
        """The checkpoint `name` of kind mvnet, on a device that is picked.

        Raises CheckpointError.
        """
        from livesyn.nets import checkpoint

        return cls(name, checkpoint.load(name, "mvnet", device), device)

    def warm_up(self) -> None:
        """Run everything a few times: the first takes ten times as long."""
        for _ in range(3):
            embedding = self.embed(np.full((mel.BANDS, mel.COLUMNS), mel.FLOOR_DB, np.float32))
            self.paint(embedding, np.zeros(self.noise_size, np.float32))

    def embed(self, columns: np.ndarray) -> np.ndarray:
        """The embedding (E,) float32 of a mel window (128, 768), dB."""
        import torch

        with torch.inference_mode():
            embedding: np.ndarray = (
                self._net.encoder(torch.from_numpy(mel.thirds(columns)).to(self.device)[None])[0]
                .cpu()
                .numpy()
            )
        return embedding

    def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The painting of an embedding (E,) and noise (N,): (S, S, 3) uint8 RGB. Specks that the
        generator leaves at edges are gone: each pixel is the median of those around it, at 128 px
        of 5 × 5. On a large screen that is the difference between grain and strokes.
        """
        import torch

        with torch.inference_mode():
            picture = self._net.generator(
                *(
                    torch.from_numpy(np.asarray(x, np.float32)).to(self.device)[None]
                    for x in (embedding, noise)
                )
            )[0]
            pixels: np.ndarray = (
                ((picture + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()
            )
        return opencv().medianBlur(pixels, self.size // SPECK | 1)

"""MVNet, ready to play: mel windows in, paintings out. Plain values on both sides; no torch
outside.
"""

from __future__ import annotations

import numpy as np

from livesyn.audio import mel
from livesyn.media.opencv import opencv
from livesyn.nets import playing
from livesyn.nets.playing import PlayedMVNet

SPECK = 32  # how much larger a picture is than what is a speck in it


class Painter:
    """Encoder and generator on a device. Belongs to the inference thread.

    `periods` are the names of the periods it was trained on, `centres` (P, E) where their music
    lies.
    """

    def __init__(self, name: str, net: PlayedMVNet, device: str) -> None:
        self.name, self.device, self._net = name, device, net
        self.periods, self.centres = net.periods, net.centres
        self.noise_size, self.size = net.noise_size, net.size

    @classmethod
    def load(cls, name: str, device: str, threads: int | None = None) -> Painter:
        """The checkpoint `name` of kind mvnet, on a device that is picked, using `threads` cores.

        Raises CheckpointError.
        """
        return cls(name, playing.load_mvnet(name, device, threads), device)

    def warm_up(self) -> None:
        """Run everything a few times: the first takes ten times as long."""
        for _ in range(3):
            embedding = self.embed(np.full((mel.BANDS, mel.COLUMNS), mel.FLOOR_DB, np.float32))
            self.paint(embedding, np.zeros(self.noise_size, np.float32))

    def embed(self, columns: np.ndarray) -> np.ndarray:
        """The embedding (E,) float32 of a mel window (128, 768), dB."""
        embedding: np.ndarray = self._net.embed(mel.thirds(columns)[None])[0]
        return embedding

    def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The painting of an embedding (E,) and noise (N,): (S, S, 3) uint8 RGB. Specks that the
        generator leaves at edges are gone: each pixel is the median of those around it, at 128 px
        of 5 × 5. On a large screen that is the difference between grain and strokes.
        """
        picture = self._net.paint(embedding[None], noise[None])[0].transpose(1, 2, 0)
        pixels = np.rint((picture + 1) * np.float32(127.5)).clip(0, 255).astype(np.uint8, order="C")
        return opencv().medianBlur(pixels, self.size // SPECK | 1)

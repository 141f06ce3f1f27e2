"""What a show asks of its nets, in NumPy arrays; and which library they play by.

On a processor that is ONNX Runtime (`livesyn.nets.onnx`), and torch is not imported. On a GPU, and
for nets that `onnx` does not know, it is torch (`livesyn.nets.torch_playing`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from livesyn.base.memory import give_back
from livesyn.base.scheduling import cores

if TYPE_CHECKING:
    from livesyn.nets.cuda_graphs import GraphDevice

log = logging.getLogger(__name__)
# weights of a decoder from which on fewer bits pay: 64 MB in float32 are more than a processor
# keeps near it
LARGE = 16_000_000
REMEMBER_DRAWS = 4  # of z given the music, for the picture that it remembers


class PlayedMusic(Protocol):
    """A MusicVAE: `D` is `latent`, `T` `steps`, `V` `vocabulary`."""

    latent: int
    steps: int
    vocabulary: int

    def sensitivity(self) -> np.ndarray:
        """How strongly the decoder listens to each dimension of z, (D,)."""

    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (B, D), of z given (B, T) tokens. Raises ShapeError."""

    def decode(
        self,
        z: np.ndarray,
        temperature: float,
        seeds: Sequence[int],
        forced: np.ndarray | None,
        until: int,
    ) -> np.ndarray:
        """The first `until` tokens (B, until) from z (B, D), each row's drawn by its own seed from
        softmax(logits / temperature), the likeliest at temperature 0. `forced` (B, K) are the first
        K of them, given. A seed gives the same on every device.
        """

    def quicken(self, lane: GraphDevice) -> Sequence[Any]:
        """See `PlayedSynVAE.quicken`."""


class PlayedSynVAE(Protocol):
    """A SynVAE: directions (12, D), spread (12,) and centre (D,), float64, as in `Space`."""

    library: str  # that it plays by, and its version
    image_size: int
    directions: np.ndarray
    spread: np.ndarray
    centre: np.ndarray

    @property
    def music(self) -> PlayedMusic:
        """The MusicVAE in its middle."""

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (B, D) float32, of pictures (B, S, S, 3) uint8."""

    def paint(self, z: np.ndarray) -> np.ndarray:
        """Pictures (B, C, S, S) in [0, 1] of z (B, D)."""

    def remember(self, tokens: np.ndarray) -> np.ndarray:
        """The pictures (B, C, S, S) in [0, 1] that the music (B, T) remembers."""

    def quicken(self, lane: GraphDevice) -> Sequence[Any]:
        """Have what is done again and again be recorded on a GPU; returns the recordings."""


class PlayedMusicSynVAE(Protocol):
    """A SynVAE with the modalities swapped: music to a picture, and back. `D` is `latent`."""

    latent: int

    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (B, D), of z given (B, T) tokens."""

    def paint(self, z: np.ndarray) -> np.ndarray:
        """Pictures (B, C, S, S) of z (B, D), from 0 to 1 in steps of 1/255."""

    def write(self, pictures: np.ndarray, temperature: float, seed: int) -> np.ndarray:
        """The tokens (B, T) that such pictures keep, all drawn by one seed."""


class PlayedMVNet(Protocol):
    """An MVNet: `centres` (P, E) are where the music of its `periods` lies."""

    periods: tuple[str, ...]
    centres: np.ndarray
    noise_size: int
    size: int

    def embed(self, windows: np.ndarray) -> np.ndarray:
        """Embeddings (B, E) of mel windows (B, 3, 128, 256), -1 to 1."""

    def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Paintings (B, 3, S, S), -1 to 1, of embeddings (B, E) and noise (B, N)."""


class PlayedStyle(Protocol):
    """A style net of these periods."""

    periods: tuple[str, ...]

    def restyle(self, picture: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """A picture (H, W, 3) float32 in [0, 1] in the manner of the periods, weighed by (P,)."""


T = TypeVar("T")


def load_syn_vae(name: str, device: str, threads: int | None = None) -> PlayedSynVAE:
    """The SynVAE in checkpoint `name` on a device that is picked, with so many threads; without a
    number all cores but one. Raises CheckpointError.
    """
    return _load(
        device,
        threads,
        lambda count: _onnx().SynVAE.load(name, count),
        lambda: _torch().TorchSynVAE.load(name, device),
    )


def load_music_syn_vae(name: str, device: str, threads: int | None = None) -> PlayedMusicSynVAE:
    """A SynVAE with the modalities swapped; see `load_syn_vae`."""
    return _load(
        device,
        threads,
        lambda count: _onnx().MusicSynVAE.load(name, count),
        lambda: _torch().TorchMusicSynVAE.load(name, device),
    )


def load_music(name: str, device: str, threads: int | None = None) -> PlayedMusic:
    """A MusicVAE; see `load_syn_vae`."""
    return _load(
        device,
        threads,
        lambda count: _onnx().music(name, count),
        lambda: _torch().TorchMusic.load(name, device),
    )


def load_mvnet(name: str, device: str, threads: int | None = None) -> PlayedMVNet:
    """An MVNet; see `load_syn_vae`."""
    return _load(
        device,
        threads,
        lambda count: _onnx().MVNet.load(name, count),
        lambda: _torch().TorchMVNet.load(name, device),
    )


def load_style(name: str, device: str, threads: int | None = None) -> PlayedStyle:
    """A style net; see `load_syn_vae`."""
    return _load(
        device,
        threads,
        lambda count: _onnx().Style.load(name, count),
        lambda: _torch().TorchStyle.load(name, device),
    )


def _load(
    device: str, threads: int | None, by_onnx: Callable[[int], T], by_torch: Callable[[], T]
) -> T:
    count = threads or max(1, cores() - 1)  # one is left to the player
    if device == "cpu":
        try:
            from livesyn.nets.onnx.weights import Unknown

            net = by_onnx(count)
            give_back()  # weights are held several times over while a net is made of them
            return net
        except ImportError as error:
            log.warning("ONNX Runtime cannot be loaded (%s); the nets play by torch", error)
        except Unknown as error:
            log.info("%s: played by torch", error)
    import torch

    torch.set_num_threads(count)
    return by_torch()


def _onnx() -> Any:
    from livesyn.nets.onnx import played

    return played


def _torch() -> Any:
    from livesyn.nets import torch_playing

    return torch_playing

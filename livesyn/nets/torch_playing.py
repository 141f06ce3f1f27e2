"""The nets of a show by torch: NumPy in, NumPy out. See `livesyn.nets.playing`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import ShapeError
from livesyn.nets import checkpoint
from livesyn.nets.cuda_graphs import CapturedGraph, GraphDevice, GraphedEncoder
from livesyn.nets.fastest import fastest
from livesyn.nets.music_net import MusicNet
from livesyn.nets.music_syn_vae import MusicSynVAE
from livesyn.nets.mvnet import MVNet
from livesyn.nets.style import StyleNet
from livesyn.nets.syn_vae import SynVAE


class TorchMusic:
    """See `PlayedMusic`; `net` as it plays soonest on `device`."""

    def __init__(self, net: MusicNet, device: str) -> None:
        self._net, self._device = net, device
        self.latent: int = net.config.latent
        self.steps: int = net.config.steps
        self.vocabulary: int = net.config.vocabulary

    @classmethod
    def load(cls, name: str, device: str) -> TorchMusic:
        """The checkpoint `name` of kind music-vae. Raises CheckpointError."""
        return cls(fastest(checkpoint.load(name, "music-vae", device), device), device)

    def sensitivity(self) -> np.ndarray:
        """See `PlayedMusic.sensitivity`."""
        return _array(self._net.sensitivity())

    @torch.inference_mode()
    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `PlayedMusic.encode`."""
        if tokens.ndim != 2 or tokens.shape[1] != self.steps:
            raise ShapeError(f"tokens are {tokens.shape}; expected (B, {self.steps})")
        mean, std = self._net.encode(self._tensor(tokens, np.int64))
        return _array(mean), _array(std)

    @torch.inference_mode()
    def decode(
        self,
        z: np.ndarray,
        temperature: float,
        seeds: Sequence[int],
        forced: np.ndarray | None,
        until: int,
    ) -> np.ndarray:
        """See `PlayedMusic.decode`."""
        tokens = self._net.decode(
            self._tensor(z, np.float32),
            temperature,
            [torch.Generator().manual_seed(seed) for seed in seeds],
            None if forced is None else self._tensor(forced, np.int64),
            until,
        )
        return _array(tokens)

    def quicken(self, lane: GraphDevice) -> list[CapturedGraph]:
        """See `PlayedSynVAE.quicken`: two bars."""
        self._net.writer = CapturedGraph(self._net.write, lane)
        return [self._net.writer]

    def _tensor(self, array: np.ndarray, kind: Any) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, kind)).to(self._device)


class TorchSynVAE:
    """See `PlayedSynVAE`."""

    library = f"torch {torch.__version__}"

    def __init__(self, net: SynVAE, device: str) -> None:
        self._net, self._device = net, device
        self._encoder: GraphedEncoder | None = None
        self.music, self.image_size = TorchMusic(net.music, device), net.image_size
        self.directions, self.spread, self.centre = (
            _array(t).astype(np.float64) for t in (net.directions, net.spread, net.centre)
        )

    @classmethod
    def load(cls, name: str, device: str) -> TorchSynVAE:
        """The checkpoint `name` of kind syn-vae. Raises CheckpointError."""
        net = checkpoint.load(name, "syn-vae", device)
        net.music = fastest(net.music, device)
        if device == "cpu":  # convolutions take pictures sooner as they come
            net.visual.to(memory_format=torch.channels_last)
        return cls(net, device)

    @torch.inference_mode()
    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `PlayedSynVAE.encode`."""
        if self._encoder is not None and len(images) == 1:
            mean, std = self._encoder(images[0])
            return mean[None], std[None]
        pixels = torch.from_numpy(images).to(self._device).permute(0, 3, 1, 2)
        means, stds = self._net.encode(pixels.float() / 255)
        return _array(means), _array(stds)

    @torch.inference_mode()
    def paint(self, z: np.ndarray) -> np.ndarray:
        """See `PlayedSynVAE.paint`."""
        latents = torch.from_numpy(np.ascontiguousarray(z, np.float32)).to(self._device)
        return _array(self._net.visual.decode(latents))

    @torch.inference_mode()
    def remember(self, tokens: np.ndarray) -> np.ndarray:
        """See `PlayedSynVAE.remember`."""
        events = torch.from_numpy(np.ascontiguousarray(tokens, np.int64)).to(self._device)
        return _array(self._net.remember(events))

    def quicken(self, lane: GraphDevice) -> list[Any]:
        """See `PlayedSynVAE.quicken`: frames' latents; the music is the ensemble's."""
        self._encoder = GraphedEncoder(self._net.encode, self.image_size, len(self.centre), lane)
        return [self._encoder.work]


class TorchMusicSynVAE:
    """See `PlayedMusicSynVAE`."""

    def __init__(self, net: MusicSynVAE, device: str) -> None:
        self._net, self._device, self.latent = net, device, net.latent_dim

    @classmethod
    def load(cls, name: str, device: str) -> TorchMusicSynVAE:
        """The checkpoint `name` of kind music-syn-vae. Raises CheckpointError."""
        return cls(checkpoint.load(name, "music-syn-vae", device), device)

    @torch.inference_mode()
    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `PlayedMusicSynVAE.encode`."""
        mean, std = self._net.encode(self._tensor(tokens, np.int64))
        return _array(mean), _array(std)

    @torch.inference_mode()
    def paint(self, z: np.ndarray) -> np.ndarray:
        """See `PlayedMusicSynVAE.paint`."""
        return _array(self._net.paint(self._tensor(z, np.float32)))

    @torch.inference_mode()
    def write(self, pictures: np.ndarray, temperature: float, seed: int) -> np.ndarray:
        """See `PlayedMusicSynVAE.write`."""
        generator = torch.Generator().manual_seed(seed)
        seen = self._tensor(pictures, np.float32)
        return _array(self._net.decode_music(seen, temperature, generator))

    def _tensor(self, array: np.ndarray, kind: Any) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, kind)).to(self._device)


class TorchMVNet:
    """See `PlayedMVNet`."""

    def __init__(self, net: MVNet, device: str) -> None:
        self._device, self._net = device, net
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.periods = net.encoder.periods
        self.centres = _array(net.encoder.centres).copy()
        self.noise_size, self.size = net.generator.config.noise, net.generator.config.size

    @classmethod
    def load(cls, name: str, device: str) -> TorchMVNet:
        """The checkpoint `name` of kind mvnet. Raises CheckpointError."""
        return cls(checkpoint.load(name, "mvnet", device), device)

    @torch.inference_mode()
    def embed(self, windows: np.ndarray) -> np.ndarray:
        """See `PlayedMVNet.embed`."""
        return _array(self._net.encoder(torch.from_numpy(windows).to(self._device)))

    @torch.inference_mode()
    def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """See `PlayedMVNet.paint`."""
        given = (
            torch.from_numpy(np.asarray(x, np.float32)).to(self._device) for x in (embedding, noise)
        )
        return _array(self._net.generator(*given))


class TorchStyle:
    """See `PlayedStyle`."""

    def __init__(self, net: StyleNet, device: str) -> None:
        self._device, self._net = device, net
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.periods = net.periods

    @classmethod
    def load(cls, name: str, device: str) -> TorchStyle:
        """The checkpoint `name` of kind style. Raises CheckpointError."""
        return cls(checkpoint.load(name, "style", device), device)

    @torch.inference_mode()
    def restyle(self, picture: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """See `PlayedStyle.restyle`."""
        pixels = torch.from_numpy(picture).to(self._device).permute(2, 0, 1)[None]
        styled = self._net(pixels, torch.from_numpy(weights).to(self._device)[None])[0]
        return _array(styled.permute(1, 2, 0))


def _array(tensor: Tensor) -> np.ndarray:
    array: np.ndarray = tensor.detach().cpu().numpy()
    return array

"""The nets of a show on a processor: NumPy in, NumPy out, ONNX Runtime between. Each is what
`livesyn.nets.playing` asks for.

What these do not know (a hierarchical net, sizes of another version, a large decoder where ONNX
Runtime has no products of bytes) they leave to torch: `Unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.base.params import DIRECTIONS
from livesyn.nets import checkpoint_files as files
from livesyn.nets.onnx import draws, pictures
from livesyn.nets.onnx.music import ConductedMusic, FlatMusic, gaussian, gumbel_of
from livesyn.nets.onnx.session import LIBRARY, has_byte_products
from livesyn.nets.onnx.weights import Part, Unknown, read
from livesyn.nets.playing import LARGE, REMEMBER_DRAWS, PlayedMusic

FLAT = {"latent", "encoder", "decoder", "layers", "embedding", "glance", "steps", "vocabulary"}
CONDUCTED = {"generator", "weights", "latent", "encoder", "conductor", "form", "glance", "bars"} | {
    "vocabulary",
    "embedding",
}
VISUAL = {"size", "channels", "widths", "seed_channels", "mirror", "last_kernel", "hidden"} | {
    "latent"
}
AUDIO = {"channels", "embedding", "normalise", "dropout", "pooled", "periods"}
GENERATOR = {"embedding", "noise", "channels", "attention", "modulated"}
LEVELS = np.float32(255)  # of a pixel, as picture files hold it
STYLE = {"channels", "outer", "blocks", "periods"}


def music(name: str, threads: int) -> PlayedMusic:
    """The MusicVAE in checkpoint `name`. Raises CheckpointError, Unknown."""
    _, sizes = files.sizes_of(name, "music-vae")
    known(sizes, CONDUCTED if _is_conducted(sizes) else FLAT)
    played: PlayedMusic = read(name, "music-vae", lambda part, found: _music(part, found, threads))
    return played


def _is_conducted(sizes: Any) -> bool:
    return isinstance(sizes, Mapping) and "generator" in sizes


def _music(weights: Part, sizes: Mapping[str, Any], threads: int) -> PlayedMusic:
    if not _is_conducted(sizes):
        return _flat(weights, sizes, threads)
    generator = music(sizes["generator"], threads)
    files.check_generator(sizes["generator"], sizes["weights"])
    if not isinstance(generator, FlatMusic):
        raise Unknown("a conductor over a net that is not flat")
    return ConductedMusic(weights, sizes, generator, threads)


def _flat(weights: Part, sizes: Mapping[str, Any], threads: int) -> FlatMusic:
    inputs, units = 2 * sizes["embedding"], sizes["decoder"]
    large = 4 * units * (inputs + units + (sizes["layers"] - 1) * 2 * units) >= LARGE
    if large and not has_byte_products():
        raise Unknown("a decoder that is large, and no products of bytes")
    return FlatMusic(weights, sizes, threads, large)


def known(sizes: Any, keys: set[str]) -> None:
    """Raises Unknown for other sizes than these."""
    if not isinstance(sizes, Mapping) or set(sizes) != keys:
        raise Unknown("sizes of another version")


class SynVAE:
    """See `PlayedSynVAE`."""

    library = LIBRARY

    def __init__(self, weights: Part, sizes: Mapping[str, Any], threads: int) -> None:
        visual = sizes["visual"]
        latent = visual["latent"]
        if latent != sizes["music"]["latent"] or latent < DIRECTIONS:
            raise Unknown("halves that do not fit")  # torch's net says how
        self.image_size: int = visual["size"]
        self._channels: int = visual["channels"]
        self.music = _flat(weights.under("music."), sizes["music"], threads)
        part = weights.under("visual.")
        self._look = pictures.visual_encoder(part, visual, threads)
        self._paint = pictures.visual_decoder(part, visual, threads)
        self.directions, self.spread, self.centre = (
            weights(name, *shape).astype(np.float64)
            for name, shape in (
                ("directions", (DIRECTIONS, latent)),
                ("spread", (DIRECTIONS,)),
                ("centre", (latent,)),
            )
        )
        self._draws = draws.normal(0, REMEMBER_DRAWS, 1, latent)

    @classmethod
    def load(cls, name: str, threads: int) -> SynVAE:
        """Raises CheckpointError, Unknown."""
        _check_halves(name, "syn-vae")
        net: SynVAE = read(name, "syn-vae", lambda part, found: cls(part, found, threads))
        return net

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `PlayedSynVAE.encode`."""
        if images.shape[3] != self._channels:
            raise ShapeError(f"pictures have {images.shape[3]} channels; expected {self._channels}")
        scaled = images.transpose(0, 3, 1, 2).astype(np.float32, order="C")
        scaled /= LEVELS
        return gaussian(self._look(scaled)[0])

    def paint(self, z: np.ndarray) -> np.ndarray:
        """See `PlayedSynVAE.paint`."""
        painted: np.ndarray = self._paint(np.ascontiguousarray(z, np.float32))[0]
        return painted

    def remember(self, tokens: np.ndarray) -> np.ndarray:
        """See `PlayedSynVAE.remember`."""
        mean, std = self.music.encode(tokens)
        # one by one: together they take as long, and four times the memory
        paintings = [self.paint(mean + std * draw) for draw in self._draws]
        remembered: np.ndarray = np.mean(paintings, 0)
        return remembered

    def quicken(self, lane: object) -> tuple[()]:
        """Nothing is recorded on a processor."""
        return ()


class MusicSynVAE:
    """See `PlayedMusicSynVAE`."""

    def __init__(self, weights: Part, sizes: Mapping[str, Any], threads: int) -> None:
        visual = sizes["visual"]
        if visual["latent"] != sizes["music"]["latent"]:
            raise Unknown("halves that do not fit")
        self.latent: int = visual["latent"]
        self._music = _flat(weights.under("music."), sizes["music"], threads)
        part = weights.under("visual.")
        self._look = pictures.visual_encoder(part, visual, threads)
        self._paint = pictures.visual_decoder(part, visual, threads)

    @classmethod
    def load(cls, name: str, threads: int) -> MusicSynVAE:
        """Raises CheckpointError, Unknown."""
        _check_halves(name, "music-syn-vae")
        net: MusicSynVAE = read(
            name, "music-syn-vae", lambda part, found: cls(part, found, threads)
        )
        return net

    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `PlayedMusicSynVAE.encode`."""
        return self._music.encode(tokens)

    def paint(self, z: np.ndarray) -> np.ndarray:
        """See `PlayedMusicSynVAE.paint`."""
        painted: np.ndarray = self._paint(np.ascontiguousarray(z, np.float32))[0]
        return np.rint(painted * LEVELS) / LEVELS

    def write(self, pictures: np.ndarray, temperature: float, seed: int) -> np.ndarray:
        """See `PlayedMusicSynVAE.write`."""
        z, _ = gaussian(self._look(pictures)[0])
        music = self._music
        noise = None
        if temperature > 0:
            noise = gumbel_of(draws.uniform(seed, music.steps, len(z), music.vocabulary))
        return music.write(z, temperature, noise, None, music.steps)


def _check_halves(name: str, kind: str) -> None:
    """Raises CheckpointError, Unknown."""
    _, sizes = files.sizes_of(name, kind)
    known(sizes, {"visual", "music"})
    known(sizes["visual"], VISUAL)
    known(sizes["music"], FLAT)


class MVNet:
    """See `PlayedMVNet`."""

    def __init__(self, weights: Part, sizes: Mapping[str, Any], threads: int) -> None:
        encoder, generator = sizes["encoder"], sizes["generator"]
        if encoder["embedding"] != generator["embedding"]:
            raise Unknown("halves that do not fit")
        self.periods = tuple(encoder["periods"])
        self.noise_size: int = generator["noise"]
        self.size: int = pictures.START * 2 ** (len(generator["channels"]) - 1)
        part = weights.under("encoder.")
        self.centres = part("centres", len(self.periods), encoder["embedding"])
        self._embed = pictures.audio_encoder(part, encoder, threads)
        self._paint = pictures.generator(weights.under("generator."), generator, threads)

    @classmethod
    def load(cls, name: str, threads: int) -> MVNet:
        """Raises CheckpointError, Unknown."""
        _, sizes = files.sizes_of(name, "mvnet")
        known(sizes, {"encoder", "generator"})
        known(sizes["encoder"], AUDIO)
        known(sizes["generator"], GENERATOR)
        net: MVNet = read(name, "mvnet", lambda part, found: cls(part, found, threads))
        return net

    def embed(self, windows: np.ndarray) -> np.ndarray:
        """See `PlayedMVNet.embed`."""
        embedded: np.ndarray = self._embed(np.ascontiguousarray(windows, np.float32))[0]
        return embedded

    def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """See `PlayedMVNet.paint`."""
        given = np.concatenate([embedding, noise], 1).astype(np.float32)
        painted: np.ndarray = self._paint(given)[0]
        return painted


class Style:
    """See `PlayedStyle`."""

    def __init__(self, weights: Part, sizes: Mapping[str, Any], threads: int) -> None:
        self.periods = tuple(sizes["periods"])
        self._restyle = pictures.style(weights, sizes, threads)

    @classmethod
    def load(cls, name: str, threads: int) -> Style:
        """Raises CheckpointError, Unknown."""
        _, sizes = files.sizes_of(name, "style")
        known(sizes, STYLE)
        net: Style = read(name, "style", lambda part, found: cls(part, found, threads))
        return net

    def restyle(self, picture: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """See `PlayedStyle.restyle`."""
        given = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32)
        styled: np.ndarray = self._restyle(given, weights[None])[0][0]
        return styled.transpose(1, 2, 0)

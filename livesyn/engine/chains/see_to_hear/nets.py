"""The checkpoint at work: pictures to latents, latents to tokens, tokens to pictures.

Synchronous, and used from one thread. What the nets play by is imported when a model is loaded, not
before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from livesyn.base.errors import CheckpointError, ShapeError
from livesyn.engine.chains.see_to_hear.ensemble import Ensemble
from livesyn.engine.chains.see_to_hear.part_windows import Voice
from livesyn.latent import attributes
from livesyn.latent.attributes import Attributes
from livesyn.latent.space import Space
from livesyn.media.scaling import shrink
from livesyn.music import vocabulary as v
from livesyn.nets import playing
from livesyn.nets.checkpoint_files import find
from livesyn.nets.devices import pick_device
from livesyn.nets.playing import PlayedSynVAE

if TYPE_CHECKING:
    from livesyn.nets.cuda_graphs import GraphDevice


def square(pixels: np.ndarray, size: int) -> np.ndarray:
    """The centred square of (H, W, 3) uint8 pixels, scaled by area to (size, size, 3) uint8.

    Raises ShapeError for any other array.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ShapeError(f"a picture is (H, W, 3) uint8; got {pixels.shape} {pixels.dtype}")
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    return shrink(pixels[top : top + side, left : left + side], size)


class Model:
    """A SynVAE ready to play, and the companions that play beside it. All arrays are numpy; `D`
    is `space.dimensions`. `complaints` are sentences about what it does without; `voices` are
    the parts it writes."""

    def __init__(
        self,
        name: str,
        net: PlayedSynVAE,
        device: str,
        known: Attributes | None = None,
        complaints: tuple[str, ...] = (),
        ensemble: Ensemble | None = None,
    ) -> None:
        self.name, self.device, self.complaints = name, device, complaints
        self.attributes = known or Attributes({})
        self._net = net
        self._recorded = False
        self._ensemble = ensemble or Ensemble(net.music)
        self.voices: tuple[Voice, ...] = self._ensemble.voices
        self.space = Space(
            net.directions, net.spread, net.centre, self.attributes.vectors, self.attributes.labels
        )

    @property
    def library(self) -> str:
        """What the nets play by, with its version."""
        return self._net.library

    @property
    def image_size(self) -> int:
        """The side of the square that the nets look at, in pixels."""
        return self._net.image_size

    @classmethod
    def load(
        cls,
        name: str,
        device: str = "auto",
        threads: int | None = None,
        parts: Sequence[str] = ("melody",),
        companions: Mapping[str, str] | None = None,
    ) -> Model:
        """The checkpoint `name` on `device`, using `threads` cores (by default all but one) of
        this process from now on. `parts` are heard; `companions` are the MusicVAE checkpoints
        of the parts that the SynVAE's own does not write.

        Raises CheckpointError, DeviceError or ConfigError with a sentence.
        """
        chosen = pick_device(device)
        net = playing.load_syn_vae(name, chosen, threads)
        ensemble = Ensemble.load(net.music, chosen, parts, companions or {}, threads)
        try:
            return cls(
                name,
                net,
                chosen,
                attributes.read(find(name), len(net.centre)),
                ensemble=ensemble,
            )
        except CheckpointError as error:  # the show goes on without them
            return cls(name, net, chosen, complaints=(str(error),), ensemble=ensemble)

    def warm_up(self) -> None:
        """Run everything before it is needed: the first takes up to ten times as long. On a GPU it
        is recorded, to be replayed.
        """
        if self.device == "cuda":
            from livesyn.nets.cuda_graphs import CudaGraphDevice

            self.quicken(CudaGraphDevice())
        self._run_everything()

    def quicken(self, lane: GraphDevice) -> None:
        """Have bars and frames be recorded on `lane` and replayed; where that fails, do without and
        say so in `complaints`.
        """
        recorded = [*self._net.quicken(lane)]
        for net in self._ensemble.nets:
            recorded += net.quicken(lane)
        self._recorded = bool(recorded)
        self._run_everything()
        if refused := next((one.complaint for one in recorded if one.complaint), ""):
            self.complaints = (
                *self.complaints,
                (
                    "this GPU does not record all that the nets do, so bars or frames take longer"
                    f" ({refused})"
                ),
            )

    def _run_everything(self) -> None:
        for _ in range(1 if self.device == "cpu" else 3):  # a first bar waits for it
            self.encode(np.zeros((90, 160, 3), np.uint8))
            for voice in self.voices:
                tokens = self.decode(
                    np.zeros(self.space.dimensions, np.float32), None, 0.5, 0, voice.name
                )
                self.decode(
                    np.zeros(self.space.dimensions, np.float32),
                    tokens[: v.STEPS_PER_BAR],
                    0.5,
                    0,
                    voice.name,
                )
                for given in (
                    range(v.STEPS, voice.bars * v.STEPS_PER_BAR, v.STEPS) if self._recorded else ()
                ):  # to be recorded: a long voice goes on from all that it has written
                    self.decode(
                        np.zeros(self.space.dimensions, np.float32),
                        np.zeros(given, np.int64),
                        0.5,
                        0,
                        voice.name,
                    )
            self.remember(np.zeros(v.STEPS, np.int64))
            self.paint(self.notes_latent(np.zeros(v.STEPS, np.int64)))

    def encode(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (D,) float32, of a picture (H, W, 3) uint8 RGB."""
        return self.encode_many([pixels])[0]

    def encode_many(self, pictures: Sequence[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Mean and standard deviation, each (D,) float32, of each of the pictures (H, W, 3) uint8
        RGB.
        """
        small = np.stack([square(pixels, self.image_size) for pixels in pictures])
        mean, std = self._net.encode(small)
        return list(zip(mean, std, strict=True))

    def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        """Two bars of tokens (32,) of `part` from z (D,). `forced` (K,) are the first K of them,
        given; where a net's windows are longer, the two bars after those given are added to
        them. The same seed gives the same tokens."""
        return self.decode_many(
            np.asarray(z)[None],
            None if forced is None else np.asarray(forced)[None],
            temperature,
            [seed],
            part,
        )[0]

    def decode_many(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seeds: Sequence[int],
        part: str = "melody",
    ) -> np.ndarray:
        """Two bars of tokens (B, 32) of `part` from each z of (B, D), drawn from a seed of its own;
        the first K of each are given by `forced` (B, K).
        """
        return self._ensemble.decode(
            part,
            np.asarray(z, np.float32),
            temperature,
            seeds,
            None if forced is None else np.asarray(forced, np.int64),
        )

    def remember(self, tokens: np.ndarray) -> np.ndarray:
        """The picture that the music (32,) remembers, (H, W, 3) uint8."""
        return _pixels(self._net.remember(_two_bars(tokens))[0])

    def notes_latent(self, tokens: np.ndarray) -> np.ndarray:
        """The mean (D,) float32 of z given two bars of melody (32,)."""
        mean: np.ndarray = self._net.music.encode(_two_bars(tokens))[0][0]
        return mean

    def paint(self, z: np.ndarray) -> np.ndarray:
        """The picture of z (D,) by the visual decoder alone, without the music: (H, W, 3) uint8."""
        return _pixels(self._net.paint(np.asarray(z, np.float32)[None])[0])


def _two_bars(tokens: np.ndarray) -> np.ndarray:
    """Two bars as the nets take them, (1, 32). Raises ShapeError for others."""
    if tokens.shape != (v.STEPS,):
        raise ShapeError(f"two bars are ({v.STEPS},) tokens; got {tokens.shape}")
    return np.asarray(tokens, np.int64)[None]


def _pixels(picture: np.ndarray) -> np.ndarray:
    """(C, H, W) in [0, 1] as (H, W, 3) uint8."""
    pixels = np.rint(picture.transpose(1, 2, 0) * 255).clip(0, 255).astype(np.uint8, order="C")
    return pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, 2)

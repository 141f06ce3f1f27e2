"""The style net, ready to play: a camera's picture in, the same in a period's manner out. Plain
values on both sides; no torch outside.
"""

from __future__ import annotations

import math

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.media.opencv import opencv
from livesyn.nets import playing
from livesyn.nets.playing import PlayedStyle

PIXELS = 256 * 144  # that a picture is brought down to before it is restyled
SHRINK = 4  # sides of a picture are multiples of this
BLOCKS = (32, 18)  # that a picture is averaged to, to see what it holds but its noise
# of 255: the blocks' deviation at which there is nothing to restyle, and all
EMPTY, FULL = (
    1.5,
    4.0,
)
TEMPERATURE = 0.25  # of the mean squared distance between neighbouring periods


class Stylist:
    """The style net on a device. Belongs to the inference thread. `periods` are the names of its
    manners.

    `pixels` bounds what a picture costs, whatever its shape: larger ones are brought down to so
    many.
    """

    def __init__(self, name: str, net: PlayedStyle, device: str, pixels: int = PIXELS) -> None:
        self.name, self.device, self.pixels, self._net = name, device, pixels, net
        self.periods = net.periods

    @classmethod
    def load(
        cls, name: str, device: str, pixels: int = PIXELS, threads: int | None = None
    ) -> Stylist:
        """The checkpoint `name` of kind style, on a device that is picked, using `threads` cores.

        Raises CheckpointError.
        """
        return cls(name, playing.load_style(name, device, threads), device, pixels)

    def warm_up(self) -> None:
        """Run everything a few times: the first takes ten times as long."""
        for _ in range(3):
            self.restyle(np.zeros((144, 256, 3), np.uint8), np.ones(len(self.periods), np.float32))

    def restyle(self, pixels: np.ndarray, weights: np.ndarray, amount: float = 1.0) -> np.ndarray:
        """A picture (H, W, 3) uint8 RGB in the manner of the periods, as (h, w, 3) uint8, about
        `pixels` of them at most.

        `weights` (P,), none below 0, are how much of each period; only their proportions count.
        `amount` goes from 0, the picture as it is, to 1, and is clamped; at 0 the net is not run. A
        picture that holds next to nothing, like that of a covered lens or a dark room, fades to
        what it is: the net would find a picture in its noise, another each time. Raises ShapeError.
        """
        small = reduce(pixels, self.pixels)
        share = np.asarray(weights, np.float32)
        if (
            share.shape != (len(self.periods),)
            or not np.isfinite(share).all()
            or (share < 0).any()
            or share.sum() <= 0
        ):
            raise ShapeError(
                f"the weights of the periods are {share.tolist()}; expected {len(self.periods)}"
                " numbers of 0 and more, one above 0"
            )
        amount = min(float(amount), 1.0) * contents(small)
        if not amount > 0:
            return small
        picture = small.astype(np.float32) / np.float32(255)
        styled = self._net.restyle(picture, share / share.sum())
        mixed = picture + np.float32(amount) * (styled - picture)
        out: np.ndarray = np.rint(mixed * 255).clip(0, 255).astype(np.uint8)
        return out


def reduce(pixels: np.ndarray, most: int) -> np.ndarray:
    """A picture (H, W, 3) uint8 of at most about `most` pixels, in its own shape, sides that are
    multiples of four; one that is small already is only brought to such sides. Raises ShapeError.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ShapeError(f"a picture is (H, W, 3) uint8; got {pixels.shape} {pixels.dtype}")
    height, width = pixels.shape[:2]
    scale = min(1.0, math.sqrt(most / (height * width)))
    down, across = (max(SHRINK, round(side * scale / SHRINK) * SHRINK) for side in (height, width))
    if (down, across) == (height, width):
        return pixels.copy()
    cv2 = opencv()
    small: np.ndarray = cv2.resize(
        pixels, (across, down), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    return small


def contents(pixels: np.ndarray) -> float:
    """How much there is to see in a picture (H, W, 3) uint8, from 0, all of it alike but for noise,
    to 1.
    """
    cv2 = opencv()
    blocks = cv2.resize(pixels, BLOCKS, interpolation=cv2.INTER_AREA).astype(np.float32)
    part = min(max((float(blocks.std(axis=(0, 1)).max()) - EMPTY) / (FULL - EMPTY), 0.0), 1.0)
    return part * part * (3 - 2 * part)


def period_weights(
    embedding: np.ndarray, centres: np.ndarray, temperature: float = TEMPERATURE
) -> np.ndarray:
    """How much of each period there is in music at `embedding` (E,): (P,) float32 that sum to 1.

    softmax(-d² / (temperature · s²)), where d are the distances to the `centres` (P, E) and s² is
    the mean over centres of the squared distance to the nearest other one, so that it does not
    matter how large an encoder's embeddings are. At the default, a centre a distance s away weighs
    e⁻⁴ of the one that is met. Equal weights where the centres coincide or the embedding is not
    finite. Raises ShapeError.
    """
    centres = np.asarray(centres, np.float64)
    if centres.ndim != 2 or not len(centres) or np.shape(embedding) != centres.shape[1:]:
        raise ShapeError(
            f"the embedding is {np.shape(embedding)} and the centres of the periods are"
            f" {centres.shape}; expected (E,) and (P, E)"
        )
    apart = np.square(centres[:, None] - centres[None]).sum(2)
    spread = float((apart + np.diag(np.full(len(centres), np.inf))).min(1).mean())
    distances = np.square(centres - np.asarray(embedding, np.float64)).sum(1)
    if not 0 < spread < np.inf or not np.isfinite(distances).all():
        return np.full(len(centres), 1 / len(centres), np.float32)
    weights = np.exp((distances.min() - distances) / (temperature * spread))
    return (weights / weights.sum()).astype(np.float32)

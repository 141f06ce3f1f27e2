"""The latent space of a checkpoint: its principal directions, and z made from a posterior."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.base.params import ATTRIBUTES, DIRECTIONS

CONTROL_LIMIT = 4.0  # standard deviations, as far as MIDI and OSC show


@dataclass(frozen=True)
class Space:
    """`directions` (12, D) are unit vectors, `spread` (12,) the standard deviation of
    pictures along each, `centre` (D,) where their mean lies. `attributes` are vectors (D,) by
    name, `labels` the names of those that come from labels, in the order of the parameter
    `label`; a checkpoint may have none."""

    directions: np.ndarray
    spread: np.ndarray
    centre: np.ndarray
    attributes: Mapping[str, np.ndarray] = field(default_factory=dict)
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.directions.shape != (DIRECTIONS, self.dimensions) or self.spread.shape != (
            DIRECTIONS,
        ):
            raise ShapeError(
                f"directions are {self.directions.shape} and spreads {self.spread.shape}; expected"
                f" ({DIRECTIONS}, {self.dimensions}) and ({DIRECTIONS},)"
            )
        if wrong := [
            name for name, vector in self.attributes.items() if vector.shape != self.centre.shape
        ]:
            raise ShapeError(
                f"the attribute {wrong[0]} is {self.attributes[wrong[0]].shape}; expected"
                f" ({self.dimensions},)"
            )

    @property
    def dimensions(self) -> int:
        return len(self.centre)

    def compose(
        self, mean: np.ndarray, std: np.ndarray, noise: np.ndarray, params: Mapping[str, float]
    ) -> np.ndarray:
        """z = radius · (μ + variation · σ · ε + Σ steer_i · spread_i · direction_i + Σ amount ·
        attribute), (D,) float32.
        """
        steer = np.array([params[f"steer_{i}"] for i in range(DIRECTIONS)]) * self.spread
        pushed = np.einsum("i,id->d", steer, self.directions) if steer.any() else 0.0
        for name, amount in self.amounts(params).items():
            pushed = pushed + amount * self.attributes[name]
        z = params["radius"] * (mean + params["variation"] * std * noise + pushed)
        return np.asarray(z, np.float32)

    def amounts(self, params: Mapping[str, float]) -> dict[str, float]:
        """How much of which attribute `params` ask for; nothing of one that the checkpoint has
        not.
        """
        asked = {name: params[name] for name in ATTRIBUTES}
        if (number := int(params["label"])) <= len(self.labels):
            asked[self.labels[number - 1]] = params["label_amount"]
        return {
            name: amount for name, amount in asked.items() if amount and name in self.attributes
        }

    def coordinates(self, z: np.ndarray) -> tuple[float, ...]:
        """Where z (D,) stands along the 12 directions, in standard deviations, -4 to 4."""
        along = np.einsum("id,d->i", self.directions, z - self.centre) / self.spread
        return tuple(float(x) for x in np.clip(along, -CONTROL_LIMIT, CONTROL_LIMIT))


def relative_radius(z: np.ndarray) -> float:
    """‖z‖ / √D: near 1 for what the decoder was trained on."""
    return float(np.linalg.norm(z)) / math.sqrt(z.shape[-1])

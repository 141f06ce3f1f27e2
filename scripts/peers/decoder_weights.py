"""The shipped decoder's weights as plain float32 arrays, laid out for a step."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

CHECKPOINT = Path(__file__).parents[2] / "models" / "synvae-art"
PAINTER = Path(__file__).parents[2] / "models" / "mvnet"
SEED, TEMPERATURE = 7, 0.5


def weights(folder: Path) -> dict[str, np.ndarray]:
    """Name to float32 array of a checkpoint."""
    return {
        name: value.astype(np.float32)
        for name, value in load_file(folder / "weights.safetensors").items()
    }


def sizes(folder: Path) -> dict:
    """A checkpoint's sizes."""
    return dict(json.loads((folder / "config.json").read_text(encoding="utf-8"))["net"])


def latents(count: int) -> np.ndarray:
    """The same z (count, D) for everyone."""
    return np.random.default_rng(SEED).standard_normal((count, 256)).astype(np.float32)


class Decoder:
    """`V` events, `E` numbers an event, `H` units, `T` steps. Matrices are (inputs, outputs)."""

    def __init__(self) -> None:
        found = weights(CHECKPOINT)
        music = sizes(CHECKPOINT)["music"]
        self.steps, self.layers = music["steps"], music["layers"]
        self.units, self.embedding, self.events = (
            music["decoder"],
            music["embedding"],
            music["vocabulary"],
        )

        def matrix(name: str) -> np.ndarray:
            return np.ascontiguousarray(found[f"music.{name}"].T)

        self.plan, self.plan_bias = matrix("plan.weight"), found["music.plan.bias"]
        self.start, self.start_bias = matrix("start.weight"), found["music.start.bias"]
        self.output, self.output_bias = matrix("output.weight"), found["music.output.bias"]
        self.table = matrix("embedding.weight")  # (V, E)
        self.inputs = [matrix(f"decoder.weight_ih_l{layer}") for layer in range(self.layers)]
        self.hidden = [matrix(f"decoder.weight_hh_l{layer}") for layer in range(self.layers)]
        self.biases = [
            found[f"music.decoder.bias_ih_l{layer}"] + found[f"music.decoder.bias_hh_l{layer}"]
            for layer in range(self.layers)
        ]

    def begin(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What z (B, D) says to each step (B, T, E), and the first h and c, (L, B, H) each."""
        plan = (z @ self.plan + self.plan_bias).reshape(len(z), self.steps, self.embedding)
        states = np.tanh(z @ self.start + self.start_bias)
        states = states.reshape(len(z), 2 * self.layers, self.units).swapaxes(0, 1)
        return plan, states[: self.layers].copy(), states[self.layers :].copy()

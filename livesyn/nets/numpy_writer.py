"""Two bars from one latent, by NumPy: a decoder of 2×256 units takes 32 steps of three small
matrix-vector products, for which PyTorch's kernels on a processor, and the way to them, take
two to three times as long.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import ConfigError
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.packed import PackedLSTM


class NumpyWriter:
    """`MusicNet.write` of a packed float32 `net` for one row; several rows are left to the net.

    The weights are copied. Raises ConfigError for a net that is not packed in float32.
    """

    def __init__(self, net: MusicVAE) -> None:
        decoder = net.decoder
        if not isinstance(decoder, PackedLSTM) or decoder.dtype != torch.float32:
            raise ConfigError("only a net that is packed in float32 can be written by NumPy")
        self._net, self._units = net, decoder.units
        embedding = net.config.embedding
        weights = [_array(getattr(decoder, f"weight{layer}")) for layer in range(decoder.layers)]
        self._biases = [_array(getattr(decoder, f"bias{layer}")) for layer in range(decoder.layers)]
        first = weights[0]
        # What an event and the plan say to the first layer needs no product at each step.
        self._said = _array(net.embedding.weight.t()) @ first[:, :embedding].T  # (V, 4H)
        self._planned = np.ascontiguousarray(first[:, embedding : 2 * embedding].T)  # (E, 4H)
        self._weights = [np.ascontiguousarray(first[:, 2 * embedding :]), *weights[1:]]
        self._output, self._output_bias = _array(net.output.weight), _array(net.output.bias)

    def __call__(
        self, z: Tensor, forced: Tensor, noise: Tensor, temperature: Tensor, until: int
    ) -> Tensor:
        """See `MusicNet.write`: z (1, D), `forced` (1, K), `noise` (T, 1, V) -> (1, until)."""
        if len(z) != 1:
            return self._net.write(z, forced, noise, temperature, until)
        plan, (hidden, cells) = self._net.plan_of(z)
        planned = _array(plan[:, 0]) @ self._planned + self._biases[0]  # (T, 4H)
        h, c = list(_array(hidden[:, 0])), list(_array(cells[:, 0]))
        draws = None
        if len(noise):  # the largest of logits plus Gumbel noise is a draw from the softmax
            draws = -np.log(-np.log(_array(noise[:, 0]).clip(1e-20, np.float32(1 - 1e-7))))
        given = forced.shape[1]
        tokens = np.zeros(until, np.int64)
        tokens[:given] = _array(forced[0])[:until]
        scale = 1 / float(temperature)
        for t in range(until):
            gates = planned[t] + self._weights[0] @ h[0]
            if t:
                gates += self._said[tokens[t - 1]]
            h[0], c[0] = self._cell(gates, c[0])
            for layer in range(1, len(h)):
                below = np.concatenate([h[layer - 1], h[layer]])
                gates = self._weights[layer] @ below + self._biases[layer]
                h[layer], c[layer] = self._cell(gates, c[layer])
            if t >= given:
                logits = self._output @ h[-1] + self._output_bias
                if draws is not None:
                    logits = logits * scale + draws[t]
                tokens[t] = logits.argmax()
        return torch.from_numpy(tokens)[None]

    def _cell(self, gates: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One step of an LSTM cell from its gates (4H,): input, forget, output, candidate."""
        units = self._units
        squashed = 0.5 * np.tanh(0.5 * gates[: 3 * units]) + 0.5  # a sigmoid that cannot overflow
        c = squashed[units : 2 * units] * c + squashed[:units] * np.tanh(gates[3 * units :])
        return squashed[2 * units :] * np.tanh(c), c


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()

"""A MusicVAE's decoder laid out for playing: one matrix a layer, in float32, in bytes or in
bfloat16.

`nn.LSTM` stepped one event at a time spends most of its time on getting ready: a decoder of 2×256
units writes two bars in 15 to 24 ms by it, in 4 to 5 by one product a layer, and in 1.7 by ONNX
Runtime (`livesyn.nets.onnx.music`). A large decoder waits for its weights to come from memory
besides. One of 3×2048 units has 85 million of them and reads each for every one of 32 steps: 11 GB
in float32, 5.5 GB in bfloat16 (for a GPU), 2.7 GB in bytes (for a processor).
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ConfigError, ShapeError
from livesyn.nets.byte_product import ByteProduct, has_byte_products
from livesyn.nets.music_vae import MusicVAE

# columns that torch's other product of bytes takes at a time: it reads past the end of rows that
# are no multiple of it
BLOCK = 64
# how even columns are made, 0 not at all, 1 wholly; of 500 melodies' steps 99.4 % agreed with
# float32 at 0, 99.8 % from 0.5 on
EVEN = 0.75


class PackedLSTM(nn.Module):
    """The layers of an LSTM, one step at a time, `(x (1, B, E), (h, c) each (L, B, H)) -> (out (1,
    B, H), (h, c))`, as `nn.LSTM` has it.

    `dtype` of the weights: int8, each row in 126 steps of its largest after its columns were made
    more even (the inputs carry what was taken from them), or a floating one. Inputs are as the
    weights (for bytes see `ByteProduct`; bfloat16 where there is none), cells float32. Raises
    ConfigError for an LSTM that is not plain.
    """

    def __init__(self, lstm: nn.LSTM, dtype: torch.dtype = torch.int8) -> None:
        super().__init__()
        if lstm.bidirectional or lstm.proj_size or lstm.batch_first or not lstm.bias:
            raise ConfigError(
                "only a plain LSTM can be packed: one direction, with bias, steps first, without a"
                " projection"
            )
        self.layers, self.units, self.dtype = lstm.num_layers, lstm.hidden_size, dtype
        on_processor = lstm.weight_ih_l0.device.type == "cpu"
        by_bytes = dtype == torch.int8 and on_processor and has_byte_products()
        self._products: list[ByteProduct] = []
        for layer in range(self.layers):
            whole = (
                torch.cat(
                    [getattr(lstm, f"weight_ih_l{layer}"), getattr(lstm, f"weight_hh_l{layer}")], 1
                )
                .detach()
                .float()
            )
            bias = (
                (getattr(lstm, f"bias_ih_l{layer}") + getattr(lstm, f"bias_hh_l{layer}"))
                .detach()
                .float()
            )
            i, f, g, o = torch.arange(len(whole)).chunk(4)
            order = torch.cat([i, f, o, g])  # the three that are squashed alike lie together
            whole, bias = whole[order], bias[order]
            if dtype != torch.float32 and not by_bytes:
                whole = F.pad(whole, (0, -whole.shape[1] % BLOCK))
            columns = (
                whole.abs().amax(0).clamp_min(1e-6).pow(EVEN)
                if dtype == torch.int8
                else whole.new_ones(whole.shape[1])
            )
            whole = whole / columns
            scale = (
                whole.abs().amax(1).clamp_min(1e-8) / 126
            ).bfloat16()  # 126: its rounding to bfloat16 must not push the largest past 127
            packed = (
                (whole / scale.float()[:, None]).round().clamp(-127, 127)
                if dtype == torch.int8
                else whole
            )
            if by_bytes:
                self._products.append(ByteProduct(packed.to(dtype)))
            else:
                self.register_buffer(f"weight{layer}", packed.to(dtype).contiguous())
            self.register_buffer(f"scale{layer}", scale)
            self.register_buffer(f"columns{layer}", columns)
            self.register_buffer(f"bias{layer}", bias)

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """See the class. Raises ShapeError for more than one step."""
        if len(x) != 1:
            raise ShapeError(
                f"a packed LSTM is stepped one event at a time; got {len(x)} at once (teacher"
                " forcing is `likeliest`'s)"
            )
        below, hidden, cells = x[0].float(), [], []
        for layer in range(self.layers):
            h, c = state[0][layer], state[1][layer]
            gates = self._gates(layer, below, h.float())
            i, f, o = gates[:, : 3 * self.units].sigmoid().chunk(3, 1)
            c = f * c.float() + i * gates[:, 3 * self.units :].tanh()
            below = o * c.tanh()
            hidden.append(below)
            cells.append(c)
        return below[None], (torch.stack(hidden), torch.stack(cells))

    def _gates(self, layer: int, below: Tensor, h: Tensor) -> Tensor:
        inputs, bias = torch.cat([below, h], 1), getattr(self, f"bias{layer}")
        columns, scale = getattr(self, f"columns{layer}"), getattr(self, f"scale{layer}")
        if self._products:
            product: Tensor = self._products[layer](inputs * columns)
            return product * scale + bias
        weight = getattr(self, f"weight{layer}")
        if self.dtype == torch.float32:
            return F.linear(inputs, weight, bias)
        inputs = F.pad(inputs, (0, weight.shape[1] - inputs.shape[1]))
        if self.dtype == torch.int8:
            product = torch._weight_int8pack_mm((inputs * columns).bfloat16(), weight, scale)
        else:
            product = F.linear(inputs.to(weight.dtype), weight)
        return product.float() + bias


def packed(net: MusicVAE, dtype: torch.dtype = torch.int8) -> MusicVAE:
    """A copy of `net` that decodes from packed weights; it shares all else with it. For playing,
    not for training.
    """
    light = copy.copy(net)
    light._modules = dict(net._modules)
    device = net.output.weight.device
    light.decoder = PackedLSTM(net.decoder, dtype).to(device)  # type: ignore[assignment]
    # one that was recorded before writes by the net as it was
    light.writer = None
    return light


@torch.no_grad()
def agreement(
    net: MusicVAE,
    other: MusicVAE,
    z: Tensor,
    temperature: float = 0.0,
    generator: torch.Generator | None = None,
) -> float:
    """The share of steps at which `other` finds the same event likeliest as `net`, both given the
    events that `net` wrote from z (B, D).
    """
    tokens = net.decode(z, temperature, generator)
    return float((likeliest(net, z, tokens) == likeliest(other, z, tokens)).float().mean())


@torch.no_grad()
def likeliest(net: MusicVAE, z: Tensor, tokens: Tensor) -> Tensor:
    """The likeliest event of each step (B, T), given those before it in `tokens` (B, T), step by
    step as it is played.
    """
    said, state = net.begin(z), None
    table = net.embedding.weight.t()
    previous, found = (
        torch.zeros(len(z), net.config.embedding, dtype=table.dtype, device=z.device),
        [],
    )
    for t in range(net.config.steps):
        out, state = net.step(said, t, previous, state)
        found.append(net.output(out).argmax(1))
        previous = table[tokens[:, t]]
    return torch.stack(found, 1)

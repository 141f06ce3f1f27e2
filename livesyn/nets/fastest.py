"""Which layout of a net plays soonest on a device."""

from __future__ import annotations

import torch
from torch import nn

from livesyn.nets.music_net import MusicNet
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.numpy_writer import NumpyWriter
from livesyn.nets.packed import packed
from livesyn.nets.precision import has_bfloat16

# weights of a decoder from which on fewer bits pay: 64 MB in float32 are more than a processor
# keeps near it
LARGE = 16_000_000


def fastest(net: MusicNet, device: str) -> MusicNet:
    """`net` as it plays soonest on `device`: a flat one's decoder packed, a large one in bytes on a
    processor and in bfloat16 on a GPU that has it.
    """
    if not (isinstance(net, MusicVAE) and isinstance(net.decoder, nn.LSTM)):
        return net
    large = sum(p.numel() for p in net.decoder.parameters()) >= LARGE
    if device == "cpu":
        light = packed(net, torch.int8 if large else torch.float32)
        light.writer = None if large else NumpyWriter(light)
        return light
    return packed(net, torch.bfloat16) if large and has_bfloat16(device) else net

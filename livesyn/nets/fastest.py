"""Which layout of a net plays soonest on a device."""

from __future__ import annotations

import torch
from torch import nn

from livesyn.nets.music_net import MusicNet
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.packed import packed
from livesyn.nets.playing import LARGE as LARGE
from livesyn.nets.precision import has_bfloat16


def fastest(net: MusicNet, device: str) -> MusicNet:
    """`net` as it plays soonest on `device`: a flat one's decoder packed, a large one in bytes on a
    processor and in bfloat16 on a GPU that has it.
    """
    if not (isinstance(net, MusicVAE) and isinstance(net.decoder, nn.LSTM)):
        return net
    large = sum(p.numel() for p in net.decoder.parameters()) >= LARGE
    if device == "cpu":
        return packed(net, torch.int8 if large else torch.float32)
    return packed(net, torch.bfloat16) if large and has_bfloat16(device) else net

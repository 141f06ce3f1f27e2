"""The LSTM of all nets here: torch's, but on a GPU whole under autocast."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WHOLE_ON = ("cuda",)


class LSTM(nn.LSTM):
    """`nn.LSTM`, in float32 (on tensor cores TF32) where autocast is on and the tensors are on a
    GPU.

    There torch's autocast hands cuDNN float16 whatever type was asked for, which needs a loss scale
    to train in and does not go together with the bfloat16 of the layers around it; and cuDNN's RNNs
    know no bfloat16.
    """

    def forward(  # type: ignore[override]
        self, x: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """See `nn.LSTM`."""
        kind = x.device.type
        if kind not in WHOLE_ON or not torch.is_autocast_enabled(kind):
            out: tuple[Tensor, tuple[Tensor, Tensor]] = super().forward(x, hx)
            return out
        with torch.autocast(kind, enabled=False):
            whole: tuple[Tensor, tuple[Tensor, Tensor]] = super().forward(
                x.float(), None if hx is None else (hx[0].float(), hx[1].float())
            )
            return whole

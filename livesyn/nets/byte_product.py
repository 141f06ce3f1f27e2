"""The product of numbers with a matrix kept in bytes, on processors: exact in integers."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor

ENGINE = "fbgemm"
# Inputs are taken apart into two parts of 7 bits, of 128 and of 1: with them a sum of two products
# with bytes stays within 16 bits, which processors without VNNI (AVX2) cut it to, and together they
# are finer than the weights.
PART = 128
MOST = 63 * PART + 63
ZERO = 64  # what is added to a part, for bytes that are not negative


def has_byte_products() -> bool:
    """Whether this processor's torch has products of bytes (x86 with AVX2)."""
    return ENGINE in torch.backends.quantized.supported_engines


class ByteProduct:
    """`inputs (B, K) @ weight.T`, (B, N) float32, for a `weight` (N, K) int8 of -127 to 127.

    Each row of inputs is rounded to steps of its largest / 8127. The products are summed in
    integers, so a row comes out the same to the bit whatever rows are beside it, and on every
    processor that `has_byte_products`.
    """

    def __init__(self, weight: Tensor) -> None:
        before = torch.backends.quantized.engine
        torch.backends.quantized.engine = ENGINE  # the default picks another, which saturates
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch speaks of its plans for quantized tensors
                self._weight: Any = torch.ops.quantized.linear_prepack(
                    torch._make_per_tensor_quantized_tensor(weight.contiguous(), 1.0, 0), None
                )
        finally:
            torch.backends.quantized.engine = before

    def __call__(self, inputs: Tensor) -> Tensor:
        """See the class."""
        step = inputs.abs().amax(1, keepdim=True).clamp_min(1e-30) / MOST
        whole = (inputs / step).round()
        coarse = (whole / PART).round()
        # one product of twice as many rows: the weights, which are what it waits for, are read once
        parts = torch.cat([coarse, whole - PART * coarse])
        sums = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            parts, 1.0, ZERO, self._weight
        )
        of_coarse, of_fine = sums.chunk(2)
        return (PART * of_coarse + of_fine) * step

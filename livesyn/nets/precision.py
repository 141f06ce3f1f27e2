"""Which number type a device trains and evaluates in. The one place that asks for bfloat16."""

from __future__ import annotations

import functools
import os

import torch

# oneDNN's instruction sets that multiply bfloat16 natively (`ONEDNN_MAX_CPU_ISA`)
WITH_BFLOAT16 = (
    "",
    "ALL",
    "DEFAULT",
    "AVX512_CORE_BF16",
    "AVX512_CORE_FP16",
    "AVX512_CORE_AMX",
    "AVX512_CORE_AMX_FP16",
    "AVX10_1_512",
    "AVX10_1_512_AMX",
    "AVX10_1_512_AMX_FP16",
    "AVX10_2_512",
    "AVX10_2_512_AMX_2",
)


def autocast(device: torch.device | str) -> torch.autocast:
    """`torch.autocast` in bfloat16 where `device` computes in it natively; elsewhere float32.

    A processor without the instructions emulates bfloat16 some thirty times slower, and its
    LSTM refuses it.
    """
    kind = torch.device(device).type
    return torch.autocast(kind, torch.bfloat16, enabled=has_bfloat16(kind))


def has_bfloat16(kind: str) -> bool:
    """Whether devices of `kind` (cpu, cuda, mps …) multiply bfloat16 natively.

    On a processor the limits set by `ONEDNN_MAX_CPU_ISA` and `ATEN_CPU_CAPABILITY` count.
    """
    if kind == "cuda":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    if kind == "cpu":
        limit = os.environ.get("ONEDNN_MAX_CPU_ISA", os.environ.get("DNNL_MAX_CPU_ISA", ""))
        return limit.upper() in WITH_BFLOAT16 and _processor_has_bfloat16()
    return False  # Apple's GPUs before M2 emulate it


@functools.cache
def _processor_has_bfloat16() -> bool:
    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return (
        torch.backends.cpu.get_cpu_capability().startswith(("AVX512", "AMX"))
        and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        and bool(known.get("avx512_bf16", torch.cpu._is_avx512_bf16_supported()))
    )

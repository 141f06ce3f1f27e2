"""Where bfloat16 is asked for, and that nowhere else does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from livesyn.nets import precision

ROOT = Path(__file__).parents[2]
ASK = "from livesyn.nets.precision import has_bfloat16; print(has_bfloat16('cpu'))"


@pytest.mark.parametrize(
    "limit",
    [
        {"ATEN_CPU_CAPABILITY": "avx2"},
        {"ATEN_CPU_CAPABILITY": "default"},
        {"ONEDNN_MAX_CPU_ISA": "AVX2"},
        {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE"},
        {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    ],
    ids=lambda limit: "".join(f"{name}={value}" for name, value in limit.items()),
)
def test_a_processor_that_is_held_back_computes_in_float32(limit: dict[str, str]) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "PYTHONPATH": str(ROOT), **limit},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert asked.stdout.strip() == "False"


@pytest.mark.parametrize("native", [True, False])
def test_autocast_is_bfloat16_or_nothing(native: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda kind: native)
    x = torch.ones(2, 2)
    with precision.autocast(torch.device("cpu")):
        assert (x @ x).dtype == (torch.bfloat16 if native else torch.float32)


def test_what_it_says_of_this_processor_is_true() -> None:
    """Where it promises bfloat16, the net that refuses it elsewhere runs."""
    if not precision.has_bfloat16("cpu"):
        pytest.skip("this processor has no bfloat16")
    with precision.autocast("cpu"):
        out, _ = torch.nn.LSTM(4, 4)(torch.ones(3, 1, 4))
    assert torch.isfinite(out.float()).all()


def test_nowhere_else_asks_for_it() -> None:
    asks = re.compile(r"torch\.autocast\(|amp\.autocast")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "livesyn").rglob("*.py")
        if asks.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"livesyn/nets/precision.py", "livesyn/nets/lstm.py"}

"""Trainings in processes of their own, as tests watch them."""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path


def first_step(child: subprocess.Popen, folder: Path) -> int:
    """How many steps the training `child` had made when it first kept its state in `folder`.

    Waits for as long as it takes, which on a busy machine is long; raises AssertionError if the
    child ends before.
    """
    state = folder / "state.json"
    while not state.exists():
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it ended before its first step, with {child.wait(0.05)}")
    return json.loads(state.read_text(encoding="utf-8"))["step"]

"""A short show on a clock set by hand, and its log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.from_file import module_from

SCRIPT = Path(__file__).parents[2] / "scripts" / "soak_set.py"
soak: Any = module_from(SCRIPT)


def played(path: Path, seconds: float = 20.0, commands: int = 40, seed: int = 0) -> Any:
    """A show of `seconds` under random commands, logged at `path`."""
    show = soak.Show(path, seed)
    show.begin()
    show.play(seconds, commands)
    show.end()
    return show

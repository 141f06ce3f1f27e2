"""scripts/patches.py and what it imports, for the tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.from_file import module_from

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "patches"


def patches() -> Any:
    """The script, as a module; `patch_files` can be imported from then on."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return module_from(ROOT / "scripts" / "patches.py")
    finally:
        sys.path.remove(str(ROOT / "scripts"))

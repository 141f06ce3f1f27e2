"""Modules out of files that lie in no package: scripts."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Any


def module_from(path: Path, name: str | None = None) -> Any:
    """What the file defines, as module `name` of this process (its own name without the suffix).
    Writes nothing beside it.
    """
    loader = importlib.machinery.SourceFileLoader(name or path.stem, str(path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = sys.modules[loader.name] = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module

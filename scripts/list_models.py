"""Write livesyn/base/models.json, the list of published checkpoints, from the top-level models/.

Run it when a checkpoint there has changed: .venv/bin/python scripts/list_models.py
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from livesyn.base import models
from livesyn.config import sections
from livesyn.offline import music_to_picture

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = (".json", ".safetensors", ".npy", ".md")  # not the pictures that the cards show
IN_WHEEL = {  # what a command plays unless another is named
    sections.DEFAULT_MODEL,
    sections.DEFAULT_PAINTER,
    sections.DEFAULT_STYLE,
    sections.Model.bass,
    sections.Model.drums,
    music_to_picture.DEFAULT_MODEL,
}


def rows(folder: Path = ROOT / "models") -> dict[str, dict[str, Any]]:
    """The list, by name of the checkpoint."""
    return {
        config.parent.name: _row(config.parent) for config in sorted(folder.glob("*/config.json"))
    }


def _row(folder: Path) -> dict[str, Any]:
    config = json.loads((folder / models.CONFIG).read_text(encoding="utf-8"))
    title = (folder / "MODEL_CARD.md").read_text(encoding="utf-8").splitlines()[0]
    attributed = (folder / "ATTRIBUTION.md").is_file()
    generator = config["net"].get("generator")
    return {
        "kind": config["kind"],
        "about": title.partition(": ")[2],
        "licence": "MIT" + (", with the attributions in ATTRIBUTION.md" if attributed else ""),
        "in_wheel": folder.name in IN_WHEEL,
        "needs": [generator] if isinstance(generator, str) else [],
        "files": {
            path.name: [path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()]
            for path in sorted(folder.iterdir())
            if path.suffix in PUBLISHED
        },
    }


def text() -> str:
    """The file as it is to be."""
    return json.dumps(rows(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    models.LIST.write_text(text(), encoding="utf-8", newline="\n")
    print(f"{models.LIST}: {', '.join(rows())}")

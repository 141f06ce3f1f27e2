"""Makes what in patches/ comes from the tables of addresses and parameters: the tables in every
README, in the SuperCollider and TouchDesigner scripts, the Max for Live device, and the drawn
pictures. `--check` only says whether all of it is as the code has it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "patches"
sys.path.insert(0, str(ROOT / "scripts"))

from patch_files import max_patch, max_patcher, pictures, tables  # noqa: E402  (they lie beside this file)

MARKS = "parameters: made by scripts/patches.py", "end of parameters"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    made = files()
    stale = [name for name, data in made.items() if _read(FOLDER / name) != data]
    for name in stale:
        if check:
            print(f"patches/{name} is not what the code says; run scripts/patches.py")
        else:
            (FOLDER / name).write_bytes(made[name])
            print(f"patches/{name}")
    return int(check and bool(stale))


def files() -> dict[str, bytes]:
    """Path of each file in patches/ -> what belongs in it."""
    made = {
        path.relative_to(FOLDER).as_posix(): tables.readme(path, _text(path))
        for path in sorted(FOLDER.glob("*/README.md"))
    }
    for name, rows in (
        ("supercollider/livesyn.scd", tables.sclang_specs()),
        ("touchdesigner/livesyn_touchdesigner.py", tables.python_rows()),
    ):
        made[name] = tables.between(_text(FOLDER / name), *MARKS, rows, name)
    device = max_patch.patch(device=True)
    script = made["touchdesigner/livesyn_touchdesigner.py"]
    made["max-for-live/livesyn.svg"] = pictures.of_device(json.loads(device))
    made["touchdesigner/livesyn.svg"] = pictures.of_touchdesigner(script)
    for name in ("resolume", "ableton"):
        made[f"{name}/livesyn.svg"] = pictures.of_map(FOLDER / name / f"{name}.toml")
    return {name: text.encode() for name, text in made.items()} | {
        "max-for-live/livesyn.maxpat": max_patch.patch(device=False),
        "max-for-live/livesyn.amxd": max_patcher.amxd(device),
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


if __name__ == "__main__":
    sys.exit(main())

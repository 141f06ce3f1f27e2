"""Ask whether livesyn, and each of its extras, installs from wheels alone on every Python and
machine that it is for: nobody shall need a compiler. Says what is missing where.

uv resolves for machines other than this one, their markers included, from metadata alone. Where no
registry can be reached nothing is checked. Run it from anywhere:
.venv/bin/python scripts/check_wheels.py [--python 3.14] [--machine windows]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = {  # name -> what uv calls it; glibc 2.31 is that of Debian 11 and Ubuntu 20.04
    "linux-x86_64": "x86_64-manylinux_2_31",
    "linux-aarch64": "aarch64-manylinux_2_31",
    "macos-arm64": "aarch64-apple-darwin",
    "windows": "x86_64-pc-windows-msvc",
}
EXTRAS = ("ndi", "spout", "syphon", "camera", "train")  # what users install
MACOS = "14.0"
AT_ONCE = 4
UNREACHABLE = re.compile(r"error sending request|connect|dns error|timed? ?out|certificate", re.I)


def index() -> dict[str, str]:
    """The settings by which uv asks the registry that pip asks."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    )
    told = dict(re.findall(r"^[\w.:-]*\.([\w-]+)='(.*)'$", done.stdout, re.M))
    return {
        name: told[key]
        for name, key in (("UV_DEFAULT_INDEX", "index-url"), ("SSL_CERT_FILE", "cert"))
        if key in told and name not in os.environ
    }


def troubles(python: str, machine: str, settings: dict[str, str]) -> dict[str, str]:
    """What of livesyn cannot be had there by wheels alone, and why."""
    if not trouble(python, machine, EXTRAS, settings):
        return {}
    alone = {
        f"livesyn[{extra}]" if extra else "livesyn": trouble(python, machine, (extra,), settings)
        for extra in ("", *EXTRAS)
    }
    return {what: said for what, said in alone.items() if said}


def trouble(python: str, machine: str, extras: tuple[str, ...], settings: dict[str, str]) -> str:
    """Why livesyn with `extras` cannot be resolved by wheels alone, in uv's words; "" if it can."""
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "uv",
                "pip",
                "compile",
                str(ROOT / "pyproject.toml"),
                "--quiet",
            ),
            *("--python-version", python, "--python-platform", MACHINES[machine]),
            *("--only-binary", ":all:", "--constraint", str(ROOT / "constraints.txt")),
            *(word for extra in extras if extra for word in ("--extra", extra)),
            *("--no-python-downloads", "--no-header", "--output-file", os.devnull),
        ],
        capture_output=True,
        text=True,
        env=os.environ | settings | {"MACOSX_DEPLOYMENT_TARGET": MACOS},
    )
    said = " ".join(done.stderr.split())
    return said.partition("hint:")[0] if done.returncode else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", choices=PYTHONS, action="append")
    parser.add_argument("--machine", choices=MACHINES, action="append")
    asked = parser.parse_args()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(EXTRAS) <= set(project["optional-dependencies"])
    targets = [
        (python, machine)
        for python in asked.python or PYTHONS
        for machine in asked.machine or MACHINES
    ]
    settings = index()
    first = trouble(*targets[0], (), settings)
    if UNREACHABLE.search(first):
        print(f"No package registry can be reached, so no wheel was looked for ({first.strip()})")
        return 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda target: troubles(*target, settings), targets))
    lacking = 0
    for (python, machine), answer in zip(targets, answers, strict=True):
        for what, said in answer.items():
            lacking += 1
            print(f"{what}, Python {python} on {machine}: {said.strip()}")
    print(f"Wheels on {len(targets)} kinds of machine and Python: {lacking or 'none'} missing")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())

"""Where the peers live: a virtual environment and a folder for npm, apart from livesyn's own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

PIP_S, NPM_S = 300.0, 120.0


class Environment:
    """Python and node packages in `folder`, installed when they are first asked for. What was
    refused once is not tried again in the same run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.node_folder = folder / "node"
        self._found: dict[tuple[str, ...], str] = {}

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def lacks(self, packages: Sequence[str]) -> str:
        """Have pip install what is missing of `packages`; "" if all is there, else why not."""
        return self._once(("pip", *packages), lambda: self._install(packages))

    def lacks_node(self, packages: Sequence[str]) -> str:
        """The same by npm."""
        return self._once(("npm", *packages), lambda: self._install_node(packages))

    def versions(self, packages: Sequence[str]) -> dict[str, str]:
        """Which version of each pip package is there."""
        code = (
            "import importlib.metadata as m, json; print(json.dumps({d.name: d.version"
            " for d in m.distributions()}))"
        )
        try:
            done = subprocess.run(
                [str(self.python), "-c", code], capture_output=True, text=True, check=True
            )
            found: dict[str, str] = json.loads(done.stdout)
        except (OSError, subprocess.CalledProcessError, ValueError):
            return {}
        wanted = {re.split("[<=>]", name)[0] for name in packages}
        alike = {name.lower().replace("_", "-"): version for name, version in found.items()}
        return {name: alike[name] for name in sorted(wanted) if name in alike}

    def _once(self, key: tuple[str, ...], install: Callable[[], str]) -> str:
        if key not in self._found:
            self._found[key] = install()
        return self._found[key]

    def _install(self, packages: Sequence[str]) -> str:
        if not self.python.exists():
            try:
                venv.create(self.folder, with_pip=True)
            except (OSError, subprocess.CalledProcessError) as error:
                return f"no virtual environment could be made in {self.folder} ({error})"
        # Each peer in a call of its own: what has no wheel here costs only its row.
        return _refusal(
            [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", *packages],
            " ".join(packages),
            PIP_S,
        )

    def _install_node(self, packages: Sequence[str]) -> str:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            return "node and npm are not installed here"
        folders = (package.rpartition("@")[0] or package for package in packages)
        if all((self.node_folder / "node_modules" / name).is_dir() for name in folders):
            return ""
        self.node_folder.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--prefix", str(self.node_folder)]
        return _refusal([npm, "install", *options, *packages], " ".join(packages), NPM_S)


def _refusal(command: list[str], what: str, patience_s: float) -> str:
    """Run an installer; "" if it did, else a sentence with its own reason."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{what} was not installed within {patience_s:.0f} s"
    except OSError as error:
        return f"{what} could not be installed ({error.strerror})"
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    return (
        f"{what} could not be installed here ({(errors or lines or ['no reason given'])[-1][:160]})"
    )

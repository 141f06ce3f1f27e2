"""Build the wheel, install it into an empty environment, and play the default show from there in an
empty folder.

What the wheel depends on is taken from the environment that runs this; livesyn itself is the
wheel's alone. Run it from anywhere: .venv/bin/python scripts/test_wheel.py
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LARGEST_BYTES = 100_000_000
SECONDS = (8, 60)  # the second where the first was too short for a busy machine
FETCHED = "melody-16bar"  # plays over another one that is not in the wheel either


# So that neither the source nor the caller's settings are seen.
ENVIRONMENT = {
    key: value
    for key, value in os.environ.items()
    if not key.startswith(("PYTHON", "LIVESYN_", "XDG_"))
}


def run(*command: object, cwd: Path | None = None, home: Path | None = None) -> str:
    """What a program prints. Ends this one with a sentence when it fails."""
    homes = {} if home is None else {"HOME": str(home), "LOCALAPPDATA": str(home)}
    done = subprocess.run(
        [*map(str, command)],
        text=True,
        capture_output=True,
        timeout=300,
        cwd=cwd,
        env=ENVIRONMENT | homes,
    )
    if done.returncode:
        sys.exit(
            f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout[-4000:]}\n"
            f"{done.stderr[-4000:]}"
        )
    return str(done.stdout)


def free_port(kind: socket.SocketKind) -> int:
    """A port of this machine that nobody has."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="livesyn-wheel-") as name:
        folder = Path(name)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
        (wheel,) = folder.glob("livesyn-*.whl")
        size_bytes = wheel.stat().st_size
        if size_bytes > LARGEST_BYTES:
            sys.exit(f"{wheel.name} has {size_bytes:,} bytes; {LARGEST_BYTES:,} are the most")

        venv = folder / "venv"
        run(sys.executable, "-m", "venv", "--without-pip", venv)
        scripts = venv / ("Scripts" if os.name == "nt" else "bin")
        run(*pip, "--python", scripts / "python", "install", "--no-deps", "--no-index", wheel)
        paths = run(scripts / "python", "-c", "import sysconfig as s; print(s.get_path('purelib'))")
        # A path in a .pth file is searched, but the .pth files there, livesyn's own among them, are
        # not read.
        (Path(paths.strip()) / "dependencies.pth").write_text(
            "\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}) + "\n"
        )
        empty, home = folder / "empty", folder / "home"
        empty.mkdir()
        home.mkdir()
        livesyn = scripts / "livesyn"
        where = run(
            scripts / "python",
            "-c",
            "import livesyn; print(livesyn.__file__)",
            cwd=empty,
            home=home,
        ).strip()
        if not Path(where).is_relative_to(venv):
            sys.exit(f"livesyn is imported from {where}, and not from the wheel")

        for seconds in SECONDS:
            said = run(
                livesyn,
                *("run", "--seconds", seconds, "--log-json", "--record", folder / "set"),
                *("--web", free_port(socket.SOCK_STREAM)),
                *("--osc-in", free_port(socket.SOCK_DGRAM)),
                cwd=empty,
                home=home,
            )
            if not (trouble := trouble_in(said, folder / "set")):
                break
        else:
            sys.exit(f"the show from the wheel did not play: {trouble}")
        fetched = run(
            livesyn, "models", "get", FETCHED, "--from", ROOT / "models", cwd=empty, home=home
        ).split()
        if len(fetched) != 2 or not all(Path(each).is_relative_to(home) for each in fetched):
            sys.exit(f"livesyn models get {FETCHED} wrote {fetched}")
        listed = json.loads(run(livesyn, "models", "--json", cwd=empty, home=home))
        if wrong := [name for name, row in listed.items() if not row["folder"] or row["changed"]]:
            sys.exit(f"missing or changed in the wheel: {', '.join(wrong)}")
        if left := sorted(path.name for path in empty.iterdir()):
            sys.exit(f"the show left {', '.join(left)} in the folder it was started in")
        print(f"{wheel.name} ({size_bytes / 1e6:.0f} MB) plays from an empty environment")


def trouble_in(said: str, record: Path) -> str:
    """Why the show did not play; "" where the engine composed, the player committed, nothing failed
    and there are notes in `record`.
    """
    import mido

    statuses: dict[str, dict] = {}
    for line in said.splitlines():
        status = json.loads(line)
        if status["t"] == "status":
            statuses[status["from"]] = status
    engine, player = statuses.get("engine"), statuses.get("player")
    if engine is None or player is None:
        return f"only {', '.join(statuses) or 'nobody'} came up"
    if engine["first_bar_s"] is None or engine["failures"] or player["bar"] < 2:
        return f"{engine} {player}"
    notes = [
        message
        for path in record.rglob("*.mid")
        for message in mido.MidiFile(path)
        if message.type == "note_on" and message.velocity
    ]
    return "" if notes else f"no note was recorded in {sorted(record.rglob('*'))}"


if __name__ == "__main__":
    main()

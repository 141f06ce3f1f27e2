"""Takes the pictures of the patches whose programs are here, Pure Data and SuperCollider, while
livesyn's own OSC output plays to them: patches/*/livesyn.png. Needs Xvfb, wish and sclang.

    .venv/bin/python scripts/record_patches.py [puredata] [supercollider]
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from livesyn.base.addresses import Target  # noqa: E402  (it is beside this script)
from livesyn.base.types import Note, Phrase  # noqa: E402
from livesyn.sinks.osc import OscOut  # noqa: E402
from livesyn.transport.timeline import Timeline  # noqa: E402
from tests.live.xvfb import MISSING, Screen  # noqa: E402

PATIENCE_S = 30.0
VALUES = {"tempo": 96.0, "temperature": 0.7, "density_max": 11.0, "light": 0.8, "warmth": -0.5}
LEVELS = {"rms": 0.6, "low": 0.8, "mid": 0.45, "high": 0.3, "onset": 0.7}
LATENTS = (0.3, -1.1, 0.2, 1.8, -1.9, 0.6, -0.2, -0.8, 0.9, -2.5, 0.5, 0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patches", nargs="*", default=list(COMMANDS), metavar="PATCH")
    if MISSING:
        sys.exit(MISSING)
    for name in parser.parse_args().patches:
        with tempfile.TemporaryDirectory() as folder:
            screen = Screen(Path(folder), 1000, 800)
            try:
                picture(name, screen, Path(folder))
            finally:
                screen.close()
    return 0


def picture(name: str, screen: Screen, folder: Path) -> None:
    """One patch's: started, played to, and cut out of the screen."""
    port, elsewhere = free_port(), free_port()
    process = subprocess.Popen(
        COMMANDS[name](ROOT / "patches" / name, port, elsewhere),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**screen.environment, "QTWEBENGINE_DISABLE_SANDBOX": "1", "HOME": str(folder)},
    )
    try:
        until_s = time.monotonic() + PATIENCE_S
        while not screen.pixels().any():
            if time.monotonic() > until_s:
                sys.exit(f"{name} has shown nothing for {PATIENCE_S:g} s")
            time.sleep(0.2)
        time.sleep(3.0)
        play(port)
        time.sleep(1.0)
        pixels = screen.pixels()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    cut = cut_out(pixels) if name != "puredata" else pixels[60:562, 81:829]  # its own window
    target = ROOT / "patches" / name / "livesyn.png"
    Image.fromarray(cut).quantize(64).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}: {cut.shape[1]} x {cut.shape[0]}")


def cut_out(pixels: np.ndarray) -> np.ndarray:
    """The only window on a black screen, (H, W, 3)."""
    lit = pixels.any(2)
    rows, columns = np.flatnonzero(lit.any(1)), np.flatnonzero(lit.any(0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def play(port: int) -> None:
    """A bar, its notes, and what a show says beside them."""
    out = OscOut([Target("127.0.0.1", port)])
    out.open()
    out.transport(0, "start", 0)
    for name, value in VALUES.items():
        out.param(name, value)
    out.status({"fps": 29.9, "latency_ms": 6.5, "late": 0, "dropped": 0})
    out.bar(0, 12, Phrase((), 4.0), LATENTS, Timeline(0.0, 0.0, VALUES["tempo"]), "new")
    for beat in (48, 49, 50):
        out.beat(0, beat)
    out.note_on(out._clock.now_s(), Note(50.0, 0.5, 67, 92, 1))
    for _ in range(30):
        out.levels(LEVELS)
        time.sleep(0.03)
    out.close()


def pure_data(folder: Path, port: int, elsewhere: int) -> list[str]:
    said = (f"livesyn-listen {port} 127.0.0.1", f"livesyn-connect 127.0.0.1 {elsewhere}")
    words = [word for one in said for word in ("-send", one)]
    return ["pd", "-noprefs", "-nosound", "-nomidi", "-nrt", *words, str(folder / "livesyn.pd")]


def super_collider(folder: Path, port: int, elsewhere: int) -> list[str]:
    script = folder / "livesyn.scd"
    return ["sclang", "-u", str(port), str(script), "127.0.0.1", str(elsewhere), "0"]


COMMANDS: dict[str, Callable[[Path, int, int], list[str]]] = {
    "puredata": pure_data,
    "supercollider": super_collider,
}


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())

"""Fifty pictures to MIDI files by a command of its own, its start included: `livesyn` or
`image-to-midi`. A value is seconds by the clock.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from peers.serve import Round, serve

COUNT, SIDE, SEED = 50, 512, 7


def draw(folder: Path) -> None:
    """Pictures of gradients and ellipses, each another."""
    random_ = random.Random(SEED)

    def colour() -> tuple[int, int, int]:
        return random_.randrange(256), random_.randrange(256), random_.randrange(256)

    for number in range(COUNT):
        gradient = Image.linear_gradient("L").resize((SIDE, SIDE)).rotate(random_.randrange(360))
        picture = Image.composite(
            Image.new("RGB", (SIDE, SIDE), colour()),
            Image.new("RGB", (SIDE, SIDE), colour()),
            gradient,
        )
        brush = ImageDraw.Draw(picture)
        for _ in range(12):
            left, top = random_.randrange(SIDE), random_.randrange(SIDE)
            width, height = random_.randrange(20, 200), random_.randrange(20, 200)
            brush.ellipse((left, top, left + width, top + height), fill=colour())
        picture.save(folder / f"{number:02}.jpg", quality=88)


def image_to_midi(pictures: Path, out: Path) -> None:
    """What its documentation has a user write."""
    from image_to_midi import image_to_midi as translate
    from image_to_midi import write

    for path in sorted(pictures.iterdir()):
        write(translate(str(path)), name=str(out / f"{path.stem}.mid"))


def prepare() -> tuple[Round, dict[str, Any]]:
    """The pictures, and the command."""
    which = sys.argv[1]
    scratch = tempfile.TemporaryDirectory()
    pictures = Path(scratch.name) / "pictures"
    pictures.mkdir()
    draw(pictures)

    def work() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(dir=scratch.name) as out:
            if which == "livesyn":
                options = ["translate", str(pictures), "-o", out, "--no-wav"]
                command = [sys.executable, "-m", "livesyn", *options]
            else:
                command = [sys.executable, "-m", "peers.folder", which, str(pictures), out]
            start_s = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            wall_s = time.perf_counter() - start_s
            written = len(list(Path(out).glob("*.mid")))
        if done.returncode or written < COUNT:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise RuntimeError(f"{written} of {COUNT} files were written: {(said or [''])[-1]}")
        return {"values": [wall_s]}

    return work, {"scratch": scratch.name}


if __name__ == "__main__":
    if len(sys.argv) == 4:
        image_to_midi(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(serve(prepare))

"""Records the page of a real show, as the animated picture that README.md begins with.

A show sees the built-in visuals and hears what `livesyn translate` makes of a picture of docs/, so
that it plays and paints at once. Needs chromium, and FluidSynth unless `--sound` names a file.

    .venv/bin/python scripts/record_page.py [--out docs/page.webp] [--sound FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import itertools
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # livesyn and tests of this copy of the source

from livesyn.media.flash_limiter import FlashLimiter  # noqa: E402
from tests.chromium import PROGRAM, Tab, chromium  # noqa: E402

PAGE = (1440, 900)  # px of the window
SIZE = (960, 600)  # px of the picture
CANVASES = ("source", "memory", "painting")
FRAMES_A_BAR = 18
BARS = 3  # whole ones, so that the picture repeats where the music does
FIRST_BAR = 6  # by then music, memory and painting have long begun
BPM = 110
MOST_BYTES = 1_500_000
QUALITIES = (70, 60, 50, 40, 30)  # of WebP; the best that is small enough

Shot = tuple[float, Image.Image]  # seconds, the page
Box = tuple[int, int, int, int]  # px of the page: left, top, right, bottom


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "page.webp")
    parser.add_argument("--sound", type=Path, help="what the show hears and paints")
    parser.add_argument("--frames", type=Path, help="a folder for single frames, to look at")
    args = parser.parse_args()
    if PROGRAM is None:
        sys.exit("chromium is not installed; scripts/setup-live installs it")
    with tempfile.TemporaryDirectory(prefix="livesyn-page-") as folder:
        sound = args.sound or sound_of(ROOT / "docs" / "paintings.jpg", Path(folder))
        shots, boxes = asyncio.run(record(sound))
    print(f"{len(shots)} frames in {shots[-1][0] - shots[0][0]:.1f} s")
    for name, box in boxes.items():
        if held := held_back(shots, box):
            sys.exit(f"{held} frames of {name} flash more than three times a second; try again")
    shots = [(time_s, page.resize(SIZE, Image.Resampling.LANCZOS)) for time_s, page in shots]
    if args.frames:
        args.frames.mkdir(parents=True, exist_ok=True)
        for number, (_, page) in enumerate(shots):
            page.save(args.frames / f"{number:03}.png")
    quality, data = animated(shots)
    args.out.write_bytes(data)
    print(f"{args.out}: {len(data):,} bytes at quality {quality}")
    return 0


def sound_of(picture: Path, folder: Path) -> Path:
    """A WAV of what the picture plays."""
    livesyn("translate", picture, "--out", folder, "--bars", 16).wait()
    for path in folder.glob("*.wav"):
        return path
    sys.exit("FluidSynth is not installed; scripts/setup-live installs it, or name a --sound")


async def record(sound: Path) -> tuple[list[Shot], dict[str, Box]]:
    """Frames of the page of a show that sees, hears and plays, and where its pictures lie."""
    web, osc = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
    show = livesyn(
        *("run", "--no-midi", "--visuals", "ink", "--audio-file", sound),
        *("--bpm", BPM, "--key", "A minor"),
        *("--web", web, "--osc-in", osc, "--osc-out", "off", "--log-json"),
    )
    try:
        await answers(web, show)
        async with chromium() as tab:
            await tab.open(f"http://127.0.0.1:{web}", *PAGE)
            await tab.until("!document.getElementById('painted').hidden")
            await tab.until(f"document.getElementById('bar').value >= {FIRST_BAR}")
            boxes = {name: await box_of(tab, name) for name in (*CANVASES, "body")}
            shots = await film(tab)
            if tab.errors:
                sys.exit(f"The page reports errors: {'; '.join(tab.errors)}")
            return shots, boxes
    finally:
        show.terminate()
        show.wait()


async def film(tab: Tab) -> list[Shot]:
    """Frames at their own times, from one bar line to another."""
    step_s = 4 * 60 / BPM / FRAMES_A_BAR
    shots: list[Shot] = []
    begin_s = time.monotonic()
    for number in range(FRAMES_A_BAR * BARS):
        await asyncio.sleep(begin_s + number * step_s - time.monotonic())
        taken_s = time.monotonic()
        shot = await tab.call("Page.captureScreenshot", format="png", optimizeForSpeed=True)
        page = Image.open(io.BytesIO(base64.b64decode(shot["data"])))
        shots.append((taken_s, page.convert("RGB")))
    return shots


async def box_of(tab: Tab, name: str) -> Box:
    """Where the element with this id, or the whole body, lies."""
    left, top, right, bottom = await tab.evaluate(
        f"(e => (r => [r.left, r.top, r.right, r.bottom])(e.getBoundingClientRect()))"
        f"(document.getElementById('{name}') ?? document.body)"
    )
    return round(left), round(top), round(right), round(bottom)


def held_back(shots: Sequence[Shot], box: Box) -> int:
    """How many frames the flash limiter would not let through as they are, seen twice round."""
    limiter = FlashLimiter()
    length_s = shots[-1][0] - shots[0][0] + 0.1
    for turn, (time_s, page) in itertools.product(range(2), shots):
        limiter.limit(np.asarray(page.crop(box)), time_s + turn * length_s)
    return limiter.held


def animated(shots: Sequence[Shot]) -> tuple[int, bytes]:
    """The best quality that is small enough, and the WebP file."""
    times_ms = [round(1000 * (time_s - shots[0][0])) for time_s, _ in shots]
    durations = [after - before for before, after in itertools.pairwise(times_ms)]
    durations.append(durations[-1])
    for quality in QUALITIES:
        file = io.BytesIO()
        shots[0][1].save(
            file,
            "WEBP",
            save_all=True,
            append_images=[page for _, page in shots[1:]],
            duration=durations,
            loop=0,
            quality=quality,
            method=6,
        )
        if file.tell() <= MOST_BYTES:
            return quality, file.getvalue()
    sys.exit(f"Even at quality {QUALITIES[-1]} it has more than {MOST_BYTES:,} bytes")


def livesyn(*words: object) -> subprocess.Popen[bytes]:
    """`livesyn` of this copy of the source."""
    return subprocess.Popen(
        [sys.executable, "-m", "livesyn", *map(str, words)], cwd=ROOT, stdout=subprocess.DEVNULL
    )


async def answers(port: int, show: subprocess.Popen[bytes]) -> None:
    """Waits until the page of the show can be opened."""
    async with asyncio.timeout(60):
        while show.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
    sys.exit("The show ended before its page was there")


def free_port(kind: socket.SocketKind) -> int:
    """A port of this machine that nobody has."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""A museum's afternoon, measured: `livesyn translate` over a folder of pictures, without WAV,
beside the same pictures one at a time. The last line is one JSON object.

The folder is made of real pictures (`--pictures DIR`): each whole, then mirrored and cropped,
until there are `--count`, as JPEGs of `--side` pixels. One at a time is the chain as it plays
live, picture after picture: read, encoded and decoded alone, written. It is measured in two
halves, before and after the folder, because what a machine gives changes from minute to minute.
`pictures_per_s` is by the clock, the start of Python and the loading of the nets included;
`core_ms` is what a picture takes of a core, whatever else runs.

    .venv/bin/python scripts/bench_translate.py [--pictures data/paintings] [--count 1000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = 7


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        default=ROOT / "data" / "paintings",
        help="a folder of real pictures",
    )
    parser.add_argument("--count", type=int, default=1000, help="how many pictures the folder has")
    parser.add_argument("--side", type=int, default=512, help="their longest side in pixels")
    parser.add_argument(
        "--alone", type=int, default=40, help="how many of them are translated one at a time"
    )
    parser.add_argument("--model", default="synvae-art")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "pictures", Path(scratch) / "out"
        files = hang(args.pictures, folder, args.count, args.side)
        half = max(1, args.alone // 2)
        print(
            f"{len(files)} pictures of {args.side} px; {os.cpu_count()} cores, load"
            f" {os.getloadavg()[0]:.2f}, {gflops():.0f} GFLOPS (float32 matrix product, all cores)"
        )
        first = alone(files[:half], args.model)
        whole = translate(folder, out, args.model)
        loaded = os.getloadavg()[0]
        last = alone(files[-half:], args.model)
        again = translate(folder, out, args.model)
        alone_s, alone_core_s = (first[0] + last[0]) / (2 * half), (first[1] + last[1]) / (2 * half)
        figures = {
            "pictures_per_s": round(len(files) / whole["wall_s"], 1),
            "one_at_a_time_per_s": round(1 / alone_s, 1),
            "ratio": round(alone_s * len(files) / whole["wall_s"], 1),
            "core_ms": round(1000 * whole["core_s"] / len(files), 1),
            "one_at_a_time_core_ms": round(1000 * alone_core_s, 1),
            "nothing_to_do_s": round(again["wall_s"], 2),
            "pictures": len(files),
            "picture_px": args.side,
            "midi_files": len(list(out.glob("*.mid"))),
            "bars": 8,
            "cores": os.cpu_count(),
            "load": round(loaded, 2),
            "rss_mb": whole["rss_mb"],
        }
    for name, value in figures.items():
        print(f"{name:24}{value}")
    print(json.dumps(figures))
    return 0 if figures["midi_files"] == len(files) else 1


def hang(source: Path, folder: Path, count: int, side: int) -> list[Path]:
    """`count` distinct JPEGs in `folder`, from the pictures in `source`."""
    from PIL import Image, ImageOps

    folder.mkdir()
    originals = sorted(
        path for path in source.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png")
    )
    if not originals:
        raise SystemExit(f"{source} holds no picture; give a folder of real ones with --pictures")
    draw = random.Random(SEED)
    made = []
    for number in range(count):
        turn, path = number // len(originals), originals[number % len(originals)]
        with Image.open(path) as image:
            image.draft("RGB", (side, side))
            picture = image.convert("RGB")
        if turn:
            picture = ImageOps.mirror(picture) if turn % 2 else picture
            width, height = (round(length * draw.uniform(0.7, 0.95)) for length in picture.size)
            left, top = (
                draw.randint(0, picture.width - width),
                draw.randint(0, picture.height - height),
            )
            picture = picture.crop((left, top, left + width, top + height))
        made.append(folder / f"{path.stem}-{turn}.jpg")
        ImageOps.contain(picture, (side, side)).save(made[-1], quality=88)
    return made


def alone(files: list[Path], model: str) -> tuple[float, float]:
    """Wall and core seconds for `files` one after the other, the nets already loaded."""
    from livesyn.base import params
    from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
    from livesyn.engine.chains.see_to_hear.chain import SeeToHear
    from livesyn.engine.chains.see_to_hear.nets import Model
    from livesyn.engine.executor import Inline
    from livesyn.music import midi_file
    from livesyn.offline.bars import bars_of_picture, notes_of
    from livesyn.sources.images import load_picture

    nets = Model.load(model, "cpu", threads=1)
    nets.warm_up()
    settings = params.defaults()
    with tempfile.TemporaryDirectory() as out:
        wall_s, core_s = time.perf_counter(), time.process_time()
        for path in files:
            music = asyncio.run(
                bars_of_picture(
                    SeeToHear(AsyncModel(nets, Inline()), nets.space, 0),
                    load_picture(path, 720),
                    8,
                    settings,
                )
            )
            midi_file.save(
                midi_file.midi_file({"melody": notes_of(music, 0.0)}, settings["tempo"], 32.0),
                Path(out) / f"{path.stem}.mid",
            )
        return time.perf_counter() - wall_s, time.process_time() - core_s


def translate(folder: Path, out: Path, model: str) -> dict[str, float]:
    """The command itself, as a user runs it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start_s = time.perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "livesyn",
            "translate",
            str(folder),
            "-o",
            str(out),
            "--no-wav",
            "--model",
            model,
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    wall_s = time.perf_counter() - start_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall_s": wall_s,
        "core_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "rss_mb": round(after.ru_maxrss / 1024),
    }


def gflops() -> float:
    """What the machine does just now."""
    import numpy as np

    a = np.ones((1024, 1024), np.float32)
    best_s = min(_timed(lambda: a @ a) for _ in range(5))
    return 2 * 1024**3 / best_s / 1e9


def _timed(work) -> float:
    start_s = time.perf_counter()
    work()
    return time.perf_counter() - start_s


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())

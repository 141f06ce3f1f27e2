#!/usr/bin/env python3
"""How long the nets take: a 720p picture to its latent, z to two bars, two bars to a picture.

Without --model a net of the shipped sizes with random weights is measured (the time does not
depend on what it has learnt). The last line is one JSON object; times in milliseconds.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from livesyn.clock import SystemClock
from livesyn.engine.model import DEVICES, Model


def random_model(music: str, folder: Path) -> str:
    """A checkpoint of the shipped sizes that knows nothing."""
    from dataclasses import replace

    from livesyn.nets import checkpoint, music_vae, vis_vae
    from livesyn.nets.syn_vae import SynVAE

    decoder = music_vae.MusicVAE(music_vae.preset(music))
    checkpoint.save(folder, SynVAE(vis_vae.VisVAE(replace(vis_vae.preset("art"), latent=decoder.config.latent)), decoder), {})
    return str(folder)


def times_ms(work, rounds: int) -> dict[str, float]:
    clock = SystemClock()
    taken = []
    for _ in range(rounds):
        start_s = clock.now_s()
        work()
        taken.append(1000 * (clock.now_s() - start_s))
    return {f"p{p}": round(float(np.percentile(taken, p)), 2) for p in (50, 95)}


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", help="a checkpoint; without it random weights")
parser.add_argument("--music", default="small", help="MusicVAE preset of the random weights")
parser.add_argument("--device", choices=DEVICES, default="auto")
parser.add_argument("--threads", type=int, help="cores (default: all but one)")
parser.add_argument("--rounds", type=int, default=100)
args = parser.parse_args()

with tempfile.TemporaryDirectory() as folder:
    clock = SystemClock()
    name = args.model or random_model(args.music, Path(folder))
    start_s = clock.now_s()
    model = Model.load(name, args.device, args.threads)
    model.warm_up()
    load_s = clock.now_s() - start_s

random = np.random.default_rng(0)
picture = random.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
z = random.standard_normal(model.space.dimensions).astype(np.float32)
tokens = model.decode(z, None, 0.5, 0)
figures = {
    "model": args.model or f"random art + {args.music}",
    "device": model.device,
    "cores": os.cpu_count(),
    "load_s": round(load_s, 2),
    "encode_ms": times_ms(lambda: model.encode(picture), args.rounds),
    "decode_ms": times_ms(lambda: model.decode(z, None, 0.5, 0), args.rounds),
    "answer_ms": times_ms(lambda: model.decode(z, tokens[:16], 0.5, 0), args.rounds),
    "remember_ms": times_ms(lambda: model.remember(tokens), max(1, args.rounds // 4)),
}
for what in ("encode_ms", "decode_ms", "answer_ms", "remember_ms"):
    print(f"{what:12} p50 {figures[what]['p50']:7.2f}   p95 {figures[what]['p95']:7.2f}")
print(json.dumps(figures))

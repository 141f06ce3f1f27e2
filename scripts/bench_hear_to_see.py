"""Measure the way from sound to picture. The last line is one JSON object.

Live, in one process as the engine has it (feed, ear, inference thread, loop): a drum loop made here
is played in real time, and each picture is looked at. `fps` are pictures a second with the shipped
preset; `sound_to_picture_ms_*` is from a sound's arrival to the picture it moved; `kick_seen_ms_*`
is from a kick's first sample to the first picture that differs by more than pictures do between
kicks. `published_fps` is what the paper's generator reaches here (latents go on between its
pictures). What hearing alone costs, `hearing_ms` and more, is `bench_hearing.py`.

    .venv/bin/python scripts/bench_hear_to_see.py [--seconds 30] [--painter mvnet]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import psutil
import torch

from livesyn.base.clock import SystemClock
from livesyn.base.mailbox import Bounded, Latest
from livesyn.base.types import AudioBlock, Frame
from livesyn.config.sections import DEFAULT_PAINTER, Config, Model, Sound, Source
from livesyn.engine.chains.hear_to_see.live import SOUND_TO_PICTURES
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.chains.live_chain import Context
from livesyn.engine.chains.see_to_hear.live import syn_vae
from livesyn.engine.inference import Inference
from livesyn.engine.notes_input import NotesInput
from livesyn.engine.page_view import PageView
from livesyn.engine.picture_output import PictureLoop
from livesyn.engine.show_mirror import ShowMirror
from livesyn.engine.sound_listener import QUEUED_BLOCKS, SoundListener
from livesyn.nets.audio_encoder import AudioEncoder
from livesyn.nets.cdcgan import Generator
from livesyn.nets.mvnet import MVNet
from livesyn.sources.feed import SOUND, Feed
from scripts.bench_hearing import KICK_EVERY_S, RATE_HZ, hearing, loop, median_ms

BLOCK = 441
SEEN_WITHIN_S = 0.3


class Drums:
    """A source that plays the loop in real time and remembers when each kick's first sample was
    handed over.
    """

    name, rate_hz, xruns = "drums", RATE_HZ, 0

    def __init__(self, clock: SystemClock) -> None:
        self._clock, self._sound, self._at = clock, loop(), 0
        self.kicks_s: list[float] = []

    def open(self) -> None:
        self._start_s = self._clock.now_s()

    def read(self) -> np.ndarray:
        start = self._at % len(self._sound)
        block = np.take(self._sound, range(start, start + BLOCK), mode="wrap")
        self._at += BLOCK
        self._clock.sleep_until(self._start_s + self._at / RATE_HZ)
        if start % int(KICK_EVERY_S * RATE_HZ) < BLOCK:
            self.kicks_s.append(self._clock.now_s())
        return block[:, None]

    def close(self) -> None: ...


class Eye:
    """An outlet that keeps how much each picture differs from the one before it."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock, self._before = clock, None
        self.times_s: list[float] = []
        self.moves: list[float] = []

    def show(self, frame: Frame) -> None:
        pixels = frame.pixels.astype(np.float32)
        if self._before is not None:
            self.times_s.append(self._clock.now_s())
            self.moves.append(float(np.abs(pixels - self._before).mean()))
        self._before = pixels


def kicks_seen_ms(kicks_s: list[float], eye: Eye, after_s: float) -> list[float]:
    """For each kick, how long until a picture moved more than pictures do in the quiet before
    kicks.
    """
    times_s, moves = np.array(eye.times_s), np.array(eye.moves)
    calm = np.concatenate(
        [moves[(times_s > kick - 0.15) & (times_s < kick)] for kick in kicks_s if kick > after_s]
        or [np.zeros(1)]
    )
    limit = 2 * np.percentile(calm, 90)
    seen = []
    for kick in (k for k in kicks_s if k > after_s):
        moved = np.flatnonzero(
            (times_s >= kick) & (times_s < kick + SEEN_WITHIN_S) & (moves > limit)
        )
        seen.append(1000 * (times_s[moved[0]] - kick) if len(moved) else np.inf)
    return seen[:-1]


async def live(painter: str, seconds: float) -> dict[str, object]:
    """Play and paint for `seconds`, the figures of the last nine tenths."""
    clock = SystemClock()
    config = Config(Source(), Sound("device"), model=Model(device="cpu", painter=painter))
    show = ShowMirror(lambda message: True, clock)
    view = PageView(show, clock)
    inference = Inference(clock, {**syn_vae(config), **SOUND_TO_PICTURES.nets(config)})
    inference.start()
    nets = await asyncio.wrap_future(inference.ready)
    source, blocks, eye = Drums(clock), Bounded[AudioBlock](QUEUED_BLOCKS), Eye(clock)
    feed, ear = (
        Feed(lambda: source, clock, blocks, SOUND),
        SoundListener(blocks, show.params, clock),
    )
    context = Context(
        config=config,
        clock=clock,
        executor=inference,
        nets=nets,
        show=show,
        view=view,
        frames=Latest(),
        sound=ear,
        notes=NotesInput(),
        offer=lambda bar, phrase, controls: None,
        send=lambda message: None,
    )
    chain = SOUND_TO_PICTURES.build(context)
    assert chain.pictures is not None
    pictures = PictureLoop(chain.pictures, show, view, [eye], clock)  # type: ignore[list-item]
    ear.start()
    feed.start()
    running = asyncio.gather(chain.run(), pictures.run())
    begun_s = clock.now_s()
    await asyncio.sleep(seconds)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    feed.stop()
    ear.stop()
    inference.stop()
    warm_s = begun_s + max(2.0, seconds / 10)
    shown = [t for t in eye.times_s if t > warm_s]
    seen = kicks_seen_ms(source.kicks_s, eye, warm_s)
    return {
        "fps": round((len(shown) - 1) / (shown[-1] - shown[0]), 2),
        "sound_to_picture_ms_p50": round(pictures.latency_ms.percentile(50) or 0, 1),
        "sound_to_picture_ms_p99": round(pictures.latency_ms.percentile(99) or 0, 1),
        "kick_seen_ms_p50": round(float(np.median(seen)), 1),
        "kicks_seen": f"{int(np.isfinite(seen).sum())} of {len(seen)}",
        "paint_ms_p50": round(chain.numbers()["paint_ms_p50"] or 0, 2),
        "blocks_dropped": ear.numbers["blocks_dropped"],
        "failures": pictures.failures.count,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--painter", default=DEFAULT_PAINTER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    a = torch.rand(1024, 1024)
    print(
        f"{2 * 1024**3 / median_ms(lambda: a @ a, 8) / 1e6:.0f} GFLOPS on one core (float32 matrix"
        " product)"
    )
    figures: dict[str, object] = dict(hearing())
    print(json.dumps(figures))
    figures |= asyncio.run(live(options.painter, options.seconds))
    published = Painter(
        "published", MVNet(AudioEncoder(), Generator()).eval().requires_grad_(False), "cpu"
    )
    embedding, noise = np.zeros(10, np.float32), np.zeros(100, np.float32)
    figures["published_fps"] = round(
        1000 / median_ms(lambda: published.paint(embedding, noise), 10), 2
    )
    figures["published_listen_ms"] = round(
        median_ms(lambda: published.embed(np.zeros((128, 768), np.float32)), 10), 1
    )
    figures["rss_mb"] = round(psutil.Process().memory_info().rss / 1e6, 1)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

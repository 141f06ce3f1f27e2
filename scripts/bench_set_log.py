#!/usr/bin/env python3
"""What the set log costs the clock. The last line is one JSON object.

`step_us` and `ask_us`: a player on a clock set by hand, with and without a log in turns, for a set
of `--minutes`: microseconds of the scheduler's thread for each step, and of whoever sets a
parameter; the least of the rounds. `late_ms`: the real scheduler, with and without in turns,
`--seconds` each, under `--rate` changes a second. `kb_per_hour`: the size of a log of a trio's
phrases, with latents.

    .venv/bin/python scripts/bench_set_log.py [--minutes 20] [--seconds 20] [--rounds 3]
    [--rate 100]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from livesyn.base.clock import ManualClock, SystemClock
from livesyn.base.types import Note, Phrase
from livesyn.ipc import set_log
from livesyn.ipc.set_log import Begin, Made
from livesyn.player.core import Player
from livesyn.player.housekeeping import calm_garbage
from livesyn.player.process import SWITCH_S
from livesyn.player.scheduler import Scheduler
from livesyn.player.set_log import SetLog
from livesyn.player.state import ShowState
from livesyn.player.tape import Reel
from livesyn.sinks.midi import MidiOut

LATENT_BYTES = 4 * 256
PHRASE = Phrase(
    tuple(Note(n / 2, 0.475, 60 + n, 90, channel) for n in range(8) for channel in (1, 2, 10)), 4.0
)


class Show:
    """A player with MIDI out into nothing, and a log or none."""

    def __init__(self, clock: Any, path: Path | None) -> None:
        self.clock = clock
        self.midi = MidiOut(opener=lambda *_: Reel())
        self.midi.open()
        self.log = None if path is None else SetLog(path, clock, due_s=lambda: self.player.due_s)
        sinks = (self.midi,) if self.log is None else (self.midi, self.log.tape)
        self.player = Player(sinks, clock, {"tempo": 120.0}, journal=self.log)
        asked = {} if self.log is None else {"asked": self.log.asked}
        self.state = ShowState(self.player, clock, **asked)
        self.offered = -1

    def offer(self) -> None:
        bar = self.player.show.bar
        if bar == self.offered:
            return
        self.offered = bar
        now_s = self.clock.now_s()
        if self.log is not None:
            self.log.put(Made(now_s, bar, bytes(LATENT_BYTES), {}, bar - 1))
        self.player.offer(bar, PHRASE, (0.5,) * 12, "engine", now_s)

    def begin(self) -> Begin:
        values = self.state.params()
        return Begin(set_log.FORMAT, set_log.VERSION, self.player.stepped_s, 0.0, "", values, {})


def on_the_manual_clock(path: Path | None, seconds: float) -> tuple[float, float]:
    """Processor time in microseconds: a step, and a change of a parameter; means."""
    show = Show(ManualClock(100.0), path)
    if show.log is not None:
        show.log.open()
        show.log.put(show.begin())
    show.player.play()
    clock, player, steps, spent_s, turned_s = show.clock, show.player, 0, 0.0, 0.0
    cpu_s = time.thread_time  # another program's turn is not counted
    end_s = clock.now_s() + seconds
    while (now_s := clock.now_s()) < end_s:
        show.offer()
        began_s = cpu_s()
        next_s = player.step(now_s)
        spent_s += cpu_s() - began_s
        steps += 1
        if show.log is not None and now_s - turned_s > 1.0:
            turned_s = now_s
            show.log.turn()
        clock.sleep_until(next_s)
    began_s = cpu_s()
    for number in range(20_000):
        show.state.set_param("temperature", number / 20_000, "osc")
    asked_s = cpu_s() - began_s
    if show.log is not None:
        show.log.stop()
    return spent_s / steps * 1e6, asked_s / 20_000 * 1e6


def on_the_real_clock(path: Path | None, seconds: float, rate_hz: float) -> dict[str, float]:
    """Lateness of the real scheduler."""
    show = Show(SystemClock(), path)
    scheduler = Scheduler(show.player)
    if show.log is not None:
        show.log.open()
        show.log.start(show.begin())
    show.player.play()
    scheduler.start()
    over = threading.Event()
    number = 0
    end_s = show.clock.now_s() + seconds
    while show.clock.now_s() < end_s:
        over.wait(1 / rate_hz)
        number += 1
        show.state.set_param("temperature", number % 100 / 100, "osc")
        show.offer()
    scheduler.stop()
    if show.log is not None:
        show.log.stop()
    p50, p99 = show.player.lateness.percentiles_ms(50, 99)
    return {"p50": p50 or 0.0, "p99": p99 or 0.0, "late": float(show.player.lateness.late)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=100)
    args = parser.parse_args()
    result: dict[str, Any] = {"minutes": args.minutes, "rounds": args.rounds, "rate_hz": args.rate}
    with tempfile.TemporaryDirectory() as folder:
        steps: dict[str, list[float]] = {"with": [], "without": []}
        asks: dict[str, list[float]] = {"with": [], "without": []}
        late: dict[str, list[dict[str, float]]] = {"with": [], "without": []}
        path = Path(folder)
        for number in range(args.rounds):
            for name in ("without", "with"):
                log = path / f"{number}.jsonl" if name == "with" else None
                step_us, ask_us = on_the_manual_clock(log, args.minutes * 60)
                steps[name].append(step_us)
                asks[name].append(ask_us)
        size = (path / "0.jsonl").stat().st_size
        calm_garbage()
        sys.setswitchinterval(SWITCH_S)
        for number in range(args.rounds):
            for name in ("without", "with"):
                log = path / f"real{number}.jsonl" if name == "with" else None
                late[name].append(on_the_real_clock(log, args.seconds, args.rate))
    for name in ("with", "without"):
        result[f"step_us_{name}"] = round(min(steps[name]), 2)
        result[f"ask_us_{name}"] = round(min(asks[name]), 2)
        for figure in ("p50", "p99", "late"):
            key = f"late_ms_{figure}_{name}" if figure != "late" else f"late_events_{name}"
            result[key] = round(statistics.median(one[figure] for one in late[name]), 4)
    result["kb_per_hour"] = round(size / 1000 / args.minutes * 60)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())

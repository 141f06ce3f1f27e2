#!/usr/bin/env python3
"""Leave the instrument alone for a long while and see what grows. The last line is one JSON object.

Watches resident memory of all its processes, repeated and late events, and events lost; with
`--kill SECONDS` the engine is killed (SIGKILL) that often, and must come back each time.

    .venv/bin/python scripts/soak.py [--minutes 30] [--video FILE] [--audio FILE] [--kill 300]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
from bench_live import free_port, resident_mb, start_jack

ROOT = Path(__file__).resolve().parents[1]
WARM_S = 60.0  # what is allocated in the first minute is the instrument, not a leak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--video")
    parser.add_argument("--audio", help="also paint this sound file, looped")
    parser.add_argument("--painter", help="the checkpoint that paints it")
    parser.add_argument("--kill", type=float, default=0, help="kill the engine every so many seconds")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        start_jack(stack, environment)
        source = ["--video", args.video] if args.video else []
        if args.audio:
            source += ["--audio-file", args.audio, *(["--painter", args.painter] if args.painter else [])]
        ports = ["--web", f"127.0.0.1:{free_port(socket.SOCK_STREAM)}", "--osc-in", str(free_port(socket.SOCK_DGRAM))]
        show = subprocess.Popen([sys.executable, "-m", "livesyn", "run", *source, *ports, "--seconds", str(60 * args.minutes), "--log-json"],
                                env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        last: dict[str, dict] = {}
        counts = {"engine_starts": 0, "errors": 0}
        reader = threading.Thread(target=listen, args=(show, last, counts), daemon=True)
        reader.start()
        memory, killed = watch(show, args.kill, last)
        show.wait(30)
        reader.join(5)
    warm = [mb for at_s, mb in memory if at_s >= min(WARM_S, 30 * args.minutes)] or [0.0]
    third = max(1, len(warm) // 3)
    early, late = sum(warm[:third]) / third, sum(warm[-third:]) / third
    player = last.get("player", {})
    result = {"minutes": args.minutes, "rss_mb_first_third": round(early, 1), "rss_mb_last_third": round(late, 1), "growth_mb": round(late - early, 1), "rss_mb_max": round(max(warm), 1),
              "killed": killed, **counts, "late": player.get("late"), "repeats": player.get("repeats"), "late_ms_p99": player.get("late_ms_p99"), "exit": show.returncode}
    engine = last.get("engine", {})
    result |= {name: engine[name] for name in ("pictures_fps", "sound_to_picture_ms_p50", "blocks_dropped", "picture_failures") if name in engine}
    print(json.dumps(result))
    return show.returncode


def listen(show: subprocess.Popen, last: dict[str, dict], counts: dict[str, int]) -> None:
    assert show.stdout is not None
    for line in show.stdout:
        with contextlib.suppress(ValueError):
            report = json.loads(line)
            if report.get("t") == "status":
                last[str(report.get("from"))] = report
            elif report.get("t") == "event":
                print(line.strip(), flush=True)
                counts["engine_starts"] += "engine is ready" in report["text"]


def watch(show: subprocess.Popen, kill_every_s: float, last: dict[str, dict]) -> tuple[list[tuple[float, float]], int]:
    """Memory by time until the show ends, and how often the engine was killed."""
    start_s, memory, killed = time.monotonic(), [], 0
    while show.poll() is None:
        at_s = time.monotonic() - start_s
        memory.append((at_s, resident_mb(show.pid)))
        if len(memory) % 60 == 0:
            print(json.dumps({"s": round(at_s), "rss_mb": round(memory[-1][1], 1), "late": last.get("player", {}).get("late")}), flush=True)
        if kill_every_s and at_s > (killed + 1) * kill_every_s:
            for child in psutil.Process(show.pid).children():
                with contextlib.suppress(psutil.Error):
                    if "livesyn.engine" in child.cmdline():
                        child.kill()
            killed += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            show.wait(1)
    return memory, killed


if __name__ == "__main__":
    sys.exit(main())

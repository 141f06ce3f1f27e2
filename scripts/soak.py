#!/usr/bin/env python3
"""Leave the instrument alone for a long while and see what grows. The last line is one JSON object.

Everything is on: MIDI over JACK where `jackd` is installed, OSC, the recorder, and the page with a
client that takes all it is sent. Watches the resident memory of each process, of each engine's life
apart, repeated and late events, what was lost (`dropped`, `skipped`, `phrases_dropped`,
`sink_errors`), and counts errors: events that are no good news and failures the children report.
With `--kill SECONDS` the engine is killed (SIGKILL) that often, and must come back each time. The
exit code is 1 when errors were counted, an engine did not come back, or a process grew by more than
`--growth` MB (between the first and the last third of its life, without its first minute).

    .venv/bin/python scripts/soak.py [--minutes 30] [--video FILE] [--audio FILE] [--kill 300]
    [--growth 20]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from bench_live import free_port, start_jack, take_the_page

from livesyn.show.terminal import is_good_news

ROOT = Path(__file__).resolve().parents[1]
WARM_S = 60.0  # what is allocated in the first minute is the instrument, not a leak
SHORTEST_S = 60.0  # of a life, after that, to be judged
LOST = ("dropped", "skipped", "phrases_dropped", "sink_errors", "jumps")
FAILURES = (("player", "sink_errors"), ("player", "bad"), ("engine", "picture_failures"))

Life = list[tuple[float, float]]  # (seconds, MB)
Lives = dict[tuple[str, int], Life]  # by name and process id


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--video")
    parser.add_argument("--audio", help="also paint this sound file, looped")
    parser.add_argument("--painter", help="the checkpoint that paints it")
    parser.add_argument(
        "--kill", type=float, default=0, help="kill the engine every so many seconds"
    )
    parser.add_argument("--growth", type=float, default=20, help="MB that a process may grow")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        jack = start_jack(stack, environment)
        record = stack.enter_context(tempfile.TemporaryDirectory())
        source = ["--video", args.video] if args.video else []
        if args.audio:
            source += [
                "--audio-file",
                args.audio,
                *(["--painter", args.painter] if args.painter else []),
            ]
        page = free_port(socket.SOCK_STREAM)
        ports = [
            "--web",
            f"127.0.0.1:{page}",
            "--osc-in",
            str(free_port(socket.SOCK_DGRAM)),
            "--record",
            record,
            *([] if jack else ["--no-midi"]),
        ]
        show = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "livesyn",
                "run",
                *source,
                *ports,
                "--seconds",
                str(60 * args.minutes),
                "--log-json",
            ],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        last: dict[str, dict] = {}
        counts = {"engine_starts": 0, "errors": 0}
        threading.Thread(target=lambda: asyncio.run(take_the_page(page)), daemon=True).start()
        reader = threading.Thread(target=listen, args=(show, last, counts), daemon=True)
        reader.start()
        lives, killed = watch(show, args.kill, last)
        show.wait(30)
        reader.join(5)
    player, engine = last.get("player", {}), last.get("engine", {})
    counts["errors"] -= min(killed, counts.pop("kills_told", 0))  # those were ours
    counts["errors"] += sum(int(last.get(child, {}).get(name) or 0) for child, name in FAILURES)
    grown = [
        {"process": name, "pid": pid, **growth_of(life)} for (name, pid), life in lives.items()
    ]
    worst = max(
        (life["growth_mb"] for life in grown if life["growth_mb"] is not None), default=None
    )
    result = {
        "minutes": args.minutes,
        "lives": grown,
        "growth_mb": worst,
        "growth_limit_mb": args.growth,
        "rss_mb_max": round(most_at_once(lives), 1),
        "killed": killed,
        **counts,
        "late": player.get("late"),
        "repeats": player.get("repeats"),
        "late_ms_p99": player.get("late_ms_p99"),
        "exit": show.returncode,
    }
    result |= {name: player.get(name) for name in LOST}
    result |= {
        name: engine[name]
        for name in (
            "pictures_fps",
            "sound_to_picture_ms_p50",
            "blocks_dropped",
            "picture_failures",
        )
        if name in engine
    }
    result["source"] = (engine.get("source") or {}).get("name")
    print(json.dumps(result))
    return show.returncode or verdict(
        worst, args.growth, counts["errors"], killed, counts["engine_starts"]
    )


def verdict(
    growth_mb: float | None, limit_mb: float, errors: int, killed: int, engine_starts: int
) -> int:
    """The exit code: 1 when something grew, failed or did not come back."""
    return int(
        (growth_mb is not None and growth_mb > limit_mb)
        or errors > 0
        or engine_starts < max(1, killed)
    )


def growth_of(life: Life) -> dict[str, float | None]:
    """How one process grew from the first to the last third of its life, MB; None for one too short
    to tell.
    """
    begun_s, ended_s = life[0][0], life[-1][0]
    warm = [mb for at_s, mb in life if at_s - begun_s >= WARM_S]
    figures = {
        "seconds": round(ended_s - begun_s),
        "rss_mb_max": round(max(mb for _, mb in life), 1),
    }
    if ended_s - begun_s < WARM_S + SHORTEST_S or not warm:
        return {**figures, "growth_mb": None}
    third = max(1, len(warm) // 3)
    return {
        **figures,
        "growth_mb": round(sum(warm[-third:]) / third - sum(warm[:third]) / third, 1),
    }


def most_at_once(lives: Lives) -> float:
    """The largest sum over all processes, MB."""
    sums: dict[float, float] = {}
    for life in lives.values():
        for at_s, mb in life:
            sums[at_s] = sums.get(at_s, 0.0) + mb
    return max(sums.values(), default=0.0)


def listen(show: subprocess.Popen, last: dict[str, dict], counts: dict[str, int]) -> None:
    assert show.stdout is not None
    for line in show.stdout:
        with contextlib.suppress(ValueError):
            report = json.loads(line)
            if report.get("t") == "status":
                last[str(report.get("from"))] = report
            elif report.get("t") == "event":
                print(line.strip(), flush=True)
                count(report["text"], counts)


def count(sentence: str, counts: dict[str, int]) -> None:
    """Count an event of the show."""
    counts["engine_starts"] += "engine is ready" in sentence
    counts["errors"] += not is_good_news(sentence)
    if "the engine ended with SIGKILL" in sentence:
        counts["kills_told"] = counts.get("kills_told", 0) + 1


def watch(show: subprocess.Popen, kill_every_s: float, last: dict[str, dict]) -> tuple[Lives, int]:
    """Memory of each process by time until the show ends, and how often the engine was killed."""
    start_s, lives, killed, looks = time.monotonic(), {}, 0, 0
    while show.poll() is None:
        at_s, looks = time.monotonic() - start_s, looks + 1
        for name, process in family(show.pid):
            with contextlib.suppress(psutil.Error):
                lives.setdefault((name, process.pid), []).append(
                    (at_s, process.memory_info().rss / 2**20)
                )
        if looks % 60 == 0:
            now = {
                name: round(life[-1][1], 1)
                for (name, _), life in lives.items()
                if life[-1][0] == at_s
            }
            print(
                json.dumps(
                    {"s": round(at_s), "rss_mb": now, "late": last.get("player", {}).get("late")}
                ),
                flush=True,
            )
        if kill_every_s and at_s > (killed + 1) * kill_every_s:
            for name, process in family(show.pid):
                with contextlib.suppress(psutil.Error):
                    if name == "engine":
                        process.kill()
            killed += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            show.wait(1)
    return lives, killed


def family(pid: int) -> list[tuple[str, psutil.Process]]:
    """The supervisor and its children by name."""
    found = []
    with contextlib.suppress(psutil.Error):
        supervisor = psutil.Process(pid)
        found.append(("supervisor", supervisor))
        for child in supervisor.children():
            with contextlib.suppress(psutil.Error):
                module = next(
                    (word for word in child.cmdline() if word.startswith("livesyn.")),
                    "livesyn.other",
                )
                found.append((module.removeprefix("livesyn."), child))
    return found


if __name__ == "__main__":
    sys.exit(main())

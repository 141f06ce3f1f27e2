#!/usr/bin/env python3
"""Measure the whole instrument, as a stage would load it. The last line is one JSON object.

A real video stands in for the camera (`--video FILE`, 720p at 30 frames a second), everything
is on: MIDI over JACK where `jackd` is installed, OSC, the web page with a client that takes
all it is sent, the recorder. The show runs three times, the player at ordinary priority, at
a niceness of -11 and under SCHED_FIFO (where they are granted), and beside each runs the
baseline: an asyncio timer in a process of its own, waking at the same 24 pulses a beat.
`fps` is the mean after the warm-up, `fps_min` the worst second; `frame_age_ms_p99` the worst
reported. `stolen_percent` is the share of the cores' time that a virtual machine was denied, in the
worst of the three shows: from about 0.1 on lateness says more of the neighbours than of livesyn.
`rss_mb` is the resident memory of all processes at its largest, a page counted once for each
mapping of it; `pss_mb` (Linux) that of the same moment with each page shared out among its users.
JACK's port buffers (100 MB), which jackd has anyway, count twice in the first, for the player has
two clients, and as two thirds in the second.
`repeats` counts bars that were not ready: on a machine that others use, one or two are theirs, so
they are no failure.

    .venv/bin/python scripts/bench_live.py --video FILE [--seconds 60]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BPM = 110.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--video", help="a real video; without it the default visuals are the source"
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--model", default=None)
    args = parser.parse_args()
    if not args.video:
        print(
            "no --video: the built-in visuals are the source, which are drawn here too; the figures"
            " are not those of a camera"
        )
    print(
        f"kernel {platform.release()}, preemption {preemption()}, HZ {ticks()}, {os.cpu_count()}"
        f" cores, {gflops():.0f} GFLOPS (float32 matrix product, all cores)"
    )
    plain, nice, realtime = (measure(args, priority) for priority in ("none", "nice", "realtime"))
    granted = realtime["realtime"]
    result = {k: plain.get(k) for k in KEYS} | {
        "source": (
            f"video {args.video}"
            if args.video
            else f"no video: {plain.get('source') or 'the built-in visuals'}"
        )
    }
    result |= {
        "late_nice_ms_p99": nice["late_ms_p99"] if "niceness -11" in nice["priority"] else None
    }
    result |= {
        "late_rt_ms_p99": realtime["late_ms_p99"] if granted else None,
        "asyncio_rt_ms_p99": realtime["asyncio_late_ms_p99"],
    }
    result["stolen_percent"] = max(one["stolen_percent"] for one in (plain, nice, realtime))
    for key in ("first_note_s", "first_picture_bar_s", "rss_mb", "pss_mb"):
        result[key] = (
            max(x for x in (plain[key], realtime[key]) if x is not None)
            if plain[key] is not None
            else None
        )
    result["ratio_asyncio"] = ratio(result["asyncio_late_ms_p99"], result["late_ms_p99"])
    result["ratio_asyncio_rt"] = ratio(realtime["asyncio_late_ms_p99"], result["late_rt_ms_p99"])
    print(json.dumps(result))
    return 0


KEYS = (
    "source",
    "fps",
    "fps_min",
    "frame_age_ms_p99",
    "encode_ms_p50",
    "decode_ms_p50",
    "ready_margin_ms_min",
    "late_ms_p99",
    "asyncio_late_ms_p99",
    "first_note_s",
    "first_picture_bar_s",
    "rss_mb",
    "pss_mb",
    "repeats",
    "skipped",
    "jumps",
    "bars",
)
WARM_S = 5.0  # of the engine: the first frames come in while nets are still loaded


def ratio(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else round(a / max(b, 1e-4), 1)


def measure(args: argparse.Namespace, priority: str) -> dict:
    """One show of `args.seconds`."""
    with contextlib.ExitStack() as stack:
        environment = os.environ | {"LIVESYN_PRIORITY": priority, "PYTHONPATH": str(ROOT)}
        record = stack.enter_context(tempfile.TemporaryDirectory())
        jack = start_jack(stack, environment)
        port, osc_in, osc_out = (
            free_port(socket.SOCK_STREAM),
            free_port(socket.SOCK_DGRAM),
            free_port(socket.SOCK_DGRAM),
        )
        listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        listener.bind(("127.0.0.1", osc_out))
        source = ["--video", args.video] if args.video else []
        model = ["--model", args.model] if args.model else []
        command = [
            sys.executable,
            "-m",
            "livesyn",
            "run",
            *source,
            *model,
            "--bpm",
            str(BPM),
            "--web",
            f"127.0.0.1:{port}",
            "--osc-in",
            str(osc_in),
            "--osc-out",
            f"127.0.0.1:{osc_out}",
            "--record",
            record,
            "--seconds",
            str(args.seconds),
            "--log-json",
        ]
        baseline = subprocess.Popen(
            [sys.executable, __file__, "--asyncio-baseline"], stdout=subprocess.PIPE, text=True
        )
        stolen, began_s = stolen_s(), time.monotonic()
        show = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        figures = asyncio.run(watch(show, listener, port))
        baseline.terminate()
        figures["stolen_percent"] = round(
            100 * (stolen_s() - stolen) / ((time.monotonic() - began_s) * (os.cpu_count() or 1)), 2
        )
        figures["asyncio_late_ms_p99"] = json.loads(
            baseline.communicate(timeout=10)[0] or "{}"
        ).get("p99")
        print(
            f"player at {figures['priority']}; MIDI over"
            f" {'JACK' if jack else 'nothing: no jackd here'}: {json.dumps(figures)}"
        )
        if show.returncode:
            raise SystemExit(f"livesyn run ended with exit code {show.returncode}")
        return figures


async def watch(show: subprocess.Popen, listener: socket.socket, port: int) -> dict:
    """Read what the show says of itself, and what reaches its peers, until it ends."""
    started_s = time.monotonic()
    figures: dict = {
        "realtime": False,
        "priority": "unknown",
        "first_note_s": None,
        "first_picture_bar_s": None,
        "rss_mb": 0.0,
        "pss_mb": None,
        "margins": [],
        "bars": 0,
        "late": [],
        "fps": [],
        "ages": [],
    }
    loop = asyncio.get_running_loop()
    listener.setblocking(False)

    def heard() -> None:
        data = listener.recv(65536)
        if b"/livesyn/note" in data and figures["first_note_s"] is None:
            figures["first_note_s"] = round(time.monotonic() - started_s, 3)

    loop.add_reader(listener, heard)
    page = asyncio.create_task(take_the_page(port))
    reports = asyncio.create_task(read_reports(show, figures, started_s))
    while not reports.done():
        note_memory(show.pid, figures)
        await asyncio.wait([reports], timeout=0.5)
    page.cancel()
    loop.remove_reader(listener)
    show.wait(10)
    figures["ready_margin_ms_min"] = (
        round(min(margins), 1) if (margins := figures.pop("margins")) else None
    )
    fps, ages, late = figures.pop("fps"), figures.pop("ages"), figures.pop("late")
    seen_s = fps[0][0] if fps else 0.0
    warm = [value for at_s, value in fps if at_s - seen_s >= WARM_S] or [value for _, value in fps]
    figures["fps"], figures["fps_min"] = (
        (round(sum(warm) / len(warm), 2), round(min(warm), 2)) if warm else (None, None)
    )
    figures["frame_age_ms_p99"] = round(max(ages), 2) if ages else None
    figures["late_ms_p99"] = round(late[-1], 4) if late else None
    return figures


async def read_reports(show: subprocess.Popen, figures: dict, started_s: float) -> None:
    assert show.stdout is not None
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, show.stdout.readline):
        with contextlib.suppress(ValueError):
            note(json.loads(line), figures, started_s)


def note(report: dict, figures: dict, started_s: float) -> None:
    """Keep what one report says. Percentiles are the show's own, over its sliding windows."""
    if report.get("t") != "status":
        return
    if report.get("from") == "player":
        figures["realtime"] = bool(report.get("realtime"))
        figures["priority"] = report.get("priority", "unknown")
        figures |= {key: report.get(key) for key in ("repeats", "skipped", "jumps")}
        figures["late"].append(report["late_ms_p99"])
    elif report.get("from") == "engine":
        for key in ("encode_ms_p50", "decode_ms_p50"):
            if report.get(key) is not None:
                figures[key] = round(report[key], 2)
        if report.get("fps"):
            figures["fps"].append((time.monotonic(), report["fps"]))
        if report.get("frame_age_ms_p99") is not None:
            figures["ages"].append(report["frame_age_ms_p99"])
        figures["source"] = (report.get("source") or {}).get("name") or figures.get("source")
        if report.get("ready_margin_ms_min") is not None:
            figures["margins"].append(report["ready_margin_ms_min"])
        figures["bars"] = report.get("bar") or 0
        if report.get("first_bar_s") is not None and figures["first_picture_bar_s"] is None:
            # one monotonic clock for all processes
            figures["first_picture_bar_s"] = round(report["first_bar_s"] - started_s, 2)


async def take_the_page(port: int) -> None:
    """A page that takes everything it is sent."""
    import aiohttp

    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.ws_connect(f"http://127.0.0.1:{port}/ws") as page:
                    async for message in page:
                        if message.type == aiohttp.WSMsgType.BINARY and message.data[:1] == b"\x01":
                            await page.send_json({"t": "seen"})
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)


def stolen_s() -> float:
    """Seconds in which a virtual machine's cores were somebody else's: what came late then, nothing
    here could have sent in time.
    """
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]) / os.sysconf(
            "SC_CLK_TCK"
        )
    return 0.0


def start_jack(stack: contextlib.ExitStack, environment: dict[str, str]) -> bool:
    if not shutil.which("jackd"):
        return False
    name = f"livesyn-bench-{os.getpid()}"
    server = subprocess.Popen(
        ["jackd", "-n", name, "-r", "-d", "dummy", "-p", "1024"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(lambda: (server.terminate(), server.wait(5)))
    environment["JACK_DEFAULT_SERVER"] = name
    for _ in range(50):
        if (
            subprocess.run(["jack_lsp", "-s", name], capture_output=True, check=False).returncode
            == 0
        ):
            return True
        time.sleep(0.1)
    return True


def free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def note_memory(pid: int, figures: dict) -> None:
    """Keep the memory of a process and its children where it is the largest so far. Only then are
    shared pages looked at: that takes a process's time.
    """
    import psutil

    with contextlib.suppress(psutil.Error):  # it has just ended
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        resident_mb = sum(member.memory_info().rss for member in family) / 2**20
        if resident_mb <= figures["rss_mb"]:
            return
        figures["rss_mb"] = round(resident_mb, 1)
        if psutil.LINUX:
            shared_out = sum(member.memory_full_info().pss for member in family) / 2**20
            figures["pss_mb"] = round(shared_out, 1)


async def asyncio_baseline() -> None:
    """Wake at 24 pulses a beat by an asyncio timer until told to stop; print the p99 lateness."""
    import signal

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    start_s, late_ms, pulse = loop.time(), [], 0
    while not stop.is_set():
        pulse += 1
        due_s = start_s + pulse * 60 / BPM / 24
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        late_ms.append((loop.time() - due_s) * 1000)
    late_ms.sort()
    print(
        json.dumps({"p99": round(late_ms[int(0.99 * len(late_ms))], 4) if late_ms else None}),
        flush=True,
    )


def preemption() -> str:
    with contextlib.suppress(OSError):
        return Path("/sys/kernel/debug/sched/preempt").read_text().strip()
    return (
        "PREEMPT_DYNAMIC"
        if "PREEMPT_DYNAMIC" in platform.version()
        else "PREEMPT"
        if "PREEMPT" in platform.version()
        else "unknown"
    )


def ticks() -> str:
    for path in (Path(f"/boot/config-{platform.release()}"), Path("/proc/config")):
        with contextlib.suppress(OSError):
            return next(
                (
                    line.split("=")[1]
                    for line in path.read_text().splitlines()
                    if line.startswith("CONFIG_HZ=")
                ),
                "unknown",
            )
    with contextlib.suppress(OSError, ImportError):
        import gzip

        return next(
            (
                line.split("=")[1]
                for line in gzip.open("/proc/config.gz", "rt")
                if line.startswith("CONFIG_HZ=")
            ),
            "unknown",
        ).strip()
    return "unknown"


def gflops() -> float:
    """What the machine does just now."""
    import numpy as np

    a = np.ones((1024, 1024), np.float32)
    a @ a
    best_s = min(_timed(lambda: a @ a) for _ in range(5))
    return 2 * 1024**3 / best_s / 1e9


def _timed(work) -> float:
    start_s = time.perf_counter()
    work()
    return time.perf_counter() - start_s


if __name__ == "__main__":
    if "--asyncio-baseline" in sys.argv:
        asyncio.run(asyncio_baseline())
    else:
        sys.exit(main())

#!/usr/bin/env python3
"""Flood the player with OSC, and python-osc's own server beside it. The last line is JSON.

A process of its own sends 5,000 and 20,000 messages a second of one float each to 40 parameters (or
to `--addresses` of them), another 11 panics among them, while the player plays at 300 bpm and an
engine's connection takes all that it is told. What comes back by OSC is timed: `echo_ms` is how
long after a message its value or a newer one of the same address was echoed. `coalesced_percent`
of the messages were followed by a newer one before their turn to be echoed came; `newest_won` says
that the last value of every address was echoed last, and that the player reports it. `core_s_20000`
is the time of a core that 20,000 messages took, over what the player takes by itself.
`late_ms_p99` is the clock's, of a player of its own each; "quiet" had no flood.

With `--relay` also with OSC in in a process of its own, which hands on the newest value of each
address every 3 ms; with `--against FOLDER` also another copy of the source.

    .venv/bin/python scripts/bench_osc.py [--rounds 3] [--seconds 6] [--priority none realtime]
"""

from __future__ import annotations

import argparse
import array
import contextlib
import json
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from osc_programs import (
    FLOAT,
    LOCAL,
    STEPS,
    addresses,
    free_port,
    head_of,
    role,
    send_from,
    value_of,
)

ROOT = Path(__file__).resolve().parents[1]
PANICS = 11
SETTLE_S = 0.7  # after a flood


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each flood")
    parser.add_argument("--addresses", type=int, default=40)
    parser.add_argument("--rates", type=int, nargs="+", default=[5000, 20000])
    parser.add_argument("--priority", nargs="+", default=["none", "realtime"])
    parser.add_argument("--hogs", type=int, default=0, help="busy processes beside")
    parser.add_argument("--relay", action="store_true")
    parser.add_argument("--against", type=Path, help="another copy of the source, to compare")
    args = parser.parse_args()
    if args.seconds < 4:
        parser.error("--seconds is at least 4: panics that come in quick succession are told once")
    rounds: dict[str, list[dict[str, Any]]] = {}
    with contextlib.ExitStack() as stack:
        for _ in range(args.hogs):
            role(stack, "hog")
        for turn in range(args.rounds):
            for name, figures in one_round(args):
                rounds.setdefault(name, []).append(figures)
                print(f"round {turn + 1}, {name}: {json.dumps(figures)}", flush=True)
    result: dict[str, Any] = {name: summary(figures) for name, figures in rounds.items()}
    result["hogs"] = args.hogs
    result["load"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    peer = result[f"python-osc, {args.rates[0]}"]
    for name, figures in rounds.items():
        if name.startswith("livesyn") and name.endswith(str(args.rates[0])):
            mine = result[name]
            mine["core_ratio_python_osc"] = round(mine["core_s_20000"] / peer["core_s_20000"], 2)
            quiet = rounds[name.replace(str(args.rates[0]), "quiet")]
            mine["clock_moved_ms"] = round(
                statistics.median(f["late_ms_p99"] for f in figures)
                - statistics.median(f["late_ms_p99"] for f in quiet),
                3,
            )
    print(json.dumps(result))
    return 0


def one_round(args: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    for priority in args.priority:
        ways = [("livesyn", ROOT, False)]
        if args.relay:
            ways.append(("livesyn behind a relay", ROOT, True))
        if args.against:
            ways.append(("livesyn before", args.against, False))
        for way, tree, relayed in ways:
            quiet_core = 0.0
            for rate in (0, *args.rates):
                with Receiver() as receiver, Player(tree, priority, receiver.port) as player:
                    port, target = player.port, player
                    with contextlib.ExitStack() as stack:
                        pids = [player.process.pid]
                        if relayed:
                            port = free_port()
                            pids.append(role(stack, "relay", port, player.port))
                        figures = flood(receiver, port, pids, rate, args, panics=PANICS)
                    figures["late_ms_p99"] = round(target.figures["late_ms_p99"], 3)
                    if rate:
                        last = figures.pop("last")
                        figures["newest_won"] &= all(
                            abs(target.figures["params"][name] - value) < 1e-5
                            for name, value in last.items()
                        )
                        figures["osc_in"] = target.figures["osc_in"]
                        figures["core_s_20000"] = round(
                            (figures.pop("core") - quiet_core) * 20000 / rate, 3
                        )
                    else:
                        quiet_core = figures["core"]
                        figures["core"] = round(quiet_core, 3)
                yield f"{way}, {priority}, {rate or 'quiet'}", figures
    with Receiver() as receiver, contextlib.ExitStack() as stack:
        port = free_port()
        pid = role(stack, "python-osc", port, receiver.port)
        figures = flood(receiver, port, [pid], args.rates[0], args, panics=0)
        figures.pop("last")
        figures["core_s_20000"] = round(figures.pop("core") * 20000 / args.rates[0], 3)
        yield f"python-osc, {args.rates[0]}", figures


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure; of what may not fail, whether it never did."""
    found: dict[str, Any] = {}
    for key, first in rounds[0].items():
        values = [one[key] for one in rounds]
        if isinstance(first, bool):
            found[key] = all(values)
        elif isinstance(first, (int, float)):
            found[key] = round(statistics.median(values), 3)
        elif isinstance(first, list):
            columns = zip(*values, strict=True)
            found[key] = [round(statistics.median(column), 2) for column in columns]
        elif isinstance(first, str):
            found[key] = ", ".join(values)
    return found


# The flood.


def flood(
    receiver: Receiver, port: int, pids: list[int], rate: int, args: argparse.Namespace, panics: int
) -> dict[str, Any]:
    """One flood of `args.seconds`, or the quiet of it at rate 0, and what came of it."""
    import psutil

    processes = [psutil.Process(pid) for pid in pids]
    receiver.clear()
    before, began_s = core_s(processes), time.monotonic()
    sender = None
    if rate:
        sender = send_from(port, rate, args.seconds, args.addresses)
    pressed = receiver.take(port, began_s + args.seconds + SETTLE_S + bool(rate) * 0.4, panics)
    took_s = core_s(processes) - before
    figures: dict[str, Any] = {"core": took_s / args.seconds}
    if panics:
        answered = [delay for delay in map(receiver.panicked_after, pressed) if delay is not None]
        figures["panics"] = f"{len(answered)} of {panics}"
        figures["panic_ms_max"] = round(max(answered, default=-0.001) * 1000, 1)
    if sender is not None:
        sent = array.array("d", sender.communicate()[0])
        figures |= receiver.echoes(sent, addresses(args.addresses))
    time.sleep(1.2)  # the next report
    return figures


def core_s(processes: Iterable[Any]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


class Receiver:
    """Takes OSC and the time at which it came."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
        self.socket.bind((LOCAL, 0))
        self.socket.setblocking(False)
        self.port: int = self.socket.getsockname()[1]
        self.heard: list[tuple[float, bytes]] = []

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def clear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self.socket.recv(65536)
        self.heard.clear()

    def take(self, port: int, end_s: float, panics: int) -> list[float]:
        """Listen until `end_s`, and press panic so often meanwhile; when that was."""
        now_s, pressed = time.monotonic(), []
        first_s, every_s = now_s + 1.0, (end_s - SETTLE_S - now_s - 1.5) / max(panics, 1)
        button = b"/livesyn/panic\0\0,\0\0\0"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
            while now_s < end_s:
                next_s = first_s + len(pressed) * every_s if len(pressed) < panics else end_s
                if now_s >= next_s:
                    pressed.append(time.monotonic())
                    desk.sendto(button, (LOCAL, port))
                if select.select([self.socket], [], [], max(0.0, min(next_s, end_s) - now_s))[0]:
                    with contextlib.suppress(BlockingIOError):
                        while True:
                            packet = self.socket.recv(65536)
                            self.heard.append((time.monotonic(), packet))
                now_s = time.monotonic()
        return pressed

    def panicked_after(self, pressed_s: float) -> float | None:
        """How long after a press it was told, if within a quarter of a second."""
        for came_s, packet in self.heard:
            if pressed_s <= came_s < pressed_s + 0.25 and packet.startswith(b"/livesyn/panic\0"):
                return came_s - pressed_s
        return None

    def echoes(
        self, sent: array.array[float], rows: list[tuple[str, str, float, float]]
    ) -> dict[str, Any]:
        """What came back of what was sent, and when."""
        steps = {}  # (packet) -> column, step
        for column, (address, _, low, high) in enumerate(rows):
            head = head_of(address)
            for step in range(STEPS):
                steps[head + FLOAT.pack(value_of(low, high, step))] = column, step
        columns = [sent[column :: len(rows)] for column in range(len(rows))]
        waiting, delays, exact = [0] * len(rows), [], 0
        last: dict[int, int] = {}
        for came_s, packet in self.heard:
            if packet not in steps:
                continue
            column, step = steps[packet]
            times, at = columns[column], waiting[column]
            last[column] = step
            # the newest message of this step that was sent before
            ahead = (step - at) % STEPS
            if at + ahead < len(times) and times[at + ahead] <= came_s:
                delays += [came_s - time_s for time_s in times[at : at + ahead + 1]]
                waiting[column] = at + ahead + 1
                exact += 1
        wanted = {column: (len(times) - 1) % STEPS for column, times in enumerate(columns) if times}
        delays.sort()
        lost = sum(len(times) for times in columns) - len(delays)
        ends = {row[1]: value_of(row[2], row[3], wanted[i]) for i, row in enumerate(rows)}
        return {
            "sent": len(sent),
            "sent_per_s": round(len(sent) / (sent[-1] - sent[0])),
            "newest_won": last == wanted and not lost,
            "never_echoed": lost,
            "coalesced_percent": round(100 * (len(sent) - lost - exact) / len(sent), 1),
            "echo_ms_p50_p99_max": [
                round(delays[min(len(delays) - 1, int(len(delays) * share))] * 1000, 2)
                for share in (0.5, 0.99, 1.0)
            ]
            if delays
            else [float("inf")] * 3,
            "last": ends,
        }


# The processes.


class Player:
    """A real player process that plays to `out_port`, with an engine's connection."""

    def __init__(self, tree: Path, priority: str, out_port: int, query: bool = False) -> None:
        from livesyn.config.encoded import encode
        from livesyn.config.sections import Config, Midi, Osc

        self.port = free_port()
        self._stack = contextlib.ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ls-"))
        path = Path(folder, "s")
        config = Config(
            midi=Midi(on=False),
            osc=Osc(out=(f"{LOCAL}:{out_port}",), in_port=self.port, query=query),
            params={"tempo": 300.0},
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "livesyn.player", "--socket", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree), "LIVESYN_PRIORITY": priority},
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._stack.callback(self._end)
        self.process.stdin.write(encode(config))
        self.process.stdin.flush()
        self.figures: dict[str, Any] = {}
        ready = next(m for m in map(json.loads, self.process.stdout) if m["t"] == "ready")
        if priority == "realtime" and not ready["facts"]["realtime"]:
            print(f"no SCHED_FIFO here: {ready['facts']['words']}")
        threading.Thread(target=self._read, daemon=True).start()
        role(self._stack, "engine", path)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            report = json.loads(line)
            if report["t"] == "player":
                self.figures = report
            elif report["t"] == "error":
                print(report)

    def _end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


if __name__ == "__main__":
    sys.exit(main())

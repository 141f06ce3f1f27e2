#!/usr/bin/env python3
"""How long a stage is without music when a show dies and its standby plays on.

Two whole shows, nets and all, on this machine, each into an OSC receiver of its own. The first is
killed (every process of it, SIGKILL) or stopped (SIGSTOP) in the middle of a bar; `gap_ms` is from
its last note before that to the first of the standby, `silent_ms` from the signal to that note, and
`bar_ms` how long a bar is. A show that was stopped goes on after some seconds and has to stay
muted: `fought` counts notes that it sent then. `hung` counts rounds without a panic before the
first note.

The last line is JSON: python scripts/bench_standby.py --rounds 3
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from typing import Any

import psutil

from livesyn.player.osc_decoder import Message, decode

READY_S = 60.0
NOTE, PANIC, LEADS = "/livesyn/note", "/livesyn/panic", "/livesyn/standby/leads"
BAR_S = 2.0  # at 120 bpm
WAYS = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP}


class Show:
    """`livesyn run` in a group of its own, and what it sends by OSC."""

    def __init__(self, *options: str) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        port = self.sock.getsockname()[1]
        command = [sys.executable, "-m", "livesyn", "run", "--no-midi", "--web", "off"]
        command += ["--osc-in", "off", "--osc-out", f"127.0.0.1:{port}", "--quiet", *options]
        self.process = subprocess.Popen(command, start_new_session=True)
        self.processes: list[psutil.Process] = []
        self.heard: list[tuple[float, str, Any]] = []

    def signal(self, number: int) -> None:
        """To every process of the show, the supervisor first: it would start others anew."""
        for process in self.processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def times(self, address: str, after_s: float = 0.0) -> list[float]:
        """When messages with this address came."""
        return [s for s, found, _ in self.heard if found == address and s > after_s]

    def begin_to_die(self) -> None:
        """Note who belongs to the show, while it is whole."""
        whole = psutil.Process(self.process.pid)
        self.processes = [whole, *whole.children(recursive=True)]

    def end(self) -> None:
        """As a user does, and then whatever is left."""
        self.signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.sock.close()


def hear(shows: list[Show], seconds: float) -> None:
    """Take in what the shows send, for so long."""
    end_s = time.monotonic() + seconds
    while (left_s := end_s - time.monotonic()) > 0:
        for sock in select.select([show.sock for show in shows], [], [], left_s)[0]:
            now_s = time.monotonic()
            (show,) = (show for show in shows if show.sock is sock)
            for message in decode(sock.recv(65536)):
                if isinstance(message, Message):
                    value = message.values[0] if message.values else None
                    show.heard.append((now_s, message.address, value))


def turn(way: str, port: int) -> dict[str, float]:
    """One death."""
    first = Show("--serve-standby", str(port))
    second = Show("--standby", f"127.0.0.1:{port}")
    shows = [first, second]
    try:
        begun_s = time.monotonic()
        while not (len(first.times(NOTE)) > 8 and second.times(LEADS)):
            hear(shows, 0.2)
            if time.monotonic() - begun_s > READY_S:
                raise SystemExit("the shows do not play; see what they say above")
        hear(shows, 8.0)  # nets and all are there
        before = len(second.times(NOTE))
        first.begin_to_die()
        second.begin_to_die()
        died_s = time.monotonic()
        first.signal(WAYS[way])
        hear(shows, 2.5 * BAR_S)
        notes = second.times(NOTE, died_s)
        panics = [s for s in second.times(PANIC, died_s) if notes and s <= notes[0]]
        back_s = time.monotonic()
        if way == "stopped":
            first.signal(signal.SIGCONT)
            hear(shows, 2 * BAR_S)
        last_s = max(s for s in first.times(NOTE) if s <= died_s + 0.01)
        return {
            "gap_ms": (notes[0] - last_s) * 1000 if notes else float("inf"),
            "silent_ms": (notes[0] - died_s) * 1000 if notes else float("inf"),
            "early": before,
            "hung": int(not panics),
            "fought": len(first.times(NOTE, back_s)),
        }
    finally:
        for show in shows:
            show.end()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for number in range(args.rounds):
        for way, rounds in found.items():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            rounds.append(turn(way, port))
            print(f"round {number + 1}, {way}: {json.dumps(rounds[-1])}", flush=True)
    result: dict[str, Any] = {
        way: {
            "gap_ms": round(statistics.median(one["gap_ms"] for one in rounds)),
            "silent_ms": round(statistics.median(one["silent_ms"] for one in rounds)),
            "silent_ms_max": round(max(one["silent_ms"] for one in rounds)),
            **{name: sum(int(one[name]) for one in rounds) for name in ("early", "hung", "fought")},
        }
        for way, rounds in found.items()
    }
    result |= {"rounds": args.rounds, "bar_ms": BAR_S * 1000, "load": os.getloadavg()[0]}
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())

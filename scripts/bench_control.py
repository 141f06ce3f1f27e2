#!/usr/bin/env python3
"""From a control to its effect: quantised changes, and modulation beside a flood. The last line is
JSON.

A real player process plays at 240 bpm; this program is its engine, offers every bar `commit_ahead`
before its line, and listens to OSC out. "line": changes come at odd times with `quantise` on a beat
or a bar; `line_ms` is how long after its line a change was told, and `bars_with_change` how many of
the bars that begin at a line were made with the change that it takes (of music: it has to be known
when the bar is begun). "rows" and "flood": sixteen active rows, without and with 5,000 messages a
second to the same parameters, beside "quiet" without either, in turns; `late_ms_p99` is the
clock's, `bars_new` says that every bar was played as it was offered, `newest_won` that the last
value of every address is what the player reports.

    .venv/bin/python scripts/bench_control.py [--rounds 3] [--seconds 8] [--priority realtime]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from osc_programs import LOCAL, addresses, free_port, send_from, value_of

from livesyn.base.types import Note, Phrase
from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Midi, Modulation, Osc
from livesyn.control.modulation import SHAPES, Row
from livesyn.ipc import messages
from livesyn.ipc.player_link import PlayerLink
from livesyn.sinks.osc_packets import message
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

ROOT = Path(__file__).resolve().parents[1]
BPM = 240.0
AHEAD_MS = 300.0
RATE, COLUMNS = 5000, 40
PHRASE = Phrase(tuple(Note(i / 4, 0.25, 60 + i, 90, 1) for i in range(16)), 4.0)
CONTROLS = (0.0,) * 12


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each part")
    parser.add_argument("--priority", default="realtime", choices=("none", "nice", "realtime"))
    args = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = {}
    for turn in range(args.rounds):
        for name, part in PARTS.items():
            figures = part(args)
            found.setdefault(name, []).append(figures)
            print(f"round {turn + 1}, {name}: {json.dumps(figures)}", flush=True)
    result: dict[str, Any] = {name: summary(rounds) for name, rounds in found.items()}
    result["load"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    print(json.dumps(result))
    return 0


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure; of what may not fail, whether it never did."""
    return {
        key: all(one[key] for one in rounds)
        if isinstance(first, bool)
        else round(statistics.median(one[key] for one in rounds), 3)
        for key, first in rounds[0].items()
    }


def line(args: argparse.Namespace) -> dict[str, Any]:
    """Changes that wait for a beat or a bar."""
    chance = random.Random(1)
    with Player(args.priority, ()) as player:
        player.set("/livesyn/param/quantise", 1.0)
        promised: set[float] = set()  # to a bar
        asked, end_s = 0, time.monotonic() + args.seconds
        while time.monotonic() < end_s:
            quantum = 1.0 + asked // 6 % 2
            player.set("/livesyn/param/quantise", quantum)
            # by the size of its value a change is known again
            player.set("/livesyn/param/glide", (asked + 1) / 100)
            temperature = 0.1 + (asked + 1) / 1000
            player.set("/livesyn/param/temperature", temperature)
            if quantum == 2.0:
                promised.add(round(temperature, 4))
            asked += 1
            time.sleep(chance.uniform(0.1, 0.9))
        time.sleep(2.5)
        late_ms = sorted(
            (told_s - player.timeline.time_of(beat)) * 1000 for told_s, beat in player.taken
        )
        bars = [
            player.made_with(change) for change in player.of_bars if round(change[1], 4) in promised
        ]
        return {
            "asked": 2 * asked,
            "taken": len(late_ms),
            "line_ms_p50": round(late_ms[len(late_ms) // 2], 2),
            "line_ms_p99": round(late_ms[int(len(late_ms) * 0.99)], 2),
            "line_ms_max": round(late_ms[-1], 2),
            "none_early": late_ms[0] >= 0.0,
            "bars": len(bars),
            "every_bar_with_its_change": all(bars),
        }


def moving(rows: int, rate: int, quantum: float = 0.0) -> Any:
    """A part with so many active rows and messages a second, on lines of a quantum."""

    def part(args: argparse.Namespace) -> dict[str, Any]:
        columns = addresses(COLUMNS)
        targets = [name for _, name, _, _ in columns][:rows]
        matrix = tuple(
            Row(SHAPES[i % len(SHAPES)], "1/4", 0.0, name, 0.4) for i, name in enumerate(targets)
        )
        with Player(args.priority, matrix) as player:
            newest_won, sent = True, 0
            player.set("/livesyn/param/quantise", quantum)
            if rate:
                sender = send_from(player.port, rate, args.seconds, COLUMNS)
                raw, _ = sender.communicate()
                sent = len(raw) // 8
                time.sleep(3.5)  # two bars, and the player reports once a second
                for i, (_, name, low, high) in enumerate(columns):
                    last = value_of(low, high, (sent - 1 - i) // COLUMNS)
                    newest_won &= abs(player.figures["params"][name] - last) < 1e-5
            else:
                time.sleep(args.seconds + 2.2)
            return {
                "late_ms_p50": player.figures["late_ms_p50"],
                "late_ms_p99": player.figures["late_ms_p99"],
                "bars": len(player.played),
                "bars_new": set(player.played[4:]) == {"new"},
                "moved_per_s": player.moves / (time.monotonic() - player.begun_s),
                "sent": sent,
                "newest_won": newest_won,
                "margin_ms_min": round(min(player.margins_ms[4:]), 1),
            }

    return part


PARTS = {
    "line": line,
    "quiet": moving(0, 0),
    "rows": moving(16, 0),
    "flood": moving(16, RATE),
    "flood on bars": moving(16, RATE, 2.0),
}


class Player:
    """A real player process, and this program as its engine: every bar is offered `AHEAD_MS`
    before its line.
    """

    def __init__(self, priority: str, rows: tuple[Row, ...]) -> None:
        self._stack = contextlib.ExitStack()
        self.port = free_port()
        self._socket = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.taken: list[tuple[float, float]] = []  # when it was told, and its line
        self.of_bars: list[
            tuple[str, float, float]
        ] = []  # music on a bar's line: name, value, beat
        self.played: list[str] = []
        self.margins_ms: list[float] = []
        self.moves = 0
        self.figures: dict[str, Any] = {}
        self.timeline = Timeline(0.0, time.monotonic(), BPM)
        self.begun_s = time.monotonic()
        self._playing = threading.Event()
        self._waiting: tuple[Any, ...] = ()
        self._made: dict[int, tuple[Any, ...]] = {}  # bar -> what waited when it was begun
        self._expected: dict[str, tuple[float, float]] = {}
        self._stopping = False
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ls-"))
        path = Path(folder, "s")
        config = Config(
            midi=Midi(on=False),
            osc=Osc(out=(f"{LOCAL}:{free_port()}",), in_port=self.port),
            params={"tempo": BPM, "commit_ahead": AHEAD_MS},
            modulation=Modulation((*rows, *Modulation().rows)[: len(Modulation().rows)]),
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "livesyn.player", "--socket", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "LIVESYN_PRIORITY": priority},
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(encode(config))
        self.process.stdin.flush()
        next(m for m in map(json.loads, self.process.stdout) if m["t"] == "ready")
        threading.Thread(target=self._read, daemon=True).start()
        self._link = PlayerLink(path, self._hear).start()
        self._playing.wait(10)
        threading.Thread(target=self._compose, daemon=True).start()

    def set(self, address: str, value: float) -> None:
        self._socket.sendto(message(address, value), (LOCAL, self.port))

    def made_with(self, change: tuple[str, float, float]) -> bool:
        """Whether the bar on a change's line was begun with it."""
        waited = self._made.get(int(change[2] // BEATS_PER_BAR), ())
        return change in [(one.name, one.value, one.beat) for one in waited]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            report = json.loads(text)
            if report["t"] == "player":
                self.figures = report
            elif report["t"] == "error":
                print(report)

    def _hear(self, told: messages.FromPlayer) -> None:
        now_s = time.monotonic()
        match told:
            case messages.Welcome():
                self.timeline = told.timeline.value()
                self._playing.set()
            case messages.TimelineChange():
                self.timeline = told.timeline.value()
            case messages.ChangesWaiting():
                self._waiting = told.changes
                self._expected |= {c.name: (c.value, c.beat) for c in told.changes}
            case messages.ParamChange() if told.name in self._expected:
                value, beat = self._expected[told.name]
                if value == told.value:
                    self.taken.append((now_s, beat))
                    if told.name == "temperature" and beat % BEATS_PER_BAR == 0:
                        self.of_bars.append((told.name, value, beat))
            case messages.Moved():
                self.moves += 1
            case messages.Committed():
                self.played.append(told.played)
                if told.margin_ms is not None:
                    self.margins_ms.append(told.margin_ms)

    def _compose(self) -> None:
        bar = int(self.timeline.beat_at(time.monotonic()) // BEATS_PER_BAR) + 2
        while not self._stopping:
            begin_s = self.timeline.time_of(bar * BEATS_PER_BAR) - AHEAD_MS / 1000
            time.sleep(max(0.0, begin_s - time.monotonic()))
            self._made[bar] = self._waiting
            self._link.offer(bar, PHRASE, CONTROLS, "engine", time.monotonic())
            bar += 1

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._link.close()
        assert self.process.stdin is not None
        self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()
        self._stack.close()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""A whole set on a clock set by hand, under random commands, and its log replayed. The last line is
one JSON object.

A player, its state and its set log play for `--hours`, stepped late now and then as on a busy
machine, while `--commands` commands come at random: parameters, transport, panic, modulation, and a
phrase for most bars. Then the log is replayed and its bytes compared, as a whole and cut off at
`--cuts` random places. The exit code is 1 where a note was stuck, a bar missed, or a byte other.

    .venv/bin/python scripts/soak_set.py [--hours 2] [--commands 10000] [--seed 0] [--cuts 100]
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.types import Note, Phrase
from livesyn.control.modulation import SOURCES
from livesyn.ipc import set_log
from livesyn.ipc.set_log import Begin
from livesyn.offline.replay import replay
from livesyn.player.core import Player
from livesyn.player.set_log import SetLog
from livesyn.player.state import ShowState
from livesyn.sinks.base import NullSink
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

START_S = 1000.0
STALL_SHARE, LATE_SHARE = 0.0002, 0.02  # of the steps
TIDY_S = 0.1


class Notes(NullSink):
    """Counts what sounds and which bars were played."""

    name = "notes"

    def __init__(self) -> None:
        self.sounding: Counter[tuple[int, int]] = Counter()
        self.struck = 0
        self.bars: list[int] = []
        self.runs = 0

    def note_on(self, time_s: float, note: Note) -> None:
        self.sounding[note.channel, note.pitch] += 1
        self.struck += 1

    def note_off(self, time_s: float, note: Note) -> None:
        key = note.channel, note.pitch
        self.sounding[key] -= 1
        if self.sounding[key] <= 0:
            del self.sounding[key]

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self.runs += event == "start"

    def bar(self, time_s: float, bar: int, *rest: Any) -> None:
        self.bars.append(bar)


class Show:
    """A player, its state and its log, on one thread."""

    def __init__(self, path: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = ManualClock(START_S)
        self.log = SetLog(path, self.clock, limit_bytes=0)
        self.notes = Notes()
        self.player = Player((self.notes, self.log.tape), self.clock, journal=self.log)
        self.state = ShowState(
            self.player,
            self.clock,
            timeline=self._timeline,
            seed=seed,
            asked=self.log.asked,
        )
        self.player.value_at = lambda name, beat: self.state.course.value(name, beat)
        self.commands = 0
        self._offered = -1

    def _timeline(self) -> Timeline | None:
        return self.player.show.timeline if self.player.show.playing else None

    def begin(self) -> None:
        self.log.open()
        self.log.put(
            Begin(
                set_log.FORMAT,
                set_log.VERSION,
                self.player.stepped_s,
                0.0,
                "soak",
                self.state.params(),
                {},
            )
        )
        self.player.play("soak")

    def play(self, seconds: float, commands: int) -> None:
        """Step as a thread would, not quite on time, with commands in between."""
        end_s = self.clock.now_s() + seconds
        at = [self.clock.now_s() + self.random.random() * seconds for _ in range(commands)]
        heapq.heapify(at)
        tidied_s = moved_s = self.clock.now_s()
        while (now_s := self.clock.now_s()) < end_s:
            while at and at[0] <= now_s:
                heapq.heappop(at)
                self.command()
            self.offer()
            next_s = self.player.step(now_s)
            if now_s >= moved_s:
                moved_s = min(self.state.step(now_s), now_s + 1.0)
            if now_s - tidied_s >= TIDY_S:
                tidied_s = now_s
                self.state.announce_due()
                self.log.turn()
            late_s = 0.0
            draw = self.random.random()
            if draw < STALL_SHARE:
                late_s = self.random.uniform(0.2, 0.45)
            elif draw < LATE_SHARE:
                late_s = self.random.uniform(0.0, 0.02)
            due_s = min([next_s, moved_s, *at[:1]])
            self.clock.sleep_until(max(due_s, now_s) + late_s)

    def end(self) -> None:
        self.player.finish(self.clock.now_s())
        self.log.stop()

    def offer(self) -> None:
        """A phrase for the bar to come; one in twenty never comes, or comes for another bar."""
        show, draw = self.player.show, self.random
        if not show.playing or self._offered == (show.timeline, show.bar):
            return
        self._offered = (show.timeline, show.bar)
        if draw.random() < 0.05:
            return
        notes = []
        for channel in (1, 2, 10):
            beat = draw.choice((0.0, 0.25))
            while beat < BEATS_PER_BAR:
                length = draw.choice((0.25, 0.5, 0.5, 1.0, 1.5, 3.0))
                notes.append(
                    Note(beat, length, draw.randrange(30, 100), draw.randrange(1, 128), channel)
                )
                beat += length if draw.random() < 0.8 else 0.25
        controls = tuple(draw.gauss(0, 1) for _ in range(12))
        bar = show.bar + draw.choice((0, 0, 0, 0, 1, 20))
        self.player.offer(
            bar, Phrase(tuple(sorted(notes)), 4.0), controls, "engine", self.clock.now_s()
        )

    def command(self) -> None:
        """One of anybody's."""
        draw, now_s = self.random, self.clock.now_s()
        self.commands += 1
        origin = draw.choice(("osc", "page", "midi", "window"))
        kind = draw.random()
        if kind < 0.62:
            row = draw.choice(params.TABLE)
            value = draw.uniform(row.low, row.high)
            self.state.set_param(row.name, value, origin, now_s)
        elif kind < 0.75:
            name = draw.choice(("tempo", "swing", "midi_offset", "density_max"))
            row = params.BY_NAME[name]
            self.state.set_param(name, draw.uniform(row.low, row.high), origin, now_s)
        elif kind < 0.80:
            self.state.panic(origin)
        elif kind < 0.84:
            self.state.transport("stop", None, origin, now_s)
            self.state.transport("play", None, origin, now_s)
        elif kind < 0.90:
            self.state.transport("nudge", draw.uniform(-200, 200), origin, now_s)
        elif kind < 0.94:
            self.state.transport("tap", None, origin, now_s)
        else:
            index = draw.randrange(16)
            name, value = draw.choice(
                (
                    ("source", draw.choice(SOURCES)),
                    ("target", draw.choice(("swing", "tempo", "density_max", "temperature"))),
                    ("depth", draw.uniform(-1, 1)),
                )
            )
            try:
                self.state.set_modulation(index, name, value, origin, now_s)
            except Exception:  # a target that cannot be moved
                self.commands -= 1


def missed(bars: list[int]) -> int:
    """Bars that were left out of a run; each run begins at 0."""
    return sum(max(0, b - a - 1) for a, b in pairwise(bars) if b > a) + sum(
        b for a, b in pairwise(bars) if b <= a
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--commands", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cuts", type=int, default=100)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.jsonl"
        began = time.perf_counter()
        show = Show(path, args.seed)
        show.begin()
        show.play(args.hours * 3600, args.commands)
        show.end()
        played_s = time.perf_counter() - began
        began = time.perf_counter()
        found = replay(path)
        replayed_s = time.perf_counter() - began
        size = path.stat().st_size
        cuts = cut_anywhere(path, args.cuts, args.seed)
    result = {
        "hours": args.hours,
        "commands": show.commands,
        "bars": len(show.notes.bars),
        "starts": show.notes.runs,
        "notes": show.notes.struck,
        "stuck_notes": sum(show.notes.sounding.values()),
        "missed_bars": missed(show.notes.bars),
        "jumps": show.player.jumps,
        "log_mb": round(size / 1e6, 2),
        "log_mb_an_hour": round(size / 1e6 / args.hours, 2),
        "log_lines_dropped": show.log.dropped,
        "replayed_bars": found.bars,
        "replayed_bytes": found.bytes,
        "same": found.difference is None and not found.ending,
        "difference": str(found.difference or found.ending),
        "cuts": args.cuts,
        "cuts_other": cuts,
        "played_s": round(played_s, 1),
        "replayed_s": round(replayed_s, 1),
    }
    print(json.dumps(result))
    wrong = result["stuck_notes"] or result["missed_bars"] or not result["same"] or cuts
    return 1 if wrong else 0


def cut_anywhere(path: Path, times: int, seed: int) -> int:
    """How many of the log's beginnings, cut off at random bytes, do not replay to the cut."""
    whole, draw, wrong = path.read_bytes(), random.Random(seed), 0
    first = whole.index(b"\n") + 1
    part = path.with_name("cut.jsonl")
    for _ in range(times):
        part.write_bytes(whole[: draw.randrange(first, min(len(whole), first + 2_000_000))])
        found = replay(part)
        steps = part.read_bytes().rpartition(b"\n")[0].count(b'{"t":"step"')
        wrong += found.difference is not None or found.stuck > 0 or found.steps < steps
    return wrong


if __name__ == "__main__":
    sys.exit(main())

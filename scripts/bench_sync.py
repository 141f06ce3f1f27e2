#!/usr/bin/env python3
"""How closely a show follows a MIDI clock and a Link session. The last line is JSON.

MIDI: a sender on a JACK server of its own (dummy driver) gives 24 pulses a beat at 124 bpm, each
moved by up to `--jitter` ms either way, to the MIDI port of a player started as a show starts it.
The player tells of its timeline as it tells an engine; `bpm_off` is how far its tempo is from the
sender's, `phase_ms` how far its beat is from the sender's unmoved pulses, both of every moment of
the timeline after the first `SETTLE_S`. `offset_ms` is the part of the phase that stays (how late
JACK hands a pulse over): a set puts it right with `sync_offset`; `phase_ms` is without it.
`sender_late_ms` is how late the sender itself was with its pulses, on a machine that is busy: the
show can follow no better.

Link: a foreign peer (aalink in a process of its own) moves the tempo `--moves` times in
`--seconds`;
`link_ms` is how far the player's beat is from the session's as the peer reads it, some 50 times a
second, but for `GLIDE_S` after each move.

    .venv/bin/python scripts/bench_sync.py [--seconds 60] [--moves 50] [--jitter 1] [--only midi]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from livesyn.base.params import SYNC  # noqa: E402
from livesyn.config.encoded import encode  # noqa: E402
from livesyn.config.sections import Config, Midi, Osc  # noqa: E402
from livesyn.ipc import messages  # noqa: E402
from livesyn.ipc.player_link import PlayerLink  # noqa: E402
from livesyn.transport.timeline import Timeline  # noqa: E402

BPM = 124.0
SETTLE_S = 5.0
GLIDE_S = 0.25
LOOK_S = 0.02
SERVER = "livesyn-bench-sync"
CLOCK_PORT = "livesyn clock:livesyn clock"

SENDER = str(ROOT / "tests" / "live" / "clock_sender.py")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of each part")
    parser.add_argument("--moves", type=int, default=50, help="of the Link session's tempo")
    parser.add_argument("--jitter", type=float, default=1.0, help="of pulses, ms either way")
    parser.add_argument("--period", type=int, default=64, help="of JACK, frames at 48 kHz")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=("midi", "link"))
    args = parser.parse_args()
    load = os.getloadavg()[0]
    result: dict[str, Any] = {"seconds": args.seconds, "load": round(load, 2)}
    if args.only != "link":
        result["midi"] = measure_midi(args)
    if args.only != "midi":
        result["link"] = measure_link(args)
    print(json.dumps(result))
    return 0


class Show:
    """A player, as a show has it, and what it says of its timeline."""

    def __init__(self, folder: Path, sync: str, **environment: str) -> None:
        config = Config(
            midi=Midi(on=False),
            osc=Osc(out=(), in_port=0),
            params={"tempo": 110.0, "sync": float(SYNC.index(sync))},
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "livesyn.player", "--socket", str(folder / "player")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )
        assert self._process.stdin is not None
        self._process.stdin.write(encode(config))
        self._process.stdin.flush()
        threading.Thread(target=self._drain, daemon=True).start()
        self.moments: list[tuple[float, Timeline, bool]] = []
        self.stats: messages.Stats | None = None
        self.link = PlayerLink(folder / "player", self._take).start()

    def _drain(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b'"error"' in line:
                print(line.decode().strip(), file=sys.stderr)

    def _take(self, message: messages.FromPlayer) -> None:
        if isinstance(message, messages.Welcome | messages.TimelineChange):
            self.moments.append((time.monotonic(), message.timeline.value(), message.playing))
        elif isinstance(message, messages.Stats):
            self.stats = message

    def timeline_at(self, time_s: float) -> Timeline:
        """The one that held then."""
        before = [line for at_s, line, _ in self.moments if at_s <= time_s]
        return before[-1] if before else self.moments[0][1]

    def close(self) -> None:
        self.link.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@contextlib.contextmanager
def jack(period: int) -> Iterator[dict[str, str]]:
    environment = {"JACK_DEFAULT_SERVER": SERVER, "JACK_NO_START_SERVER": "1"}
    words = ["jackd", "-n", SERVER, "-d", "dummy", "-p", str(period), "-r", "48000"]
    whole = {**os.environ, **environment}

    def answers() -> bool:
        return subprocess.run(["jack_lsp"], env=whole, capture_output=True).returncode == 0

    if answers():
        raise SystemExit(f"a JACK server {SERVER} runs already; end it first")
    with subprocess.Popen(  # it dies with us, whatever becomes of us
        ["setpriv", "--pdeathsig", "KILL", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for(answers)
            yield environment
        finally:
            server.terminate()


def measure_midi(args: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, jack(args.period) as environment:
        show = Show(Path(folder), "midi", **environment)
        whole = {**os.environ, **environment}
        words = [str(BPM), str(args.jitter / 1e3), str(args.seed), CLOCK_PORT]
        sender = subprocess.Popen(
            [sys.executable, SENDER, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=whole,
        )
        assert sender.stdin is not None and sender.stdout is not None
        sender.stdout.readline()
        wait_for(
            lambda: (
                CLOCK_PORT
                in subprocess.run(["jack_lsp"], env=whole, capture_output=True, text=True).stdout
            )
        )
        sender.stdin.write("\n")
        sender.stdin.flush()
        began_s = json.loads(sender.stdout.readline())["began_s"]
        time.sleep(args.seconds + SETTLE_S)
        ended_s = time.monotonic()
        stats = show.stats
        show.close()
        sender.stdin.write("\n")
        sender.stdin.flush()
        late_ms = [1e3 * late_s for late_s in json.loads(sender.stdout.readline())["late_s"]]
        sender.kill()
        sender.communicate()
    theirs = Timeline(0.0, began_s, BPM)
    phases, tempos = [], []
    at_s = began_s + SETTLE_S
    while at_s < ended_s:
        line = show.timeline_at(at_s)
        phases.append((line.beat_at(at_s) - theirs.beat_at(at_s)) * 60e3 / BPM)
        tempos.append(abs(line.bpm - BPM))
        at_s += LOOK_S
    offset_ms = sum(phases) / len(phases)
    return {
        "bpm": BPM,
        "jitter_ms": args.jitter,
        "period": args.period,
        "bpm_off": figures(tempos, 4),
        "offset_ms": round(-offset_ms, 3),
        "phase_ms": figures([abs(phase - offset_ms) for phase in phases]),
        "sender_late_ms": figures(late_ms[round(SETTLE_S * BPM / 60 * 24) :]),
        "player_late_ms_p99": None if stats is None else round(stats.late_ms_p99, 3),
    }


def measure_link(args: argparse.Namespace) -> dict[str, Any]:
    draw = random.Random(args.seed)
    from tests.live.link_stage import ForeignPeer

    with tempfile.TemporaryDirectory() as folder, ForeignPeer(120.0) as peer:
        show = Show(Path(folder), "link", LIVESYN_MIDI_API="alsa")
        wait_for(lambda: peer()["peers"] == 1)
        time.sleep(SETTLE_S + 5.0)  # a show that was elsewhere in its bar glides to the session's
        apart_ms: list[float] = []
        moved, began_s = 0, time.monotonic()
        quiet_s = began_s
        while (now_s := time.monotonic()) < began_s + args.seconds:
            if moved < args.moves and now_s >= began_s + (moved + 0.5) * args.seconds / args.moves:
                peer(f"tempo {draw.uniform(70, 180):.2f}")
                moved, quiet_s = moved + 1, time.monotonic() + GLIDE_S
            state = peer()
            if now_s >= quiet_s:
                apart = show.timeline_at(time.monotonic()).beat_at(state["time_s"]) - state["beat"]
                apart_ms.append(abs(apart - round(apart / 4) * 4) * 60e3 / state["bpm"])
            time.sleep(LOOK_S)
        show.close()
    return {
        "moves": moved,
        "looks": len(apart_ms),
        "link_ms": figures(apart_ms),
        "timeline_changes": len(show.moments),
    }


def figures(values: list[float], digits: int = 3) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "mean": round(sum(ordered) / len(ordered), digits),
        "p99": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], digits),
        "max": round(ordered[-1], digits),
    }


def wait_for(condition: Any, patience_s: float = 20.0) -> None:
    until_s = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > until_s:
            raise SystemExit("it did not come about in time")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())

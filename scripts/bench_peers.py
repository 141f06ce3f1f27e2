#!/usr/bin/env python3
"""livesyn beside its peers, in one run. The last line is one JSON object.

Each row of the table is a piece of work, and who does it: ours, and other libraries and programs
that do the same. Peers are installed by pip into an environment of their own (`--env`, made when it
is not there), each alone, Magenta.js by npm; one that is not to be had costs only its line, which
says why. Every contender is a process that stays; rounds go in turns, ours, a peer, ours, the next
peer, so that what else the machine does falls on all alike. The figure is the median over all
rounds; the least is what other programs disturbed least. "ours / theirs" above 1: they are ahead;
in our own line it is the ratio to the best of them.

Beside each row of nets stands the machine's roofline in the same minute: float32 products and
convolutions, and reading from memory and from the caches, on the threads that the nets have.

    .venv/bin/python scripts/bench_peers.py [--rows bars,osc] [--rounds 5] [--env .peers]
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from peers import report
from peers.environment import Environment
from peers.process import Worker, WorkerError
from peers.rounds import measure
from peers.table import HERE, KEYS, NODE, PACKAGES, ROWS, Contender, Row

ROOT = Path(__file__).resolve().parents[1]
NETS = ("bars", "bars64", "encoder", "painting")  # rows beside which the roofline stands
ROOFLINE = Contender("roofline", "roofline", (), HERE)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rows", type=_rows, default=ROWS, help=f"which, by commas: {', '.join(KEYS)} (all)"
    )
    parser.add_argument("--rounds", type=_count, default=5, help="rounds of each peer (5)")
    parser.add_argument("--threads", type=_count, default=1, help="cores that the nets have (1)")
    parser.add_argument(
        "--env",
        type=Path,
        default=ROOT / ".peers",
        help="the peers' virtual environment, made if it is not there (.peers)",
    )
    args = parser.parse_args()
    folder = args.env.expanduser().absolute()
    if folder.resolve() == Path(sys.prefix).resolve():
        parser.error(f"{args.env} is the environment livesyn runs in; name another for its peers")
    peers = Environment(folder)
    bench = Bench(peers, args.threads)
    what = report.machine()
    print(", ".join(f"{name} {value}" for name, value in what.items()), f"load {report.load()}")
    print(report.HEAD, flush=True)
    began_s, stolen_s, first_load = time.monotonic(), report.stolen_s(), report.load()
    rows: dict[str, Any] = {}
    try:
        for row in args.rows:
            rows[row.key] = bench.measured(row, args.rounds)
    except KeyboardInterrupt:
        print("ended early; the rows so far:", file=sys.stderr)
    took_s = time.monotonic() - began_s
    stolen = (report.stolen_s() - stolen_s) / (took_s * (os.cpu_count() or 1))
    print(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": what,
                "threads": args.threads,
                "rounds": args.rounds,
                "load": [first_load, report.load()],
                "stolen_percent": round(100 * stolen, 2),
                "seconds": round(took_s),
                "versions": peers.versions(PACKAGES),
                "rows": rows,
            }
        )
    )
    return 0


def _rows(text: str) -> tuple[Row, ...]:
    wanted = [key.strip() for key in text.split(",") if key.strip()]
    for key in wanted:
        if key not in KEYS:
            raise argparse.ArgumentTypeError(
                f"there is no row {key!r}; there are: {', '.join(KEYS)}"
            )
    if not wanted:
        raise argparse.ArgumentTypeError(f"no row is named; there are: {', '.join(KEYS)}")
    return tuple(row for row in ROWS if row.key in wanted)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


class Bench:
    """Starts contenders in the environments that they need."""

    def __init__(self, peers: Environment, threads: int) -> None:
        self._peers, self._threads = peers, threads

    def start(self, contender: Contender) -> Worker:
        """Its worker, ready. Raises WorkerError with the sentence for its line."""
        node = contender.where == NODE
        if contender.packages:
            lacks = self._peers.lacks_node if node else self._peers.lacks
            if sentence := lacks(contender.packages):
                raise WorkerError(sentence)
        scripts = ROOT / "scripts"
        environment = {
            **{f"{name}_NUM_THREADS": str(self._threads) for name in ("OMP", "OPENBLAS", "MKL")},
            "LIVESYN_PEERS_PYTHON": str(self._peers.python),
            "NODE_PATH": str(self._peers.node_folder / "node_modules"),
            "PYTHONPATH": os.pathsep.join(map(str, (scripts, ROOT))),
            "PYTHONWARNINGS": "ignore",  # of the peers' own ways
            **contender.environment,
        }
        if node:
            command = ["node", str(scripts / "peers" / contender.module)]
        else:
            python = sys.executable if contender.where == HERE else str(self._peers.python)
            command = [python, "-m", f"peers.{contender.module}"]
        return Worker([*command, *contender.arguments], environment, ROOT)

    def measured(self, row: Row, rounds: int) -> dict[str, Any]:
        """Measure a row and print its lines; its figures."""
        roofline = self.roofline() if row.key in NETS else []
        results = measure(row, self.start, rounds)
        print("\n".join(report.lines(row, results)), flush=True)
        found = report.figures(row, results)
        if row.key in NETS and (roofline := roofline + self.roofline()):
            usual = {name: statistics.median(one[name] for one in roofline) for name in roofline[0]}
            told = "; ".join(f"{name} {report.shown(value)}" for name, value in usual.items())
            print(f"| | the machine | | | | {told} |", flush=True)
            found["roofline"] = usual
        return found

    def roofline(self) -> list[dict[str, float]]:
        """What the machine does just now, three times; nothing where that cannot be measured."""
        try:
            worker = self.start(ROOFLINE)
        except WorkerError as error:
            print(f"the roofline was not measured: {error}", file=sys.stderr)
            return []
        try:
            return [worker.round()["more"] for _ in range(3)]
        finally:
            worker.close()


if __name__ == "__main__":
    sys.exit(main())

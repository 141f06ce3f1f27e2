#!/usr/bin/env python3
"""What OSCQuery costs the player, and how soon a WebSocket hears of a set. The last line is JSON.

A player process at 300 bpm with an engine's connection, without OSCQuery ("off"), with it and
nobody there ("quiet"), with one client as on stage ("client": listens to all addresses, sets 200
values a second, reads the tree once a second) and with many ("crowd": 8 that listen to all, 2,000
sets and 50 trees a second together). `late_ms` is the clock's, p50 and p99, of a player of its own
each; `echo_ms` goes from a WebSocket's set to its echo there (p50, p99, the longest); `core` is
the player's share of a core.

    .venv/bin/python scripts/bench_oscquery.py [--rounds 3] [--seconds 8] [--priority none realtime]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import struct
import subprocess
import sys
import time
from typing import Any

from bench_osc import LOCAL, ROOT, Player, Receiver, core_s

LOADS = {"off": None, "quiet": (0, 0, 0), "client": (1, 200, 1), "crowd": (8, 2000, 50)}
FLOAT = struct.Struct(">f")
HEAD = b"/livesyn/param/gate\0,f\0\0"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each load")
    parser.add_argument("--priority", nargs="+", default=["none", "realtime"])
    parser.add_argument("--load", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.load:
        return asyncio.run(load(*map(int, args.load), args.seconds))
    found: dict[str, list[dict[str, Any]]] = {}
    for turn in range(args.rounds):
        for priority in args.priority:
            for name, sizes in LOADS.items():
                figures = measure(priority, sizes, args.seconds)
                found.setdefault(f"{name}, {priority}", []).append(figures)
                print(f"round {turn + 1}, {name}, {priority}: {json.dumps(figures)}", flush=True)
    result: dict[str, Any] = {name: median(rounds) for name, rounds in found.items()}
    result["load"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    print(json.dumps(result))
    return 0


def median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure."""
    return {
        key: [round(statistics.median(column), 3) for column in zip(*values, strict=True)]
        if isinstance(values[0], list)
        else round(statistics.median(values), 3)
        for key in rounds[0]
        for values in [[one[key] for one in rounds]]
    }


def measure(priority: str, sizes: tuple[int, int, int] | None, seconds: float) -> dict[str, Any]:
    """One player under one load."""
    import psutil

    with Receiver() as receiver:
        player = Player(ROOT, priority, receiver.port, query=sizes is not None)
        with player:
            process = [psutil.Process(player.process.pid)]
            time.sleep(1.0)
            before, began_s = core_s(process), time.monotonic()
            figures: dict[str, Any] = {}
            if sizes is not None and any(sizes):
                words = [sys.executable, __file__, "--seconds", str(seconds), "--load"]
                words += map(str, (player.port, *sizes))
                done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
                figures |= json.loads(done.stdout)
            else:
                time.sleep(seconds)
            figures["core"] = round((core_s(process) - before) / (time.monotonic() - began_s), 3)
            time.sleep(1.2)  # the next report
            late = player.figures
            figures["late_ms"] = [round(late["late_ms_p50"], 3), round(late["late_ms_p99"], 3)]
            figures["late"] = late["late"]
    return figures


async def load(port: int, clients: int, sets_a_second: int, trees_a_second: int, seconds: float):
    """Clients that listen to all; the first of them sets, and times its echoes."""
    import aiohttp

    sent: dict[bytes, float] = {}
    delays: list[float] = []
    heard = trees = 0
    over_s = time.monotonic() + seconds
    async with aiohttp.ClientSession(f"http://{LOCAL}:{port}") as session:
        sockets = [await session.ws_connect("/") for _ in range(clients)]
        for ws in sockets:
            await ws.send_json({"COMMAND": "LISTEN", "DATA": "/livesyn"})

        async def listen(ws: Any, times: bool) -> None:
            nonlocal heard
            async for frame in ws:
                heard += 1
                if times and frame.data.startswith(HEAD) and frame.data[-4:] in sent:
                    delays.append(time.monotonic() - sent.pop(frame.data[-4:]))

        async def set_values(ws: Any) -> None:
            begun_s, count = time.monotonic(), 0
            while time.monotonic() < over_s:
                due = int((time.monotonic() - begun_s) * sets_a_second) + 1
                for count in range(count, due):  # noqa: B020
                    value = FLOAT.pack(0.1 + 0.9 * (count % 4096) / 4096)
                    sent[value] = time.monotonic()
                    await ws.send_bytes(HEAD + value)
                count = due
                await asyncio.sleep(0.002)

        async def read_trees() -> None:
            nonlocal trees
            while time.monotonic() < over_s:
                async with session.get("/") as answer:
                    await answer.read()
                trees += 1
                await asyncio.sleep(1 / trees_a_second)

        listening = [asyncio.create_task(listen(ws, ws is sockets[0])) for ws in sockets]
        await asyncio.gather(set_values(sockets[0]), read_trees())
        await asyncio.sleep(0.3)
        for ws in sockets:
            await ws.close()
        await asyncio.gather(*listening)
    delays.sort()
    ranks = [delays[min(len(delays) - 1, int(len(delays) * p))] * 1000 for p in (0.5, 0.99, 1.0)]
    figures = {"echo_ms": [round(ms, 2) for ms in ranks], "echoed": len(delays)}
    print(json.dumps(figures | {"heard": heard, "trees": trees}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

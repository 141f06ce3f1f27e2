"""OSC in and echo: a server of its own process is sent 5,000 messages a second, and what it sends
back is timed. `livesyn` is the player's process; the others are in `peers.osc_servers`, run by the
interpreter in LIVESYN_PEERS_PYTHON. This driver is the same for all.

A value is the 99th percentile of a round, from sending a message until its own value is back.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from livesyn.base import params
from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Midi, Osc
from livesyn.sinks.osc_packets import message
from peers.serve import Round, percentile, serve

RATE, SECONDS = 5000, 4.0
SETTLE_S = 1.0  # after the last message: what comes later is not counted
STEPS = 4096  # values an address goes through before one comes again
BUFFER_BYTES = 1 << 22
START_S = 20.0
NOT_SET = ("transport",)  # tempo and offsets would move the clock that plays beside


def rows() -> list[params.Param]:
    """The parameters that are set: those that take any float."""
    return [row for row in params.TABLE if not row.integer and row.group not in NOT_SET]


def packets(count: int) -> list[bytes]:
    """So many messages to all addresses in turn; no address gets a value twice within 4096."""
    table = rows()
    made = []
    for index in range(count):
        row = table[index % len(table)]
        share = (index // len(table) * 1237 % STEPS + 0.5) / STEPS
        made.append(message(row.address, row.low + share * (row.high - row.low)))
    return made


def address_of(packet: bytes) -> bytes:
    return packet.partition(b"\0")[0]


@contextlib.contextmanager
def server(name: str, port: int, echo_port: int) -> Iterator[int]:
    """A server that listens on `port` and sends back to `echo_port`; its process id."""
    with tempfile.TemporaryDirectory(prefix="ls-") as folder:
        if name == "livesyn":
            command = [sys.executable, "-m", "livesyn.player", "--socket", str(Path(folder) / "s")]
            config = Config(
                midi=Midi(on=False), osc=Osc(out=(f"127.0.0.1:{echo_port}",), in_port=port)
            )
            first = encode(config)
        else:
            python = os.environ["LIVESYN_PEERS_PYTHON"]
            command = [python, "-m", "peers.osc_servers", name, str(port), str(echo_port)]
            first = b"\n"
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(first)
            process.stdin.flush()
            _wait_until_ready(process)
            yield process.pid
        finally:
            process.stdin.close()  # the end of stdin ends it
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def _wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    """Until it says so; what it says later is read and let go."""
    output = process.stdout
    assert output is not None
    guard = threading.Timer(START_S, process.kill)
    guard.start()
    for line in output:
        report = json.loads(line)
        if report.get("t") == "ready":
            guard.cancel()
            threading.Thread(target=output.read, daemon=True).start()
            return
        if report.get("t") == "error":
            raise RuntimeError(report["text"])
    guard.cancel()
    raise RuntimeError("the server ended before it was ready")


def flood(echoes: socket.socket, port: int) -> dict[str, Any]:
    """Send, listen, and compare."""
    made = packets(int(RATE * SECONDS))
    sent_s = [0.0] * len(made)
    numbers = {packet: index for index, packet in enumerate(made)}
    newest: dict[bytes, bytes] = {}
    answered: set[int] = set()
    delays_ms: list[float] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        start_s = time.monotonic()
        end_s = start_s + SECONDS + SETTLE_S
        at = 0
        while (now_s := time.monotonic()) < end_s:
            while at < len(made) and now_s >= start_s + at / RATE:
                with contextlib.suppress(OSError):  # the system has no room: this one is lost
                    sender.send(made[at])
                sent_s[at] = now_s
                at += 1
                now_s = time.monotonic()
            with contextlib.suppress(BlockingIOError):
                while True:
                    packet = echoes.recv(65536)
                    came_s = time.monotonic()
                    number = numbers.get(packet)
                    if number is None:
                        continue  # the show's own news
                    newest[address_of(packet)] = packet
                    if number not in answered:  # what is told again is not an answer
                        answered.add(number)
                        delays_ms.append(1000 * (came_s - sent_s[number]))
            due_s = start_s + at / RATE if at < len(made) else end_s
            select.select([echoes], [], [], max(0.0, due_s - time.monotonic()))
    last = {address_of(packet): packet for packet in made}
    won = sum(newest.get(address) == packet for address, packet in last.items())
    return {
        "values": [percentile(delays_ms, 99)] if delays_ms else [],
        "more": {
            "median ms": round(percentile(delays_ms, 50), 2),
            "answered %": round(100 * len(delays_ms) / len(made), 1),
            "last value won %": round(100 * won / len(last), 1),
        },
    }


def prepare() -> tuple[Round, dict[str, Any]]:
    """The chosen server; it is started anew for each round, and its start is not counted."""
    name = sys.argv[1]

    def work() -> dict[str, Any]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as echoes:
            echoes.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            echoes.bind(("127.0.0.1", 0))
            echoes.setblocking(False)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            with server(name, port, echoes.getsockname()[1]) as pid:
                process = psutil.Process(pid)
                before = process.cpu_times()
                figures = flood(echoes, port)
                after = process.cpu_times()
        core_s = after.user + after.system - before.user - before.system
        figures["more"]["core s"] = round(core_s, 2)
        return figures

    return work, {}


if __name__ == "__main__":
    sys.exit(serve(prepare))

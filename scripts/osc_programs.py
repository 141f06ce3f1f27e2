#!/usr/bin/env python3
"""The programs that `bench_osc.py` starts: a sender, python-osc's own server, a relay with OSC in,
an engine's connection, a busy program.

    .venv/bin/python scripts/osc_programs.py NAME ARGUMENTS
"""

from __future__ import annotations

import array
import contextlib
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

STEPS = 4096  # values of an address before they begin again
# they move the clock, the bars or the line
NOT_FLOODED = ("tempo", "swing", "midi_offset", "commit_ahead", "lookahead")
LOCAL = "127.0.0.1"
FLOAT = struct.Struct(">f")


def addresses(count: int) -> list[tuple[str, str, float, float]]:
    """(address, name, low, high) of parameters that are numbers."""
    from livesyn.base import params

    rows = [
        row for row in params.TABLE if not (row.integer or row.choices or row.name in NOT_FLOODED)
    ]
    return [(row.address, row.name, row.low, row.high) for row in rows[:count]]


def head_of(address: str) -> bytes:
    """A message of one float, but for the float."""
    return address.encode() + bytes(4 - len(address) % 4) + b",f\0\0"


def value_of(low: float, high: float, index: int) -> float:
    """The value of a step, as float32 keeps it."""
    return FLOAT.unpack(FLOAT.pack(low + (high - low) * (index % STEPS) / STEPS))[0]


def role(stack: contextlib.ExitStack, *arguments: object) -> int:
    """Start a program of this file; its process id, once it is ready."""
    process = subprocess.Popen(
        [sys.executable, __file__, *map(str, arguments)], stdout=subprocess.PIPE
    )
    stack.callback(lambda: (process.kill(), process.wait()))
    assert process.stdout is not None
    process.stdout.readline()
    return process.pid


def send_from(*arguments: object) -> subprocess.Popen[bytes]:
    """Start `send`, which writes when each message left."""
    return subprocess.Popen(
        [sys.executable, __file__, "send", *map(str, arguments)], stdout=subprocess.PIPE
    )


def send(port: str, rate: str, seconds: str, count: str) -> None:
    """Send, a millisecond's worth at a time; write when each message left."""
    rows = addresses(int(count))
    heads = [head_of(row[0]) for row in rows]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((LOCAL, int(port)))
    total, times, begun_s = int(float(rate) * float(seconds)), array.array("d"), time.monotonic()
    while len(times) < total:
        due = min(total, int((time.monotonic() - begun_s) * float(rate)) + 1)
        for index in range(len(times), due):
            column = index % len(rows)
            value = value_of(rows[column][2], rows[column][3], index // len(rows))
            times.append(time.monotonic())
            sock.send(heads[column] + FLOAT.pack(value))
        time.sleep(0.001)
    sys.stdout.buffer.write(times.tobytes())


def serve_python_osc(port: str, out_port: str) -> None:
    """python-osc's own server, which sends back what it hears."""
    from pythonosc.dispatcher import Dispatcher
    from pythonosc.osc_server import BlockingOSCUDPServer
    from pythonosc.udp_client import SimpleUDPClient

    client, dispatcher = SimpleUDPClient(LOCAL, int(out_port)), Dispatcher()
    dispatcher.set_default_handler(lambda address, *values: client.send_message(address, values))
    server = BlockingOSCUDPServer((LOCAL, int(port)), dispatcher)
    print("ready", flush=True)
    server.serve_forever()


def relay(port: str, out_port: str) -> None:
    """OSC in as a process of its own: hand on the newest values, and panic."""
    from livesyn.base.params import BY_NAME
    from livesyn.player.newest import Change
    from livesyn.player.osc_control import OscControl
    from livesyn.sinks.osc_packets import bundle, message

    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((LOCAL, int(out_port)))

    class Show:
        def set_params(self, changes: Iterable[Change]) -> None:
            packets = [message(BY_NAME[name].address, value) for name, value, *_ in changes]
            sock.send(bundle(1, packets))

        def params(self) -> dict[str, float]:
            return {}

        def transport(self, do: str, value: float | None = None, origin: str = "") -> bool:
            return True

        def panic(self, origin: str = "") -> None:
            sock.send(message("/livesyn/panic"))

    control = OscControl(Show(), port=int(port))
    control.open()
    print("ready", flush=True)
    threading.Event().wait()


def hog() -> None:
    """A program that takes a core."""
    print("ready", flush=True)
    while True:
        pass


def engine(path: str) -> None:
    """An engine's connection, that reads all it is told."""
    from livesyn.ipc.local_socket import connect
    from livesyn.ipc.messages import VERSION, Hello, encode

    sock, token = connect(Path(path))
    sock.settimeout(None)
    sock.sendall(encode(Hello(VERSION, token)))
    print("ready", flush=True)
    while sock.recv(1 << 16):
        pass


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


PROGRAMS = {
    "send": send,
    "python-osc": serve_python_osc,
    "relay": relay,
    "engine": engine,
    "hog": hog,
}
if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])

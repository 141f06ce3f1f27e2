#!/usr/bin/env python3
"""A JACK server with a dummy driver, and a receiver of MIDI on it that knows when each message
came. `bench_overload.py` uses both; run by itself this file is the receiver.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

NAME, PORT = "livesyn-bench", "livesyn:livesyn"
PERIOD, RATE_HZ = 256, 48000  # 5.3 ms
PATIENCE_S = 10.0


class NoJack(Exception):
    """Why there is no server, in a sentence."""


@contextlib.contextmanager
def jack_server() -> Iterator[dict[str, str]]:
    """A server of our own; the environment that leads programs to it. Raises NoJack."""
    if shutil.which("jackd") is None or shutil.which("jack_lsp") is None:
        raise NoJack("jackd is not installed; scripts/setup-live installs it")
    if importlib.util.find_spec("jack") is None:
        raise NoJack("the package JACK-Client is not installed")
    environment = {"JACK_DEFAULT_SERVER": NAME, "JACK_NO_START_SERVER": "1"}
    words = ["jackd", "-n", NAME, "-d", "dummy", "-p", str(PERIOD), "-r", str(RATE_HZ)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_s, pause = time.monotonic() + PATIENCE_S, threading.Event()
        while subprocess.run(
            ["jack_lsp"], env=os.environ | environment, capture_output=True
        ).returncode:
            if server.poll() is not None or time.monotonic() > until_s:
                raise NoJack(f"jackd did not start; try it by hand: {' '.join(words)}")
            pause.wait(0.05)
        yield environment
    finally:
        server.terminate()  # one that is killed leaves its name taken
        server.wait()


class Receiver:
    """A program connected to the show's port as soon as there is one."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def heard(self) -> list[tuple[float, bytes]]:
        """All messages with the time at which each came; the receiver then ends."""
        told = self._process.communicate("\n")[0].splitlines()
        return [(float(line.split()[0]), bytes.fromhex(line.split()[1])) for line in told]


def delays_ms(
    pressed_s: list[float], heard: list[tuple[float, bytes]], message: bytes, within_s: float
) -> list[float]:
    """How long after each press `message` came, for the presses after which it did."""
    came_s = [time_s for time_s, data in heard if data == message]
    firsts = (
        next((time_s - press for time_s in came_s if 0 <= time_s - press < within_s), None)
        for press in pressed_s
    )
    return [1000 * delay_s for delay_s in firsts if delay_s is not None]


def receive() -> None:
    """Take MIDI until a line comes on stdin, then write it all down."""
    import jack

    client = jack.Client("livesyn-bench-synth", no_start_server=True)
    port = client.midi_inports.register("in")
    heard: list[tuple[float, bytes]] = []

    def take(frames: int) -> None:
        now_s = time.monotonic()
        heard.extend((now_s, bytes(data)) for _, data in port.incoming_midi_events())

    client.set_process_callback(take)
    over = threading.Event()
    with client:

        def connect() -> None:
            while not over.wait(0.1):
                with contextlib.suppress(jack.JackError):  # not there yet, or connected
                    client.connect(PORT, port)
                    return

        threading.Thread(target=connect, daemon=True).start()
        sys.stdin.readline()
        over.set()
    for time_s, data in heard:
        print(time_s, data.hex())


if __name__ == "__main__":
    receive()

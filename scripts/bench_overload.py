#!/usr/bin/env python3
"""Measure what a show keeps up when the machine is full. The last line is one JSON object.

The same show, pictures to music and sound to paintings, plays for `--seconds` three times: alone
(the baseline), beside as many programs that never rest as there are cores, and under a flood of
`--rate` OSC messages a second. Every two seconds a panic is sent by OSC. Its time is from sending
it to its echo at an OSC receiver (`panic_ms`), and to the last of its messages at a JACK client
that is connected to the show's MIDI port (`midi_panic_ms`; a period of the server is 5.3 ms). Where
there is no JACK, `midi` says so. `bars_new` is the share of bars that were made for their place,
`fps_median` and `fps_min` are frames encoded a second, `paintings_median` paintings.
`against_alone` are the median frames against those of the show alone in the same run.

    .venv/bin/python scripts/bench_overload.py [--seconds 30] [--rate 5000]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from midi_receiver import NoJack, Receiver, delays_ms, jack_server

from livesyn.base.scheduling import PRIORITIES
from livesyn.midi import messages

ROOT = Path(__file__).resolve().parents[1]
WARM_S = 8.0  # nets are loading
PANIC_EVERY_S = 2.0
LEAST_S = WARM_S + 2 * PANIC_EVERY_S + 2  # bars and at least one panic of each show
HOG = "while True: pass"
PANIC, SWING = (
    b"/livesyn/panic\0\0,i\0\0" + struct.pack(">i", 1),
    b"/livesyn/param/swing\0\0\0\0,f\0\0",
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="of each show (30; from 14)")
    parser.add_argument("--rate", type=int, default=5000, help="OSC messages a second (5000)")
    parser.add_argument(
        "--priority", default="realtime", choices=PRIORITIES, help="LIVESYN_PRIORITY"
    )
    args = parser.parse_args()
    if args.seconds < LEAST_S:
        parser.error(f"--seconds is {args.seconds:g}; a show has to last {LEAST_S:g} at least")
    results: dict[str, Any] = {"cores": os.cpu_count(), "priority": args.priority}
    with contextlib.ExitStack() as stack:
        sound = drums(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "drums.wav")
        jack = None
        try:
            jack = stack.enter_context(jack_server())
        except NoJack as reason:
            results["midi"] = f"not measured: {reason}"
        for name in ("alone", "hogs", "flood"):
            results[name] = measure(name, sound, args, jack)
            print(f"{name}: {json.dumps(results[name])}")
    alone = results["alone"]["fps_median"]
    results["against_alone"] = {
        name: round(results[name]["fps_median"] / max(alone, 1e-3), 2) for name in ("hogs", "flood")
    }
    print(json.dumps(results))
    return 0


def drums(path: Path) -> Path:
    """Two bars of a kick each half second over a chord."""
    time_s = np.arange(4 * 44100) / 44100
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6))
    kick = np.sin(2 * np.pi * 55 * time_s) * np.exp(-12 * (time_s % 0.5))
    samples = (12000 * (0.1 * chord + 0.8 * kick)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(samples.tobytes())
    return path


def measure(
    name: str, sound: Path, args: argparse.Namespace, jack: dict[str, str] | None
) -> dict[str, Any]:
    """One show, under one load; with MIDI where there is a JACK server."""
    osc_in, osc_out = free_port(), free_port()
    command = [sys.executable, "-m", "livesyn", "run", "--visuals", "ink", "--audio-file"]
    command += [str(sound), "--web", "off", "--seconds", str(args.seconds)]
    command += ["--no-midi"] * (jack is None)
    command += ["--osc-in", str(osc_in), "--osc-out", f"127.0.0.1:{osc_out}", "--log-json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LIVESYN_PRIORITY": args.priority}
    environment |= jack or {}
    with contextlib.ExitStack() as stack:
        synth = None if jack is None else stack.enter_context(Receiver(jack))
        echoes = stack.enter_context(Echoes(osc_out))
        show = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stack.enter_context(sender)
        over = threading.Event()
        began_s = time.monotonic()

        def press() -> None:
            """Panics, now and then."""
            over.wait(WARM_S)
            while not over.wait(PANIC_EVERY_S) and time.monotonic() - began_s < args.seconds - 1:
                echoes.expect()
                sender.sendto(PANIC, ("127.0.0.1", osc_in))

        def load() -> None:
            over.wait(WARM_S)
            if name == "hogs":
                for _ in range(os.cpu_count() or 1):
                    stack.enter_context(hog())
            while name == "flood" and not over.is_set():
                for n in range(args.rate // 100):
                    sender.sendto(SWING + struct.pack(">f", n / args.rate), ("127.0.0.1", osc_in))
                over.wait(0.01)

        threads = [threading.Thread(target=work) for work in (press, load)]
        for thread in threads:
            thread.start()
        figures = read(show, began_s)
        over.set()
        for thread in threads:
            thread.join()
        if show.wait() != 0 or not figures:
            raise SystemExit(
                f"livesyn run ended with exit code {show.returncode}, and told"
                f" {'too little' if not figures else 'its figures'}"
            )
        figures |= echoes.figures()
        return figures if synth is None else figures | midi_figures(synth, echoes.sent_s)


def midi_figures(synth: Receiver, pressed_s: list[float]) -> dict[str, Any]:
    """How many panics reached the receiver whole, and after what time."""
    took_ms = delays_ms(pressed_s, synth.heard(), messages.PANIC[-1], PANIC_EVERY_S)
    return {
        "midi_panics_obeyed": len(took_ms),
        "midi_panic_ms_max": round(max(took_ms), 2) if took_ms else None,
        "midi_panic_ms_median": round(statistics.median(took_ms), 2) if took_ms else None,
    }


@contextlib.contextmanager
def hog() -> Iterator[None]:
    """A program that takes all of a core that it is given, in a session of its own, as in another
    terminal.
    """
    process = subprocess.Popen([sys.executable, "-c", HOG], start_new_session=True)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def read(show: subprocess.Popen[str], began_s: float) -> dict[str, Any]:
    """What the show says of itself, until it ends."""
    engine: list[dict[str, Any]] = []
    player: list[dict[str, Any]] = []
    assert show.stdout is not None
    for line in show.stdout:
        said = json.loads(line)
        if said["t"] == "status" and time.monotonic() - began_s > WARM_S + 2:
            {"engine": engine, "player": player}.get(said["from"], []).append(said)
    if not player:
        return {}
    bars = player[-1]["bar"] - player[0]["bar"]
    repeats = player[-1]["repeats"] - player[0]["repeats"]
    fps = [said["fps"] or 0.0 for said in engine] or [0.0]
    paintings = [said.get("pictures_fps") or 0.0 for said in engine] or [0.0]
    return {
        "bars": bars,
        "bars_new": round(1 - repeats / max(bars, 1), 3),
        "fps_median": round(statistics.median(fps), 1),
        "fps_min": round(min(fps), 1),
        "paintings_median": round(statistics.median(paintings), 1),
        "late_ms_p99": round(max(said["late_ms_p99"] for said in player), 3),
        "reports": len(engine),
    }


class Echoes:
    """The OSC receiver: how long each panic took to come back."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(0.2)
        self.sent_s: list[float] = []
        self._came_ms: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Echoes:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()

    def expect(self) -> None:
        """A panic is about to be sent."""
        self.sent_s.append(time.monotonic())

    def figures(self) -> dict[str, Any]:
        """Panics sent, and how long those that came back took."""
        took_ms = sorted(self._came_ms.values())
        return {
            "panics": len(self.sent_s),
            "panics_obeyed": len(took_ms),
            "panic_ms_max": round(took_ms[-1], 2) if took_ms else None,
            "panic_ms_median": round(statistics.median(took_ms), 2) if took_ms else None,
        }

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                packet = self._socket.recv(65536)
            except TimeoutError:
                continue
            now_s = time.monotonic()
            if packet.startswith(b"/livesyn/panic") and self.sent_s:
                number = len(self.sent_s) - 1
                self._came_ms.setdefault(number, 1000 * (now_s - self.sent_s[-1]))


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())

"""A clock of 24 pulses a beat at 120 bpm beside a busy process: `livesyn`, `mido`, `isobar`,
`supriya`, `aalink` or `asyncio`; then `ordinary` or `fifo` (SCHED_FIFO, where it is granted).

A value is the 99th percentile of one round's lateness in ms, of what is called at each pulse.
livesyn tells when a pulse is due; a peer's due times are known where it says when it began, and are
otherwise counted from its earliest pulse, which is kind to it.
"""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from peers.serve import Round, percentile, serve

BPM, PPQN, SECONDS = 120.0, 24, 4.0
PULSE_S = 60 / BPM / PPQN
PULSES = int(SECONDS / PULSE_S)
PRIORITY = 40  # as livesyn asks for
EARLY_S = 0.0005  # Link may wake a moment before its pulse


def livesyn() -> dict[str, float]:
    from concurrent.futures import ThreadPoolExecutor

    from livesyn.base.scheduling import shorten_slice

    # The player takes the shortest time slice for all its threads; it takes no privilege. Here in a
    # thread, because the busy process that the main thread starts would inherit it.
    with ThreadPoolExecutor(1, initializer=shorten_slice) as player:
        return player.submit(play).result()


def play() -> dict[str, float]:
    from livesyn.base.clock import SystemClock
    from livesyn.player.core import Player
    from livesyn.player.scheduler import Scheduler
    from livesyn.sinks.base import NullSink

    late_ms: list[float] = []
    done = threading.Event()

    class Pulses(NullSink):
        prompt = True  # as MIDI out

        def clock(self, time_s: float, pulse: int) -> None:
            late_ms.append(1000 * (time.monotonic() - time_s))
            if len(late_ms) == PULSES:
                done.set()

    player = Player([Pulses()], SystemClock(), {"tempo": BPM})
    scheduler = Scheduler(player)
    scheduler.start()
    try:
        if os.environ.get("LIVESYN_PRIORITY") == "realtime" and not scheduler.realtime:
            raise RuntimeError("SCHED_FIFO is not granted here")
        player.play()
        done.wait(4 * SECONDS)
    finally:
        scheduler.stop()
    return percentiles(late_ms)


def lateness(came_s: list[float], began_s: float | None = None) -> dict[str, float]:
    """Percentiles of pulses that came at these times, one after the other, in ms."""
    offsets_s = [at_s - index * PULSE_S for index, at_s in enumerate(came_s)]
    start_s = min(offsets_s) if began_s is None else began_s
    return percentiles([1000 * (offset_s - start_s) for offset_s in offsets_s])


def percentiles(late_ms: list[float]) -> dict[str, float]:
    return {"p50": percentile(late_ms, 50), "p99": percentile(late_ms, 99)}


def mido() -> dict[str, float]:
    from mido import Message, MetaMessage, MidiFile, MidiTrack, second2tick

    tempo = round(60e6 / BPM)
    whole = MidiFile(ticks_per_beat=480)
    track = MidiTrack([MetaMessage("set_tempo", tempo=tempo)])
    ticks = second2tick(PULSE_S, 480, tempo)
    track += [Message("clock", time=ticks if index else 0) for index in range(PULSES)]
    whole.tracks.append(track)
    looks_s: list[float] = []

    def now_s() -> float:
        looks_s.append(time.monotonic())
        return looks_s[-1]

    came_s = [time.monotonic() for _ in whole.play(now=now_s)]
    return lateness(came_s, looks_s[0])  # it looks first to know when it begins


def isobar() -> dict[str, float]:
    from isobar.timelines.clock import Clock

    came_s: list[float] = []
    done = threading.Event()

    class Target:
        ticks_per_beat = PPQN

        def tick(self) -> None:
            came_s.append(time.monotonic())
            if len(came_s) == PULSES:
                done.set()

    clock = Clock(Target(), tempo=BPM, ticks_per_beat=PPQN)
    clock.background()
    done.wait(4 * SECONDS)
    clock.stop()
    return lateness(came_s)


def supriya() -> dict[str, float]:
    from supriya.clocks import Clock, TimeUnit

    came_s: list[float] = []
    done = threading.Event()

    def pulse(state: Any) -> tuple[float, Any] | None:
        came_s.append(time.monotonic())
        if len(came_s) == PULSES:
            done.set()
            return None
        return PULSE_S, TimeUnit.SECONDS

    clock = Clock()
    clock.start(beats_per_minute=BPM)
    clock.schedule(pulse)
    done.wait(4 * SECONDS)
    clock.stop()
    return lateness(came_s)


def aalink() -> dict[str, float]:
    from aalink import Link

    async def pulses() -> list[float]:
        link = Link(BPM)
        link.enabled = True
        await link.sync(1)
        beats = []
        for _ in range(PULSES):
            await link.sync(1 / PPQN)
            beats.append(link.beat)
        return beats

    # By Link's own time, since its last pulse: what came too late for one waits for the next.
    counted = [beat * PPQN for beat in asyncio.run(pulses())]
    early = EARLY_S / PULSE_S
    return percentiles([1000 * PULSE_S * (at - math.floor(at + early)) for at in counted])


def plain_asyncio() -> dict[str, float]:
    async def pulses() -> tuple[list[float], float]:
        began_s, came_s = time.monotonic(), []
        for index in range(PULSES):
            await asyncio.sleep(max(0.0, began_s + index * PULSE_S - time.monotonic()))
            came_s.append(time.monotonic())
        return came_s, began_s

    return lateness(*asyncio.run(pulses()))


CLOCKS: dict[str, Callable[[], dict[str, float]]] = {
    "livesyn": livesyn,
    "mido": mido,
    "isobar": isobar,
    "supriya": supriya,
    "aalink": aalink,
    "asyncio": plain_asyncio,
}


def ask_for_fifo() -> None:
    """For this process and the threads it starts. Raises RuntimeError with a sentence."""
    if not hasattr(os, "sched_setscheduler"):
        raise RuntimeError("this system has no SCHED_FIFO")
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except OSError:
        raise RuntimeError("SCHED_FIFO is not granted here") from None


def prepare() -> tuple[Round, dict[str, Any]]:
    """The chosen clock; a busy process runs only during its rounds, at ordinary priority."""
    which, policy = sys.argv[1:3]
    clock = CLOCKS[which]
    if which == "livesyn":
        sys.setswitchinterval(0.0003)  # as the player does

    def work() -> dict[str, Any]:
        # Before this process asks for more: what it starts would have it too.
        busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        try:
            if policy == "fifo" and which != "livesyn":  # whose own thread asks
                ask_for_fifo()
            cpu_s, began_s = time.process_time(), time.monotonic()
            figures = clock()
            share = (time.process_time() - cpu_s) / (time.monotonic() - began_s)
        finally:
            if policy == "fifo" and which != "livesyn":
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            busy.kill()
            busy.wait()
        more = {"median ms": round(figures["p50"], 3), "core %": round(100 * share, 1)}
        return {"values": [figures["p99"]], "more": more}

    return work, {}


if __name__ == "__main__":
    sys.exit(serve(prepare))

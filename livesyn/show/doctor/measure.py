"""What `livesyn doctor` measures: the player's lateness, the chain from picture to note, and MIDI's
way home.

Each measures the parts that a show is made of, on the system's clock, for a few seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livesyn.base import params
from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.types import Frame, Note
from livesyn.player.core import Player
from livesyn.player.scheduler import Scheduler
from livesyn.sinks.base import MemorySink
from livesyn.transport.timeline import BEATS_PER_BAR

if TYPE_CHECKING:
    from livesyn.engine.chains.see_to_hear.nets import Model

FPS = 30.0
LATE_MS = 5.0  # a note this late is heard as such
FLASH_BARS = 1.3  # the picture changes once in so many: all over the bar


@dataclass(frozen=True)
class Jitter:
    """How late a player's events left, at 24 ppqn, and whether it ran at real-time priority."""

    p50_ms: float
    p99_ms: float
    events: int
    realtime: bool


@dataclass(frozen=True)
class Latency:
    """From a flash to music, in ms. `total` runs from the flash to the first note of the first
    bar made from it; it holds the wait for the bar line: at most a bar and `commit_ahead`."""

    frame_to_latent_p50_ms: float
    frame_to_latent_p99_ms: float
    decode_p50_ms: float
    total_p50_ms: float
    total_max_ms: float
    ready_margin_min_ms: float
    bar_ms: float
    flashes: int


def player_jitter(seconds: float, bpm: float = 120.0) -> Jitter:
    """Run a player alone, in this process."""
    player = Player([MemorySink()], SystemClock(), {"tempo": bpm})
    scheduler = Scheduler(player)
    scheduler.start()
    player.play()
    threading.Event().wait(seconds)
    scheduler.stop()
    p50_ms, p99_ms = player.lateness.percentiles_ms(50, 99)
    return Jitter(p50_ms, p99_ms, int(seconds * 24 * bpm / 60), scheduler.realtime)


class JitterApart:
    """`player_jitter` in a process and session of its own, as in a show: begin it, do other work,
    then ask. `priority` limits what it asks for (LIVESYN_PRIORITY).
    """

    def __init__(self, seconds: float, bpm: float = 120.0, priority: str = "") -> None:
        code = (
            "from livesyn.base.scheduling import favour_process; favour_process();"
            " import dataclasses, json, sys; from livesyn.show.doctor.measure import player_jitter;"
            " jitter = player_jitter(*map(float, sys.argv[1:]));"
            " print(json.dumps(dataclasses.asdict(jitter)))"
        )
        self._patience_s = seconds + 20
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(seconds), str(bpm)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **({"LIVESYN_PRIORITY": priority} if priority else {})},
            start_new_session=True,
        )

    def result(self) -> Jitter:
        """The figures, when they are there. Raises DeviceError."""
        try:
            out, complaint = self._process.communicate(timeout=self._patience_s)
            return Jitter(**json.loads(out))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise DeviceError(
                "the player did not come to an end; is this machine overloaded?"
            ) from None
        except (ValueError, TypeError):
            raise DeviceError(
                "the player did not run:"
                f" {complaint.strip().splitlines()[-1] if complaint.strip() else 'no reason given'}"
            ) from None


async def chain_latency(model: Model, bars: int = 8, bpm: float = 240.0) -> Latency:
    """A picture that flashes, through the engine's own chain and thread, to a player's sink.

    Raises DeviceError when no flash came through.
    """
    import numpy as np

    from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
    from livesyn.engine.chains.see_to_hear.chain import SeeToHear
    from livesyn.engine.inference import Inference, NetSpec

    clock, sink = SystemClock(), MemorySink()
    values = params.defaults() | {"tempo": bpm, "window": 0.25, "half_life": 0.0}
    player = Player([sink], clock, values)
    scheduler = Scheduler(player)
    inference = Inference(clock, {"syn-vae": NetSpec(lambda: model)})
    nets = AsyncModel(model, inference)
    chain = SeeToHear(nets, model.space, seed=0)
    pictures = [np.full((360, 640, 3), shade, np.uint8) for shade in (0, 255)]
    bar_s = BEATS_PER_BAR * 60.0 / bpm
    flashes_s = [clock.now_s()]
    # when a bar's first note is due, and the flash that this bar is the first to answer
    answers: list[tuple[float, float]] = []
    margins_ms: list[float] = []

    async def look() -> None:
        for n in itertools.count():
            now_s = clock.now_s()
            if now_s - flashes_s[-1] >= FLASH_BARS * bar_s:
                flashes_s.append(now_s)
            await chain.observe(Frame(pictures[len(flashes_s) % 2], now_s, n))
            await asyncio.sleep(max(0.0, now_s + 1 / FPS - clock.now_s()))

    async def listen() -> None:
        answered_s = flashes_s[0]
        for bar in range(1, bars + 1):
            line_s = player.show.timeline.time_of(bar * BEATS_PER_BAR)
            await asyncio.sleep(max(0.0, line_s - values["commit_ahead"] / 1000 - clock.now_s()))
            flash_s = flashes_s[-1]
            heard = await chain.produce(bar, clock.now_s(), bar_s, values)
            player.offer(bar, heard.phrase, heard.controls)
            margins_ms.append(1000 * (line_s - clock.now_s()))
            if flash_s > answered_s and heard.phrase.notes:
                answered_s = flash_s
                answers.append((line_s + heard.phrase.notes[0].start_beats * 60 / bpm, flash_s))
        await asyncio.sleep(max(0.0, line_s + bar_s - clock.now_s()))

    inference.start()
    scheduler.start()
    try:
        await asyncio.wrap_future(inference.ready)
        await chain.observe(Frame(pictures[0], clock.now_s(), 0))
        player.play()
        while not player.show.playing:
            await asyncio.sleep(0.005)
        looking = asyncio.create_task(look())
        await listen()
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    finally:
        scheduler.stop()
        inference.stop()
    struck_s = [float(event[0]) for event in sink.of("on")]  # type: ignore[arg-type]
    if not answers or not struck_s:
        raise DeviceError("no note followed the picture; the model gave no music in all those bars")
    totals_ms = sorted(
        1000 * (min(struck_s, key=lambda struck: abs(struck - due_s)) - flash_s)
        for due_s, flash_s in answers
    )
    return Latency(
        nets.latency_ms.percentile(50) or 0.0,
        nets.latency_ms.percentile(99) or 0.0,
        nets.decode_ms.percentile(50) or 0.0,
        totals_ms[len(totals_ms) // 2],
        totals_ms[-1],
        min(margins_ms),
        1000 * bar_s,
        len(totals_ms),
    )


def midi_round_trip(notes: int = 20) -> list[float]:
    """Milliseconds from sending a note to a virtual port until a listener of that port has it,
    sorted.

    Raises DeviceError where there is no MIDI system, or it carries nothing.
    """
    from livesyn.midi.rtmidi_ports import make_port
    from livesyn.show.devices import jack_runs
    from livesyn.sinks.midi import MidiOut

    clock, pause = SystemClock(), threading.Event()
    times_ms: list[float] = []
    out = MidiOut(client_name="livesyn-doctor")
    out.open()
    try:
        on_jack = sys.platform.startswith("linux") and jack_runs()
        listener = make_port("MidiIn", "jack" if on_jack else "system", "livesyn-doctor-ear")
        mine = [name for name in listener.names() if "livesyn-doctor" in name and "ear" not in name]
        if not mine:
            raise DeviceError(
                "the MIDI system does not show the port livesyn made; is another program"
                " holding it?"
            )
        listener.open(mine[0], "livesyn-doctor-ear")
        for _ in range(notes):
            listener.take(notes)
            sent_s = clock.now_s()
            out.note_on(sent_s, Note(0.0, 0.1, 60, 1, 16))
            while (came_s := clock.now_s()) < sent_s + 1.0:
                if any(message[0] & 0xF0 == 0x90 for _, message in listener.take(notes)):
                    times_ms.append(1000 * (came_s - sent_s))
                    break
                pause.wait(0.0001)
            out.note_off(clock.now_s(), Note(0.0, 0.1, 60, 1, 16))
        listener.close()
    finally:
        out.close()
    if len(times_ms) < notes:
        raise DeviceError(
            f"of {notes} notes sent to a MIDI port {notes - len(times_ms)} did not arrive within a"
            " second"
        )
    return sorted(times_ms)

"""Supervisor, real player and its real MIDI port on a real JACK server, with a receiver connected
by hand.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesyn.base.health import LOST
from livesyn.config.sections import Config, Osc
from livesyn.ipc.child_messages import PlayerFigures, Status
from livesyn.midi import messages
from livesyn.show import launch
from livesyn.show.child import ChildSpec
from livesyn.show.supervisor import Supervisor
from tests.live.jack_server import JackReceiver, JackServer, needs_jack, wait_for

pytestmark = [pytest.mark.live, needs_jack]

ROOT = Path(__file__).parents[2]
PORT = "livesyn:livesyn"
CONFIG = Config(osc=Osc(out=(), in_port=0), params={"tempo": 240.0})
IDLE = str(Path(__file__).with_name("idle_child.py"))

EVENTS: list[str] = []


@pytest.fixture
def show(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[JackServer, Supervisor, list[PlayerFigures]]]:
    EVENTS.clear()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    statuses: list[PlayerFigures] = []

    def keep(child: str, status: Status) -> None:
        if isinstance(status, PlayerFigures):
            statuses.append(status)

    with JackServer(monkeypatch) as server, tempfile.TemporaryDirectory(prefix="ls-") as folder:
        supervisor = Supervisor(
            [
                launch.children_of(CONFIG, Path(folder))[0],
                ChildSpec("engine", (IDLE,), launch.ENGINE),
            ],
            on_status=keep,
            on_event=EVENTS.append,
        )
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        try:
            yield server, supervisor, statuses
        finally:
            supervisor.stop()
            thread.join(10)
        assert not thread.is_alive()


def hanging(heard: list[bytes]) -> set[tuple[int, int]]:
    """(channel, pitch) struck and not ended, by note-off or panic, in what was heard."""
    sounding: set[tuple[int, int]] = set()
    for message in list(heard):
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind == 0x90 and message[2]:
            sounding.add((channel, message[1]))
        elif kind in (0x80, 0x90):
            sounding.discard((channel, message[1]))
        elif kind == 0xB0 and message[1] in (120, 123):
            sounding = {(c, p) for c, p in sounding if c != channel}
    return sounding


def notes(heard: list[bytes]) -> int:
    return sum(message[0] & 0xF0 == 0x90 for message in list(heard))


def test_kill_9_of_the_player_ends_notes_and_brings_port_and_connection_back(show) -> None:
    server, supervisor, statuses = show
    with JackReceiver() as synth:
        wait_for(lambda: PORT in _ports(), "the port")
        server.connect(PORT, synth.name)
        wait_for(lambda: notes(synth.heard) >= 3, "notes")
        # The connection has been seen and written down once a status has come after it.
        seen = len(statuses)
        wait_for(lambda: len(statuses) >= seen + 3, "the player's reports")
        wait_for(lambda: hanging(synth.heard), "a note that sounds")
        first = supervisor.children["player"].pid
        os.kill(first, signal.SIGKILL)
        cut = len(synth.heard)
        wait_for(lambda: notes(synth.heard[cut:]) >= 2, "notes of the next player")
        assert supervisor.children["player"].pid != first and server.connections(PORT) == [
            synth.name
        ]
        after = synth.heard[cut:]
        first_note = next(i for i, m in enumerate(after) if m[0] & 0xF0 == 0x90)
        assert set(messages.PANIC) <= set(after[:first_note]), "a panic comes before the first note"
        supervisor.stop()
        wait_for(lambda: supervisor.children["player"].pid is None, "the player's end")
        wait_for(lambda: not hanging(synth.heard), "the last note's end")


def test_kill_9_of_jackd_in_the_show(show) -> None:
    server, supervisor, statuses = show
    wait_for(lambda: PORT in _ports(), "the port")
    first = supervisor.children["player"].pid
    server.kill()
    wait_for(lambda: statuses and statuses[-1].ports[0].state == LOST, "the player to notice")
    server.start()
    with JackReceiver() as synth:
        wait_for(lambda: PORT in _ports(), "the port again")
        server.connect(PORT, synth.name)
        wait_for(lambda: notes(synth.heard) >= 2, "notes")
    assert supervisor.children["player"].pid == first, "the player lived through it"
    wait_for(lambda: "MIDI is back" in EVENTS, "the news")
    assert len([event for event in EVENTS if "JACK" in event]) == 1, EVENTS  # said once


def _ports() -> list[str]:
    return subprocess.run(["jack_lsp"], capture_output=True, text=True).stdout.split()

"""`livesyn run --midi-in` from end to end: notes over a real JACK server become pictures, and go on
when the engine, or the player that owns the port, is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.jack_server import JackServer, needs_jack, wait_for
from tests.live.test_midi_in_jack import OURS, JackSender
from tests.live.test_show_hears import Show
from tests.toys import save_toy

pytestmark = [pytest.mark.live, needs_jack, pytest.mark.timeout(120)]


def note(pitch: int, on: bool = True) -> bytes:
    return bytes((0x90 if on else 0x80, pitch, 96))


class Stage:
    """A show that paints notes, and who plays them."""

    def __init__(self, server: JackServer, sender: JackSender, show: Show, folder: Path) -> None:
        self.server, self.sender, self.show, self.folder = server, sender, show, folder

    def pictures(self) -> int:
        """How many different pictures there were."""
        return len({path.read_bytes() for path in self.folder.glob("*.png")})

    def play(self, *pitches: int) -> None:
        for pitch in pitches:
            self.sender(note(pitch))
            self.sender(note(pitch, on=False))

    def child(self, name: str) -> int:
        found = subprocess.run(
            ["pgrep", "-P", str(self.show._process.pid), "-f", f"livesyn.{name}"],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(found.stdout.split()[0])

    def connected(self) -> bool:
        return self.sender.name in self.server.connections(OURS)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    folder, model = tmp_path / "pictures", save_toy(tmp_path / "model")
    words = ("--midi-in", "--model", str(model), "--pictures-out", str(folder))
    with JackServer(monkeypatch) as server, JackSender() as sender:
        show = Show(dict(os.environ), *words)
        try:
            wait_for(lambda: "engine" in show.last, "the engine", 30)
            wait_for(lambda: bool(server.connections(OURS) is not None), "the port", 10)
            server.connect(sender.name, OURS)
            yield Stage(server, sender, show, folder)
        finally:
            code = show.end()
    assert code == 0


def test_notes_become_pictures_whoever_is_killed(stage: Stage) -> None:
    def painted(pitch: int) -> None:
        before = stage.pictures()

        def more() -> bool:
            stage.play(pitch, pitch + 4, pitch + 7)
            return stage.pictures() > before

        wait_for(more, "another picture", 30)

    painted(60)
    ports = {port["name"]: port for port in stage.show.last["player"]["ports"]}
    assert ports["midi_in"]["state"] == "running", "the player owns the port"
    first = stage.child("engine")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: any("SIGKILL" in said for said in stage.show.events), "its loss", 10)
    assert stage.connected(), "the port outlives the engine"
    wait_for(lambda: "the engine is ready again" in stage.show.events, "the next engine", 30)
    painted(48)
    os.kill(stage.child("player"), signal.SIGKILL)
    wait_for(lambda: "the player is ready again" in stage.show.events, "the next player", 15)
    wait_for(stage.connected, "the connection to be restored", 10)
    painted(72)

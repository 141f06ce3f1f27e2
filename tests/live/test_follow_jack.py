"""A real player whose notes follow real MIDI chords, over JACK."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from livesyn.config.sections import Config, Osc
from livesyn.music.chords import between, chord_of
from livesyn.show import launch
from livesyn.show.child import ChildSpec
from livesyn.show.supervisor import Supervisor
from tests.live.jack_server import JackReceiver, JackServer, needs_jack, wait_for
from tests.live.test_midi_in_jack import JackSender

pytestmark = [pytest.mark.live, needs_jack]

ROOT = Path(__file__).parents[2]
IDLE = str(Path(__file__).with_name("idle_child.py"))
OUT, CHORDS = "livesyn:livesyn", "livesyn chords:livesyn chords"
# the engine never comes: the stored bars play, in A minor and F
CONFIG = Config(
    osc=Osc(out=(), in_port=0), params={"tempo": 240.0, "follow": 2.0, "follow_when": 1.0}
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with JackServer(monkeypatch) as server, tempfile.TemporaryDirectory(prefix="ls-") as folder:
        supervisor = Supervisor(
            [
                launch.children_of(CONFIG, Path(folder))[0],
                ChildSpec("engine", (IDLE,), launch.ENGINE),
            ]
        )
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        try:
            yield server
        finally:
            supervisor.stop()
            thread.join(10)
        assert not thread.is_alive()


def _ports() -> set[str]:
    return set(subprocess.run(["jack_lsp"], capture_output=True, text=True).stdout.split("\n"))


def struck(heard: list[bytes]) -> list[int]:
    return [message[1] for message in heard if message[0] & 0xF0 == 0x90 and message[2]]


def more_than(synth: JackReceiver, count: int) -> Callable[[], bool]:
    return lambda: len(struck(synth.heard)) > count


def test_notes_follow_a_chord_that_is_played(server: JackServer) -> None:
    with JackReceiver() as synth, JackSender("keys") as keys:
        wait_for(lambda: {OUT, CHORDS} <= _ports(), "the ports")
        server.connect(OUT, synth.name)
        server.connect(keys.name, CHORDS)
        wait_for(lambda: len(struck(synth.heard)) >= 3, "notes")
        for pitches in ((61, 65, 68), (58, 62, 65, 68), (62, 66, 69)):
            chord = chord_of(pitches)
            assert chord is not None
            allowed = between(chord, 0, "off")
            keys(*(bytes((0x90, pitch, 90)) for pitch in pitches))

            def follows(allowed: frozenset[int] = allowed) -> bool:
                last = struck(synth.heard)[-10:]
                return all(pitch % 12 in allowed for pitch in last)

            wait_for(follows, f"ten notes that fit {chord.name}", 20)
            keys(*(bytes((0x80, pitch, 0)) for pitch in pitches))
            before = len(struck(synth.heard))
            wait_for(more_than(synth, before + 10), "more notes")
            assert follows(), "the chord lasts when its keys are let go"

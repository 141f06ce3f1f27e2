"""MidiOut on a real JACK server: what arrives, and what happens when the server dies or stands
still.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import mido
import pytest

from livesyn.base.errors import DeviceError
from livesyn.base.types import Note
from livesyn.midi import messages
from livesyn.midi.jack_guard import JackLink
from livesyn.sinks.midi import MidiOut
from tests.contracts import check_sink, play_bar
from tests.live.jack_server import JackReceiver, JackServer, needs_jack, wait_for
from tests.sinks.fakes import MemoryMidi

pytestmark = [pytest.mark.live, needs_jack, pytest.mark.usefixtures("midi_library")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    with JackServer(monkeypatch) as server:
        yield server


def test_the_contract(server: JackServer) -> None:
    check_sink(MidiOut)


def test_what_arrives_is_what_the_fake_was_sent(server: JackServer) -> None:
    midi = MemoryMidi()
    fake, out = MidiOut(opener=midi), MidiOut()
    with JackReceiver() as synth:
        for sink in (fake, out):
            sink.open()
        server.connect("livesyn:livesyn", synth.name)
        for sink in (fake, out):
            sink.transport(0, "start", 0)
            play_bar(sink)
            sink.panic(2)
            sink.close()  # at once: the last messages must arrive all the same
        wait_for(lambda: len(synth.heard) >= len(midi.port.sent), "the last message")
        assert synth.heard == midi.port.sent
        assert {mido.Message.from_bytes(m).type for m in synth.heard} == {
            "start",
            "clock",
            "note_on",
            "note_off",
            "control_change",
        }


def test_a_named_port_is_played_into(server: JackServer) -> None:
    with JackReceiver("Deep Synth") as synth:
        out = MidiOut("deep synth")
        out.open()
        assert server.connections("livesyn:livesyn") == ["Deep Synth:in"]
        out.note_on(0, Note(0, 1, 60))
        wait_for(lambda: messages.note_on(1, 60, 96) in synth.heard, "the note")
        out.close()
        with pytest.raises(DeviceError, match="there are: Deep Synth:in"):
            MidiOut("moog").open()


def test_two_shows_have_a_port_each(server: JackServer) -> None:
    first, second = MidiOut(), MidiOut()
    with JackReceiver() as synth:
        first.open()
        second.open()
        mine = sorted(port for port in server.ports() if port.startswith("livesyn"))
        assert (
            len(mine) == 2 and mine[1] == "livesyn:livesyn" and second.health().state == "running"
        )
        server.connect(mine[0], synth.name)
        second.note_on(0, Note(0, 1, 62))
        wait_for(lambda: messages.note_on(1, 62, 96) in synth.heard, "the second show's note")
        second.close()
        first.close()


def test_a_port_that_is_not_to_be_seen_is_not_left_behind(
    server: JackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JackLink, "_own_ports", lambda self, name: set())
    for _ in range(3):
        with pytest.raises(DeviceError, match="not among its ports"):
            MidiOut().open()
    wait_for(
        lambda: not [port for port in server.ports() if port.startswith("livesyn")],
        "the ports to be gone",
    )


RACE = """
import os, signal, sys
from livesyn.base.errors import DeviceError
from livesyn.midi import jack_guard as jack_link
from livesyn.sinks.midi import MidiOut

make_port = jack_link.make_port

def make(*words):
    os.kill(int(sys.argv[1]), signal.SIGKILL)
    return make_port(*words)

jack_link.make_port = make
try:
    MidiOut().open()
except DeviceError as error:
    print(error, flush=True)
"""


def test_a_server_that_dies_while_a_port_is_made_is_a_sentence(server: JackServer) -> None:
    """In a process of its own: what RtMidi throws then, rtmidi2 does not catch."""
    done = subprocess.run(
        [sys.executable, "-c", RACE, str(server.pid)],
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and done.stdout.startswith("JACK gave no MIDI port"), done


def test_a_port_that_is_closed_leaves_its_client_to_the_next(server: JackServer) -> None:
    for _ in range(3):
        out = MidiOut()
        out.open()
        assert [port for port in server.ports() if port.startswith("livesyn")] == [
            "livesyn:livesyn"
        ]
        out.close()
        wait_for(lambda: "livesyn:livesyn" not in server.ports(), "the port to be gone")


def test_fluidsynth_plays_it(server: JackServer) -> None:
    if not (shutil.which("fluidsynth") and shutil.which("stdbuf")):
        pytest.skip("FluidSynth is not installed")
    # -d prints every event that reaches its MIDI router, for which it needs no SoundFont; stdbuf,
    # or it would keep them until it ends.
    synth = subprocess.Popen(
        [
            "stdbuf",
            "-oL",
            "fluidsynth",
            "-d",
            "-s",
            "-i",
            "-a",
            "jack",
            "-m",
            "jack",
            "-o",
            "midi.jack.server=" + server.name,
            "-o",
            "audio.jack.server=" + server.name,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert synth.stdout is not None
    lines: list[str] = []
    listener = threading.Thread(target=lines.extend, args=(synth.stdout,))
    listener.start()
    try:
        name = wait_for(
            lambda: [port for port in server.ports() if port.startswith("fluidsynth-midi")],
            "FluidSynth's port",
        )[0]
        out = MidiOut("fluidsynth")
        out.open()
        assert server.connections("livesyn:livesyn") == [name]
        out.note_on(0, Note(0, 1, 61, 99, 3))
        out.note_off(0, Note(0, 1, 61, 99, 3))
        out.close()
        wait_for(lambda: any("noteoff 2 61" in line for line in lines), "the note's end")
        assert any(line.rstrip().endswith("noteon 2 61 99") for line in lines), lines
    finally:
        synth.kill()
        synth.wait()
        listener.join()
        synth.stdout.close()


def test_jackd_is_killed_and_comes_back(server: JackServer) -> None:
    out = MidiOut()
    out.open()
    synth = JackReceiver()
    server.connect("livesyn:livesyn", synth.name)
    out.maintain(0)
    out.note_on(0, Note(0, 4, 60))
    server.kill()

    def is_lost() -> bool:
        out.maintain(1)
        return not out.available

    wait_for(is_lost, "the loss to be seen")
    assert (
        out.lost == 1
        and "no JACK server" in out.health().reason
        or "no MIDI" in out.health().reason
    )
    for _ in range(5000):  # over twice what RtMidi's ring holds
        out.clock(2, 0)
    assert out.dropped >= 5000
    synth.close()
    server.start()
    out.maintain(3)
    assert out.available and out.health().state == "running"
    with JackReceiver() as synth:
        out.maintain(3.5)
        assert server.connections("livesyn:livesyn") == [synth.name]
        out.note_on(4, Note(0, 1, 62))
        wait_for(lambda: messages.note_on(1, 62, 96) in synth.heard, "the first note after")
        assert tuple(synth.heard) == (*messages.PANIC, messages.note_on(1, 62, 96))
        out.close()


def test_what_was_disconnected_by_hand_stays_so(server: JackServer) -> None:
    out = MidiOut()
    out.open()
    with JackReceiver() as synth:
        server.connect("livesyn:livesyn", synth.name)
        out.maintain(0)
        subprocess.run(["jack_disconnect", "livesyn:livesyn", synth.name], check=True)
        for now_s in range(3):
            out.maintain(now_s)
            assert server.connections("livesyn:livesyn") == []
        server.connect("livesyn:livesyn", synth.name)
        out.maintain(3)
    wait_for(lambda: server.connections("livesyn:livesyn") == [], "JACK to see the synth gone")
    out.maintain(4)
    with JackReceiver() as synth:
        out.maintain(5)
        assert server.connections("livesyn:livesyn") == [synth.name]
    out.close()


CHILD = """
import json, resource, sys, threading
from livesyn.sinks.midi import MidiOut
from livesyn.base.types import Note

out, step = MidiOut(), threading.Event()
out.open()
print("ready", flush=True)
stop = threading.Event()

def look_after():
    now_s = 0.0
    while not stop.wait(0.5):
        now_s += 0.5
        out.maintain(now_s)

threading.Thread(target=look_after, daemon=True).start()

def play():
    while not stop.wait(0.01):
        for pulse in range(30):
            out.clock(0.0, pulse)
        out.note_on(0.0, Note(0, 1, 60))
        out.note_off(0.0, Note(0, 1, 60))

threading.Thread(target=play, daemon=True).start()
for line in sys.stdin:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    said = {"cpu_s": usage.ru_utime + usage.ru_stime, "available": out.available}
    said |= {"dropped": out.dropped, "lost": out.lost, "health": out.health().reason}
    print(json.dumps(said), flush=True)
    if line.strip() == "stop":
        break
stop.set()
out.close()
print("closed", flush=True)
"""


class Child:
    """A process that plays 3,200 messages a second, as a runaway would: what RtMidi's ring holds is
    full in a second.
    """

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.getcwd()}
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, what: str = "") -> dict:
        assert self.process.stdin is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self._line())

    def stop(self) -> int:
        self.ask("stop")
        assert self._line() == "closed"
        return self.process.wait(10)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def test_nobody_spins_when_jackd_is_killed(server: JackServer) -> None:
    with Child() as child:
        server.kill()
        lost = wait_for(
            lambda: (answer := child.ask())["lost"] == 1 and answer["dropped"] > 6000 and answer,
            "six thousand messages in vain",
        )
        spent_s = lost["cpu_s"]
        more = wait_for(
            lambda: (answer := child.ask())["dropped"] > lost["dropped"] + 3000 and answer,
            "a second more",
        )
        assert more["cpu_s"] - spent_s < 0.5, (
            "a second without JACK cost half a second of CPU: something spins"
        )
        server.start()
        wait_for(lambda: child.ask()["available"], "the port to be back")
        assert server.connections("livesyn:livesyn") == []
        assert child.stop() == 0


def test_nobody_spins_when_jackd_stands_still(server: JackServer) -> None:
    with Child() as child, JackReceiver() as synth:
        server.connect("livesyn:livesyn", synth.name)
        wait_for(lambda: synth.heard, "music")
        server.freeze()
        try:
            still = wait_for(
                lambda: (answer := child.ask())["dropped"] > 6000 and answer,
                "six thousand messages in vain",
            )
            assert "stands still" in still["health"]
        finally:
            server.thaw()
        wait_for(lambda: child.ask()["available"], "the port to go on")
        wait_for(lambda: messages.PANIC[-1] in synth.heard, "the panic")
        assert child.stop() == 0


def test_closing_while_jackd_is_dead_or_stands_still(server: JackServer) -> None:
    with Child() as child:
        server.freeze()
        wait_for(lambda: child.ask()["dropped"] > 0, "the standstill to be felt")
        try:
            assert child.stop() == 0
        finally:
            server.thaw()
    with Child() as child:
        server.kill()
        assert child.stop() == 0


def test_a_show_begun_without_jack_gets_its_port_when_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = JackServer(monkeypatch)
    out = MidiOut(api="jack")
    with pytest.raises(DeviceError, match="no JACK server is running"):
        out.open()
    with server:
        out.maintain(0)
        assert out.available
        out.close()

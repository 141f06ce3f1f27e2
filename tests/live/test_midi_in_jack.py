"""MidiIn on a real JACK server, with another client playing into it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError
from livesyn.sources.midi_in import MidiIn
from tests.fakes_midi_in import check_burst, check_midi_in, heard, said
from tests.live.jack_server import JackServer, needs_jack, wait_for

pytestmark = [pytest.mark.live, needs_jack, pytest.mark.usefixtures("midi_library")]

OURS = "livesyn in:livesyn in"
ON, OFF = b"\x90\x3c\x60", b"\x80\x3c\x60"
SENDER = """
import queue, sys, threading, jack
client = jack.Client(sys.argv[1], no_start_server=True)
port = client.midi_outports.register("out")
waiting, sent = queue.SimpleQueue(), threading.Event()
def give(frames):
    port.clear_buffer()
    for offset in range(frames):
        if waiting.empty():
            break
        if (message := waiting.get()) is None:
            sent.set()
        else:
            port.write_midi_event(offset, message)
client.set_process_callback(give)
client.set_shutdown_callback(lambda status, reason: None)
client.activate()
print("ready", flush=True)
for line in sys.stdin:
    sent.clear()
    for message in line.split():
        waiting.put(bytes.fromhex(message))
    waiting.put(None)
    sent.wait()
    print("sent", flush=True)
"""


class JackSender:
    """A MIDI output in a process of its own, since a dead server takes a process's clients
    along.
    """

    def __init__(self, name: str = "Ableton") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SENDER, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.name = f"{name}:out"
        assert self._line() == "ready"

    def __call__(self, *messages: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(message.hex() for message in messages) + "\n")
        self._process.stdin.flush()
        assert self._line() == "sent"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> JackSender:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    with JackServer(monkeypatch) as server:
        yield server


@pytest.fixture
def midi() -> Iterator[MidiIn]:
    midi = MidiIn(None, SystemClock())
    yield midi
    midi.close()


def test_the_contract(server: JackServer, midi: MidiIn) -> None:
    with JackSender() as sender:

        def play_into(midi: MidiIn) -> JackSender:
            # the second time it is connected again by itself
            if sender.name not in server.connections(OURS):
                server.connect(sender.name, OURS)
            return sender

        check_midi_in(midi, play_into, SystemClock().now_s)


def test_a_burst_is_no_line_on_stderr(
    server: JackServer, midi: MidiIn, capfd: pytest.CaptureFixture[str]
) -> None:
    with JackSender() as sender:

        def play_into(midi: MidiIn) -> JackSender:
            server.connect(sender.name, OURS)
            return sender

        check_burst(midi, play_into)
    assert "limit reached" not in capfd.readouterr().err


def test_a_named_port_is_listened_to(server: JackServer) -> None:
    with JackSender() as sender:
        midi = MidiIn("ableton", SystemClock())
        midi.open()
        assert server.connections(OURS) == [sender.name]
        sender(ON)
        assert said(heard(midi, 1)) == [("strike", 60)]
        midi.close()
        with pytest.raises(DeviceError, match=r"'moog' is not there; there are: .*Ableton:out"):
            MidiIn("moog", SystemClock()).open()


def test_a_sender_that_dies_ends_its_notes_and_is_connected_again(server: JackServer) -> None:
    midi = MidiIn("ableton", SystemClock())
    with JackSender() as sender:
        midi.open()
        sender(ON)
        heard(midi, 1)
    events = heard(midi, 1)
    assert said(events) == [("rest", 0)]
    wait_for(lambda: "Ableton:out has gone" in midi.health().reason, "the light")
    with JackSender() as sender:
        back_s = SystemClock().now_s()
        wait_for(
            lambda: server.connections(OURS) == [sender.name] and midi.available,
            "the connection",
        )
        assert SystemClock().now_s() - back_s < 2.0
        sender(ON)
        assert said(heard(midi, 1)) == [("strike", 60)] and midi.lost == 0
    midi.close()


def test_jackd_is_killed_and_comes_back(server: JackServer, midi: MidiIn) -> None:
    with JackSender() as sender:
        midi.open()
        server.connect(sender.name, OURS)
        wait_for(lambda: midi.peers == (sender.name,), "the connection to be seen")
        sender(ON)
        heard(midi, 1)
        server.kill()
        assert said(heard(midi, 1)) == [("rest", 0)]
        wait_for(lambda: midi.lost == 1 and not midi.available, "the loss")
    server.start()
    with JackSender() as sender:
        back_s = SystemClock().now_s()
        wait_for(lambda: server.connections(OURS) == [sender.name], "the connection to be restored")
        assert SystemClock().now_s() - back_s < 2.0
        sender(ON, OFF)
        assert said(heard(midi, 2)) == [("strike", 60), ("release", 60)]


def test_closing_while_jackd_is_dead_or_stands_still(server: JackServer, midi: MidiIn) -> None:
    midi.open()
    server.freeze()
    try:
        began_s = SystemClock().now_s()
        midi.close()
        assert SystemClock().now_s() - began_s < 5.0
    finally:
        server.thaw()
    again = MidiIn(None, SystemClock(), "livesyn in 2")
    again.open()
    server.kill()
    again.close()


def test_a_show_begun_without_jack_gets_its_port_when_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = JackServer(monkeypatch)
    midi = MidiIn(None, SystemClock(), api="jack")
    with pytest.raises(DeviceError, match="no JACK server is running"):
        midi.open()
    midi.open(required=False)
    with server:
        wait_for(
            lambda: midi.health().state == "running" and midi.label == "livesyn in", "the port"
        )
        midi.close()

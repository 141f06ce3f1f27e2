"""The one contract of whatever can go away, passed by each of them: opened, running, lost, opened
again after growing pauses; a loss is said once, and its return.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.addresses import Target
from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import Announcements, Health
from livesyn.base.mailbox import Bounded, Latest
from livesyn.base.types import AudioBlock, Frame, Note
from livesyn.config.lights import Artnet
from livesyn.config.lights import Lights as Settings
from livesyn.control.dmx_map import Fader
from livesyn.control.fixtures import Fixture
from livesyn.midi.input_ports import QUEUE
from livesyn.midi.journal import MidiJournal
from livesyn.player import artnet_in, osc_socket
from livesyn.player.osc_control import OscControl
from livesyn.sinks import lights
from livesyn.sinks.midi import MidiOut
from livesyn.sinks.osc import OscOut
from livesyn.sinks.pictures import outlet as outlets
from livesyn.sinks.pictures.outlet import Outlet
from livesyn.sinks.recorder import QUEUE_EVENTS, Recorder
from livesyn.sources.feed import PICTURES, SOUND, Feed
from livesyn.sources.midi_in import MidiIn
from tests.fakes_midi_in import MemoryMidiIn
from tests.fakes_sound import FakeSoundDevice, block
from tests.fakes_sources import FakeDevice, picture
from tests.sinks.fakes import MemoryMidi
from tests.sinks.pictures.fakes import MemorySink

PATIENCE_S = 10.0
PAUSES_S = [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
ABSENT = "it is not there; plug it in"
NOTE = Note(0.0, 1.0, 60)


class WatchedClock(ManualClock):
    """Stands still until told; `wait_reads` waits until a thread has looked at it again."""

    def __init__(self) -> None:
        super().__init__(100.0)
        self._read = threading.Condition()
        self._reads = 0

    def now_s(self) -> float:
        with self._read:
            self._reads += 1
            self._read.notify_all()
            return super().now_s()

    def wait_reads(self, count: int) -> None:
        with self._read:
            until = self._reads + count
            assert self._read.wait_for(lambda: self._reads >= until, PATIENCE_S)


class Bench:
    """A device on a fake of what is beyond the cable; the clock moves only when told."""

    counts_losses = True

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = WatchedClock()
        self.tries_s: list[float] = []
        self.said: list[str] = []
        self.announcements = Announcements(self.said.append)
        self.broken = False
        self.device: Any = None
        self.build(folder, monkeypatch)

    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        raise NotImplementedError

    def health(self) -> Health:
        return self.device.health()

    def open(self) -> None:
        """As on stage: what fails is tried again."""
        try:
            self.device.open()
        except DeviceError:
            self.look()  # at once; from then on with pauses

    def close(self) -> None:
        self.device.close()

    def vanish(self) -> None:
        """Lose the device that runs; it is not there any more."""
        raise NotImplementedError

    def mend(self) -> None:
        """What was missing is there again."""
        self.broken = False

    def work(self) -> None:
        """Give it something to do, where that shows whether it runs."""

    def drop(self) -> None:
        """Ask for more than it can do."""
        raise NotImplementedError

    def look(self) -> None:
        """Look after the device once."""
        self.device.maintain(self.clock.now_s())

    def attempt(self) -> None:
        """The device is being opened."""
        self.tries_s.append(ManualClock.now_s(self.clock))
        if self.broken:
            raise DeviceError(ABSENT)

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        pause = threading.Event()
        for _ in range(int(PATIENCE_S / 0.002)):
            if ready():
                return
            pause.wait(0.002)
        raise AssertionError(f"waited in vain for {what}: {self.health()}")

    def until(self, state: str) -> Health:
        """Wait for that state; people are told of it, over and over."""
        self.wait(lambda: self.health().state == state, state)
        for _ in range(3):
            self.announcements.see(self.health(), "it")
        return self.health()

    def pass_s(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.look()


class PictureFeed(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fake, self.mailbox = FakeDevice(), Latest[Frame]()
        self.device = Feed(self.make, self.clock, self.mailbox, PICTURES)

    def make(self) -> Any:
        source = self.fake.make()
        opening = source.open

        def open() -> None:
            self.attempt()
            opening()

        source.open = open  # type: ignore[method-assign]
        return source

    def health(self) -> Health:
        return self.device.report

    def open(self) -> None:
        self.device.start(required=False)

    def close(self) -> None:
        self.device.stop()
        self.work()  # the source that is left waits for it

    def vanish(self) -> None:
        self.broken = True
        self.fake._line.put("vanish")

    def work(self) -> None:
        if not self.broken:
            self.fake.give(picture())

    def drop(self) -> None:
        for _ in range(9):
            self.work()

    def look(self) -> None:
        self.device.check(self.clock.now_s())


class SoundFeed(PictureFeed):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fake = FakeSoundDevice()
        self.device = Feed(self.make, self.clock, Bounded[AudioBlock](4), SOUND)

    def work(self) -> None:
        if not self.broken:
            self.fake.give(block())


class PictureOutlet(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outlets, "_POLL_S", 0.002)
        self.sink = MemorySink()
        opening = self.sink.open

        def open() -> None:
            self.attempt()
            opening()

        self.sink.open = open  # type: ignore[method-assign]
        self.device = Outlet(lambda: self.sink, self.clock)

    def health(self) -> Health:
        return self.device.report

    def open(self) -> None:
        self.device.start(required=False)

    def close(self) -> None:
        self.sink.gate.set()
        self.device.stop()

    def vanish(self) -> None:
        self.broken, self.sink.broken = True, "the plug is out"
        self.work()

    def mend(self) -> None:
        self.broken, self.sink.broken = False, ""

    def work(self) -> None:
        self.device.show(Frame(np.zeros((4, 4, 3), np.uint8), 0.0))

    def drop(self) -> None:
        self.sink.gate.clear()
        self.work()
        assert self.sink.entered.wait(PATIENCE_S)
        for _ in range(2):
            self.work()

    def look(self) -> None:
        self.clock.wait_reads(3)


class MidiOutput(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system = MemoryMidi()
        self.device = MidiOut(opener=self.opener)

    def opener(self, *arguments: Any) -> Any:
        self.attempt()
        return self.system(*arguments)

    def vanish(self) -> None:
        self.broken, self.system.port.lost = True, "the port was unplugged"
        self.look()

    def drop(self) -> None:
        self.system.port.full = True
        self.device.note_on(0.0, NOTE)
        assert self.health().state == "lost" and "stands still" in self.health().reason
        self.system.port.full = False
        self.look()


class MidiInput(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system = MemoryMidiIn()
        self.device = MidiIn(None, self.clock, opener=self.opener)

    def opener(self, *arguments: Any) -> Any:
        self.attempt()
        return self.system(*arguments)

    def open(self) -> None:
        self.device.open(required=False)
        if self.broken:
            self.wait(lambda: len(self.tries_s) == 2, "the try that is made at once")

    def vanish(self) -> None:
        self.broken, self.system.port.lost = True, "the port was unplugged"
        self.pass_s(1.0)

    def drop(self) -> None:
        self.system.port.give(*[b"\xb0\x07\x7f"] * QUEUE)

    def look(self) -> None:
        self.clock.wait_reads(3)


class OscOutput(Bench):
    counts_losses = False  # by UDP nothing that was open can go; packets may be refused

    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        resolve = socket.getaddrinfo

        def getaddrinfo(*arguments: Any, **named: Any) -> Any:
            try:
                self.attempt()
            except DeviceError:
                raise socket.gaierror(socket.EAI_NONAME, ABSENT) from None
            return resolve("127.0.0.1", 9, type=socket.SOCK_DGRAM)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        self.device = OscOut([Target("stage.invalid", 9)], self.clock)
        self.sent_by: dict[Target, Any] = {}

    def look(self) -> None:
        super().look()
        if self.device._resolver is not None:
            self.device._resolver.join(PATIENCE_S)

    def vanish(self) -> None:
        self.sent_by = dict(self.device._resolved)
        self.device._resolved = dict.fromkeys(self.sent_by, (self, ()))
        self.work()

    def sendto(self, packet: bytes, address: tuple) -> int:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    def mend(self) -> None:
        self.broken = False
        self.device._resolved |= self.sent_by

    def work(self) -> None:
        self.device.panic(0.0)

    def drop(self) -> None:
        self.vanish()
        self.mend()
        self.work()


class OscInput(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        listen = osc_socket.listening_socket

        def listening_socket(host: str, port: int) -> socket.socket:
            try:
                self.attempt()
            except DeviceError:
                raise OSError(errno.ENETDOWN, ABSENT) from None
            return listen(host, port)

        monkeypatch.setattr(osc_socket, "listening_socket", listening_socket)
        self.device = OscControl(None, port=0, clock=self.clock)  # type: ignore[arg-type]

    def vanish(self) -> None:
        self.broken = True
        self.device._wake.send(b"!")  # as a socket that fails does, this ends its thread
        self.device._thread.join(PATIENCE_S)
        self.look()

    def drop(self) -> None:
        self.device.hear(b"/livesyn/nothing", "127.0.0.1")


class Lamps(Bench):
    counts_losses = False  # by UDP nothing that was open can go; packets may be refused

    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def getaddrinfo(*arguments: Any, **named: Any) -> Any:
            try:
                self.attempt()
            except DeviceError:
                raise socket.gaierror(socket.EAI_NONAME, ABSENT) from None
            return [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", 9))]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(lights, "LEAVE_S", 0.03)
        settings = Settings(("artnet:node.invalid",), fixtures=(Fixture(1),))
        self.device = lights.Lights(settings, params.defaults(), self.clock)
        self.sending: Any = None

    def look(self) -> None:
        super().look()
        if self.device._resolver is not None:
            self.device._resolver.join(PATIENCE_S)

    def vanish(self) -> None:
        self.sending, self.device._socket = self.device._socket, self

    def sendto(self, packet: bytes, address: tuple) -> int:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    def mend(self) -> None:
        self.broken = False
        if self.device._socket is self:
            self.device._socket = self.sending

    def drop(self) -> None:
        self.vanish()
        self.wait(lambda: self.health().dropped > 0, "the count")
        self.mend()


class Faders(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        listen = osc_socket.listening_socket

        def listening_socket(host: str, port: int) -> socket.socket:
            try:
                self.attempt()
            except DeviceError:
                raise OSError(errno.ENETDOWN, ABSENT) from None
            return listen(host, port)

        monkeypatch.setattr(artnet_in, "listening_socket", listening_socket)
        settings = Artnet((Fader(1, "morph"),), in_port=0)
        self.device = artnet_in.ArtnetIn(settings, None, self.clock, str)  # type: ignore[arg-type]

    def vanish(self) -> None:
        self.broken = True
        self.device._wake.send(b"!")  # as a socket that fails does, this ends its thread
        self.device._thread.join(PATIENCE_S)
        self.look()

    def drop(self) -> None:
        self.device.take(b"no Art-Net", "127.0.0.1")


class SetRecorder(Bench):
    def build(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write = MidiJournal._write

        def write_or_fail(journal: MidiJournal, offset: int, data: bytes) -> None:
            try:
                self.attempt()
            except DeviceError:
                raise OSError(errno.ENOSPC, ABSENT) from None
            write(journal, offset, data)

        monkeypatch.setattr(MidiJournal, "_write", write_or_fail)
        self.device = Recorder(folder / "sets", self.clock, lambda: 0.0)

    def look(self) -> None:
        self.device.maintain(0.0)
        self.wait(lambda: not self.device._wake.is_set(), "the writer")

    def vanish(self) -> None:
        self.broken = True
        self.device.note_on(0.0, NOTE)
        self.look()

    def drop(self) -> None:
        for _ in range(QUEUE_EVENTS + 9):
            self.device.note_on(0.0, NOTE)


DEVICES = (
    PictureFeed,
    SoundFeed,
    PictureOutlet,
    MidiOutput,
    MidiInput,
    OscOutput,
    OscInput,
    Lamps,
    Faders,
    SetRecorder,
)


@pytest.fixture(params=DEVICES, ids=lambda device: device.__name__)
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    made: Bench = request.param(tmp_path, monkeypatch)
    yield made
    made.mend()
    made.close()


def test_what_cannot_be_opened_is_lost_for_a_reason_and_said_once_and_so_is_its_return(
    bench: Bench,
) -> None:
    bench.broken = True
    bench.open()
    lost = bench.until("lost")
    assert ABSENT in lost.reason and lost.lost == 0, "it was never had"
    for _ in range(5):
        bench.pass_s(1.1)
        bench.until("lost")
    assert bench.said == [lost.reason]
    bench.mend()
    bench.pass_s(1.1)
    bench.work()
    running = bench.until("running")
    assert bench.said[1:] == ["it is back"]
    assert (running.reason, running.lost, running.name) == ("", 0, lost.name)


def test_a_loss_is_counted_and_said_once_however_often_it_is_tried_again(bench: Bench) -> None:
    bench.open()
    bench.work()
    bench.until("running")
    assert bench.said == []
    for count in (1, 2):
        bench.vanish()
        lost = bench.until("lost")
        for _ in range(3):
            bench.pass_s(1.1)
            bench.until("lost")
        assert bench.said[2 * count - 2 :] == [lost.reason] and lost.reason
        assert bench.health().lost == count * bench.counts_losses
        bench.mend()
        bench.pass_s(1.1)
        bench.work()
        bench.until("running")
        assert bench.said[2 * count - 1 :] == ["it is back"] and len(bench.said) == 2 * count


def test_what_it_cannot_take_is_counted(bench: Bench) -> None:
    bench.open()
    bench.work()
    assert bench.until("running").dropped == 0
    bench.drop()
    bench.wait(lambda: bench.health().dropped > 0, "the count")


def test_closing_twice_or_unopened_is_safe_and_said_by_nobody(bench: Bench) -> None:
    assert bench.health().state == "off"
    bench.close()
    bench.open()
    bench.work()
    bench.until("running")
    for _ in range(2):
        bench.close()
        assert bench.until("off").reason == ""
    bench.open()
    bench.work()
    bench.until("running")
    assert bench.said == []


def has_tried(bench: Bench, tries: int) -> bool:
    return len(bench.tries_s) >= tries


def test_it_is_opened_again_after_pauses_that_grow_to_a_second(bench: Bench) -> None:
    bench.broken = True
    bench.open()
    bench.until("lost")
    first = len(bench.tries_s)
    for tries, pause_s in enumerate(PAUSES_S, start=first + 1):
        bench.pass_s(pause_s - 0.01)
        bench.pass_s(0.011)
        bench.wait(partial(has_tried, bench, tries), "another try")
        bench.until("lost")
    between_s = np.diff(bench.tries_s[first - 1 :])
    assert np.round(between_s, 2).tolist() == PAUSES_S

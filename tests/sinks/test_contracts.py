"""Every sink, and every fake of one, through one suite."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesyn.base import params
from livesyn.base.addresses import Target
from livesyn.base.errors import DeviceError
from livesyn.config.lights import Lights as Settings
from livesyn.control.fixtures import Fixture
from livesyn.sinks.base import MemorySink, NullSink
from livesyn.sinks.lights import Lights
from livesyn.sinks.midi import MidiOut
from livesyn.sinks.osc import OscOut
from livesyn.sinks.recorder import Recorder
from tests.contracts import check_refusal, check_sink
from tests.sinks.fakes import MemoryMidi


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


def test_null() -> None:
    check_sink(NullSink)


def test_memory() -> None:
    check_sink(MemorySink)


def test_midi_on_the_fake_port() -> None:
    check_sink(lambda: MidiOut(opener=MemoryMidi()))


@pytest.mark.parametrize("policy", ["ahead", "ontime"])
def test_osc(receiver: socket.socket, policy: str) -> None:
    check_sink(lambda: OscOut([Target("127.0.0.1", receiver.getsockname()[1], policy)]))


def test_osc_without_targets() -> None:
    check_sink(lambda: OscOut([]))


@pytest.mark.parametrize("protocol", ["artnet", "sacn"])
def test_lights(receiver: socket.socket, protocol: str) -> None:
    out = (f"{protocol}:127.0.0.1:{receiver.getsockname()[1]}",)
    check_sink(lambda: Lights(Settings(out, fixtures=(Fixture(1),)), params.defaults()))


def test_recorder(tmp_path: Path) -> None:
    check_sink(lambda: Recorder(tmp_path / "sets"))


def test_midi_without_a_system() -> None:
    check_refusal(
        lambda: MidiOut(
            opener=MemoryMidi(missing="no MIDI system was found: start one, or go on without")
        )
    )


def test_osc_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> list:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    check_refusal(lambda: OscOut([Target("stage.invalid", 9701)]))


def test_recorder_without_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    check_refusal(lambda: Recorder(tmp_path / "file"))


def test_recorder_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("livesyn.midi.journal.MidiJournal._write", full)
    with pytest.raises(DeviceError, match="no space left"):
        Recorder(tmp_path).open()

"""What the player process says of its outputs."""

import socket
from dataclasses import replace

import pytest

from livesyn.base.clock import ManualClock
from livesyn.config.sections import NONE, Config, Midi, Osc, Source
from livesyn.ipc.child_messages import Error
from livesyn.ipc.messages import Event, FromPlayer, Message, decode, encode
from livesyn.player.process import PlayerProcess
from livesyn.sinks.midi import MidiOut
from tests.fakes_child_pipe import Reports
from tests.ports import free_port
from tests.sinks.fakes import MemoryMidi

SILENT = Config(source=Source(NONE, ""), osc=Osc(out=(), in_port=0))


@pytest.fixture
def pipe():
    return Reports()


def test_a_port_lost_in_the_show_is_an_event_said_once_and_so_is_its_return(tmp_path, pipe):
    system = MemoryMidi()
    process = PlayerProcess(tmp_path / "s", SILENT, pipe, [MidiOut(opener=system)])
    process.clock = clock = ManualClock(100.0)

    def maintain(times: int) -> None:
        for _ in range(times):
            process._maintain()
            clock.advance(0.5)

    process.sinks[0].open()
    maintain(1)
    assert pipe.all == []
    system.port.lost, system.missing = "JACK went away", "no JACK server is running"
    maintain(8)
    assert pipe.all == [Error("no JACK server is running")]
    system.missing = ""
    maintain(3)
    assert pipe.all[1:] == [Error("MIDI is back")]
    system.port.lost = "it was unplugged"
    maintain(1)  # lost and had again at once
    process._close()
    assert len(pipe.all) == 2


def test_a_system_that_is_not_there_is_said_with_what_will_be(tmp_path, pipe):
    system = MemoryMidi(missing="no MIDI system was found")
    process = PlayerProcess(tmp_path / "s", SILENT, pipe, [MidiOut(opener=system)])
    process._open()
    process._maintain()
    process._close()
    assert pipe.all == [
        Error("no MIDI system was found; it joins the running show when it can be had")
    ]


def test_a_port_that_was_asked_for_by_name_is_refused_and_promised_nothing(tmp_path, pipe):
    process = PlayerProcess(
        tmp_path / "s",
        replace(SILENT, midi=Midi(out="nope")),
        pipe,
        [MidiOut("nope", opener=MemoryMidi(missing="no MIDI system was found"))],
    )
    assert process.run() == 2
    assert pipe.all == [Error("no MIDI system was found", True)]


def test_what_osc_in_refuses_reaches_the_terminal_the_page_and_the_figures(
    tmp_path, pipe, monkeypatch
):
    osc = Osc(out=(), in_port=free_port(socket.SOCK_DGRAM), allow=("10.0.0.7",))
    process = PlayerProcess(tmp_path / "s", replace(SILENT, osc=osc), pipe, [])
    told: list[Message] = []
    monkeypatch.setattr(process.server, "tell", told.append)
    process._open()
    for _ in range(3):
        process.osc.hear(b"hello", "192.168.1.7")
        process.osc.hear(b"hello", "10.0.0.7")
    refused = (
        "OSC from 192.168.1.7 was refused: not on the allow-list (10.0.0.7); start with --osc-allow"
        " 192.168.1.7 if it belongs to the show"
    )
    unread = process.osc.reason
    assert pipe.all == [Error(refused), Error(unread)]
    assert told == [Event(refused), Event(unread)]
    assert all(decode(encode(message), FromPlayer) == message for message in told)
    stats = process.stats()
    assert stats.complaint == unread
    assert stats.osc_in is not None and stats.osc_in.pop("overflowed", 0) == 0
    assert stats.osc_in == {
        "received": 3,
        "refused": 3,
        "malformed": 3,
        "unknown": 0,
        "ignored": 0,
    }
    process._close()
    assert pipe.all[2:] == [
        Error(
            "OSC messages that were refused: 3 from senders not on the allow-list, 3 that cannot be"
            " read"
        )
    ]


def test_without_osc_in_there_are_no_figures_of_it(tmp_path, pipe):
    process = PlayerProcess(tmp_path / "s", SILENT, pipe, [])
    process._open()
    assert process.stats().osc_in is None and process.stats().complaint == ""
    process._close()
    assert pipe.all == []

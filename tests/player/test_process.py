"""What the player process says of its outputs."""

import pytest

from livesyn.base.clock import ManualClock
from livesyn.ipc.messages import Event, FromPlayer, Message, decode, encode
from livesyn.player.process import PlayerProcess
from livesyn.sinks.midi import MidiOut
from tests.sinks.fakes import MemoryMidi


@pytest.fixture
def said(monkeypatch):
    """A process with MIDI out, its MIDI system, and what it reported: (kind, text, fatal)."""
    from livesyn.ipc.child_pipe import ChildPipe

    reports = []
    monkeypatch.setattr(
        ChildPipe,
        "report",
        lambda self, kind, **fields: reports.append(
            (kind, fields.get("text"), fields.get("fatal"))
        ),
    )
    return reports


def test_a_port_lost_in_the_show_is_an_event_said_once_and_so_is_its_return(tmp_path, said):
    system = MemoryMidi()
    process = PlayerProcess(tmp_path / "s", {"midi": {}}, [MidiOut(opener=system)])
    clock = ManualClock(100.0)
    process.clock = clock  # type: ignore[assignment]  # moved by hand

    def maintain(times: int) -> None:
        for _ in range(times):
            process._maintain()
            clock.advance(0.5)

    process.sinks[0].open()
    maintain(1)
    assert said == []
    system.port.lost, system.missing = "JACK went away", "no JACK server is running"
    maintain(8)
    assert said == [("error", "no JACK server is running", False)]
    system.missing = ""
    maintain(3)
    assert said[1:] == [("error", "MIDI is back", False)]
    system.port.lost = "it was unplugged"
    maintain(1)  # lost and had again at once
    process._close()
    assert len(said) == 2


def test_a_system_that_is_not_there_is_said_with_what_will_be(tmp_path, said):
    system = MemoryMidi(missing="no MIDI system was found")
    process = PlayerProcess(tmp_path / "s", {"midi": {}}, [MidiOut(opener=system)])
    process._open()
    process._maintain()
    process._close()
    assert said == [
        ("error", "no MIDI system was found; it joins the running show when it can be had", False)
    ]


def test_a_port_that_was_asked_for_by_name_is_refused_and_promised_nothing(tmp_path, said):
    process = PlayerProcess(
        tmp_path / "s",
        {"midi": {"port": "nope"}},
        [MidiOut("nope", opener=MemoryMidi(missing="no MIDI system was found"))],
    )
    assert process.run() == 2
    assert said == [("error", "no MIDI system was found", True)]


def test_what_osc_in_refuses_reaches_the_terminal_the_page_and_the_figures(tmp_path, said):
    process = PlayerProcess(
        tmp_path / "s", {"osc_in": {"port": 0, "allow": ["10.0.0.7"]}, "play": False}, []
    )
    told: list[Message] = []
    process.server.tell = told.append  # type: ignore[assignment, method-assign]  # nobody is connected
    process._open()
    for _ in range(3):
        process.osc.hear(b"hello", "192.168.1.7")
        process.osc.hear(b"hello", "10.0.0.7")
    refused = (
        "OSC from 192.168.1.7 was refused: not on the allow-list (10.0.0.7); start with --osc-allow"
        " 192.168.1.7 if it belongs to the show"
    )
    unread = process.osc.reason
    assert said == [("error", refused, False), ("error", unread, False)]
    assert told == [Event(refused), Event(unread)]
    assert all(decode(encode(message), FromPlayer) == message for message in told)
    stats = process.stats()
    assert stats.complaint == unread
    assert stats.osc_in == {
        "received": 3,
        "refused": 3,
        "malformed": 3,
        "unknown": 0,
        "ignored": 0,
    }
    process._close()
    assert said[2:] == [
        (
            "error",
            "OSC messages that were refused: 3 from senders not on the allow-list, 3 that cannot be"
            " read",
            False,
        )
    ]


def test_without_osc_in_there_are_no_figures_of_it(tmp_path, said):
    process = PlayerProcess(tmp_path / "s", {"play": False}, [])
    process._open()
    assert process.stats().osc_in is None and process.stats().complaint == ""
    process._close()
    assert said == []

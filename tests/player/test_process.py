"""What the player process says of its outputs."""

import pytest

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
    process.sinks[0].open()
    process._maintain()
    assert said == []
    system.port.lost, system.missing = "JACK went away", "no JACK server is running"
    for _ in range(4):
        process._maintain()
    assert said == [("error", "no JACK server is running", False)]
    system.missing = ""
    for _ in range(3):
        process._maintain()
    assert said[1:] == [("error", "MIDI is ready again", False)]
    system.port.lost = "it was unplugged"
    process._maintain()  # lost and had again at once
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

"""What the player process says of its outputs."""

import socket
from dataclasses import replace
from typing import Any, cast

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.health import LOST
from livesyn.config.sections import NONE, Config, Midi, Osc, Source
from livesyn.ipc.channel import Channel
from livesyn.ipc.child_messages import Error, Param
from livesyn.ipc.child_messages import Panic as PanicCommand
from livesyn.ipc.messages import (
    EngineStatus,
    Event,
    FromEngine,
    FromPlayer,
    Message,
    NoteEvent,
    NotesIn,
    Panic,
    ParamChange,
    SetParam,
    TimelineChange,
    Transport,
    decode,
    encode,
)
from livesyn.player.notes_input import NotesInput
from livesyn.player.process import PlayerProcess
from livesyn.sinks.base import MemorySink
from livesyn.sinks.midi import MidiOut
from livesyn.sinks.osc_packets import message, typed
from livesyn.sources.midi_in import MidiIn
from livesyn.transport.timeline import Timeline
from tests.fakes_child_pipe import Reports
from tests.fakes_midi_in import MemoryMidiIn
from tests.ports import free_port
from tests.sinks.fakes import MemoryMidi

SHOW = Timeline(0.0, 0.0, 120.0)
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


def test_another_program_is_told_what_mapped_parameters_are_and_sets_them(tmp_path, pipe):
    arena = tmp_path / "arena.toml"
    arena.write_text(
        'send = "127.0.0.1:7000"\n'
        '[[out]]\nfrom = "/livesyn/param/tempo"\nto = "/tempo"\n'
        '[[in]]\nfrom = "/link1"\nto = "/livesyn/param/temperature"\n',
        encoding="utf-8",
    )
    osc = Osc(out=(), in_port=free_port(socket.SOCK_DGRAM), maps=(str(arena),))
    sink = MemorySink()
    sink.announces = True
    config = replace(SILENT, osc=osc, params={"tempo": 96.0})
    process = PlayerProcess(tmp_path / "s", config, pipe, [sink])
    process._open()
    process.osc.hear(message("/link1", 1.0), "127.0.0.1")
    assert process.state.params()["temperature"] == 2
    process.house.start()
    process.house.stop()
    told = [event[2:] for event in sink.events if event[1] == "param"]
    assert told == [["tempo", 96.0], ["temperature", 2.0]]
    process._close()


@pytest.fixture
def queried(tmp_path, pipe, monkeypatch):
    """A player with OSCQuery and no other output, and what it tells the engine."""
    monkeypatch.setattr("livesyn.player.announcement.is_possible", lambda: False)
    osc = Osc(out=(), in_port=free_port(socket.SOCK_STREAM))
    config = replace(SILENT, midi=Midi(on=False), osc=osc)
    process = PlayerProcess(tmp_path / "s", config, pipe)
    yield process
    process._close()


def test_what_comes_by_oscquery_is_counted_and_said_with_what_comes_by_osc(queried, pipe):
    queried._open()
    assert [sink.name for sink in queried.sinks] == ["oscquery"]
    queried.osc.hear(b"hello", "127.0.0.1")
    answers: list[bytes] = []
    queried.oscquery._hear(b"hello", "127.0.0.1", answers.append)
    queried.oscquery._hear(message("/livesyn/param/tempo", 96.0), "127.0.0.1", answers.append)
    queried.oscquery._hear(typed("/livesyn/param/tempo", "s", ["?"]), "127.0.0.1", answers.append)
    assert answers == [message("/livesyn/param/tempo", 96.0)]
    counts = queried.stats().osc_in
    assert counts is not None and (counts["received"], counts["malformed"]) == (4, 2)
    names = [health.name for health in queried.stats().ports]
    assert names == ["oscquery", "osc_in"]


def test_the_answer_to_a_question_goes_to_all_who_are_told_of_changes(queried, monkeypatch):
    told: list[tuple] = []
    monkeypatch.setattr(queried.player, "tell", lambda *what, **of: told.append((*what, of)))
    monkeypatch.setattr(queried.house, "defer", lambda job: job())
    queried.state._defer = lambda job: job()
    queried._report_osc("/livesyn/transport/tempo")
    queried._report_osc("/livesyn/transport/play")
    assert told[0] == ("param", "tempo", 110.0, {"announce": True})
    assert told[1][0] == "transport" and told[1][2] == "stop" and told[1][-1] == {"announce": True}


def test_a_player_that_is_started_again_opens_oscquery_behind_the_notes(
    queried, tmp_path, pipe, monkeypatch
):
    queried._remember()
    again = PlayerProcess(tmp_path / "s", queried._config, pipe)
    monkeypatch.setattr("livesyn.player.announcement.is_possible", lambda: False)
    again._open()
    assert again.oscquery is not None and again.oscquery.health().state == LOST
    again._maintain()
    assert again.oscquery.available
    again._close()
    assert pipe.all == []


def test_without_osc_in_there_are_no_figures_of_it(tmp_path, pipe):
    process = PlayerProcess(tmp_path / "s", SILENT, pipe, [])
    process._open()
    assert process.stats().osc_in is None and process.stats().complaint == ""
    process._close()
    assert pipe.all == []


def test_the_origin_of_every_change_goes_through_the_player(tmp_path, pipe, monkeypatch):
    """In by the socket and by the child's pipe, out to all engines: a log of it is the show."""
    sink = MemorySink()
    process = PlayerProcess(tmp_path / "s", SILENT, pipe, [sink])
    told: list[Message] = []
    monkeypatch.setattr(process.server, "tell", lambda *messages: told.extend(messages))
    monkeypatch.setattr(process.house, "defer", lambda job: job())
    process.state._defer = lambda job: job()
    asked: list[str] = []
    panic = process.player.panic

    def remember(origin):
        asked.append(origin)
        panic(origin)

    monkeypatch.setattr(process.player, "panic", remember)
    process._obey_engine(SetParam("swing", 0.25, origin="page", asked_s=1.0))
    process._obey_engine(Transport("play", origin="page", asked_s=2.0))
    process._obey_engine(Transport("tempo", 90.0, origin="page", asked_s=3.0))
    process._obey_supervisor(Param("freeze", 1.0, origin="display", asked_s=4.0))
    process._obey_engine(Panic(origin="page", asked_s=5.0))
    process._obey_supervisor(PanicCommand(origin="supervisor", asked_s=6.0))
    process.player.step(process.clock.now_s())
    changes = {(m.origin, m.asked_s) for m in told if isinstance(m, ParamChange)}
    assert changes == {("page", 1.0), ("page", 3.0), ("display", 4.0)}
    lines = [m for m in told if isinstance(m, TimelineChange)]
    assert [(m.playing, m.origin, m.asked_s) for m in lines] == [
        (True, "page", 2.0),
        (True, "page", 3.0),
    ]
    assert asked == ["page", "supervisor"]
    process._close()


def test_notes_that_an_engine_did_not_get_are_counted_and_said_with_those_of_the_port(
    tmp_path, pipe, monkeypatch
):
    process = PlayerProcess(tmp_path / "s", SILENT, pipe, [])
    midi = MidiIn("", process.clock, opener=cast(Any, MemoryMidiIn), say=process._say)
    process.notes = NotesInput(midi, process.clock, lambda: SHOW, process.server.tell)
    events = (NoteEvent("strike", 1.0, 0.0, 60),) * 7
    ours, theirs = socket.socketpair()
    engine = Channel(ours, FromEngine)
    engine.welcomed = True
    process.server._peers[engine] = process.clock.now_s()
    for _ in range(40):  # it is there, but nobody hands them on: 32 wait
        process.server.tell(NotesIn(events))
    assert process.notes.health().dropped == midi.dropped == 8 * 7
    for total in (3965, 3965, 4000, 5):  # an engine's count, and that of the next engine
        process._obey_engine(EngineStatus(notes_dropped=total))
    assert midi.dropped == 8 * 7 + 4000 + 5
    midi._tend(process.clock.now_s())  # on the port's thread
    midi.lose(1)
    midi._tend(process.clock.now_s())
    assert len(pipe.said) == 1 and "more came at once than could be taken" in pipe.said[0]
    assert "4,062 that nobody could take in time" in process.notes.total()
    process._close()
    ours.close()
    theirs.close()

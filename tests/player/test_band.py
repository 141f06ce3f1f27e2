"""The player's ear for the band: chords from MIDI in, Live's key, what is told and kept."""

from __future__ import annotations

import queue
import socket
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.health import LOST
from livesyn.config.sections import NONE, Config, Midi, Osc, Sound, Source
from livesyn.config.sections import Band as BandConfig
from livesyn.ipc.messages import ChordChange, FromPlayer, NotesIn, Welcome, decode, encode
from livesyn.midi.keys import Keys
from livesyn.player import snapshot
from livesyn.player.band import Band
from livesyn.player.core import Player
from livesyn.player.newest import Change
from livesyn.player.notes_input import NotesInput
from livesyn.player.process import PlayerProcess
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink
from livesyn.sources.midi_in import MidiIn
from livesyn.transport.timeline import Timeline
from tests.fakes_child_pipe import Reports
from tests.fakes_midi_in import MemoryMidiIn
from tests.ports import free_port

C = (60, 64, 67)
SILENT = Config(source=Source(NONE, ""), osc=Osc(out=(), in_port=0), midi=Midi(on=False), params={})


class Asked:
    """A show that remembers what the band asks of it."""

    def __init__(self) -> None:
        self.chords: list[tuple[Sequence[int], str, float | None]] = []
        self.set: list[Change] = []

    def set_params(self, changes: Iterable[Change]) -> None:
        self.set += changes

    def set_chord(
        self, chord: Sequence[int], origin: str = "", asked_s: float | None = None
    ) -> None:
        self.chords.append((chord, origin, asked_s))


class Rig:
    def __init__(self) -> None:
        self.show, self.clock, self.follow = Asked(), ManualClock(10.0), "chords"
        self.band = Band(BandConfig(), self.show, lambda: self.follow, self.clock)
        self._keys = Keys()

    def play(self, status: int, *pitches: int) -> None:
        now_s = self.clock.now_s()
        events = [
            event for pitch in pitches for event in self._keys.parse([status, pitch, 90], now_s)
        ]
        self.band.take_midi(events, now_s)

    def wait(self, seconds: float) -> None:
        self.band.take_midi([], self.clock.advance(seconds))


def test_a_chord_that_is_played_is_the_shows():
    rig = Rig()
    rig.play(0x90, *C)
    assert rig.band.wait_s(rig.clock.now_s()) == pytest.approx(0.04)
    rig.wait(0.041)
    assert rig.show.chords == [(C, "midi chords", 10.041)]
    rig.play(0x80, *C)
    rig.wait(1.0)
    assert len(rig.show.chords) == 1 and rig.band.wait_s(11.0) > 1e9


def test_who_follows_nobody_takes_no_chords_and_one_that_is_held_counts_from_then_on():
    rig = Rig()
    rig.follow = "off"
    rig.play(0x90, *C)
    rig.wait(1.0)
    assert rig.show.chords == [] and rig.band.wait_s(11.0) > 1e9
    rig.follow = "chords"
    rig.wait(0.25)
    rig.wait(0.05)
    assert [chord for chord, _, _ in rig.show.chords] == [C]


def test_live_is_listened_to_while_it_is_followed():
    rig = Rig()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ableton:
        ableton.bind(("127.0.0.1", 0))
        ableton.settimeout(10)
        answers = free_port(socket.SOCK_DGRAM)
        config = BandConfig(live=f"127.0.0.1:{ableton.getsockname()[1]}", answers=answers)
        band = Band(config, rig.show, lambda: rig.follow, rig.clock)
        band.tend(10.0)
        assert band.health() is None
        rig.follow = "live"
        band.tend(10.0)
        packet, sender = ableton.recvfrom(1000)
        assert packet.startswith(b"/live/song/start_listen/") and sender[1] == answers
        band._set({"key": 4.0})
        assert rig.show.set == [Change("key", 4.0, "live", 10.0)]
        rig.clock.advance(10.0)
        health = band.health()
        assert health is not None and health.state == LOST
        rig.follow = "off"
        band.tend(20.0)
        assert band.health() is None and band.live.is_off
        band.close()


def test_chords_are_notes_for_pictures_too():
    """One input, and both are told."""
    rig, told = Rig(), queue.SimpleQueue[NotesIn]()
    system = MemoryMidiIn()
    notes = NotesInput(
        MidiIn(None, rig.clock, opener=cast(Any, system)),
        rig.clock,
        lambda: Timeline(0.0, 0.0, 120.0),
        told.put,
        heard=rig.band.take_midi,
        wait_s=rig.band.wait_s,
    )
    events = [event for pitch in C for event in Keys().parse([0x90, pitch, 90], 10.0)]
    rig.band.take_midi(events, 10.0)
    notes.push(events, 10.0)
    assert [event.pitch for event in told.get_nowait().events] == list(C)
    rig.wait(0.05)
    assert [chord for chord, _, _ in rig.show.chords] == [C]


def test_a_chord_is_kept_told_and_goes_to_the_sinks(tmp_path):
    clock, sink = ManualClock(5.0), MemorySink()
    process = PlayerProcess(tmp_path / "s", SILENT, Reports(), [sink])
    told: list[Any] = []
    process.server.tell = lambda *messages: told.extend(messages)  # type: ignore[method-assign]
    process.house.defer = lambda job: job()  # type: ignore[method-assign]
    process.state._defer = lambda job: job()
    process.state.set_chord((67, 60, 64, 60), "osc", 4.5)
    assert process.state.chord == C
    assert told == [ChordChange(C, origin="osc", asked_s=4.5)]
    assert decode(encode(told[0]), FromPlayer) == told[0]
    assert sink.events == [[0.0, "chord", "C"]]
    welcome = process._welcome()
    assert isinstance(welcome, Welcome) and welcome.chord == C
    process._remember()
    kept = snapshot.load(tmp_path / "s.show")
    assert kept is not None and kept.chord == C
    process._close()
    state = ShowState(Player((sink,), clock), clock)
    state.set_chord((-3, 200, 60))
    assert state.chord == (0, 60, 127), "clamped"


def test_chords_have_a_port_of_their_own_when_they_are_followed(tmp_path, monkeypatch):
    opened: list[tuple[Any, ...]] = []

    class Input:
        def __init__(self, midi: MidiIn, *_: Any, name: str = "midi_in", **__: Any) -> None:
            self.name, self.midi = name, midi

        def open(self, required: bool) -> None:
            opened.append((self.name, self.midi.name, required))

        def close(self) -> None: ...

        def total(self) -> str:
            return ""

    monkeypatch.setattr("livesyn.player.process.NotesInput", Input)

    def opens(config: Config, **values: float) -> list[tuple[Any, ...]]:
        opened.clear()
        process = PlayerProcess(tmp_path / "s", config.with_params(values), Reports(), [])
        process._open_midi_in()
        process._open_chords_in()
        process._open_chords_in()
        process._close()
        return list(opened)

    with_midi = replace(SILENT, midi=Midi())
    virtual = ("chords_in", "MIDI in on the port 'livesyn chords'", False)
    assert opens(with_midi) == []
    assert opens(with_midi, follow=2.0) == [virtual]
    assert opens(SILENT, follow=2.0) == [], "--no-midi"
    named = replace(SILENT, band=BandConfig(chords="Keystation"))
    assert opens(named) == [("chords_in", "MIDI in Keystation", False)]
    heard = replace(with_midi, sound=Sound("midi", "Keystation"))
    assert opens(heard, follow=2.0) == [("midi_in", "MIDI in Keystation", True)]

"""From what a MIDI input says to the beats on which the engines are told it was played."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.types import Note
from livesyn.engine.chains.notes_to_see.live import play
from livesyn.ipc.messages import FromPlayer, NotesIn, decode, encode
from livesyn.midi.keys import Keys, MidiEvent
from livesyn.music import vocabulary as v
from livesyn.music.note_window import NoteWindow
from livesyn.player.notes_input import NotesInput
from livesyn.transport.timeline import Timeline

SHOW = Timeline(0.0, 100.0, 120.0)
UP = [Note(beat / 2, 0.5, 60 + 2 * beat) for beat in range(16)]


class Never:
    def drain(self, timeout_s: float | None = 0.0) -> list[MidiEvent]:
        return []


class Engine:
    """An engine's end: what it was told, and the window of two bars it makes of it."""

    def __init__(self) -> None:
        self.told: list[NotesIn] = []
        self.window = NoteWindow()
        self.input = NotesInput(Never(), ManualClock(), lambda: SHOW, self.take)

    def take(self, message: NotesIn) -> None:
        message = decode(encode(message), FromPlayer)
        self.told.append(message)
        play(message.events, self.window)

    def at(self, now_s: float) -> np.ndarray:
        clock = self.told[-1].clock
        return self.window.at((SHOW if clock is None else clock.value()).beat_at(now_s))


def midi_of(notes: list[Note], start_beat: float, timeline: Timeline) -> list[MidiEvent]:
    """What a MIDI input says while these are played."""
    keys = Keys()
    played = sorted(
        (start_beat + beat, status, note.pitch)
        for note in notes
        for beat, status in ((note.start_beats, 0x90), (note.end_beats, 0x80))
    )
    return [
        event
        for beat, status, pitch in played
        for event in keys.parse([status, pitch, 90], timeline.time_of(beat))
    ]


def in_order(*events: MidiEvent) -> list[MidiEvent]:
    return sorted(events, key=lambda event: (event.time_s, event.kind != "pulse"))


def test_without_a_clock_the_beats_are_the_shows() -> None:
    engine = Engine()
    engine.window.at(0.0)
    engine.input.push(midi_of(UP, 0.0, SHOW), SHOW.time_of(7.9))
    assert engine.told[-1].clock is None
    assert engine.told[-1].events[0].beat == pytest.approx(0.0)
    assert engine.at(SHOW.time_of(7.9)).tolist() == v.notes_to_tokens(UP).tolist()


def test_the_senders_clock_sets_the_bars() -> None:
    engine, theirs = Engine(), Timeline(0.0, 103.3, 141.0)
    pulses = [MidiEvent("pulse", theirs.time_of(pulse / 24)) for pulse in range(8 * 24)]
    events = in_order(*pulses, *midi_of(UP, 0.0, theirs))
    now_s = theirs.time_of(7.95)
    engine.input.push([MidiEvent("start", theirs.time_s - 0.01), *events], now_s)
    assert engine.at(now_s).tolist() == v.notes_to_tokens(UP).tolist()
    clock = engine.told[-1].clock
    assert clock is not None and clock.bpm == pytest.approx(141)
    assert sum(event.kind == "strike" for event in engine.told[-1].events) == 16
    engine.input.push([MidiEvent("stop", now_s), MidiEvent("rest", now_s)], now_s)
    assert engine.told[-1].clock is None and engine.told[-1].events[0].kind == "rest"


def test_a_song_that_is_continued_in_the_middle_keeps_its_bars() -> None:
    engine, theirs = Engine(), Timeline(12.0, 103.3, 120.0)
    events = in_order(
        *(MidiEvent("pulse", theirs.time_of(12 + pulse / 24)) for pulse in range(4 * 24)),
        *midi_of(UP[8:], 8.0, theirs),
    )
    began = [MidiEvent("stop", 100.0), MidiEvent("locate", 100.0, 12.0)]
    now_s = theirs.time_of(15.95)
    engine.input.push([*began, MidiEvent("resume", 103.29), *events], now_s)
    assert engine.at(now_s)[16:].tolist() == v.notes_to_tokens(UP)[16:].tolist()


def test_a_clock_alone_is_told_now_and_then_and_its_end_at_once() -> None:
    engine, theirs = Engine(), Timeline(0.0, 50.0, 120.0)
    for pulse in range(96):
        time_s = theirs.time_of(pulse / 24)
        engine.input.push([MidiEvent("pulse", time_s)], time_s)
    assert 15 < len(engine.told) < 24, "about ten a second, not 48"
    assert all(message.clock is not None and not message.events for message in engine.told)
    count = len(engine.told)
    engine.input.push([], time_s + 0.3)
    engine.input.push([], time_s + 0.6)
    engine.input.push([], time_s + 0.9)
    assert [message.clock for message in engine.told[count:]][-1] is None
    assert sum(message.clock is None for message in engine.told) == 1, "said once"

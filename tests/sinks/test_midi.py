"""MIDI out on an in-memory port: bytes as mido reads them, loss and return, panic."""

from __future__ import annotations

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.errors import DeviceError
from livesyn.base.types import Note
from livesyn.midi import messages
from livesyn.midi.output_ports import open_port
from livesyn.midi.ports import NO_BACKEND, find_port
from livesyn.sinks.midi import MidiOut
from tests.sinks.fakes import MemoryMidi

PANIC = [
    mido.Message("control_change", channel=c, control=k, value=0)
    for c in range(16)
    for k in (64, 123, 120)
]


@pytest.fixture
def midi() -> MemoryMidi:
    return MemoryMidi(("FLUID Synth (7):Synth input", "IAC Driver Bus 1", "IAC Driver Bus 2"))


@pytest.fixture
def out(midi: MemoryMidi) -> MidiOut:
    sink = MidiOut(opener=midi)
    sink.open()
    return sink


def sent(midi: MemoryMidi) -> list[mido.Message]:
    return [mido.Message.from_bytes(message) for message in midi.port.sent]


def test_a_note_is_struck_and_ended_on_its_channel(out: MidiOut, midi: MemoryMidi) -> None:
    out.note_on(0, Note(0, 1, 60, 90, 10))
    out.note_off(0.5, Note(0, 1, 60, 90, 10))
    assert sent(midi) == [
        mido.Message("note_on", channel=9, note=60, velocity=90),
        mido.Message("note_off", channel=9, note=60, velocity=0),
    ]


def test_the_softest_note_is_still_a_note(out: MidiOut, midi: MemoryMidi) -> None:
    out.note_on(0, Note(0, 1, 60, 0))
    assert sent(midi)[0].velocity == 1


@given(st.integers(0, 11), st.floats(-6, 6))
def test_a_control_is_a_pair_of_14_bits(index: int, value: float) -> None:
    midi = MemoryMidi()
    out = MidiOut(opener=midi)
    out.open()
    out.control(0, index, value)
    coarse, fine = sent(midi)
    assert (coarse.control, fine.control) == (20 + index, 52 + index)
    decoded = ((coarse.value << 7) + fine.value) / 16383 * 8 - 4
    assert decoded == pytest.approx(min(max(value, -4), 4), abs=8 / 16383)


def test_the_ends_and_the_middle_of_a_control() -> None:
    assert [messages.control_14bit(v) for v in (-4, 0, 4, -99, 99)] == [0, 8192, 16383, 0, 16383]


def test_a_control_that_stands_still_is_sent_once(out: MidiOut, midi: MemoryMidi) -> None:
    for value in (1.0, 1.0, 1.00001, 1.5):
        out.control(0, 3, value)
    assert len(midi.port.sent) == 4


def test_clock_and_transport(out: MidiOut, midi: MemoryMidi) -> None:
    out.transport(0, "start", 0)
    out.clock(0, 0)
    out.transport(0, "stop", 1.5)
    out.transport(0, "continue", 66.25)
    assert sent(midi) == [
        mido.Message("start"),
        mido.Message("clock"),
        mido.Message("stop"),
        mido.Message("songpos", pos=265),
        mido.Message("continue"),
    ]


def test_a_song_longer_than_its_pointer_stays_legal() -> None:
    assert mido.Message.from_bytes(messages.song_position(5000)).pos == 16383


def test_panic_ends_what_sounds_then_everything(out: MidiOut, midi: MemoryMidi) -> None:
    out.note_on(0, Note(0, 1, 60, 90, 2))
    out.note_on(0, Note(0, 1, 64, 90, 2))
    out.note_off(0, Note(0, 1, 64, 90, 2))
    midi.port.sent.clear()
    out.panic(1)
    assert sent(midi) == [mido.Message("note_off", channel=1, note=60, velocity=0), *PANIC]
    midi.port.sent.clear()
    out.panic(1.05)
    assert sent(midi) == PANIC


def test_closing_ends_what_sounds(out: MidiOut, midi: MemoryMidi) -> None:
    out.note_on(0, Note(0, 1, 60))
    out.close()
    assert sent(midi)[-1] == mido.Message("note_off", note=60, velocity=0)
    assert midi.port.closed == 1 and not out.available


def test_a_lost_port_is_dropped_from_counted_and_reopened_with_a_panic_first(
    out: MidiOut, midi: MemoryMidi
) -> None:
    first = midi.port
    out.transport(0, "start", 0)
    out.control(0, 0, 1.0)
    first.lost, midi.missing = "the server has ended", "there is no server"
    out.maintain(1)
    assert (out.available, out.lost, first.closed) == (
        False,
        1,
        1,
    ) and out.health().reason == "there is no server"
    out.note_on(1, Note(0, 1, 60))
    out.clock(1, 30)
    assert out.dropped == 2
    midi.missing = ""
    out.maintain(1.5)
    assert out.available and out.health().state == "running" and sent(midi) == PANIC
    midi.port.sent.clear()
    out.clock(2, 47)
    out.clock(2, 48)
    out.control(2, 0, 1.0)
    assert [m.type for m in sent(midi)] == [
        "clock",
        "songpos",
        "continue",
        "clock",
        "control_change",
        "control_change",
    ]
    assert sent(midi)[1].pos == 8


def test_after_a_gap_nothing_is_heard_before_a_panic(out: MidiOut, midi: MemoryMidi) -> None:
    midi.port.full = True
    out.note_off(0, Note(0, 1, 60))
    midi.port.full = False
    out.note_on(0, Note(0, 1, 62))
    assert midi.port.sent == [] and out.dropped == 2 and not out.available
    out.maintain(1)
    out.note_on(1, Note(0, 1, 64))
    assert sent(midi) == [*PANIC, mido.Message("note_on", note=64, velocity=96)]


def test_a_receiver_that_is_back_hears_a_panic(out: MidiOut, midi: MemoryMidi) -> None:
    midi.port.restored = True
    out.maintain(1)
    out.maintain(2)
    assert sent(midi) == PANIC


def test_without_midi_at_first_it_joins_when_there_is_some(midi: MemoryMidi) -> None:
    midi.missing = "no MIDI system was found"
    out = MidiOut(opener=midi)
    with pytest.raises(DeviceError, match="no MIDI system"):
        out.open()
    midi.missing = ""
    out.maintain(0.5)
    assert out.available and out.label == "livesyn" and out.lost == 0
    out.close()
    out.maintain(1)
    assert len(midi.ports) == 1


def test_a_port_is_found_by_its_name_or_a_part_of_it(midi: MemoryMidi) -> None:
    assert find_port("IAC Driver Bus 1", midi.names) == "IAC Driver Bus 1"
    assert find_port("fluid", midi.names) == "FLUID Synth (7):Synth input"
    assert find_port("IAC", ("IAC", "IAC 2")) == "IAC"
    with pytest.raises(DeviceError, match="could be any of: IAC Driver Bus 1, IAC Driver Bus 2"):
        find_port("iac", midi.names)
    with pytest.raises(DeviceError, match="'Moog' is not there; there are: FLUID Synth"):
        find_port("Moog", midi.names)
    with pytest.raises(DeviceError, match="there are: none"):
        find_port("Moog", ())


def test_an_unknown_api_and_no_port_at_all_are_refused() -> None:
    with pytest.raises(DeviceError, match="one of: auto, jack, alsa"):
        open_port(None, True, "livesyn", "oss", set())
    with pytest.raises(DeviceError, match="--midi-out"):
        open_port(None, False, "livesyn", "alsa", set())


def test_a_linux_without_any_midi_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("livesyn.midi.jack_guard.open_guard", lambda name: None)
    monkeypatch.setattr("os.path.exists", lambda path: False)
    with pytest.raises(DeviceError) as refused:
        open_port(None, True, "livesyn", "auto", set())
    assert str(refused.value) == NO_BACKEND
    monkeypatch.setenv("LIVESYN_MIDI_API", "jack")
    with pytest.raises(DeviceError, match="no JACK server"):
        open_port(None, True, "livesyn", "auto", set())

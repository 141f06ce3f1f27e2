"""MidiIn on a MIDI system in memory: what arrives, and what happens when the port goes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.midi.input_ports import QUEUE, open_input
from livesyn.midi.ports import NO_BACKEND
from livesyn.sources.midi_in import LOOK_EVERY_S, WAITING_EVENTS, MidiIn
from tests.fakes_midi_in import MemoryMidiIn, check_burst, check_midi_in, heard, said

ON, OFF = b"\x90\x3c\x60", b"\x80\x3c\x60"


@pytest.fixture
def system() -> MemoryMidiIn:
    return MemoryMidiIn(("Midi Through:0", "IAC Driver Bus 1", "IAC Driver Bus 2"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(5.0)


@pytest.fixture
def sentences() -> list[str]:
    return []


@pytest.fixture
def midi(system: MemoryMidiIn, clock: ManualClock, sentences: list[str]) -> Iterator[MidiIn]:
    midi = MidiIn(None, clock, opener=system, say=sentences.append)
    yield midi
    midi.close()


def wait(condition, what: str) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError(f"waited in vain for {what}")


def test_the_contract(midi, system, clock):
    check_midi_in(midi, lambda midi: system.port.give, clock.now_s)


def test_a_port_is_found_by_a_part_of_its_name(system, clock):
    midi = MidiIn("through", clock, opener=system)
    midi.open()
    assert midi.label == "Midi Through:0" and midi.health().state == "running"
    midi.close()


def test_an_unknown_port_is_refused_with_those_there_are(system, clock):
    midi = MidiIn("moog", clock, opener=system)
    with pytest.raises(DeviceError, match="'moog' is not there; there are: Midi Through:0, IAC"):
        midi.open()
    assert "moog" in midi.health().reason and midi.drain() == []
    system.names = ("Moog Sub 37",)
    clock.advance(10)
    assert midi.label == "", "a mistake at the desk is not tried again"


def test_on_stage_it_is_tried_again(system, clock):
    midi = MidiIn("moog", clock, opener=system)
    midi.open(required=False)
    system.names = ("Moog Sub 37",)
    clock.advance(LOOK_EVERY_S)
    wait(lambda: midi.label == "Moog Sub 37", "the port")
    system.port.give(ON)
    assert (
        said(heard(midi, 1)) == [("strike", 60)]
        and midi.health().state == "running"
        and midi.lost == 0
    )
    midi.close()


def test_a_port_that_is_lost_ends_all_notes_and_comes_back(midi, system, clock):
    midi.open()
    first = system.port
    first.give(ON)
    heard(midi, 1)
    system.missing, first.lost = "no MIDI system was found", "MIDI port was unplugged"
    clock.advance(LOOK_EVERY_S)
    assert said(heard(midi, 1)) == [("rest", 0)]
    assert first.closed.wait(5) and midi.lost == 1
    clock.advance(LOOK_EVERY_S)
    wait(lambda: "no MIDI system" in midi.health().reason, "the reason")
    system.missing = ""
    clock.advance(LOOK_EVERY_S)
    wait(lambda: midi.health().state == "running", "the port to be back")
    system.port.give(OFF, ON)
    assert said(heard(midi, 1)) == [("strike", 60)], "and nothing of before"


def test_a_sender_that_goes_ends_all_notes(midi, system, clock):
    midi.open()
    system.port.give(ON)
    heard(midi, 1)
    system.port.waits_for, system.port.gone = "MIDI port Ableton has gone", True
    clock.advance(LOOK_EVERY_S)
    assert said(heard(midi, 1)) == [("rest", 0)]
    assert (
        midi.health().reason == "MIDI port Ableton has gone"
        and midi.lost == 0
        and len(system.ports) == 1
    )
    system.port.waits_for = ""
    clock.advance(LOOK_EVERY_S)
    wait(lambda: midi.health().state == "running", "the sender")


def test_a_driver_that_fails_is_a_lost_port(midi, system, clock):
    midi.open()
    system.port.failure = SystemError("driver bug")
    assert said(heard(midi, 1)) == [("rest", 0)]
    assert "driver bug" in midi.health().reason and midi.lost == 1
    clock.advance(LOOK_EVERY_S)
    wait(lambda: midi.health().state == "running", "the port to be back")


def test_what_is_no_message_is_counted_and_said_once(midi, system, sentences):
    midi.open()
    system.port.give(b"\x90\x3c", b"\x00", b"\xe0", ON)
    assert said(heard(midi, 1)) == [("strike", 60)] and midi.bad == 3 and midi.lost == 0
    assert sentences == [
        "MIDI in on the port 'livesyn in': bytes that are no MIDI message, 90 3c; it is left out"
    ]


def test_a_burst(midi, system):
    check_burst(midi, lambda midi: system.port.give)


def test_a_queue_that_ran_over_ends_all_notes_and_pedals(midi, system, sentences):
    midi.open()
    system.port.give(b"\xb0\x40\x7f", ON, *[b"\xb0\x07\x7f"] * QUEUE, b"\xb0\x40\x00", OFF)
    assert said(heard(midi, 2)) == [("strike", 60), ("rest", 0)]
    assert midi.dropped == 1
    system.port.give(ON, OFF)
    assert said(heard(midi, 2)) == [("strike", 60), ("release", 60)], "no pedal holds it"
    for _ in range(3):
        system.port.give(*[b"\xf8"] * QUEUE)
        heard(midi, 1)
        wait(lambda: not midi.drain(), "quiet")
    assert midi.dropped > 3 and len(sentences) == 1
    assert sentences[0].endswith(
        "more came at once than could be taken; the rest is lost (and counted as dropped), and all"
        " held notes were ended"
    )


def test_what_nobody_takes_is_dropped_and_ends_all_notes(midi, system):
    midi.open()
    system.port.give(*[ON, OFF] * (WAITING_EVENTS // 2), ON)
    wait(lambda: midi.dropped == 1, "the drop")
    events = midi.drain()
    assert said(events)[:2] == [("rest", 0), ("release", 60)] and len(events) == WAITING_EVENTS + 1
    system.port.give(OFF)
    assert said(heard(midi, 1)) == [("release", 60)], "said once"


def test_a_linux_without_any_midi_says_so(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("livesyn.midi.jack_guard.open_guard", lambda name: None)
    monkeypatch.setattr("os.path.exists", lambda path: False)
    monkeypatch.delenv("LIVESYN_MIDI_API", raising=False)
    with pytest.raises(DeviceError) as refused:
        open_input(None, "livesyn in", "auto", set())
    assert str(refused.value) == NO_BACKEND
    with pytest.raises(DeviceError, match="no JACK server"):
        open_input(None, "livesyn in", "jack", set())

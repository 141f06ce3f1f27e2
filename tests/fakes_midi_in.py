"""An in-memory MIDI system to listen to, and what every MidiIn must do, on it or on a real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from livesyn.base.errors import DeviceError
from livesyn.midi.input_ports import QUEUE
from livesyn.midi.keys import MidiEvent
from livesyn.midi.port_names import find_port
from livesyn.midi.rtmidi_ports import Taken
from livesyn.sources.midi_in import MidiIn


class MemoryInput:
    """Stands in for a `MidiInPort`: `give` it messages; set `lost`, `gone`, `waits_for` or
    `failure` to see what follows.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.lost = self.waits_for = ""
        self.gone = False
        self.failure: Exception | None = None
        self.closed = threading.Event()
        self._lock = threading.Lock()
        self._messages: list[list[int]] = []

    def give(self, *messages: bytes) -> None:
        """What comes when the queue is full is thrown away, as RtMidi does."""
        with self._lock:
            room = QUEUE - 1 - len(self._messages)
            self._messages += [list(message) for message in messages[:room]]

    def take(self) -> list[Taken]:
        assert not self.closed.is_set(), "read from a closed port"
        if self.failure is not None:
            raise self.failure
        with self._lock:
            messages, self._messages = self._messages, []
        return [(None, message) for message in messages]

    def check(self) -> str:
        return self.lost

    def parted(self) -> bool:
        gone, self.gone = self.gone, False
        return gone

    def missing(self) -> str:
        return self.waits_for

    def close(self) -> None:
        self.closed.set()


class MemoryMidiIn:
    """An opener for `MidiIn`.

    `names` are the ports there are; `missing` is what the system says when it does not work.
    """

    def __init__(self, names: tuple[str, ...] = (), missing: str = "") -> None:
        self.names, self.missing = names, missing
        self.ports: list[MemoryInput] = []

    def __call__(
        self, wanted: str | None, client_name: str, api: str, peers: set[str]
    ) -> MemoryInput:
        if self.missing:
            raise DeviceError(self.missing)
        self.ports.append(
            MemoryInput(client_name if wanted is None else find_port(wanted, self.names))
        )
        return self.ports[-1]

    @property
    def port(self) -> MemoryInput:
        return self.ports[-1]


class Player(Protocol):
    """Somebody who plays into the port that is open."""

    def __call__(self, *messages: bytes) -> None: ...


def heard(midi: MidiIn, count: int, patience_s: float = 10.0) -> list[MidiEvent]:
    """The next `count` events, or those that came in time."""
    events: list[MidiEvent] = []
    until_s = time.monotonic() + patience_s
    while len(events) < count and (left_s := until_s - time.monotonic()) > 0:
        events += midi.drain(left_s)
    return events


def said(events: list[MidiEvent]) -> list[tuple[str, float]]:
    return [(event.kind, event.value) for event in events]


def check_burst(midi: MidiIn, play_into: Callable[[MidiIn], Player]) -> None:
    """18,000 messages at once: of the notes each is heard or counted, and none is left held."""
    midi.open()
    play = play_into(midi)
    burst = [
        message
        for index in range(6000)
        for message in (
            bytes((0x80 if index % 2 else 0x90, 30 + index // 2 % 80, 100)),
            bytes((0xB0, index % 64, index % 128)),
            bytes((0xE0, index % 128, index % 128)),
        )
    ]
    play(*burst, b"\x90\x3c\x60", b"\xfc")
    events: list[MidiEvent] = []
    while not events or events[-1].kind != "stop":
        more = heard(midi, 1)
        assert more, "the last message did not come"
        events += more
    held: set[float] = set()
    for event in events:
        if event.kind == "strike":
            held.add(event.value)
        elif event.kind == "release":
            held.discard(event.value)
        elif event.kind == "rest":
            held.clear()
    played = sum(event.kind in ("strike", "release") for event in events)
    assert played + midi.dropped == 6001 and held == {60}
    midi.close()


def check_midi_in(
    midi: MidiIn, play_into: Callable[[MidiIn], Player], now_s: Callable[[], float]
) -> None:
    """The whole contract, of an unopened MidiIn; `play_into` gives somebody who plays into it once
    it is open.
    """
    midi.close()
    assert midi.drain() == [] and not midi.available
    midi.open()
    assert midi.health().state == "running" and midi.label and midi.name
    play, began_s = play_into(midi), now_s()
    play(
        b"\x90\x3c\x60",
        b"\x99\x24\x60",
        b"\x91\x43\x60",
        b"\x80\x3c\x00",
        b"\x91\x43\x00",
        b"\xb0\x07\x7f",
    )
    events = heard(midi, 4)
    assert said(events) == [("strike", 60), ("strike", 67), ("release", 60), ("release", 67)], (
        "drums and controllers say nothing"
    )
    assert began_s <= events[0].time_s <= events[-1].time_s <= now_s()
    play(b"\xf2\x10\x00", b"\xfb", b"\xf8", b"\xf8", b"\xfc", b"\xfa")
    assert said(heard(midi, 6)) == [
        ("locate", 4.0),
        ("resume", 0),
        ("pulse", 0),
        ("pulse", 0),
        ("stop", 0),
        ("start", 0),
    ]
    play(b"\x90\x3c\x60")
    assert said(heard(midi, 1)) == [("strike", 60)]
    midi.close()
    midi.close()
    assert said(midi.drain()) == [("rest", 0)], "what sounds is ended"
    assert not midi.available and midi.label == ""
    midi.open()
    assert midi.health().state == "running" and midi.lost == midi.bad == midi.dropped == 0
    play_into(midi)(b"\x90\x3e\x60")
    assert said(heard(midi, 1)) == [("strike", 62)]
    midi.close()

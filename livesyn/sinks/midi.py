"""MIDI out: notes, the latent's directions as controllers, clock and transport, panic."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from livesyn.base.device import PolledDevice
from livesyn.base.types import Note
from livesyn.midi import messages
from livesyn.midi.output_ports import MidiPort, open_port
from livesyn.sinks.base import NullSink

PULSES_PER_SIXTEENTH = 6

Opener = Callable[[str | None, bool, str, str, set[str]], MidiPort]


class MidiOut(PolledDevice, NullSink):
    """One MIDI output by rtmidi: a virtual port `client_name`, or the port named `port`.

    Drop policy: while the port is lost, messages are dropped and counted (`dropped`). `maintain`
    opens it again, whether it was lost or never there; its connections are restored, and before
    anything else a full panic goes out. Thread-safe; `note_on` and the like never block.
    """

    name = "midi"
    prompt = True

    def __init__(
        self,
        port: str | None = None,
        virtual: bool = True,
        client_name: str = "livesyn",
        api: str = "auto",
        opener: Opener = open_port,
    ) -> None:
        super().__init__()
        self._wanted, self._virtual, self._client_name, self._api = port, virtual, client_name, api
        self._opener = opener
        self._lock = threading.Lock()  # rtmidi's ring takes one writer at a time
        self._port: MidiPort | None = None
        self._peers: set[str] = set()
        self._muted = False  # something was not taken: nothing more goes out before a panic
        self._sounding: set[tuple[int, int]] = set()
        self._controls: dict[int, int] = {}
        self._running = False
        self._rejoin = False
        self._dropped = 0

    @property
    def available(self) -> bool:
        """Whether what is sent goes out."""
        return self._port is not None and not self._muted

    @property
    def label(self) -> str:
        """The port's name for people; "" while there is none."""
        port = self._port
        return port.label if port else ""

    @property
    def dropped(self) -> int:
        """Messages that were not sent."""
        return self._dropped

    @property
    def peers(self) -> tuple[str, ...]:
        """The ports it is connected to, where the system tells (JACK)."""
        return tuple(sorted(self._peers))

    def reconnect_to(self, peers: Iterable[str]) -> None:
        """Connect to these when it opens: a player that died was connected to them. Before
        `open`.
        """
        self._peers.update(peers)

    def note_on(self, time_s: float, note: Note) -> None:
        if self._send((messages.note_on(note.channel, note.pitch, note.velocity),)):
            self._sounding.add((note.channel, note.pitch))

    def note_off(self, time_s: float, note: Note) -> None:
        self._sounding.discard((note.channel, note.pitch))
        self._send((messages.note_off(note.channel, note.pitch),))

    def control(self, time_s: float, index: int, value: float) -> None:
        """CC 20 + index and its LSB; only when the 14 bits have changed."""
        fine = messages.control_14bit(value)
        if self._controls.get(index) != fine and self._send(messages.control_pair(index, fine)):
            self._controls[index] = fine

    def clock(self, time_s: float, pulse: int) -> None:
        if self._rejoin and pulse % PULSES_PER_SIXTEENTH == 0:
            # A port that came back in mid-song: its listeners have not heard the start.
            self._rejoin = False
            self._send((messages.song_position(pulse / 24), messages.CONTINUE))
        self._send((messages.CLOCK,))

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._rejoin = False
        self._running = event != "stop"
        if event == "start":
            self._send((messages.START,))
        elif event == "continue":
            self._send((messages.song_position(beat), messages.CONTINUE))
        else:
            self._send((messages.STOP,))

    def panic(self, time_s: float) -> None:
        """Note-offs for what sounds, then sustain, notes and sound off on all channels."""
        ends = [messages.note_off(channel, pitch) for channel, pitch in tuple(self._sounding)]
        self._sounding.clear()
        self._send((*ends, *messages.PANIC))

    def warm(self) -> None:
        messages.note_on(1, 0, 1)
        if self._send(()) and (port := self._port) is not None:
            port.warm()

    def _acquire(self) -> None:
        port = self._opener(self._wanted, self._virtual, self._client_name, self._api, self._peers)
        with self._lock:
            if self.lost:
                for message in messages.PANIC:
                    port.send(message)
            self._forget()
            self._port = port

    def _check(self) -> str:
        """Notice a loss; end what was cut off."""
        if (port := self._port) is None:
            return ""
        if reason := port.check():
            with self._lock:
                self._port = None
            port.close()
        elif self._muted or port.reconnected():
            with self._lock:
                self._muted = not all(port.send(message) for message in messages.PANIC)
                if not self._muted:
                    self._forget()
        return reason

    def _hindrance(self) -> str:
        return "MIDI stands still: what is sent is not taken" if self._muted else ""

    def _release(self) -> None:
        """End what sounds and let go of the port; what was sent arrives first."""
        if self._port is not None:
            self._send(
                [messages.note_off(channel, pitch) for channel, pitch in tuple(self._sounding)]
            )
            self._sounding.clear()
            with self._lock:
                port, self._port = self._port, None
            port.close()

    def _forget(self) -> None:
        """What went out before a panic is as if it had never been."""
        self._sounding.clear()
        self._controls.clear()
        self._muted = False
        self._rejoin = self._running

    def _send(self, sent: Iterable[bytes]) -> bool:
        with self._lock:
            for message in sent:
                if self._port is None or self._muted:
                    self._dropped += 1
                elif not self._port.send(message):
                    self._muted = True
                    self._dropped += 1
            return self.available

"""Where MIDI bytes come from: RtMidi's ports on ALSA, CoreMIDI and Windows, and one on JACK that
outlives its sender.

A port is made open and never reopened: when it is lost, another one takes its place. Messages wait
in RtMidi's queue, which is filled without Python: a callback would keep JACK's cycle waiting for
the interpreter.
"""

from __future__ import annotations

from typing import Any, Protocol

from livesyn.midi.jack_guard import JackLink
from livesyn.midi.ports import choose_jack, open_system_port
from livesyn.midi.rtmidi_ports import Taken

# Messages that the library keeps until they are taken. A busy set has some hundred a second, JACK
# can carry 100,000; a full queue throws away what comes, with a line to stderr for each message.
QUEUE = 1 << 16


class MidiInPort(Protocol):
    """An open MIDI input. One thread at a time."""

    label: str

    def take(self) -> list[Taken]:
        """The messages that wait, oldest first, at most `QUEUE`. Never blocks. `QUEUE` - 1 or more
        mean that the queue was full, and that messages after these may be lost.
        """

    def check(self) -> str:
        """Why the port is lost, or "" while it is well. About 2/s."""

    def parted(self) -> bool:
        """Whether a sender has gone since this was last asked, where the system tells (JACK)."""

    def missing(self) -> str:
        """The senders that are waited for, as a sentence; "" when there are none."""

    def close(self) -> None:
        """Let go."""


def open_input(wanted: str | None, client_name: str, api: str, peers: set[str]) -> MidiInPort:
    """Open a MIDI input.

    `wanted` names a port to listen to; without it a virtual port `client_name` is made. `api`: see
    `choose_jack`. `peers` holds the JACK ports to be connected to, and is kept up to date. Raises
    DeviceError.
    """
    guard = choose_jack(client_name, api)
    return (
        SystemInput(wanted, client_name)
        if guard is None
        else JackMidiInput(guard, wanted, client_name, peers)
    )


class SystemInput:
    """A port of the system's own MIDI: ALSA, CoreMIDI, or Windows (where a virtual one is made with
    loopMIDI).
    """

    def __init__(self, wanted: str | None, client_name: str) -> None:
        self._in, self._name = open_system_port("MidiIn", wanted, client_name, QUEUE)
        self.label = self._name or client_name

    def take(self) -> list[Taken]:
        return self._in.take(QUEUE)

    def check(self) -> str:
        if self._name is not None and self._name not in self._in.names():
            return (
                f"MIDI port {self.label!r} was unplugged or closed; it is taken up again when it is"
                " back"
            )
        return ""

    def parted(self) -> bool:
        return False

    def missing(self) -> str:
        return ""

    def close(self) -> None:
        self._in.close()


class JackMidiInput:
    """The virtual port `client_name`, connected to `peers` and to the port `wanted`.

    See `JackLink`.
    """

    def __init__(self, guard: Any, wanted: str | None, client_name: str, peers: set[str]) -> None:
        self._link = JackLink(guard, "MidiIn", wanted, client_name, peers, QUEUE)
        self.label = client_name if wanted is None else wanted

    def take(self) -> list[Taken]:
        return self._link.port.take(QUEUE)

    def check(self) -> str:
        return self._link.check()

    def parted(self) -> bool:
        return self._link.parted()

    def missing(self) -> str:
        absent = ", ".join(sorted(self._link.absent))
        return (
            f"MIDI port {absent} has gone; it is connected again when it is back" if absent else ""
        )

    def close(self) -> None:
        self._link.close()

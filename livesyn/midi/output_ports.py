"""Where MIDI bytes go: RtMidi's ports on ALSA, CoreMIDI and Windows, and one on JACK that survives
JACK.

A port is made open and never reopened: when it is lost, another one takes its place.
"""

from __future__ import annotations

from typing import Protocol

from livesyn.base.errors import DeviceError
from livesyn.midi.ports import choose_jack, open_system_port


class MidiPort(Protocol):
    """An open MIDI output."""

    label: str

    def send(self, message: bytes) -> bool:
        """Send at once; False when it could not be taken. Never blocks. One thread at a time."""

    def warm(self) -> None:
        """Touch what `send` will take. On the thread that sends."""

    def check(self) -> str:
        """Why the port is lost, or "" while it is well. About 2/s, off the scheduler thread."""

    def reconnected(self) -> bool:
        """Whether `check` has restored a connection since it was last asked."""

    def close(self) -> None:
        """Let go; what was sent arrives first."""


def open_port(
    wanted: str | None, virtual: bool, client_name: str, api: str, peers: set[str]
) -> MidiPort:
    """Open a MIDI output.

    `wanted` names a port to play into; without it a virtual port `client_name` is made. `api`: see
    `choose_jack`. `peers` holds the JACK ports to connect to, and is kept up to date. Raises
    DeviceError.
    """
    if wanted is None and not virtual:
        raise DeviceError("no MIDI port was named and none is to be made; name one with --midi-out")
    if (guard := choose_jack(client_name, api)) is None:
        return SystemPort(wanted, client_name)
    from livesyn.midi.jack_port import JackPort

    return JackPort(guard, wanted, client_name, peers)


class SystemPort:
    """A port of the system's own MIDI: ALSA, CoreMIDI, or Windows (where a virtual one is made with
    loopMIDI).
    """

    def __init__(self, wanted: str | None, client_name: str) -> None:
        self._out, self._name = open_system_port("MidiOut", wanted, client_name)
        self.label = self._name or client_name
        self._failure = ""

    def send(self, message: bytes) -> bool:
        try:
            self._out.send(message)
        except Exception as error:
            # RtMidi's own kinds differ by system and binding; a lost port is all they mean here
            self._failure = f"MIDI port {self.label!r} was lost: {error}"
            return False
        return True

    def warm(self) -> None:
        """Nothing to touch that sends nothing."""

    def check(self) -> str:
        if not self._failure and self._name is not None and self._name not in self._out.names():
            self._failure = (
                f"MIDI port {self.label!r} was unplugged or closed; it is taken up again when it is"
                " back"
            )
        return self._failure

    def reconnected(self) -> bool:
        return False

    def close(self) -> None:
        self._out.close()

"""An in-memory MIDI system: what rtmidi and JACK would do, remembered."""

from __future__ import annotations

from livesyn.base.errors import DeviceError
from livesyn.midi.port_names import find_port


class MemoryPort:
    """Stands in for a `MidiPort`: `sent` holds every message; set `lost`, `full` or `restored` to
    see what follows.
    """

    def __init__(self, label: str = "livesyn") -> None:
        self.label = label
        self.sent: list[bytes] = []
        self.lost = ""
        self.full = False
        self.restored = False
        self.closed = 0

    def send(self, message: bytes) -> bool:
        assert not self.closed, "sent to a closed port"
        if self.full or self.lost:
            return False
        self.sent.append(bytes(message))
        return True

    def warm(self) -> None:
        assert not self.closed, "touched a closed port"

    def check(self) -> str:
        return self.lost

    def reconnected(self) -> bool:
        restored, self.restored = self.restored, False
        return restored

    def close(self) -> None:
        self.closed += 1


class MemoryMidi:
    """An opener for `MidiOut`.

    `names` are the ports there are; empty `missing` when the system works.
    """

    def __init__(self, names: tuple[str, ...] = (), missing: str = "") -> None:
        self.names, self.missing = names, missing
        self.ports: list[MemoryPort] = []

    def __call__(
        self, wanted: str | None, virtual: bool, client_name: str, api: str, peers: set[str]
    ) -> MemoryPort:
        if self.missing:
            raise DeviceError(self.missing)
        self.ports.append(
            MemoryPort(client_name if wanted is None else find_port(wanted, self.names))
        )
        return self.ports[-1]

    @property
    def port(self) -> MemoryPort:
        return self.ports[-1]

"""A MIDI output on JACK that neither spins, hangs nor crashes when JACK dies, and restores its
connections.

When its server dies or stands still, RtMidi's ring of 16 KiB fills, and then sending spins
for ever and holds the GIL. So nothing is sent once the guard has been told, nor what the ring could
not hold.
"""

from __future__ import annotations

from typing import Any

from livesyn.midi.jack_guard import JackLink

RING_BUDGET_BYTES = 8192  # half of RtMidi's ring
MESSAGE_HEAD_BYTES = 4  # RtMidi stores each message's length before it


class JackPort:
    """The virtual port `client_name`, connected to `peers` and to the port `wanted`.

    See `midi_ports.MidiPort` and `JackLink`.
    """

    def __init__(self, guard: Any, wanted: str | None, client_name: str, peers: set[str]) -> None:
        self._link = JackLink(guard, "MidiOut", wanted, client_name, peers)
        self.label = client_name if wanted is None else wanted
        self._cycle = self._link.cycle
        self._budget_bytes = RING_BUDGET_BYTES

    def warm(self) -> None:
        if not self._link.down.is_set():
            self._has_room(0)
            self._link.port.touch()

    def send(self, message: bytes) -> bool:
        if self._link.down.is_set() or not self._has_room(MESSAGE_HEAD_BYTES + len(message)):
            return False
        self._link.port.send(message)
        return True

    def _has_room(self, size: int) -> bool:
        """Take `size` bytes of what the ring holds for this cycle, if that many are left."""
        if (cycle := self._link.cycle) != self._cycle:
            self._cycle, self._budget_bytes = cycle, RING_BUDGET_BYTES
        if size > self._budget_bytes:
            return False
        self._budget_bytes -= size
        return True

    def check(self) -> str:
        return self._link.check()

    def reconnected(self) -> bool:
        return self._link.joined()

    def close(self) -> None:
        self._link.close()

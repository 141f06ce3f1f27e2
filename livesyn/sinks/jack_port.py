"""A MIDI output on JACK that neither spins, hangs nor crashes when JACK dies, and restores its connections.

rtmidi says nothing when its server dies or stands still: its ring of 16 KiB fills, and then
`send_message` spins for ever and holds the GIL. So a second JACK client, the guard, is told of the
server's end and knows when a cycle has passed; nothing is sent that the ring could not hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import re
import threading
from typing import Any

from livesyn.errors import DeviceError
from livesyn.sinks.midi_ports import find_port

log = logging.getLogger(__name__)

RING_BUDGET_BYTES = 8192  # half of rtmidi's ring
MESSAGE_HEAD_BYTES = 4  # rtmidi stores each message's length before it
CLOSE_PATIENCE_S = 2.0


def open_guard(client_name: str) -> Any | None:
    """A JACK client beside the port's own, or None where no server runs (or JACK is not installed)."""
    try:
        import jack
    except (ImportError, OSError):
        return None
    # libjack writes some five lines to stderr for each try, and a lost server is tried twice a second.
    jack.set_error_function(log.debug)
    jack.set_info_function(log.debug)
    try:
        # Its answer also proves, with the GIL released, that the server will answer rtmidi, which keeps it.
        return jack.Client(f"{client_name}-guard", no_start_server=True)
    except jack.JackError:
        return None


class JackPort:
    """The virtual port `client_name`, connected to `peers` and to the port `wanted`. See `midi_ports.MidiPort`.

    `peers` is kept up to date: a receiver connected by hand is added, one disconnected by hand is removed,
    one that went away stays and is connected again when it is back.
    """

    def __init__(self, guard: Any, wanted: str | None, client_name: str, peers: set[str]) -> None:
        import rtmidi

        self._guard = guard
        _keep(guard)
        self._down = threading.Event()
        guard.set_shutdown_callback(lambda status, reason: self._down.set())
        try:
            if wanted is not None and not peers:
                peers.add(find_port(wanted, sorted(self._receivers())))
            before = self._own_ports(client_name)
            self._out: Any = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=client_name)
            _keep(self._out)
            self._out.open_virtual_port(client_name)
            self._name = next(iter(self._own_ports(client_name) - before))
        except (rtmidi.RtMidiError, StopIteration) as error:
            guard.close()
            raise DeviceError(f"JACK gave no MIDI port: {error or 'the server has just ended'}") from error
        except DeviceError:
            guard.close()
            raise
        self.label = client_name if wanted is None else wanted
        self._peers = peers
        self._absent = set(peers)
        self._loose: set[str] = set()
        self._reconnected = False
        self._cycle = guard.last_frame_time
        self._budget_bytes = RING_BUDGET_BYTES
        self._tend_connections()

    def warm(self) -> None:
        if not self._down.is_set():
            self._has_room(0)
            with contextlib.suppress(ValueError):
                self._out.send_message(b"")  # refused, by the binding

    def send(self, message: bytes) -> bool:
        if self._down.is_set() or not self._has_room(MESSAGE_HEAD_BYTES + len(message)):
            return False
        self._out.send_message(message)
        return True

    def _has_room(self, size: int) -> bool:
        """Take `size` bytes of what the ring holds for this cycle, if that many are left."""
        if (cycle := self._guard.last_frame_time) != self._cycle:
            self._cycle, self._budget_bytes = cycle, RING_BUDGET_BYTES
        if size > self._budget_bytes:
            return False
        self._budget_bytes -= size
        return True

    def check(self) -> str:
        if self._down.is_set():
            return "JACK has ended; MIDI goes on when it is started again"
        import jack

        try:
            if self._name not in {port.name for port in self._guard.get_ports(is_midi=True, is_output=True)}:
                return "JACK has thrown the MIDI port out; it is made again"
            self._tend_connections()
        except jack.JackError as error:  # it is just going
            return f"JACK does not answer: {error}"
        return ""

    def reconnected(self) -> bool:
        restored, self._reconnected = self._reconnected, False
        return restored

    def close(self) -> None:
        if self.check() or not self._cycle_passes():
            return  # never touched again: see _keep
        self._out.close_port()
        self._out.delete()
        # A server that hangs as we go would keep us; a thread that is left behind does not.
        thread = threading.Thread(target=self._guard.close, name="jack-close", daemon=True)
        thread.start()
        thread.join(CLOSE_PATIENCE_S)

    def _cycle_passes(self) -> bool:
        """Whether the server is at work: a cycle can be a tenth of a second long."""
        frame, waiting = self._guard.last_frame_time, threading.Event()
        for _ in range(50):
            if self._guard.last_frame_time != frame:
                return True
            waiting.wait(0.01)
        return False

    def _own_ports(self, client_name: str) -> set[str]:
        pattern = rf"^{re.escape(client_name)}(-\d+)?:{re.escape(client_name)}$"
        return {port.name for port in self._guard.get_ports(pattern, is_midi=True, is_output=True)}

    def _receivers(self) -> set[str]:
        return {port.name for port in self._guard.get_ports(is_midi=True, is_input=True)}

    def _tend_connections(self) -> None:
        import jack

        present = self._receivers()
        for name in sorted(self._absent & present):
            with contextlib.suppress(jack.JackError):  # it has gone again, or was connected by hand meanwhile
                self._guard.connect(self._name, name)
                self._reconnected = True
        connected = {port.name for port in self._guard.get_all_connections(self._name)}
        if self._down.is_set():
            return  # the answers above may be a dying server's
        loose = (self._peers & present) - connected
        self._peers -= loose & self._loose  # twice, since one that is just going is seen so once
        self._peers |= connected
        self._loose, self._absent = loose, self._peers - present


def _keep(client: object) -> None:
    """Let `client` never be collected.

    Closing is what its destructor does. On a dead server rtmidi's waits a second with the GIL held, and once
    the process has so much as asked for the next server, libjack has freed all clients of the dead one, and
    touching them crashes. So a client is closed well by `JackPort.close`, or never: some KiB a death.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(client))

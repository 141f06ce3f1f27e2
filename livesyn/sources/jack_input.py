"""An input on JACK, to which any program's sound can be connected."""

from __future__ import annotations

import ctypes
import logging
import os
import threading
from typing import Any

import numpy as np

from livesyn.errors import DeviceError
from livesyn.sources.inlet import Inlet

WAITING_BLOCKS = 64
GONE_S = 1.0
LOOK_EVERY_S = 0.5
LEAVING_S = 0.5
CLIENT = "livesyn-ear"
log = logging.getLogger(__name__)


class JackInput:
    """The JACK port livesyn-ear:in, connected to the output port `wanted`, or to all of the client so called, or to the
    ports with that in their names; "" is connected to nothing, for connecting by hand.

    A block is a period of the server. Lost when the server ends or stands still, or when all ports it was connected
    to by name have gone. `xruns` counts the server's, and what nobody read in time.
    """

    def __init__(self, wanted: str = "", client_name: str = CLIENT) -> None:
        self.wanted = wanted
        self.name = f"JACK input {wanted}".rstrip()
        self.rate_hz = 0
        self._client_name = client_name
        self._client: Any = None
        self._inlet = Inlet(WAITING_BLOCKS)
        self._cycles: _Cycles | None = None
        self._down = False
        self._peers: list[str] = []
        self._unlooked = 0

    @property
    def xruns(self) -> int:
        return (self._cycles.skipped if self._cycles is not None else 0) + self._inlet.dropped

    def open(self) -> None:
        """Raises: DeviceError when no server runs, or no such port is there."""
        self.close()
        try:
            import jack
        except (ImportError, OSError) as error:
            raise DeviceError(f"JACK cannot be loaded ({error}); install it with: apt-get install libjack-jackd2-0 (Debian, Ubuntu)") from None
        # libjack writes some five lines to stderr for each try, and a lost server is tried every second.
        jack.set_error_function(log.debug)
        jack.set_info_function(log.debug)
        try:
            client = jack.Client(self._client_name, no_start_server=True)
        except jack.JackError:
            raise DeviceError("no JACK server runs; start one with qjackctl, or: jackd -R -d alsa") from None
        _keep(client)
        self._client, self._inlet, self._down = client, Inlet(WAITING_BLOCKS), False
        self._cycles, self._unlooked = None, 0
        self.rate_hz = int(client.samplerate)
        try:
            self._connect(client)
        except jack.JackError as error:
            self.close()
            raise DeviceError(f"JACK gave {self.name} no port: {error}") from error
        except DeviceError:
            self.close()
            raise

    def _connect(self, client: Any) -> None:
        port, inlet = client.inports.register("in"), self._inlet
        cycles = _Cycles(client, port, inlet)

        def end(status: object, reason: str) -> None:
            self._down = True
            inlet.end()
            cycles.end()

        client.set_process_callback(cycles.hear)
        client.set_shutdown_callback(end)
        self._peers = find_ports(self.wanted, audio_outputs(client)) if self.wanted.strip() else []
        client.activate()
        self._cycles = cycles
        for peer in self._peers:
            client.connect(peer, port)

    def read(self) -> np.ndarray | None:
        """What came in since the last time, (N, 1) float32; None when the server or the port is gone."""
        if self._client is None:
            return None
        samples = self._inlet.take(GONE_S)
        if samples is not None:
            self._unlooked += len(samples)
            if self._unlooked > LOOK_EVERY_S * self.rate_hz:
                self._unlooked = 0
                if not self._peers_are_there():
                    return None
        return samples

    def _peers_are_there(self) -> bool:
        import jack

        try:
            return not self._peers or not set(audio_outputs(self._client)).isdisjoint(self._peers)
        except jack.JackError:  # it is just going
            return False

    def close(self) -> None:
        client, self._client = self._client, None
        if client is None or self._down:
            return
        if self._cycles is None:  # never activated
            client.close()
            return
        # A server that stands still would keep us; a thread that is left behind does not.
        thread = threading.Thread(target=self._cycles.close, name="jack-close", daemon=True)
        thread.start()
        thread.join(LEAVING_S)


class _Cycles:
    """What JACK's own thread does for one client, each cycle.

    libjack cancels that thread (pthread_cancel) when its client is closed. One that is cancelled while it waits for
    the interpreter takes the interpreter's mutex with it, and no thread of this process ever runs again. So it is asked to
    leave by itself and closed after that. It is the only one of libjack's threads that calls Python while a server
    lives: xruns are therefore counted here, by the gaps in JACK's frame time, not by a callback of their own.
    """

    def __init__(self, client: Any, port: Any, inlet: Inlet) -> None:
        self.skipped = 0
        self._client, self._port, self._inlet = client, port, inlet
        self._next: int | None = None
        self._leave = self._down = False
        self._left = threading.Event()
        self._thread = 0

    def hear(self, frames: int) -> None:
        if self._leave:
            import jack

            self._thread = threading.get_native_id()
            self._left.set()
            raise jack.CallbackExit
        now = int(self._client.last_frame_time)
        self.skipped += self._next is not None and 0 < (now - self._next) % 2**32 < 2**31
        self._next = now + frames
        self._inlet.put(self._port.get_array()[:, None])

    def end(self) -> None:
        """The server has ended."""
        self._down = True
        self._left.set()

    def close(self) -> None:
        """Close the client once its thread has gone; waits for a cycle, however long, or for the server's end."""
        self._leave = True
        self._left.wait()
        pause = threading.Event()
        for _ in range(20):
            pause.wait(0.01)
            if os.path.isdir("/proc/self/task") and not os.path.exists(f"/proc/self/task/{self._thread}"):
                break
        if not self._down:
            self._client.close()


def audio_outputs(client: Any) -> list[str]:
    """The names of all ports that give sound."""
    return [port.name for port in client.get_ports(is_audio=True, is_output=True)]


def find_ports(wanted: str, names: list[str]) -> list[str]:
    """The port `wanted`, the ports of the client so called, or those with that in their names. Raises: DeviceError."""
    lower = wanted.strip().lower()
    exact = [name for name in names if name.lower() == lower]
    of_client = [name for name in names if name.lower().partition(":")[0] == lower]
    found = exact or of_client or [name for name in names if lower in name.lower()]
    if not found:
        raise DeviceError(f"JACK has no output {wanted!r}; " + (f"there is {', '.join(names)}" if names else "there is none at all: start what shall be heard"))
    return found


def _keep(client: object) -> None:
    """Let `client` never be collected: closing is what its destructor does, and once a process has asked for the next
    server, libjack has freed all clients of the dead one. So it is closed well, by `close`, or never: some KiB a death."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(client))

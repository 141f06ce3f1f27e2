"""An input on JACK, to which any program's sound can be connected."""

from __future__ import annotations

import numpy as np

from livesyn.base.errors import DeviceError
from livesyn.midi.jack_client import Client, acquire, jack, release_client
from livesyn.sources.inlet import Inlet

WAITING_BLOCKS = 64
GONE_S = 1.0
LOOK_EVERY_S = 0.5
CLIENT = "livesyn-ear"


class JackAudioClient(Client):
    """The client with the port "in". What comes in goes to `inlet`, while there is one.

    Its thread of libjack's is the only one that calls Python while a server lives, so xruns are
    counted there (`skipped`), by the gaps in JACK's frame time, and not by a callback of their own.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.inlet: Inlet | None = None
        self.skipped = 0
        self._next: int | None = None
        try:
            self.port = self.jack.inports.register("in")
            self.jack.set_process_callback(self._hear)
            self.jack.activate()
        except jack().JackError as error:
            raise DeviceError(f"JACK gave {name} no port: {error}") from error

    def connect(self, peers: list[str]) -> None:
        """Be connected to the output ports `peers` and to no others. Raises: DeviceError."""
        try:
            connected = {port.name for port in self.jack.get_all_connections(self.port)}
            for name in connected - set(peers):
                self.jack.disconnect(name, self.port)
            for name in sorted(set(peers) - connected):
                self.jack.connect(name, self.port)
        except jack().JackError as error:
            raise DeviceError(f"JACK does not connect {self.name}: {error}") from error

    def _hear(self, frames: int) -> None:
        now = int(self.jack.last_frame_time)
        self.skipped += self._next is not None and 0 < (now - self._next) % 2**32 < 2**31
        self._next = now + frames
        if (inlet := self.inlet) is not None:
            inlet.put(self.port.get_array()[:, None])


class JackInput:
    """The JACK port livesyn-ear:in, connected to the output port `wanted`, or to all of the client
    so called, or to the ports with that in their names; "" is connected to nothing, for connecting
    by hand.

    A block is a period of the server. Lost when the server ends or stands still, or when all ports
    it was connected to by name have gone. `xruns` counts the server's, and what nobody read in
    time. The port stays when it is closed, and so do connections by hand (see
    `livesyn.midi.jack_client`).
    """

    def __init__(self, wanted: str = "", client_name: str = CLIENT) -> None:
        self.wanted = wanted
        self.name = f"JACK input {wanted}".rstrip()
        self.rate_hz = 0
        self._client_name = client_name
        self._ear: JackAudioClient | None = None
        self._inlet = Inlet(WAITING_BLOCKS)
        self._skipped = 0  # of ears that were given back, less those before ours
        self._peers: list[str] = []
        self._unlooked = 0

    @property
    def xruns(self) -> int:
        return (
            self._skipped
            + (self._ear.skipped if self._ear is not None else 0)
            + self._inlet.dropped
        )

    def open(self) -> None:
        """Raises: DeviceError when no server runs, or no such port is there."""
        self.close()
        ear = acquire(JackAudioClient, self._client_name)
        try:
            self._peers = find_ports(self.wanted, audio_outputs(ear)) if self.wanted.strip() else []
            if self._peers:
                ear.connect(self._peers)
        except DeviceError:
            release_client(ear)
            raise
        self._ear, self._inlet, self._unlooked = ear, Inlet(WAITING_BLOCKS), 0
        self._skipped = -ear.skipped
        self.rate_hz = int(ear.jack.samplerate)
        ear.inlet, ear.on_down = self._inlet, self._inlet.end
        if ear.down.is_set():  # just now
            self._inlet.end()

    def read(self) -> np.ndarray | None:
        """What came in since the last time, (N, 1) float32; None when the server or the port is
        gone.
        """
        if self._ear is None:
            return None
        samples = self._inlet.take(GONE_S)
        if samples is not None:
            self._unlooked += len(samples)
            if self._unlooked > LOOK_EVERY_S * self.rate_hz:
                self._unlooked = 0
                if not self._peers_are_there(self._ear):
                    return None
        return samples

    def _peers_are_there(self, ear: JackAudioClient) -> bool:
        try:
            return not self._peers or not set(audio_outputs(ear)).isdisjoint(self._peers)
        except DeviceError:  # it is just going
            return False

    def close(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            self._skipped += ear.skipped
            ear.inlet = None
            release_client(ear)


def audio_outputs(client: Client) -> list[str]:
    """The names of all ports that give sound. Raises: DeviceError when the server is going."""
    try:
        return [port.name for port in client.jack.get_ports(is_audio=True, is_output=True)]
    except jack().JackError as error:
        raise DeviceError(f"JACK does not tell its ports: {error}") from error


def find_ports(wanted: str, names: list[str]) -> list[str]:
    """The port `wanted`, the ports of the client so called, or those with that in their names.

    Raises: DeviceError.
    """
    lower = wanted.strip().lower()
    exact = [name for name in names if name.lower() == lower]
    of_client = [name for name in names if name.lower().partition(":")[0] == lower]
    found = exact or of_client or [name for name in names if lower in name.lower()]
    if not found:
        raise DeviceError(
            f"JACK has no output {wanted!r}; "
            + (
                f"there is {', '.join(names)}"
                if names
                else "there is none at all: start what shall be heard"
            )
        )
    return found

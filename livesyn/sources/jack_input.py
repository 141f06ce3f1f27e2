"""An input on JACK, to which any program's sound can be connected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from livesyn.base.errors import DeviceError
from livesyn.midi.jack_client import Client, acquire, jack, release_client
from livesyn.sources.channels import Channels, why_missing
from livesyn.sources.inlet import Inlet

WAITING_BLOCKS = 64
GONE_S = 1.0
LOOK_EVERY_S = 0.5
CLIENT = "livesyn-ear"


class JackAudioClient(Client):
    """The client, with an input port for each channel that is heard. What comes in goes to `inlet`,
    while there is one.

    Its thread of libjack's is the only one that calls Python while a server lives, so xruns are
    counted there (`skipped`), by the gaps in JACK's frame time, and not by a callback of their own.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.inlet: Inlet | None = None
        self.skipped = 0
        self._next: int | None = None
        self._ports: dict[str, Any] = {}
        self._heard: tuple[Any, ...] = ()
        try:
            self.jack.set_process_callback(self._hear)
            self.jack.activate()
        except jack().JackError as error:
            raise DeviceError(f"JACK gave {name} no port: {error}") from error

    def choose(self, names: list[str]) -> None:
        """Hear these ports of its own, made where they are missing. Others stay, and are not heard:
        libjack's thread may just be reading them. Raises: DeviceError.
        """
        try:
            for name in names:
                if name not in self._ports:
                    self._ports[name] = self.jack.inports.register(name)
        except jack().JackError as error:
            raise DeviceError(f"JACK gave {self.name} no port: {error}") from error
        self._heard = tuple(self._ports[name] for name in names)

    def connect(self, name: str, peers: Sequence[str], only: bool = False) -> None:
        """Connect its port `name` to the output ports `peers`, as far as it is not yet; to no
        others, if `only`. Raises: DeviceError.
        """
        port = self._ports[name]
        try:
            connected = {peer.name for peer in self.jack.get_all_connections(port)}
            for peer in connected - set(peers) if only else ():
                self.jack.disconnect(peer, port)
            for peer in sorted(set(peers) - connected):
                self.jack.connect(peer, port)
        except jack().JackError as error:
            raise DeviceError(f"JACK does not connect {self.name}: {error}") from error

    def _hear(self, frames: int) -> None:
        now = int(self.jack.last_frame_time)
        self.skipped += self._next is not None and 0 < (now - self._next) % 2**32 < 2**31
        self._next = now + frames
        if (inlet := self.inlet) is not None:
            inlet.put(np.stack([port.get_array() for port in self._heard], axis=1))


class JackInput:
    """The JACK port livesyn-ear:in, connected to the output port `wanted`, or to all of the client
    so called, or to the ports with that in their names; "" is connected to nothing, for connecting
    by hand. With `channels` there is a port for each, livesyn-ear:in_1 for channel 1, connected to
    the first of those output ports, and so on.

    A block is a period of the server. Lost when the server ends or stands still, or when all ports
    it was connected to by name have gone; one that comes back is connected again. `xruns` counts
    the server's, and what nobody read in time. Its ports stay when it is closed, and so do
    connections by hand (see `livesyn.midi.jack_client`).
    """

    def __init__(
        self, wanted: str = "", channels: Channels = None, client_name: str = CLIENT
    ) -> None:
        self.wanted = wanted
        self.name = f"JACK input {wanted}".rstrip()
        self.rate_hz = 0
        self._client_name = client_name
        self._channels = channels
        self._client: JackAudioClient | None = None
        self._inlet = Inlet(WAITING_BLOCKS)
        self._skipped = 0  # of ears that were given back, less those before ours
        self._wanted: dict[str, list[str]] = {}  # its ports, and what each is connected to
        self._unlooked = 0

    @property
    def xruns(self) -> int:
        return (
            self._skipped
            + (self._client.skipped if self._client is not None else 0)
            + self._inlet.dropped
        )

    def open(self) -> None:
        """Raises: DeviceError when no server runs, or no such port is there, or too few."""
        self.close()
        client = acquire(JackAudioClient, self._client_name)
        try:
            wanted = self._connections(client)
            client.choose(list(wanted))
            self._wanted = {name: peers for name, peers in wanted.items() if peers}
            for name, peers in self._wanted.items():
                client.connect(name, peers, only=True)
        except DeviceError:
            release_client(client)
            raise
        self._client, self._inlet, self._unlooked = client, Inlet(WAITING_BLOCKS), 0
        self._skipped = -client.skipped
        self.rate_hz = int(client.jack.samplerate)
        client.inlet, client.on_down = self._inlet, self._inlet.end
        if client.down.is_set():  # just now
            self._inlet.end()

    def _connections(self, client: JackAudioClient) -> dict[str, list[str]]:
        """The ports to have, in order, and what each is connected to. Raises: DeviceError."""
        found = find_ports(self.wanted, audio_outputs(client)) if self.wanted.strip() else []
        if self._channels is None:
            return {"in": found}
        if found and (
            sentence := why_missing(
                self.name, self._channels, len(found), "name a client with more outputs"
            )
        ):
            raise DeviceError(sentence)
        return {f"in_{channel}": found[channel - 1 : channel] for channel in self._channels}

    def read(self) -> np.ndarray | None:
        """What came in since the last time, (N, C) float32, a column for each port; None when the
        server or what it was connected to is gone.
        """
        if self._client is None:
            return None
        samples = self._inlet.take(GONE_S)
        if samples is not None:
            self._unlooked += len(samples)
            if self._unlooked > LOOK_EVERY_S * self.rate_hz:
                self._unlooked = 0
                if not self._peers_are_there(self._client):
                    return None
        return samples

    def _peers_are_there(self, client: JackAudioClient) -> bool:
        """Whether any is; those that have gone and come back in the meantime are connected."""
        if not self._wanted:
            return True
        try:
            outputs = set(audio_outputs(client))
            there = {name: outputs.intersection(peers) for name, peers in self._wanted.items()}
            for name, peers in there.items():
                client.connect(name, sorted(peers))
            return any(there.values())
        except DeviceError:  # the server, or one of them, is just going or coming
            return False

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._skipped += client.skipped
            client.inlet = None
            release_client(client)


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

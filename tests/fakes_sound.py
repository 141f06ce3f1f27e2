"""A microphone, a PortAudio and a JACK that do what the test says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.fakes_sources import FakeDevice, FakeSource

AHEAD = 20  # blocks that a fake driver gives when it starts
STEP = 0.1  # a fake driver gives channel n so much more than channel n - 1


def block(value: float = 0.0, size: int = 480, channels: int = 2) -> np.ndarray:
    return np.full((size, channels), value, np.float32)


def steps(channels: int) -> np.ndarray:
    """What each channel is above the first, (C,)."""
    return STEP * np.arange(channels, dtype=np.float32)


class FakeSound(FakeSource):
    """A SoundSource at a FakeSoundDevice."""

    name = "fake microphone"
    rate_hz = 48000
    xruns = 0


class FakeSoundDevice(FakeDevice):
    """As FakeDevice, for sound."""

    def make(self) -> FakeSound:
        self.made.append(FakeSound(self))
        return self.made[-1]  # type: ignore[return-value]


class PortAudioError(Exception):
    pass


class FakePortAudio:
    """What Microphone needs of the sounddevice module. As the real one, it sees what is plugged in
    when it is initialised.

    `refused_hz` are rates that no card takes; `broken` is what opening says instead of working.
    """

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.plugged = [("HDMI", 0, 8), ("Built-in Microphone", 1, 0), ("USB Audio CODEC", 2, 2)]
        self.default_name = "Built-in Microphone"
        self.rate_hz = 48000
        self.refused_hz: tuple[int, ...] = ()
        self.broken = ""
        self.streams: list[FakeStream] = []
        self.initialised = 0
        self._initialize()

    def _initialize(self) -> None:
        assert not any(stream.is_open for stream in self.streams), "that would end them"
        self.initialised += 1
        self._seen = list(self.plugged)

    def _terminate(self) -> None: ...

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return ({"name": "ALSA"},)

    def query_devices(self, kind: str | None = None) -> Any:
        cards = [
            {
                "index": index,
                "name": name,
                "hostapi": 0,
                "max_input_channels": ins,
                "max_output_channels": outs,
                "default_samplerate": float(self.rate_hz),
            }
            for index, (name, ins, outs) in enumerate(self._seen)
        ]
        if kind is None:
            return tuple(cards)
        for card in cards:
            if card["name"] == self.default_name:
                return card
        raise PortAudioError("Error querying device -1")

    def InputStream(self, **wishes: Any) -> FakeStream:
        if self.broken:
            raise PortAudioError(self.broken, -9985)
        if wishes["samplerate"] in self.refused_hz:
            raise PortAudioError(
                "Error opening InputStream: Invalid sample rate [PaErrorCode -9997]", -9997
            )
        self.streams.append(FakeStream(self, **wishes))
        return self.streams[-1]


class FakeStream:
    """One open stream: `play` calls back as PortAudio's thread does, over one and the same
    memory.
    """

    def __init__(
        self,
        library: FakePortAudio,
        device: int,
        channels: int,
        samplerate: int,
        blocksize: int,
        callback: Callable[..., None],
        finished_callback: Callable[[], None],
        **_: Any,
    ) -> None:
        self.name, _ins, _outs = library._seen[device]
        self.samplerate, self.channels = float(samplerate), channels
        self._memory = np.zeros((blocksize, channels), np.float32)
        self._callback, self._finished = callback, finished_callback
        self.is_open: bool = True

    def start(self) -> None:
        for index in range(AHEAD):
            self.play(index / 100)

    def play(self, value: float, overflow: bool = False) -> None:
        self._memory[:] = value + steps(self.channels)
        self._callback(
            self._memory, len(self._memory), None, SimpleNamespace(input_overflow=overflow)
        )

    def vanish(self) -> None:
        self._finished()

    def close(self, ignore_errors: bool = True) -> None:
        self.is_open = False


class JackError(Exception):
    pass


class FakeJack:
    """What JackInput needs of the jack module: one server, with the output ports `outputs`."""

    JackError = JackError

    def __init__(self) -> None:
        self.runs = True
        self.outputs = ["system:capture_1", "system:capture_2", "synth:left", "synth:right"]
        self.rate_hz = 44100
        self.clients: list[FakeJackClient] = []

    def set_error_function(self, function: object) -> None: ...

    def set_info_function(self, function: object) -> None: ...

    def Client(self, name: str, no_start_server: bool) -> FakeJackClient:
        assert no_start_server
        if not self.runs:
            raise JackError("no server")
        self.clients.append(FakeJackClient(self, name))
        return self.clients[-1]

    def kill(self) -> None:
        """The server ends."""
        self.runs = False
        for client in self.clients:
            client.dead = True
            client.on_shutdown("failure", "killed")

    def play(self) -> None:
        """AHEAD cycles of the newest client, the nth of n/100."""
        for index in range(AHEAD):
            self.clients[-1].play(index / 100)


class FakeJackPort:
    """An input port; "in_3" is channel 3, "in" is channel 1."""

    def __init__(self, name: str, size: int) -> None:
        self.step = STEP * (int(name.partition("_")[2] or 1) - 1)
        self.connected: list[str] = []
        self.memory = np.zeros(size, np.float32)

    def get_array(self) -> np.ndarray:
        return self.memory


class FakeJackClient:
    """One client, and the input ports it has.

    There is no `close`: libjack may take the process with it.
    """

    blocksize = 512

    def __init__(self, server: FakeJack, name: str) -> None:
        self.server, self.name = server, name
        self.samplerate = server.rate_hz
        self.dead = False
        self.last_frame_time = 2**32 - 1000  # JACK counts in 32 bits
        self.inports = self
        self.ports: dict[str, FakeJackPort] = {}

    @property
    def connected(self) -> dict[str, list[str]]:
        """What each port is connected to."""
        return {name: port.connected for name, port in self.ports.items()}

    def register(self, name: str) -> FakeJackPort:
        if name in self.ports:
            raise JackError("there is a port of that name")
        self.ports[name] = FakeJackPort(name, self.blocksize)
        return self.ports[name]

    def set_process_callback(self, function: Callable[[int], None]) -> None:
        self.on_process = function

    def set_shutdown_callback(self, function: Callable[[object, str], None]) -> None:
        self.on_shutdown = function

    def activate(self) -> None: ...

    def play(self, value: float) -> None:
        """A cycle."""
        for port in self.ports.values():
            port.memory[:] = value + port.step
        self.on_process(self.blocksize)
        self.last_frame_time = (self.last_frame_time + self.blocksize) % 2**32

    def connect(self, source: str, port: FakeJackPort) -> None:
        assert source not in port.connected, "JACK refuses that"
        port.connected.append(source)

    def disconnect(self, source: str, port: FakeJackPort) -> None:
        port.connected.remove(source)

    def get_all_connections(self, port: FakeJackPort) -> list[SimpleNamespace]:
        return self._named(port.connected)

    def get_ports(self, is_audio: bool, is_output: bool) -> list[SimpleNamespace]:
        return self._named(self.server.outputs)

    def get_uuid_for_client_name(self, name: str) -> str:
        if not self.server.runs:
            raise JackError("no answer")
        return "7"

    def _named(self, names: list[str]) -> list[SimpleNamespace]:
        assert not self.dead, "a dead server's client is never touched"
        return [SimpleNamespace(name=name) for name in names]

"""A JACK client with a port for each track, each with a tone of its own: each consumer takes in the
tones of its own tracks, and no other.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.mailbox import Bounded
from livesyn.base.params import defaults
from livesyn.base.types import AudioBlock, SoundSource
from livesyn.engine.sound_listener import SoundListener
from livesyn.sources.factory import build_sound
from livesyn.sources.feed import SOUND, Feed
from livesyn.sources.jack_input import JackInput
from tests.live.jack_server import JackServer, needs_jack, wait_for

pytestmark = [pytest.mark.live, needs_jack]

# Outputs out_1, out_2 ... with 600, 1200 ... Hz.
PLAYER = """
import itertools, sys
import jack, numpy

client = jack.Client("daw", no_start_server=True)
ports = [client.outports.register(f"out_{n + 1}") for n in range(int(sys.argv[1]))]
period = itertools.count()

def play(frames):
    time_s = (numpy.arange(frames) + frames * next(period)) / client.samplerate
    for n, port in enumerate(ports):
        port.get_array()[:] = 0.2 * numpy.sin(2 * numpy.pi * 600 * (n + 1) * time_s)

client.set_process_callback(play)
client.activate()
print("plays", flush=True)
sys.stdin.read()
"""
TONE_HZ = 600


class Daw:
    """The client, in a process of its own."""

    def __init__(self, tracks: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PLAYER, str(tracks)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "plays"

    def __enter__(self) -> Daw:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


class Tones:
    """A consumer that keeps half a second, and tells which tones are in it."""

    def __init__(
        self, name: str, rate_hz: int, channels: tuple[int, ...] | None, mixed: bool = False
    ) -> None:
        self.name, self.rate_hz, self.channels, self.mixed = name, rate_hz, channels, mixed
        self._kept = np.zeros((0, 1), np.float32)

    def push(self, block: AudioBlock) -> None:
        if block.samples.shape[1] != self._kept.shape[1]:
            self._kept = block.samples
        self._kept = np.concatenate([self._kept, block.samples])[-self.rate_hz // 2 :]

    def rest(self, now_s: float) -> None: ...

    def forget(self) -> None:
        self._kept = np.zeros((0, 1), np.float32)

    def heard(self) -> list[list[int]]:
        """The tracks whose tones each channel holds, to 60 dB below the loudest."""
        kept = self._kept
        if len(kept) < self.rate_hz // 2:
            return []
        window = np.blackman(len(kept))[:, None]
        levels = np.abs(np.fft.rfft(kept * window, axis=0)) / (len(kept) * 0.21)
        tones = levels[TONE_HZ // 2 :: TONE_HZ // 2][:10]  # bins are 2 Hz apart
        return [[int(n) + 1 for n in np.flatnonzero(each > 2e-4)] for each in tones.T]


class Listening:
    """Feed and listener on the real clock, with consumers."""

    def __init__(self, wanted: str, channels: tuple[int, ...] | None, *consumers: Tones) -> None:
        clock = SystemClock()
        self.blocks: Bounded[AudioBlock] = Bounded(64)
        self.feed: Feed[SoundSource, AudioBlock] = Feed(
            build_sound("jack", wanted, clock=clock, channels=channels), clock, self.blocks, SOUND
        )
        self.listener = SoundListener(self.blocks, defaults(), clock, consumers)

    def __enter__(self) -> Listening:
        self.listener.start()
        self.feed.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.feed.stop()
        self.listener.stop()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    with JackServer(monkeypatch, period=512) as server:
        yield server


def test_four_tracks_each_with_its_own_tone_and_each_consumer_hears_its_own_only(
    server: JackServer,
) -> None:
    each = [Tones(f"track {n}", 16000 if n % 2 else 22050, (n,)) for n in range(1, 5)]
    apart, two = Tones("apart", 48000, None), Tones("two", 16000, (4, 2), mixed=True)
    with Daw(4), Listening("daw", (1, 2, 3, 4), *each, apart, two) as listening:
        for n, consumer in enumerate(each, 1):
            wait_for(lambda c=consumer, n=n: c.heard() == [[n]], f"track {n} alone")  # type: ignore[misc]
        wait_for(lambda: apart.heard() == [[1], [2], [3], [4]], "all of them, apart")
        wait_for(lambda: two.heard() == [[2, 4]], "two of them, mixed")
        wait_for(lambda: listening.listener.levels.mid > 0.2, "MVNet's own levels")
        for n in range(1, 5):
            assert server.connections(f"livesyn-ear:in_{n}") == [f"daw:out_{n}"]
        assert listening.listener.complaint == ""
        assert listening.listener.numbers["sound_failures"] == 0


def test_without_channels_all_ports_are_mixed_into_one_and_a_track_more_is_silence(
    server: JackServer,
) -> None:
    mixed, second = Tones("mixed", 16000, None), Tones("second", 16000, (2,))
    with Daw(4), Listening("daw", None, mixed, second) as listening:
        wait_for(lambda: mixed.heard() == [[1, 2, 3, 4]], "all of them in one")
        wait_for(lambda: second.heard() == [[]], "silence")
        assert "second takes channel 2 of a sound that has 1" in listening.listener.complaint


def test_a_client_that_is_started_again_is_heard_again(server: JackServer) -> None:
    """At once: its ports have other numbers in the server, and the same names."""
    apart = Tones("apart", 16000, None)
    with Daw(2) as daw, Listening("daw", (2, 1), apart):
        wait_for(lambda: apart.heard() == [[2], [1]], "both tracks")
        daw.__exit__()
        apart.forget()
        with Daw(2):
            wait_for(lambda: apart.heard() == [[2], [1]], "both tracks again")


def test_too_few_ports_are_refused_and_those_made_are_there_for_the_next(
    server: JackServer,
) -> None:
    with Daw(2):
        with pytest.raises(DeviceError, match="has 2 channels, and channel 3 is to be heard"):
            JackInput("daw", (1, 3)).open()
        assert not [port for port in server.ports() if port.startswith("livesyn-ear:")]
        last = Tones("last", 16000, None)
        with Listening("daw", (2,), last):
            wait_for(lambda: last.heard() == [[2]], "the second track alone")


@pytest.mark.parametrize("rate_hz", [16000, 44100, 48000, 96000])
def test_at_any_rate_of_the_server(monkeypatch: pytest.MonkeyPatch, rate_hz: int) -> None:
    tracks = tuple(range(1, 9))
    timbre, apart = Tones("timbre", 16000, (8,)), Tones("apart", 22050, None)
    with (
        JackServer(monkeypatch, period=256, rate_hz=rate_hz),
        Daw(8),
        Listening("daw", tracks, timbre, apart),
    ):
        wait_for(lambda: timbre.heard() == [[8]], "the last track at 16 kHz")
        wait_for(lambda: apart.heard() == [[n] for n in tracks], "all of them at 22.05 kHz")

"""Music played into a real JACK server, heard through the feed; player and server are killed and
come back.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mido
import pytest

from livesyn.audio.hearing import Hearing
from livesyn.audio.router import SoundRouter
from livesyn.base.clock import SystemClock
from livesyn.base.mailbox import Bounded
from livesyn.base.params import defaults
from livesyn.base.types import AudioBlock, SoundSource
from livesyn.media.midi_to_wav import renderer
from livesyn.sources.factory import build_sound
from livesyn.sources.feed import SOUND, Feed
from tests.live.jack_server import JackServer, needs_jack, wait_for

pytestmark = [pytest.mark.live, needs_jack]

PLAYER = """
import itertools, sys
import jack, numpy, soundfile

sound = soundfile.read(sys.argv[1], dtype="float32", always_2d=True)[0].mean(axis=1)
client = jack.Client("band", no_start_server=True)
port, period = client.outports.register("out"), itertools.count()

def play(frames):
    port.get_array()[:] = sound.take(numpy.arange(frames) + frames * next(period), mode="wrap")

client.set_process_callback(play)
client.activate()
print("plays", flush=True)
sys.stdin.read()
"""
# Threads that leave the interpreter to nobody: JACK's thread then waits for it when its client is
# closed.
REOPENING = """
import os, threading
from livesyn.sources.jack_input import JackInput

def busy():
    while True:
        sum(range(1000))

for _ in range(3):
    threading.Thread(target=busy, daemon=True).start()
for _ in range(6):
    ear = JackInput()
    ear.open()
    assert len(ear.read())
    ear.close()
print("as often as one likes", flush=True)
os._exit(0)
"""
PARAMS = defaults()
KICK, HAT = 36, 42


@pytest.fixture(scope="module")
def beat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bars of kick, hats and a piano, played by FluidSynth."""
    render = renderer(lambda reason: pytest.skip(reason))
    assert render is not None
    path = tmp_path_factory.mktemp("beat") / "beat.mid"
    song, track = mido.MidiFile(ticks_per_beat=480), mido.MidiTrack()
    song.tracks.append(track)
    for eighth in range(16):
        notes = [(9, HAT), *([(9, KICK), (0, 60), (0, 64)] if eighth % 2 == 0 else [])]
        track += [
            mido.Message("note_on", channel=channel, note=note, velocity=110)
            for channel, note in notes
        ]
        track += [
            mido.Message("note_off", channel=channel, note=note, time=240 * (index == 0))
            for index, (channel, note) in enumerate(notes)
        ]
    song.save(path)
    return render(path)


class Band:
    """A JACK client that plays a file, in a process of its own."""

    def __init__(self, sound: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PLAYER, str(sound)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert (
            self._process.stdout is not None and self._process.stdout.readline().strip() == "plays"
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


class JackAudioClient:
    """Feed and hearing, on the real clock."""

    def __init__(self, wanted: str) -> None:
        self.clock = SystemClock()
        self.queue: Bounded[AudioBlock] = Bounded(64)
        self.feed: Feed[SoundSource, AudioBlock] = Feed(
            build_sound("jack", wanted, clock=self.clock), self.clock, self.queue, SOUND
        )
        self.hearing = Hearing(PARAMS)
        self.router = SoundRouter([self.hearing])
        self.most = dict.fromkeys(("low", "mid", "high", "onset"), 0.0)

    def listen(self) -> bool:
        """Hear what has come; whether there was anything."""
        blocks = self.queue.drain(0.1)
        for block in blocks:
            self.router.push(block)
            levels = self.hearing.levels
            self.most = {name: max(most, getattr(levels, name)) for name, most in self.most.items()}
        return bool(blocks)

    def hears_it_all(self) -> bool:
        return self.listen() and min(self.most.values()) > 0.5


@pytest.fixture
def ear(request: pytest.FixtureRequest) -> Iterator[JackAudioClient]:
    ear = JackAudioClient(request.param)
    yield ear
    ear.feed.stop()


@pytest.mark.parametrize("ear", ["band"], indirect=True)
def test_music_is_heard_lost_and_heard_again(
    monkeypatch: pytest.MonkeyPatch, beat: Path, ear: JackAudioClient
) -> None:
    with JackServer(monkeypatch) as server:
        band = Band(beat)
        try:
            ear.feed.start()
            wait_for(ear.hears_it_all, "kick, piano, hats and attacks")
            assert ear.feed.report.state == "running" and ear.router.bad == 0
            assert (
                ear.hearing.newest_s is not None and ear.clock.now_s() - ear.hearing.newest_s < 2.0
            )
            assert "livesyn-ear:in" in server.connections("band:out")

            # The player goes, and comes back.
            band.kill()
            wait_for(lambda: ear.feed.report.state == "lost", "the loss of the port", 2.5)
            ear.router.rest(ear.clock.now_s() + 60)
            assert ear.hearing.levels.silent
            band = Band(beat)
            ear.queue.drain()  # of before
            ear.most = dict.fromkeys(ear.most, 0.0)
            wait_for(ear.hears_it_all, "the music again")

            # JACK goes, and comes back.
            lost = ear.feed.report.lost
            server.kill()
            band.kill()
            wait_for(lambda: ear.feed.report.lost > lost, "the loss of the server", 2.5)
            wait_for(lambda: "no JACK server runs" in ear.feed.report.reason, "a reason")
            server.start()
            band = Band(beat)
            ear.most = dict.fromkeys(ear.most, 0.0)
            wait_for(ear.hears_it_all, "the music after JACK came back")
            assert "livesyn-ear:in" in server.connections("band:out")
        finally:
            ear.feed.stop()
            band.kill()


@pytest.mark.parametrize("ear", [""], indirect=True)
def test_a_server_that_stands_still_is_a_loss(
    monkeypatch: pytest.MonkeyPatch, ear: JackAudioClient
) -> None:
    with JackServer(monkeypatch) as server:
        ear.feed.start()
        try:
            wait_for(ear.listen, "silence, in blocks")
            server.freeze()
            wait_for(lambda: ear.feed.report.state == "lost", "the loss", 3.5)
        finally:
            server.thaw()
        wait_for(lambda: ear.feed.report.state == "running", "its return")
        wait_for(ear.listen, "blocks")


def test_libjack_says_nothing_where_no_server_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "livesyn-nobody")
    said = subprocess.run(
        [sys.executable, "-c", "from livesyn.show.devices import jack_runs; print(jack_runs())"],
        capture_output=True,
        text=True,
        timeout=45,
    )
    assert (said.stdout.strip(), said.stderr) == ("False", "")


def test_closing_while_jack_calls_us_leaves_the_interpreter_to_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with JackServer(monkeypatch, period=128):
        said = subprocess.run(
            [sys.executable, "-c", REOPENING], capture_output=True, text=True, timeout=45
        )
    assert said.stdout.strip() == "as often as one likes", said.stderr

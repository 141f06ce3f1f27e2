"""One contract for every source of sound, of one, two and eight channels at four rates."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livesyn.audio.router import SoundRouter
from livesyn.base.clock import ManualClock
from livesyn.base.errors import LivesynError
from livesyn.base.types import AudioBlock, SoundSource
from livesyn.sources.factory import SoundKind, build_sound
from livesyn.sources.jack_input import JackInput
from livesyn.sources.microphone import Microphone
from livesyn.sources.sound_file import SoundFile
from tests.fakes_sound import STEP, FakeJack, FakePortAudio, FakeSoundDevice, block, steps

Make = Callable[[], SoundSource]
SOURCES = ("microphone", "file", "jack", "fake")
CHANNELS = (1, 2, 8)
RATES_HZ = (16000, 44100, 48000, 96000)


class HeardJack(JackInput):
    """A JACK input that hears the fake server as soon as it is open."""

    def __init__(self, server: FakeJack, channels: int) -> None:
        super().__init__("", tuple(range(1, channels + 1)))
        self._server = server

    def open(self) -> None:
        super().open()
        self._server.play()


@dataclass(frozen=True)
class Kind:
    """A maker of sources, and what they shall give."""

    make: Make
    channels: int
    rate_hz: int

    def __call__(self) -> SoundSource:
        return self.make()


@pytest.fixture(
    params=itertools.product(SOURCES, CHANNELS, RATES_HZ),
    ids=lambda kind: "{} of {} at {} Hz".format(*kind),
)
def make(
    request: pytest.FixtureRequest, portaudio: FakePortAudio, jack: FakeJack, tmp_path: Path
) -> Kind:
    """In each source channel n is STEP above channel n - 1."""
    source, channels, rate_hz = request.param

    def build() -> SoundSource:
        if source == "microphone":
            return Microphone("", tuple(range(1, channels + 1)))
        if source == "file":
            return SoundFile(path, ManualClock())
        if source == "jack":
            return HeardJack(jack, channels)
        sound = device.make()
        sound.rate_hz = rate_hz
        return sound

    path, size = tmp_path / "steps.wav", rate_hz // 100
    if source == "file":
        ramp = np.linspace(0, 0.2, rate_hz // 10, dtype=np.float32)[:, None]
        soundfile.write(path, ramp + steps(channels), rate_hz, subtype="FLOAT")
    portaudio.plugged = [("Interface", 8, 8)]
    portaudio.default_name, portaudio.rate_hz, jack.rate_hz = "Interface", rate_hz, rate_hz
    device = FakeSoundDevice()
    if source == "fake":
        device.give(*[block(n / 100, size, channels) + steps(channels) for n in range(60)])
    return Kind(build, channels, rate_hz)


def test_gives_blocks_of_one_kind(make: Kind) -> None:
    source = make()
    source.open()
    first = source.read()
    assert first is not None and source.rate_hz == make.rate_hz
    assert (
        first.ndim == 2
        and first.dtype == np.float32
        and 0 < len(first) <= source.rate_hz
        and source.xruns == 0
    )
    source.close()


def test_each_channel_is_the_sources_own(make: Kind) -> None:
    source = make()
    source.open()
    samples = source.read()
    assert samples is not None and samples.shape[1] == make.channels
    expected = samples[:, :1] + steps(make.channels)
    assert samples == pytest.approx(expected, abs=1e-6)
    source.close()


def test_what_it_gives_is_heard_by_each_at_its_rate(make: Kind) -> None:
    """Behind a router: mixed at 22.05 kHz, and the last channel alone at 16 kHz."""

    class Consumer:
        name = "consumer"

        def __init__(self, rate_hz: int, channels: tuple[int, ...] | None) -> None:
            self.rate_hz, self.channels, self.mixed = rate_hz, channels, channels is None
            self.samples = np.zeros((0, 1), np.float32)

        def push(self, block: AudioBlock) -> None:
            assert block.rate_hz == self.rate_hz
            self.samples = np.concatenate([self.samples, block.samples])

        def rest(self, now_s: float) -> None: ...

    mixed, last = Consumer(22050, None), Consumer(16000, (make.channels,))
    router, source, taken = SoundRouter([mixed, last]), make(), 0
    source.open()
    for _ in range(40 if source.name.startswith(("sound", "fake")) else 1):
        samples = source.read()
        assert samples is not None
        taken += len(samples)
        router.push(AudioBlock(samples, 1.0, source.rate_hz))
    source.close()
    for consumer, above in ((mixed, steps(make.channels).mean()), (last, steps(make.channels)[-1])):
        due = taken / make.rate_hz * consumer.rate_hz
        assert due - 0.032 * consumer.rate_hz < len(consumer.samples) <= due
        middle = consumer.samples[len(consumer.samples) // 2]
        assert above - 0.01 <= middle <= above + 0.4, "what it was plus its own ramp"


@pytest.mark.parametrize("kind", ["device", "file", "jack"])
@pytest.mark.parametrize("channels", [(1,), (8,), (3, 1), (2, 4, 6, 8), None])
def test_the_channels_asked_for_are_given_in_that_order(
    kind: SoundKind,
    channels: tuple[int, ...] | None,
    portaudio: FakePortAudio,
    jack: FakeJack,
    tmp_path: Path,
) -> None:
    portaudio.plugged, portaudio.default_name = [("Interface", 8, 8)], "Interface"
    jack.outputs = [f"daw:out_{n}" for n in range(1, 9)]
    path = tmp_path / "steps.wav"
    soundfile.write(path, np.tile(steps(8), (9000, 1)), 48000, subtype="FLOAT")
    value = {"device": "", "file": str(path), "jack": "daw"}[kind]
    source = build_sound(kind, value, clock=ManualClock(), channels=channels)()
    source.open()
    if kind == "jack":
        jack.play()
    samples = source.read()
    by_itself = {"device": [1, 2], "file": range(1, 9), "jack": [1]}[kind]
    expected = [STEP * (channel - 1) for channel in channels or by_itself]
    assert samples is not None and samples[0] == pytest.approx(expected)
    source.close()


def test_what_was_given_is_not_written_over(make: Kind) -> None:
    source = make()
    source.open()
    given = source.read()
    assert given is not None
    copy = given.copy()
    source.close()
    source.open()
    source.read()
    assert np.array_equal(given, copy)
    source.close()


def test_gives_nothing_before_it_is_opened_and_after_it_is_closed(make: Kind) -> None:
    source = make()
    assert source.read() is None
    source.open()
    assert source.read() is not None
    source.close()
    assert source.read() is None


def test_may_be_closed_twice_and_opened_again(make: Kind) -> None:
    source = make()
    source.close()
    source.open()
    source.close()
    source.close()
    source.open()
    assert source.read() is not None
    source.close()


def test_has_a_name_for_messages_and_counts(make: Kind) -> None:
    assert make().name.strip() and make().xruns == 0


@pytest.mark.parametrize(
    "broken",
    [
        lambda tmp: Microphone(97),
        lambda tmp: Microphone("none"),
        lambda tmp: SoundFile(tmp / "none.wav", ManualClock()),
        lambda tmp: JackInput("none"),
        lambda tmp: FakeSoundDevice(plugged=False).make(),
    ],
    ids=["microphone by number", "microphone by name", "file", "jack", "fake"],
)
def test_an_opening_that_fails_says_so_in_one_sentence(
    broken: Callable[[Path], SoundSource], tmp_path: Path, portaudio: FakePortAudio, jack: FakeJack
) -> None:
    source = broken(tmp_path)
    with pytest.raises(LivesynError) as error:
        source.open()
    assert "\n" not in str(error.value) and len(str(error.value)) > 20
    assert source.read() is None
    source.close()


def test_the_factory_makes_each_kind(tape: Path) -> None:
    clock = ManualClock()
    assert isinstance(build_sound("device", "", clock=clock)(), Microphone)
    assert isinstance(build_sound("file", str(tape), clock=clock)(), SoundFile)
    make = build_sound("jack", "synth", clock=clock)
    assert isinstance(make(), JackInput) and make() is not make()


def test_the_factory_refuses_at_the_desk() -> None:
    with pytest.raises(LivesynError, match="'radio'; it is one of: device, file, jack"):
        build_sound("radio", "1", clock=ManualClock())  # type: ignore[arg-type]

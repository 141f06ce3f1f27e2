"""One contract for every source of sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import LivesynError
from livesyn.base.types import SoundSource
from livesyn.sources.factory import build_sound
from livesyn.sources.jack_input import JackInput
from livesyn.sources.microphone import Microphone
from livesyn.sources.sound_file import SoundFile
from tests.fakes_sound import FakeJack, FakePortAudio, FakeSoundDevice, block

Make = Callable[[], SoundSource]


class HeardJack(JackInput):
    """A JACK input that hears the fake server as soon as it is open."""

    def __init__(self, server: FakeJack) -> None:
        super().__init__()
        self._server = server

    def open(self) -> None:
        super().open()
        self._server.play()


@pytest.fixture(params=["microphone", "file", "jack", "fake"])
def make(
    request: pytest.FixtureRequest, portaudio: FakePortAudio, jack: FakeJack, tape: Path
) -> Make:
    if request.param == "microphone":
        return Microphone
    if request.param == "file":
        return lambda: SoundFile(tape, ManualClock())
    if request.param == "jack":
        return lambda: HeardJack(jack)
    device = FakeSoundDevice()
    device.give(*[block(n / 100) for n in range(60)])
    return device.make


def test_gives_blocks_of_one_kind(make: Make) -> None:
    source = make()
    source.open()
    first = source.read()
    assert first is not None and 2000 <= source.rate_hz <= 768000
    assert (
        first.ndim == 2
        and first.dtype == np.float32
        and 0 < len(first) <= source.rate_hz
        and source.xruns == 0
    )
    source.close()


def test_what_was_given_is_not_written_over(make: Make) -> None:
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


def test_gives_nothing_before_it_is_opened_and_after_it_is_closed(make: Make) -> None:
    source = make()
    assert source.read() is None
    source.open()
    assert source.read() is not None
    source.close()
    assert source.read() is None


def test_may_be_closed_twice_and_opened_again(make: Make) -> None:
    source = make()
    source.close()
    source.open()
    source.close()
    source.close()
    source.open()
    assert source.read() is not None
    source.close()


def test_has_a_name_for_messages_and_counts(make: Make) -> None:
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

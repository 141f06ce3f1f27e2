"""The microphone on the real PortAudio, hearing a tape that ALSA plays to it (as fast as it is
read); the tape is pulled out and put back.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock, SoundSource
from livesyn.sources.factory import build_sound
from livesyn.sources.feed import SOUND, Feed
from livesyn.sources.microphone import Microphone
from livesyn.sources.portaudio import held, list_inputs
from tests.live.jack_server import wait_for

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ALSA is Linux's"),
]

RATE_HZ, LOUDNESS, HZ = 44100, 0.25, 441.0


class Machine:
    """A machine with one sound card: a file, under the name of `tape`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._config = folder / "asound.conf"
        self._sound = folder / "sound.raw"
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(self._config))

    def plug(
        self, loudness: Sequence[float] = (LOUDNESS, LOUDNESS), rate_hz: int = RATE_HZ
    ) -> None:
        """Put the tape in: a tone of this loudness in each channel."""
        tone = np.sin(2 * np.pi * HZ * np.arange(120 * RATE_HZ // len(loudness)) / rate_hz)
        (tone[:, None] * loudness * 32767).astype("<i2").tofile(self._sound)
        tape = (
            f'type file file /dev/null infile "{self._sound}" format raw slave.pcm {{ type null }}'
        )
        self._config.write_text(
            f"pcm.tape {{ {tape} }}\npcm.!default {{ type plug slave {{ pcm tape format S16_LE"
            f" channels {len(loudness)} rate {rate_hz} }} route_policy copy }}\n"
        )

    def unplug(self) -> None:
        self._config.write_text("pcm.!default { type hw card 31 }\n")  # which is not there


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path, monkeypatch)
    machine.plug()
    try:
        with held(anew=True) as library:
            names = [each.name for each in list_inputs(library)]
    except DeviceError as error:
        pytest.skip(str(error))
    if "default" not in names:
        pytest.skip(f"PortAudio does not show ALSA's own devices here; it shows {names}")
    return machine


def test_the_tape_is_heard(machine: Machine) -> None:
    microphone = Microphone("default")
    microphone.open()
    blocks = [microphone.read() for _ in range(3)]
    microphone.close()
    assert microphone.rate_hz == RATE_HZ
    for samples in blocks:
        assert samples is not None and samples.dtype == np.float32 and samples.shape[1] == 2
        assert np.abs(samples).max() == pytest.approx(LOUDNESS, abs=0.01) and np.array_equal(
            samples[:, 0], samples[:, 1]
        )
    first = blocks[0][: RATE_HZ // 100, 0]  # type: ignore[index]
    assert np.abs(np.fft.rfft(first)).argmax() * 100 == pytest.approx(HZ, abs=100)


@pytest.mark.parametrize("rate_hz", [16000, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [(1,), (2, 1), (8, 3), (1, 2, 3, 4, 5, 6, 7, 8)])
def test_a_card_of_many_channels_is_heard_by_number(
    machine: Machine, rate_hz: int, channels: tuple[int, ...]
) -> None:
    machine.plug([LOUDNESS / n for n in range(1, 9)], rate_hz)
    microphone = Microphone("default", channels)
    microphone.open()
    samples = microphone.read()
    microphone.close()
    assert microphone.rate_hz == rate_hz
    assert samples is not None and samples.shape[1] == len(channels)
    loudest = np.abs(samples).max(axis=0)
    assert loudest == pytest.approx([LOUDNESS / n for n in channels], abs=0.005)


def test_unplugged_it_is_unknown_and_plugged_in_again_it_is_heard(machine: Machine) -> None:
    microphone = Microphone("default")
    microphone.open()
    microphone.close()
    machine.unplug()
    with pytest.raises(DeviceError, match="no audio input 'default'"):
        microphone.open()
    machine.plug()
    microphone.open()
    assert microphone.read() is not None
    microphone.close()


def test_behind_its_feed_it_comes_back(machine: Machine) -> None:
    clock, queue = SystemClock(), Bounded[AudioBlock](64)
    feed: Feed[SoundSource, AudioBlock] = Feed(
        build_sound("device", "default", clock=clock), clock, queue, SOUND
    )
    machine.unplug()
    with pytest.raises(DeviceError, match="no audio input 'default'"):
        feed.start()
    machine.plug()
    feed.start()
    assert queue.drain(5.0)
    feed.stop()
    wait_for(lambda: feed.report.state == "off", "the end")

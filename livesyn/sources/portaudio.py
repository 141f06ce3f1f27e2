"""PortAudio, brought in late; and which inputs it sees.

It looks for devices once, when it is initialised: what is plugged in later it does not know, and
what was pulled out it still offers. So it is initialised anew before a device is opened, unless a
stream is open: that would end it. A driver that hangs, hangs inside PortAudio, which knows no
threads: hence one lock, and patience.

JACK is hidden from it. Once its server has died, PortAudio hangs when it closes a stream there,
and, stream or not, aborts the whole process when it is initialised anew or ends. `JackInput` hears
JACK without it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from livesyn.base.errors import DeviceError
from livesyn.base.installing import install

PATIENCE_S = 5.0
HIDING_JACK = {"JACK_DEFAULT_SERVER": "none-for-portaudio", "PIPEWIRE_NOJACK": "1"}
_lock = threading.Lock()
_streams = 0


@dataclass(frozen=True, slots=True)
class InputInfo:
    """One audio input, as PortAudio numbers and names it; `host` is the sound system it is reached
    by.
    """

    index: int
    name: str
    host: str
    channels: int
    rate_hz: int
    default: bool = False

    def __str__(self) -> str:
        return f"{self.index} ({self.name})"


def portaudio() -> ModuleType:
    """The sounddevice module. Raises: DeviceError where it, or PortAudio itself, is missing."""
    try:
        with _jack_hidden():
            import sounddevice
    except (ImportError, OSError) as error:
        deed = (
            "apt-get install libportaudio2 (Debian, Ubuntu), or your system's package"
            if sys.platform.startswith("linux")
            else install("sounddevice")
        )
        raise DeviceError(
            f"PortAudio cannot be loaded ({error}), and without it no microphone can be heard;"
            f" install it with: {deed}"
        ) from None
    return sounddevice


@contextlib.contextmanager
def held(anew: bool = False) -> Iterator[ModuleType]:
    """PortAudio to oneself; `anew`: with the devices there are now, if no stream is open.

    Raises: DeviceError when another thread does not come back from it.
    """
    library = portaudio()
    if not _lock.acquire(timeout=PATIENCE_S):
        raise DeviceError(
            f"PortAudio gave no answer within {PATIENCE_S:g} s: a sound driver hangs; unplug its"
            " device, or start livesyn again"
        )
    try:
        if anew and _streams == 0:
            with _jack_hidden():
                library._terminate()
                library._initialize()
        yield library
    except library.PortAudioError as error:
        raise DeviceError(
            f"PortAudio failed ({error.args[0]}); see livesyn devices for the inputs there are"
        ) from error
    finally:
        _lock.release()


@contextlib.contextmanager
def _jack_hidden() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in HIDING_JACK}
    os.environ.update(HIDING_JACK)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def count_stream(change: int) -> None:
    """Note that a stream was opened (1) or closed (-1); with PortAudio held."""
    global _streams
    _streams += change


def list_inputs(library: ModuleType) -> list[InputInfo]:
    """The inputs there are, by number; with PortAudio held."""
    hosts, default = library.query_hostapis(), -1
    with contextlib.suppress(library.PortAudioError):  # there is none
        default = library.query_devices(kind="input")["index"]
    return [
        InputInfo(
            index,
            card["name"],
            hosts[card["hostapi"]]["name"],
            card["max_input_channels"],
            int(card["default_samplerate"]),
            index == default,
        )
        for index, card in enumerate(library.query_devices())
        if card["max_input_channels"] > 0
    ]


def pick_input(which: int | str, inputs: list[InputInfo]) -> InputInfo:
    """The input of that number, name or part of a name; "" is the system's default. Raises:
    DeviceError, naming what there is.
    """
    if isinstance(which, int):
        found = [each for each in inputs if each.index == which]
    elif not (wanted := which.strip().lower()):
        found = [each for each in inputs if each.default] or inputs
    else:
        found = [each for each in inputs if each.name.lower() == wanted] or [
            each for each in inputs if wanted in each.name.lower()
        ]
    if not found:
        there = (
            "there is " + ", ".join(map(str, inputs)) + ": give a number or a part of a name"
            if inputs
            else (
                "there is none at all: plug one in, or use --audio-file (or --jack-in where JACK"
                " runs)"
            )
        )
        raise DeviceError(
            f"there is no audio input {which!r}; {there}"
            if which != ""
            else f"there is no audio input; {there}"
        )
    # one device shows up once for every sound system
    return max(found, key=lambda each: each.default)

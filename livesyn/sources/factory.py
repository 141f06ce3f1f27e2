"""From a word on the command line to a source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from livesyn.base.clock import Clock
from livesyn.base.errors import ConfigError
from livesyn.base.types import PictureSource, SoundSource
from livesyn.sources.camera import Camera
from livesyn.sources.channels import Channels
from livesyn.sources.images import Images
from livesyn.sources.jack_input import JackInput
from livesyn.sources.microphone import Microphone
from livesyn.sources.sound_file import SoundFile
from livesyn.sources.video import Video
from livesyn.sources.visuals import Visuals, check_name

Kind = Literal["camera", "video", "images", "visuals"]
KINDS: tuple[Kind, ...] = ("camera", "video", "images", "visuals")
SoundKind = Literal["device", "file", "jack"]
SOUND_KINDS: tuple[SoundKind, ...] = ("device", "file", "jack")


def build_source(
    kind: Kind, value: str | int, *, clock: Clock, seed: int = 0
) -> Callable[[], PictureSource]:
    """A maker of sources of `kind`: `value` is a camera's number or name, a file, a folder or
    a visual's name. Each call makes a new, unopened one and never raises.

    Raises: ConfigError for a kind or visual there is not.
    """
    if kind == "camera":
        return lambda: Camera(value)
    if kind == "video":
        return lambda: Video(str(value), clock)
    if kind == "images":
        return lambda: Images(str(value), clock)
    if kind == "visuals":
        name = check_name(str(value))
        return lambda: Visuals(name, seed, clock)
    raise ConfigError(f"the source is {kind!r}; it is one of: {', '.join(KINDS)}")


def build_sound(
    kind: SoundKind, value: str | int, *, clock: Clock, channels: Channels = None
) -> Callable[[], SoundSource]:
    """A maker of sources of sound: `value` is an audio input's number or name ("" the system's
    own), a file, or the name of a JACK port or client ("" to connect by hand). `channels` are those
    to hear, in that order; without, a file's all, a sound card's first two, and JACK's mixed to
    one. Each call makes a new, unopened one and never raises.

    Raises: ConfigError for a kind there is not.
    """
    if kind == "device":
        return lambda: Microphone(value, channels)
    if kind == "file":
        return lambda: SoundFile(str(value), clock, channels=channels)
    if kind == "jack":
        return lambda: JackInput(str(value), channels)
    raise ConfigError(f"the sound is {kind!r}; it is one of: {', '.join(SOUND_KINDS)}")

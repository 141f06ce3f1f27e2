"""The samples of a sound file: by libsndfile where it can, else by PyAV (.m4a, .opus, .wma, the
sound of a film).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from livesyn.base.errors import DataError, DeviceError
from livesyn.base.installing import install
from livesyn.base.places import for_c
from livesyn.media import kinds
from livesyn.media.streams import Packets, length_of, open_container, sound_of

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler

GAP_S = 0.1  # by which stamps must be ahead of the sound for some to be missing
EXACT = {"mov", "matroska"}  # formats whose headers do not guess how long it is
LONGEST_GAP_S = 60.0  # more is a damaged stamp, or another stream


class Samples(Protocol):
    """What soundfile.SoundFile and `Decoded` have in common."""

    frames: int
    samplerate: int
    channels: int

    def read(self, frames: int, dtype: str, always_2d: bool) -> np.ndarray: ...

    def seek(self, frames: int) -> int: ...

    def close(self) -> None: ...


def open_sound(path: Path) -> Samples:
    """The sound at `path`, from its beginning.

    Raises: DataError when there is no such file, or no sound in it that can be decoded;
    DeviceError without libsndfile.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise DeviceError(
            f"libsndfile cannot be loaded ({error}); install it with: {install('soundfile')}"
        ) from None
    if not path.is_file():
        raise DataError(kinds.why_no_file(str(path), "sound"))
    if not path.stat().st_size:
        raise DataError(f"{str(path)!r} is empty; give a {kinds.LEGAL['sound']}")
    try:
        return soundfile.SoundFile(for_c(path))  # type: ignore[no-any-return]
    except (soundfile.LibsndfileError, OSError, TypeError):  # TypeError: .raw tells nothing
        return Decoded(path)


def read_sound(path: Path) -> tuple[np.ndarray, int]:
    """All samples of the sound at `path`, (N, C) float32, and their rate in Hz. Raises as
    `open_sound`.
    """
    sound = open_sound(path)
    try:
        return sound.read(-1, dtype="float32", always_2d=True), sound.samplerate
    except RuntimeError:  # libsndfile's own, at a damaged place; FFmpeg goes on behind it
        sound.close()
        sound = Decoded(path)
        return sound.read(), sound.samplerate
    finally:
        sound.close()


class Decoded:
    """The sound in a container, decoded as it is read, in soundfile's manner.

    `frames` is how many samples there are by its packets. What is damaged becomes silence as long,
    and `silent` counts its samples since the beginning.
    """

    silent = 0

    def __init__(self, path: Path) -> None:
        """Raises: DataError when there is no sound in it that can be decoded."""
        import av

        self._path = path
        self._container: Any = None
        try:
            self.frames = self._count()
            self._begin()
            self._left = next(self._blocks, np.zeros((0, self.channels), np.float32))
        except (av.FFmpegError, OSError, DataError, ValueError) as error:
            self.close()
            seems = kinds.seems(path)
            reason = "" if seems else f" ({error})"
            raise DataError(
                f"{str(path)!r} is not sound that can be played here{seems or reason}; give a"
                f" {kinds.LEGAL['sound']}"
            ) from None

    def read(self, frames: int = -1, dtype: str = "float32", always_2d: bool = True) -> np.ndarray:
        """The next `frames` samples (-1: all), fewer at the end, (N, C) float32."""
        parts, have = [self._left], len(self._left)
        while frames < 0 or have < frames:
            if (block := next(self._blocks, None)) is None:
                break
            parts.append(block)
            have += len(block)
        samples = np.concatenate(parts)
        cut = len(samples) if frames < 0 else frames
        self._left = samples[cut:]
        return samples[:cut]

    def seek(self, frames: int) -> int:
        """To the sample `frames`, by decoding from the beginning."""
        self._begin()
        self._left = np.zeros((0, self.channels), np.float32)
        while frames > 0 and len(passed := self.read(min(frames, self.samplerate))):
            frames -= len(passed)
        return frames

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._blocks: Iterator[np.ndarray] = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None

    def _count(self) -> int:
        """How many samples: by the packets, for headers guess or say nothing."""
        with open_container(self._path) as container:
            stream = _stream_of(container)
            place = _Place(stream.rate)
            for packet in Packets(container, stream):
                duration_s = float((packet.duration or 0) * stream.time_base)
                stamp_s = None if packet.pts is None else float(packet.pts * stream.time_base)
                place.go(place.gap(stamp_s) + round(duration_s * stream.rate))
            told = round(length_of(stream) * stream.rate)
            exact = set(container.format.name.split(",")) & EXACT
            return told if exact and told > place.samples + GAP_S * stream.rate else place.samples

    def _begin(self) -> None:
        self.close()
        self.silent = 0
        self._container = open_container(self._path)
        stream = _stream_of(self._container)
        self.samplerate: int = stream.rate
        self.channels: int = stream.codec_context.layout.nb_channels
        self._blocks = self._decoded(stream)

    def _decoded(self, stream: Any) -> Iterator[np.ndarray]:
        import av

        layout = stream.codec_context.layout.name

        def resampler() -> AudioResampler:
            return av.AudioResampler("flt", layout, self.samplerate)

        even: Any = resampler()
        place = _Place(self.samplerate)
        for packet in Packets(self._container, stream):
            try:
                frames = packet.decode()
            except (av.FFmpegError, MemoryError):
                continue  # the next that can be decoded tells how much is missing
            frame: Any
            for frame in frames:
                if missing := place.gap(frame.time):
                    self.silent += missing
                    yield np.zeros((missing, self.channels), np.float32)
                place.go(missing + round(frame.samples * self.samplerate / frame.sample_rate))
                try:
                    given = even.resample(frame)
                except (av.FFmpegError, ValueError):  # its rate or channels changed on the way
                    even = resampler()
                    given = even.resample(frame)
                yield from map(self._samples, given)
        yield from map(self._samples, even.resample(None))

    def _samples(self, frame: AudioFrame) -> np.ndarray:
        samples = frame.to_ndarray().reshape(-1, self.channels)
        return np.nan_to_num(samples.astype(np.float32, copy=False))


class _Place:
    """Where in a sound one is, in samples, by its stamps and by how much there was."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._origin_s: float | None = None
        self.samples = 0

    def gap(self, stamp_s: float | None) -> int:
        """How many samples are missing before what has this stamp. Where streams were joined the
        stamps begin anew, and nothing is missing.
        """
        if stamp_s is None:
            return 0
        expected_s = self.samples / self._rate_hz
        if self._origin_s is None or not (
            -GAP_S < stamp_s - self._origin_s - expected_s < LONGEST_GAP_S
        ):
            self._origin_s = stamp_s - expected_s
        gap_s = stamp_s - self._origin_s - expected_s
        return round(gap_s * self._rate_hz) if gap_s > GAP_S else 0

    def go(self, samples: int) -> None:
        """On by so many."""
        self.samples += samples


def _stream_of(container: Any) -> Any:
    stream = sound_of(container)
    if stream is None or stream.codec_context is None or not stream.rate:
        raise DataError("it holds no sound")
    return stream

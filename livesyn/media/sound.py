"""The samples of a sound file: by libsndfile where they lie there as they are (.wav, .aiff …), else
by PyAV, which goes on behind what is damaged (.flac, .mp3, .ogg, .m4a, the sound of a film).
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
from livesyn.media.holes import Holes
from livesyn.media.streams import Packets, length_of, open_container, sound_of
from livesyn.media.truncation import missing_end

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler

GAP_S = 0.1  # by which stamps must be ahead of the sound for some to be missing
PACKED = {"FLAC", "OGG", "MP3"}  # formats of which libsndfile plays no more behind damage
# Formats whose headers do not guess how long it is.
EXACT = {"flac", "mov", "matroska", "wv", "tta"}
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
        sound = soundfile.SoundFile(for_c(path))
        if sound.format not in PACKED:
            return sound  # type: ignore[no-any-return]
        sound.close()
        return Decoded(path)
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

    `frames` is how many samples there should be by its header, or by its packets, which were
    `counted`. What is damaged becomes silence as long, and `silent` counts its samples since the
    beginning; `ends_damaged` where nothing could be decoded behind it.
    """

    silent = 0
    ends_damaged = False

    def __init__(self, path: Path) -> None:
        """Raises: DataError when there is no sound in it that can be decoded."""
        import av

        self._path = path
        self._container: Any = None
        try:
            self.frames = self._count()
            self._begin()
            self._left = next(self._blocks, np.zeros((0, self.channels), np.float32))
        except DataError:
            self.close()
            raise
        except (av.FFmpegError, OSError, ValueError) as error:
            self.close()
            missing = missing_end(path)
            cut = f" (it is cut off: {missing})" if missing else ""
            why = kinds.undecodable(path) + cut or f" ({error})"
            raise DataError(
                f"{str(path)!r} is not sound that can be played here{why}; give a"
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
            stream = _stream_of(container, str(self._path))
            place = _Place(stream.rate, container)
            with Holes(container, self._path) as holes:
                for packet in Packets(container, stream):
                    duration_s = float((packet.duration or 0) * stream.time_base)
                    stamp_s = None if packet.pts is None else float(packet.pts * stream.time_base)
                    place.go(round(holes.before(packet) * duration_s * stream.rate))
                    place.go(place.gap(stamp_s) + round(duration_s * stream.rate))
            told = round(length_of(stream) * stream.rate)
            exact = set(container.format.name.split(",")) & EXACT
            self.counted = place.samples
            return told if exact and told > place.samples + GAP_S * stream.rate else place.samples

    def _begin(self) -> None:
        self.close()
        self.silent, self.ends_damaged = 0, False
        self._container = open_container(self._path)
        stream = _stream_of(self._container, str(self._path))
        self.samplerate: int = stream.rate
        self.channels: int = stream.codec_context.layout.nb_channels
        self._blocks = self._decoded(stream)

    def _decoded(self, stream: Any) -> Iterator[np.ndarray]:
        import av

        layout = stream.codec_context.layout.name

        def resampler() -> AudioResampler:
            return av.AudioResampler("flt", layout, self.samplerate)

        even: Any = resampler()
        place = _Place(self.samplerate, self._container)
        with Holes(self._container, self._path) as holes:
            for packet in Packets(self._container, stream):
                duration_s = float((packet.duration or 0) * stream.time_base)
                missing = round(holes.before(packet) * duration_s * stream.rate)
                yield from self._silence(missing, place)
                try:
                    frames = packet.decode()
                except (av.FFmpegError, MemoryError):
                    self.ends_damaged = True
                    continue  # the next that can be decoded tells how much is missing
                frame: Any
                self.ends_damaged = self.ends_damaged and not frames
                for frame in frames:
                    yield from self._silence(place.gap(frame.time), place)
                    place.go(round(frame.samples * self.samplerate / frame.sample_rate))
                    try:
                        given = even.resample(frame)
                    except (av.FFmpegError, ValueError):  # its rate or channels changed on the way
                        even = resampler()
                        given = even.resample(frame)
                    yield from map(self._samples, given)
            yield from map(self._samples, even.resample(None))

    def _silence(self, samples: int, place: _Place) -> Iterator[np.ndarray]:
        """What is missing at `place`."""
        if samples:
            self.silent += samples
            place.go(samples)
            yield np.zeros((samples, self.channels), np.float32)

    def _samples(self, frame: AudioFrame) -> np.ndarray:
        samples = frame.to_ndarray().reshape(-1, self.channels)
        return np.nan_to_num(samples.astype(np.float32, copy=False))


class _Place:
    """Where in a sound one is, in samples, by its stamps and by how much there was."""

    def __init__(self, rate_hz: int, container: Any) -> None:
        self._rate_hz = rate_hz
        # FLAC's stamps count from its beginning, also where that is damaged
        self._origin_s: float | None = 0.0 if container.format.name == "flac" else None
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


def _stream_of(container: Any, name: str) -> Any:
    """Raises DataError, in which the file is called `name`."""
    stream = sound_of(container)
    if stream is not None and stream.codec_context is not None and stream.rate:
        return stream
    if stream is not None:
        raise DataError(
            f"{name!r} is coded in a way that cannot be decoded here; save it as .wav or .flac"
        )
    if container.streams.video:
        raise DataError(kinds.only_pictures(name))
    raise DataError(f"{name!r} has no sound in it; give a {kinds.LEGAL['sound']}")

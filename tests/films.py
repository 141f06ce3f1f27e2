"""Small films and sounds, made with PyAV."""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

TICKS = 1200  # a second
STEP = 40  # of grey, from frame to frame


def picture(number: int, width: int, height: int) -> np.ndarray:
    """Frame `number`: grey of 40 times its number (modulo 6), its top left quarter red."""
    pixels = np.full((height, width, 3), STEP * (number % 6), np.uint8)
    pixels[: height // 2, : width // 2] = (240, 0, 0)
    return pixels


def level(pixels: np.ndarray | None) -> int:
    """Which of them this is, modulo 6."""
    assert pixels is not None
    height, width = pixels.shape[:2]
    return round(float(pixels[height // 2 + 2 :, width // 2 + 2 :].mean()) / STEP)


def film(
    path: Path | io.BytesIO,
    stamps: Iterable[float],
    fps: float = 1.0,
    *,
    lasts: float | None = None,
    codec: str = "libx264",
    size: tuple[int, int] = (64, 48),
    pixel_format: str = "yuv420p",
    format: str | None = None,
    settings: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    pictures: Iterable[np.ndarray] | None = None,
    cover: np.ndarray | None = None,
    sound: str = "",
) -> Path:
    """A film whose frames are shown at stamps / fps seconds; the last lasts as long as `lasts` says
    or a period. `cover` is a picture in a stream before it, `sound` the codec of a tone of one
    second behind it.
    """
    times = [stamp / fps for stamp in stamps]
    ticks = round(fps) if codec == "mpeg2video" else TICKS  # it knows few rates
    lasts = lasts or 1 / fps
    ends = [*times[1:], times[-1] + lasts]
    given = [picture(n, *size) for n in range(len(times))] if pictures is None else list(pictures)
    where = str(path) if isinstance(path, Path) else path
    with av.open(where, "w", format=format, options=settings or {}) as container:
        still = None if cover is None else add_cover(container, cover)
        stream = container.add_stream(codec, rate=Fraction(max(fps, 1)).limit_denominator(1000))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        stream.codec_context.time_base = stream.time_base = Fraction(1, ticks)
        if codec == "libx264":
            stream.options = {"g": "12", "bf": "0", "crf": "12"}
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        durations = {
            round(time_s * ticks): round((end_s - time_s) * ticks)
            for time_s, end_s in zip(times, ends, strict=True)
        }

        heard = add_sound(container, sound, 48000) if sound else None
        if still is not None and cover is not None:
            container.mux(still.encode(av.VideoFrame.from_ndarray(cover, "rgb24")))
            container.mux(still.encode())

        def mux(packets: list[av.Packet]) -> None:
            for packet in packets:
                packet.duration = durations.get(packet.pts or 0, 0)
                container.mux(packet)

        for pixels, time_s in zip(given, times, strict=True):
            frame = av.VideoFrame.from_ndarray(pixels, "rgba" if pixels.shape[2] == 4 else "rgb24")
            frame.pts, frame.time_base = round(time_s * ticks), Fraction(1, ticks)
            mux(stream.encode(frame))
        mux(stream.encode())
        if heard is not None:
            play(container, heard, 1.0, 440.0)
    return path if isinstance(path, Path) else Path()


def streamed(path: Path, times: Iterable[float]) -> Path:
    """A WebM as a recorder streams it: no duration, no index; its rate is none."""
    return film(path, times, codec="libvpx", settings={"live": "1"})


def with_a_hole(path: Path, size: int = 600) -> Path:
    """The film with `size` zeros in its middle."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + size] = bytes(size)
    path.write_bytes(content)
    return path


def turned(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """The .mp4 with a, b, c, d of its track's matrix set, as a phone does."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 40
    for place, value in zip((0, 4, 12, 16), matrix, strict=True):
        content[at + place : at + place + 4] = (value << 16).to_bytes(4, "big", signed=True)
    path.write_bytes(content)
    return path


def tone(
    path: Path,
    codec: str,
    seconds: float = 1.0,
    rate_hz: int = 48000,
    hz: float = 440.0,
    cover: np.ndarray | None = None,
    settings: dict[str, str] | None = None,
) -> Path:
    """A tone, mono; with the picture `cover` beside it."""
    with av.open(str(path), "w", options=settings or {}) as container:
        stream = add_sound(container, codec, rate_hz)
        if cover is not None:
            still = add_cover(container, cover)
            container.mux(still.encode(av.VideoFrame.from_ndarray(cover, "rgb24")))
            container.mux(still.encode())
        play(container, stream, seconds, hz)
    return path


def add_cover(container: OutputContainer, cover: np.ndarray) -> VideoStream:
    """A stream for a picture that goes with the file."""
    still = container.add_stream("mjpeg", rate=1)
    still.width, still.height, still.pix_fmt = cover.shape[1], cover.shape[0], "yuvj420p"
    still.disposition = Disposition.attached_pic
    return still


def add_sound(container: OutputContainer, codec: str, rate_hz: int) -> AudioStream:
    """A stream for mono sound."""
    stream = container.add_stream(codec, rate=rate_hz, layout="mono")
    assert isinstance(stream, AudioStream)
    stream.bit_rate = 64000
    return stream


def play(container: OutputContainer, stream: AudioStream, seconds: float, hz: float) -> None:
    """Encode a tone into `stream`, and end it."""
    times_s = np.arange(round(seconds * stream.rate)) / stream.rate
    samples = (0.4 * np.sin(2 * np.pi * hz * times_s)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
    frame.sample_rate, frame.pts, frame.time_base = stream.rate, 0, Fraction(1, stream.rate)
    container.mux(stream.encode(frame))
    container.mux(stream.encode())

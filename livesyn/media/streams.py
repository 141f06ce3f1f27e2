"""A container and its streams, opened by PyAV from a plain file and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av import Packet
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

# FFmpeg "plays" texts as a terminal would show them, and lists as what they lead to
NO_FILM = {"tty", "concat", "hls", "dash", "sdp", "rtsp", "ffmetadata", "imf", "lavfi", "srt"}
FAULTS_IN_A_ROW = 1000  # reads that fail one after the other: the rest is lost


def open_container(path: Path) -> InputContainer:
    """The container at `path`, to be closed. What it names elsewhere is not followed.

    Raises OSError when the file cannot be opened, av.FFmpegError or ValueError when it is none.
    """
    import av

    container = av.open(
        f"file:{path.absolute()}",  # a name like "http:x" is a file's
        metadata_errors="replace",
        options={"protocol_whitelist": "file"},
        container_options={},
    )
    if set(container.format.name.split(",")) & NO_FILM:
        container.close()
        raise ValueError("it is a text or a list")
    return container


def is_still(container: InputContainer) -> bool:
    """Whether it is a single picture: FFmpeg has a format of its own for each kind of these."""
    return container.format.name.endswith("_pipe")


def pictures_of(container: InputContainer) -> list[VideoStream]:
    """The streams of moving pictures, the one to show first; covers and such are left out."""
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [s for s in container.streams.video if not s.disposition & still]
    best = container.streams.best("video")
    return sorted(streams, key=lambda s: (s is not best and s != best, s.index))


def sound_of(container: InputContainer) -> AudioStream | None:
    """The stream of sound to play, None where there is none."""
    return container.streams.best("audio")  # type: ignore[return-value]


def length_of(stream: VideoStream | AudioStream) -> float:
    """How many seconds a stream says it lasts, 0 where it does not."""
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    told = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", stream.metadata.get("DURATION", ""))
    if told is None:  # only Matroska has it there
        return 0.0
    end_s = 3600 * int(told[1]) + 60 * int(told[2]) + float(told[3])
    return max(0.0, end_s - float((stream.start_time or 0) * (stream.time_base or 0)))


def told_of(container: InputContainer) -> float:
    """How many seconds a container says it lasts, 0 where it does not."""
    import av

    begin = container.start_time or 0
    from_zero = "matroska" in container.format.name.split(",")  # which tells where it ends
    return max(0.0, ((container.duration or 0) - begin * from_zero) / av.time_base)


class Packets:
    """The packets of a stream in the order of the file. Where reading fails it goes on behind the
    fault, which is counted in `faults`.
    """

    def __init__(self, container: InputContainer, stream: VideoStream | AudioStream) -> None:
        self._container = container
        self._stream = stream
        self.faults = 0

    def __iter__(self) -> Iterator[Packet]:
        import av

        in_a_row = 0
        while in_a_row < FAULTS_IN_A_ROW:
            try:
                for packet in self._container.demux(self._stream):
                    in_a_row = 0
                    yield packet
                return
            except av.FFmpegError:
                self.faults += not in_a_row
                in_a_row += 1

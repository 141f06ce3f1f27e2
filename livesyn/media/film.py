"""The frames of a film, each with the time at which it is shown by the file's own timestamps."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from livesyn.base.errors import DataError
from livesyn.media import kinds
from livesyn.media.picture_file import check_size, open_picture
from livesyn.media.rgb import Turn, on_black, resized, rgb_of, turn_of
from livesyn.media.streams import Packets, length_of, open_container, pictures_of, told_of
from livesyn.media.timeline import Timeline
from livesyn.media.truncation import missing_end

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

USUAL_FPS = 30.0  # where neither stamps nor header tell
SLOWEST_FPS, FASTEST_FPS = 0.001, 1000.0
SHORTEST_STILL_S, STILL_S = 0.02, 0.1  # of an animation, what is shorter lasts 0.1 as in browsers
CUT_SHORT_S = 1.0  # by which a film must end before its time to be called cut off
LIVE_THREADS = 2
TS_DISCONT = 0x0200  # AVFMT_TS_DISCONT: the stamps of such a format may begin anew


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame, shown from `time_s` after the film's start for `duration_s`. `pixels()` makes its
    picture, (H, W, 3) uint8 RGB, of one size throughout a film.
    """

    time_s: float
    duration_s: float
    pixels: Callable[[], np.ndarray]


class Film:
    """Decodes the film at `path` once, by so many decoder `threads`: with one, even what is damaged
    looks the same every time. `open`, then `next_frame` until it gives None.

    Known after `open`: `fps`, frames a second on average; `told_s`, how long the file says it is,
    0 where it does not. `damaged` counts the frames so far that could not be decoded and were
    passed over, `count` those that were given.
    """

    def __init__(self, path: str | Path, threads: int = LIVE_THREADS) -> None:
        self.path = Path(path)
        self._threads = threads
        self.fps = USUAL_FPS
        self.told_s = 0.0
        self.damaged = 0
        self.count = 0
        self._frames: Iterator[Shown] = iter(())
        self._first: Shown | None = None
        self._timeline = Timeline(1 / USUAL_FPS)
        self._due_s = 0.0  # when its stream should end, 0 where that is not known
        self._file: Any = None
        self._size: tuple[int, int] | None = None
        self._turns: dict[int, Turn] = {}  # by the rotation in degrees

    @property
    def end_s(self) -> float:
        """Where the last frame so far ends, in seconds from the film's start."""
        return self._timeline.end_s

    def open(self) -> None:
        """Open the file and decode its first frame: only that proves that it is a film.

        Raises: DataError with a sentence when there is no such file, or nothing in it to see.
        """
        self.close()
        if not self.path.is_file():
            raise DataError(kinds.why_no_file(str(self.path), "film"))
        if not self.path.stat().st_size:
            raise DataError(
                f"{str(self.path)!r} is empty; give another film ({kinds.LEGAL['film']})"
            )
        is_picture = kinds.look_at(self.path).kind == "picture"
        try:
            self._frames = self._animation() if is_picture else self._container()
            if (first := next(self._frames, None)) is not None:
                pixels = first.pixels()
                self._first = replace(first, pixels=lambda: pixels)
        except DataError:
            self.close()
            raise
        except Exception as error:  # decoders raise errors of many types on damaged data
            self.close()
            raise DataError(self._refusal(error)) from error
        if self._first is None:
            self.close()
            raise DataError(
                f"{str(self.path)!r} has no pictures in it that can be decoded; give another film"
                f" ({kinds.LEGAL['film']})"
            )

    def next_frame(self) -> Shown | None:
        """The next frame; None at the end."""
        shown, self._first = self._first, None
        if shown is None:
            shown = next(self._frames, None)
        self.count += shown is not None
        return shown

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._frames, self._first = iter(()), None
        if self._file is not None:
            self._file.close()
            self._file = None

    def complaint(self) -> str:
        """A sentence on what was wrong with a film that has been read, "" where nothing was."""
        found = []
        if self.damaged:
            frames = "1 frame is" if self.damaged == 1 else f"{self.damaged} frames are"
            found.append(f"{frames} damaged or missing and passed over")
        if self._due_s - self.end_s > CUT_SHORT_S:
            found.append(f"it ends after {self.end_s:.1f} s of {self._due_s:.1f}")
        elif missing := missing_end(self.path):
            found.append(f"it is cut off after {self.end_s:.1f} s: {missing}")
        return f"the video {self.path.name!r}: {', and '.join(found)}" if found else ""

    def _container(self) -> Iterator[Shown]:
        """The frames of a container's stream of pictures. A damaged packet is passed over."""
        import av

        container = self._file = open_container(self.path)
        stream = self._stream_of(container)
        stream.codec_context.thread_count = self._threads
        stream.thread_type = "AUTO"
        rate, unit_s = float(stream.average_rate or stream.guessed_rate or 0), stream.time_base
        self.fps = rate if SLOWEST_FPS <= rate <= FASTEST_FPS else USUAL_FPS
        joined = bool(container.format.flags & TS_DISCONT)
        own_s = length_of(stream)
        self._due_s = 0.0 if joined else own_s
        self.told_s = own_s or told_of(container)
        self._timeline = Timeline(1 / self.fps, self.told_s, joined)
        packets, undecoded, begun = Packets(container, stream), 0, False

        def seconds(stamp: int | None) -> float | None:
            return None if stamp is None or not unit_s else float(stamp * unit_s)

        for packet in packets:
            try:
                frames = packet.decode()
            except (av.FFmpegError, MemoryError):
                undecoded, frames = undecoded + 1, []
            for frame in frames:
                stamp_s = self._timeline.stamp(seconds(frame.pts), seconds(frame.dts))
                if not begun and container.format.name == "avi" and stamp_s:
                    # it tells where it ends, from 0 on
                    self.told_s = self._due_s = max(0.0, self.told_s - stamp_s)
                begun = True
                pixels = functools.partial(self._picture, frame, stream)
                yield self._shown(stamp_s, seconds(frame.duration) or 0.0, pixels)
            # a frame that is missing may be one that could not be decoded: it counts once
            self.damaged = max(undecoded + packets.faults, self._timeline.missing)

    def _stream_of(self, container: Any) -> VideoStream:
        streams, legal = pictures_of(container), kinds.LEGAL["film"]
        for stream in streams:
            if stream.codec_context is not None:
                check_size(stream.width, stream.height, repr(str(self.path)))
                return stream
        name = str(self.path)
        if streams:
            raise DataError(
                f"{name!r} is coded in a way that cannot be decoded here; save it as .mp4 (H.264)"
            )
        if container.streams.audio:
            raise DataError(kinds.only_sound(name))
        raise DataError(f"{name!r} has no pictures in it; give a film ({legal})")

    def _animation(self) -> Iterator[Shown]:
        """The frames of a picture file, by Pillow: one, or an animation's."""
        from PIL import Image

        self._timeline, self.fps = Timeline(STILL_S), 1 / STILL_S
        if not kinds.is_animation(self.path):
            still = np.array(open_picture(self.path))
            yield self._shown(None, STILL_S, lambda: still)
            return
        picture = self._file = Image.open(self.path)
        check_size(*picture.size, repr(str(self.path)))
        number = 0
        while True:
            try:
                picture.seek(number)
                pixels = on_black(picture)
            except EOFError:
                return
            except Exception:  # Pillow's decoders raise errors of many types on damaged data
                if number == 0:
                    raise
                self.damaged += 1  # and nothing can be read behind it
                return
            duration_s = float(picture.info.get("duration") or 0) / 1000
            duration_s = duration_s if duration_s >= SHORTEST_STILL_S else STILL_S
            yield self._shown(None, duration_s, functools.partial(self._fitted, pixels))
            number += 1

    def _shown(
        self, stamp_s: float | None, duration_s: float, pixels: Callable[[], np.ndarray]
    ) -> Shown:
        return Shown(*self._timeline.place(stamp_s, duration_s), pixels)

    def _picture(self, frame: VideoFrame, stream: VideoStream) -> np.ndarray:
        aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or 1
        if frame.rotation not in self._turns:
            self._turns[frame.rotation] = turn_of(frame)
        return self._fitted(rgb_of(frame, float(aspect), self._turns[frame.rotation]))

    def _fitted(self, pixels: np.ndarray) -> np.ndarray:
        """In the size of the film's first frame."""
        height, width = pixels.shape[:2]
        self._size = self._size or (width, height)
        return pixels if (width, height) == self._size else resized(pixels, *self._size)

    def _refusal(self, error: Exception) -> str:
        """Why this is no film, as far as it can be told."""
        name = str(self.path)
        if isinstance(error, PermissionError):
            return f"{name!r} may not be read (permission denied); change its permissions"
        return (
            f"{name!r} is not a video that can be played here{kinds.undecodable(self.path)}; give"
            f" another film ({kinds.LEGAL['film']})"
        )

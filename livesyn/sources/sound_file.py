"""A sound file as a microphone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.audio.resample import pick
from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.base.pace import Pace
from livesyn.media.sound import Decoded, open_sound
from livesyn.media.truncation import missing_end
from livesyn.sources.channels import Channels, why_missing

BLOCKS_A_SECOND = 100
LOWEST_HZ, HIGHEST_HZ = 2000, 768000
MOST_CHANNELS = 256  # a damaged header says more
SHORT_S = 0.1  # lossy formats say their length no more exactly


class SoundFile:
    """A sound file (.wav, .flac, .ogg, .mp3, .m4a, .opus and more) in real time, over and over
    unless `loop` is False; then None ends it. It gives all channels, or the `channels` named, in
    that order.

    The end joins the beginning without a gap. No sample is left out: what fell due while nobody
    read comes in one longer block. After `open`, `length_s` is known.

    What is damaged in the middle is silence, as long as it would have been; a damaged end is the
    end. Samples that are no numbers are silence too. `complaint` says so, and once the end has
    been reached how much it was; `passed_over_s` counts it.
    """

    xruns = 0

    def __init__(
        self, path: str | Path, clock: Clock, loop: bool = True, channels: Channels = None
    ) -> None:
        self.path = Path(path)
        self.name = f"sound {self.path.name}"
        self.rate_hz = 0
        self.length_s = 0.0
        self._clock = clock
        self._loop = loop
        self._channels = channels
        self._block = 0
        self._pace = Pace(clock, BLOCKS_A_SECOND)
        self._file: Any = None
        self._at = 0  # the next sample, from the file's beginning
        self._given = 0  # of this turn: what could
        self._reason = ""
        self._unfinished: _Unfinished | None = None
        self._turned = False
        self.complaint = ""
        self.passed_over_s = 0.0

    def open(self) -> None:
        """Raises: DataError when there is no such file, no sound in it, or fewer channels;
        DeviceError without libsndfile.
        """
        self.close()
        self.complaint = ""
        file = self._reader()
        if file.frames <= 0 or not LOWEST_HZ <= file.samplerate <= HIGHEST_HZ:
            file.close()
            missing = missing_end(self.path)
            cut = f" (it is cut off: {missing})" if missing else ""
            raise DataError(
                f"{str(self.path)!r} has {file.frames} samples at {file.samplerate} Hz{cut}; a"
                f" sound has some, at {LOWEST_HZ} to {HIGHEST_HZ} Hz"
            )
        if self._unfinished:
            self.complaint = (
                f"{self.name} was not finished by what recorded it; what is there is played"
            )
        elif missing := missing_end(self.path):
            there_s = getattr(file, "counted", file.frames) / file.samplerate
            self.complaint = (
                f"{self.name} is cut off: {missing}; the {there_s:.1f} s that are there are played"
            )
        if file.channels > MOST_CHANNELS:
            file.close()
            raise DataError(
                f"{str(self.path)!r} says that it has {file.channels} channels; a sound has at most"
                f" {MOST_CHANNELS}"
            )
        if sentence := why_missing(self.name, self._channels, file.channels, "give another file"):
            file.close()
            raise DataError(sentence)
        self._file, self.rate_hz, self.length_s = (
            file,
            file.samplerate,
            file.frames / file.samplerate,
        )
        self._block = self.rate_hz // BLOCKS_A_SECOND
        self._pace = Pace(self._clock, self.rate_hz / self._block)
        self._at = self._given = 0
        self._turned, self.passed_over_s = False, 0.0

    def read(self) -> np.ndarray | None:
        """What is due, (N, C) float32. Raises DataError when nothing of it can be decoded."""
        if self._file is None:
            return None
        if self._turned and not self._loop:
            return None
        wanted = self._block * (1 + self._pace.wait())
        parts: list[np.ndarray] = []
        while wanted > 0:
            samples = self._next(wanted)
            if not len(samples):
                self._end_of_turn()
                if not self._loop:
                    break
                continue
            parts.append(samples)
            wanted -= len(samples)
        if not parts:
            return None
        samples = np.concatenate(parts)
        return samples if self._channels is None else pick(samples, self._channels)

    def _next(self, count: int) -> np.ndarray:
        """At most `count` samples, (N, C); none at the end."""
        try:
            samples = self._file.read(count, dtype="float32", always_2d=True)
        except RuntimeError as error:  # soundfile's own: a damaged place
            if not self._pass_over(error):
                return np.empty((0, 1), np.float32)
            samples = self._file.read(count)
        if getattr(self._file, "silent", 0):
            self._complain_of_damage()
        self._at += len(samples)
        self._given += len(samples)
        if not np.isfinite(samples).all():
            np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
            self._complain(f"{self.name} has samples that are no numbers; they are silence")
        return samples

    def _pass_over(self, error: Exception) -> bool:
        """Whether what libsndfile cannot decode can be passed over, by PyAV; else it is the end."""
        self._reason = _why(error)
        self._complain_of_damage()
        self._file.close()
        try:
            other = Decoded(self.path)
        except DataError:
            return False
        other.seek(self._at)
        self._file = other
        return True

    def _complain_of_damage(self) -> None:
        self._complain(
            f"{self.name} is damaged {self._at / self.rate_hz:.1f} s from its beginning"
            + (f" ({self._reason})" if self._reason else "")
            + "; what can be decoded is played"
        )

    def _end_of_turn(self) -> None:
        """Back to the beginning. Raises DataError when there was nothing all the way."""
        given = self._given - getattr(self._file, "silent", 0)  # PyAV's way to pass over
        if given <= 0:
            raise DataError(
                f"nothing of {str(self.path)!r} can be decoded ({self._reason or 'it is empty'});"
                " give another file, or make it anew"
            )
        missing_s = self.length_s - given / self.rate_hz
        ends_damaged = self._reason or getattr(self._file, "ends_damaged", False)
        if (missing_s > SHORT_S or ends_damaged) and not self._turned:
            self.passed_over_s = max(0.0, missing_s)
            part = f"{missing_s:.1f} s" if missing_s > SHORT_S else f"less than {SHORT_S} s"
            self.complaint = (
                f"{part} of the {self.length_s:.1f} s of {self.name} could not be decoded"
                f" ({self._reason or 'the file is cut off or damaged'})"
            )
        self._turned = True
        self._at = self._given = 0
        try:
            self._file.seek(0)
        except RuntimeError:
            self._file.close()
            self._file = self._reader()

    def _reader(self) -> Any:
        """The file, opened. Raises as `open_sound`."""
        file: Any = open_sound(self.path)
        if file.frames == 0 and getattr(file, "format", "") in ("WAV", "WAVEX"):
            import soundfile

            size = _unfinished_wave(self.path)
            if size is not None:
                file.close()
                self._release()
                self._unfinished = _Unfinished(self.path, *size)
                return soundfile.SoundFile(self._unfinished)
        return file

    def _release(self) -> None:
        if self._unfinished is not None:
            self._unfinished.close()
            self._unfinished = None

    def _complain(self, sentence: str) -> None:
        """Once a file: the first is told, then how much it was."""
        if not self.complaint and not self._turned:
            self.complaint = sentence

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._release()


class _Unfinished(io.FileIO):
    """A .wav whose recorder wrote no length, as if it had: `length` bytes of sound, said at the
    place `at`."""

    def __init__(self, path: Path, at: int, length: int) -> None:
        super().__init__(path)
        self._at, self._length = at, min(length, 0xFFFFFFFF).to_bytes(4, "little")

    def readinto(self, buffer: Any) -> int:
        """Read, with the length put in."""
        start, view = self.tell(), memoryview(buffer).cast("B")
        count = super().readinto(view) or 0
        for i, byte in enumerate(self._length, self._at - start):
            if 0 <= i < count:
                view[i] = byte
        return count


def _unfinished_wave(path: Path) -> tuple[int, int] | None:
    """Where the length of the sound in a .wav stands, and what it is; None where there is none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            length = int.from_bytes(head[4:], "little")
            if head[:4] == b"data":
                at = file.tell()
                return (at - 4, size - at) if length == 0 and size > at else None
            file.seek(length + length % 2, io.SEEK_CUR)
    return None


def _why(error: Exception) -> str:
    """What libsndfile says, without the path and its own stops."""
    said = getattr(error, "error_string", str(error))
    return said.removeprefix("Error : ").strip().rstrip(".")

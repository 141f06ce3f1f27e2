"""Clips of 8.91 s from pieces of music: cut from recordings, or from MIDI files played by
FluidSynth.

A MIDI file is played by one instrument at a time, whichever is asked for, so that a net learns the
composition of a clip and not its instruments. Needs FluidSynth and a SoundFont for MIDI (see
`livesyn.media.midi_to_wav`), and libsndfile for recordings.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.audio.mel import COLUMNS, HOP, RATE_HZ
from livesyn.base.errors import DeviceError
from livesyn.media.kinds import kind_of
from livesyn.media.midi_to_wav import find_sound_font
from livesyn.media.sound import open_sound, read_sound
from livesyn.music import midi_reader

SECONDS = COLUMNS * HOP / RATE_HZ - 0.01  # 8.91: centred frames make 768 columns of it
SAMPLES = int(SECONDS * RATE_HZ)
INSTRUMENTS = {  # General MIDI programs, from 0
    "piano": 0,
    "harpsichord": 6,
    "vibraphone": 11,
    "organ": 19,
    "guitar": 24,
    "strings": 48,
    "choir": 52,
    "brass": 61,
    "oboe": 68,
    "flute": 73,
}
_LEAD_S = 1.5  # notes struck so long before a clip sound on into it
_TAIL_S = 1.5
_SLOT_S = _LEAD_S + SECONDS + _TAIL_S
_TICKS, _US = 480, 500_000  # of the MIDI that is made: 960 ticks a second
_LIMIT_S = 600


@dataclass(frozen=True)
class Cut:
    """One clip to be: from `start_s` of its piece, on `instrument` (recordings have their own,
    "").
    """

    start_s: float
    instrument: str = ""


@dataclass(frozen=True)
class Note:
    """A note in seconds of its piece."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int
    voice: int


def length_s(path: Path) -> float:
    """How long a piece is. Raises DataError when it cannot be read."""
    if kind_of(path) == "music":
        return max((note.end_s for note in _notes(path)), default=0.0)
    sound = open_sound(path)
    try:
        return sound.frames / sound.samplerate
    finally:
        sound.close()


def starts_s(path: Path, count: int, random: np.random.Generator) -> list[float]:
    """Where to cut up to `count` clips, spread over the piece, in order; none from one that is too
    short. Of MIDI files each begins at a note, so that no clip begins with silence.
    """
    room_s = length_s(path) - SECONDS
    if room_s < 0:
        return []
    found = np.sort((np.arange(count) + random.uniform(0, 1, count)) / count * room_s)
    if kind_of(path) == "music":
        struck = np.array([note.start_s for note in _notes(path)])
        struck = np.sort(struck[struck <= room_s + 0.5])
        found = struck[np.minimum(np.searchsorted(struck, found), len(struck) - 1)]
    return sorted({round(float(start_s), 3) for start_s in found})


def cut(path: Path, cuts: Sequence[Cut]) -> list[np.ndarray]:
    """The clips, mono float32 (196460,) at 22.05 kHz each, in order.

    Raises DataError, DeviceError.
    """
    if kind_of(path) == "music":
        return _played(_notes(path), cuts)
    import soxr

    samples, rate_hz = read_sound(path)
    heard = soxr.resample(samples.mean(1), rate_hz, RATE_HZ)
    return [_fit(heard[int(one.start_s * RATE_HZ) :]) for one in cuts]


def _fit(samples: np.ndarray) -> np.ndarray:
    return np.pad(samples[:SAMPLES], (0, max(0, SAMPLES - len(samples)))).astype(np.float32)


def _notes(path: Path) -> list[Note]:
    sequence = midi_reader.read(path)
    notes: list[Note] = []
    for voice, part in enumerate(part for part in sequence.parts if not part.is_drum):
        starts_s = sequence.seconds(note.start for note in part.notes)
        ends_s = sequence.seconds(note.end for note in part.notes)
        for note, start_s, end_s in zip(part.notes, starts_s, ends_s, strict=True):
            notes.append(Note(start_s, end_s, note.pitch, note.velocity, voice))
    return notes


def _played(notes: Sequence[Note], cuts: Sequence[Cut]) -> list[np.ndarray]:
    """All the clips of a piece in one go, one after the other: a SoundFont is slow to load."""
    program, font = shutil.which("fluidsynth"), find_sound_font()
    if program is None or font is None:
        raise DeviceError(
            f"{'FluidSynth' if program is None else 'a SoundFont (.sf2)'} is not installed, so MIDI"
            " files cannot be heard; install it, or give recordings"
        )
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder) / "cuts.mid", Path(folder) / "cuts.wav"
        _score(notes, cuts).save(str(score))
        command = [
            program,
            "-ni",
            "-q",
            "-r",
            str(RATE_HZ),
            "-g",
            "0.5",
            "-F",
            str(sound),
            "-T",
            "wav",
            str(font),
            str(score),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise DeviceError(
                f"FluidSynth did not finish {len(cuts)} clips within {_LIMIT_S} s"
            ) from None
        if done.returncode or not sound.is_file():
            raise DeviceError(
                f"FluidSynth could not play {len(cuts)} clips"
                f" ({(done.stderr.strip().splitlines() or ['it did not say why'])[-1]})"
            )
        with wave.open(str(sound), "rb") as file:
            raw = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(
                -1, file.getnchannels()
            )
    heard = raw.mean(1, dtype=np.float32) / 32768
    return [_fit(heard[int((i * _SLOT_S + _LEAD_S) * RATE_HZ) :]) for i in range(len(cuts))]


def _score(notes: Sequence[Note], cuts: Sequence[Cut]) -> Any:
    """A MIDI file with the clips one after the other, each voice on a channel of its own (nine at
    most).
    """
    import mido

    timed: list[tuple[float, int, mido.Message]] = []
    for i, one in enumerate(cuts):
        slot_s = i * _SLOT_S
        timed += [
            (
                slot_s,
                1,
                mido.Message("program_change", channel=c, program=INSTRUMENTS[one.instrument]),
            )
            for c in range(9)
        ]
        begin_s, end_s = one.start_s - _LEAD_S, one.start_s + SECONDS
        for note in notes:
            if begin_s <= note.start_s < end_s:
                at_s = slot_s + note.start_s - begin_s
                until_s = slot_s + min(note.end_s, end_s + 0.5 * _TAIL_S) - begin_s
                channel = note.voice % 9
                timed.append(
                    (
                        at_s,
                        2,
                        mido.Message(
                            "note_on", channel=channel, note=note.pitch, velocity=note.velocity
                        ),
                    )
                )
                timed.append(
                    (
                        max(until_s, at_s + 0.02),
                        0,
                        mido.Message("note_off", channel=channel, note=note.pitch),
                    )
                )
    timed.append((len(cuts) * _SLOT_S, 0, mido.Message("control_change", control=123, value=0)))
    track, now = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=_US)]), 0
    for time_s, _, message in sorted(timed, key=lambda item: item[:2]):
        tick = round(time_s * _TICKS * 1e6 / _US)
        track.append(message.copy(time=tick - now))
        now = tick
    return mido.MidiFile(type=0, ticks_per_beat=_TICKS, tracks=[track])

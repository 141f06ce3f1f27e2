"""The melody of a MIDI file, in windows of two bars. No more than mido is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.music import vocabulary as v

DRUMS = 10
SUFFIXES = (".mid", ".midi")
WINDOW_BEATS = v.BARS * v.BEATS_PER_BAR
HALF_STEP = (
    0.5 / v.STEPS_PER_BEAT
)  # what lies as near to a bar line is meant to be on it; what rings on for less than a step is not


@dataclass(frozen=True)
class Song:
    """A melody: its notes, their beats from the file's start, and the tempo it begins in."""

    notes: tuple[Note, ...]
    bpm: float


def read(path: Path) -> Song:
    """The melody in a MIDI file: of its parts that are no drums, the one that lies highest on
    average and is not much sparser than the others. Tempo changes do not matter: beats count.

    Raises DataError when it is no MIDI file, or holds no notes but drums.
    """
    import mido

    try:
        file = mido.MidiFile(path)
    except FileNotFoundError:
        raise DataError(f"there is no file {str(path)!r}; give a .mid") from None
    except Exception as error:  # mido raises whatever it stumbles over
        raise DataError(
            f"{path.name!r} is not a MIDI file that can be read ({type(error).__name__}); give"
            " another .mid"
        ) from None
    if file.ticks_per_beat <= 0:
        raise DataError(
            f"{path.name!r} counts time in frames, not in beats; save it as a plain MIDI file"
        )
    tempos = [
        message.tempo
        for track in file.tracks
        for message in track
        if message.type == "set_tempo" and message.tempo > 0
    ]
    parts = [notes for track in file.tracks for notes in _parts(track, file.ticks_per_beat)]
    if not parts:
        raise DataError(
            f"{path.name!r} holds no notes (drums are left out); give one with a melody"
        )
    most = max(len(notes) for notes in parts)
    melody = max(
        (notes for notes in parts if len(notes) >= most / 3),
        key=lambda notes: sum(n.pitch for n in notes) / len(notes),
    )
    return Song(tuple(sorted(melody)), mido.tempo2bpm(tempos[0]) if tempos else 120.0)


def _parts(track: Sequence[Any], ticks_per_beat: int) -> list[list[Note]]:
    """The notes of a track, a list for each channel but the drums'."""
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    parts: dict[int, list[Note]] = {}
    now = 0
    for message in track:
        now += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        channel, pitch, beat = message.channel + 1, message.note, now / ticks_per_beat
        if begun := sounding.pop((channel, pitch), None):
            start, velocity = begun
            if beat > start:
                parts.setdefault(channel, []).append(
                    Note(start, beat - start, pitch, velocity, channel)
                )
        if message.type == "note_on" and message.velocity and channel != DRUMS:
            sounding[channel, pitch] = beat, message.velocity
    return list(parts.values())


def windows(song: Song) -> np.ndarray:
    """The song in windows of two bars of four quarters: tokens (N, 32). A window in which no
    note is struck holds none."""
    count = max(
        1, -(-round(max(note.end_beats for note in song.notes) * v.STEPS_PER_BEAT) // v.STEPS)
    )
    found = np.zeros((count, v.STEPS), np.int64)
    for i in range(count):
        begin = i * WINDOW_BEATS
        local = (replace(note, start_beats=note.start_beats - begin) for note in song.notes)
        found[i] = v.notes_to_tokens(
            [
                n
                for n in local
                if -HALF_STEP <= n.start_beats < WINDOW_BEATS
                or n.start_beats < 0 < n.end_beats - 2 * HALF_STEP
            ]
        )
    return found

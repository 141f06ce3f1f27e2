"""The melody of a MIDI file, in windows of two bars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.music import midi_reader
from livesyn.music import vocabulary as v

WINDOW_BEATS = v.BARS * v.BEATS_PER_BAR
MOST_WINDOWS = 10_000  # of a song: eleven hours at 120 beats a minute
# what lies as near to a bar line is meant to be on it; what rings on for less than a step is not
HALF_STEP = 0.5 / v.STEPS_PER_BEAT


@dataclass(frozen=True)
class Song:
    """A melody: its notes, their beats from the file's start, the tempo it begins in, and a
    sentence where not all of the file could be read as it stands."""

    notes: tuple[Note, ...]
    bpm: float
    remark: str | None = None


def read(path: Path) -> Song:
    """The melody in a MIDI file: of its parts that are no drums, the one that lies highest on
    average and is not much sparser than the others. Tempo changes do not matter: beats count.

    Raises DataError when it is no MIDI file, or holds no notes but drums.
    """
    sequence = midi_reader.read(path)
    parts: dict[tuple[int, int], list[Note]] = {}
    for part in sequence.parts:
        if not part.is_drum:
            parts.setdefault((part.track, part.channel), []).extend(
                Note(
                    sequence.beat(note.start),
                    sequence.beat(note.end - note.start),
                    note.pitch,
                    note.velocity,
                    part.channel,
                )
                for note in part.notes
                if note.end > note.start
            )
    if not any(parts.values()):
        raise DataError(
            f"{path.name!r} holds no notes (drums are left out); give one with a melody"
        )
    most = max(len(notes) for notes in parts.values())
    melody = max(
        (notes for notes in parts.values() if len(notes) >= most / 3),
        key=lambda notes: sum(n.pitch for n in notes) / len(notes),
    )
    remark = sequence.remark(path.name)
    end_beats = float(MOST_WINDOWS * WINDOW_BEATS)
    if max(note.end_beats for note in melody) > end_beats:
        bars = MOST_WINDOWS * v.BARS
        melody = [note for note in melody if note.end_beats <= end_beats]
        if not melody:
            raise DataError(f"the melody of {path.name!r} begins behind bar {bars}; cut it there")
        remark = f"{remark or f'{path.name!r} is long'}; what lies behind bar {bars} is left out"
    return Song(tuple(sorted(melody)), sequence.bpm, remark)


def windows(song: Song) -> np.ndarray:
    """The song in windows of two bars of four quarters: tokens (N, 32). A window in which no
    note is struck holds none."""
    last_beat = max(note.end_beats for note in song.notes)
    count = max(1, -(-round(last_beat * v.STEPS_PER_BEAT) // v.STEPS))
    inside: list[list[Note]] = [[] for _ in range(count)]
    for note in song.notes:
        first = int((note.start_beats + HALF_STEP) // WINDOW_BEATS)
        for i in range(first, min(count, int(note.end_beats // WINDOW_BEATS) + 1)):
            local = replace(note, start_beats=note.start_beats - i * WINDOW_BEATS)
            if i == first or local.end_beats > 2 * HALF_STEP:
                inside[i].append(local)
    return np.stack([v.notes_to_tokens(notes) for notes in inside]).astype(np.int64)

"""Standard MIDI files: the same notes give the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from livesyn.base.types import Note

if TYPE_CHECKING:
    import mido

TICKS_PER_BEAT = 480
PARTS = {1: "melody", 2: "bass", 10: "drums"}  # by MIDI channel


def midi_file(
    tracks: Mapping[str, Iterable[Note]], bpm: float, length_beats: float | None = None
) -> mido.MidiFile:
    """A type 1 file: a tempo track, then one track for each name. Notes' beats count from the
    file's start; every track lasts `length_beats` where that is longer than its notes."""
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    head = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)),
            mido.MetaMessage("time_signature", numerator=4, denominator=4),
        ]
    )
    file.tracks.append(_ended(head, 0, length_beats))
    for name, notes in tracks.items():
        # offs before ons where they meet, so that a note struck again is not cut at once
        events = sorted(
            (tick, on, n.pitch, n)
            for n in notes
            for tick, on in ((_ticks(n.start_beats), True), (_end_tick(n), False))
        )
        track, now = mido.MidiTrack([mido.MetaMessage("track_name", name=name)]), 0
        for tick, on, pitch, note in events:
            kind, velocity = ("note_on", note.velocity) if on else ("note_off", 0)
            track.append(
                mido.Message(
                    kind, channel=note.channel - 1, note=pitch, velocity=velocity, time=tick - now
                )
            )
            now = tick
        file.tracks.append(_ended(track, now, length_beats))
    return file


def by_part(notes: Iterable[Note]) -> dict[str, list[Note]]:
    """Notes by the part their channel belongs to; the melody's first, also where it is silent
    alone.
    """
    parts: dict[str, list[Note]] = {}
    for note in notes:
        parts.setdefault(PARTS.get(note.channel, f"channel {note.channel}"), []).append(note)
    order = [*PARTS.values(), *parts]
    return dict(sorted(parts.items(), key=lambda item: order.index(item[0]))) or {"melody": []}


def save(file: mido.MidiFile, path: Path) -> None:
    """Write `file`, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        file.save(file=stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _ticks(beats: float) -> int:
    return round(beats * TICKS_PER_BEAT)


def _end_tick(note: Note) -> int:
    return max(_ticks(note.start_beats) + 1, _ticks(note.end_beats))


def _ended(track: mido.MidiTrack, now: int, length_beats: float | None) -> mido.MidiTrack:
    import mido

    track.append(mido.MetaMessage("end_of_track", time=max(0, _ticks(length_beats or 0) - now)))
    return track

"""A .mid holds the notes, ends when it should, and is the same again."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.types import Note
from livesyn.music.midi_file import midi_file, save

NOTES = [Note(0, 1, 60, 90), Note(1, 1, 60, 80), Note(2.5, 0.001, 67, 70, 10)]


def test_notes_tempo_and_names_are_there(tmp_path: Path) -> None:
    save(midi_file({"melody": NOTES}, 90, 8), tmp_path / "a.mid")
    read = mido.MidiFile(tmp_path / "a.mid")
    assert read.length == pytest.approx(8 * 60 / 90, abs=1e-3)
    assert read.tracks[1].name == "melody"
    assert next(m for m in read.tracks[0] if m.type == "set_tempo").tempo == mido.bpm2tempo(90)
    kinds = [(m.type, m.note, m.channel) for m in read.tracks[1] if not m.is_meta]
    assert kinds == [
        ("note_on", 60, 0),
        ("note_off", 60, 0),
        ("note_on", 60, 0),
        ("note_off", 60, 0),
        ("note_on", 67, 9),
        ("note_off", 67, 9),
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mid"]  # no part of it is left


def test_same_notes_same_bytes(tmp_path: Path) -> None:
    for name in ("a.mid", "b.mid"):
        save(midi_file({"melody": NOTES, "bass": []}, 111.1), tmp_path / name)
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            Note,
            st.floats(0, 60),
            st.floats(1e-4, 8),
            st.integers(0, 127),
            st.integers(1, 127),
            st.integers(1, 16),
        ),
        max_size=20,
    )
)
def test_every_note_ends_after_it_begins(notes: list[Note]) -> None:
    track = midi_file({"melody": notes}, 120).tracks[1]
    assert all(message.time >= 0 for message in track)
    sounding = 0
    for message in track:
        sounding += {"note_on": 1, "note_off": -1}.get(message.type, 0)
    assert sounding == 0
    assert sum(m.type == "note_on" for m in track) == len(notes)

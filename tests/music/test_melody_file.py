"""The melody of a MIDI file: which part, which beats, and what is no MIDI file."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import pytest

from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.music import melody_file, midi_file
from livesyn.music import vocabulary as v


def write(path: Path, bpm: float = 90, **tracks: list[Note]) -> Path:
    midi_file.save(midi_file.midi_file(tracks, bpm), path)
    return path


def scale(first: int, count: int = 16, channel: int = 1, beats: float = 1) -> list[Note]:
    return [Note(i * beats, beats, first + i % 8, 96, channel) for i in range(count)]


def test_the_highest_part_that_is_no_ornament_is_the_melody(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.mid",
        tune=scale(67),
        bass=scale(36, channel=2),
        drums=scale(90, channel=10),
        bell=[Note(0, 1, 100, 96, 3)],
    )
    song = melody_file.read(path)
    assert song.bpm == pytest.approx(90, abs=0.01) and {note.pitch for note in song.notes} == set(
        range(67, 75)
    )


def test_windows_are_what_was_written(tmp_path: Path) -> None:
    song = melody_file.read(write(tmp_path / "a.mid", tune=scale(60, 12)))
    windows = melody_file.windows(song)
    assert windows.shape == (2, 32)
    assert v.tokens_to_notes(windows[0]) == [Note(float(i), 1.0, 60 + i) for i in range(8)]
    assert v.attacks(windows[1]) == 4


def test_a_note_over_the_line_is_struck_again_and_silence_holds_none(tmp_path: Path) -> None:
    song = melody_file.read(write(tmp_path / "a.mid", tune=[Note(7, 2, 60), Note(25, 1, 62)]))
    windows = melody_file.windows(song)
    assert v.attacks(windows).tolist() == [1, 1, 0, 1]
    assert windows[1, 0] == v.token_of(60)


def test_a_note_struck_again_ends_the_one_before(tmp_path: Path) -> None:
    track = mido.MidiTrack(
        [
            mido.Message("note_on", note=60, velocity=90, time=0),
            mido.Message("note_on", note=60, velocity=90, time=480),
            mido.Message("note_on", note=60, velocity=0, time=480),
        ]
    )
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    song = melody_file.read(tmp_path / "a.mid")
    assert [(note.start_beats, note.duration_beats) for note in song.notes] == [
        (0, 1),
        (1, 1),
    ] and song.bpm == 120


def test_what_holds_no_melody_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.mid").write_text("no music")
    (tmp_path / "cut.mid").write_bytes(write(tmp_path / "a.mid", tune=scale(60)).read_bytes()[:60])
    for path, words in (
        (tmp_path / "none.mid", "there is no file"),
        (tmp_path / "text.mid", "not a MIDI file"),
        (tmp_path / "cut.mid", "not a MIDI file|holds no notes"),
        (write(tmp_path / "d.mid", drums=scale(36, channel=10)), "holds no notes"),
    ):
        with pytest.raises(DataError, match=words):
            melody_file.read(path)


def test_what_is_passed_over_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mid", tune=scale(60))
    assert melody_file.read(path).remark is None
    path.write_bytes(path.read_bytes()[:-20])
    song = melody_file.read(path)
    assert song.remark == "'a.mid' is read, but not all is as it should be: 1 track cut off"
    assert 12 <= len(song.notes) < 16


def test_a_note_a_day_later_makes_no_day_of_windows(tmp_path: Path) -> None:
    day = 2 * 86_400.0
    song = melody_file.read(write(tmp_path / "a.mid", tune=[*scale(60), Note(day, 1, 64)]))
    windows = melody_file.windows(song)
    assert len(windows) <= 6 and v.attacks(windows)[-1] == 1
    assert song.remark is not None and "closed up" in song.remark


def test_work_grows_with_the_notes_and_not_with_their_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each note is looked at in the windows in which it sounds, and in no other."""
    seen = 0
    own = v.notes_to_tokens

    def counted(notes: list[Note]) -> np.ndarray:
        nonlocal seen
        seen += len(notes)
        return own(notes)

    monkeypatch.setattr(v, "notes_to_tokens", counted)
    song = melody_file.Song(tuple(Note(float(i), 1.0, 60) for i in range(4000)), 120)
    assert v.attacks(melody_file.windows(song)).sum() == 4000
    assert seen <= 2 * 4000


def test_a_song_without_end_is_cut_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(melody_file, "MOST_WINDOWS", 3)
    song = melody_file.read(write(tmp_path / "a.mid", tune=scale(60, 80)))
    assert len(melody_file.windows(song)) == 3
    assert song.remark == "'a.mid' is long; what lies behind bar 6 is left out"
    late = [Note(100, 1, 60), Note(0, 90, 40, channel=2), Note(95, 1, 41, channel=2)]
    with pytest.raises(DataError, match="begins behind bar 6"):
        melody_file.read(write(tmp_path / "b.mid", tune=late[:1], other=late[1:]))


def test_windows_of_windows_are_themselves(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    tokens = np.where(random.random((3, 32)) < 0.4, random.integers(2, v.SIZE, (3, 32)), v.HOLD)
    tokens[:, 0] = v.token_of(60)
    notes = [
        Note(n.start_beats + 8 * i, n.duration_beats, n.pitch)
        for i, row in enumerate(tokens)
        for n in v.tokens_to_notes(row)
    ]
    assert np.array_equal(
        melody_file.windows(melody_file.read(write(tmp_path / "a.mid", tune=notes))), tokens
    )

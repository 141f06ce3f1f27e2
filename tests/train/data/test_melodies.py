"""Windows from scores: where the bars are, what is kept, split by piece."""

import zipfile

import mido
import numpy as np
import pytest

pytest.importorskip("verovio", reason="the train extra is not installed")

from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.music import drums
from livesyn.music import vocabulary as v
from livesyn.train.data import grooves, scores
from livesyn.train.data import melodies as m

TUNE = """X:1
T:One
M:4/4
L:1/8
K:C
cdef gabc'|c'bag fedc|ceGc eceG|c8|
"""


def write_midi(path, pitches, pickup=0, meter=4, channel=1):
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.MetaMessage("time_signature", numerator=meter, denominator=4))
    for i, (pitch, beats) in enumerate(pitches):
        track.append(
            mido.Message(
                "note_on",
                note=pitch,
                velocity=80,
                time=480 * pickup if i == 0 else 0,
                channel=channel - 1,
            )
        )
        track.append(
            mido.Message("note_off", note=pitch, time=int(480 * beats), channel=channel - 1)
        )
    file.save(path)


BAR = [(72, 2), (74, 1), (76, 1)]


def test_midi_bars_become_windows_of_two(tmp_path):
    write_midi(tmp_path / "a.mid", BAR * 4)
    windows = m.windows_of(m.Piece(tmp_path / "a.mid", "x"))
    assert windows.shape == (3, 32)
    assert windows[0].tolist() == v.notes_to_tokens(v.tokens_to_notes(windows[0])).tolist()
    assert [n.pitch for n in v.tokens_to_notes(windows[0])] == [72, 74, 76, 72, 74, 76]


def test_a_pickup_shifts_the_bars(tmp_path):
    write_midi(tmp_path / "a.mid", [(60, 1), (60, 1)] + [(72, 4), (74, 2), (76, 2)] * 4)
    windows = m.windows_of(m.Piece(tmp_path / "a.mid", "x"))
    assert v.tokens_to_notes(windows[0])[0].duration_beats == 4


def test_three_four_gives_none(tmp_path):
    write_midi(tmp_path / "a.mid", [(72, 1), (74, 1), (76, 1)] * 6, meter=3)
    assert len(m.windows_of(m.Piece(tmp_path / "a.mid", "x"))) == 0


def test_a_bass_line_is_no_melody(tmp_path):
    write_midi(tmp_path / "a.mid", [(p - 36, b) for p, b in BAR * 4])
    assert len(m.windows_of(m.Piece(tmp_path / "a.mid", "x"))) == 0


def test_a_bass_line_is_a_bass(tmp_path):
    write_midi(tmp_path / "a.mid", [(p - 36, b) for p, b in BAR * 4])
    write_midi(tmp_path / "b.mid", BAR * 4)
    windows = m.windows_of(m.Piece(tmp_path / "a.mid", "x"), "bass")
    assert (
        windows.shape == (3, 32)
        and [n.pitch for n in v.tokens_to_notes(windows[0])] == [36, 38, 40] * 2
    )
    assert len(m.windows_of(m.Piece(tmp_path / "b.mid", "x"), "bass")) == 0


def test_the_lowest_of_chords_is_the_bass():
    chords = [
        n
        for beat in range(4)
        for n in (Note(beat, 1.0, 43), Note(beat, 1.0, 48), Note(beat + 0.5, 0.25, 52))
    ]
    assert [(n.start_beats, n.pitch) for n in scores.lower_lines([scores.Track(chords)])[0]] == [
        (beat, 43) for beat in range(4)
    ]


def test_drums_come_from_channel_10_alone(tmp_path):
    write_midi(
        tmp_path / "a.mid", [(36, 1), (38, 1), (36, 0.5), (36, 0.5), (38, 1)] * 3, channel=10
    )
    windows = m.windows_of(m.Piece(tmp_path / "a.mid", "x"), "drums")
    assert windows.dtype == np.uint16 and windows.shape == (2, 32)
    assert windows[0][:16].tolist() == [1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0, 2, 0, 0, 0]
    assert (
        len(m.windows_of(m.Piece(tmp_path / "a.mid", "x")))
        == len(m.windows_of(m.Piece(tmp_path / "a.mid", "x"), "bass"))
        == 0
    )
    write_midi(tmp_path / "b.mid", BAR * 4)
    assert len(m.windows_of(m.Piece(tmp_path / "b.mid", "x"), "drums")) == 0


def test_long_windows_overlap_and_begin_at_every_second_bar(tmp_path):
    line = [(60 + (7 * i) % 24, 1) for i in range(80)]  # twenty bars
    write_midi(tmp_path / "a.mid", line)
    windows = m.windows_of(m.Piece(tmp_path / "a.mid", "x"), "melody", 16)
    assert windows.shape == (3, 256)
    assert np.array_equal(windows[0][32:], windows[1][:-32])
    write_midi(tmp_path / "b.mid", line[:60])  # fifteen bars
    assert len(m.windows_of(m.Piece(tmp_path / "b.mid", "x"), "melody", 16)) == 0


def test_grooves_are_the_same_again_and_held_out_whole(tmp_path):
    one = grooves.Groove(5)
    assert np.array_equal(one.windows(), grooves.Groove(5).windows()) and not np.array_equal(
        one.windows(), grooves.Groove(5, 1).windows()
    )
    counts = m.build({}, (), tmp_path / "d.npz", 1, part="drums", made=200)
    data = m.load(tmp_path / "d.npz")
    assert counts["sources"] == {"grooves": counts["train"] + counts["valid"] + counts["test"]}
    assert (
        data["train"].dtype == np.uint16
        and data["train"].max() < drums.SIZE
        and (data["train"] > 0).any(1).all()
    )
    names = [{data["pieces"][i] for i in data[f"{s}_piece"]} for s in m.SPLITS]
    assert not (names[0] & names[1] or names[0] & names[2] or names[1] & names[2])
    whole = [w.tobytes() for s in m.SPLITS for w in data[s]]
    assert len(whole) == len(set(whole))
    assert {grooves.Groove(i).style for i in range(200)} == set(grooves.STYLES)


def test_every_style_keeps_hands_and_feet_apart():
    for number in range(3 * len(grooves.STYLES)):
        struck = drums.strokes(grooves.Groove(number).windows())
        assert not (struck[..., 2] & struck[..., 3]).any()  # a hat is closed or open
        assert struck.any((1, 2)).all()


def test_a_damaged_file_is_one_sentence(tmp_path):
    (tmp_path / "bad.mid").write_bytes(b"MThd nonsense")
    (tmp_path / "bad.mxl").write_bytes(b"PK nonsense")
    (tmp_path / "bad.abc").write_bytes(b"no tune at all")
    (tmp_path / "silent.mid").write_bytes(b"")
    for piece in m.find_pieces(tmp_path, "x"):
        with pytest.raises(DataError, match=piece.path.name):
            m.windows_of(piece)


def test_suffixes_are_read_in_any_case_and_what_is_no_piece_is_passed_over(tmp_path):
    for name in ("a.mid", "b.MID", "c.Midi", "d.KAR", "e.rmi", "._a.mid", "f.txt"):
        write_midi(tmp_path / name, BAR * 4)
    (tmp_path / "folder.MID").mkdir()
    found = m.find_pieces(tmp_path, "x")
    assert [p.path.name for p in found] == ["a.mid", "b.MID", "c.Midi", "d.KAR", "e.rmi"]
    assert all(len(m.windows_of(p)) == 3 for p in found)


SCORE = """<?xml version="1.0"?><score-partwise version="3.1"><part-list><score-part id="P1">
<part-name>x</part-name></score-part></part-list><part id="P1">{}</part></score-partwise>"""
HEAD = (
    "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time>"
    "</attributes>"
)


def test_scores_in_capitals_and_with_marks_are_read(tmp_path):
    bar = "".join(
        f"<note><pitch><step>{step}</step><octave>5</octave></pitch><duration>1</duration></note>"
        for step in "CDEG"
    )
    bars = (f'<measure number="{i}">{HEAD if i == 1 else ""}{bar}</measure>' for i in range(1, 6))
    text = SCORE.format("".join(bars))
    (tmp_path / "A.XML").write_text(text)
    (tmp_path / "b.MusicXML").write_text(text, encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "C.MXL", "w") as archive:
        root = '<container><rootfiles><rootfile full-path="s.xml"/></rootfiles></container>'
        archive.writestr("META-INF/container.xml", root)
        archive.writestr("s.xml", text)
    assert [len(m.windows_of(p)) for p in m.find_pieces(tmp_path, "x")] == [4, 4, 4]


def test_a_set_with_damaged_files_names_them_and_counts_the_rest(tmp_path):
    random = np.random.default_rng(1)
    (tmp_path / "in").mkdir()
    for i in range(60):
        line = [(int(p), 1.0) for p in random.integers(60, 84, 64)]
        write_midi(tmp_path / "in" / f"{i}.{'MID' if i % 2 else 'mid'}", line)
    (tmp_path / "in" / "bad.MID").write_bytes(b"<html>404</html>")
    (tmp_path / "in" / "0.abc").write_bytes(b"\0\0\0\0")
    counts = m.build({"x": tmp_path / "in"}, (), tmp_path / "c.npz", 1)
    data = m.load(tmp_path / "c.npz")
    assert counts["pieces"] == 60 == len(data["pieces"])
    assert len(counts["lost"]) == 2 and "'bad.MID' is not a MIDI file" in counts["lost"][1]
    for split in m.SPLITS:  # numbers into the pieces that are there
        for name in data["pieces"][data[f"{split}_piece"]]:
            assert scores.split_of(str(name)) == split


def test_tune_books_give_a_piece_a_tune(tmp_path):
    pytest.importorskip("music21", reason="the train extra is not installed")
    (tmp_path / "book.abc").write_text(TUNE + "\n" + TUNE.replace("X:1", "X:2"))
    pieces = m.find_pieces(tmp_path, "x")
    assert [p.number for p in pieces] == [0, 1]
    windows = m.windows_of(pieces[0])
    assert [n.pitch for n in v.tokens_to_notes(windows[0])][:8] == [72, 74, 76, 77, 79, 81, 83, 84]


def test_shape_is_the_same_under_transposition_only():
    a = v.notes_to_tokens(v.tokens_to_notes(np.arange(40, 72)))
    assert m.shape_key(a) == m.shape_key(v.transpose(a, 5))
    assert m.shape_key(a) != m.shape_key(a[::-1])


def test_the_cache_keeps_pieces_and_windows_apart(tmp_path):
    random = np.random.default_rng(0)
    scores = tmp_path / "scores"
    scores.mkdir()
    for i in range(60):
        line = [
            (int(p), float(b))
            for p, b in zip(
                random.integers(60, 84, 64), random.choice([0.5, 1, 2], 64), strict=True
            )
        ]
        write_midi(scores / f"{i}.mid", line)
    write_midi(scores / "copy.mid", line)
    counts = m.build({"x": scores}, (), tmp_path / "cache.npz", 1)
    data = m.load(tmp_path / "cache.npz")
    assert counts["pieces"] == 61 and counts["train"] == len(data["train"]) > 100
    owners = [set(data[f"{s}_piece"]) for s in m.SPLITS]
    assert not (owners[0] & owners[1] or owners[0] & owners[2] or owners[1] & owners[2])
    keys = [m.shape_key(w) for s in m.SPLITS for w in data[s]]
    assert len(keys) == len(set(keys))


def test_bad_folders_are_one_sentence(tmp_path):
    with pytest.raises(DataError, match="is not a folder"):
        m.find_pieces(tmp_path / "none", "x")
    with pytest.raises(DataError, match="no scores found"):
        m.build({"x": tmp_path}, (), tmp_path / "c.npz", 1)
    with pytest.raises(DataError, match="livesyn data melodies"):
        m.load(tmp_path / "c.npz")

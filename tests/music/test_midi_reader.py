"""Standard MIDI Files: as other readers read them where they are sound, as far as they go where
they are not."""

from __future__ import annotations

import io
import struct
from collections import deque
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.music import midi_file, midi_reader
from livesyn.music.midi_reader import parse
from livesyn.music.midi_rests import LONGEST_REST_BARS, REST_LEFT_BARS
from livesyn.music.midi_sequence import TickNote

TICKS = 480
END = b"\x00\xff\x2f\x00"
TEMPO = b"\x00\xff\x51\x03\x07\xa1\x20"
PITCHES = [60, 62, 64, 65, 67, 65, 64, 62]


def number(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.insert(0, value & 0x7F | 0x80)
    return bytes(found)


def tune(count: int = 16) -> bytes:
    """Eighths with their ends, each with a status of its own."""
    return b"".join(
        bytes([0, 0x90, PITCHES[i % 8], 80]) + number(240) + bytes([0x80, PITCHES[i % 8], 0])
        for i in range(count)
    )


def chunk(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    return kind + struct.pack(">I", len(body) if length is None else length) + body


def header(kind: int = 1, tracks: int = 1, division: int = TICKS) -> bytes:
    return chunk(b"MThd", struct.pack(">HHH", kind, tracks, division))


def whole(body: bytes, **options: int) -> bytes:
    return header(**options) + chunk(b"MTrk", body)


TUNE = [TickNote(240 * i, 240 * i + 240, PITCHES[i % 8], 80) for i in range(16)]
BODY = TEMPO + tune() + END


def meta(kind: int, data: bytes, length: int | None = None) -> bytes:
    return bytes([0, 0xFF, kind]) + number(len(data) if length is None else length) + data


SOUND = {
    "as it should be": whole(BODY),
    "without an end mark": whole(TEMPO + tune()),
    "its length too long": header() + chunk(b"MTrk", BODY, len(BODY) + 40),
    "its length too short": header() + chunk(b"MTrk", BODY, len(BODY) - 30),
    "its length nought": header() + chunk(b"MTrk", BODY, 0),
    "its length all ones": header() + chunk(b"MTrk", BODY, 0xFFFFFFFF),
    "a chunk that nobody knows": header() + chunk(b"XFIH", b"abcd") + chunk(b"MTrk", BODY),
    "an unknown chunk behind": whole(BODY) + chunk(b"XFKM", b"abcd"),
    "zeros behind": whole(BODY) + bytes(300),
    "a longer header": chunk(b"MThd", struct.pack(">HHHH", 1, 1, TICKS, 0)) + chunk(b"MTrk", BODY),
    "a header that says it is shorter": chunk(b"MThd", header()[8:], 4) + chunk(b"MTrk", BODY),
    "in RIFF": b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + whole(BODY) + b"\0",
    "in MacBinary": bytes(128) + whole(BODY) + bytes(120),
    "a byte-order mark before": b"\xef\xbb\xbf" + whole(BODY),
    "an empty track before": header(tracks=2) + chunk(b"MTrk", b"") + chunk(b"MTrk", BODY),
    "more tracks than said": header(tracks=1) + chunk(b"MTrk", END) + chunk(b"MTrk", BODY),
    "of kind 2": whole(BODY, kind=2),
    "of no kind there is": whole(BODY, kind=7),
    "a name in another alphabet": whole(meta(3, "千本桜".encode("shift_jis")) + BODY),
    "a sequence number without one": whole(meta(0, b"") + BODY),
    "system exclusive": whole(b"\0\xf0\x05\x43\x12\x00\x7f\xf7" + BODY),
    "a part of a system exclusive": whole(b"\0\xf0\x02\x43\x12\0\xf7\x02\x00\xf7" + BODY),
}

MENDED = {
    "a key signature of 18 flats": (whole(meta(0x59, b"\xee\x01") + BODY), "1 key signature"),
    "a key signature of mode 255": (whole(meta(0x59, b"\xfe\xff") + BODY), "1 key signature"),
    "a control value of 255": (whole(b"\0\xb0\x07\xff" + BODY), "1 value over 127"),
    "two bends over 127": (whole(b"\0\xe0\x80\xff\0\xe1\x00\xff" + BODY), "2 values over 127"),
    "a tempo without a value": (whole(meta(0x51, b"") + BODY), "1 tempo that is none"),
    "a tempo of nought": (whole(meta(0x51, bytes(3)) + BODY), "1 tempo that is none"),
    "a meter of nought": (whole(meta(0x58, bytes(4)) + BODY), "1 time signature"),
    "a meter without a value": (whole(meta(0x58, b"") + BODY), "1 time signature"),
    "tracks that are not there": (whole(BODY, tracks=5), "4 tracks missing"),
    "the last byte missing": (whole(BODY)[:-1], "1 track cut off"),
    "no header": (chunk(b"MTrk", BODY), "without its header"),
    "no division": (whole(BODY, division=0), "no ticks a beat in its header, taken as 480"),
    "a note over 127": (whole(b"\0\x90\xc8\x50\0\x80\xc8\x00" + BODY), "1 note over 127"),
    "a data byte of nobody": (whole(b"\0\x3c\x50" + BODY), "1 damaged place"),
    "an event that is none": (whole(b"\0\xf4" + BODY), "1 unknown event"),
    "a text of wrong length": (whole(meta(1, b"hi", 99_999) + BODY), "1 damaged place"),
    "an exclusive of wrong length": (
        whole(b"\0\xf0\xff\x7f\x43\x12\xf7" + BODY),
        "1 damaged place",
    ),
}


@pytest.mark.parametrize("data", SOUND.values(), ids=SOUND)
def test_what_a_sequencer_plays_is_read(data: bytes) -> None:
    found = parse(data)
    assert [part.notes for part in found.parts] == [TUNE]
    assert (found.ticks_per_beat, found.bpm, found.mended) == (480, 120, ())


@pytest.mark.parametrize(("data", "words"), MENDED.values(), ids=MENDED)
def test_what_is_passed_over_is_told_and_the_rest_is_read(data: bytes, words: str) -> None:
    found = parse(data)
    assert [part.notes for part in found.parts] == [TUNE]
    assert any(words in said for said in found.mended) and len(found.mended) == 1
    assert (
        found.remark("a.mid")
        == f"'a.mid' is read, but not all is as it should be: {found.mended[0]}"
    )


def test_a_velocity_over_127_is_127() -> None:
    found = parse(whole(b"\0\x90\x54\x80\x78\x80\x54\x00" + END))
    assert found.parts[0].notes == [TickNote(0, 120, 84, 127)]


def test_a_time_without_end_costs_time_and_no_notes() -> None:
    found = parse(whole(b"\xff\xff\xff\xff\xff" + BODY))
    assert [note.pitch for note in found.parts[0].notes] == [note.pitch for note in TUNE]
    assert "1 damaged place passed over" in found.mended


def test_a_file_cut_in_two_gives_what_is_before() -> None:
    data = whole(BODY)
    for length in range(len(data)):
        try:
            notes = [note for part in parse(data[:length]).parts for note in part.notes]
        except DataError:
            assert length < 42  # before the first note has ended
        else:
            assert notes == TUNE[: len(notes)] and len(notes) >= (length - 42) // 9


def test_a_running_status_outlives_what_is_no_note() -> None:
    body = b"\0\x90\x3c\x50\x81\x70\x3c\x00" + meta(1, b"la") + b"\0\x3e\x50\x81\x70\x3e\x00"
    assert [n.pitch for n in parse(whole(body + END)).parts[0].notes] == [60, 62]


def test_time_in_frames_becomes_beats_at_the_first_tempo() -> None:
    found = parse(whole(BODY, division=(256 - 25) << 8 | 40))  # 1000 ticks a second
    assert found.ticks_per_beat == 500 and found.seconds([240]) == [0.24]
    assert found.mended == ("time counted in frames, taken at one tempo",)


def test_a_day_of_silence_is_closed_up_by_pairs_of_bars() -> None:
    far = tune() + number(480 * 2 * 86_400) + b"\x90\x40\x50" + number(240) + b"\x80\x40\0"
    found = parse(whole(far + meta(0x51, b"\x03\xd0\x90") + END))
    *before, last = found.parts[0].notes
    assert before == TUNE
    silent_bars = (last.start - TUNE[-1].end) / (4 * TICKS)
    assert REST_LEFT_BARS <= silent_bars < REST_LEFT_BARS + 2
    assert (last.start - 16 * 240) % (8 * TICKS) == 0 and last.end - last.start == 240
    assert found.tempos == ((last.end, 250_000),)  # what comes with it, stays with it
    assert found.mended == ("1 silence of more than 64 bars closed up",)


def test_a_rest_that_people_count_through_is_kept() -> None:
    rest = LONGEST_REST_BARS * 4 * TICKS
    found = parse(whole(tune() + number(rest) + b"\x90\x40\x50\x78\x80\x40\0" + END))
    assert found.parts[0].notes[-1].start == TUNE[-1].end + rest and not found.mended


def test_a_note_of_a_day_is_cut() -> None:
    found = parse(whole(b"\0\x90\x40\x50" + number(480 * 2 * 86_400) + b"\x80\x40\0" + END))
    assert found.parts[0].notes[0].end == LONGEST_REST_BARS * 4 * TICKS
    assert found.mended == ("1 note longer than 64 bars cut",)


def test_a_note_without_an_end_ends_at_the_next_of_its_channel() -> None:
    stray = b"\0\x90\x54\x50"
    found = parse(whole(TEMPO + stray + number(120) + tune()[1:] + END))
    assert found.parts[0].notes[0] == TickNote(0, 120, 84, 80)
    assert len(found.parts[0].notes) == 17 and "without an end" in found.mended[0]
    alone = parse(whole(stray + b"\x83\x60\xff\x2f\x00"))
    assert alone.parts[0].notes == [TickNote(0, 480, 84, 80)]


def test_two_notes_of_one_key_end_in_order_or_where_struck_again() -> None:
    both = b"\0\x90\x3c\x50\x64\x90\x3c\x51\x64\x80\x3c\0\x64\x80\x3c\0"
    assert parse(whole(both + END)).parts[0].notes == [
        TickNote(0, 200, 60, 80),
        TickNote(100, 300, 60, 81),
    ]
    one = b"\0\x90\x3c\x50\x64\x90\x3c\x51\x64\x80\x3c\0"
    assert parse(whole(one + END)).parts[0].notes == [
        TickNote(0, 100, 60, 80),
        TickNote(100, 200, 60, 81),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<!doctype html>404", "is not a MIDI file"),
        (b"MThd nonsense", "is not a MIDI file"),
        (header(), "is not a MIDI file"),
        (whole(END), "holds no notes"),
        (whole(TEMPO + tune())[:30], "holds no notes"),
        (b"MTrk", "holds no notes"),
    ],
)
def test_what_has_no_notes_is_one_sentence(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words) as caught:
        midi_reader.read(path)
    assert "'a.mid'" in str(caught.value) and "\n" not in str(caught.value)


def test_what_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no file"):
        midi_reader.read(tmp_path / "none.mid")
    with pytest.raises(DataError, match="cannot be read"):
        midi_reader.read(tmp_path)


EVENT = st.one_of(
    st.builds(
        lambda kind, channel, note, velocity: mido.Message(
            kind, channel=channel, note=note, velocity=velocity
        ),
        st.sampled_from(["note_on", "note_off"]),
        st.integers(0, 15),
        st.integers(0, 127) | st.just(60),
        st.integers(0, 127),
    ),
    st.builds(lambda p: mido.Message("program_change", program=p), st.integers(0, 127)),
    st.builds(lambda p: mido.Message("pitchwheel", pitch=p), st.integers(-8192, 8191)),
    st.builds(lambda d: mido.Message("sysex", data=d), st.lists(st.integers(0, 127))),
    st.builds(lambda t: mido.MetaMessage("set_tempo", tempo=t), st.integers(1, 2**24 - 1)),
    st.builds(lambda t: mido.MetaMessage("text", text=t), st.text("ab c", max_size=200)),
)
TIMED = st.builds(lambda event, time: event.copy(time=time), EVENT, st.integers(0, 3000))


def notes_by_mido(file: mido.MidiFile) -> list[tuple[int, int, int, int, int, int]]:
    """Track, channel, start, end, pitch, velocity of every note that has an end of its own."""
    found = []
    for number, track in enumerate(file.tracks):
        sounding: dict[tuple[int, int], deque[tuple[int, int]]] = {}
        now = 0
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            key = message.channel, message.note
            if message.type == "note_on" and message.velocity:
                sounding.setdefault(key, deque()).append((now, message.velocity))
            elif sounding.get(key):
                start, velocity = sounding[key].popleft()
                found.append((number, key[0] + 1, start, now, key[1], velocity))
        if any(sounding.values()):
            return []  # notes without ends: readers differ
    return sorted(found)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(TIMED, max_size=40), min_size=1, max_size=3), st.integers(1, 0x7FFF))
def test_sound_files_give_the_notes_that_mido_reads(
    tracks: list[list[mido.Message]], ticks: int
) -> None:
    file = mido.MidiFile(type=1, ticks_per_beat=ticks)
    for track in tracks:
        ends = [  # every key is released twice at the end, so that all notes have one
            mido.Message("note_off", note=m.note, channel=m.channel, time=1)
            for m in track
            if m.type == "note_on"
        ]
        file.tracks.append(mido.MidiTrack([*track, *ends]))
    stream = io.BytesIO()
    file.save(file=stream)
    wanted = notes_by_mido(mido.MidiFile(file=io.BytesIO(stream.getvalue())))
    if not wanted:
        return
    found = parse(stream.getvalue())
    if any("64 bars" in said for said in found.mended):
        return  # time that is shortened: a note of one tick a beat lasts long
    assert (
        sorted(
            (p.track, p.channel, n.start, n.end, n.pitch, n.velocity)
            for p in found.parts
            for n in p.notes
        )
        == wanted
    )
    assert not found.mended


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_damage_ends_in_anything_but_notes_or_a_sentence(data: st.DataObject) -> None:
    sound = bytearray(whole(BODY))
    for _ in range(data.draw(st.integers(1, 12))):
        sound[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = parse(bytes(sound))
    except DataError as error:
        assert "\n" not in str(error)
        return
    for part in found.parts:
        for note in part.notes:
            assert 0 <= note.pitch <= 127 and 1 <= note.velocity <= 127
            assert 0 <= note.start <= note.end


def test_what_livesyn_writes_it_reads(tmp_path: Path) -> None:
    notes = [Note(0.5 * i, 0.5, 60 + i, 90, 1) for i in range(8)]
    path = tmp_path / "a.mid"
    midi_file.save(midi_file.midi_file({"melody": notes}, 100), path)
    found = midi_reader.read(path)
    assert found.bpm == pytest.approx(100) and found.meters == ((0, 4, 4),) and not found.mended
    assert [found.beat(n.start) for n in found.parts[0].notes] == [0.5 * i for i in range(8)]

"""The recorder: what was played is in the file, at every moment and whatever happens to its
writer.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock, SystemClock
from livesyn.base.errors import DeviceError
from livesyn.base.types import Note, Phrase
from livesyn.midi import journal as layout
from livesyn.midi.journal import MidiJournal, empty_file, patches
from livesyn.midi.track import MidiTrack
from livesyn.player.core import Player
from livesyn.player.newest import Change
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink
from livesyn.sinks.recorder import Recorder
from livesyn.transport.timeline import Timeline
from tests.contracts import NOTES, play_bar

PATIENCE_S = 10.0
ROOT = Path(__file__).parents[2]
WALL_OFFSET_S = 1_700_000_000.0
TICK = 1 / 480


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(tmp_path / "sets", ManualClock(100.0), lambda: WALL_OFFSET_S)
    made.open()
    yield made
    made.close()


def wait(ready: Callable[[], object], what: str) -> None:
    """Until `ready()`; the writer has a thread of its own."""
    clock = SystemClock()
    end_s = clock.now_s() + PATIENCE_S
    while not ready():
        assert clock.now_s() < end_s, what
        clock.sleep_until(clock.now_s() + 0.002)


def path_of(recorder: Recorder) -> Path:
    """The file that is recorded into."""
    assert recorder.path is not None
    return recorder.path


def has_bars(recorder: Recorder, count: int) -> bool:
    """Whether so many bars can be read from its file."""
    return bars_of(load(path_of(recorder).read_bytes())) == count


def advance(recorder: Recorder, seconds: float) -> None:
    """Move its clock on."""
    assert isinstance(recorder._clock, ManualClock)
    recorder._clock.advance(seconds)


def notes_of(midi: mido.MidiFile) -> list[tuple[int, int, float, float]]:
    """Channel, pitch, start and end in beats of every note, in order of their starts.

    Every end has its start.
    """
    notes, sounding, at = [], {}, 0
    for message in midi.tracks[0]:
        at += message.time
        if message.type == "note_on":
            assert (message.channel, message.note) not in sounding
            sounding[message.channel, message.note] = at
        elif message.type == "note_off":
            start = sounding.pop((message.channel, message.note))
            notes.append((message.channel + 1, message.note, start * TICK, at * TICK))
    notes += [
        (channel + 1, pitch, start * TICK, None) for (channel, pitch), start in sounding.items()
    ]
    return sorted(notes, key=lambda note: (note[2], note[:2]))


def bars_of(midi: mido.MidiFile) -> int:
    """How many bars of `play_bar` the file has whole, from the first on."""
    found = notes_of(midi)
    for bar in range(1000):
        of_bar = {
            (channel, pitch, start - 4 * bar, end and end - 4 * bar)
            for channel, pitch, start, end in found
            if 4 * bar <= start < 4 * bar + 4
        }
        if of_bar != {
            (note.channel, note.pitch, note.start_beats, note.end_beats) for note in NOTES
        }:
            return bar
    raise AssertionError("endless")


def load(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data))


# What was played.


def test_three_bars_are_in_the_file_bit_by_bit(recorder: Recorder) -> None:
    recorder.transport(99.97, "start", 0.0)
    for bar in range(3):
        play_bar(recorder, bar)
    recorder.close()
    midi = mido.MidiFile(recorder.path)
    assert (
        path_of(recorder).name.startswith("livesyn-2023-11-1")
        and midi.type == 0
        and midi.ticks_per_beat == 480
    )
    assert bars_of(midi) == 3 and len(notes_of(midi)) == 9
    first = [message for message in midi.tracks[0] if message.is_meta and message.type != "text"]
    assert [message.type for message in first] == [
        "track_name",
        "time_signature",
        "set_tempo",
        "end_of_track",
    ]
    assert first[2].tempo == 500_000
    controls = [message for message in midi.tracks[0] if message.type == "control_change"]
    # once: they stood still
    assert [message.control for message in controls] == [
        number for index in range(12) for number in (20 + index, 52 + index)
    ]


@pytest.mark.parametrize("swing", [0.0, 0.33])
def test_the_file_is_what_was_heard_through_tempo_changes_at_any_beat(
    tmp_path: Path, swing: float
) -> None:
    """Played by the real player; the file, read with its tempo map, against what another output was
    told, in seconds.
    """
    clock = ManualClock(100.0)
    recorder, heard = Recorder(tmp_path, clock, lambda: WALL_OFFSET_S), MemorySink()
    player = Player((recorder, heard), clock)

    def echo(changes: Sequence[Change]) -> None:
        for name, value, *_ in changes:
            player.tell("param", name, value)

    state = ShowState(player, clock, {"swing": swing}, echo)
    state.set_param("swing", swing)
    recorder.open()
    changes = {100.9: 180.0, 102.2: 60.0, 104.45: 61.5, 107.0: 300.0, 108.55: 20.0, 109.5: 120.0}
    notes = tuple(
        sorted(
            (
                *(Note(step / 4, 0.2, 60 + step) for step in range(0, 16, 3)),
                Note(0.5, 3.5, 40),
                Note(1.0, 2.0, 45, 80, 2),
            )
        )
    )
    state.transport("play")
    while clock.now_s() < 112.0:
        bar = player.show.bar
        player.offer(bar, Phrase(notes, 4.0), (0.0,) * 12)
        due_s = player.step(clock.now_s())
        for at_s in [at_s for at_s in changes if at_s <= due_s]:
            clock.sleep_until(at_s)
            state.set_param("tempo", changes.pop(at_s))
            due_s = player.step(clock.now_s())
        clock.sleep_until(due_s)
    player.finish(clock.now_s())
    recorder.close()
    assert not changes and player.sink_errors == 0, player.last_error
    begun_s = next(heard.of("beat"))[0]
    told = [
        (kind, channel, pitch, time_s - begun_s)
        for time_s, kind, channel, pitch, *_ in heard.of("on", "off")
    ]
    written, at_s = [], 0.0
    for message in mido.MidiFile(recorder.path):
        at_s += message.time
        if message.type in ("note_on", "note_off"):
            written.append((message.type[5:], message.channel + 1, message.note, at_s))
    assert len(written) == len(told) > 60
    for was, is_ in zip(
        sorted(told, key=lambda e: (e[:3], e[3])),
        sorted(written, key=lambda e: (e[:3], e[3])),
        strict=True,
    ):
        assert is_[:3] == was[:3]
        # two ticks at 20 bpm are 6 ms, and tempo changes round too
        assert is_[3] == pytest.approx(was[3], abs=0.012), was


def test_a_tempo_change_while_stopped_waits_for_the_next_start(recorder: Recorder) -> None:
    recorder.transport(99.97, "start", 0.0)
    play_bar(recorder, 0)
    recorder.transport(102.0, "stop", 4.0)
    advance(recorder, 600.0)
    recorder.param("tempo", 60.0)
    recorder.transport(700.0, "start", 0.0)
    play_bar(recorder, 0, bpm=60.0, start_s=700.0)
    recorder.close()
    midi = mido.MidiFile(recorder.path)
    assert bars_of(midi) == 2
    assert midi.length == pytest.approx(4 * 0.5 + 3 * 1.0, abs=0.01)  # the last note ends on beat 3


def test_notes_cut_short_end_where_they_were_cut(recorder: Recorder) -> None:
    recorder.bar(100.0, 0, Phrase((), 4.0), (), Timeline(0.0, 100.0, 120.0), "new")
    note = Note(0.0, 4.0, 60)
    recorder.note_on(100.0, note)
    recorder.note_off(100.5, note)  # beat 1: the show was stopped
    recorder.note_on(100.5, Note(1.0, 3.0, 62))
    recorder.panic(101.0)
    recorder.note_on(101.0, Note(2.0, 1.0, 64))
    recorder.close()  # while it sounds
    assert notes_of(mido.MidiFile(recorder.path)) == [
        (1, 60, 0.0, 1.0),
        (1, 62, 1.0, 2.0),
        (1, 64, 2.0, pytest.approx(2.0, abs=2 * TICK)),
    ]


def test_a_start_in_mid_set_goes_on_at_the_next_bar(recorder: Recorder) -> None:
    for start_s in (100.0, 110.0):
        recorder.transport(start_s - 0.03, "start", 0.0)
        play_bar(recorder, 0, start_s=start_s)
    recorder.close()
    assert bars_of(mido.MidiFile(recorder.path)) == 2


def test_the_file_can_be_read_after_each_beat_while_it_grows(recorder: Recorder) -> None:
    for bar in range(4):
        play_bar(recorder, bar)
        recorder.maintain(0.0)
        done = partial(has_bars, recorder, bar + 1)
        wait(done, f"bar {bar} is not on the disk")


# What happens to its writer.


def appended(bars: int) -> list[bytes]:
    """What the track hands over a beat at a time, as the recorder asks for it."""
    track, chunks = MidiTrack(), []
    timeline = Timeline(0.0, 100.0, 120.0)
    events: list[tuple[float, int, Callable[..., None], Note, int]] = sorted(
        [
            (4 * bar + note.start_beats, 1, track.strike, note, bar)
            for bar in range(bars)
            for note in NOTES
        ]
        + [
            (4 * bar + note.end_beats, 0, track.end, note, bar)
            for bar in range(bars)
            for note in NOTES
        ],
        key=lambda event: event[:2],
    )
    chunks.append(track.opening())
    for beat in range(4 * bars):
        if beat % 4 == 0:
            track.follow(timeline, beat // 4)
        for at, kind, act, note, bar in events:
            if beat <= at < beat + 1:
                absolute = Note(
                    4 * bar + note.start_beats,
                    note.duration_beats,
                    note.pitch,
                    note.velocity,
                    note.channel,
                )
                act(*(() if kind else (timeline.time_of(at),)), absolute)
        chunks.append(track.take())
    return [chunk for chunk in chunks if chunk]


def file_of(events: bytes) -> bytes:
    """A file that has these events, written by nobody who fails."""
    file = bytearray(empty_file())
    for offset, data in patches(layout.TRACK_AT, events):
        file[offset : offset + len(data)] = data
    return bytes(file)


def events_of(file: bytes) -> list[list[int]]:
    """What a file holds, but for the texts that its ends of track have become."""
    return [
        message.bytes()
        for message in load(file).tracks[0]
        if message.type not in ("text", "end_of_track")
    ]


def crash_points(chunks: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """How many chunks had been taken in, and the file, at every byte that a writer may die at. The
    length's four bytes are one write inside one block of the disk: they are there or not.
    """
    file, end_at = bytearray(empty_file()), layout.TRACK_AT
    for count, chunk in enumerate(chunks):
        for offset, data in patches(end_at, chunk):
            whole = (0, len(data)) if offset == layout.LENGTH_AT else range(len(data) + 1)
            for size in whole:
                torn = bytearray(file)
                torn[offset : offset + size] = data[:size]
                yield count, bytes(torn)
            file[offset : offset + len(data)] = data
        end_at += len(layout.END_OF_TRACK) + len(chunk)
        yield count + 1, bytes(file)


def test_dead_at_any_byte_the_file_has_all_that_was_appended_before() -> None:
    chunks = appended(3)
    opened = 1 + sum(len(chunk) for chunk in chunks)
    whole = [load(file) for count, file in crash_points(chunks) if count == len(chunks)][-1]
    assert bars_of(whole) == 3
    points = 0
    known = [0]
    for count, file in crash_points(chunks):
        midi = load(file)  # mido raises if it cannot be read
        messages = [message for message in midi.tracks[0] if not message.is_meta]
        if count == len(known):
            known.append(len(messages))
        assert len(messages) >= known[count]
        points += 1
    assert points > opened and known == sorted(known) and known[-1] == 6 * 3


def test_the_journal_writes_what_the_crash_points_are_made_of(tmp_path: Path) -> None:
    chunks = appended(2)
    journal = MidiJournal(tmp_path / "set.mid")
    for chunk in chunks:
        assert journal.append(chunk) == len(chunk)
    journal.close()
    assert journal.path.read_bytes() == list(crash_points(chunks))[-1][1]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_disk_that_fails_anywhere_and_then_a_kill_lose_nothing_that_was_taken(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Writes fail after any number of bytes, appends are tried again with more events, and the file
    is read after each.
    """
    path = tmp_path_factory.mktemp("sets") / "set.mid"
    write = MidiJournal._write
    draw = data.draw

    def failing(file: MidiJournal, offset: int, content: bytes) -> None:
        if draw(st.integers(0, 3), "fails when 0"):
            write(file, offset, content)
            return
        whole = offset == layout.LENGTH_AT
        write(
            file,
            offset,
            content[
                : draw(st.sampled_from((0, 4)) if whole else st.integers(0, len(content)), "bytes")
            ],
        )
        raise OSError(errno.EIO, "Input/output error")

    backlog, taken = b"", 0
    with contextlib.closing(MidiJournal(path)) as journal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(MidiJournal, "_write", failing)
        for chunk in appended(2):
            backlog += chunk
            with contextlib.suppress(OSError):
                while backlog:
                    size = journal.append(backlog)
                    backlog, taken = backlog[size:], taken + size
            sure = events_of(file_of(b"".join(appended(2))[:taken]))
            assert events_of(path.read_bytes())[: len(sure)] == sure
        patch.undo()
        while backlog:
            backlog = backlog[journal.append(backlog) :]
    assert bars_of(mido.MidiFile(path)) == 2


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL as on POSIX")
@pytest.mark.parametrize("bars", [1, 9])
def test_killed_in_mid_set_it_keeps_every_bar_but_the_last(tmp_path: Path, bars: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = str(Path(__file__).with_name("recording_child.py"))
    with subprocess.Popen(
        [sys.executable, script, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        try:
            played = next(int(line) for line in child.stdout if int(line) >= bars)
        finally:
            child.kill()
        rest = child.stdout.read().split()
    assert child.returncode == -9
    played = int(rest[-1]) if rest else played
    (path,) = tmp_path.iterdir()
    # bars 0 to `played` were played: the last may be lost
    assert bars_of(mido.MidiFile(path)) >= played


# What goes wrong.


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0,
    reason="a folder that cannot be written, for someone who is not root",
)
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    recorder = Recorder(tmp_path / "sets")
    with pytest.raises(DeviceError, match="permission denied"):
        recorder.open()
    recorder.close()


def test_a_folder_that_cannot_be_is_refused_and_begun_when_it_can(tmp_path: Path) -> None:
    (tmp_path / "sets").write_text("in the way")
    recorder = Recorder(tmp_path / "sets", ManualClock(100.0), lambda: WALL_OFFSET_S)
    with pytest.raises(
        DeviceError, match="cannot be recorded in .*; make room there or choose another folder"
    ):
        recorder.open()
    assert not recorder.available and recorder.failures == 1
    play_bar(recorder, 0)
    (tmp_path / "sets").unlink()
    advance(recorder, 1.0)
    recorder.maintain(101.0)
    wait(lambda: recorder.available, "it did not begin")
    play_bar(recorder, 1)
    recorder.close()
    assert bars_of(mido.MidiFile(recorder.path)) == 2


def test_a_file_that_cannot_even_be_begun_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(MidiJournal, "_write", full)
    recorder = Recorder(tmp_path)
    with pytest.raises(DeviceError, match="no space left on device"):
        recorder.open()
    recorder.maintain(0.5)
    wait(lambda: recorder.failures >= 2, "it did not try again")
    recorder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_in_mid_set_is_counted_and_nothing_is_lost_when_there_is_room(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_bar(recorder, 0)
    wait(
        lambda: bars_of(load(path_of(recorder).read_bytes())) >= 0 and recorder.available,
        "it did not record",
    )

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(MidiJournal, "_write", full)
        play_bar(recorder, 1)
        wait(lambda: recorder.failures and not recorder.available, "nothing failed")
        assert "no space left on device" in recorder.health().reason
        play_bar(recorder, 2)
        load(path_of(recorder).read_bytes())
    advance(recorder, 1.0)
    recorder.maintain(101.0)
    wait(lambda: recorder.available, "it did not go on")
    recorder.close()
    assert bars_of(mido.MidiFile(recorder.path)) == 3


def test_a_descriptor_that_is_gone_is_counted_and_not_raised(recorder: Recorder) -> None:
    play_bar(recorder, 0)
    recorder.maintain(0.0)
    wait(partial(has_bars, recorder, 1), "it did not record")
    assert recorder._journal is not None
    recorder._journal._file.close()
    with open(path_of(recorder), "rb", buffering=0) as takes_no_writes:
        recorder._journal._file = takes_no_writes
        play_bar(recorder, 1)
        wait(lambda: recorder.failures and not recorder.available, "nothing failed")
        assert recorder._thread is not None and recorder._thread.is_alive()
        recorder.close()


def test_a_folder_that_is_taken_away_gets_another_file_when_it_is_back(recorder: Recorder) -> None:
    play_bar(recorder, 0)
    recorder.maintain(0.0)
    wait(partial(has_bars, recorder, 1), "it did not record")
    path_of(recorder).unlink()
    play_bar(recorder, 1)
    wait(lambda: recorder.failures, "nobody noticed")
    advance(recorder, 1.0)
    recorder.maintain(101.0)
    wait(lambda: recorder.available, "no other file")
    recorder.close()
    again = notes_of(mido.MidiFile(recorder.path))
    assert [pitch for _, pitch, _, _ in again][-3:] == [60, 64, 38] and path_of(recorder).exists()


def test_an_event_that_cannot_be_written_costs_nothing_but_itself(recorder: Recorder) -> None:
    recorder.note_on(100.0, Note(0.0, 1.0, None))  # type: ignore[arg-type]  # what is tried
    play_bar(recorder, 0)
    wait(lambda: recorder.failures == 1, "it was not counted")
    recorder.close()
    assert bars_of(mido.MidiFile(recorder.path)) == 1


def test_what_a_standing_disk_leaves_unwritten_is_bounded_and_counted(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livesyn.sinks.recorder.BACKLOG_BYTES", 200)
    monkeypatch.setattr(
        recorder._journal,
        "append",
        lambda events: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")),
    )
    for bar in range(20):
        play_bar(recorder, bar)
        recorder.maintain(0.0)
        wait(lambda: not recorder._wake.is_set(), "the writer did not look")
    wait(lambda: recorder.failures > 1, "nothing failed")
    assert len(recorder._backlog) <= 200


def test_a_queue_that_nobody_empties_drops_its_oldest_and_counts() -> None:
    recorder = Recorder("nowhere")
    for _ in range(9000):
        recorder.note_on(0.0, NOTES[0])
    assert recorder.dropped == 9000 - 8192

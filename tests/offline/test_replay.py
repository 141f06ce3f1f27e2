"""A set log replays to the same bytes: whole, cut anywhere, changed, at any pace."""

import inspect
import random
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.ipc.set_log import Begin, End, Lost, Obeyed, Sent, Step, decode, encode
from livesyn.offline.replay import Until, replay
from livesyn.offline.replay_outputs import MidFile, Pace, Retimed
from livesyn.player import core
from livesyn.player.core import COMMANDS
from livesyn.player.replay import ReplayError, arguments_of
from livesyn.sinks.base import MemorySink
from livesyn.sinks.midi import MidiOut
from tests.player.set_rig import played, soak
from tests.sinks.fakes import MemoryMidi


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("sets") / "set.jsonl"
    played(path, seconds=30.0, commands=60)
    return path


def lines_of(path: Path) -> list[Any]:
    return [decode(line) for line in path.read_bytes().splitlines()]


def write(path: Path, lines: list[Any]) -> Path:
    path.write_bytes(b"".join(encode(line) for line in lines))
    return path


def test_a_long_set_replays_to_the_same_bytes_without_a_note_stuck_or_a_bar_missed(tmp_path):
    show = played(tmp_path / "set.jsonl", seconds=600.0, commands=1500, seed=5)
    assert not show.notes.sounding and not soak.missed(show.notes.bars)
    assert show.notes.struck > 1000 and show.player.jumps > 0
    found = replay(tmp_path / "set.jsonl")
    assert found.difference is None and found.ending == "" and found.stuck == 0
    assert found.settled == len(show.notes.bars)
    assert found.bytes > 10_000


def test_what_goes_out_to_a_port_is_what_the_log_has(tmp_path):
    """Not the log's own copy: a `MidiOut` beside it, in the show and in the replay."""
    live, again = MemoryMidi(), MemoryMidi()
    path = tmp_path / "set.jsonl"
    show = soak.Show(path, 3)
    midi = MidiOut(opener=live)
    midi.open()
    show.player = soak.Player((midi, show.log.tape), show.clock, journal=show.log)
    show.state._performer = show.player
    show.player.value_at = lambda name, beat: show.state.course.value(name, beat)
    show.begin()
    show.play(60.0, 200)
    show.end()
    replayed = MidiOut(opener=again)
    replayed.open()
    assert replay(path, [replayed]).difference is None
    assert again.ports[0].sent == live.ports[0].sent
    assert b"".join(live.ports[0].sent) == b"".join(
        bar.data for line in lines_of(path) if isinstance(line, Step | End) for bar in line.sent
    )


def test_cut_at_every_byte_it_replays_to_the_cut(tmp_path):
    path = tmp_path / "small.jsonl"
    played(path, seconds=2.5, commands=6)
    data, part = path.read_bytes(), tmp_path / "part.jsonl"
    first = data.index(b"\n")
    sent = [b for line in lines_of(path) if isinstance(line, Step | End) for b in line.sent]
    reached = -1.0
    for end in range(first, len(data)):
        part.write_bytes(data[:end])
        found = replay(part)
        steps = data[: end + 1].rpartition(b"\n")[0].count(b'{"t":"step"')
        assert found.difference is None and found.stuck == 0
        assert found.steps == steps
        assert found.reached_s >= reached  # never less of the show for more of the log
        assert found.ending in ("", "the log was cut off here", "the log ends here")
        reached = found.reached_s
    assert replay(path).bars == len(sent)
    for end in range(0, first, 7):
        part.write_bytes(data[:end])
        with pytest.raises(DataError):
            replay(part)


def test_a_byte_that_differs_is_found_and_named(whole, tmp_path):
    lines = lines_of(whole)
    number = next(
        i for i, line in enumerate(lines)
        if isinstance(line, Step) and line.sent and b"\x90" in line.sent[0].data
    )  # fmt: skip
    sent = lines[number].sent[0]
    at = sent.data.index(b"\x90") + 1
    changed = sent.data[:at] + bytes([sent.data[at] ^ 1]) + sent.data[at + 1 :]
    lines[number] = msgspec.structs.replace(lines[number], sent=(Sent(sent.bar, changed),))
    found = replay(write(tmp_path / "set.jsonl", lines)).difference
    assert found is not None
    assert (found.bar, found.at) == (sent.bar, at)
    assert found.written[0] == changed[at] and found.sent[0] == sent.data[at]
    assert lines[0].at_s < found.time_s <= lines[number].at_s


def test_a_command_that_is_missing_makes_other_bytes(whole, tmp_path):
    """The check can fail: without its panics the log is another show."""
    lines = [
        msgspec.structs.replace(line, obeyed=tuple(o for o in line.obeyed if o.do != "panic"))
        if isinstance(line, Step)
        else line
        for line in lines_of(whole)
    ]
    assert any(o.do == "panic" for x in lines_of(whole) if isinstance(x, Step) for o in x.obeyed)
    assert replay(write(tmp_path / "set.jsonl", lines)).difference is not None


def test_a_damaged_line_ends_it_there_and_a_player_that_goes_on_is_replayed_too(whole, tmp_path):
    data = whole.read_bytes().splitlines(keepends=True)
    middle = next(i for i in range(len(data) // 2, len(data)) if data[i].startswith(b'{"t":"step"'))
    spoilt = [*data]
    spoilt[middle] = spoilt[middle].replace(b'"at_s"', b'"at_t"')
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"".join(spoilt))
    found = replay(path)
    assert found.ending == f"line {middle + 1} is damaged, so what comes after it does not follow"
    assert found.difference is None and found.stuck == 0 and found.steps > 0
    torn = [*data[:middle], data[middle][:20], b"\n", *data]  # killed, and another began
    path.write_bytes(b"".join(torn))
    twice = replay(path)
    assert twice.ending == "" and twice.lives == 2 and twice.difference is None
    assert twice.steps == found.steps + replay(whole).steps


def test_lines_that_were_lost_end_it_with_their_number(whole, tmp_path):
    lines = lines_of(whole)
    lines[len(lines) // 2 : len(lines) // 2 + 3] = [Lost(1.0, 3, "the disk took nothing")]
    found = replay(write(tmp_path / "set.jsonl", lines))
    assert found.ending == "3 lines could not be written here (the disk took nothing)"
    assert found.difference is None and found.stuck == 0


def test_it_stops_where_it_is_told_to(whole):
    sink = MemorySink()
    begin = lines_of(whole)[0]
    found = replay(whole, [sink], until=Until(seconds=10.0))
    assert found.reached_s == pytest.approx(10.0, abs=0.2) and found.stuck == 0
    assert max(event[0] for event in sink.of("on")) <= begin.at_s + 10.0
    sink = MemorySink()
    found = replay(whole, [sink], until=Until(bar=3))
    pulses = [event[2] for event in sink.of("clock")]
    early = 5  # a negative midi_offset sends some of the next bar before its line
    assert 2 * 96 < max(pulses) < 3 * 96 + early and found.difference is None


@pytest.mark.parametrize("speed", [1.0, 2.5])
def test_in_time_it_sends_the_same_at_its_times(whole, speed):
    """On another clock, which begins somewhere else."""
    clock = ManualClock(7.0)
    pace = Pace(clock, speed)
    plain, timed = MemorySink(), MemorySink()
    replay(whole, [plain])
    found = replay(whole, [Retimed(timed, pace)], pace=pace.wait, on_begin=pace.begin)
    assert found.difference is None
    begin_s = lines_of(whole)[0].at_s
    kinds = ("on", "off", "control", "clock", "start", "stop", "continue", "panic", "beat")
    a, b = list(plain.of(*kinds)), list(timed.of(*kinds))
    assert [event[1:] for event in a] == [event[1:] for event in b]
    for old, new in zip(a, b, strict=True):
        assert new[0] == pytest.approx(7.0 + (old[0] - begin_s) / speed, abs=1e-6)


def test_into_a_mid_file(whole, tmp_path):
    import mido

    path = tmp_path / "set.mid"
    heard = MemorySink()
    file = MidFile(path, lambda: 0.0)
    replay(whole, [file, heard])
    file.close()
    notes = [m for m in mido.MidiFile(path).tracks[0] if m.type == "note_on"]
    assert len(notes) == len(list(heard.of("on"))) > 20
    with pytest.raises(DataError, match="is there already"):
        MidFile(path, lambda: 0.0)


def test_every_command_of_the_player_can_be_replayed():
    """One that a log cannot bring back would break every log it is in."""
    left = set(re.findall(r"self\._leave\(self\._(\w+)", inspect.getsource(core)))
    assert left and left == set(COMMANDS)
    for do in COMMANDS:
        with pytest.raises(ReplayError, match="arguments"):
            arguments_of(do, [None] * 99)
    with pytest.raises(ReplayError, match="does not know"):
        arguments_of("__init__", [])


@pytest.mark.parametrize(
    ("obeyed", "words"),
    [
        (Obeyed("finish", []), "does not know"),
        (Obeyed("nudge", ["far", "osc", 1.0]), "does not take"),
        (Obeyed("resume", [{"beat": 0.0, "time_s": 0.0, "bpm": 1e300}, "", None]), "tempo"),
        (Obeyed("resume", [{"beat": 0.0, "time_s": 0.0, "bpm": -1.0}, "", None]), "does not take"),
        (Obeyed("offer", [1, [4.0, [[0, 1, 300, 1, 1]]], [], 0, "", None]), "does not take"),
    ],
)
def test_a_log_that_cannot_have_happened_is_one_sentence(whole, tmp_path, obeyed, words):
    begin = lines_of(whole)[0]
    step = Step(begin.at_s, begin.at_s + 0.1, (obeyed,))
    found = replay(write(tmp_path / "set.jsonl", [begin, step]))
    assert words in found.ending and "\n" not in found.ending


def test_times_that_run_backwards_or_leave_a_hole_are_refused(whole, tmp_path):
    begin = lines_of(whole)[0]
    play = Step(begin.at_s, begin.at_s, (Obeyed("play", ["osc", None]),), ())
    path = tmp_path / "set.jsonl"
    back = Step(begin.at_s - 1, begin.at_s, ())
    assert "backwards" in replay(write(path, [begin, back])).ending
    hole = Step(begin.at_s + 1e9, begin.at_s + 1e9 + 1, ())
    ending = replay(write(path, [begin, play, hole])).ending
    assert "settled in the replay" in ending or "lines are missing" in ending


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2**32 - 1))
def test_whatever_is_left_out_or_doubled_it_ends_with_every_note_ended(whole, tmp_path, seed):
    draw, lines = random.Random(seed), lines_of(whole)
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(1, len(lines))
        lines[at : at + 1] = [lines[at]] * draw.choice((0, 2))
    found = replay(write(tmp_path / "set.jsonl", lines))
    assert found.stuck == 0
    assert "\n" not in found.ending
    assert isinstance(lines[0], Begin)

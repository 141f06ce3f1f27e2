"""Streams of MIDI messages as controls that moved."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.control.midi_reader import HALF_S, MidiReader, Moved

BYTES = st.lists(st.integers(-1, 256), max_size=6)
SEVEN = st.integers(0, 127)


def read(*messages: tuple[int, ...], every_s: float = 0.001) -> list[Moved]:
    """All that moved, and what settles after it."""
    reader, now_s, moved = MidiReader(), 0.0, []
    for message in messages:
        moved += reader.read(message, now_s) or []
        now_s += every_s
    return moved + reader.settle(now_s + 1)


def of(kind: str, moved: list[Moved]) -> list[tuple[int, int, int]]:
    return [(m.channel, m.number, m.value) for m in moved if m.kind == kind]


def test_a_controller_note_bend_pressure_and_program_are_what_they_say():
    moved = read((0xB2, 70, 5), (0x90, 60, 9), (0x80, 60, 64), (0xE1, 0, 64), (0xD0, 7), (0xC3, 4))
    assert moved == [
        Moved("cc", 3, 70, 5),
        Moved("note", 1, 60, 9),
        Moved("note", 1, 60, 0),
        Moved("bend", 2, 0, 8192),
        Moved("pressure", 1, 0, 7),
        Moved("program", 4, 4, 4),
    ]


def test_two_halves_are_one_number_told_with_the_second():
    moved = read((0xB0, 21, 63), (0xB0, 53, 127), (0xB0, 53, 126), (0xB0, 21, 64), (0xB0, 53, 1))
    assert of("cc14", moved) == [
        (1, 21, 63 << 7 | 127),
        (1, 21, 63 << 7 | 126),
        (1, 21, 64 << 7 | 1),
    ]


def test_a_high_half_alone_counts_after_a_moment_and_when_the_next_comes():
    reader = MidiReader()
    assert of("cc14", reader.read((0xB0, 7, 100), 0.0) or []) == []
    assert reader.unsettled and reader.settle(HALF_S / 2) == []
    assert of("cc14", reader.settle(HALF_S)) == [(1, 7, 100 << 7)]
    assert not reader.unsettled
    assert of("cc14", read((0xB0, 7, 1), (0xB0, 7, 2))) == [(1, 7, 1 << 7), (1, 7, 2 << 7)]


def test_a_low_half_that_came_before_its_high_one_is_right_in_the_end():
    assert of("cc14", read((0xB0, 53, 9), (0xB0, 21, 3)))[-1] == (1, 21, 3 << 7 | 9)


def test_nrpn_and_rpn_are_chosen_a_channel_at_a_time():
    chosen = ((0xB0, 99, 2), (0xB0, 98, 44), (0xB1, 101, 0), (0xB1, 100, 1))
    moved = read(*chosen, (0xB0, 6, 64), (0xB0, 38, 3), (0xB1, 6, 9), (0xB2, 6, 1))
    assert of("nrpn", moved) == [(1, 300, 64)]
    assert of("nrpn14", moved) == [(1, 300, 64 << 7 | 3)]
    assert of("rpn", moved) == [(2, 1, 9)]
    assert of("rpn14", moved) == [(2, 1, 9 << 7)]


def test_the_null_parameter_ends_the_choice_and_steps_are_steps():
    chosen = ((0xB0, 99, 0), (0xB0, 98, 1))
    assert [m for m in read(*chosen, (0xB0, 96, 0), (0xB0, 97, 0)) if m.kind == "nrpn"] == [
        Moved("nrpn", 1, 1, 0, 1),
        Moved("nrpn", 1, 1, 0, -1),
    ]
    nothing = ((0xB0, 101, 127), (0xB0, 100, 127), (0xB0, 6, 50))
    assert of("nrpn", read(*chosen, *nothing)) == []


def test_what_is_no_whole_message_is_left_to_whoever_counts_it():
    reader = MidiReader()
    for data in (
        (),
        (60, 100),
        (0x90,),
        (0x90, 60),
        (0x90, 60, 200),
        (0xB0, 1, 2, 3),
        (0xC0, 1, 2),
    ):
        assert reader.read(data, 0.0) is None
    assert reader.read((0xF8,), 0.0) == [] and reader.read((0xF0, 1, 2, 0xF7), 0.0) == []


@given(st.lists(st.tuples(BYTES, st.floats(0, 0.02)), max_size=40))
@settings(max_examples=1000)
def test_no_stream_raises_and_all_that_moves_is_in_range(stream):
    reader, now_s = MidiReader(), 0.0
    for data, after_s in stream:
        for moved in [*(reader.read(data, now_s) or []), *reader.settle(now_s)]:
            assert 1 <= moved.channel <= 16 and 0 <= moved.number < 16384
            assert 0 <= moved.value < (16384 if moved.kind in FINE else 128)
        now_s += after_s


FINE = ("cc14", "nrpn14", "rpn14", "bend")


@given(st.lists(st.integers(0, 16383), min_size=1, max_size=30), st.booleans())
@settings(max_examples=300)
def test_14_bits_sent_high_half_first_are_never_anything_else(values, lone_low):
    messages: list[tuple[int, ...]] = []
    high = None
    for value in values:
        if not (lone_low and high == value >> 7):
            messages.append((0xB5, 12, value >> 7))
        high = value >> 7
        messages.append((0xB5, 44, value & 127))
    assert [value for _, _, value in of("cc14", read(*messages))] == values

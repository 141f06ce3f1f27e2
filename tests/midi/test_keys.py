"""MIDI messages as notes."""

from __future__ import annotations

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.midi.keys import Keys, MidiEvent

ON, OFF = b"\x90\x3c\x40", b"\x80\x3c\x40"
DOWN, UP = b"\xb0\x40\x7f", b"\xb0\x40\x00"


def hear(*messages: bytes) -> list[tuple[str, float]]:
    keys = Keys()
    return [(event.kind, event.value) for message in messages for event in keys.parse(message, 1.0)]


@pytest.mark.parametrize(
    "end", [OFF, b"\x90\x3c\x00", b"\xb0\x7b\x00", b"\xb0\x78\x00", b"\xb0\x7e\x00"]
)
def test_a_note_and_its_ends(end):
    assert hear(ON, end) == [("strike", 60), ("release", 60)]
    assert hear(ON, end, end) == [("strike", 60), ("release", 60)], "once"


def test_the_pedal_holds_and_lets_go():
    assert hear(DOWN, ON, OFF) == [("strike", 60)]
    assert hear(DOWN, ON, OFF, UP) == [("strike", 60), ("release", 60)]
    assert hear(DOWN, ON, UP, OFF) == [("strike", 60), ("release", 60)], (
        "a key that is down stays down"
    )
    assert hear(DOWN, ON, OFF, ON, UP) == [("strike", 60), ("strike", 60)], (
        "struck again while it rings"
    )
    assert hear(DOWN, ON, OFF, b"\xb0\x79\x00") == [("strike", 60), ("release", 60)], (
        "reset all controllers"
    )
    assert hear(b"\xb1\x40\x7f", ON, OFF) == [("strike", 60), ("release", 60)], "of another channel"


def test_a_pitch_of_two_channels_ends_with_the_last():
    assert hear(ON, b"\x91\x3c\x40", OFF, b"\x81\x3c\x00") == [
        ("strike", 60),
        ("strike", 60),
        ("release", 60),
    ]
    assert hear(ON, b"\x91\x3c\x40", b"\xb1\x7b\x00", OFF) == [
        ("strike", 60),
        ("strike", 60),
        ("release", 60),
    ]


def test_drums_and_all_the_rest_say_nothing():
    assert (
        hear(
            b"\x99\x3c\x40",
            b"\x89\x3c\x40",
            b"\xb9\x7b\x00",
            b"\xc0\x05",
            b"\xe0\x00\x40",
            b"\xd0\x10",
            b"\xa0\x3c\x10",
            b"\xfe",
            b"\xf0\x01\xf7",
            b"\xb0\x7a\x00",
            OFF,
        )
        == []
    )


def test_a_system_reset_is_a_rest():
    keys = Keys()
    keys.parse(ON, 1.0)
    assert keys.parse(b"\xff", 2.0) == [MidiEvent("rest", 2.0)]
    assert keys.parse(OFF, 3.0) == []


@pytest.mark.parametrize(
    "data", [b"", b"\x90", b"\x90\x3c", b"\x90\x3c\xff", b"\x3c", b"\x90\x3c\x40\x40"]
)
def test_what_is_no_message_is_refused(data):
    with pytest.raises(ValueError):
        Keys().parse(data, 0.0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x80, 0x90, 0xB0]),
            st.integers(0, 2),
            st.sampled_from([60, 61, 64, 121, 123]),
            st.sampled_from([0, 64, 127]),
        )
    )
)
def test_every_strike_gets_its_release(messages):
    keys, sounding = Keys(), set()
    played = [(status | channel, data, value) for status, channel, data, value in messages]
    ends = [(0xB0 | channel, control, 0) for channel in range(3) for control in (64, 123)]
    for event in (event for message in (*played, *ends) for event in keys.parse(message, 0.0)):
        if event.kind == "strike":
            sounding.add(event.value)
        else:
            assert event.value in sounding, "released, but never struck"
            sounding.discard(event.value)
    assert not sounding


@given(st.one_of(st.binary(max_size=4), st.tuples(st.integers(0x80, 0xFF), st.binary(max_size=3))))
def test_what_is_a_message_mido_says_too(data):
    data = data if isinstance(data, bytes) else bytes((data[0], *data[1]))
    try:
        message = mido.Message.from_bytes(data)
        legal = message.type if message.bin() == data else None  # it lets a long pitch bend pass
    except (ValueError, IndexError):  # a pitch bend that is cut off
        legal = None
    if data[:1] == b"\xf0":
        return  # what is said in a system exclusive is nobody's business here
    try:
        Keys().parse(data, 0.0)
    except ValueError:
        assert legal is None, f"a {legal} is refused"
    else:
        assert legal is not None, "no message, and taken for one"


@given(st.integers(0, 127), st.integers(0, 127))
def test_a_song_position_is_in_sixteenths(low, high):
    (event,) = Keys().parse(bytes((0xF2, low, high)), 0.0)
    message = mido.Message.from_bytes((0xF2, low, high))
    assert event == MidiEvent("locate", 0.0, message.pos / 4)

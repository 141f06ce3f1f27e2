"""Faders of a light desk on parameters."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.control.dmx_map import MOST_SENDERS, DmxHand, Fader

MORPH, TEMPO = Fader(1, "morph"), Fader(2, "tempo", 16, 80.0, 140.0)


def test_a_desk_that_is_switched_on_moves_nothing_and_a_fader_that_is_moved_does() -> None:
    hand = DmxHand([MORPH, TEMPO])
    assert hand.moves("desk", 1, bytes([255, 0, 0])) == []
    assert hand.moves("desk", 2, bytes([255, 0, 0])) == []
    assert hand.moves("desk", 3, bytes([0, 255, 255])) == [("morph", 0.0), ("tempo", 140.0)]
    assert hand.moves("desk", 4, bytes([0, 255, 255])) == [], "others may move it meanwhile"
    assert hand.moves("desk", 5, bytes([51])) == [("morph", 51 / 255)]
    assert hand.moves("desk", 6, bytes([51, 255, 255])) == [], "as it stood"


def test_each_desk_has_faders_of_its_own() -> None:
    hand = DmxHand([MORPH])
    for desk in ("a", "b"):
        assert hand.moves(desk, 0, b"\x00") == []
    assert hand.moves("a", 0, b"\xff") == [("morph", 1.0)]
    assert hand.moves("b", 0, b"\x00") == []
    for n in range(10 * MOST_SENDERS):
        assert hand.moves(f"desk {n}", 0, b"\x80") == []
    assert len(hand._desks) == MOST_SENDERS


def test_what_comes_late_is_left_out_and_counted() -> None:
    hand = DmxHand([MORPH])
    for sequence, position in ((254, 0), (255, 10), (1, 20)):
        hand.moves("desk", sequence, bytes([position]))
    assert hand.moves("desk", 255, b"\x0a") == [] and hand.late == 1
    assert hand.moves("desk", 2, b"\x14") == []
    assert hand.moves("desk", 0, b"\x15") != [], "it does not count"


def test_low_may_be_above_high_and_the_rest_is_the_parameters() -> None:
    assert [Fader(1, "morph", 8, 1.0, 0.25).value(raw) for raw in (0, 255)] == [1.0, 0.25]
    row = params.row("tempo")
    assert [Fader(1, "tempo", 16).value(raw) for raw in (0, 65535)] == [row.low, row.high]
    assert Fader(511, "tempo", 16).raw(bytes(511) + b"\x01") == 1
    assert Fader(511, "tempo", 16).raw(bytes(511)) is None


@given(
    name=st.sampled_from(sorted(params.BY_NAME)),
    bits=st.sampled_from([8, 16]),
    packets=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 255), st.binary(max_size=6)), max_size=20
    ),
)
@settings(max_examples=1000, deadline=None)
def test_whatever_is_sent_a_parameter_gets_what_is_legal_for_it(name, bits, packets) -> None:
    hand, row = DmxHand([Fader(2, name, bits)]), params.row(name)
    for desk, sequence, data in packets:
        for moved, value in hand.moves(desk, sequence, data):
            assert moved == name and row.low <= value <= row.high

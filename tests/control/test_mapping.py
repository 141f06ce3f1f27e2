"""From where a control stands to a parameter's value, and back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control.curves import CURVES, number_of, position_of
from livesyn.control.mapping import (
    KINDS,
    MODES,
    MapRow,
    checked,
    checked_map,
    control_of,
    default_map,
)
from livesyn.control.midi_reader import MidiReader
from livesyn.control.midi_writer import messages_of

CONTROLS = {
    "cc": "cc 16",
    "cc14": "cc14 16",
    "nrpn": "nrpn 300",
    "nrpn14": "nrpn14 300",
    "rpn": "rpn 2",
    "rpn14": "rpn14 2",
    "bend": "bend",
    "pressure": "pressure",
    "aftertouch": "aftertouch 60",
}
ROWS = st.sampled_from(params.TABLE)
MAPPINGS = st.builds(
    lambda kind, param, curve, inverted: checked(
        MapRow(CONTROLS[kind], param.name, mode="jump", curve=curve, inverted=inverted)
    ),
    st.sampled_from(tuple(CONTROLS)),
    ROWS,
    st.sampled_from(tuple(CURVES)),
    st.booleans(),
)


@given(MAPPINGS, st.floats(0, 1))
@settings(max_examples=1000)
def test_a_value_comes_back_from_a_control_within_one_of_its_steps(wired, share):
    """Value -> the messages that the control would send -> value."""
    param = wired.param
    value = param.clamp(param.low + share * (param.high - param.low))
    reader, moved = MidiReader(), []
    for message in messages_of(wired, value):
        moved += reader.read(message, 0.0) or []
    moved += reader.settle(1.0)
    numbers = [m.value for m in moved if m.kind == wired.control.kind]
    number, top = numbers[-1], (1 << wired.control.bits) - 1
    near = [wired.value_at(wired.at(min(max(number + by, 0), top))) for by in (-1, 0, 1)]
    assert min(near) - 1e-9 <= value <= max(near) + 1e-9
    assert all(param.clamp(one) == one for one in near)


@given(MAPPINGS)
@settings(max_examples=200)
def test_the_way_of_a_knob_goes_from_end_to_end_and_never_back(wired):
    top = (1 << wired.control.bits) - 1
    values = [wired.value_at(wired.at(number)) for number in range(0, top + 1, max(1, top // 127))]
    if wired.row.inverted:
        values.reverse()
    assert values[0] == wired.param.low and all(a <= b for a, b in pairwise(values))
    ends = {wired.value_at(wired.at(number)) for number in (0, top)}
    assert ends == {wired.param.low, wired.param.high}


@pytest.mark.parametrize("bits", [7, 14])
def test_every_number_of_a_controller_is_a_position_of_its_own_and_its_middle_is_the_middle(bits):
    numbers = range(1 << bits)
    positions = [position_of(number, bits) for number in numbers]
    assert positions[0] == 0 and positions[-1] == 1 and positions[1 << (bits - 1)] == 0.5
    assert [number_of(position, bits) for position in positions] == list(numbers)
    assert checked(MapRow("cc 1", "steer_3")).value_at(position_of(64, 7)) == 0


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_and_its_inverse_meet(name):
    there, back = CURVES[name]
    for share in range(101):
        assert there(back(share / 100)) == pytest.approx(share / 100, abs=1e-9)


def test_the_curves_are_what_they_are_called():
    middle = {name: there(0.5) for name, (there, _) in CURVES.items()}
    assert middle["exp"] == pytest.approx(0.1)
    assert middle["log"] > 0.8 and middle["linear"] == middle["s"] == 0.5
    assert CURVES["s"][0](0.1) < 0.1 < 0.9 < CURVES["s"][0](0.9)


def test_whole_numbers_have_equal_shares_of_the_way():
    wired = checked(MapRow("cc 1", "morph_to"))
    values = [wired.value_at(wired.at(number)) for number in range(128)]
    assert [values.count(value) for value in (0, 1, 2, 3)] == [32, 32, 32, 32]


def test_the_default_map_is_the_tables_controllers_and_legal():
    assert len(checked_map(default_map())) == sum(row.cc is not None for row in params.TABLE)
    assert MapRow("cc 16", "temperature") in default_map()


@pytest.mark.parametrize("kind", KINDS)
def test_controls_are_read_as_they_are_written(kind):
    text = {"key": "key q", "program": "program 3", "note": "note 36"}.get(kind) or CONTROLS[kind]
    assert str(control_of(f"  {text} ")) == text


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (MapRow("knob 3", "tempo"), "it begins with one of: cc, cc14"),
        (MapRow("cc 120", "tempo"), "cc takes a number from 0 to 119"),
        (MapRow("cc14 40", "tempo"), "from 0 to 31"),
        (MapRow("bend 3", "tempo"), "bend has no number"),
        (MapRow("key", "tempo"), "a key is one letter"),
        (MapRow("cc ²", "tempo"), "cc takes a number"),
        (MapRow("cc 1", "tempi"), "did you mean 'tempo'?"),
        (MapRow("cc 1", "tempo", mode="soft"), "it is one of: pickup, jump"),
        (MapRow("cc 1", "tempo", curve="cubic"), "it is one of: linear, exp"),
        (MapRow("cc 1", "tempo", channel=17), "goes from 1 to 16"),
        (MapRow("cc 1", "tempo", low=400), "tempo goes from 20 to 300"),
        (MapRow("cc 1", "tempo", low=float("nan")), "tempo goes from 20 to 300"),
        (MapRow("cc 1", "tempo", low=120, high=100), "low is below high"),
        (MapRow("cc 1", "tempo", port="x" * 99), "more than 80 letters"),
        (MapRow("note 1", "tempo", mode="twos"), "only cc is read as an encoder"),
    ],
)
def test_what_is_not_legal_is_refused_in_a_sentence(row, sentence):
    with pytest.raises(ConfigError) as refused:
        checked(row)
    assert sentence in str(refused.value)


def test_every_mode_says_what_it_does():
    assert all(MODES.values())

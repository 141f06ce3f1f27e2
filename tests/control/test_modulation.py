"""What moves a parameter by itself."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control.modulation import (
    EMPTY,
    FIELDS,
    MODES,
    PERIOD_BEATS,
    PERIODS,
    SHAPES,
    SOURCES,
    TARGETS,
    Course,
    Row,
    checked,
    lfo,
    with_field,
)
from livesyn.control.quantise import Waiting

BASE = params.defaults()
KNOWN = [-0.553805, 0.367118, 0.810084]


@pytest.mark.parametrize(
    ("shape", "quarters"),
    [
        ("sine", (0, 1, 0, -1)),
        ("triangle", (0, 1, 0, -1)),
        ("saw up", (-1, -0.5, 0, 0.5)),
        ("saw down", (1, 0.5, 0, -0.5)),
        ("square", (1, 1, -1, -1)),
    ],
)
def test_the_shapes(shape, quarters):
    for beats in PERIOD_BEATS.values():
        for turn in (0, 3, 1000):
            for i, value in enumerate(quarters):
                assert lfo(shape, (turn + i / 4) * beats, beats) == pytest.approx(value, abs=1e-9)
    assert lfo(shape, 0.0, 4.0, phase=0.25) == pytest.approx(quarters[1], abs=1e-9)


def test_random_holds_a_value_for_each_period_and_is_the_same_everywhere():
    values = [lfo("random", n * 4.0, 4.0, seed=7) for n in range(400)]
    assert all(lfo("random", n * 4.0 + 3.9, 4.0, seed=7) == values[n] for n in range(400))
    assert len(set(values)) == 400 and min(values) < -0.9 and max(values) > 0.9
    assert abs(sum(values) / 400) < 0.1
    assert values[:400] != [lfo("random", n * 4.0, 4.0, seed=8) for n in range(400)]
    # written down: another machine, or another version, plays the same
    assert values[:3] == [lfo("random", n * 4.0 + 1, 4.0, seed=7) for n in range(3)]
    assert [round(v, 6) for v in values[:3]] == KNOWN


def moved(beat=0.0, sources=None, values=BASE, **row):
    return Course(values, (Row(**row),), sources=sources or {}).moved(beat)


def test_depth_is_in_parts_of_the_range():
    around = {"source": "square", "period": "1 bar", "target": "glide", "depth": 0.25}
    own = {**BASE, "glide": 15.0}
    assert moved(0.0, values=own, **around) == {"glide": 22.5}  # of 0 to 30 s
    assert moved(2.0, values=own, **around) == {"glide": 7.5}
    assert moved(0.0, values=own, mode="one-way", **around) == {"glide": 22.5}
    assert moved(2.0, values=own, mode="one-way", **around) == {"glide": 15.0}
    assert moved(2.0, values=own, **{**around, "depth": -0.25}) == {"glide": 22.5}


def test_rows_add_up_and_only_the_sum_is_clamped():
    rows = (
        Row("square", "1 bar", 0.0, "morph", 0.8),
        Row("square", "1 bar", 0.0, "morph", -0.3),
        Row("square", "1 bar", 0.0, "morph", 1.0, on=False),
    )
    own = {**BASE, "morph": 0.6}
    assert Course(own, rows[:1]).moved(0.0) == {"morph": 1.0}
    assert Course(own, (*rows, Row(target="kick"))).moved(0.0) == {"morph": 1.0}
    assert Course({**BASE, "morph": 0.2}, rows).moved(0.0)["morph"] == pytest.approx(0.7)
    assert Course(own, rows).value("morph", 2.0) == pytest.approx(0.1)
    assert Course(own, rows).value("kick", 2.0) == own["kick"]


def test_levels_latents_and_timbre():
    row = {"target": "morph", "depth": 0.5}
    own = {**BASE, "morph": 0.5}
    assert moved(sources={"low": 1.0}, values=own, source="low", **row) == {"morph": 1.0}
    assert moved(sources={"low": 0.0}, values=own, source="low", **row) == {"morph": 0.0}
    assert moved(sources={"low": 0.0}, values=own, source="low", mode="one-way", **row) == own_morph
    assert moved(sources={"latent_3": -1.5}, values=own, source="latent_3", **row) == {
        "morph": 0.25
    }
    for source in ("low", "latent_3", "timbre_0"):  # nothing has been heard of it
        for mode in MODES:
            assert moved(values=own, source=source, mode=mode, **row) == own_morph
            assert moved(sources={source: math.nan}, values=own, source=source, **row) == own_morph


own_morph = {"morph": 0.5}

ROW = st.builds(
    Row,
    st.sampled_from(SOURCES),
    st.sampled_from(PERIODS),
    st.floats(0, 1),
    st.sampled_from(("", *TARGETS)),
    st.floats(-1, 1),
    st.sampled_from(MODES),
    st.booleans(),
)
SOUNDS = st.dictionaries(st.sampled_from(SOURCES), st.floats())
VALUES = st.fixed_dictionaries(
    {row.name: st.floats(row.low, row.high).map(row.clamp) for row in params.TABLE}
)


@given(st.lists(ROW, max_size=16), VALUES, SOUNDS, st.floats(0, 1e6), st.integers(0, 2**31 - 1))
def test_no_modulation_leaves_the_legal_range(rows, values, sources, beat, seed):
    course = Course(values, tuple(rows), sources=sources, seed=seed)
    found = course.at(beat)
    assert set(found) == set(values)
    for name, value in found.items():
        row = params.BY_NAME[name]
        assert row.clamp(value) == value and (not row.integer or value == int(value))
        assert value == course.value(name, beat)
        if row.direct:
            assert value == values[name]
    still = tuple(with_field(row, "depth", 0) for row in rows)
    assert Course(values, still, sources=sources, seed=seed).at(beat) == values


def test_a_change_that_waits_counts_from_its_line_on():
    waiting = (Waiting("kick", 3.0, 8.0, "osc", 0.0), Waiting("kick", 2.0, 4.0, "osc", 0.0))
    rows = (Row("square", "1 bar", 0.0, "kick", 0.25),)
    course = Course(BASE, rows, waiting)
    assert [course.own("kick", beat) for beat in (3.9, 4.0, 7.9, 8.0, 99.0)] == [1, 2, 2, 3, 3]
    assert course.at(4.0)["kick"] == 3.0 and course.at(8.0)["kick"] == 4.0
    assert Course(BASE, EMPTY, waiting).at(8.0) == {**BASE, "kick": 3.0}


def test_what_cannot_be_moved_says_so():
    for name in ("tempo", "recall_on", "blackout", "quantise", "midi_offset"):
        assert name not in TARGETS
        with pytest.raises(ConfigError, match=f"{name} cannot be modulated"):
            with_field(Row(), "target", name)
    with pytest.raises(ConfigError, match="did you mean 'temperature'"):
        with_field(Row(), "target", "temprature")
    with pytest.raises(ConfigError, match=r"has no 'dept'.*depth"):
        with_field(Row(), "dept", 0.5)


def test_fields_are_clamped_on_stage_and_refused_at_the_desk():
    row = with_field(with_field(Row(), "depth", 7), "phase", -1)
    assert row.depth == 1.0 and row.phase == 0.0
    assert with_field(row, "source", 5).source == "random"
    assert with_field(row, "source", 1e9).source == SOURCES[-1]
    assert with_field(row, "target", 0).target == "" and not with_field(row, "on", 0).on
    assert with_field(row, "on", "off") == with_field(row, "on", 0.0)
    assert checked({"source": "low", "target": "kick", "depth": 1}) == Row(
        "low", target="kick", depth=1.0
    )
    for name, value, words in (
        ("depth", 1.5, "from -1 to 1"),
        ("depth", "much", "a number from -1 to 1"),
        ("phase", True, "from 0 to 1"),
        ("source", 3, "text in quotes"),
        ("on", 1, "true or false"),
        ("on", math.nan, "true or false"),
        ("mode", "sideways", "one of: around, one-way"),
    ):
        with pytest.raises(ConfigError, match=words):
            checked({name: value})


@given(
    st.sampled_from((*FIELDS, "nonsense")),
    st.one_of(
        st.floats(),
        st.integers(),
        st.text(max_size=12),
        st.booleans(),
        st.none(),
        st.binary(max_size=4),
    ),
)
def test_whatever_is_asked_a_row_is_legal_or_a_sentence_says_why(name, value):
    try:
        row = with_field(Row(target="kick"), name, value)
    except ConfigError as error:
        assert len(str(error)) < 900
    else:
        assert row == Row(**{field: getattr(row, field) for field in FIELDS})
        assert row.source in SOURCES and row.period in PERIODS and row.mode in MODES
        assert 0 <= row.phase <= 1 and -1 <= row.depth <= 1 and type(row.on) is bool
        assert row.target in ("", *TARGETS)


def test_there_are_six_shapes_from_a_sixteenth_to_sixteen_bars():
    assert len(SHAPES) == 6 and (PERIODS[0], PERIODS[-1]) == ("1/16", "16 bars")
    assert PERIOD_BEATS["1/16"] == 0.25 and PERIOD_BEATS["16 bars"] == 64

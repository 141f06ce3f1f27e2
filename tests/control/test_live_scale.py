"""What AbletonOSC says of key and scale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.params import BY_NAME, SCALES
from livesyn.control.live_scale import ANSWERS, LiveScale, NoValue, StrangeScale

ROOT, SCALE = ANSWERS


def test_what_is_new_is_set_and_what_is_said_again_is_not():
    live = LiveScale()
    assert live.take(ROOT, (2,)) == {"key": 2.0}
    assert live.take(SCALE, ("Dorian",)) == {"scale": float(SCALES.index("dorian"))}
    assert live.take(ROOT, (2,)) == live.take(SCALE, ("Dorian",)) == {}, (
        "a key that was set by hand meanwhile stays"
    )
    assert live.take(ROOT, (9.0,)) == {"key": 9.0}
    assert live.take("/live/song/get/tempo", (120.0,)) == {}


def test_a_scale_that_is_not_here_is_named_and_the_one_before_may_come_back():
    live = LiveScale()
    live.take(SCALE, ("Minor Blues",))
    with pytest.raises(StrangeScale, match="Maqam Rast"):
        live.take(SCALE, ("Maqam Rast",))
    assert live.take(SCALE, ("Minor Blues",)) == {"scale": float(SCALES.index("blues"))}


@pytest.mark.parametrize(
    ("address", "values"),
    [
        *((ROOT, values) for values in ((), (12,), (-1,), (1.5,), ("C",), (True,), (1, 2))),
        (ROOT, (float("nan"),)),
        *((SCALE, values) for values in ((3,), (), (b"x",))),
    ],
)
def test_what_says_nothing_is_refused(address, values):
    with pytest.raises(NoValue):
        LiveScale().take(address, values)


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.none()),
)


@given(st.lists(st.tuples(st.sampled_from([ROOT, SCALE, "/x"]), st.lists(anything).map(tuple))))
def test_whatever_comes_only_legal_values_are_set(messages):
    live = LiveScale()
    for address, values in messages:
        try:
            found = live.take(address, values)
        except (NoValue, StrangeScale):
            continue
        for name, value in found.items():
            assert BY_NAME[name].clamp(value) == value

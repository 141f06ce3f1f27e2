"""Maps of another program's OSC addresses."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import osc_addresses, params
from livesyn.base.addresses import Target
from livesyn.base.errors import ConfigError
from livesyn.base.osc_addresses import IN, OUT
from livesyn.control.osc_map import Patchbay
from livesyn.control.osc_map_file import IN_KEYS, OUT_KEYS, from_table, load
from livesyn.sinks.osc_packets import message

PATCHES = Path(__file__).parents[2] / "patches"
SEND = {"send": "127.0.0.1:7000"}


def bay(**row):
    """What plugs one row's rule."""
    return Patchbay(from_table({**SEND, "out": [{"to": "/other", **row}]}).out)


def heard(patchbay, address, *values):
    return [patchbay.hear(address, (value,)) for value in values]


def test_a_value_goes_as_it_is_or_from_range_to_range():
    assert heard(bay(**{"from": "/livesyn/audio/low"}), "/livesyn/audio/low", 0.5) == [
        [("/other", (0.5,))]
    ]
    low = bay(**{"from": "/livesyn/audio/low", "range": [0.2, 1]})
    assert [out[0][1][0] for out in heard(low, "/livesyn/audio/low", 0.0, 0.5, 1.0, 7.0)] == (
        pytest.approx([0.2, 0.6, 1, 1])
    )
    latent = bay(**{"from": "/livesyn/latent/0", "range": [1, 0]})
    assert heard(latent, "/livesyn/latent/0", -4.0, 2.0) == [
        *([("/other", (1.0,))], [("/other", (0.25,))]),
    ]
    tempo = bay(**{"from": "/livesyn/param/tempo", "range": [0, 1], "from_range": [20, 500]})
    assert heard(tempo, "/livesyn/param/tempo", 140.0) == [[("/other", (0.25,))]]


def test_integers_and_more_arguments():
    rule = bay(**{"from": "/livesyn/audio/rms", "arguments": [3, "value", 0.5], "integer": True})
    (out,) = heard(rule, "/livesyn/audio/rms", 0.7)
    assert out == [("/other", (3, 1, 0.5))] and list(map(type, out[0][1])) == [int, int, float]
    assert message(*[out[0][0], *out[0][1]]).startswith(b"/other\0\0,iif\0")


def test_bars_count_and_choose():
    rule = bay(
        **{"from": "/livesyn/bar", "every": 8, "of": 3, "first": 1, "value": 1, "integer": True},
        to="/columns/{}/connect",
        release=0,
    )
    fired = [out for out in heard(rule, "/livesyn/bar", *range(33)) if out]
    assert [out[0][0] for out in fired] == [f"/columns/{n}/connect" for n in (1, 2, 3, 1, 2)]
    assert [values for out in fired for _, values in out] == [(1,), (0,)] * 5


def test_a_parameter_triggers_when_it_changes():
    rule = bay(**{"from": "/livesyn/param/morph_to", "first": 1, "value": 1}, to="/clips/{}")
    out = heard(rule, "/livesyn/param/morph_to", 0, 0, 2, 2, 2, 0)
    assert [one[0][0] if one else "" for one in out] == ["", "", "/clips/3", "", "", "/clips/1"]


def test_above_fires_once_a_rise():
    rule = bay(**{"from": "/livesyn/audio/onset", "above": 0.6, "value": 1})
    out = heard(rule, "/livesyn/audio/onset", 0.2, 0.7, 0.9, 0.61, 0.6, 0.8)
    assert [bool(one) for one in out] == [False, True, False, False, False, True]


def test_notes_of_a_channel_and_pitch():
    def hear(rule, *note):
        return rule.hear("/livesyn/note", note)

    drum = bay(**{"from": "/livesyn/note", "channel": 10, "pitch": 36})
    assert hear(drum, 10, 36, 99, 0.25, 0.0) == [("/other", (99.0,))]
    assert hear(drum, 10, 38, 99, 0.25, 0.0) == hear(drum, 1, 36, 99, 0.25, 0.0) == []
    pitch = bay(**{"from": "/livesyn/note", "argument": "pitch", "from_range": [36, 96]})
    assert hear(pitch, 1, 66, 99, 0.25, 0.0) == [("/other", (0.5,))]


def test_what_comes_in_goes_over_the_parameter_s_range():
    table = {
        **SEND,
        "in": [
            {"from": "/link1", "to": "/livesyn/param/temperature"},
            {"from": "/link2", "to": "/livesyn/param/light", "range": [2, -2]},
            {"from": "/link3", "to": "/livesyn/param/octave", "from_range": [0, 127]},
            {"from": "/tap", "to": "/livesyn/transport/tap"},
        ],
    }
    one, two, three, tap = from_table(table).into
    row = params.BY_NAME["temperature"]
    assert (one.value_of(0), one.value_of(1), one.value_of(2)) == (row.low, row.high, row.high)
    assert (two.value_of(0), two.value_of(0.75)) == (2, -1)
    assert three.value_of(127) == 3 and tap.value_of(1) == 1


@pytest.mark.parametrize("name", ["resolume", "ableton"])
def test_the_published_maps_are_legal_and_every_row_of_them_can_speak(name):
    for rule in load(PATCHES / name / f"{name}.toml").out:
        patchbay = Patchbay((rule,))
        moments: list[tuple[float, ...]] = [(value,) for value in (0.0, *range(0, 65, 8), 0.5, 1.0)]
        if rule.source == "/livesyn/note":
            moments = [(1, 60, 92, 1.0, 0.0)]
        said = [one for values in moments for one in patchbay.hear(rule.source, values)]
        assert said and not any("{" in target for target, _ in said)
        for target, arguments in said:
            assert message(target, *arguments).startswith(target.encode())


def test_resolume_s_messages_are_in_the_types_and_ranges_it_takes():
    patchbay = Patchbay(load(PATCHES / "resolume" / "resolume.toml").out)
    assert patchbay.hear("/livesyn/param/tempo", (260.0,)) == [
        ("/composition/tempocontroller/tempo", (0.5,))
    ]
    assert patchbay.hear("/livesyn/bar", (8,)) == [
        *(("/composition/tempocontroller/resync", (value,)) for value in (1, 0)),
        *(("/composition/columns/2/connect", (value,)) for value in (1, 0)),
    ]
    for source, rules in (("/livesyn/audio/low", 1), ("/livesyn/latent/0", 1)):
        out = patchbay.hear(source, (99.0,))
        assert len(out) == rules and all(0 <= out[0][1][0] <= 1 for _ in out)


def test_ableton_s_messages_name_their_track_first():
    patchbay = Patchbay(load(PATCHES / "ableton" / "ableton.toml").out)
    assert patchbay.hear("/livesyn/bar", (16,)) == [("/live/scene/fire", (2,))]
    assert patchbay.hear("/livesyn/param/morph_to", (3.0,)) == [("/live/clip/fire", (1, 3))]
    ((address, (track, volume)),) = patchbay.hear("/livesyn/audio/low", (1.0,))
    assert (address, track, volume) == ("/live/track/set/volume", 0, 0.5)
    assert patchbay.hear("/livesyn/transport/play", (1,)) == [("/live/song/continue_playing", ())]


OUT_ROW = {"from": "/livesyn/bar", "to": "/x"}
IN_ROW = {"from": "/x", "to": "/livesyn/param/tempo"}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "send = "),
        ({"send": 7000}, "send = "),
        ({"send": "nowhere"}, "HOST:PORT"),
        ({**SEND, "outt": []}, "did you mean 'out'"),
        ({**SEND, "out": {}}, r"\[\[out\]\]"),
        ({**SEND, "in": [1]}, r"\[\[in\]\]"),
        ({**SEND, "out": [OUT_ROW] * 513}, "512 are the most"),
        ({**SEND, "out": [{"to": "/x"}]}, "from is None"),
        ({**SEND, "out": [{**OUT_ROW, "from": "/livesyn/baar"}]}, "did you mean '/livesyn/bar'"),
        ({**SEND, "out": [{**OUT_ROW, "to": "no address"}]}, "'no address'"),
        ({**SEND, "out": [{**OUT_ROW, "to": "/a{1}"}]}, "OSC address"),
        ({**SEND, "out": [{**OUT_ROW, "evry": 4}]}, "did you mean 'every'"),
        ({**SEND, "out": [{**OUT_ROW, "every": 0}]}, "every .* from 1"),
        ({**SEND, "out": [{**OUT_ROW, "every": 2.5}]}, "whole number"),
        ({**SEND, "out": [{**OUT_ROW, "range": [0, 1]}]}, "no from_range"),
        ({**SEND, "out": [{**OUT_ROW, "range": [0]}]}, "two numbers"),
        ({**SEND, "out": [{**OUT_ROW, "from_range": [1, 1]}]}, "two numbers"),
        ({**SEND, "out": [{**OUT_ROW, "range": [0, math.inf]}]}, "two numbers"),
        ({**SEND, "out": [{**OUT_ROW, "value": "1"}]}, "is a number"),
        ({**SEND, "out": [{**OUT_ROW, "value": math.nan}]}, "is a number"),
        ({**SEND, "out": [{**OUT_ROW, "integer": 1}]}, "true or false"),
        ({**SEND, "out": [{**OUT_ROW, "channel": 1}]}, "chooses notes"),
        ({**SEND, "out": [{**OUT_ROW, "argument": "pitch"}]}, "only a note"),
        ({**SEND, "out": [{**OUT_ROW, "arguments": ["valeu"]}]}, '"value"'),
        ({**SEND, "out": [{"from": "/livesyn/note", "to": "/x", "channel": 17}]}, "1 to 16"),
        ({**SEND, "in": [{**IN_ROW, "to": "/livesyn/param/tmpo"}]}, "did you mean"),
        ({**SEND, "in": [{**IN_ROW, "from": "/livesyn/freeze"}]}, "livesyn's own"),
        ({**SEND, "in": [{**IN_ROW, "every": 4}]}, "no key 'every'"),
        ({**SEND, "in": [IN_ROW, IN_ROW]}, "in two rows"),
    ],
)
def test_what_is_wrong_with_a_map_is_said(table, words):
    with pytest.raises(ConfigError, match=words):
        from_table(table)


def test_a_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")
    path = tmp_path / "bad.toml"
    path.write_text("send = ")
    with pytest.raises(ConfigError, match=r"bad.toml is not TOML"):
        load(path)
    path.write_text('send = "127.0.0.1:7000"\n[[out]]\nfrom = "/no"\nto = "/x"\n')
    with pytest.raises(ConfigError, match=r"bad.toml: livesyn sends no '/no'"):
        load(path)


def test_an_empty_map_sends_nothing():
    osc_map = from_table(SEND)
    assert osc_map.send == Target("127.0.0.1", 7000)
    assert Patchbay(osc_map.out).hear("/livesyn/bar", (0,)) == []


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["/livesyn/bar", "/livesyn/note", "/livesyn/param/tempo", "/a/{}", "value"]),
    st.text(max_size=12),
    st.lists(st.one_of(st.integers(-5, 200), st.floats(), st.just("value")), max_size=3),
)


@settings(max_examples=1000)
@given(
    st.lists(st.dictionaries(st.sampled_from(OUT_KEYS), VALUES, max_size=5), max_size=2),
    st.lists(st.dictionaries(st.sampled_from(IN_KEYS), VALUES, max_size=4), max_size=2),
)
def test_any_table_is_a_map_or_one_sentence(out, into):
    try:
        osc_map = from_table({**SEND, "out": out, "in": into})
    except ConfigError as error:
        assert "\n" not in str(error) and not str(error).endswith(".")
    else:
        assert all(rule.source in osc_addresses.addresses(OUT) for rule in osc_map.out)
        assert all(entry.target in osc_addresses.addresses(IN) for entry in osc_map.into)


ROWS = st.fixed_dictionaries(
    {"from": st.sampled_from(sorted(osc_addresses.addresses(OUT))), "to": st.just("/a/{}")},
    optional={
        "every": st.integers(1, 9),
        "of": st.integers(1, 9),
        "first": st.integers(0, 9),
        "above": st.floats(-2, 2),
        "value": st.floats(-9, 9),
        "release": st.integers(0, 9),
        "integer": st.booleans(),
        "from_range": st.just([-1, 3]),
        "range": st.just([5, -5]),
        "arguments": st.lists(st.sampled_from([1, 0.5, "value", "number"]), max_size=3),
    },
)


@settings(max_examples=500)
@given(ROWS, st.lists(st.floats(width=32), max_size=8))
def test_whatever_comes_a_legal_message_goes_out(row, values):
    try:
        osc_map = from_table({**SEND, "out": [row]})
    except ConfigError:
        return  # a range without one to come from
    patchbay = Patchbay(osc_map.out)
    for value in values:
        for address, arguments in patchbay.hear(row["from"], (value,) * 5):
            packed = message(address, *arguments)
            assert len(packed) % 4 == 0 and address.startswith("/a/")

"""The tree of OSC addresses says what the tables say, and answers as the proposal has it."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import osc_addresses, params
from livesyn.base.osc_addresses import IN, OUT, SET_BY
from livesyn.control.osc_tree import (
    ATTRIBUTES,
    GIVEN,
    NOT_GIVEN,
    READ,
    WRITE,
    Method,
    Tree,
    host_info,
)

TREE = Tree()
INFO = host_info(9700, 9700)


def now(method):
    """The values of a show that was just begun, and has sent nothing yet."""
    return None if method.param is None else (method.shown(method.param.default),)


def ask(path, query=""):
    return TREE.answer(path, query, now, INFO)


def described(path):
    status, found = ask(path)
    assert status == 200
    return found


def test_every_address_in_and_out_is_in_the_tree_and_no_other():
    old = {a for row in osc_addresses.TABLE if row.old for a in row.addresses}
    current = osc_addresses.addresses(IN) | osc_addresses.addresses(OUT)
    assert set(TREE.methods) == current - old and old == {"/livesyn/param/store"}
    assert set(TREE.under("/")) == set(TREE.methods)
    for address, method in TREE.methods.items():
        assert bool(method.access & WRITE) == (address in osc_addresses.addresses(IN))
        assert bool(method.access & READ) == (
            address in SET_BY
            or (address in osc_addresses.addresses(OUT) and address != "/livesyn/panic")
        )


@pytest.mark.parametrize("row", params.TABLE, ids=lambda row: row.name)
def test_a_parameter_is_described_by_its_row(row):
    found = described(row.address)
    assert found["FULL_PATH"] == row.address and found["DESCRIPTION"] == row.description
    assert found["ACCESS"] == 3 and found["TAGS"] == [row.group] and found["CLIPMODE"] == ["both"]
    if row.choices:
        assert found["TYPE"] == "s" and found["RANGE"] == [{"VALS": list(row.choices)}]
        assert found["DEFAULT"] == found["VALUE"] == [row.choices[int(row.default)]]
    else:
        assert found["TYPE"] == ("i" if row.integer else "f")
        assert found["RANGE"] == [{"MIN": row.low, "MAX": row.high}]
        assert found["DEFAULT"] == found["VALUE"] == [row.default]
    assert ("UNIT" in found) == bool(row.unit)
    assert found.get("CRITICAL", False) == (row.name in params.CRITICAL)


def test_every_attribute_is_as_long_as_the_type():
    for address, method in TREE.methods.items():
        found = described(address)
        for name in ("VALUE", "RANGE", "UNIT", "CLIPMODE", "DEFAULT"):
            assert len(found.get(name, method.tags)) == len(method.tags), (address, name)


def test_the_whole_tree_leads_to_each_method_by_its_name():
    def walk(node, path):
        assert node["FULL_PATH"] == (path or "/")
        if "TYPE" in node:
            yield node
        for name, below in node.get("CONTENTS", {}).items():
            yield from walk(below, f"{path}/{name}")

    found = json.loads(msgspec.json.encode(described("/")))
    assert [node["FULL_PATH"] for node in walk(found, "")] == list(TREE.under("/"))


def test_what_is_pressed_is_an_impulse_and_what_ends_notes_is_critical():
    for name in ("panic", "dump", "params", "transport/stop", "transport/tap"):
        found = described(f"/livesyn/{name}")
        assert found["TYPE"] == "I" and found["ACCESS"] == 2
        assert found.get("CRITICAL", False) == (name in ("panic", "transport/stop"))


def test_what_is_sent_under_the_address_that_sets_is_the_value():
    """/livesyn/latent/N sets steer_N, and tells the latent."""
    found = described("/livesyn/latent/3")
    assert found["ACCESS"] == 3 and found["VALUE"] == [None] and "DEFAULT" not in found
    assert [method.address for method in TREE.showing["steer_3"]] == ["/livesyn/param/steer_3"]
    assert {method.address for method in TREE.showing["tempo"]} == {
        "/livesyn/param/tempo",
        "/livesyn/transport/tempo",
    }


@pytest.mark.parametrize(
    ("query", "status", "found"),
    [
        ("/livesyn/param/tempo?VALUE", 200, {"VALUE": [110.0]}),
        ("/livesyn/param/tempo?value", 200, {"VALUE": [110.0]}),
        ("/livesyn/param/tempo/?VALUE", 200, {"VALUE": [110.0]}),
        ("/livesyn/param/tempo?VALUE&TYPE", 200, {"VALUE": [110.0], "TYPE": "f"}),
        ("/livesyn/param/key?RANGE", 200, {"RANGE": [{"VALS": list(params.KEYS)}]}),
        ("/livesyn/param?TYPE", 200, {}),  # a container has none
        ("/livesyn/note?VALUE", 200, {}),  # none was struck yet
        ("/livesyn/param?VALUE", 204, ""),
        ("/livesyn/panic?VALUE", 204, ""),  # cannot be read
        ("/livesyn/param/tempo?HTML", 204, ""),
        ("/livesyn/param/tempo?EXTENDED_TYPE", 204, ""),
        ("/livesyn/param/tempo?LISTEN", 204, ""),
        ("/livesyn/param/tempo?COLOUR", 400, None),
        ("/livesyn/param/temp", 404, None),
        ("/livesyn/param/tempo/x", 404, None),
        ("/nowhere?VALUE", 404, None),
        ("//", 200, None),
        ("", 404, None),
        ("/nowhere?HOST_INFO", 200, INFO),  # whatever the path
        ("/?HOST_INFO", 200, INFO),
    ],
)
def test_queries(query, status, found):
    path, _, attributes = query.partition("?")
    got, body = ask(path, attributes)
    assert got == status
    assert found is None or body == found


def test_host_info_says_what_can_be_had():
    assert INFO["NAME"] == "livesyn" and INFO["OSC_PORT"] == INFO["WS_PORT"] == 9700
    assert INFO["OSC_TRANSPORT"] == "UDP"
    assert {name for name, has in INFO["EXTENSIONS"].items() if has} == set(GIVEN)
    assert {name for name, has in INFO["EXTENSIONS"].items() if not has} == set(NOT_GIVEN)
    for name in ("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT", "CRITICAL", "DEFAULT"):
        assert INFO["EXTENSIONS"][name]


WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["livesyn", "param", "tempo", "", "..", "%2e", "%00", "*", "[0-9]"]),
)


@settings(max_examples=1000)
@given(
    st.lists(WORDS, max_size=400).map("/".join),
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from([*sorted(ATTRIBUTES), *NOT_GIVEN, "x", ""])).map("&".join),
    ),
)
def test_whatever_is_asked_is_answered(path, query):
    status, body = ask(path, query)
    assert status in (200, 204, 400, 404)
    assert isinstance(body, str) == (status != 200)
    msgspec.json.encode(body)
    TREE.under(path)


def test_numbers_that_json_has_not_are_null():
    method = TREE.methods["/livesyn/status/fps"]
    assert isinstance(method, Method)
    _, found = TREE.answer(method.address, "VALUE", lambda method: (float("nan"),), INFO)
    assert msgspec.json.encode(found) == b'{"VALUE":[null]}'

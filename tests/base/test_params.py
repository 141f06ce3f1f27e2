"""The one table of parameters, and what is made from it."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.cli.main import main

ROOT = Path(__file__).parents[2]


def test_the_reference_has_the_table(capsys):
    text = (ROOT / "docs/reference/parameters.md").read_text(encoding="utf-8")
    assert main(["params", "--markdown"]) == 0
    assert capsys.readouterr().out in text, "run scripts/reference.py"


@pytest.mark.parametrize("row", params.TABLE, ids=lambda row: row.name)
def test_rows_are_sound(row):
    assert row.low < row.high and row.low <= row.default <= row.high
    assert row.clamp(row.default) == row.default == row.check(row.default)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", row.name) and row.description.endswith(".")
    if row.choices:
        assert row.integer and row.high == len(row.choices) - 1 and row.low == 0
    # 20 to 31 and their LSBs are the latent's
    assert row.cc is None or (0 <= row.cc < 120 and not 20 <= row.cc <= 63)


def test_names_addresses_and_controllers_are_unique():
    ccs = [row.cc for row in params.TABLE if row.cc is not None]
    assert len(params.BY_NAME) == len(params.BY_ADDRESS) == len(params.TABLE) and len(
        set(ccs)
    ) == len(ccs)


@given(st.sampled_from(params.TABLE), st.floats())
def test_the_stage_clamps_to_what_the_desk_accepts(row, value):
    legal = row.clamp(value)
    assert row.check(legal) == legal and math.isfinite(legal)
    assert row.clamp(legal) == legal


@given(st.sampled_from(params.TABLE), st.floats(allow_nan=False))
def test_the_desk_refuses_what_the_stage_would_change(row, value):
    if row.clamp(value) == value:
        assert row.check(value) == value
    else:
        with pytest.raises(ConfigError, match=row.name):
            row.check(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A minor", (9, 2)),
        ("Eb", (3, 1)),
        ("d# dorian", (3, 4)),
        ("Bb Minor Pentatonic", (10, 7)),
        ("off", (None, 0)),
    ],
)
def test_keys_in_words(text, values):
    found = params.parse_key(text)
    assert (found.get("key"), found["scale"]) == values


@pytest.mark.parametrize("text", ["", "H", "A mynor", "A off", "minor"])
def test_no_keys(text):
    with pytest.raises(ConfigError, match="A minor"):
        params.parse_key(text)


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'temperature'"):
        params.row("temprature")

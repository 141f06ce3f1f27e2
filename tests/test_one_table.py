"""A parameter that is added to the table appears in every place, and nothing else has to be
written for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ADDRESS = "/livesyn/param/probe"


@pytest.fixture(scope="module")
def found() -> Any:
    """What a Python of its own finds that was started with one row more."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.one_more_row"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_on_the_command_line(found):
    assert found["command line"] == 2.5
    (line,) = found["listed"]
    assert ADDRESS in line and "Only here to be found. (-2 to 6 dB)" in line


def test_in_a_config_file_and_in_what_a_killed_player_leaves(found):
    assert found["files"] == {
        "toml": 3.5,
        "snapshot": 3.5,
        "scene": 3.5,
        "is stored": True,
    }


def test_by_osc_it_is_set_clamped_echoed_stepped_and_asked(found):
    osc = found["osc"]
    assert osc["set"] == [2.0, 6.0]
    assert osc["echo"] == [[ADDRESS, 2.0], [ADDRESS, 6.0]]
    assert osc["step"] == [5.75, 6.0]
    assert osc["ask"] == [[ADDRESS, 6.0], [ADDRESS, 6.0]]  # who asked, and all others
    assert osc["dump"] == [[ADDRESS, 6.0]]
    assert found["osc addresses"] == [True, True]


def test_in_the_tree_of_oscquery_and_in_its_stream(found):
    assert found["osc"]["tree"] == {
        "FULL_PATH": ADDRESS,
        "TYPE": "f",
        "ACCESS": 3,
        "DESCRIPTION": "Only here to be found.",
        "RANGE": [{"MIN": -2.0, "MAX": 6.0}],
        "CLIPMODE": ["both"],
        "TAGS": ["music"],
        "OVERLOADS": [{"TYPE": "i", "RANGE": [{"MIN": -2.0, "MAX": 6.0}]}],
        "UNIT": ["dB"],
        "DEFAULT": [1.0],
        "VALUE": [6.0],
    }
    assert [2.0] in found["osc"]["listen"] and found["osc"]["listen"][-1] == [6.0]


def test_on_the_page(found):
    page = found["page"]
    row = page["row"]
    assert {name: row[name] for name in found["row"]} == found["row"] | {"choices": []}
    assert row["address"] == ADDRESS and row["value"] == 1.0
    assert page["state"] == 1.0 and page["order"] == ["probe", 4.0]


def test_in_the_reference_and_in_the_table_that_patches_are_given(found):
    assert len(found["reference"]) == len(found["table for patches"]) == 1
    assert "-2 to 6 dB" in found["table for patches"][0]


def test_a_controller_moves_it(found):
    assert found["midi"] == ["cc 119"]
    assert found["row"]["cc"] == 119 and found["page"]["row"]["cc"] == 119

"""The modulation matrix in a config file."""

from __future__ import annotations

import tomllib

import pytest

from livesyn.base.errors import ConfigError
from livesyn.config.encoded import decode, encode
from livesyn.config.sections import Config, Modulation
from livesyn.config.show_file import from_table
from livesyn.control.modulation import EMPTY, Row

TEXT = """
[modulation.1]
source = "triangle"
period = "2 bars"
target = "temperature"
depth = 0.3
[modulation.16]
source = "low"
target = "visual_speed"
depth = -1
mode = "one-way"
on = false
"""


def test_rows_are_read_by_number_and_go_to_every_process():
    config = from_table(tomllib.loads(TEXT))
    rows = config.modulation.rows
    assert rows[0] == Row("triangle", "2 bars", 0.0, "temperature", 0.3)
    assert rows[15] == Row("low", target="visual_speed", depth=-1.0, mode="one-way", on=False)
    assert rows[1:15] == EMPTY[1:15]
    sent = Config(modulation=Modulation(rows))
    assert decode(encode(sent)) == sent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[modulation.17]\ndepth = 1", r"no \[modulation.17\]; rows are"),
        ("[modulation.1]\ndept = 1", "'dept'; did you mean 'depth'"),
        ("[modulation.1]\ndepth = 1.5", r"\[modulation.1\]: depth .* from -1 to 1"),
        ('[modulation.2]\ntarget = "tempo"', "tempo cannot be modulated"),
        ('[modulation.2]\nsource = "sinus"', "did you mean 'sine'"),
        ("[modulation]\n1 = 3", "it is a section"),
        ("modulation = 3", "it is a section"),
        ("[modulation.1]\non = 1", "true or false"),
    ],
)
def test_what_is_wrong_is_said(text, words):
    with pytest.raises(ConfigError, match=words):
        from_table(tomllib.loads(text))

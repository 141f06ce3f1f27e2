"""Channels as a person names them."""

import pytest

from livesyn.base.errors import ConfigError
from livesyn.config.channels import HIGHEST, parse_channels


@pytest.mark.parametrize(
    "value, channels",
    [
        ("1", (1,)),
        ("1,2", (1, 2)),
        (" 2 , 1 ", (2, 1)),
        ("1-8", tuple(range(1, 9))),
        ("3 - 5,1", (3, 4, 5, 1)),
        ("08", (8,)),
        ("4-4", (4,)),
        ("256", (256,)),
        (3, (3,)),
        ([1, 2], (1, 2)),
        (["1-2", 7], (1, 2, 7)),
    ],
)
def test_numbers_and_ranges(value, channels):
    assert parse_channels(value) == channels


@pytest.mark.parametrize(
    "value",
    [
        *("", "0", "-1", "1,", ",", "1,,2", "a", "1-", "8-1", "1..8", "1.0", "257", "1-257"),
        *("9" * 5000, "1-2-3", "1;2", "\u0661", "1\n-\n\u00b2"),
        *(0, -1, 257, True, 1.5, None, [], [True], [[1]], {}),
    ],
)
def test_anything_else_is_refused_in_a_sentence(value):
    with pytest.raises(ConfigError) as error:
        parse_channels(value)
    assert f"they are numbers from 1 to {HIGHEST}, or ranges, like 1,2 or 1-8" in str(error.value)


@pytest.mark.parametrize("value", ["1,1", "1-4,3", [2, 2]])
def test_a_channel_is_named_once(value):
    with pytest.raises(ConfigError, match="name channel [123] once"):
        parse_channels(value)

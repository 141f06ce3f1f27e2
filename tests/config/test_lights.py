"""[lights] and [artnet] of a config file: what is legal, and what is said of the rest."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from livesyn.base.errors import ConfigError
from livesyn.config.checks import check
from livesyn.config.lights import LightTarget, light_target
from livesyn.config.sections import Config
from livesyn.config.show_file import from_table
from livesyn.control.dmx_map import Fader
from livesyn.control.fixtures import Fixture

RIG = """
[lights]
out = ["artnet:192.168.1.50", "sacn"]
universe = 2
fixtures = [
    { address = 1, layout = "rgb", colour = "left" },
    { address = 4, layout = "rgbw", colour = "right", follows = "low", depth = 0.6 },
    { address = 8, layout = "dimmer", follows = "beat", level = 1 },
]

[artnet]
in_host = "0.0.0.0"
allow = ["192.168.1.0/24"]
faders = [
    { channel = 1, param = "morph" },
    { channel = 2, param = "tempo", bits = 16, low = 80, high = 140.5 },
]
"""


def show(text: str) -> Config:
    return check(from_table(tomllib.loads(text)).with_source())


def test_what_people_write_is_what_is_meant() -> None:
    config = show(RIG)
    assert config.lights.universe == 2 and config.lights.rate_hz == 40
    assert config.lights.fixtures == (
        Fixture(1, "rgb", "left"),
        Fixture(4, "rgbw", "right", "low", 0.6),
        Fixture(8, "dimmer", follows="beat"),
    )
    assert config.artnet.faders == (Fader(1, "morph"), Fader(2, "tempo", 16, 80.0, 140.5))


def test_where_lights_are() -> None:
    assert light_target("artnet:10.0.0.9") == LightTarget("artnet", "10.0.0.9", 6454)
    assert light_target("sacn") == LightTarget("sacn", "", 5568)
    assert light_target("sacn:node.local:5569") == LightTarget("sacn", "node.local", 5569)


LAMP = "{ address = 1 }"


@pytest.mark.parametrize(
    ("lights", "words"),
    [
        ('out = ["artnet"]', 'say "artnet:HOST", "sacn" or "sacn:HOST"'),
        ('out = ["artnet:"]', "say"),
        ('out = ["artnet:h:0"]', "say"),
        ('out = ["artnet:h:99999"]', "say"),
        ('out = ["dmx:h"]', "say"),
        ('out = ["sacn"]', "no fixtures; list the lamps"),
        (f"fixtures = [{LAMP}]", "not where they are"),
        ('out = ["sacn"]\nfixtures = [1]', "it is a list of tables, like"),
        ('out = ["sacn"]\nfixtures = 1', "it is a list of tables, like"),
        ('out = ["sacn"]\nfixtures = [{ layout = "rgb" }]', "has no address; give one"),
        ('out = ["sacn"]\nfixtures = [{ adress = 1, address = 1 }]', "did you mean 'address'"),
        ('out = ["sacn"]\nfixtures = [{ address = "1" }]', "is '1'; it is a whole number"),
        ('out = ["sacn"]\nfixtures = [{ address = 0 }]', "is 0; it goes from 1 to 512"),
        ('out = ["sacn"]\nfixtures = [{ address = 511 }]', "go up to 513"),
        ('out = ["sacn"]\nfixtures = [{ address = 1, layout = "rgx" }]', "one letter a channel"),
        ('out = ["sacn"]\nfixtures = [{ address = 1, layout = "" }]', "one letter a channel"),
        ('out = ["sacn"]\nfixtures = [{ address = 1, colour = "lef" }]', "did you mean 'left'"),
        ('out = ["sacn"]\nfixtures = [{ address = 1, follows = "bass" }]', "there are: rms, low"),
        ('out = ["sacn"]\nfixtures = [{ address = 1, depth = 2 }]', "goes from 0 to 1"),
        ('out = ["sacn"]\nfixtures = [{ address = 1, depth = nan }]', "is nan; it is a number"),
        (f'out = ["sacn"]\nuniverse = 0\nfixtures = [{LAMP}]', "goes from 1 to 63999"),
        (f'out = ["sacn", "artnet:h"]\nuniverse = 40000\nfixtures = [{LAMP}]', "1 to 32767"),
        (f'out = ["sacn"]\npriority = 201\nfixtures = [{LAMP}]', "goes from 0 to 200"),
        (f'out = ["sacn"]\nrate_hz = 60\nfixtures = [{LAMP}]', "goes from 25 to 44"),
        (f'out = ["sacn"]\nfixtures = [{LAMP}, {LAMP}]', "give it an address of its own"),
    ],
)
def test_a_rig_that_cannot_be_is_refused_with_what_to_do(lights: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        show(f"[lights]\n{lights}")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("artnet", "words"),
    [
        ('faders = [{ channel = 1, param = "morf" }]', "did you mean 'morph'"),
        ("faders = [{ channel = 1 }]", "has no param; give one"),
        ('faders = [{ channel = 0, param = "morph" }]', "goes from 1 to 512"),
        ('faders = [{ channel = 512, param = "tempo", bits = 16 }]', "goes from 1 to 511"),
        ('faders = [{ channel = 1, param = "tempo", bits = 7 }]', "they are 8 or 16"),
        ('faders = [{ channel = 1, param = "tempo", low = 1 }]', "goes from 20 to 300"),
        ('faders = [{ channel = 1, param = "morph" }]\nuniverse = -1', "goes from 0 to 32767"),
        ('faders = [{ channel = 1, param = "morph" }]\nin_host = "0.0.0.0"', "obey nobody"),
        ('allow = ["nobody"]', "allow-list"),
    ],
)
def test_faders_that_cannot_be_are_refused(artnet: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        show(f"[artnet]\n{artnet}")
    assert words in str(refused.value)


def test_any_json_of_another_kind_is_refused_not_a_fault() -> None:
    values: tuple[Any, ...] = (
        None,
        True,
        {},
        [None],
        [[]],
        [{}],
        "x",
        10**400,
        -1,
        [{"address": 10**400}],
    )
    for value in values:
        table: dict[str, Any] = {"lights": {"out": ["sacn"], "fixtures": value, "gain": value}}
        with pytest.raises(ConfigError):
            check(from_table(table).with_source())

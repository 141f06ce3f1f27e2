"""A config on its way to a process of the show."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from livesyn.base.errors import ConfigError
from livesyn.config.encoded import decode, encode
from livesyn.config.lights import Artnet, Lights
from livesyn.config.sections import (
    NONE,
    Config,
    Display,
    Midi,
    Model,
    Osc,
    Record,
    Sound,
    Source,
    Standby,
    Web,
)
from livesyn.control.dmx_map import Fader
from livesyn.control.fixtures import Fixture

EVERYTHING = Config(
    Source("video", "d\udce9.mp4"),  # a name that is not UTF-8
    Sound("jack", ""),
    Display(True, 2, True, "cover", ("/tmp/film.mp4", "ndi:bühne"), (640, 480), False),
    Model("other", "cpu", 7, ("melody", "drums"), long="long"),
    Midi(False, "IAC"),
    Osc((), "0.0.0.0", 9800, ("10.0.0.7",), False, ("resolume.toml",)),
    Web(False, "::", 9000, "a token"),
    Record("/tmp/sets"),
    Lights(
        ("artnet:10.0.0.9:6455", "sacn"),
        3,
        120,
        44,
        2.5,
        0.5,
        (Fixture(1, "rgbw", "left", "low", 0.5, 0.75, 7), Fixture(5, "dimmer", follows="beat")),
    ),
    Artnet(
        (Fader(1, "morph"), Fader(2, "tempo", 16, 80.0, 140.0)), 4, "0.0.0.0", 6000, ("10.0.0.8",)
    ),
    {"tempo": 96.5, "freeze": 1.0},
    standby=Standby(serve="0.0.0.0:9710", token="a token"),
)


@pytest.mark.parametrize("config", [Config(), EVERYTHING, Config(source=Source(NONE, ""))])
def test_what_arrives_is_what_was_sent(config: Config) -> None:
    line = encode(config)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == config


def test_what_is_left_out_has_its_default() -> None:
    assert decode(b"{}") == Config()
    assert decode(b'{"web": {"port": 9000}}') == Config(web=Web(port=9000))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "it is a JSON object"),
        ({"disply": {}}, "did you mean 'display'"),
        ({"display": []}, "it is a section"),
        ({"display": {"monitr": 1}}, "did you mean 'monitor'"),
        ({"display": {"monitor": -1}}, "monitors count from 0"),
        ({"display": {"monitor": True}}, "monitor in [display] is True; it is a whole number"),
        ({"display": {"monitor": "1"}}, "monitor in [display] is '1'"),
        ({"display": {"size": [10, 10]}}, "64 to 8192 px each"),
        ({"display": {"size": [640]}}, "a list of 2 whole numbers, like [960, 720]"),
        ({"display": {"size": "big"}}, "size in [display] is 'big'"),
        ({"display": {"fit": "fill"}}, "one of: contain, cover"),
        ({"display": {"windowed": "yes"}}, "windowed in [display] is 'yes'; it is true or false"),
        ({"display": {"vsync": 3}}, "vsync in [display] is 3; it is true or false"),
        ({"source": {"kind": "radio", "value": "x"}}, "the source is 'radio'; it is one of: cam"),
        ({"sound": {"kind": "radio"}}, "the sound is 'radio'; it is one of: device"),
        ({"osc": {"out": ["nowhere"]}}, "HOST:PORT"),
        ({"params": {"tmpo": 100}}, "'tempo'"),
        ({"params": {"tempo": 0}}, "tempo"),
        ({"params": {"tempo": None}}, "tempo"),
    ],
)
def test_one_that_is_not_legal_is_one_sentence(table: object, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        decode(json.dumps(table).encode())
    assert words in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("line", [b"", b"\n", b"{", b"\xff", b"[" * 100_000])
def test_one_that_is_not_json_is_one_sentence(line: bytes) -> None:
    with pytest.raises(ConfigError, match="the config is not JSON"):
        decode(line)


def test_a_change_of_one_field_arrives() -> None:
    """So that nothing is sent that is not read."""
    for section in ("display", "model", "midi", "osc", "web", "record"):
        changed = replace(Config(), **{section: getattr(EVERYTHING, section)})
        assert decode(encode(changed)) == changed != Config()

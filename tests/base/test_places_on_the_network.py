import pytest

from livesyn.base.addresses import parse_place
from livesyn.base.errors import ConfigError


@pytest.mark.parametrize(
    "text, expected",
    [
        ("studio.local", ("studio.local", 9710)),
        ("10.0.0.7:4000", ("10.0.0.7", 4000)),
        ("[::1]:4000", ("::1", 4000)),
        ("[fe80::1]", ("fe80::1", 9710)),
        ("::1", ("::1", 9710)),
    ],
)
def test_a_host_may_come_without_its_port(text, expected):
    assert parse_place("--standby", text, port=9710) == expected


@pytest.mark.parametrize(
    "text, expected", [("4000", ("127.0.0.1", 4000)), ("0.0.0.0:4000", ("0.0.0.0", 4000))]
)
def test_a_port_may_come_without_its_host(text, expected):
    assert parse_place("--serve-standby", text, host="127.0.0.1") == expected


@pytest.mark.parametrize("text", ["", ":9710", "host:", "host:0", "host:65536", "a b", "host:9x"])
def test_another_text_is_refused_with_what_is_legal(text):
    with pytest.raises(ConfigError, match=r"--standby is .* say HOST\[:PORT\]"):
        parse_place("--standby", text, port=9710)
    with pytest.raises(ConfigError, match=r"say \[HOST:\]PORT"):
        parse_place("--serve-standby", text, host="127.0.0.1")

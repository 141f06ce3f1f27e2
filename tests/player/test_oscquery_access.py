"""Which Host and Origin are this machine's own."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.player.oscquery_access import hostname_of, is_own_name, is_own_page

NAMES = [  # Host, and whether it passes on loopback and on a network
    ("127.0.0.1:9700", True, True),
    ("localhost", True, True),
    ("LOCALHOST:9700", True, True),
    ("[::1]:9700", True, True),
    ("192.168.1.20:9700", False, True),
    ("[fe80::1]:9700", False, True),
    ("stage:9700", False, True),
    ("stage.local:9700", False, True),
    ("stage.example.org", False, True),  # as the machine is called in this test
    ("evil.example", False, False),
    ("evil.local.example", False, False),
    ("127.0.0.1.evil.example", False, False),
    ("127.0.0.1@evil.example", False, False),
    ("[::1", False, False),
    ("", False, False),
]


@pytest.mark.parametrize(("host", "on_loopback", "on_a_network"), NAMES)
def test_names_that_no_site_of_the_internet_can_have(host, on_loopback, on_a_network, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Stage.example.org")
    assert is_own_name(host, loopback=True) == on_loopback
    assert is_own_name(host, loopback=False) == on_a_network


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://127.0.0.1:8770", "localhost:9700", True),
        ("https://192.168.1.20", "192.168.1.20:9700", True),
        ("http://192.168.1.21", "192.168.1.20:9700", False),
        ("http://localhost", "192.168.1.20:9700", False),
        ("null", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("http://evil.example", "127.0.0.1", False),
    ],
)
def test_pages_that_this_machine_serves(origin, host, own):
    assert is_own_page(origin, host) == own


@settings(max_examples=1000)
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_sent_is_judged(host, origin):
    hostname_of(origin)
    is_own_page(origin, host)
    if is_own_name(host, loopback=True):
        assert is_own_name(host, loopback=False)


@settings(max_examples=500)
@given(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,4}", fullmatch=True))
def test_a_page_of_a_named_site_never_passes(name):
    if name.replace(".", "").isdigit() or name.endswith(".local"):
        return
    assert not is_own_name(name, loopback=True)
    assert not is_own_page(f"http://{name}", "127.0.0.1:9700")

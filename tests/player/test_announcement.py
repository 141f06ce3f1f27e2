"""What is announced by mDNS, and where. Nothing here touches a network."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from livesyn.player import announcement


def test_a_show_on_this_machine_alone_is_announced_there_alone() -> None:
    assert announcement.addresses_of("127.0.0.1") == ["127.0.0.1"]
    assert announcement.addresses_of("localhost") == ["127.0.0.1"]
    assert announcement.addresses_of("192.0.2.7") == ["192.0.2.7"]


def test_a_show_that_listens_everywhere_is_announced_at_the_addresses_of_the_networks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    adapters = [
        SimpleNamespace(ips=[SimpleNamespace(ip="127.0.0.1", is_IPv4=True)]),
        SimpleNamespace(
            ips=[
                SimpleNamespace(ip="192.168.1.20", is_IPv4=True),
                SimpleNamespace(ip=("fe80::1", 0, 2), is_IPv4=False),
            ]
        ),
        SimpleNamespace(ips=[SimpleNamespace(ip="10.0.0.7", is_IPv4=True)]),
    ]
    monkeypatch.setitem(sys.modules, "ifaddr", SimpleNamespace(get_adapters=lambda: adapters))
    for host in ("0.0.0.0", "::", ""):
        assert announcement.addresses_of(host) == ["10.0.0.7", "192.168.1.20"]


def test_a_missing_package_is_said_to_who_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcement, "is_possible", lambda: False)
    assert announcement.hindrance("127.0.0.1") == ""
    assert "install zeroconf with: " in announcement.hindrance("0.0.0.0")
    monkeypatch.setattr(announcement, "is_possible", lambda: True)
    assert announcement.hindrance("0.0.0.0") == ""


def test_networks_that_come_and_go_are_followed_and_a_failure_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = [["10.0.0.7"], ["10.0.0.7"], [], [], ["10.0.0.8"]]
    looks = iter([place for place in places for _ in range(2)])
    done: list[Any] = []

    async def announce_at(addresses: list[str], port: int) -> None:
        if not addresses:
            raise OSError("no network")
        done.append(("here", addresses[0]))
        try:
            await asyncio.Event().wait()
        finally:
            done.append(("goodbye", addresses[0]))

    async def run() -> None:
        over = asyncio.Event()

        def look(host: str) -> list[str]:
            try:
                return next(looks)
            except StopIteration:
                over.set()
                return ["10.0.0.8"]

        monkeypatch.setattr(announcement, "addresses_of", look)
        await announcement.announce("0.0.0.0", 9700, over)

    monkeypatch.setattr(announcement, "LOOK_AGAIN_S", 0.001)
    monkeypatch.setattr(announcement, "_announce_at", announce_at)
    asyncio.run(run())
    assert done[0] == ("here", "10.0.0.7") and done[-1] == ("goodbye", "10.0.0.8")
    assert done.count(("here", "10.0.0.7")) == done.count(("goodbye", "10.0.0.7")) == 1
    assert done.count(("here", "10.0.0.8")) == done.count(("goodbye", "10.0.0.8"))


def test_the_process_ends_with_its_stdin() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "livesyn.player.announcement"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_services_are_named_after_the_machine() -> None:
    pytest.importorskip("zeroconf", reason="zeroconf is not installed")
    query, osc = announcement.services(["192.168.1.20"], 9700, "Bühne 1.example.org")
    assert query.type == "_oscjson._tcp.local." and osc.type == "_osc._udp.local."
    assert query.name == "livesyn on Bühne-1._oscjson._tcp.local." and query.port == 9700
    assert query.parsed_addresses() == ["192.168.1.20"]
    assert announcement.services(["192.168.1.20"], 9700, "x" * 90)

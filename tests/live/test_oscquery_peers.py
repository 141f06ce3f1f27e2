"""OSCQuery of a real player process, asked by a client that was not written here (python-oscquery),
with liblo's tools beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livesyn.base import params
from livesyn.base.clock import SystemClock
from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Midi, Osc
from livesyn.player import announcement
from livesyn.player.osc_decoder import Message, decode
from tests.live.test_osc_peers import Dump, dump, oscsend
from tests.ports import free_port

pytestmark = pytest.mark.live
needs_tools = pytest.mark.skipif(
    not (shutil.which("oscdump") and shutil.which("oscsend")),
    reason="oscdump and oscsend (liblo-tools) are not installed",
)
HERE = "127.0.0.1"
PATIENCE_S = 15.0
ROOT = Path(__file__).parents[2]
__all__ = ["dump"]


@pytest.fixture
def player(request: pytest.FixtureRequest) -> Iterator[int]:
    """A real player process; the port of OSC in and OSCQuery."""
    port = free_port(socket.SOCK_STREAM)
    out = (
        (f"{HERE}:{request.getfixturevalue('dump').port}",)
        if "dump" in request.fixturenames
        else ()
    )
    config = Config(midi=Midi(on=False), osc=Osc(out=out, in_port=port), params={"tempo": 300.0})
    with tempfile.TemporaryDirectory(prefix="ls-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "livesyn.player", "--socket", str(Path(folder, "s"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdin and process.stdout and process.stderr
        try:
            process.stdin.write(encode(config))
            process.stdin.flush()
            next(m for m in map(json.loads, process.stdout) if m["t"] == "ready")
            drain = threading.Thread(target=process.stdout.read, daemon=True)
            drain.start()
            yield port
            process.stdin.close()
            assert process.wait(PATIENCE_S) == 0
            drain.join(PATIENCE_S)
            assert process.stderr.read() == b"", "nothing is printed"
        finally:
            process.kill()
            process.wait(PATIENCE_S)
            for pipe in (process.stdin, process.stdout, process.stderr):
                pipe.close()


def client_of(port: int) -> Any:
    """python-oscquery's client, as its browser would have found the show."""
    client = pytest.importorskip(
        "pythonoscquery.osc_query_client", reason="python-oscquery is not installed"
    )
    (info, _) = announcement.services([HERE], port, "stage")
    return client.OSCQueryClient(info)


def wait(ready: Any, what: str) -> Any:
    clock = SystemClock()
    end_s = clock.now_s() + PATIENCE_S
    while not (found := ready()):
        assert clock.now_s() < end_s, what
        clock.sleep_until(clock.now_s() + 0.02)
    return found


def test_a_client_of_another_make_reads_the_whole_tree(player: int) -> None:
    client = client_of(player)
    info = client.get_host_info()
    assert (info.name, info.osc_port, info.osc_transport) == ("livesyn", player, "UDP")
    assert info.extensions["RANGE"] and info.extensions["LISTEN"]
    root = client.query_node("/")
    for row in params.TABLE:
        node = root.find_subnode(row.address)
        assert node.description == row.description and node.access == 3
        shown = 300.0 if row.name == "tempo" else row.default
        assert node.value == [row.choices[int(shown)] if row.choices else shown], row.name
        assert node.type == [str if row.choices else int if row.integer else float]
    assert root.find_subnode("/livesyn/panic").access == 2
    assert root.find_subnode("/livesyn/beat").access == 1
    assert client.query_node("/livesyn/nowhere") is None
    assert client.query_node("/livesyn/param/tempo").value == [300.0]


@needs_tools
def test_what_oscsend_sets_and_asks_is_told_to_oscdump_and_to_the_client(
    player: int, dump: Dump
) -> None:
    client = client_of(player)
    oscsend(player, "/livesyn/param/scale", "s", "dorian")
    oscsend(player, "/livesyn/param/octave", "s", "+")
    wait(lambda: client.query_node("/livesyn/param/octave").value == [1], "no step")
    assert client.query_node("/livesyn/param/scale").value == ["dorian"]
    dump.heard.clear()
    oscsend(player, "/livesyn/param/gate", "s", "?")
    oscsend(player, "/livesyn/transport/play", "s", "?")
    dump.wait(
        lambda heard: (
            {"/livesyn/param/gate", "/livesyn/transport/play"} <= {line.address for line in heard}
        ),
        "the answers did not come",
    )
    told = {line.address: line for line in dump.heard}
    assert told["/livesyn/param/gate"].tags == "f"
    assert float(told["/livesyn/param/gate"].values[0]) == pytest.approx(0.95)
    assert told["/livesyn/transport/play"][2:] == ("i", ["1"])


def test_who_asks_is_answered_where_it_sent_from(player: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind((HERE, 0))
        asker.settimeout(PATIENCE_S)
        asker.sendto(b"/livesyn/transport/tempo\0\0\0\0,s\0\0?\0\0\0", (HERE, player))
        packet, sender = asker.recvfrom(1024)
    assert sender == (HERE, player)
    assert list(decode(packet)) == [Message("/livesyn/transport/tempo", "f", (300.0,))]


def test_a_browser_of_another_make_finds_the_show_and_that_it_has_gone(player: int) -> None:
    """On loopback alone: nothing of it goes out on a network."""
    zeroconf = pytest.importorskip("zeroconf", reason="zeroconf is not installed")
    browser = pytest.importorskip(
        "pythonoscquery.osc_query_browser", reason="python-oscquery is not installed"
    )
    announced = announcement.Announcement(HERE, player)  # beside the player's own, of that name
    listener = browser.OSCQueryListener()
    finder = zeroconf.Zeroconf(interfaces=[HERE])
    try:
        zeroconf.ServiceBrowser(finder, ["_oscjson._tcp.local.", "_osc._udp.local."], listener)

        def found(services: dict[str, Any]) -> list[str]:
            return [name for name, info in dict(services).items() if info and info.port == player]

        wait(lambda: len(found(listener.oscjson_services)) == 2, "OSCQuery was not announced twice")
        wait(lambda: len(found(listener.osc_services)) == 2, "OSC was not announced")
        announced.close()
        wait(lambda: len(found(listener.oscjson_services)) == 1, "no goodbye was heard")
    finally:
        announced.close()
        finder.close()

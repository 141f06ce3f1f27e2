"""Lamps by network: what arrives at a node, the network gone and back, and the end of a show."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.config.lights import Lights as Settings
from livesyn.control.dmx_packets import read_art_dmx
from livesyn.control.fixtures import Fixture
from livesyn.sinks.lights import Lights

PATIENCE_S = 10.0
LAMPS = (Fixture(1, colour="white"), Fixture(4, "dimmer", universe=9))


class Node:
    """What a lamp's node would get."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE_S)
        self.port = self.socket.getsockname()[1]

    def take(self) -> bytes:
        return self.socket.recv(2048)


@pytest.fixture
def node() -> Iterator[Node]:
    made = Node()
    with made.socket:
        yield made


def lights(port: int, protocol: str = "artnet", **changes: Any) -> Lights:
    out = (f"{protocol}:127.0.0.1:{port}",)
    return Lights(Settings(out, fixtures=LAMPS, **changes), params.defaults(), ManualClock(100.0))


def test_each_universe_goes_out_numbered_in_turn(node: Node) -> None:
    sink = lights(node.port, universe=3)
    sink._acquire()
    for frame in range(300):
        sink.send(100.0 + frame / 40)
        packets = [read_art_dmx(node.take()) for _ in range(2)]
        assert {packet.universe for packet in packets if packet} == {3, 9}
        assert {packet.sequence for packet in packets if packet} == {1 + (frame + 1) % 255}
    assert packets[0] is not None and packets[0].data[:3] == b"\xff\xff\xff"
    sink.close()


def test_sacn_says_who_sends_how_important_it_is_and_when_it_ends(node: Node) -> None:
    sink = lights(node.port, "sacn", priority=150)
    sink._acquire()
    sink.send(100.0)
    first = node.take()
    node.take()
    assert len(first) == 638 and first[108] == 150 and first[112] == 0
    assert first[22:38] == lights(1)._sender, "the same after a restart"
    sink.send(100.1, 0.0, ends=True)
    last = node.take()
    assert last[112] == 0x40 and not any(last[126:])
    sink.close()


def test_its_thread_sends_by_itself_and_goes_dark_when_the_show_ends(node: Node) -> None:
    settings = Settings((f"sacn:127.0.0.1:{node.port}",), fixtures=LAMPS[:1])
    sink = Lights(settings, params.defaults())
    sink.open()
    packets = [node.take() for _ in range(8)]
    assert packets[-1][126:129] == b"\xff\xff\xff"
    sink.close()
    while not packets[-1][112]:
        packets.append(node.take())
    lit = [packet[126] for packet in packets]
    assert lit[-1] == 0 and sorted(lit, reverse=True) == lit, "it fades"
    assert sum(0 < light < 255 for light in lit) > 3
    assert not any(thread.name == "lights" for thread in threading.enumerate())


def test_a_network_that_goes_is_said_with_what_is_refused_and_comes_back(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = lights(node.port)
    sink._life.begin()
    sink._acquire()
    sink._life.run(100.0)
    sending, sink._socket = sink._socket, Unplugged()  # type: ignore[assignment]
    sink.send(100.0)
    assert sink.health().state == "lost" and sink.dropped == 2
    assert "network is unreachable" in sink.health().reason
    sink._socket = sending
    sink.send(100.1)
    assert sink.health().state == "running"
    sink.close()


class Unplugged:
    def sendto(self, packet: bytes, address: tuple) -> int:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    def close(self) -> None: ...


def test_a_node_that_cannot_be_found_is_a_mistake_at_the_desk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere(*_: object, **__: object) -> list:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    sink = Lights(Settings(("artnet:stage.invalid",), fixtures=LAMPS), params.defaults())
    with pytest.raises(DeviceError, match=r"lights at 'stage.invalid' cannot be reached"):
        sink.open()
    sink.close()


def test_panic_is_no_matter_of_lamps() -> None:
    sink = lights(9)
    sink._show.picture({"whole": (1.0, 1.0, 1.0)})
    before = sink._show.colours(101.0)
    sink.panic(101.0)
    assert sink._show.colours(101.025) == before

"""Lamps and faders against libraries that were not written here: stupidArtnet and sacn."""

from __future__ import annotations

import os
import queue
import socket
import threading
from typing import Any

import pytest

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.config.lights import Artnet
from livesyn.config.lights import Lights as Settings
from livesyn.control.dmx_map import Fader
from livesyn.control.fixtures import Fixture
from livesyn.player.artnet_in import ArtnetIn
from livesyn.sinks.lights import Lights
from tests.ports import free_port

pytestmark = pytest.mark.live
PATIENCE_S = 10.0
LAMPS = (Fixture(1, colour="white"), Fixture(10, "rgbw", "left"))
ORANGE = (0.8, 0.4, 0.0)


def lit(**out: Any) -> Lights:
    sink = Lights(Settings(fixtures=LAMPS, gain=1.0, **out), params.defaults())
    sink.picture({"left": ORANGE})
    sink.open()
    return sink


def test_sacn_is_understood_by_a_receiver_that_also_hears_the_end() -> None:
    sacn = pytest.importorskip("sacn", reason="the Python package sacn is not here")
    port = free_port(socket.SOCK_DGRAM)
    receiver = sacn.sACNreceiver(bind_address="127.0.0.1", bind_port=port)
    packets: queue.Queue[Any] = queue.Queue()
    available: queue.Queue[tuple[int, str]] = queue.Queue()
    receiver.register_listener("universe", packets.put, universe=7)
    receiver.register_listener(
        "availability", lambda universe, changed: available.put((universe, changed))
    )
    receiver.start()
    try:
        sink = lit(out=(f"sacn:127.0.0.1:{port}",), universe=7, priority=123)
        assert available.get(timeout=PATIENCE_S) == (7, "available")
        while True:
            packet = packets.get(timeout=PATIENCE_S)
            if packet.dmxData[9] == 204:
                break
        assert packet.dmxData[:3] == (255, 255, 255) and packet.dmxData[9:13] == (204, 102, 0, 0)
        assert (packet.priority, packet.sourceName, packet.universe) == (123, "livesyn", 7)
        sink.close()
        assert available.get(timeout=PATIENCE_S) == (7, "timeout")
    finally:
        receiver.stop()


@pytest.mark.skipif(
    "LIVESYN_ARTNET_RECEIVER" not in os.environ,
    reason="stupidArtnet's receiver leaves its socket open; LIVESYN_ARTNET_RECEIVER=1 runs it",
)
def test_art_net_is_understood_by_a_receiver() -> None:
    stupid = pytest.importorskip(
        "stupidArtnet", reason="the Python package stupidArtnet is not here"
    )
    port = free_port(socket.SOCK_DGRAM)
    server = stupid.StupidArtnetServer(port=port)
    arrived = threading.Event()
    found: list[Any] = []

    def heard(data: Any) -> None:
        found.append(data)
        if data[9] == 204:
            arrived.set()

    server.register_listener(universe=7, callback_function=heard)
    try:
        sink = lit(out=(f"artnet:127.0.0.1:{port}",), universe=7)
        assert arrived.wait(PATIENCE_S)
        assert list(found[-1][:3]) == [255, 255, 255] and list(found[-1][9:13]) == [204, 102, 0, 0]
        sink.close()
    finally:
        server.close()


def test_a_foreign_desk_moves_parameters() -> None:
    stupid = pytest.importorskip(
        "stupidArtnet", reason="the Python package stupidArtnet is not here"
    )
    moved: queue.Queue[Any] = queue.Queue()

    class State:
        def set_params(self, changes: Any) -> None:
            for change in changes:
                moved.put(change)

    faders = (Fader(1, "morph"), Fader(2, "tempo", 16, 80.0, 140.0))
    artnet = ArtnetIn(
        Artnet(faders, universe=3, in_port=0), State(), ManualClock(1.0), lambda sentence: None
    )
    artnet.open()
    desk = stupid.StupidArtnet("127.0.0.1", 3, 512, 30, True, False, port=artnet.port)
    try:
        for positions in ((0, 0, 0), (255, 0, 0), (255, 255, 255)):
            for channel, value in enumerate(positions, 1):
                desk.set_single_value(channel, value)
            desk.show()
        values: dict[str, tuple[float, str]] = {}
        while len(values) < 2:
            change = moved.get(timeout=PATIENCE_S)
            values[change.name] = (change.value, change.origin)
        assert values == {"morph": (1.0, "artnet"), "tempo": (140.0, "artnet")}
    finally:
        desk.close()
        artnet.close()

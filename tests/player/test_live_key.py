"""Live's key over UDP, against a server that answers as AbletonOSC does, made with python-osc."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer
from pythonosc.udp_client import SimpleUDPClient

from livesyn.base.addresses import THIS_MACHINE, Target
from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import LOST, OFF, RUNNING
from livesyn.base.params import SCALES
from livesyn.player.live_key import SILENT_S, LiveKey
from livesyn.sinks.osc_packets import message, text_message
from tests.ports import free_port

PROPERTIES = ("root_note", "scale_name")
WAIT_S = 10


class AbletonOsc:
    """Answers to another port of whoever asked, listens on its own, and tells listeners of
    changes.
    """

    def __init__(self, answers_port: int, port: int = 0) -> None:
        self.values: dict[str, Any] = {"root_note": 0, "scale_name": "Major"}
        self.asked: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listeners: set[str] = set()
        self._client = SimpleUDPClient(THIS_MACHINE, answers_port)
        routes = Dispatcher()
        for name in PROPERTIES:
            routes.map(f"/live/song/get/{name}", self._get)
            routes.map(f"/live/song/start_listen/{name}", self._start)
            routes.map(f"/live/song/stop_listen/{name}", self._stop)
        self._server = BlockingOSCUDPServer((THIS_MACHINE, port), routes)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def change(self, name: str, value: Any) -> None:
        """Somebody sets it in Live."""
        self.values[name] = value
        if name in self._listeners:
            self._tell(name)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()

    def _tell(self, name: str) -> None:
        self._client.send_message(f"/live/song/get/{name}", self.values[name])

    def _get(self, address: str, *_: Any) -> None:
        self._tell(address.rpartition("/")[2])
        self.asked.put(address)

    def _start(self, address: str, *_: Any) -> None:
        name = address.rpartition("/")[2]
        self._listeners.add(name)
        self._tell(name)
        self.asked.put(address)

    def _stop(self, address: str, *_: Any) -> None:
        self._listeners.discard(address.rpartition("/")[2])
        self.asked.put(address)


class Stage:
    def __init__(self) -> None:
        self.answers_port = free_port(socket.SOCK_DGRAM)
        self.ableton = AbletonOsc(self.answers_port)
        self.clock = ManualClock(100.0)
        self.told: queue.SimpleQueue[Mapping[str, float]] = queue.SimpleQueue()
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.live = LiveKey(
            Target(THIS_MACHINE, self.ableton.port),
            self.answers_port,
            self.clock,
            self.told.put,
            self.said.put,
        )

    def next(self, count: int = 1) -> dict[str, float]:
        found: dict[str, float] = {}
        while len(found) < count:
            found |= self.told.get(timeout=WAIT_S)
        return found


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.live.close()
    stage.ableton.close()


def index(scale: str) -> float:
    return float(SCALES.index(scale))


def test_key_and_scale_come_at_once_and_whenever_they_change(stage):
    stage.ableton.values |= {"root_note": 9, "scale_name": "Minor"}
    stage.live.open()
    assert stage.next(2) == {"key": 9.0, "scale": index("minor")}
    stage.ableton.change("root_note", 2)
    assert stage.next() == {"key": 2.0}
    stage.ableton.change("scale_name", "Half-whole Dim.")
    assert stage.next() == {"scale": index("half-whole")}
    assert stage.live.health().state == RUNNING and "Ableton Live" in stage.live.health().label


def test_a_scale_we_do_not_have_is_one_sentence_and_changes_nothing(stage):
    stage.live.open()
    stage.next(2)
    stage.ableton.change("scale_name", "Maqam Rast")
    sentence = stage.said.get(timeout=WAIT_S)
    assert "'Maqam Rast'" in sentence and "stays as it is" in sentence
    stage.ableton.change("scale_name", "Maqam Rast")
    stage.ableton.change("scale_name", "Lydian")
    assert stage.next() == {"scale": index("lydian")}
    assert stage.said.empty() and "with scales that are not here" in stage.live.total()


def test_live_that_is_silent_has_a_light_and_is_found_when_it_is_back(stage):
    port = stage.ableton.port
    stage.live.open()
    stage.next(2)
    stage.ableton.close()
    stage.clock.advance(SILENT_S)
    health = stage.live.health()
    assert health.state == LOST and "AbletonOSC" in health.reason
    stage.ableton = AbletonOsc(stage.answers_port, port)
    stage.ableton.values["root_note"] = 5
    stage.clock.advance(SILENT_S)  # it is asked again
    assert stage.next() == {"key": 5.0}
    stage.ableton.change("root_note", 6)  # and has been asked to tell
    assert stage.next() == {"key": 6.0}
    assert stage.live.health().state == RUNNING


def test_it_takes_its_leave(stage):
    stage.live.open()
    stage.next(2)
    stage.live.close()
    asked = ""
    while "stop_listen" not in asked:
        asked = stage.ableton.asked.get(timeout=WAIT_S)
    assert stage.live.health().state == OFF


def test_a_port_that_is_taken_is_one_sentence(stage):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((THIS_MACHINE, stage.answers_port))
        with pytest.raises(DeviceError, match=rf"port {stage.answers_port} .*\[band\]"):
            stage.live.open()
        assert stage.live.health().state == LOST
    stage.live.maintain(stage.clock.advance(1.0))
    assert stage.next(2) == {"key": 0.0, "scale": index("major")}


def test_strangers_and_nonsense_are_counted_and_said_once(stage):
    stage.live.open()
    stage.next(2)
    for _ in range(3):
        stage.live.hear(message("/live/song/get/root_note", 3), "192.168.1.66", 100.0)
        stage.live.hear(b"hello", THIS_MACHINE, 100.0)
        stage.live.hear(message("/live/song/get/root_note", 40), THIS_MACHINE, 100.0)
        stage.live.hear(text_message("/live/song/get/root_note", "C"), THIS_MACHINE, 100.0)
    said = [stage.said.get(timeout=WAIT_S) for _ in range(4)]
    assert stage.said.empty() and stage.told.empty()
    assert "192.168.1.66" in said[0] and "cannot be read" in said[1] and "'40'" in said[2]
    assert stage.live.total() == (
        "messages to the port of Ableton Live's answers that were refused: 3 from somebody else,"
        " 9 that say no key"
    )

"""OSC out under another program's addresses."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesyn.base.addresses import Target
from livesyn.base.types import Note
from livesyn.control.osc_map import OscMap
from livesyn.control.osc_map_file import from_table, load
from livesyn.player.osc_decoder import Message, decode
from livesyn.sinks.osc_map import MappedOscOut
from tests.contracts import check_refusal, check_sink, play_bar

RESOLUME = Path(__file__).parents[2] / "patches" / "resolume" / "resolume.toml"


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5.0)
        yield sock


def received(sock, count):
    """The next messages as address, tags and values."""
    return [message for _ in range(count) for message in decode(sock.recv(65536))]


def mapped(sock, **table) -> MappedOscOut:
    out = MappedOscOut(
        from_table({"send": f"127.0.0.1:{sock.getsockname()[1]}", **table}), "my map"
    )
    out.open()
    return out


def test_the_contract(receiver):
    osc_map = load(RESOLUME)
    here = Target("127.0.0.1", receiver.getsockname()[1])
    check_sink(lambda: MappedOscOut(OscMap(here, osc_map.out), "resolume"))
    check_refusal(lambda: MappedOscOut(OscMap(Target("no such host", 1), osc_map.out), "x"))


def test_resolume_hears_a_bar_when_its_line_falls(receiver):
    out = MappedOscOut(
        OscMap(Target("127.0.0.1", receiver.getsockname()[1]), load(RESOLUME).out), "resolume"
    )
    out.open()
    out.levels({"rms": 0.5, "low": 1.0, "mid": 0.3, "high": 0.0, "onset": 0.9})
    out.param("tempo", 260.0)
    play_bar(out, 8)  # its bar is announced first, and is said at the first beat
    got = received(receiver, 13)
    assert got == [
        Message("/composition/dashboard/link5", "f", (0.5,)),
        Message("/composition/layers/1/video/opacity", "f", (1.0,)),
        Message("/composition/layers/2/video/opacity", "f", (pytest.approx(0.1),)),
        Message("/composition/layers/4/clips/1/connect", "i", (1,)),
        Message("/composition/layers/4/clips/1/connect", "i", (0,)),
        Message("/composition/tempocontroller/tempo", "f", (0.5,)),
        Message("/composition/tempocontroller/resync", "i", (1,)),
        Message("/composition/tempocontroller/resync", "i", (0,)),
        Message("/composition/columns/2/connect", "i", (1,)),
        Message("/composition/columns/2/connect", "i", (0,)),
        Message("/composition/dashboard/link7", "f", (0.125,)),
        Message("/composition/dashboard/link8", "f", (0.1875,)),
        Message("/composition/dashboard/link6", "f", (pytest.approx(95 / 126),)),
    ]
    out.close()


def test_a_bar_that_is_replaced_before_its_line_is_not_said(receiver):
    out = mapped(receiver, out=[{"from": "/livesyn/bar", "to": "/b"}])
    from livesyn.base.types import Phrase
    from livesyn.transport.timeline import Timeline
    from tests.contracts import CONTROLS

    line = Timeline(0.0, 100.0, 120.0)
    for bar in (1, 2):
        out.bar(100.0, bar, Phrase((), 4.0), CONTROLS, line, "new")
    out.beat(0, 4)
    out.note_on(0, Note(8.0, 1.0, 60))
    assert received(receiver, 1) == [Message("/b", "f", (2.0,))]
    out.close()


def test_transport_status_and_panic_can_be_mapped(receiver):
    rows = [
        {"from": "/livesyn/transport/play", "to": "/run", "integer": True},
        {"from": "/livesyn/status/late", "to": "/late"},
        {"from": "/livesyn/panic", "to": "/off", "arguments": []},
        {"from": "/livesyn/beat", "to": "/beat", "every": 2, "arguments": ["number"]},
    ]
    out = mapped(receiver, out=rows)
    out.transport(0, "continue", 0.0)
    out.transport(0, "stop", 0.0)
    out.status({"fps": 30.0, "late": 2.0})
    out.panic(0)
    for beat in range(3):
        out.beat(0, beat)
    assert received(receiver, 6) == [
        Message("/run", "i", (1,)),
        Message("/run", "i", (0,)),
        Message("/late", "f", (2.0,)),
        Message("/off", "", ()),
        Message("/beat", "i", (0,)),
        Message("/beat", "i", (1,)),
    ]
    out.close()


def test_its_name_says_which_program():
    assert MappedOscOut(OscMap(Target("127.0.0.1", 1)), "Arena 7").name == "osc_arena_7"

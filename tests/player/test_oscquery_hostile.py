"""Whatever comes to OSCQuery, over HTTP or a WebSocket: it is counted, said once, and the next
request is answered; nothing is printed.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.refusals import NAMED
from livesyn.player.oscquery_client import COMMANDS, BadCommand, read_command
from livesyn.sinks.osc_packets import bundle, message, typed
from tests.player.oscquery_rig import HERE, Complaints, Rig, get

PATIENCE_S = 10.0


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with Rig() as made:
        yield made


HEADERS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"Host: 127.0.0.1",
                b"Host: evil.example",
                b"Host: [::",
                b"Host: \xff\xfe",
                b"Origin: http://evil.example",
                b"Origin: \x00",
                b"Upgrade: websocket",
                b"Connection: Upgrade",
                b"Sec-WebSocket-Version: 13",
                b"Sec-WebSocket-Version: 99",
                b"Sec-WebSocket-Key: x",
                b"Content-Length: -1",
                b"Content-Length: 99999999999999",
                b"Transfer-Encoding: chunked",
                b"X: " + b"y" * 9000,
            ]
        ),
        st.binary(max_size=60),
    ),
    max_size=8,
)
TARGETS = st.one_of(
    st.sampled_from(
        [
            b"/",
            b"/livesyn/param/tempo?VALUE",
            b"/?HOST_INFO",
            b"*",
            b"http://evil.example/",
            b"/" + b"a/" * 3000,
            b"/" + b"x" * 20000,
            b"/%",
            b"/%ff%fe?%ff",
            b"/..%2f..%2fetc",
        ]
    ),
    st.binary(max_size=80),
)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([b"GET", b"HEAD", b"POST", b"\x16\x03\x01", b""]), TARGETS, HEADERS)
def test_http_garbage(rig: Rig, verb: bytes, target: bytes, headers: list[bytes]) -> None:
    request = b"\r\n".join([verb + b" " + target + b" HTTP/1.1", *headers, b"", b""])
    with Complaints() as complaints, socket.create_connection((HERE, rig.query.port)) as client:
        client.settimeout(PATIENCE_S)
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        try:
            while client.recv(65536):
                pass
        except ConnectionError:  # closed while more was on its way
            pass
    assert not complaints.records
    assert not any("Traceback" in sentence for sentence in rig.said)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
TEXTS = st.one_of(
    st.text(max_size=200),
    JSON.map(json.dumps),
    st.builds(
        lambda command, data: json.dumps({"COMMAND": command, "DATA": data}),
        st.one_of(st.sampled_from([*COMMANDS, "PATH_CHANGED", "listen"]), JSON),
        st.one_of(st.sampled_from(["/", "/livesyn/param", "/livesyn/param/gate", "/x"]), JSON),
    ),
    st.sampled_from(
        [
            "[" * 10000,
            '{"COMMAND":' * 5000,
            '{"COMMAND":"LISTEN","DATA":"' + "/a" * 20000 + '"}',
            '{"COMMAND":"LISTEN","COMMAND":"IGNORE","DATA":"/"}',
        ]
    ),
)


@settings(max_examples=1000)
@given(TEXTS)
def test_a_text_frame_is_a_command_or_refused(text: str) -> None:
    try:
        command, path = read_command(text)
    except BadCommand as error:
        assert len(str(error)) < 120
    else:
        assert command in COMMANDS and isinstance(path, str)


def nested(depth: int) -> bytes:
    packet = message("/livesyn/param/gate", 0.5)
    for _ in range(depth):
        packet = bundle(1, [packet])
    return packet


FRAMES = st.lists(
    st.one_of(
        TEXTS,
        st.binary(max_size=200),
        st.sampled_from([nested(3), nested(1000), bytes(60000), b"/livesyn/param/gate\0,f\0\0"]),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FRAMES)
def test_websocket_garbage(rig: Rig, frames: list[Any]) -> None:
    """Behind it the same socket still sets and hears."""

    async def send() -> None:
        async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as ws:
            for frame in frames:
                await (ws.send_bytes if isinstance(frame, bytes) else ws.send_str)(frame)
            await ws.send_bytes(message("/livesyn/param/swing", 0.25))
            await ws.send_json({"COMMAND": "IGNORE", "DATA": "/"})
            await ws.send_json({"COMMAND": "LISTEN", "DATA": "/livesyn/param/accent"})
            await ws.send_bytes(message("/livesyn/param/accent", 0.75))
            await ws.send_bytes(typed("/livesyn/param/accent", "s", ["?"]))
            while not (await ws.receive_bytes(timeout=PATIENCE_S)).startswith(
                b"/livesyn/param/accent\0"
            ):
                pass

    with Complaints() as complaints:
        asyncio.run(send())
    assert rig.state.params()["swing"] == 0.25 and rig.state.params()["accent"] == 0.75
    assert all(
        row.clamp(rig.state.params()[row.name]) == rig.state.params()[row.name]
        for row in params.TABLE
    )
    assert not complaints.records


async def test_a_frame_beyond_the_largest_ends_its_socket_and_no_other(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session:
        async with session.ws_connect("/") as other, session.ws_connect("/") as ws:
            with Complaints() as complaints:
                await ws.send_bytes(bytes(1 << 20))
                assert (await ws.receive(PATIENCE_S)).type == aiohttp.WSMsgType.CLOSE
            assert not complaints.records
            await other.send_bytes(message("/livesyn/param/gate"))
        assert (await get(session, "/livesyn/bar"))[0] == 200


async def test_a_broken_protocol_ends_its_socket_and_is_counted(rig: Rig) -> None:
    before = rig.query.refused
    with Complaints() as complaints:
        async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as ws:
            transport = ws.get_extra_info("socket")
            assert transport is not None
            assert ws._writer.transport is not None
            ws._writer.transport.write(b"\xff\xff\xff\xff\xff")
            assert (await ws.receive(PATIENCE_S)).type in (
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSED,
            )
        rig.wait(lambda: rig.query.refused == before + 1)
    assert not complaints.records


def test_what_is_refused_again_and_again_is_said_a_few_times_only(rig: Rig) -> None:
    """After all of the above."""
    assert rig.query.refused > 0
    assert len(rig.said) <= 10 * (NAMED + 1), rig.said

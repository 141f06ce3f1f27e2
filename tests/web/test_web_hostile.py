"""Bytes that no browser sends: answered or hung up on, and never a traceback in the show's log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import struct
from collections.abc import Iterator

import pytest

from livesyn.web import Web
from tests.fakes_web import DemoView

WAIT_S = 5.0
HOST = b"Host: 127.0.0.1\r\n"
POST = b"POST / HTTP/1.1\r\n" + HOST
GET = b"GET %b HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
UPGRADE = (
    (GET % b"/ws")
    + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    + b"Sec-WebSocket-Key: %b\r\n\r\n"
)
SOCKET = UPGRADE % b"dGhlIHNhbXBsZSBub25jZQ=="


def frame(kind: int, data: bytes, *, fin: bool = True, reserved: int = 0, says: int = -1) -> bytes:
    """A masked WebSocket frame that says it has `says` bytes."""
    count = len(data) if says < 0 else says
    head = bytes([fin << 7 | reserved << 4 | kind])
    head += (
        bytes([0xFE]) + struct.pack(">H", count)
        if count < 65536
        else b"\xff" + struct.pack(">Q", count)
    )
    return head + b"\0\0\0\0" + data


REQUESTS = {
    "no HTTP": b"hello\r\n\r\n",
    "zeros": bytes(500),
    "TLS": bytes.fromhex("160301020001000001fc0303") + bytes(200),
    "a huge header": (GET % b"/") + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    "many headers": (GET % b"/") + b"X: y\r\n" * 20_000 + b"\r\n",
    "a long path": (GET % (b"/" + b"a" * 100_000)) + b"\r\n",
    "a long name of a file": (GET % (b"/static/" + b"a" * 4000)) + b"\r\n",
    "no file's name": (GET % b"/static/%00%ff") + b"\r\n",
    "a way out": (GET % b"/static/../../../etc/passwd") + b"\r\n",
    "a chunk that is no number": POST + CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
    "a chunk that is longer": POST + CHUNKED + b"5\r\nhelloXX5\r\n\r\n",
    "an endless chunk": (GET % b"/api/state") + CHUNKED + b"f" * 40 + b"\r\nhello",
    "chunks with a length": POST + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nhello",
    "no gzip": POST + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "no deflate": (GET % b"/") + b"Content-Encoding: deflate\r\nContent-Length: 5\r\n\r\nhello",
    "a version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "a broken address": b"GET http://[::1 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a broken host": b"GET / HTTP/1.1\r\nHost: [::\r\n\r\n",
    "a host that is not text": b"GET / HTTP/1.1\r\nHost: \xff\xfe:99999999\r\n\r\n",
    "a broken cookie": (GET % b"/") + b"Cookie: \xff=\x01; ;;=\r\n\r\n",
    "a broken range": (GET % b"/static/main.js") + b"Range: bytes=9-1,zz\r\n\r\n",
    "a key that is not text": UPGRADE % b"\xff\xff",
    "a key that is not base64": UPGRADE % b"!",
    "an unmasked frame": SOCKET + b"\x81\x02{}",
    "reserved bits": SOCKET + frame(1, b"{}", reserved=7),
    "an unknown kind": SOCKET + frame(5, b"x"),
    "a long ping": SOCKET + frame(9, b"x" * 200),
    "half a ping": SOCKET + frame(9, b"x", fin=False),
    "text that is none": SOCKET + frame(1, b"\xff\xfe"),
    "a frame that continues nothing": SOCKET + frame(0, b"x"),
    "a frame of a terabyte": SOCKET + frame(1, b"x", says=2**40),
    "a frame of less than nothing": SOCKET + frame(1, b"x", says=2**63 + 5),
    "half a close": SOCKET + frame(8, b"x"),
    "a close for no reason": SOCKET + frame(8, b"\x00\x01xx"),
    "a close in no language": SOCKET + frame(8, b"\x03\xe8\xff\xfe"),
    "text within text": SOCKET + frame(1, b"{", fin=False) + frame(1, b"}"),
    "brackets": SOCKET + frame(1, b"[" * 60_000),
    "not a number": SOCKET + frame(1, b'{"t":"set","name":"tempo","value":NaN}'),
    "bytes": SOCKET + frame(2, b"\0\1"),
}


def garbage(count: int) -> Iterator[bytes]:
    """Requests that begin well and go on badly: cut, repeated, with bytes changed."""
    chance = random.Random(1)
    whole = list(REQUESTS.values())
    for _ in range(count):
        data = bytearray(chance.choice(whole)[:3000] + chance.choice(whole)[:200])
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield bytes(data[: chance.randrange(1, len(data))])


async def send(port: int, data: bytes) -> bytes:
    """What comes back within a moment; then we are gone, whatever was still to come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with contextlib.suppress(ConnectionError, TimeoutError):
            writer.write(data)
            async with asyncio.timeout(0.02):
                return await reader.read(400)
    finally:
        writer.transport.abort()
    return b""


async def test_whatever_is_sent_the_log_stays_clean_and_the_page_answers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said: list[str] = []
    web = Web(DemoView(), port=0, say=said.append)
    await web.start()
    try:
        with caplog.at_level(logging.WARNING):
            for name, data in REQUESTS.items():
                answer = await send(web.port, data)
                assert b" 500 " not in answer.partition(b"\r\n")[0], name
            for data in garbage(200):
                await send(web.port, data)
            async with asyncio.timeout(WAIT_S):
                while b" 200 " not in await send(web.port, (GET % b"/api/state") + b"\r\n"):
                    pass
        assert [record.getMessage() for record in caplog.records] == []
        assert said[0].startswith("the web page was sent what is no HTTP request")
        assert not any("b'" in sentence or "aaa" in sentence for sentence in said)
        assert len(said) < 10, "each kind is said once"
    finally:
        await web.stop()


async def test_those_who_are_gone_before_they_are_answered_leave_no_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    web = Web(DemoView(), port=0)
    await web.start()
    try:
        for data in (
            SOCKET,
            (GET % b"/picture.mjpg") + b"\r\n",
            POST + b"Content-Length: 9\r\n\r\n",
        ):
            for _ in range(5):
                _, writer = await asyncio.open_connection("127.0.0.1", web.port)
                writer.write(data)
                writer.transport.abort()
        async with asyncio.timeout(WAIT_S):
            while b" 200 " not in await send(web.port, (GET % b"/api/state") + b"\r\n"):
                pass
    finally:
        await web.stop()
    assert [record.getMessage() for record in caplog.records] == []

"""Who may connect, how often a page may speak, and what is said of it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
import subprocess
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from livesyn.base.clock import ManualClock
from livesyn.web import Web
from livesyn.web import listener as limits
from livesyn.web.allowance import Allowance
from livesyn.web.client import MESSAGES
from livesyn.web.hub import PATIENCE
from livesyn.web.listener import FIRST_REQUEST_S, FULL, KEEP_ALIVE_S, QUIET_S, Listener, Tally
from tests.fakes_web import DemoView

WAIT_S = 5.0
ASK = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


async def until(check) -> None:
    async with asyncio.timeout(WAIT_S):
        while not check():
            await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(most: int = 8):
    said: list[str] = []
    clock = ManualClock()
    app, held = web.Application(), asyncio.Event()

    async def page(request: web.Request) -> web.Response:
        return web.Response(text="here")

    async def stream(request: web.Request) -> web.Response:
        await held.wait()
        return web.Response(text="over")

    app.add_routes([web.get("/", page), web.get("/stream", stream)])
    listener = Listener(app, clock, "the page", said.append, most)
    port = await listener.start("127.0.0.1", 0)
    try:
        async with AsyncExitStack() as stack:

            async def connected(count: int, text: bytes = b""):
                made = []
                for _ in range(count):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    stack.callback(writer.close)
                    writer.write(text)
                    made.append((reader, writer))
                return made

            yield listener, connected, clock, said
    finally:
        held.set()
        await listener.stop()


async def answer(connection) -> bytes:
    async with asyncio.timeout(WAIT_S):
        return await connection[0].read(4096)


def test_an_allowance_is_a_burst_and_a_rate() -> None:
    allowance = Allowance(10.0, 3.0)
    assert [allowance.may(1.0) for _ in range(5)] == [True, True, True, False, False]
    assert allowance.may(1.1) and not allowance.may(1.1)
    assert allowance.take(1.1) == pytest.approx(0.1) and allowance.take(1.1) == pytest.approx(0.2)
    assert allowance.left(1000.0) == 3.0
    assert allowance.left(999.0) == 3.0  # a time of before changes nothing


def test_what_happens_often_is_said_at_its_begin_and_its_end() -> None:
    said: list[str] = []
    tally = Tally(said.append, "it began ({reason})", "{count} times")
    for n in range(1500):
        tally.add(n / 1000, "why")
    tally.settle(QUIET_S)
    assert said == ["it began (why)"]
    tally.settle(2 + QUIET_S)
    tally.settle(99.0)
    assert said == ["it began (why)", "1,500 times"]
    tally.add(100.0, "again")
    tally.settle(200.0)
    assert said[2:] == ["it began (again)"] and tally.count == 1501


async def test_idle_connections_make_room_for_who_asks() -> None:
    async with listening(most=8) as (listener, connected, _, said):
        await connected(40)
        asking = await connected(1, ASK)
        assert b"here" in await answer(asking[0])
        assert listener.connections <= 8 and listener.turned_away.count >= 30
        assert said == [
            "the page has as many connections as it takes; the ones that ask for nothing make room"
        ]


async def test_what_is_at_work_stays_and_newcomers_hear_why_not() -> None:
    async with listening(most=8) as (listener, connected, _, _):
        await connected(6, ASK.replace(b"/ ", b"/stream ", 1))
        await until(lambda: sum(c.busy for c in listener._open.values()) == 6)  # of one address
        late = await connected(1)
        told = await answer(late[0])
        assert told == FULL
        head, _, body = FULL.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
        assert sum(c.busy for c in listener._open.values()) == 6


async def test_a_request_has_to_be_whole_in_time_and_a_silent_connection_ends() -> None:
    async with listening() as (listener, connected, clock, said):
        (trickling,) = await connected(1, b"GET / HTTP/1.1\r\nX")
        (asking,) = await connected(1, ASK)
        await connected(1, ASK.replace(b"/ ", b"/stream ", 1))
        assert b"here" in await answer(asking)
        await until(lambda: sum(c.busy for c in listener._open.values()) == 1)
        trickling[1].write(b"Y")
        listener.sweep(clock.advance(FIRST_REQUEST_S + 1))
        with pytest.raises(ConnectionError):
            await answer(trickling)
        await until(lambda: listener.connections == 2)
        asking[1].write(ASK)
        assert b"here" in await answer(asking)
        listener.sweep(clock.advance(KEEP_ALIVE_S - 1))
        assert listener.connections == 2
        listener.sweep(clock.advance(2))
        await until(lambda: listener.connections == 1)  # the stream
        assert said == []


async def test_no_descriptors_left_is_said_once_and_it_goes_on(monkeypatch) -> None:
    monkeypatch.setattr(limits, "RETRY_S", 0.0)
    async with listening() as (listener, connected, _, said):
        loop, left = asyncio.get_running_loop(), [5]
        accept = loop.sock_accept

        async def scarce(sock):
            if left[0]:
                left[0] -= 1
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            return await accept(sock)

        monkeypatch.setattr(loop, "sock_accept", scarce)
        for connection in await connected(3, ASK):
            assert b"here" in await answer(connection)
        assert listener.refused.count == 5
        assert said == [
            f"the page cannot take connections ({os.strerror(errno.EMFILE)}); it goes on trying"
        ]


@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"G\0T / HTTP/1.1\r\n\r\n"],
)
async def test_what_is_no_http_is_counted_and_said_once(garbage, caplog) -> None:
    async with listening() as (listener, connected, _, said):
        for connection in await connected(4, garbage):
            assert b" 400 " in await answer(connection)
        assert len(said) <= 1 and len(caplog.records) == 0
        assert listener.garbled.count in (0, 4)  # TLS on an HTTP port aiohttp passes over itself


@asynccontextmanager
async def page_open(view, clock=None):
    said: list[str] = []
    page = Web(view, port=0, clock=clock or ManualClock(), say=said.append)
    await page.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{page.port}") as session:
            yield page, session, said
    finally:
        await page.stop()


async def test_over_its_allowance_the_newest_of_each_parameter_counts() -> None:
    view = DemoView(ManualClock())
    async with (
        page_open(view, view.clock) as (page, session, said),
        session.ws_connect("/ws") as ws,
    ):
        for n in range(1000):
            name = ("swing", "temperature")[n % 2]
            await ws.send_json({"t": "param", "name": name, "value": n / 2000})
        await ws.send_json({"t": "panic"})
        await until(lambda: view.panics)
        assert len(view.sets) <= MESSAGES[1] + 4
        assert (view.params["swing"], view.params["temperature"]) == pytest.approx((0.499, 0.4995))
        assert page.hub.excess.count == 1001 - MESSAGES[1]
        assert said == [
            "a page sends more than 200 messages a second; the newest of each parameter counts"
        ]


@pytest.mark.parametrize("kind", ["param", "ping", "bytes", "control"])
async def test_a_page_that_goes_on_is_closed_and_others_stay(kind) -> None:
    view = DemoView(ManualClock())
    async with (
        page_open(view, view.clock) as (page, session, said),
        session.ws_connect("/ws") as other,
        session.ws_connect("/ws") as ws,
    ):
        send = {
            "param": lambda: ws.send_str('{"t":"param","name":"swing","value":0.5}'),
            "ping": lambda: ws.send_str('{"t":"ping","c":1}'),
            "bytes": lambda: ws.send_bytes(b"\0" * 100),
            "control": lambda: ws.ping(b"x"),
        }[kind]

        async def flood() -> None:
            for _ in range(int(MESSAGES[1] + PATIENCE[1]) + 10):
                await send()

        async def ended() -> int | None:
            async for _ in ws:
                pass
            return ws.close_code

        # the hub's turns wait by a clock that stands still, so it is let run
        page.hub._turns = Allowance(1e9, 1e9)
        flooding = asyncio.create_task(flood())
        async with asyncio.timeout(4 * WAIT_S):
            assert await ended() == aiohttp.WSCloseCode.POLICY_VIOLATION
        await asyncio.gather(flooding, return_exceptions=True)
        assert "a page went on sending too much and was closed" in said
        await other.send_json({"t": "ping", "c": 7})
        async with asyncio.timeout(WAIT_S):
            while True:
                heard = await other.receive()
                if heard.type is aiohttp.WSMsgType.TEXT and json.loads(heard.data)["t"] == "pong":
                    break


async def test_what_a_page_says_of_pictures_it_was_sent_is_free() -> None:
    view = DemoView(ManualClock())
    async with page_open(view, view.clock) as (page, session, _), session.ws_connect("/ws") as ws:
        page.hub._changes = Allowance(0.001, 0.0)
        pictures = 0
        async with asyncio.timeout(WAIT_S):
            while pictures < 5:
                heard = await ws.receive()
                if isinstance(heard.data, bytes) and heard.data[0] == 1:
                    pictures += 1
                    await ws.send_json({"t": "seen"})
        (client,) = page.hub._clients
        assert client.messages.left(0.0) == MESSAGES[1] and page.hub.excess.count == 0


async def test_sixty_four_phones_and_a_stream() -> None:
    async with page_open(DemoView()) as (page, session, said):
        session.connector._limit = 0
        async with session.get("/picture.mjpg") as stream:
            phones = [await session.ws_connect("/ws") for _ in range(64)]
            for phone in phones:
                async with asyncio.timeout(WAIT_S):
                    while (await phone.receive()).type is not aiohttp.WSMsgType.BINARY:
                        pass
            assert await stream.content.readline() == b"--picture\r\n"
            assert page.hub.clients == 64 and said == []
            await asyncio.gather(*(phone.close() for phone in phones))


FEW_FILES = """
import asyncio, resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
from livesyn.web import Web
from tests.fakes_web import DemoView

async def main():
    said = []
    page = Web(DemoView(), port=0, say=said.append)
    await page.start()
    print(page.port, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    kept = [open(sys.executable) for _ in range(50)]  # a film, a port, a camera
    assert page._site._listener.connections > 50
    print(*said, sep="|", flush=True)
    await page.stop()

asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit of open files is POSIX's")
def test_with_few_files_the_page_leaves_enough_for_others() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", FEW_FILES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        idle = []
        for _ in range(400):
            idle.append(socket.create_connection(("127.0.0.1", port), WAIT_S))
        with socket.create_connection(("127.0.0.1", port), WAIT_S) as asking:
            asking.sendall(ASK)
            assert asking.recv(15) == b"HTTP/1.1 200 OK"
        told, errors = process.communicate("\n", 30)
        for sock in idle:
            sock.close()
    assert process.returncode == 0 and errors == "", errors
    assert told.startswith("the web page has as many connections as it takes")


async def test_a_page_too_many_is_turned_away_and_that_is_said_once(monkeypatch) -> None:
    monkeypatch.setattr("livesyn.web.server.MAX_CLIENTS", 1)
    async with page_open(DemoView()) as (_, session, said), session.ws_connect("/ws"):
        for _ in range(3):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect("/ws")
        assert [text for text in said if "turned away" in text] == [
            "a page was turned away: 1 pages are open already; close one."
        ]

"""The painting as a stream of JPEGs: for many, for the slow, and for the page."""

import asyncio
import re
import socket
from contextlib import asynccontextmanager

import aiohttp
import cv2
import numpy as np
import pytest

from livesyn.web import Web, mjpeg
from livesyn.web.client import UNSEEN_PICTURES
from tests.fakes_web import DemoView

WAIT_S = 5.0


class Painter(DemoView):
    """Paints what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.pixels: np.ndarray | None = None
        self.asked = 0

    def paint(self, value: int, side: int = 64) -> None:
        self.pixels = np.full((side, side, 3), (value, 20, 20), np.uint8)

    def painting(self) -> np.ndarray | None:
        self.asked += 1
        return self.pixels


@asynccontextmanager
async def serving(**options):
    view = Painter()
    page = Web(view, port=0, stream_hz=500.0, **options)
    await page.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{page.port}") as session:
            yield view, page, session
    finally:
        async with asyncio.timeout(WAIT_S):
            await page.stop()


async def until(check) -> None:
    async with asyncio.timeout(WAIT_S):
        while not check():
            await asyncio.sleep(0.002)


def look(jpeg: bytes) -> tuple[tuple[int, ...], int]:
    """Shape and redness of a JPEG."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return pixels.shape, round(float(pixels[:, :, 2].mean()))


class Stream:
    """A reader of the stream, strict about its form."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.content = answer.content
        form = r"multipart/x-mixed-replace; boundary=(\w+)"
        told = re.fullmatch(form, answer.headers["Content-Type"])
        assert told is not None
        self.boundary = b"--" + told[1].encode()

    async def begin(self) -> "Stream":
        assert await self.content.readline() == self.boundary + b"\r\n"
        return self

    async def next(self) -> bytes:
        async with asyncio.timeout(WAIT_S):
            assert await self.content.readline() == b"Content-Type: image/jpeg\r\n"
            told = re.fullmatch(rb"Content-Length: (\d+)\r\n", await self.content.readline())
            assert told is not None
            length = int(told[1])
            assert await self.content.readline() == b"\r\n"
            jpeg = await self.content.readexactly(length)
            assert await self.content.readline() == b"\r\n"
            # at once, not with the next
            assert await self.content.readline() == self.boundary + b"\r\n"
        return jpeg


async def test_one_picture():
    async with serving() as (view, _, session):
        async with session.get("/picture.jpg") as answer:
            assert answer.status == 503 and "Nothing has been painted" in await answer.text()
        view.paint(200)
        async with session.get("/picture.jpg") as answer:
            assert (
                answer.status == 200
                and answer.headers["Content-Type"] == "image/jpeg"
                and "no-cache" in answer.headers["Cache-Control"]
            )
            shape, red = look(await answer.read())
        assert shape == (720, 720, 3) and abs(red - 200) < 4


async def test_a_stream_shows_each_new_painting_once():
    async with serving() as (view, page, session):
        async with session.get("/picture.mjpg") as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            stream = await Stream(answer).begin()
            for value in (250, 120, 60):
                view.paint(value)
                assert abs(look(await stream.next())[1] - value) < 4
            asked = view.asked
            await until(lambda: view.asked > asked + 10)
            # nothing new, nothing sent
            assert not stream.content._buffer and page.mjpeg.dropped == 0
            view.paint(90, side=1500)
            assert look(await stream.next())[0] == (1280, 1280, 3)
        await until(lambda: page.mjpeg.clients == 0)


async def test_many_see_the_same_and_it_is_made_once():
    async with serving() as (view, page, session):
        made, make = [], page.mjpeg._make

        def counted(*args):
            made.append(args)
            return make(*args)

        page.mjpeg._make = counted
        view.paint(10)
        answers = [await session.get("/picture.mjpg") for _ in range(6)]
        streams = [await Stream(answer).begin() for answer in answers]
        first = [await stream.next() for stream in streams]
        view.paint(200)
        second = [await stream.next() for stream in streams]
        assert (
            len(set(first)) == len(set(second)) == 1 and len(made) == 2 and page.mjpeg.clients == 6
        )
        for answer in answers:
            answer.close()
        await until(lambda: page.mjpeg.clients == 0)
        asked = view.asked
        async with session.get("/static/main.js"):
            pass
        assert view.asked <= asked + 1  # nobody watches, nobody looks


def never_reads(port: int) -> socket.socket:
    """A reader that asks for the stream and takes nothing of it."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", port))
    reader.sendall(f"GET /picture.mjpg HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return reader


def noise(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (720, 720, 3), dtype=np.uint8)  # makes a large JPEG


async def test_a_slow_reader_misses_pictures_and_others_do_not():
    async with serving() as (view, page, session), session.get("/picture.mjpg") as answer:
        stream, rng = await Stream(answer).begin(), np.random.default_rng(0)
        with never_reads(page.port) as slow:
            await until(lambda: page.mjpeg.clients == 2)
            for _ in range(25):
                view.pixels = noise(rng)
                await stream.next()
            waiting = [
                connection.transport.get_write_buffer_size()
                for connection in page._site._listener._open.values()
            ]
            assert 0 < max(waiting) < 1_500_000  # one picture, not twenty
            slow.settimeout(0.0)
            before = page.mjpeg.dropped

            def takes_again() -> bool:
                try:
                    slow.recv(1 << 20)
                except BlockingIOError:
                    pass
                view.pixels = noise(rng)
                return page.mjpeg.dropped > before

            await until(takes_again)
            assert page.mjpeg.dropped - before > 10


async def test_one_that_takes_nothing_is_let_go(monkeypatch):
    monkeypatch.setattr(mjpeg, "STALLED_S", 0.05)
    async with serving() as (view, page, _):
        rng = np.random.default_rng(0)
        with never_reads(page.port):
            await until(lambda: page.mjpeg.clients == 1)

            def gone() -> bool:
                view.pixels = noise(rng)
                return page.mjpeg.clients == 0

            await until(gone)


async def test_there_is_an_end_to_readers(monkeypatch):
    monkeypatch.setattr(mjpeg, "MAX_CLIENTS", 1)
    async with serving() as (_, page, session), session.get("/picture.mjpg"):
        await until(lambda: page.mjpeg.clients == 1)
        async with session.get("/picture.mjpg") as answer:
            assert answer.status == 503 and "close one" in await answer.text()


async def test_what_is_no_picture_does_not_end_the_stream():
    async with serving() as (view, _, session), session.get("/picture.mjpg") as answer:
        stream = await Stream(answer).begin()
        view.pixels = np.zeros((8, 8), np.uint8)
        asked = view.asked
        await until(lambda: view.asked > asked + 3)
        view.paint(70)
        assert abs(look(await stream.next())[1] - 70) < 4


async def test_the_show_ends_and_so_does_the_stream():
    async with serving() as (view, page, session):
        answer = await session.get("/picture.mjpg")
        view.paint(10)
        await (await Stream(answer).begin()).next()
        async with asyncio.timeout(WAIT_S):
            await page.stop()
            assert await answer.content.read() == b""


async def test_the_door_is_the_pages():
    async with serving(token="abc") as (view, _, session):
        view.paint(1)
        for path in ("/picture.jpg", "/picture.mjpg"):
            async with session.get(path) as answer:
                assert answer.status == 401
            async with session.get(path, params={"token": "abc"}) as answer:
                assert answer.status == 200


async def test_the_page_is_sent_paintings_as_it_draws_them():
    async with (
        serving(picture_hz=500.0) as (view, page, session),
        session.ws_connect("/ws") as socket,
    ):

        async def painting() -> int:
            async with asyncio.timeout(WAIT_S):
                while True:
                    heard = await socket.receive()
                    if heard.type is aiohttp.WSMsgType.BINARY and heard.data[0] == 3:
                        return look(heard.data[1:])[1]

        for value in (50, 150)[:UNSEEN_PICTURES]:
            view.paint(value)
            assert abs(await painting() - value) < 4
        view.paint(250)  # not before those have been drawn
        view.paint(100)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await painting()
        await socket.send_json({"t": "seen"})  # of the source: another matter
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await painting()
        await socket.send_json({"t": "seen", "what": "painting"})
        assert abs(await painting() - 100) < 4  # the newest, though it came a while ago

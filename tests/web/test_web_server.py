"""The server: routes, tokens, what a page is told and what it may do."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager

import aiohttp
import pytest

from livesyn.base import params
from livesyn.base.addresses import is_loopback
from livesyn.base.clock import ManualClock
from livesyn.base.errors import ConfigError, DeviceError
from livesyn.web import Web
from tests.fakes_web import DemoView

WAIT_S = 5.0


@asynccontextmanager
async def serving(view=None, **options):
    page = Web(view or DemoView(), port=0, **options)
    await page.start()
    try:
        async with aiohttp.ClientSession(
            f"http://127.0.0.1:{page.port}", cookie_jar=aiohttp.CookieJar(unsafe=True)
        ) as session:
            yield page, session
    finally:
        await page.stop()


async def until(check):
    async with asyncio.timeout(WAIT_S):
        while not check():
            await asyncio.sleep(0)


async def receive(socket, kind):
    """The next message of a kind: a text's `t`, or a binary's tag."""
    async with asyncio.timeout(WAIT_S):
        while True:
            heard = await socket.receive()
            assert heard.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), heard
            if isinstance(heard.data, bytes):
                if heard.data[0] == kind:
                    return heard.data[1:]
            elif (message := json.loads(heard.data))["t"] == kind:
                return message


async def test_the_page_and_its_parts_are_served():
    async with serving() as (_, session):
        async with session.get("/") as answer:
            text = await answer.text()
            assert answer.status == 200 and "Listen" in text
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "http://" not in text and "https://" not in text  # nothing from elsewhere
        for name in ("main.js", "style.css", "icon.svg"):
            async with session.get(f"/static/{name}") as answer:
                assert answer.status == 200
        for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/", "/nothing"):
            async with session.get(path) as answer:
                assert answer.status in (403, 404)


async def test_state_and_params_as_json():
    async with serving() as (_, session):
        async with session.get("/api/state") as answer:
            state = await answer.json()
        assert set(state["params"]) == set(params.BY_NAME) and len(state["directions"]) == 12
        async with session.get("/api/params") as answer:
            rows = (await answer.json())["params"]
        assert [row["name"] for row in rows] == [row.name for row in params.TABLE]
        tempo = rows[0]
        assert (tempo["address"], tempo["low"], tempo["high"], tempo["value"], tempo["cc"]) == (
            "/livesyn/param/tempo",
            20,
            300,
            110,
            14,
        )


async def test_a_page_is_told_of_the_show():
    async with serving() as (_, session), session.ws_connect("/ws") as socket:
        state = await receive(socket, "state")
        assert {"now_s", "timeline", "bar", "phrase", "next", "latent", "numbers", "web"} <= set(
            state
        )
        assert (await receive(socket, 1))[:3] == b"\xff\xd8\xff"
        assert (await receive(socket, 2))[:3] == b"\xff\xd8\xff"


async def test_a_committed_bar_is_told_with_its_time():
    clock = ManualClock(100.0)
    view = DemoView(clock)
    async with (
        serving(view, clock=clock, state_hz=0.01) as (page, session),
        session.ws_connect("/ws") as socket,
    ):
        first = await receive(socket, "bar")
        assert (first["bar"], first["time_s"], first["next"]) == (0, 100.0, None)
        bar_s = 4 * 60 / 110
        clock.advance(bar_s - 0.2)
        page.nudge()
        assert (await receive(socket, "bar"))["next"]["bar"] == 1
        clock.advance(0.3)
        page.nudge()
        second = await receive(socket, "bar")
        assert second["bar"] == second["phrase"]["bar"] == 1
        assert second["time_s"] == pytest.approx(100.0 + bar_s, abs=1e-4)


async def test_a_page_plays_the_show():
    view = DemoView(ManualClock(7.0))
    async with serving(view, clock=view.clock) as (_, session), session.ws_connect("/ws") as socket:
        await socket.send_json({"t": "ping", "c": 1.25})
        assert await receive(socket, "pong") == {"t": "pong", "c": 1.25, "s": 7.0}
        await socket.send_json({"t": "param", "name": "temperature", "value": 9})
        await socket.send_json({"t": "transport", "do": "tempo", "value": 96})
        await socket.send_json({"t": "transport", "do": "stop"})
        await socket.send_json({"t": "panic"})
        await until(lambda: view.panics)
        assert view.sets[0] == ("temperature", 2.0)
        assert view.transports == [("tempo", 96.0), ("stop", None)]
        state = await receive(socket, "state")
        while state["timeline"]["playing"]:
            state = await receive(socket, "state")
        assert state["params"]["temperature"] == 2.0 and state["timeline"]["bpm"] == 96


async def test_bad_messages_are_answered_and_the_page_stays():
    async with serving() as (page, session), session.ws_connect("/ws") as socket:
        for text in ("{", '{"t":"shout"}', '{"t":"param","name":"tempo","value":"fast"}'):
            await socket.send_str(text)
            assert (await receive(socket, "error"))["text"]
        await socket.send_bytes(b"\x00\x01")
        assert (await receive(socket, "error"))["text"] == "a message is text"
        await socket.send_json({"t": "ping", "c": 0})
        await receive(socket, "pong")
        assert page.hub.failures == 0


async def test_a_huge_message_ends_only_its_own_page():
    async with serving() as (page, session), session.ws_connect("/ws") as other:
        async with session.ws_connect("/ws") as socket:
            await socket.send_str("x" * 10_000)
            async with asyncio.timeout(WAIT_S):
                while (await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                    pass
            assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await until(lambda: page.hub.clients == 1)
        await other.send_json({"t": "ping", "c": 0})
        await receive(other, "pong")


async def test_an_engine_that_fails_is_told_and_the_page_goes_on(caplog):
    caplog.set_level(logging.CRITICAL, "livesyn.web.hub")

    class Broken(DemoView):
        def set_param(self, name, value):
            if name == "gate":
                raise DeviceError("the player is away; its notes are ended")
            raise ZeroDivisionError

        def memory(self):
            raise ZeroDivisionError

    async with serving(Broken()) as (page, session), session.ws_connect("/ws") as socket:
        await socket.send_json({"t": "param", "name": "gate", "value": 1})
        assert (await receive(socket, "error"))["text"] == "the player is away; its notes are ended"
        await socket.send_json({"t": "param", "name": "swing", "value": 0})
        assert "its log says why" in (await receive(socket, "error"))["text"]
        assert (await receive(socket, 1))[:2] == b"\xff\xd8"
        await until(lambda: page.hub.failures >= 2)
        await receive(socket, "state")


async def test_a_slow_page_misses_pictures_and_is_counted_while_a_quick_one_gets_them():
    async with serving(picture_hz=200, state_hz=50) as (page, session):
        async with session.ws_connect("/ws") as slow, session.ws_connect("/ws") as quick:
            for _ in range(30):  # the quick one says `seen`, the slow one never does
                await receive(quick, 1)
                await quick.send_json({"t": "seen"})
            assert page.hub.dropped >= 10
            await slow.send_json({"t": "ping", "c": 0})
            pictures = 0
            async with asyncio.timeout(WAIT_S):
                while True:
                    heard = await slow.receive()
                    pictures += isinstance(heard.data, bytes) and heard.data[0] == 1
                    if isinstance(heard.data, str) and json.loads(heard.data)["t"] == "pong":
                        break
            assert pictures == 2
            await slow.send_json({"t": "seen"})
            await receive(slow, 1)
            before = page.hub.dropped
        await until(lambda: page.hub.clients == 0)
        assert page.hub.dropped >= before  # what was dropped stays counted


async def test_nothing_is_asked_of_the_view_while_no_page_is_open():
    asked = []

    class Asked(DemoView):
        def snapshot(self):
            asked.append("snapshot")
            return super().snapshot()

        def frame(self):
            asked.append("frame")
            return super().frame()

    view = Asked()
    async with serving(view, state_hz=1000, picture_hz=1000) as (page, session):
        async with session.ws_connect("/ws") as socket:
            await receive(socket, "state")
            await receive(socket, 1)
        await until(lambda: page.hub.clients == 0)
        async with session.get("/static/main.js"):  # a few turns of the loop, for what had begun
            pass
        count = len(asked)
        for _ in range(3):
            async with session.get("/static/main.js"):
                pass
        assert len(asked) == count


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("", False),
        ("::", False),
        ("192.168.1.2", False),
        ("stage.local", False),
    ],
)
async def test_open_to_the_network_needs_a_token(host, local):
    assert is_loopback(host) is local
    if local:
        Web(DemoView(), host)
    else:
        with pytest.raises(ConfigError, match="give it a token"):
            Web(DemoView(), host)
        Web(DemoView(), host, token="x")


async def test_a_token_is_asked_everywhere_but_for_static_files():
    async with serving(token="viöla 3") as (page, session):
        for path in ("/", "/ws", "/api/state", "/api/params", "/?token=wrong", "/nothing"):
            async with session.get(path) as answer:
                assert answer.status == 401
        async with session.get("/static/style.css") as answer:
            assert answer.status == 200
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect("/ws?token=wrong")
        async with session.ws_connect("/ws", params={"token": "viöla 3"}) as socket:
            await receive(socket, "state")
        async with session.get("/", params={"token": "viöla 3"}) as answer:
            assert answer.status == 200
        async with session.get("/api/state") as answer:  # by its cookie
            assert answer.status == 200
        assert page.url.startswith(f"http://127.0.0.1:{page.port}/?token=")


async def test_a_token_may_come_as_a_bearer():
    async with (
        serving(token="abc") as (_, session),
        session.get("/api/state", headers={"Authorization": "Bearer abc"}) as answer,
    ):
        assert answer.status == 200


async def test_other_sites_are_kept_out():
    async with serving() as (page, session):
        for host in ("evil.example", f"evil.example:{page.port}", "127.0.0.1.evil.example", "["):
            async with session.get("/api/state", headers={"Host": host}) as answer:
                assert answer.status == 403
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{page.port + 1}"):
            async with session.get("/ws", headers={"Origin": origin}) as answer:
                assert answer.status == 403
        async with session.get("/api/state", headers={"Host": f"localhost:{page.port}"}) as answer:
            assert answer.status == 200
        async with session.ws_connect("/ws", origin=f"http://127.0.0.1:{page.port}") as socket:
            await receive(socket, "state")


async def test_a_port_in_use_is_one_sentence():
    async with serving() as (page, _):
        with pytest.raises(DeviceError, match=f"127.0.0.1:{page.port}, another program has it"):
            await Web(DemoView(), port=page.port).start()


async def test_an_address_of_another_machine_is_one_sentence():
    with pytest.raises(DeviceError, match=r"cannot use 192\.0\.2\.1:0"):
        await Web(DemoView(), "192.0.2.1", 0, token="x").start()


async def test_stopping_says_goodbye_and_frees_the_port():
    page = Web(DemoView(), port=0)
    await page.start()
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{page.url}ws") as socket:
        await receive(socket, "state")
        stopping = asyncio.create_task(page.stop())
        async with asyncio.timeout(WAIT_S):
            while (await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
        assert socket.close_code == aiohttp.WSCloseCode.GOING_AWAY
        await stopping
    again = Web(DemoView(), port=page.port)
    await again.start()
    await again.stop()
    await again.stop()

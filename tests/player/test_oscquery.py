"""OSCQuery over real sockets: HTTP, WebSockets, who may come in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import aiohttp
import pytest
from pythonosc.osc_message_builder import build_msg

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import OFF, RUNNING
from livesyn.base.types import Note, Phrase
from livesyn.control.osc_tree import Tree
from livesyn.player import oscquery
from livesyn.player.osc_sent import MOST_WAITING, Sent
from livesyn.player.oscquery import OscQuery
from livesyn.player.oscquery_client import MOST_WAITING as MOST_OF_A_CLIENT
from livesyn.player.oscquery_client import Client
from livesyn.transport.timeline import Timeline
from tests.player.oscquery_rig import HERE, Rig, command, get, heard

NOTE = Note(0.0, 1.0, 60, 92, 1)


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as made:
        yield made


async def test_the_values_are_those_of_now(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session:
        rig.state.set_param("tempo", 96.0)
        rig.query.status({"fps": 29.5})
        assert await get(session, "/livesyn/param/tempo?VALUE") == (200, {"VALUE": [96.0]})
        assert await get(session, "/livesyn/transport/tempo?VALUE") == (200, {"VALUE": [96.0]})
        assert await get(session, "/livesyn/status/fps?VALUE") == (200, {"VALUE": [29.5]})
        assert await get(session, "/livesyn/transport/play?VALUE") == (200, {"VALUE": [0]})
        status, tree = await get(session, "/")
        assert status == 200
        assert set(tree["CONTENTS"]["livesyn"]["CONTENTS"]["param"]["CONTENTS"]) == set(
            params.BY_NAME
        )
        status, info = await get(session, "/?HOST_INFO")
        assert info["OSC_PORT"] == info["WS_PORT"] == rig.query.port


async def test_what_is_not_there_and_what_is_not_done(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session:
        assert (await get(session, "/nowhere"))[0] == 404
        assert (await get(session, "/livesyn/panic?VALUE"))[0] == 204
        assert (await get(session, "/livesyn/panic?WHAT"))[0] == 400
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            async with session.request(method, "/livesyn/param/tempo") as answer:
                assert answer.status == 405
        async with session.head("/livesyn/param/tempo") as answer:
            assert answer.status == 200


async def test_who_listens_hears_what_is_set_in_the_type_of_the_tree(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as ws:
        for name in ("tempo", "key", "octave"):
            await command(ws, "LISTEN", f"/livesyn/param/{name}")
        await ws.send_bytes(build_msg("/livesyn/param/tempo", [96.5]).dgram)
        assert await heard(ws) == ("/livesyn/param/tempo", "f", (96.5,))
        await ws.send_bytes(build_msg("/livesyn/param/key", ["Eb"]).dgram)
        assert await heard(ws) == ("/livesyn/param/key", "s", ("Eb",))
        await ws.send_bytes(build_msg("/livesyn/param/octave", [9]).dgram)  # clamped, and told so
        assert await heard(ws) == ("/livesyn/param/octave", "i", (3,))
        await command(ws, "IGNORE", "/livesyn/param/tempo")
        await ws.send_bytes(build_msg("/livesyn/param/tempo", [100.0]).dgram)
        await ws.send_bytes(build_msg("/livesyn/param/key", ["A"]).dgram)
        assert await heard(ws) == ("/livesyn/param/key", "s", ("A",))
        assert rig.state.params()["tempo"] == 100.0


async def test_who_listens_to_a_container_hears_all_below_it(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as ws:
        await command(ws, "LISTEN", "/livesyn")
        await command(ws, "IGNORE", "/livesyn/param")
        await command(ws, "LISTEN", "/livesyn/param/gate/")
        await ws.send_bytes(build_msg("/livesyn/param/gate", ["?"]).dgram)
        assert await heard(ws) == ("/livesyn/param/gate", "f", (pytest.approx(0.95),))  # the answer
        assert await heard(ws) == ("/livesyn/param/gate", "f", (pytest.approx(0.95),))  # all hear
        rig.state.set_param("swing", 0.5)
        rig.query.bar(0.0, 7, Phrase((NOTE,), 4.0), (0.5,) * 12, Timeline(0, 0, 120), "new")
        rig.query.levels({"rms": 0.25})
        assert await heard(ws) == ("/livesyn/audio/rms", "f", (0.25,))
        rig.query.beat(0.0, 28)  # the bar begins
        assert await heard(ws) == ("/livesyn/bar", "i", (7,))
        for index in range(12):
            assert await heard(ws) == (f"/livesyn/latent/{index}", "f", (0.5,))
        assert await heard(ws) == ("/livesyn/beat", "i", (28,))
        rig.query.note_on(rig.clock.now_s(), NOTE)
        note = await heard(ws)
        assert note[:2] == ("/livesyn/note", "iiiff") and note.values[:4] == (1, 60, 92, 1.0)
        rig.query.transport(0.0, "start", 0.0)
        assert await heard(ws) == ("/livesyn/transport/play", "i", (1,))
        rig.query.panic(0.0)
        assert (await heard(ws)).address == "/livesyn/panic"


async def test_of_two_who_listen_each_hears_its_own_until_it_is_gone(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as first:
        await command(first, "LISTEN", "/livesyn/param/gate")
        async with session.ws_connect("/livesyn/whatever") as second:
            await command(second, "LISTEN", "/livesyn/param/swing")
            rig.wait(lambda: len(rig.query._wanted) == 2)
            rig.state.set_param("gate", 0.5)
            rig.state.set_param("swing", 0.5)
            assert (await heard(first)).address == "/livesyn/param/gate"
            assert (await heard(second)).address == "/livesyn/param/swing"
        rig.wait(lambda: rig.query._wanted == {"/livesyn/param/gate"})


async def test_a_set_that_is_wrong_is_refused_in_the_words_of_osc_in(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as ws:
        for packet in (b"hello", build_msg("/livesyn/param/tempo", ["fast"]).dgram) * 3:
            await ws.send_bytes(packet)
        await ws.send_bytes(build_msg("/livesyn/param/gate", ["?"]).dgram)
        await heard(ws)
        assert (rig.control.malformed, rig.control.ignored) == (3, 3) and len(rig.said) == 2


HOSTILE = [
    {"Host": "evil.example"},
    {"Host": "evil.example:9700"},
    {"Host": "192.168.1.20"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": ""},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "file://"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "http://[::1"},
]


@pytest.mark.parametrize("headers", HOSTILE, ids=str)
async def test_a_page_of_another_site_is_turned_away_counted_and_said_once(
    rig: Rig, headers: dict[str, str]
) -> None:
    async with aiohttp.ClientSession(rig.url) as session:
        for _ in range(3):
            assert (await get(session, "/livesyn/param/tempo", **headers))[0] in (400, 403)
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect("/", headers=headers)
    assert (rig.query.refused == 6 and len(rig.said) == 1) or "Host" in headers
    assert len(rig.said) <= 1


async def test_a_page_of_this_machine_may_ask(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session:
        for origin in ("http://localhost:3000", "http://127.0.0.1", f"{rig.url}", "http://[::1]"):
            async with session.get("/livesyn/bar", headers={"Origin": origin}) as answer:
                assert answer.status == 200
                assert answer.headers["Access-Control-Allow-Origin"] == origin
            async with session.ws_connect("/", headers={"Origin": origin}):
                pass
    assert rig.query.refused == 0


async def test_who_is_not_on_the_allow_list_learns_nothing() -> None:
    with Rig(allow=("10.0.0.7",)) as rig:
        async with aiohttp.ClientSession(rig.url) as session:
            status, text = await get(session, "/")
            assert status == 403 and "--osc-allow" in text
    assert rig.query.refused == 1 and "not on the allow-list (10.0.0.7)" in rig.said[0]
    assert rig.query.total().endswith("1 from addresses not on the allow-list")


async def test_more_websockets_than_it_takes_are_turned_away(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oscquery, "MOST_SOCKETS", 1)
    async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
            await session.ws_connect("/")
        assert raised.value.status == 503
    assert rig.said == ["1 WebSockets of OSCQuery are open already; close one"]


# Its life.


def test_a_port_that_another_program_has_is_refused_with_what_to_do() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind((HERE, 0))
        other.listen()
        port = other.getsockname()[1]
        query = OscQuery(HERE, port, params=params.defaults, hear=print, announced=False)
        with pytest.raises(DeviceError, match="--no-oscquery"):
            query.open()
        query.close()
    assert query.health().state == OFF


def test_it_is_opened_again_when_its_thread_has_ended_and_its_port_is_free_after_it(
    rig: Rig,
) -> None:
    port = rig.query.port
    assert rig.query._loop is not None and rig.query._over is not None
    rig.query._loop.call_soon_threadsafe(rig.query._over.set)
    assert rig.query._thread is not None
    rig.query._thread.join(5.0)
    rig.query.maintain(100.0)
    assert rig.query.health().state == RUNNING and rig.query.lost == 1 and rig.query.port == port
    rig.query.close()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HERE, port))
    assert not any(thread.name == "oscquery" for thread in threading.enumerate())


def test_in_a_show_that_goes_on_it_is_opened_by_maintain() -> None:
    query = OscQuery(HERE, 0, params=params.defaults, hear=print, announced=False)
    query.open_later()
    assert query._thread is None
    query.maintain(0.0)
    assert query.health().state == RUNNING and query.lost == 0
    query.close()


async def test_the_end_of_the_show_closes_the_websockets(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.url) as session, session.ws_connect("/") as ws:
        closing = threading.Thread(target=rig.query.close)
        closing.start()
        frame = await ws.receive(10.0)
        assert frame.type == aiohttp.WSMsgType.CLOSE and frame.data == 1001
        await ws.close()
        closing.join(10.0)


# What waits.


def test_whoever_is_woken_finds_all_and_is_woken_again_for_what_comes_then() -> None:
    woken: list[int] = []
    sent = Sent(Tree(), ManualClock(), lambda: woken.append(1))
    sent.beat(0.0, 1)
    assert not woken and sent.value_of(Tree().methods["/livesyn/beat"]) == (1,)
    sent.want(["/livesyn/beat"])
    for beat in range(MOST_WAITING + 5):
        sent.beat(0.0, beat)
    assert len(woken) == 1 and sent.overflowed == 5
    assert [values for _, values in sent.take()][-1] == (MOST_WAITING + 4,)
    sent.beat(0.0, 0)
    assert len(woken) == 2


class Stuck:
    """A socket that takes nothing."""

    async def send_bytes(self, data: bytes) -> None:
        raise AssertionError

    async def close(self, *, code: int) -> None: ...


async def test_a_slow_client_gets_the_newest_of_each_address_and_every_note() -> None:
    client = Client(Stuck())
    for value in range(3):
        client.put("/livesyn/beat", bytes([value]))
        client.put("/livesyn/note", bytes([value]))
    assert list(client._waiting.values()) == [b"\0", b"\1", b"\2", b"\2"]
    for _ in range(MOST_OF_A_CLIENT):
        client.put("/livesyn/note", b"x")
    assert len(client._waiting) == MOST_OF_A_CLIENT and client.dropped == 4

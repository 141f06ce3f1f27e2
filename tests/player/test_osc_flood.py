"""OSC in under load: whatever comes together, the newest value of a parameter wins, what is pressed
is obeyed, and panic goes first.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.clock import ManualClock, SystemClock
from livesyn.player import osc_socket
from livesyn.player.newest import Change, NewestValues
from livesyn.player.osc_control import OscControl
from livesyn.player.scene_orders import SceneOrders
from livesyn.player.state import ShowState
from livesyn.sinks.osc_packets import bundle, message, text_message

PATIENCE_S = 10.0
IN_FLIGHT = 200  # packets: as many as any system lets wait
ADDRESSES = {
    "/livesyn/param/temperature": "temperature",
    "/livesyn/param/swing": "swing",
    "/livesyn/param/tempo": "tempo",
    "/livesyn/transport/tempo": "tempo",
    "/livesyn/latent/3": "steer_3",
    "/livesyn/param/steer_3": "steer_3",
    "/livesyn/freeze": "freeze",
    "/livesyn/param/key": "key",
    "/livesyn/param/morph_to": "morph_to",
}


class Stage:
    """A performer that remembers what it was asked, and what every parameter was then."""

    def __init__(self) -> None:
        self.values = params.defaults()
        self.asked: list[tuple[str, dict[str, float]]] = []

    def play(self, origin: str, asked_s: float | None) -> None:
        self.asked.append(("play", dict(self.values)))

    def stop(self, origin: str, asked_s: float | None) -> None:
        self.asked.append(("stop", dict(self.values)))

    def panic(self, origin: str = "") -> None:
        self.asked.append(("panic", {}))

    def nudge(self, later_s: float, origin: str, asked_s: float | None) -> None:
        self.asked.append((f"nudge {later_s * 1000:g}", dict(self.values)))

    def set_value(self, name: str, value: float, origin: str, asked_s: float | None) -> None:
        self.values[name] = value

    def set_chord(self, chord: tuple[int, ...], origin: str, asked_s: float | None) -> None: ...

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.asked]


class Rig:
    """OSC in and a show's state, without threads: what is deferred waits for `tell`."""

    def __init__(self) -> None:
        self.clock, self.stage = ManualClock(50.0), Stage()
        self.jobs: list[Callable[[], None]] = []
        self.echoed: list[list[tuple[str, float]]] = [[]]
        self.announced: list[tuple[str, float]] = []
        self.state = ShowState(
            self.stage,
            self.clock,
            echo=lambda changes: self.echoed[-1].extend(change[:2] for change in changes),
            announce=lambda name, value: self.announced.append((name, value)),
            defer=self.jobs.append,
        )
        self.control = OscControl(self.state, dump=lambda name, value: self.state.report(name))

    def tell(self) -> None:
        self.echoed.append([])
        while self.jobs:
            self.jobs.pop(0)()


SETS = st.tuples(
    st.just("set"), st.sampled_from(sorted(ADDRESSES)), st.floats(-9.0, 400.0, width=32)
)
PRESSES = st.tuples(
    st.sampled_from(["play", "stop", "nudge", "panic", "dump"]), st.just(""), st.floats(1.0, 9.0)
)
MOMENTS = st.tuples(st.sampled_from(["obey", "tell", "wait"]), st.just(""), st.just(0.0))


def packed(word: str, address: str, value: float) -> bytes:
    if word == "set":
        return message(address, value)
    if word in ("panic", "dump"):
        return message(f"/livesyn/{word}")
    if word == "nudge":
        return message("/livesyn/transport/nudge", round(value))
    return message(f"/livesyn/transport/{word}", 1)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.one_of(
            SETS, SETS, SETS, PRESSES, MOMENTS, st.lists(st.one_of(SETS, PRESSES), max_size=4)
        ),
        max_size=60,
    )
)
def test_however_packets_and_turns_fall_the_newest_value_wins(
    doings: list[Any],
) -> None:
    """Against the plain way: each message obeyed by itself, in its order."""
    rig, plain = Rig(), Rig()
    touched: set[str] = set()

    def follow(word: str, address: str, value: float) -> None:
        plain.control.hear(packed(word, address, value), "127.0.0.1")
        if word == "set":
            name = ADDRESSES[address]
            touched.add(name)

    for doing in doings:
        if isinstance(doing, list):
            before = rig.stage.words.count("panic")
            rig.control._take(bundle(1, [packed(*one) for one in doing]), "127.0.0.1")
            for one in doing:
                follow(*one)
            panics = sum(one[0] == "panic" for one in doing)
            assert rig.stage.words.count("panic") == before + panics, "panic waits for nothing"
        elif doing[0] == "obey":
            rig.control._obey()
        elif doing[0] == "wait":
            rig.clock.advance(0.05)
        elif doing[0] == "tell":
            rig.control._obey()
            rig.tell()
            told = rig.echoed[-1]
            names = [name for name, _ in told]
            assert len(names) == len(set(names)), "one echo of an address a turn"
        else:
            rig.control._take(packed(*doing), "127.0.0.1")
            follow(*doing)
            assert doing[0] != "panic" or rig.stage.words[-1] == "panic"
    rig.control._obey()
    rig.tell()
    rig.clock.advance(0.2)
    rig.state.announce_due()
    assert rig.state.params() == plain.state.params()
    assert rig.stage.values == plain.stage.values
    assert rig.stage.words == plain.stage.words, "all that was pressed, in its order"
    for (word, then), (_, should) in zip(rig.stage.asked, plain.stage.asked, strict=True):
        assert word == "panic" or then == should, f"{word} before what was set before it"
    last_echo = dict(change for turn in rig.echoed for change in turn)
    last_announced = dict(rig.announced)
    for name in touched:
        value = rig.state.params()[name]
        assert last_echo[name] == value
        assert last_announced[name] == pytest.approx(value, rel=1e-6, abs=1e-9), "OSC's 24 bits"


def test_what_a_dump_reports_is_not_the_last_word_on_what_changes_behind_it() -> None:
    rig = Rig()
    for value in (1.0, 0.0):
        rig.control.hear(message("/livesyn/param/key", value), "127.0.0.1")
    for packet in (message("/livesyn/param/key", 1.0), message("/livesyn/dump")):
        rig.control.hear(packet, "127.0.0.1")
    rig.control.hear(message("/livesyn/param/key", 0.0), "127.0.0.1")
    rig.tell()
    rig.clock.advance(0.2)
    rig.state.announce_due()
    assert dict(rig.announced)["key"] == rig.state.params()["key"] == 0.0


def test_of_what_waits_the_newest_value_is_taken_once() -> None:
    waiting = NewestValues()
    for value in (1.0, 0.0, 2.0):
        waiting.put(Change("swing", value))
        waiting.put(Change("tempo", value))
    assert waiting.take() == (Change("swing", 2.0), Change("tempo", 2.0))
    assert not waiting and waiting.take() == ()


def test_every_press_of_store_counts_though_its_release_came_too() -> None:
    kept: list[str] = []

    class Kept(SceneOrders):
        def store(self, name: str, origin: str = "") -> bool:
            kept.append(name)
            return True

    rig = Rig()
    said: list[str] = []
    control = OscControl(rig.state, say=said.append, scenes=Kept(), clock=rig.clock)
    for value in (1.0, 0.0, 2.0, 0.0):
        control.hear(message("/livesyn/param/store", value), "127.0.0.1")
    control.hear(text_message("/livesyn/param/store", "C"), "127.0.0.1")
    control.hear(text_message("/livesyn/scene/store", "verse 2"), "127.0.0.1")
    assert kept == ["A", "B", "C", "verse 2"]
    (sentence,) = said
    assert "/livesyn/scene/store" in sentence and "old name" in sentence


def test_what_a_full_queue_of_jobs_did_not_take_is_told_with_the_next_turn() -> None:
    rig = Rig()
    rig.state.set_param("tempo", 90.0, "osc")
    rig.jobs.clear()  # it was dropped
    rig.state.set_param("tempo", 91.0, "osc")
    rig.state.announce_due()
    assert rig.echoed == [[("tempo", 91.0)]] and rig.announced == [("tempo", 91.0)]


def test_a_dump_tells_what_holds_when_it_is_told() -> None:
    rig = Rig()
    rig.control.hear(message("/livesyn/dump"), "127.0.0.1")
    rig.state.set_param("tempo", 91.0, "engine")
    rig.tell()
    assert dict(rig.announced) == params.defaults() | {"tempo": 91.0}
    assert len(rig.announced) == len(params.TABLE)


def wait(ready: Callable[[], object]) -> None:
    clock = SystemClock()
    end_s = clock.now_s() + PATIENCE_S
    while not ready():
        assert clock.now_s() < end_s, "nothing came"
        clock.sleep_until(clock.now_s() + 0.001)


def await_received(control: OscControl, count: int) -> None:
    wait(lambda: control.received == count)


def test_a_flood_through_a_real_socket_loses_no_panic_and_not_the_last_value() -> None:
    """As fast as it is taken, beside another thread that sets without a pause."""
    stage, count = Stage(), 6000
    state = ShowState(stage, SystemClock())
    control = OscControl(state, port=0)
    control.open()
    over = threading.Event()

    def set_others() -> None:
        while not over.is_set():
            state.set_param("gate", 0.5, "engine")

    engine = threading.Thread(target=set_others)
    engine.start()
    rows = [params.row(name) for name in ("temperature", "steer_0", "steer_1", "tempo")]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", control.port))
        packets = []
        for index in range(count):
            row = rows[index % len(rows)]
            value = row.low + (row.high - row.low) * index / count
            packets.append(message(row.address, float(value)))
            if index % 500 == 250:
                packets.append(message("/livesyn/panic"))
        for number, packet in enumerate(packets, 1):
            client.send(packet)
            if number % IN_FLIGHT == 0 or number == len(packets):
                await_received(control, number)
    over.set()
    engine.join(PATIENCE_S)
    control.close()
    assert stage.words == ["panic"] * (count // 500)
    for index in range(count - len(rows), count):
        row = rows[index % len(rows)]
        last = row.low + (row.high - row.low) * index / count
        assert state.params()[row.name] == pytest.approx(last, rel=1e-5)
    assert control.dropped == 0


@pytest.mark.skipif(sys.platform != "linux", reason="this system does not tell what it dropped")
def test_what_the_system_had_no_room_for_is_counted_and_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(osc_socket, "BUFFER_BYTES", 4096)
    stage, said = Stage(), list[str]()
    held, let_go = threading.Event(), threading.Event()

    def hold(origin: str = "") -> None:
        held.set()
        let_go.wait(PATIENCE_S)

    stage.panic = hold  # type: ignore[method-assign]
    control = OscControl(ShowState(stage, SystemClock()), port=0, say=said.append)
    control.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", control.port))
        for _ in range(2):
            held.clear()
            let_go.clear()
            client.send(message("/livesyn/panic"))
            assert held.wait(PATIENCE_S)
            for _ in range(200):
                client.send(message("/livesyn/param/tempo", 90.0))
            let_go.set()
            wait(lambda: control.received + control.overflowed in (201, 402))
    control.close()
    assert control.overflowed > 100 and control.counts()["overflowed"] == control.overflowed
    assert control.dropped == control.overflowed
    assert len(said) == 1 and "OSC packets came faster than they were read" in said[0]
    assert control.total().endswith(f"{control.overflowed:,} for which the system had no room")


def test_where_the_system_does_not_tell_it_is_not_counted_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(osc_socket, "overflowed", lambda sock: None)
    control = OscControl(ShowState(Stage(), SystemClock()), port=0)
    control.open()
    control.close()
    assert "overflowed" not in control.counts() and control.dropped == 0


def test_it_leaves_the_player_alone_shortly_before_something_is_due() -> None:
    """What comes then is taken as soon as that is over."""
    clock, stage = SystemClock(), Stage()
    obeyed_s: list[float] = []
    stage.panic = lambda origin="": obeyed_s.append(clock.now_s())  # type: ignore[method-assign]
    dues: list[float] = []

    def due_s() -> float:
        dues.append(clock.now_s() + 0.001)
        return dues[-1]

    control = OscControl(ShowState(stage, clock), port=0, clock=clock, due_s=due_s)
    control.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(message("/livesyn/panic"), ("127.0.0.1", control.port))
        wait(lambda: obeyed_s)
    control.close()
    assert obeyed_s[0] > dues[0]

"""A peer of a Link session, on a session that is only pretended."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock
from livesyn.ipc.messages import MessageError
from livesyn.link.messages import (
    Failed,
    Join,
    Order,
    Playing,
    Reading,
    Report,
    Settle,
    Tempo,
    decode,
    encode,
)
from livesyn.link.process import TELL_S, Peer, Session


class Pretended:
    """aalink's Link, without a network."""

    def __init__(self, clock: ManualClock, bpm: float) -> None:
        self._clock, self._origin_s, self._origin = clock, clock.now_s(), 0.0
        self._bpm = bpm
        self.playing = False
        self.quantum = 1.0
        self.num_peers = 0
        self.enabled = False
        self.start_stop_sync_enabled = False
        self.did: list[str] = []

    @property
    def beat(self) -> float:
        return self._origin + (self._clock.now_s() - self._origin_s) * self._bpm / 60

    @property
    def tempo(self) -> float:
        return self._bpm

    @tempo.setter
    def tempo(self, bpm: float) -> None:
        self.did.append(f"tempo {bpm:g}")
        self._origin, self._origin_s, self._bpm = self.beat, self._clock.now_s(), bpm

    def request_beat(self, beat: float) -> None:
        assert not self.enabled, "never into a session of others"
        self.did.append("beat")
        self._origin, self._origin_s = beat, self._clock.now_s()


class Rig:
    def __init__(self, heard_bpm: float | None = None) -> None:
        self.clock = ManualClock(50.0)
        self.made: list[Pretended] = []
        self.heard: list[float] = []

        def make(bpm: float) -> Pretended:
            self.made.append(Pretended(self.clock, bpm))
            return self.made[-1]

        def hear(seconds: float) -> float | None:
            assert not self.made, "it listens before it opens its mouth"
            self.heard.append(seconds)
            self.clock.advance(seconds)
            return heard_bpm

        self.peer = Peer(cast(Callable[[float], Session], make), self.clock, hear)

    @property
    def session(self) -> Pretended:
        return self.made[-1]

    def join(self, bpm: float = 120.0) -> None:
        self.peer.obey(Join(3.5, 49.0, bpm, 4.0, True))


def test_a_session_that_is_there_is_joined_with_its_own_tempo() -> None:
    rig = Rig(heard_bpm=131.0)
    rig.join(90.0)
    assert rig.heard == [0.5] and rig.session.tempo == 131.0
    assert rig.session.enabled and rig.session.did == [], "nothing is asked of it"
    assert rig.session.quantum == 4.0 and rig.session.start_stop_sync_enabled


def test_alone_the_shows_beat_is_the_sessions() -> None:
    rig = Rig()
    rig.join()
    assert rig.session.tempo == 120.0 and rig.session.did == ["beat"]
    reading = rig.peer.look()
    assert reading is not None
    assert reading.beat == pytest.approx(3.5 + (rig.clock.now_s() - 49.0) * 2)


def test_it_tells_when_the_session_is_not_where_it_was_expected() -> None:
    rig = Rig(heard_bpm=120.0)
    assert rig.peer.look() is None, "nothing was joined"
    rig.join()
    assert rig.peer.look() is not None and rig.peer.look() is None
    rig.clock.advance(TELL_S / 2)
    assert rig.peer.look() is None, "where it was expected"
    for change in ("tempo", "num_peers", "playing"):
        setattr(rig.session, change, 1 if change == "num_peers" else 130.0)
        assert rig.peer.look() is not None and rig.peer.look() is None
    rig.clock.advance(TELL_S)
    assert rig.peer.look() is not None, "a sign of life"


def test_orders_are_obeyed_once_joined() -> None:
    rig = Rig()
    rig.peer.obey(Tempo(99.0))
    rig.join()
    for order in (Tempo(99.0), Playing(True), Playing(True), Settle(8.0, False)):
        rig.peer.obey(order)
    session = rig.session
    assert session.tempo == 99.0 and session.playing
    assert session.quantum == 8.0 and not session.start_stop_sync_enabled


@pytest.mark.parametrize(
    ("message", "union"),
    [
        (Join(1.0, 2.0, 120.0, 4.0, True), Order),
        (Reading(1.0, 2.0, 120.0, 3, False), Report),
        (Failed("it is gone"), Report),
    ],
)
def test_messages_come_through(message: Join | Reading | Failed, union: object) -> None:
    assert decode(encode(message).rstrip(), union) == message


@given(st.binary(max_size=100))
@settings(max_examples=1000)
def test_any_line_is_a_message_or_an_error(line: bytes) -> None:
    try:
        decode(line, Report)
    except MessageError as error:
        assert "no legal message" in str(error)

"""The rows of Ableton Link's test plan, with a foreign peer in a process of its own; and what a
stage asks beyond them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial

import pytest

from tests.live.jack_server import wait_for
from tests.live.link_stage import App, ForeignPeer, needs_link

pytestmark = [pytest.mark.live, needs_link, pytest.mark.timeout(120)]

TOGETHER_MS = 3.0  # on a loaded machine; the benchmark holds it to 2


def is_at(bpm: Callable[[], float], wanted_bpm: float) -> bool:
    return bpm() == near(wanted_bpm)


def near(bpm: float) -> object:
    return pytest.approx(bpm, abs=0.05)


def wait_together(app: App, peer: ForeignPeer) -> None:
    def together() -> bool:
        state = peer()
        return bool(app.bpm == near(state["bpm"])) and abs(app.apart_ms(state)) < TOGETHER_MS

    wait_for(together, "app and peer to be in sync")


def test_TEMPO_1_tempo_changes_are_transmitted_between_connected_apps() -> None:
    with ForeignPeer(120.0) as peer, App(111.0) as app:
        peer("play")
        app.set("link_start_stop", 0.0)
        app.enable()
        wait_for(lambda: app.peers == 1, "the session")
        app.set("tempo", 97.0)
        wait_for(lambda: peer()["bpm"] == near(97.0), "the peer to speed down")
        app.player.play("page")
        wait_for(lambda: app.playing, "the app to play")
        wait_together(app, peer)
        for bpm in (140.0, 71.0):
            peer(f"tempo {bpm}")
            wait_for(partial(is_at, lambda: app.bpm, bpm), "the app to follow")
            wait_together(app, peer)
            app.set("tempo", bpm + 5)
            wait_for(partial(is_at, lambda: peer()["bpm"], bpm + 5), "the peer to follow")
            wait_together(app, peer)
        app.check_unbroken()


@pytest.mark.parametrize("attempt", range(3))
def test_TEMPO_2_opening_the_app_does_not_change_the_tempo_of_a_session(attempt: int) -> None:
    with App(100.0) as app:
        app.enable()
        wait_for(lambda: app.joined, "the app's own session")
        app.set("tempo", 100.0)
    with ForeignPeer(130.0) as peer:
        peer("play")
        with App(100.0) as app:
            app.enable()
            wait_for(lambda: app.peers == 1, "the session")
            wait_for(lambda: app.bpm == near(130.0), "the app's tempo")
            assert peer()["bpm"] == near(130.0)
            wait_for(lambda: app.state.params()["tempo"] == near(130.0), "what is shown")


def test_TEMPO_3_loading_another_show_does_not_change_the_tempo_of_a_session() -> None:
    with ForeignPeer(130.0) as peer:
        for config_bpm in (90.0, 240.0):  # a show's own tempo, as its file says
            with App(config_bpm) as app:
                app.enable()
                app.player.play("player")
                wait_for(lambda: app.peers == 1 and app.bpm == near(130.0), "the session")
                assert peer()["bpm"] == near(130.0)


def test_TEMPO_4_a_tempo_out_of_range_is_played_at_a_fraction() -> None:
    with ForeignPeer(120.0) as peer, App(120.0) as app:
        app.enable()
        app.player.play("page")
        wait_for(lambda: app.peers == 1, "the session")
        peer("tempo 20")
        wait_for(lambda: app.bpm == near(20.0), "the slowest")
        peer("tempo 999")
        wait_for(lambda: app.bpm == near(999 / 4), "a quarter of the fastest")
        assert peer()["bpm"] == near(999.0), "which is not changed"

        def together() -> bool:
            state = peer()
            slow = {**state, "beat": state["beat"] / 4, "bpm": state["bpm"] / 4}
            return abs(app.apart_ms(slow, 1.0)) < TOGETHER_MS

        wait_for(together, "beats to meet")
        app.check_unbroken()


def test_TEMPO_5_enabling_link_alone_does_not_change_the_tempo() -> None:
    with App(120.0) as app:
        app.player.play("page")
        app.set("tempo", 87.5)
        app.enable()
        wait_for(lambda: app.joined, "a session of its own")
        assert app.bpm == near(87.5)
        app.set("tempo", 93.0)
        wait_for(lambda: app.bpm == near(93.0), "its new tempo")
        app.disable()
        wait_for(lambda: not app.sync.led, "the end")
        assert app.bpm == near(93.0)
        app.check_unbroken()


def test_BEATTIME_1_enabling_link_alone_does_not_change_the_beat() -> None:
    with App(120.0) as app:
        app.player.play("page")
        wait_for(lambda: app.playing, "the start")
        at_s = app.clock.now_s()
        before = app.player.show.timeline
        app.enable()
        wait_for(lambda: app.joined, "a session of its own")
        now_s = app.clock.now_s()
        assert app.beat_at(now_s) == pytest.approx(before.beat_at(now_s), abs=0.002)
        app.disable()
        wait_for(lambda: not app.sync.led, "the end")
        now_s = app.clock.now_s()
        assert app.beat_at(now_s) == pytest.approx(before.beat_at(now_s), abs=0.002)
        assert now_s > at_s
        app.check_unbroken()


def test_BEATTIME_2_the_beat_does_not_change_when_another_joins() -> None:
    with App(120.0) as app:
        app.enable()
        wait_for(lambda: app.joined, "a session of its own")
        app.player.play("page")
        wait_for(lambda: app.playing, "the start")
        before = app.player.show.timeline
        # of two sessions that begin within half a second, Link takes either
        older_s = app.clock.now_s() + 1.0
        wait_for(lambda: app.clock.now_s() > older_s, "a session that is the older one")
        with ForeignPeer(90.0) as peer:
            wait_for(lambda: app.peers == 1, "the other")
            wait_for(lambda: peer()["peers"] == 1, "the other to know")
            now_s = app.clock.now_s()
            assert app.bpm == near(120.0) and peer()["bpm"] == near(120.0)
            assert app.beat_at(now_s) == pytest.approx(before.beat_at(now_s), abs=0.01)
            wait_together(app, peer)
        app.check_unbroken()


def test_STARTSTOPSTATE_1_the_app_starts_and_stops_with_others() -> None:
    with ForeignPeer(120.0) as peer, App(120.0) as app:
        app.enable()
        wait_for(lambda: app.peers == 1, "the session")
        assert not app.playing
        peer("play")
        wait_for(lambda: app.playing, "the app to start")
        wait_together(app, peer)
        peer("stop")
        wait_for(lambda: not app.playing, "the app to stop")
        assert app.player.counts()["sounding"] == 0
        app.set("link_start_stop", 0.0)
        peer("play")
        wait_for(lambda: peer()["playing"], "the peer")
        assert not app.playing


def test_STARTSTOPSTATE_2_others_start_and_stop_with_the_app() -> None:
    with ForeignPeer(120.0) as peer, App(120.0) as app:
        app.enable()
        wait_for(lambda: app.peers == 1, "the session")
        app.state.transport("play", origin="page")
        wait_for(lambda: peer()["playing"], "the peer to start")
        wait_together(app, peer)
        app.state.transport("stop", origin="page")
        wait_for(lambda: not peer()["playing"], "the peer to stop")


def test_a_follower_sends_nothing_and_says_so() -> None:
    with ForeignPeer(120.0) as peer, App(120.0, link_mode=0.0) as app:
        app.enable()
        wait_for(lambda: app.peers == 1, "the session")
        app.set("tempo", 70.0)
        app.state.transport("play", origin="page")
        wait_for(lambda: app.playing, "the app")
        peer("tempo 126")
        wait_for(lambda: app.bpm == near(126.0), "the app to follow")
        assert peer()["bpm"] == near(126.0) and not peer()["playing"]
        assert sum("the Link session leads the tempo" in said for said in app.sentences) == 1


def test_a_leader_takes_nothing_but_the_beat() -> None:
    with ForeignPeer(120.0) as peer, App(132.0, link_mode=1.0) as app:
        app.player.play("page")
        app.enable()
        wait_for(lambda: peer()["bpm"] == near(132.0), "the peer to be led")
        peer("tempo 90")
        wait_for(lambda: peer()["bpm"] == near(132.0), "the leader to insist")
        peer("play")
        peer("stop")
        wait_together(app, peer)
        assert app.playing
        app.check_unbroken()


def test_the_process_of_link_is_killed_and_comes_back() -> None:
    with ForeignPeer(120.0) as peer, App(120.0) as app:
        app.player.play("page")
        app.enable()
        wait_for(lambda: app.peers == 1, "the session")
        wait_together(app, peer)
        first = app.link.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: app.sync.health().state != "running", "the loss")
        assert app.playing and app.bpm == near(120.0)
        wait_for(lambda: app.peers == 1 and app.link.pid != first, "the next process")
        wait_together(app, peer)
        assert peer()["bpm"] == near(120.0)
        app.check_unbroken()

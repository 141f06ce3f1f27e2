"""A show that is in a Link session, and a foreign peer beside it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.params import LINK_MODES, SYNC
from livesyn.link.announcements import GROUP, PORT
from livesyn.player.core import Player
from livesyn.player.link_child import LinkChild
from livesyn.player.newest import Change
from livesyn.player.scheduler import Scheduler
from livesyn.player.state import ShowState
from livesyn.player.sync import Sync
from livesyn.sinks.base import MemorySink

PEER = str(Path(__file__).with_name("link_peer.py"))
TICK_S = 0.05


def why_not() -> str:
    """Why there can be no session here; "" if there can."""
    import socket

    if importlib.util.find_spec("aalink") is None:
        return "aalink is not installed: pip install livesyn[link]"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        try:
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            joined = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
            sender.sendto(b"", (GROUP, PORT))
        except OSError as error:
            return f"this machine's network takes no multicast: {error}"
    return ""


needs_link = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is Link")


class ForeignPeer:
    """See `link_peer.py`."""

    def __init__(self, bpm: float = 120.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", PEER, str(bpm)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __call__(self, words: str = "?") -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> ForeignPeer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class App:
    """A show at `bpm`, on the real clock, with all that leads it and nothing else."""

    def __init__(self, bpm: float, **values: float) -> None:
        self.clock = SystemClock()
        self.sink = MemorySink()
        start = {"tempo": bpm, **values}
        self.player = Player((self.sink,), self.clock, start)
        self.sentences: list[str] = []
        self.state = ShowState(
            self.player,
            self.clock,
            start,
            echo=self._echo,
            leader=lambda origin: self.sync.leader(origin),
            led=lambda: self.sync.led,
            say=self.sentences.append,
        )
        self.sync = Sync(
            self.player,
            self.clock,
            self.state.set_param,
            tell_link=lambda order: self.link.tell(order),
            link_health=lambda: self.link.health(),
        )
        self.link = LinkChild(self.clock, self.sync.join_link, self.sync.take_link)
        for name, value in values.items():
            self.sync.note(name, value)
        self.scheduler = Scheduler(self.player)
        self._over = threading.Event()
        self._ticking = threading.Thread(target=self._tick, daemon=True)
        self.scheduler.start()
        self._ticking.start()

    def _echo(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self.sync.note(change.name, change.value, change.origin)

    def _tick(self) -> None:
        while not self._over.wait(TICK_S):
            self.sync.tick()
            self.link.maintain(self.clock.now_s())

    def set(self, name: str, value: float | str) -> None:
        """By a hand."""
        choices = {"sync": SYNC, "link_mode": LINK_MODES}.get(name, ())
        number = float(choices.index(value)) if isinstance(value, str) else value
        self.state.set_param(name, number, "page")

    def enable(self) -> None:
        self.set("sync", "link")
        self.link.open()

    def disable(self) -> None:
        self.set("sync", "internal")
        self.link.close()

    @property
    def joined(self) -> bool:
        return self.sync.health().state == "running"

    @property
    def peers(self) -> int:
        label = self.sync.health().label
        return int(label.split()[2]) if self.joined else 0

    @property
    def bpm(self) -> float:
        return self.player.show.timeline.bpm

    @property
    def playing(self) -> bool:
        return self.player.show.playing

    def beat_at(self, time_s: float) -> float:
        return self.player.show.timeline.beat_at(time_s)

    def apart_ms(self, state: dict[str, Any], beats: float = 4.0) -> float:
        """How far the show's bars are from the session's, as the peer sees it."""
        apart = self.beat_at(state["time_s"]) - state["beat"]
        return (apart - round(apart / beats) * beats) * 60e3 / state["bpm"]

    def check_unbroken(self) -> None:
        """Every clock pulse and every bar came once, and no position has jumped."""
        pulses = [event[2] for event in self.sink.of("clock")]
        assert pulses == list(range(len(pulses)))
        bars = [event[2] for event in self.sink.of("bar")]
        assert bars == list(range(len(bars)))
        assert self.player.counts()["jumps"] == self.player.counts()["skipped"] == 0

    def close(self) -> None:
        self._over.set()
        self._ticking.join(5)
        self.link.close()
        assert self.scheduler.stop()

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

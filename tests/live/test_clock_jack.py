"""A sequencer on a real JACK server leads the real player by its MIDI clock."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesyn.base.params import SYNC
from livesyn.config.sections import Config, Osc
from livesyn.ipc.child_messages import PlayerFigures, Status
from livesyn.show import launch
from livesyn.show.child import ChildSpec
from livesyn.show.supervisor import Supervisor
from livesyn.transport.timeline import Timeline
from tests.live.jack_server import JackServer, needs_jack, wait_for
from tests.live.test_player_jack import IDLE, ROOT

pytestmark = [pytest.mark.live, needs_jack]

SENDER = str(Path(__file__).with_name("clock_sender.py"))
CLOCK = "livesyn clock:livesyn clock"  # jack_lsp's answer is cut at its blanks
BPM = 124.0
CONFIG = Config(
    osc=Osc(out=(), in_port=0), params={"tempo": 90.0, "sync": float(SYNC.index("midi"))}
)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[JackServer, list[PlayerFigures]]]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    reports: list[PlayerFigures] = []

    def keep(child: str, status: Status) -> None:
        if isinstance(status, PlayerFigures):
            reports.append(status)

    with (
        JackServer(monkeypatch, period=128) as server,
        tempfile.TemporaryDirectory(prefix="ls-") as folder,
    ):
        player = launch.children_of(CONFIG, Path(folder))[0]
        supervisor = Supervisor(
            [player, ChildSpec("engine", (IDLE,), launch.ENGINE)], on_status=keep
        )
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        try:
            yield server, reports
        finally:
            supervisor.stop()
            thread.join(10)
        assert not thread.is_alive()


def sync_of(figures: PlayerFigures) -> str:
    return next((port.state for port in figures.ports if port.name == "sync"), "")


def test_a_sequencer_leads_stops_and_goes(figures) -> None:
    server, reports = figures
    wait_for(lambda: "clock:livesyn" in server.ports(), "the port")
    with subprocess.Popen(
        [sys.executable, SENDER, str(BPM), "0.001", "0", CLOCK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as sequencer:
        assert sequencer.stdin is not None and sequencer.stdout is not None
        assert sequencer.stdout.readline() == "ready\n"
        sequencer.stdin.write("\n")
        sequencer.stdin.flush()
        theirs = Timeline(0.0, json.loads(sequencer.stdout.readline())["began_s"], BPM)
        wait_for(lambda: sync_of(reports[-1]) == "running", "the lock")
        seen = len(reports)
        wait_for(lambda: len(reports) > seen + 5, "some seconds")
        last = reports[-1]
        assert last.bpm == pytest.approx(BPM, abs=0.3)
        apart_beats = last.beat - theirs.beat_at(last.time_s)
        assert abs(apart_beats) * 60e3 / BPM < 10, "from its beat 0, a period of JACK and the load"
        sequencer.stdin.write("\n")
        sequencer.stdin.flush()
        wait_for(lambda: not reports[-1].playing, "the stop")
        assert reports[-1].sounding == 0
        sequencer.kill()
        sequencer.communicate()

"""`livesyn run` from end to end: music on a real JACK server, paintings in a real window, an engine
that is killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from livesyn.nets import checkpoint
from tests.live.jack_server import JackServer, needs_jack, wait_for
from tests.live.test_sound_jack import Band, beat  # noqa: F401  (a fixture)
from tests.live.xvfb import MISSING, Screen
from tests.toys import save_toy, toy_painter

pytest.importorskip("pygame", reason="pygame is not installed")
pytestmark = [
    pytest.mark.live,
    needs_jack,
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
    pytest.mark.timeout(120),
]


class Show:
    """`livesyn run` with these words; its newest status of each process is in `last`, its events in
    `events`.
    """

    def __init__(self, environment: dict[str, str], *words: str) -> None:
        self.last: dict[str, dict] = {}
        self.events: list[str] = []
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "livesyn",
                "run",
                *words,
                "--log-json",
                "--no-midi",
                "--web",
                "off",
                "--osc-in",
                "off",
                "--osc-out",
                "off",
            ],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                said = json.loads(line)
                if said["t"] == "status":
                    self.last[said["from"]] = said
                elif said["t"] == "event":
                    self.events.append(said["text"])

    def number(self, process: str, name: str) -> float:
        return self.last.get(process, {}).get(name) or 0

    def engine_pid(self) -> int:
        found = subprocess.run(
            ["pgrep", "-P", str(self._process.pid), "-f", "livesyn.engine"],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(found.stdout.split()[0])

    def end(self) -> int:
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(20)
        self._reader.join(5)
        return code


@pytest.fixture
def painter(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    checkpoint.save(tmp_path / "painter", toy_painter(), {})
    return tmp_path / "painter"


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    (tmp_path / "screen").mkdir()
    screen = Screen(tmp_path / "screen")
    yield screen
    screen.close()


def bright(screen: Screen) -> Callable[[], bool]:
    """Whether the middle of the screen shows anything."""
    return lambda: bool(np.ptp(screen.pixels()[200:500, 500:800]) > 20)


def test_music_becomes_paintings_in_a_window_and_outlives_its_engine(
    monkeypatch,
    beat,  # noqa: F811
    painter,
    screen,
    tmp_path,
):
    model = save_toy(tmp_path / "model")
    with JackServer(monkeypatch):
        band = Band(beat)
        show = Show(
            os.environ | screen.environment,
            "--jack-in",
            "band",
            "--painter",
            str(painter),
            "--model",
            str(model),
            "--display",
            "--pictures-out",
            str(tmp_path / "pictures"),
        )
        try:
            wait_for(lambda: show.number("display", "shown") > 20, "pictures in the window", 30)
            wait_for(bright(screen), "a painting on the screen", 10)
            wait_for(
                lambda: (
                    show.number("engine", "pictures_fps") > 5
                    and show.last["engine"]["sound"]["state"] == "running"
                ),
                "figures",
                10,
            )
            assert (
                show.last["engine"]["sound_to_picture_ms_p50"] > 0
                and show.last["player"]["playing"] is False
            )
            first = show.engine_pid()
            os.kill(first, signal.SIGKILL)
            wait_for(
                lambda: any("SIGKILL" in event for event in show.events),
                "the loss of the engine",
                10,
            )
            assert bright(screen)(), "the window holds its last picture"
            shown = show.number("display", "shown")
            wait_for(
                lambda: show.number("display", "shown") > shown + 20,
                "pictures of the new engine",
                30,
            )
            assert show.engine_pid() != first
        finally:
            code = show.end()
            band.kill()
    assert code == 0 and len(list((tmp_path / "pictures").glob("*"))) > 20

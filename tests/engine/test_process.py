"""The engine as a process: up, playing, obeying, gone; and every way it may be refused."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livesyn.base import params
from livesyn.base.clock import SystemClock
from livesyn.ipc.child_messages import EngineFigures, Report, decode
from livesyn.ipc.messages import VERSION, Offer, Timeline, Welcome
from livesyn.nets import checkpoint
from livesyn.nets.devices import usable_devices
from livesyn.nets.style import StyleConfig, StyleNet
from livesyn.player.server import EngineServer
from tests.ports import free_port
from tests.toys import save_toy, save_wav, toy_painter

PATIENCE_S = 30


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_toy(tmp_path_factory.mktemp("toy")))


class Running:
    """An engine process, its reports, and the player's end of its line."""

    def __init__(self, folder: Path, config: dict[str, Any], bpm: float = 240) -> None:
        self.clock = SystemClock()
        self.phrases: queue.Queue[Offer] = queue.Queue()
        self.reports: queue.Queue[dict[str, Any] | None] = queue.Queue()
        timeline = Timeline(0.0, self.clock.now_s(), bpm)
        welcome = Welcome(VERSION, timeline, params.defaults() | {"tempo": bpm}, True, 0)
        self.player = EngineServer(
            folder / "player",
            self.clock,
            lambda: welcome,
            lambda m: self.phrases.put(m) if isinstance(m, Offer) else None,
        )
        self.player.start()
        command = [sys.executable, "-m", "livesyn.engine", "--socket", str(folder / "player")]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.say(config)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.reports.put(json.loads(line))
        self.reports.put(None)

    def until(self, kind: str) -> dict[str, Any]:
        """The next report of this kind."""
        while (report := self.reports.get(timeout=PATIENCE_S)) is not None:
            if report["t"] == kind:
                return report
        raise AssertionError(f"the engine left without {kind!r}")

    def say(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.player.stop()


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Any]:
    running: list[Running] = []

    def start(config: dict[str, Any], been_here: bool = False) -> Running:
        folder = tmp_path / str(len(running))
        folder.mkdir(mode=0o700)
        if been_here:
            (folder / "player.engine").touch()
        running.append(Running(folder, config))
        return running[-1]

    yield start
    for engine in running:
        engine.end()


def config_of(toy: str, **sections: Any) -> dict[str, Any]:
    return {
        "source": {"kind": "visuals", "value": "ink"},
        "model": {"name": toy, "device": "cpu", "seed": 1},
        "web": {"port": free_port(socket.SOCK_STREAM)},
    } | sections


def test_it_shows_a_page_plays_bars_and_leaves_when_told(engines: Any, toy: str) -> None:
    engine = engines(config_of(toy))
    url = engine.until("page")["url"]
    ready = engine.until("ready")
    assert ready["facts"]["model"] == toy and ready["facts"]["device"] == "cpu"
    assert ready["facts"]["url"] == url
    phrase = engine.phrases.get(timeout=PATIENCE_S)
    following = engine.phrases.get(timeout=PATIENCE_S)
    assert following.bar == phrase.bar + 1 >= 2
    assert len(phrase.controls) == 12
    with urllib.request.urlopen(f"{url}api/state", timeout=5) as response:
        state = json.load(response)
    assert (
        state["timeline"]["bpm"] == 240
        and state["engine"]["model"] == toy
        and len(state["latent"]) == 16
    )
    figures = engine.until("engine")
    while figures["numbers"]["fps"] is None or figures["numbers"]["decode_ms_p50"] is None:
        figures = engine.until("engine")
    numbers = figures["numbers"]
    assert numbers["fps"] > 0 and numbers["encode_ms_p50"] > 0
    assert figures["source"]["state"] == "running"
    assert numbers["failures"] == 0 and numbers["skipped"] == 0
    assert isinstance(decode(json.dumps(figures).encode(), Report), EngineFigures)
    engine.until("beat")
    engine.say({"t": "stop"})
    engine.until("bye")
    assert engine.process.wait(PATIENCE_S) == 0


def test_on_a_processor_no_torch_is_imported(
    engines: Any, toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    """Pictures to music, sound to paintings and over a camera's picture: a running show."""
    checkpoint.save(tmp_path / "painter", toy_painter(), {})
    checkpoint.save(tmp_path / "style", StyleNet(StyleConfig(8, 4, 1), ("old", "new")), {})
    save_wav(tmp_path / "tone.wav", 3.0, 440.0)
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")  # each import is a line on stderr
    model = {"name": toy, "device": "auto" if usable_devices() == ["cpu"] else "cpu", "seed": 1}
    model |= {"painter": str(tmp_path / "painter"), "style": str(tmp_path / "style")}
    sound = {"kind": "file", "value": str(tmp_path / "tone.wav")}
    engine = engines(config_of(toy, model=model, sound=sound, web={"on": False}))
    engine.until("ready")
    engine.phrases.get(timeout=PATIENCE_S)
    figures = engine.until("engine")
    while None in (figures["numbers"]["encode_ms_p50"], figures["numbers"]["paint_ms_p50"]):
        figures = engine.until("engine")
    engine.say({"t": "stop"})
    assert engine.process.wait(PATIENCE_S) == 0
    lines = capfd.readouterr().err.splitlines()
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines if "|" in line}
    assert {"numpy", "onnxruntime", "livesyn"} <= imported
    assert not {"torch", "onnx"} & imported


def test_it_leaves_when_the_supervisor_is_gone(engines: Any, toy: str) -> None:
    engine = engines(config_of(toy, web={"on": False}))
    engine.until("ready")
    engine.process.stdin.close()
    assert engine.process.wait(PATIENCE_S) == 0


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_it_is_to_keep_goes_when_the_show_ends_and_not_when_it_alone_does(
    engines: Any, toy: str, tmp_path: Path, number: int
) -> None:
    kept = tmp_path / "0" / "player.engine"
    engine = engines(config_of(toy, web={"on": False}))
    engine.until("ready")
    engine.process.send_signal(number)
    assert engine.process.wait(PATIENCE_S) == 0 and kept.exists()
    engine.player.stop()
    following = Running(tmp_path / "0", config_of(toy, web={"on": False}))
    try:
        following.until("ready")
        following.say({"t": "stop"})
        assert following.process.wait(PATIENCE_S) == 0
    finally:
        following.end()
    assert not kept.exists()


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        (
            {"model": {"name": "no-such-model", "device": "cpu", "seed": 0}},
            "there is no checkpoint 'no-such-model'",
        ),
        ({"source": {"kind": "video", "value": "/nowhere.mp4"}}, "there is no video"),
        ({"source": {"kind": "radio", "value": "x"}}, "the source is 'radio'"),
    ],
)
def test_a_mistake_of_the_users_is_fatal_and_one_sentence(
    engines: Any, toy: str, sections: dict[str, Any], words: str
) -> None:
    engine = engines(config_of(toy, **sections))
    error = engine.until("error")
    assert error["fatal"] is True and words in error["text"] and "\n" not in error["text"]
    assert engine.process.wait(PATIENCE_S) == 2


def test_a_port_in_use_is_fatal_too(engines: Any, toy: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        engine = engines(config_of(toy, web={"port": taken.getsockname()[1]}))
        assert "another program has it" in engine.until("error")["text"]
        assert engine.process.wait(PATIENCE_S) == 2


@pytest.mark.parametrize(
    "sections",
    [
        {"source": {"kind": "video", "value": "gone.mp4"}},
        {"sound": {"kind": "file", "value": "gone.wav"}},
    ],
    ids=["no camera", "no microphone"],
)
def test_an_engine_started_again_goes_on_without_what_is_missing(
    engines: Any, toy: str, tmp_path: Path, sections: dict[str, Any]
) -> None:
    checkpoint.save(tmp_path / "painter", toy_painter(), {})
    model = {"name": toy, "device": "cpu", "painter": str(tmp_path / "painter")}
    engine = engines(config_of(toy, model=model, web={"on": False}, **sections), been_here=True)
    said: list[dict[str, Any]] = []
    while not (
        {"ready", "engine"} <= {report["t"] for report in said}
        and any("gone" in report.get("text", "") for report in said)
    ):
        said.append(engine.reports.get(timeout=PATIENCE_S) or {"t": "left"})
        assert said[-1]["t"] != "left", "the engine left"
    assert not any(report.get("fatal") for report in said)
    engine.say({"t": "stop"})
    assert engine.process.wait(PATIENCE_S) == 0

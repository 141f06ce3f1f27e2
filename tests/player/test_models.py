"""The checkpoints in use: asked for by anybody, remembered for the next engine and player."""

from __future__ import annotations

from pathlib import Path

import pytest

from livesyn.ipc.messages import Event, ModelUsed, UseModel
from livesyn.player import snapshot
from livesyn.player.osc_control import OscControl
from livesyn.player.process import PlayerProcess
from livesyn.player.server import EngineServer
from livesyn.sinks.base import MemorySink
from livesyn.sinks.osc_packets import message, typed
from tests.asked import BY
from tests.fakes_child_pipe import Reports
from tests.player.test_process import SILENT


class Told(PlayerProcess):
    """A player whose engine is a list."""

    def __init__(self, folder: Path) -> None:
        self.sink = MemorySink()
        super().__init__(folder / "s", SILENT, Reports(), [self.sink])
        self.told: list[object] = []
        self.server.tell = lambda *messages: self.told.extend(messages)  # type: ignore[method-assign]
        self.house.defer = lambda job: job()  # type: ignore[method-assign]


def test_who_asks_is_passed_on_and_what_is_used_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EngineServer, "peers", property(lambda server: 1))
    process = Told(tmp_path)
    process._obey_engine(UseModel("b", **BY))
    assert process.told == [UseModel("b", **BY)] and not process.models
    process._obey_engine(ModelUsed("syn-vae", "a", **BY))
    process._obey_engine(ModelUsed("syn-vae", "b", **BY))
    process._obey_engine(ModelUsed("mvnet", "m", **BY))
    assert process._welcome().models == {"syn-vae": "b", "mvnet": "m"}
    assert [e[2] for e in process.sink.of("model")] == []  # only those who announce are told
    process._remember()
    found = snapshot.load(tmp_path / "s.show")
    assert found is not None and found.models == {"syn-vae": "b", "mvnet": "m"}
    again = Told(tmp_path)
    assert again._welcome().models == {"syn-vae": "b", "mvnet": "m"}
    for each in (process, again):
        each._close()


def test_without_an_engine_it_is_said(tmp_path: Path) -> None:
    process = Told(tmp_path)
    process._use_model("b", "osc")
    (event,) = process.told
    assert isinstance(event, Event) and "'b' is not played: the engine is not there" in event.text
    process._close()


class Heard:
    """An OSC in, what it asked for, and what it answered."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[bytes] = []
        self.reported: list[str] = []
        self.osc = OscControl(
            None,  # type: ignore[arg-type]  # not asked
            use_model=self.asked.append,
            models=lambda: ("a", "m"),
            report=self.reported.append,
        )

    def hear(self, packet: bytes) -> None:
        self.osc.hear(packet, "127.0.0.1", self.answers.append)


def test_by_osc_it_is_asked_for_by_name_and_told() -> None:
    heard = Heard()
    heard.hear(typed("/livesyn/model", "s", ["synvae-art"]))
    assert heard.asked == ["synvae-art"]
    heard.hear(typed("/livesyn/model", "s", ["?"]))
    assert heard.answers == [typed("/livesyn/model", "s", [name]) for name in ("a", "m")]
    assert heard.reported == ["/livesyn/model"]
    for wrong in (
        typed("/livesyn/model", "s", [""]),
        typed("/livesyn/model", "s", ["x" * 1025]),
        typed("/livesyn/model", "s", ["a\x07"]),
        typed("/livesyn/model", "ss", ["a", "b"]),
        message("/livesyn/model", 1.0),
        message("/livesyn/model"),
    ):
        heard.hear(wrong)
    assert heard.asked == ["synvae-art"] and heard.osc.ignored == 6

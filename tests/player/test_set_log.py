"""The set log's writer: what it keeps, what it drops, and what a disk does to it."""

import os
from pathlib import Path
from typing import Any

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import LOST, RUNNING
from livesyn.config.sections import NONE, Config, Log, Midi, Osc, Source, Web
from livesyn.ipc import messages, set_log
from livesyn.ipc.set_log import Asked, Begin, End, Lost, Made, Mapped, Step, decode
from livesyn.offline.replay import replay
from livesyn.player import set_log as writer
from livesyn.player.core import Player
from livesyn.player.process import PlayerProcess
from livesyn.player.set_log import SetLog
from livesyn.player.state import ShowState
from livesyn.sinks.base import MemorySink
from tests.fakes_child_pipe import Reports

BEGIN = Begin(set_log.FORMAT, set_log.VERSION, 100.0, 0.0, "test", {}, {})


class Rig:
    """A player, its state and its log; time stands until told."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path, self.clock = path, ManualClock(100.0)
        self.log = SetLog(path, self.clock, **options)
        self.player = Player((self.log.tape,), self.clock, journal=self.log)
        self.state = ShowState(self.player, self.clock, asked=self.log.asked)
        self.log.open()
        self.log.put(BEGIN)

    def run_for(self, seconds: float) -> None:
        end_s = self.clock.now_s() + seconds
        while self.clock.now_s() < end_s:
            self.clock.sleep_until(min(self.player.step(self.clock.now_s()), end_s))
        self.log.turn()

    def lines(self, kind: type = set_log.Line) -> list[Any]:
        found = [decode(line) for line in self.path.read_bytes().splitlines() if line]
        return [line for line in found if isinstance(line, kind)]


def test_it_can_be_read_while_it_is_written(tmp_path):
    rig = Rig(tmp_path / "set.jsonl")
    rig.player.play("osc", 99.5)
    rig.run_for(5.0)
    steps = rig.lines(Step)
    assert steps[0].obeyed[0].do == "play" and steps[0].obeyed[0].args == ["osc", 99.5]
    assert [bar.bar for step in steps for bar in step.settled] == [0, 1, 2]
    assert replay(rig.path).difference is None
    rig.run_for(5.0)
    assert len(rig.lines(Step)) > len(steps)


def test_every_change_has_who_asked_for_it_and_when(tmp_path):
    rig = Rig(tmp_path / "set.jsonl")
    rig.state.set_param("swing", 7.0, "osc", 99.0)
    rig.state.set_modulation(2, "depth", 0.5, "page", 98.0)
    rig.state.transport("nudge", 20.0, "midi", 97.0)
    rig.state.panic("window")
    rig.log.turn()
    assert [(a.what, a.name, a.value, a.origin, a.asked_s) for a in rig.lines(Asked)] == [
        ("param", "swing", rig.state.params()["swing"], "osc", 99.0),
        ("modulation", "3/depth", 0.5, "page", 98.0),
        ("transport", "nudge", 20.0, "midi", 97.0),
        ("panic", "", None, "window", 100.0),
    ]
    rig.state.transport("fly", None, "osc")  # refused: nothing was asked for
    rig.state.set_param("no such", 1.0, "osc")
    rig.log.turn()
    assert len(rig.lines(Asked)) == 4


def test_a_flood_is_one_line_with_its_number_and_the_newest_value(tmp_path):
    rig = Rig(tmp_path / "set.jsonl")
    for number in range(1000):
        rig.state.set_param("temperature", number / 1000, "osc")
    rig.state.set_param("temperature", 0.1, "page")
    rig.log.turn()
    asked = rig.lines(Asked)
    assert [(a.origin, a.value, a.times) for a in asked] == [("osc", 0.999, 1000), ("page", 0.1, 1)]


def test_each_scene_that_is_recalled_is_kept(tmp_path):
    rig = Rig(tmp_path / "set.jsonl")
    for scene in ("verse", "chorus"):
        rig.state.fade_to(scene, {"swing": 0.5}, None, 4.0, "osc")
    rig.state.step(rig.clock.now_s())
    rig.log.turn()
    scenes = [(a.name, a.value, a.origin) for a in rig.lines(Asked) if a.what == "scene"]
    assert scenes == [("verse", 4.0, "osc"), ("chorus", 4.0, "osc")]
    assert [a.value for a in rig.lines(Asked) if a.name == "swing"] == [0.5], "what it set, too"


def test_a_change_that_waits_says_for_what_and_again_when_it_is_there(tmp_path):
    rig = Rig(tmp_path / "set.jsonl")
    rig.state._timeline = lambda: rig.player.show.timeline if rig.player.show.playing else None
    rig.player.play()
    rig.run_for(1.0)
    rig.state.set_param("quantise", 2.0)
    rig.state.set_param("temperature", 0.9, "page")
    rig.log.turn()
    waits = [a for a in rig.lines(Asked) if a.name == "temperature"]
    assert len(waits) == 1 and waits[0].beat is not None
    rig.run_for(8.0)
    rig.state.step(rig.clock.now_s())
    rig.log.turn()
    there = [a for a in rig.lines(Asked) if a.name == "temperature"][1:]
    assert [(a.value, a.origin, a.beat) for a in there] == [(0.9, "page", None)]


def test_what_does_not_fit_the_queue_is_counted_and_said_in_the_log(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "QUEUE_LINES", 3)
    rig = Rig(tmp_path / "set.jsonl")
    for _ in range(10):
        rig.player.panic("osc")
        rig.player.step(rig.clock.now_s())
    rig.log.turn()
    assert [(line.lines, line.why) for line in rig.lines(Lost)] == [(8, writer.WHY_QUEUE)]
    assert rig.log.dropped == rig.log.health().dropped == 8
    assert replay(rig.path).ending.startswith("8 lines could not be written here")


def test_a_full_disk_loses_nothing_it_can_keep_and_is_said_once(tmp_path, monkeypatch):
    rig = Rig(tmp_path / "set.jsonl")
    real, full = os.write, [True]

    def write(file: int, data: bytes) -> int:
        if full[0]:
            raise OSError(28, "No space left on device")
        return real(file, data[:7])  # a disk that fills takes a little

    monkeypatch.setattr(os, "write", write)
    rig.player.play()
    rig.run_for(5.0)
    assert rig.log.health().state == LOST
    assert "no space left on device" in rig.log.health().reason
    full[0] = False
    rig.clock.advance(2.0)
    rig.log.turn()
    assert rig.log.health().state == RUNNING and rig.log.dropped == 0
    assert replay(rig.path).difference is None and replay(rig.path).settled == 3


def test_a_disk_that_stays_full_costs_lines_that_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "BACKLOG_BYTES", 3000)
    rig = Rig(tmp_path / "set.jsonl")
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        rig.player.play()
        rig.run_for(30.0)
    rig.clock.advance(2.0)
    rig.log.turn()
    rig.log.turn()
    lost = rig.lines(Lost)
    assert [line.why for line in lost] == [writer.WHY_DISK]
    assert rig.log.dropped == lost[0].lines > 0
    assert replay(rig.path).difference is None


def test_it_ends_at_its_limit_and_says_so(tmp_path):
    rig = Rig(tmp_path / "set.jsonl", limit_bytes=4000)
    rig.player.play()
    rig.run_for(60.0)
    assert "has reached its limit" in rig.log.health().complaint
    assert rig.path.stat().st_size < 6000
    assert [line.why for line in rig.lines(Lost)] == ["the log is full"]
    assert replay(rig.path).difference is None


def test_another_player_goes_on_in_the_same_file_behind_a_torn_line(tmp_path):
    path = tmp_path / "set.jsonl"
    rig = Rig(path)
    rig.player.play()
    rig.run_for(3.0)
    rig.log.stop()
    path.write_bytes(path.read_bytes()[:-9])
    again = Rig(path)
    again.player.play()
    again.run_for(3.0)
    again.player.finish(again.clock.now_s())
    again.log.stop()
    found = replay(path)
    assert found.lives == 2 and found.ending == "" and found.difference is None


def test_a_place_that_cannot_be_had_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    log = SetLog(tmp_path / "file" / "set.jsonl", ManualClock())
    with pytest.raises(DeviceError, match="cannot be written") as error:
        log.open()
    assert "--log" in str(error.value)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_it_is_for_its_user_alone(tmp_path):
    rig = Rig(tmp_path / "set.jsonl")
    assert rig.path.stat().st_mode & 0o077 == 0


def test_a_player_process_logs_its_show_and_no_token(tmp_path):
    path = tmp_path / "set.jsonl"
    config = Config(
        source=Source(NONE, ""),
        midi=Midi(on=False),
        osc=Osc(out=(), in_port=0),
        web=Web(token="secret"),
        log=Log(to=str(path)),
        params={"tempo": 90.0},
    )
    heard = MemorySink()
    process = PlayerProcess(tmp_path / "s", config, Reports(), [heard])
    assert process.log is not None
    process.log.open()
    process._begin_log()
    process.control.report()
    process._obey_engine(messages.BarMade(3, b"\0" * 8, {"temperature": 0.7}, 2))
    process._obey_engine(messages.Transport("play", None, origin="page", asked_s=5.0))
    process.player.step(process.clock.now_s())
    process.player.finish(process.clock.now_s())
    process._close()
    assert b"secret" not in path.read_bytes()
    lines = [decode(line) for line in path.read_bytes().splitlines()]
    assert isinstance(lines[0], Begin) and lines[0].params["tempo"] == 90.0
    assert lines[0].config["params"] == {"tempo": 90.0}
    assert [type(line) for line in lines] == [Begin, Mapped, Made, Step, End, Asked]
    assert replay(path).difference is None
    assert list(heard.of("start"))

"""What people are told of an input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.health import Announcements
from livesyn.base.mailbox import Latest
from livesyn.config.sections import Config, Web
from livesyn.engine import process
from livesyn.engine.feed_input import FeedInput
from livesyn.ipc.child_messages import Error
from livesyn.sources.feed import PICTURES, Report
from tests.engine.engine_in_process import engine_of


def input_of(light: dict[str, str], say: Callable[[str], object]) -> FeedInput[Any, Any]:
    return FeedInput(
        lambda: SimpleNamespace(name="camera 0"),
        Latest(),
        PICTURES,
        ManualClock(),
        light,
        Announcements(say),
        lambda call: call,
    )


def test_a_lost_source_is_said_once_and_that_it_is_back() -> None:
    light: dict[str, str] = {}
    said: list[str] = []
    camera = input_of(light, said.append)
    gone = Report("camera 0", "lost", reason="camera 0 is gone")
    for report in (
        Report("camera 0", "running"),
        gone,
        gone,
        Report("camera 0", "opening"),
        gone,
        Report("camera 0", "running"),
        Report("camera 0", "running"),
    ):
        camera._see(report)
    assert said == ["camera 0 is gone", "camera 0 is back"] and light["state"] == "running"


async def test_a_loss_is_told_whenever_it_happens(tmp_path: Path) -> None:
    """Before the nets are there as well: nothing but the report of a feed counts."""
    engine, reports = engine_of(tmp_path, Config(web=Web(on=False)))
    assert engine._picture_input is not None
    camera = engine._picture_input._now
    camera._see(Report("camera 0", "lost", reason="camera 0 is gone"))
    camera._see(Report("camera 0", "running"))
    camera._see(Report("camera 0", "running", complaint="it flickers"))
    camera._see(Report("camera 0", "running", complaint="it flickers"))
    told = ["camera 0 is gone", "camera 0 is back", "it flickers"]
    assert reports.of(Error) == [Error(text) for text in told]
    assert engine._view.snapshot()["events"] == told


async def test_a_light_is_slow_while_nothing_is_seen_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _ = engine_of(tmp_path, Config(web=Web(on=False)))
    assert engine._picture_input is not None
    camera, full = engine._picture_input._now, "the machine is full"
    running = Report("camera 0", "running")
    monkeypatch.setattr(type(camera.feed), "report", property(lambda feed: running))
    monkeypatch.setattr(process, "machine_full", lambda: full)
    slow = {"source": "no picture was encoded for 4 s"}
    engine._chains = [SimpleNamespace(slow=lambda now_s: slow)]  # type: ignore[list-item]
    engine._look_for_strain()
    shown = engine._view.snapshot()
    assert shown["source"] == {
        "name": "camera 0",
        "state": "slow",
        "reason": "no picture was encoded for 4 s; the machine is full",
    }
    assert (shown["engine"]["state"], shown["engine"]["reason"]) == ("slow", full)
    camera._see(running)
    assert engine._view.snapshot()["source"]["state"] == "slow", "until it keeps up"
    slow, full = {}, ""
    engine._look_for_strain()
    shown = engine._view.snapshot()
    assert shown["source"]["state"] == shown["engine"]["state"] == "running"

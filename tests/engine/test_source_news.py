"""What people are told of the source."""

from __future__ import annotations

from livesyn.base.clock import ManualClock
from livesyn.base.health import Announcements
from livesyn.engine.process import Engine
from livesyn.engine.stage import Stage
from livesyn.sources.feed import Report


def test_a_lost_source_is_said_once_and_that_it_is_back() -> None:
    engine, said = Engine.__new__(Engine), []
    engine._stage, engine._announcements = (
        Stage(lambda message: None, ManualClock()),
        Announcements(said.append),
    )
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
        engine._see_source(report)
    assert (
        said == ["camera 0 is gone", "camera 0 is back"]
        and engine._stage.source["state"] == "running"
    )


def test_a_loss_is_told_whenever_it_happens() -> None:
    """Before the nets are there as well: nothing but the report of a feed counts."""
    engine, said = Engine.__new__(Engine), []

    class PartWindows:
        def report(self, kind: str, **fields: object) -> None:
            said.append((kind, fields))

    engine._stage, engine._announcements = (
        Stage(lambda message: None, ManualClock()),
        Announcements(engine._complain),
    )
    engine._child_pipe, engine._live, engine._first = PartWindows(), None, True  # type: ignore[assignment]
    engine._see_source(Report("camera 0", "lost", reason="camera 0 is gone"))
    engine._see_source(Report("camera 0", "running"))
    engine._see_source(Report("camera 0", "running", complaint="it flickers"))
    engine._see_source(Report("camera 0", "running", complaint="it flickers"))
    assert said == [
        ("error", {"text": text, "fatal": False})
        for text in ("camera 0 is gone", "camera 0 is back", "it flickers")
    ]

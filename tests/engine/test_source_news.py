"""What people are told of the source."""

from __future__ import annotations

from livesyn.base.clock import ManualClock
from livesyn.engine.news import News
from livesyn.engine.process import Engine
from livesyn.engine.stage import Stage
from livesyn.sources.feed import Report


def test_a_lost_source_is_said_once_and_that_it_is_back() -> None:
    engine = Engine.__new__(Engine)
    said: list[str] = []
    engine._stage, engine._news = Stage(lambda message: None, ManualClock()), News(said.append)
    gone = Report("lost", "camera 0", reason="camera 0 is gone")
    for report in (
        Report("running", "camera 0"),
        gone,
        gone,
        Report("opening", "camera 0"),
        gone,
        Report("running", "camera 0"),
        Report("running", "camera 0"),
    ):
        engine._see_source(report)
    assert (
        said == ["camera 0 is gone", "camera 0 is back"] and engine._stage.source["state"] == "ok"
    )


def test_a_loss_is_told_whenever_it_happens() -> None:
    """Before the nets are there as well: nothing but the report of a feed counts."""
    engine = Engine.__new__(Engine)
    said: list[tuple[str, dict]] = []

    class PartWindows:
        def report(self, kind: str, **fields: object) -> None:
            said.append((kind, fields))

    engine._stage, engine._news = Stage(lambda message: None, ManualClock()), News(engine._complain)
    engine._child_pipe, engine._live, engine._first = PartWindows(), None, True  # type: ignore[assignment]
    engine._see_source(Report("lost", "camera 0", reason="camera 0 is gone"))
    engine._see_source(Report("running", "camera 0"))
    engine._see_source(Report("running", "camera 0", complaint="it flickers"))
    engine._see_source(Report("running", "camera 0", complaint="it flickers"))
    assert said == [
        ("error", {"text": text, "fatal": False})
        for text in ("camera 0 is gone", "camera 0 is back", "it flickers")
    ]

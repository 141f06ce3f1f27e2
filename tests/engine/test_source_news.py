"""What people are told of the source."""

from __future__ import annotations

from livesyn.base.clock import ManualClock
from livesyn.engine.news import News
from livesyn.engine.process import Engine
from livesyn.engine.stage import Stage
from livesyn.ipc.child_messages import Error
from livesyn.sources.feed import Report


def test_a_lost_source_is_said_once_and_that_it_is_back() -> None:
    engine, said = Engine.__new__(Engine), []
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
    engine, said = Engine.__new__(Engine), []

    class Pipe:
        def report(self, report: Error) -> None:
            said.append(report)

    engine._stage, engine._news = Stage(lambda message: None, ManualClock()), News(engine._complain)
    engine._child_pipe, engine._live, engine._first = Pipe(), None, True  # type: ignore[assignment]
    engine._see_source(Report("lost", "camera 0", reason="camera 0 is gone"))
    engine._see_source(Report("running", "camera 0"))
    engine._see_source(Report("running", "camera 0", complaint="it flickers"))
    engine._see_source(Report("running", "camera 0", complaint="it flickers"))
    assert said == [Error(text) for text in ("camera 0 is gone", "camera 0 is back", "it flickers")]

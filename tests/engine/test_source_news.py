"""What people are told of the source."""

from __future__ import annotations

from livesyn.base.clock import ManualClock
from livesyn.engine.process import Engine
from livesyn.engine.stage import Stage
from livesyn.sources.feed import Report


def test_a_lost_source_is_said_once_and_that_it_is_back() -> None:
    engine, said = Engine.__new__(Engine), []
    engine._stage, engine._lost_because = Stage(lambda message: None, ManualClock()), None
    engine._complain = said.append  # type: ignore[method-assign]
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

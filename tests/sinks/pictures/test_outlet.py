"""The outlet: a sink that is slow, fails or vanishes; the show goes on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import LONGEST_BACK_OFF_S
from livesyn.base.types import Frame
from livesyn.sinks.pictures.outlet import STUCK_S, Outlet, OutletReport
from tests.sinks.pictures.fakes import MemorySink

PATIENCE_S = 5.0


class Bench:
    """A sink, an outlet and a clock that moves only when told."""

    def __init__(self) -> None:
        self.sink = MemorySink()
        self.made = 0
        self.clock = ManualClock(20.0)
        self.reports: list[OutletReport] = []
        self.outlet = Outlet(self.make, self.clock, on_report=self.reports.append)

    def make(self) -> MemorySink:
        self.made += 1
        return self.sink

    def show(self, index: int) -> None:
        self.outlet.show(Frame(np.zeros((4, 4, 3), np.uint8), self.clock.now_s(), index))

    def wait(self, ready) -> None:
        with self.outlet._changed:
            assert self.outlet._changed.wait_for(ready, PATIENCE_S), (
                self.outlet.report,
                self.sink.frames,
            )

    def wait_shown(self, count: int) -> None:
        self.wait(lambda: self.outlet.report.shown >= count)

    def states(self) -> list[str]:
        return [report.state for report in self.reports]


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.sink.gate.set()
    bench.outlet.stop()
    assert bench.outlet.report.state == "off"


def test_pictures_are_shown_in_order(bench: Bench) -> None:
    bench.outlet.start()
    for index in range(5):
        bench.show(index)
        bench.wait_shown(index + 1)
        bench.clock.advance(1 / 30)
    assert [frame.index for frame in bench.sink.frames] == [0, 1, 2, 3, 4]
    report = bench.outlet.report
    assert (report.state, report.name, report.dropped) == (
        "running",
        "memory",
        0,
    ) and report.fps == pytest.approx(24, abs=0.1)
    assert bench.states() == ["opening", "running"]


def test_a_slow_sink_misses_pictures_and_holds_nobody_up(bench: Bench) -> None:
    bench.outlet.start()
    bench.sink.gate.clear()
    bench.show(0)
    assert bench.sink.entered.wait(PATIENCE_S)
    for index in range(1, 100):
        bench.show(index)
    assert bench.outlet.report.dropped == 98
    bench.clock.advance(STUCK_S + 1)
    stuck = bench.outlet.report
    assert stuck.state == "lost"
    assert "busy with one picture for more than 1.5 s" in stuck.reason
    bench.sink.gate.set()
    bench.wait_shown(2)
    after = bench.outlet.report
    assert [frame.index for frame in bench.sink.frames] == [0, 99] and after.state == "running"


def test_a_lost_sink_is_closed_reported_and_opened_again(bench: Bench) -> None:
    bench.outlet.start()
    bench.sink.broken = "the plug is out"
    bench.show(0)
    assert bench.outlet.wait_for("lost", PATIENCE_S)
    assert bench.outlet.report.reason == "the plug is out" and bench.outlet.report.lost == 1
    bench.sink.broken = ""
    bench.clock.advance(0.1)
    assert bench.outlet.wait_for("running", PATIENCE_S)
    bench.show(1)
    bench.wait_shown(1)
    assert bench.sink.closed == 1 and bench.sink.opened == 2 and bench.outlet.report.lost == 1


def test_it_is_back_within_two_seconds_however_long_it_was_gone(bench: Bench) -> None:
    bench.outlet.start()
    bench.sink.broken = bench.sink.refuse = "the plug is out"
    bench.show(0)
    assert bench.outlet.wait_for("lost", PATIENCE_S)
    for tries in range(2, 12):
        bench.clock.advance(LONGEST_BACK_OFF_S)
        bench.wait(lambda tries=tries: bench.states().count("lost") == tries)
    bench.sink.broken = bench.sink.refuse = ""
    bench.clock.advance(LONGEST_BACK_OFF_S)
    assert bench.outlet.wait_for("running", PATIENCE_S) and bench.outlet.report.lost == 1


def test_whatever_a_library_raises_is_a_loss(bench: Bench) -> None:
    bench.outlet.start()
    bench.sink.raises = RuntimeError("no such texture")
    bench.show(0)
    assert bench.outlet.wait_for("lost", PATIENCE_S)
    assert bench.outlet.report.reason == "memory failed (RuntimeError: no such texture)"


def test_at_the_desk_the_first_opening_is_waited_for(bench: Bench) -> None:
    bench.sink.refuse = "there is no such projector"
    with pytest.raises(DeviceError, match="there is no such projector"):
        bench.outlet.start()
    assert bench.outlet.report.state == "off"
    bench.sink.refuse = ""
    bench.outlet.start()
    bench.show(0)
    bench.wait_shown(1)


def test_on_stage_it_is_not(bench: Bench) -> None:
    bench.sink.refuse = "not yet"
    bench.outlet.start(required=False)
    assert bench.outlet.wait_for("lost", PATIENCE_S)
    bench.sink.refuse = ""
    bench.clock.advance(0.1)
    assert bench.outlet.wait_for("running", PATIENCE_S)
    bench.show(3)
    bench.wait_shown(1)


def test_what_waits_is_shown_before_it_closes(bench: Bench) -> None:
    bench.outlet.start()
    bench.sink.gate.clear()
    bench.show(0)
    assert bench.sink.entered.wait(PATIENCE_S)
    bench.show(1)
    bench.outlet.stop(timeout_s=0.0)
    bench.sink.gate.set()
    bench.outlet.stop()
    assert [frame.index for frame in bench.sink.frames] == [0, 1] and bench.sink.closed == 1


def test_a_listener_that_fails_stops_nothing() -> None:
    def listen(report: OutletReport) -> None:
        raise ValueError("not listening")

    sink = MemorySink()
    outlet = Outlet(lambda: sink, ManualClock(), on_report=listen)
    outlet.start()
    outlet.show(Frame(np.zeros((4, 4, 3), np.uint8), 0.0))
    outlet.stop()
    assert len(sink.frames) == 1

"""The feed: a source that fails, hangs, vanishes and returns; the show goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import LONGEST_BACK_OFF_S
from livesyn.base.mailbox import Latest
from livesyn.base.types import Frame
from livesyn.sources.feed import FIRST_FRAME_S, OPENING_S, Feed, Report
from tests.fakes_sources import FakeDevice, picture

PATIENCE_S = 5.0  # real seconds a test waits at most; a passing one waits for next to nothing


class Stage:
    """A device, a feed and a clock that moves only when told. The watchdog is called by hand."""

    def __init__(self, device: FakeDevice) -> None:
        self.device = device
        self.clock = ManualClock(50.0)
        self.mailbox: Latest[Frame] = Latest()
        self.reports: list[Report] = []
        self.feed = Feed(
            device.make, self.clock, self.mailbox, watchdog_s=1.5, on_report=self.reports.append
        )

    def frame(self, value: int = 1) -> Frame:
        """Give a picture and take it from the mailbox."""
        self.device.give(picture(value))
        frame = self.mailbox.take(PATIENCE_S)
        assert frame is not None and frame.pixels[0, 0, 0] == value
        return frame

    def wait(self, state: str) -> None:
        assert self.feed.wait_for(state, PATIENCE_S), f"it is {self.feed.report}"  # type: ignore[arg-type]

    def pass_s(self, seconds: float) -> None:
        self.feed.check(self.clock.advance(seconds))


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage(FakeDevice())
    yield stage
    stage.feed.stop()
    stage.device.released.set()
    for _ in stage.device.made:
        stage.device.give(picture())


def test_frames_arrive_with_time_and_number(stage: Stage) -> None:
    stage.feed.start()
    first = stage.frame(3)
    stage.clock.advance(0.25)
    second = stage.frame(4)
    assert (first.time_s, first.index) == (50.0, 0) and (second.time_s, second.index) == (50.25, 1)
    assert [report.state for report in stage.reports] == ["opening", "running"]
    assert stage.feed.report.frames == 2 and stage.feed.report.name == "fake camera"


def test_the_newest_wins_and_drops_are_counted(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(0)
    stage.device.give(picture(1), picture(2), picture(3))
    with stage.mailbox._condition:
        assert stage.mailbox._condition.wait_for(lambda: stage.mailbox.received == 4, PATIENCE_S)
    newest = stage.mailbox.take()
    assert newest is not None and newest.pixels[0, 0, 0] == 3 and stage.mailbox.dropped == 2


def test_measures_its_rate_and_sees_it_fall(stage: Stage) -> None:
    stage.feed.start()
    for n in range(30):
        stage.frame(n)
        stage.clock.advance(1 / 30)
    assert stage.feed.report.fps == pytest.approx(29, abs=1.5)
    stage.clock.advance(10)
    assert stage.feed.report.fps < 3


def test_a_first_opening_that_fails_is_raised_at_the_desk() -> None:
    stage = Stage(FakeDevice(plugged=False))
    with pytest.raises(DeviceError, match="not plugged in"):
        stage.feed.start()
    assert stage.feed.report.state == "off"
    stage.device.plugged = True
    stage.feed.start()
    stage.frame(9)
    stage.feed.stop()


def test_a_first_opening_that_hangs_is_raised_too(stage: Stage) -> None:
    stage.device.opening_hangs = True
    with pytest.raises(DeviceError, match="did not open within"):
        stage.feed.start(timeout_s=0.01)
    stage.device.released.set()
    assert stage.device.made[0].closed.wait(PATIENCE_S)


def test_a_source_that_raises_something_odd_at_first_is_a_device_error() -> None:
    class Odd(FakeDevice):
        @property
        def plugged(self) -> bool:
            raise ZeroDivisionError("driver")

        @plugged.setter
        def plugged(self, _: bool) -> None: ...

    with pytest.raises(DeviceError, match=r"fake camera failed .*ZeroDivisionError: driver"):
        Stage(Odd()).feed.start()


def test_unplugged_it_is_lost_and_back_within_two_seconds_of_its_return(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.device.vanish()
    stage.wait("lost")
    assert stage.feed.report.lost == 1 and "no picture any more" in stage.feed.report.reason
    assert stage.device.made[0].closed.wait(PATIENCE_S)
    for n in range(40):  # 20 s of trying, in vain
        stage.pass_s(0.5)
        stage.wait("lost")
        assert n < 39 or "not plugged in" in stage.feed.report.reason
    tries = len(stage.device.made)
    assert 15 <= tries <= 30
    stage.device.plugged = True
    returned_s = stage.clock.now_s()
    while len(stage.device.made) == tries:
        stage.pass_s(0.05)
        assert stage.clock.now_s() - returned_s <= LONGEST_BACK_OFF_S + 0.1
    frame = stage.frame(2)
    assert frame.time_s - returned_s < 2.0
    stage.wait("running")


@pytest.mark.parametrize(
    "error", [DeviceError("the cable is out"), RuntimeError("the cable is out")]
)
def test_what_a_source_raises_on_stage_is_reported_not_raised(
    stage: Stage, error: Exception
) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.device.fail(error)
    stage.wait("lost")
    assert "the cable is out" in stage.feed.report.reason
    stage.pass_s(0.15)
    stage.frame(2)
    assert [report.state for report in stage.reports] == [
        "opening",
        "running",
        "lost",
        "opening",
        "running",
    ]


def test_a_hung_read_is_left_and_its_late_frame_never_shown(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.device.hang()
    stage.pass_s(1.4)
    before = stage.feed.report
    stage.pass_s(0.2)
    after = stage.feed.report
    assert before.state == "running"
    assert after.state == "lost" and "gave no picture for 1.5 s" in after.reason
    stage.pass_s(0.15)
    assert stage.frame(2).time_s - 50.0 < 2.0  # within two seconds of the last one
    stage.device.released.set()  # the driver comes back to life
    assert stage.device.made[0].closed.wait(PATIENCE_S)
    assert stage.mailbox.take() is None
    assert stage.frame(3).pixels[0, 0, 0] == 3 and len(stage.device.made) == 2


def test_a_hung_opening_on_stage_is_left_too(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.device.opening_hangs = True
    stage.device.vanish()
    stage.wait("lost")
    stage.pass_s(0.2)
    stage.wait("opening")
    stage.pass_s(OPENING_S + 0.1)
    assert stage.feed.report.state == "lost" and "did not open for" in stage.feed.report.reason


def test_the_first_frame_may_take_its_time(stage: Stage) -> None:
    stage.feed.start()
    stage.pass_s(FIRST_FRAME_S - 0.1)
    stage.frame(1)
    assert stage.feed.report.lost == 0


def test_drivers_that_keep_hanging_do_not_pile_up_threads(stage: Stage) -> None:
    stage.feed.start()
    for _ in range(400):
        stage.device.hang()
        stage.pass_s(0.5)
    assert len(stage.device.made) < 30


def test_stop_is_final_and_closes(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.feed.stop()
    stage.device.give(picture(7))
    assert stage.device.made[0].closed.wait(PATIENCE_S)
    assert stage.mailbox.take() is None
    stage.pass_s(100)
    assert len(stage.device.made) == 1 and stage.feed.report.state == "off"


def test_speed_reaches_this_source_and_the_next(stage: Stage) -> None:
    stage.feed.start()
    stage.feed.set_speed(2.5)
    assert stage.device.made[0].speed == 2.5
    stage.frame(1)
    stage.device.fail(RuntimeError("gone"))
    stage.wait("lost")
    stage.pass_s(0.2)
    assert stage.device.made[1].speed == 2.5


def test_a_listener_that_fails_stops_nothing(stage: Stage) -> None:
    def fail(_: Report) -> None:
        raise ZeroDivisionError

    stage.feed._on_report = fail
    stage.feed.start()
    stage.frame(1)


def test_the_watchdog_runs_by_itself(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.device.fail(RuntimeError("gone"))
    stage.wait("lost")
    stage.clock.advance(0.2)
    stage.frame(2)  # nobody called check()


def test_a_first_opening_that_fails_is_raised_and_not_reported_too() -> None:
    stage = Stage(FakeDevice(plugged=False))
    with pytest.raises(DeviceError):
        stage.feed.start()
    assert "lost" not in [report.state for report in stage.reports]


def test_a_source_lost_before_its_first_frame_is_reported(stage: Stage) -> None:
    stage.feed.start()
    stage.device.vanish()
    stage.wait("lost")
    assert [report.state for report in stage.reports] == ["opening", "lost"]


def test_what_is_wrong_with_a_source_that_goes_on_is_reported_once(stage: Stage) -> None:
    stage.feed.start()
    stage.frame(1)
    stage.device.made[0].complaint = "the film has a hole"
    stage.frame(2)
    stage.frame(3)
    assert [(report.state, report.complaint) for report in stage.reports] == [
        ("opening", ""),
        ("running", ""),
        ("running", "the film has a hole"),
    ]

"""The feed with sound: every block, in order; lost and back; what got lost on the way is
counted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock, SoundSource
from livesyn.sources.feed import SOUND, Feed
from tests.fakes_sound import FakeSound, FakeSoundDevice, block

PATIENCE_S = 5.0
QUEUE = 8


class Stage:
    """A device, a feed and a clock that moves only when told."""

    def __init__(self) -> None:
        self.device = FakeSoundDevice()
        self.clock = ManualClock(50.0)
        self.queue: Bounded[AudioBlock] = Bounded(QUEUE)
        self.feed: Feed[SoundSource, AudioBlock] = Feed(
            self.device.make, self.clock, self.queue, SOUND
        )

    def take(self, count: int) -> list[AudioBlock]:
        blocks: list[AudioBlock] = []
        while len(blocks) < count:
            came = self.queue.drain(PATIENCE_S)
            assert came, f"{len(blocks)} of {count} came; {self.feed.report}"
            blocks += came
        return blocks

    def wait(self, state: str) -> None:
        assert self.feed.wait_for(state, PATIENCE_S), f"it is {self.feed.report}"  # type: ignore[arg-type]

    def pass_s(self, seconds: float) -> None:
        self.feed.check(self.clock.advance(seconds))

    @property
    def source(self) -> FakeSound:
        return self.device.made[-1]  # type: ignore[return-value]


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.feed.stop()
    stage.device.released.set()
    for _ in stage.device.made:
        stage.device.give(block())


def test_every_block_comes_in_order_with_its_time_and_rate(stage: Stage) -> None:
    stage.feed.start()
    stage.device.give(*[block(n / 10) for n in range(5)])
    blocks = stage.take(5)
    assert [float(each.samples[0, 0]) for each in blocks] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert {(each.time_s, each.rate_hz) for each in blocks} == {
        (50.0, 48000)
    } and stage.queue.dropped == 0
    assert stage.feed.report.frames == 5 and stage.feed.report.state == "running"


def test_silence_is_no_loss_but_no_block_is(stage: Stage) -> None:
    stage.feed.start()
    for _ in range(20):
        stage.device.give(np.zeros((480, 2), np.float32))
        stage.take(1)
        stage.pass_s(1.0)
    assert stage.feed.report.lost == 0
    stage.pass_s(0.6)
    assert (
        stage.feed.report.state == "lost" and "gave no sound for 1.5 s" in stage.feed.report.reason
    )


def test_unplugged_and_back_at_another_rate(stage: Stage) -> None:
    stage.feed.start()
    stage.device.give(block())
    stage.take(1)
    stage.device.vanish()
    stage.wait("lost")
    assert "fake microphone gave no sound any more" in stage.feed.report.reason
    stage.pass_s(0.15)
    stage.wait("lost")
    stage.device.plugged = True
    made = len(stage.device.made)
    returned_s = stage.clock.now_s()
    while len(stage.device.made) == made:
        stage.pass_s(0.05)
    stage.source.rate_hz = 44100
    stage.device.give(block(0.5))
    back = stage.take(1)[0]
    assert back.rate_hz == 44100 and back.time_s - returned_s < 2.0
    stage.wait("running")


def test_what_nobody_takes_drops_the_oldest_and_is_counted(stage: Stage) -> None:
    stage.feed.start()
    stage.device.give(*[block(n) for n in range(QUEUE + 3)], block(99))
    with stage.queue._condition:
        assert stage.queue._condition.wait_for(
            lambda: bool(stage.queue._items) and stage.queue._items[-1].samples[0, 0] == 99,
            PATIENCE_S,
        )
    assert [float(each.samples[0, 0]) for each in stage.queue.drain()] == [
        *range(4, QUEUE + 3),
        99,
    ] and stage.queue.dropped == 4


def test_xruns_are_counted_over_all_openings(stage: Stage) -> None:
    stage.feed.start()
    stage.device.give(block())
    stage.take(1)
    stage.source.xruns = 3
    assert stage.feed.report.xruns == 3
    stage.device.fail(RuntimeError("gone"))
    stage.wait("lost")
    assert stage.feed.report.xruns == 3
    stage.pass_s(0.15)
    stage.wait("opening")
    stage.source.xruns = 2
    assert stage.feed.report.xruns == 5
    stage.feed.stop()
    assert stage.feed.report.xruns == 5


def test_a_queue_is_waited_for() -> None:
    queue: Bounded[int] = Bounded(3)
    assert queue.drain() == [] and queue.drain(0.001) == []
    timer = threading.Timer(0.0, lambda: queue.put(7))
    timer.start()
    assert queue.drain(PATIENCE_S) == [7]
    timer.join()

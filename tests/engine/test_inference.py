"""One thread, bars first, newest frame wins; every failure is a sentence for who awaits it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import CheckpointError, ConfigError, DeviceError, ShapeError
from livesyn.base.types import Frame
from livesyn.engine.chains.see_to_hear.nets import Model, pick_device, square, usable_devices
from livesyn.engine.inference import Inference
from tests.nets.test_cuda_graphs import FakeLane
from tests.toys import save_toy

D = 16


class SlowModel:
    """Notes what it is asked, in order; waits at `gate` in its first encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.entered, self.gate = threading.Event(), threading.Event()

    def warm_up(self) -> None: ...

    def encode(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.asked.append(f"frame {pixels.flat[0]}")
        self.entered.set()
        assert self.gate.wait(10)
        return np.full(D, np.nan if pixels.flat[0] == 99 else 1.0), np.ones(D)

    def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        self.asked.append("bar")
        if temperature < 0:
            raise RuntimeError("no such temperature")
        return np.zeros(32, int)

    def remember(self, tokens: np.ndarray) -> np.ndarray:
        self.asked.append("memory")
        return np.zeros((64, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def started() -> Iterator[Callable[[object], Inference]]:
    running: list[Inference] = []

    def start(model: object) -> Inference:
        inference = Inference(lambda: model, ManualClock())  # type: ignore[arg-type, return-value]
        running.append(inference)
        inference.start()
        return inference

    yield start
    for inference in running:
        if isinstance(model := inference.ready.result(5), SlowModel):
            model.gate.set()
        inference.stop()


def frame(shade: int) -> Frame:
    return Frame(np.full((8, 8, 3), shade, np.uint8), 0.0)


async def test_bars_go_first_and_of_frames_the_newest(
    started: Callable[[object], Inference],
) -> None:
    model = SlowModel()
    inference = started(model)
    first = asyncio.create_task(inference.encode(frame(1)))
    assert await asyncio.to_thread(model.entered.wait, 10)
    rest = [
        asyncio.create_task(work)
        for work in (
            inference.encode(frame(2)),
            inference.remember(np.zeros(32)),
            inference.encode(frame(3)),
            inference.decode(np.zeros(D), None, 1, 0),
        )
    ]
    await asyncio.sleep(0)  # let each put its job in line
    model.gate.set()
    overtaken, _, newest, _ = await asyncio.gather(*rest)
    assert model.asked == ["frame 1", "bar", "memory", "frame 3"]
    assert (await first) is not None and newest is not None
    assert overtaken is None
    assert (inference.overtaken, inference.encoded, inference.skipped) == (1, 2, 0)


async def test_a_latent_that_is_not_finite_is_skipped_and_counted(
    started: Callable[[object], Inference],
) -> None:
    model = SlowModel()
    model.gate.set()
    inference = started(model)
    assert await inference.encode(frame(99)) is None
    assert inference.skipped == 1


async def test_a_failure_reaches_its_awaiter_and_the_thread_goes_on(
    started: Callable[[object], Inference],
) -> None:
    model = SlowModel()
    model.gate.set()
    inference = started(model)
    with pytest.raises(RuntimeError, match="no such temperature"):
        await inference.decode(np.zeros(D), None, -1, 0)
    assert (await inference.decode(np.zeros(D), None, 1, 0)).shape == (32,)


async def test_stopping_cancels_what_waits(started: Callable[[object], Inference]) -> None:
    model = SlowModel()
    inference = started(model)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(inference.encode(frame(1)))]
    assert await asyncio.to_thread(model.entered.wait, 10)
    tasks.append(asyncio.create_task(inference.decode(np.zeros(D), None, 1, 0)))
    await asyncio.sleep(0)
    model.gate.set()
    inference.stop()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError) or "bar" in model.asked
    with pytest.raises(DeviceError, match="ended"):
        await inference.encode(frame(2))


async def test_a_missing_checkpoint_is_said_by_ready() -> None:
    inference = Inference(lambda: Model.load("there-is-no-such-model"), ManualClock())
    inference.start()
    with pytest.raises(CheckpointError, match="there is no checkpoint 'there-is-no-such-model'"):
        await asyncio.wrap_future(inference.ready)
    with pytest.raises(DeviceError):
        await inference.encode(frame(0))


def test_devices_are_named_in_the_refusal() -> None:
    assert usable_devices()[-1] == "cpu"
    assert pick_device("auto") == usable_devices()[0]
    with pytest.raises(ConfigError, match="auto, cpu, cuda, mps"):
        pick_device("gpu")
    for name in {"cuda", "mps"} - set(usable_devices()):
        with pytest.raises(DeviceError, match=f"no {name} .* it has: .*cpu"):
            pick_device(name)


def test_the_centred_square_is_what_is_seen() -> None:
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:, 35:125] = 200
    assert (square(picture, 64) == 200).all()
    assert (square(picture.transpose(1, 0, 2).copy(), 64) == 200).all()
    assert square(np.full((10, 10, 3), 7, np.uint8), 64).shape == (64, 64, 3)
    for wrong in (np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3)), np.zeros((0, 5, 3), np.uint8)):
        with pytest.raises(ShapeError):
            square(wrong, 64)


def test_a_model_sees_writes_and_remembers(toy: Path) -> None:
    model = Model.load(str(toy), "cpu", threads=1)
    mean, std = model.encode(
        np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    )
    assert mean.shape == std.shape == (D,) and mean.dtype == np.float32
    assert not np.array_equal(mean, model.encode(np.zeros((90, 160, 3), np.uint8))[0])
    tokens = model.decode(mean, None, 0.8, 5)
    assert tokens.shape == (32,) and tokens.min() >= 0 and tokens.max() < 90
    assert np.array_equal(model.decode(mean, None, 0.8, 5), tokens)
    assert not np.array_equal(model.decode(mean, None, 0.8, 6), tokens)
    answer = model.decode(-mean, tokens[16:], 0.8, 5)
    assert np.array_equal(answer[:16], tokens[16:])
    assert model.remember(tokens).shape == (64, 64, 3)
    with pytest.raises(ShapeError):
        model.remember(tokens[:16])


def test_a_recorded_model_sees_and_writes_the_same(toy: Path) -> None:
    plain, quick = (Model.load(str(toy), "cpu", threads=1) for _ in range(2))
    lane = FakeLane()
    quick.quicken(lane)
    assert lane.recorded and not quick.complaints
    picture = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    for ours, theirs in zip(quick.encode(picture), plain.encode(picture), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    z = plain.encode(picture)[0]
    before = lane.replayed
    assert np.array_equal(quick.decode(z, None, 0.8, 5), plain.decode(z, None, 0.8, 5))
    assert lane.replayed > before


def test_a_gpu_that_does_not_record_is_said_and_the_show_goes_on(toy: Path) -> None:
    class Refusing(FakeLane):
        def record(self, work):
            raise RuntimeError("CUDA error: operation not permitted\nmore of it")

    model = Model.load(str(toy), "cpu", threads=1)
    z = np.ones(D, np.float32)
    before = model.decode(z, None, 0.8, 5)
    model.quicken(Refusing())
    assert (
        "does not record" in model.complaints[0]
        and "not permitted" in model.complaints[0]
        and "more of it" not in model.complaints[0]
    )
    assert np.array_equal(model.decode(z, None, 0.8, 5), before)
    assert model.encode(np.zeros((90, 160, 3), np.uint8))[0].shape == (D,)


async def test_a_style_that_is_not_there_is_said_and_the_show_goes_on():
    def missing():
        raise CheckpointError("there is no checkpoint 'style'")

    model = cast(Model, SimpleNamespace(warm_up=lambda: None))  # all it is asked for
    inference = Inference(lambda: model, ManualClock(), None, missing)
    inference.start()
    await asyncio.wrap_future(inference.ready)
    assert not inference.restyles and "there is no checkpoint 'style'" in inference.complaints[0]
    with pytest.raises(DeviceError, match="no style"):
        await inference.restyle(np.zeros((4, 4, 3), np.uint8), np.ones(5), 1.0)
    with pytest.raises(DeviceError, match="nothing paints"):
        await inference.listen(np.zeros((128, 768), np.float32))
    inference.stop()

"""One thread, bars first, newest frame wins; every failure is a sentence for who awaits it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import CheckpointError, ConfigError, DeviceError, ShapeError
from livesyn.base.types import Frame
from livesyn.engine.chains.hear_to_see.async_painter import AsyncPainter
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.nets import Model, square
from livesyn.engine.executor import BAR, FRAME, MEMORY, PAINTING, Inline
from livesyn.engine.inference import Inference, NetSpec, _Job, _turn
from livesyn.nets.devices import pick_device, usable_devices
from livesyn.nets.torch_playing import TorchSynVAE
from tests.nets.test_cuda_graphs import FakeLane
from tests.toys import save_toy

D = 16


class SlowModel:
    """Notes what it is asked, in order; waits at `gate` in its first encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.entered, self.gate = threading.Event(), threading.Event()

    def warm_up(self) -> None: ...

    def encode_many(self, pictures: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
        (pixels,) = pictures
        self.asked.append(f"frame {pixels.flat[0]}")
        self.entered.set()
        assert self.gate.wait(10)
        return [(np.full(D, np.nan if pixels.flat[0] == 99 else 1.0), np.ones(D))]

    def decode_many(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seeds: list[int],
        part: str = "melody",
    ) -> np.ndarray:
        self.asked.append("bar")
        if temperature < 0:
            raise RuntimeError("no such temperature")
        return np.zeros((1, 32), int)

    def remember(self, tokens: np.ndarray) -> np.ndarray:
        self.asked.append("memory")
        return np.zeros((64, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def started() -> Iterator[Callable[[SlowModel], AsyncModel]]:
    running: list[tuple[Inference, SlowModel]] = []

    def start(model: SlowModel) -> AsyncModel:
        inference = Inference(ManualClock(), {"slow": NetSpec(lambda: model)})  # type: ignore[arg-type, return-value]
        running.append((inference, model))
        inference.start()
        return AsyncModel(model, inference)  # type: ignore[arg-type]

    yield start
    for inference, model in running:
        model.gate.set()
        inference.stop()


def frame(shade: int) -> Frame:
    return Frame(np.full((8, 8, 3), shade, np.uint8), 0.0)


async def test_bars_go_first_and_of_frames_the_newest(
    started: Callable[[SlowModel], AsyncModel],
) -> None:
    model = SlowModel()
    nets = started(model)
    first = asyncio.create_task(nets.encode(frame(1)))
    assert await asyncio.to_thread(model.entered.wait, 10)
    rest = [
        asyncio.create_task(work)
        for work in (
            nets.encode(frame(2)),
            nets.remember(np.zeros(32)),
            nets.encode(frame(3)),
            nets.decode(np.zeros(D), None, 1, 0),
        )
    ]
    await asyncio.sleep(0)  # let each put its job in line
    model.gate.set()
    overtaken, _, newest, _ = await asyncio.gather(*rest)
    assert model.asked == ["frame 1", "bar", "memory", "frame 3"]
    assert (await first) is not None and newest is not None
    assert overtaken is None
    assert (nets.overtaken, nets.encoded, nets.skipped) == (1, 2, 0)


async def test_a_latent_that_is_not_finite_is_skipped_and_counted(
    started: Callable[[SlowModel], AsyncModel],
) -> None:
    model = SlowModel()
    model.gate.set()
    nets = started(model)
    assert await nets.encode(frame(99)) is None
    assert nets.skipped == 1


async def test_a_failure_reaches_its_awaiter_and_the_thread_goes_on(
    started: Callable[[SlowModel], AsyncModel],
) -> None:
    model = SlowModel()
    model.gate.set()
    nets = started(model)
    with pytest.raises(RuntimeError, match="no such temperature"):
        await nets.decode(np.zeros(D), None, -1, 0)
    assert (await nets.decode(np.zeros(D), None, 1, 0)).shape == (32,)


async def test_stopping_cancels_what_waits(started: Callable[[SlowModel], AsyncModel]) -> None:
    model = SlowModel()
    nets = started(model)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(nets.encode(frame(1)))]
    assert await asyncio.to_thread(model.entered.wait, 10)
    tasks.append(asyncio.create_task(nets.decode(np.zeros(D), None, 1, 0)))
    await asyncio.sleep(0)
    model.gate.set()
    nets._executor.stop()  # type: ignore[attr-defined]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError) or "bar" in model.asked
    with pytest.raises(DeviceError, match="ended"):
        await nets.encode(frame(2))


async def test_a_missing_checkpoint_is_said_by_ready() -> None:
    inference = Inference(
        ManualClock(), {"syn-vae": NetSpec(lambda: Model.load("there-is-no-such-model"))}
    )
    inference.start()
    with pytest.raises(CheckpointError, match="there is no checkpoint 'there-is-no-such-model'"):
        await asyncio.wrap_future(inference.ready)
    with pytest.raises(DeviceError):
        await inference.run(lambda: 0, BAR)


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


def by_torch(folder: Path) -> Model:
    """As on a GPU."""
    return Model("toy", TorchSynVAE.load(str(folder), "cpu"), "cpu")


def test_a_recorded_model_sees_and_writes_the_same(toy: Path) -> None:
    plain, quick = (by_torch(toy) for _ in range(2))
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

    model = by_torch(toy)
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


async def test_a_net_that_is_not_there_is_said_and_the_show_goes_on() -> None:
    def missing() -> Any:
        raise CheckpointError("there is no checkpoint 'style'")

    specs = {
        "model": NetSpec(lambda: SimpleNamespace(warm_up=lambda: None, complaints=("slow",))),  # type: ignore[arg-type, return-value]
        "style": NetSpec(missing, without="no style can be laid over the camera"),
    }
    inference = Inference(ManualClock(), specs)
    inference.start()
    nets = await asyncio.wrap_future(inference.ready)
    assert list(nets) == ["model"]
    assert inference.complaints == (
        "slow",
        "no style can be laid over the camera: there is no checkpoint 'style'",
    )
    inference.stop()


async def test_each_kind_of_newest_has_a_place_of_its_own() -> None:
    inference = Inference(ManualClock(), {})
    entered, gate, done = threading.Event(), threading.Event(), []

    def hold() -> None:
        entered.set()
        assert gate.wait(10)

    inference.start()
    holding = asyncio.create_task(inference.run(hold, BAR))
    assert await asyncio.to_thread(entered.wait, 10)
    asked = [
        asyncio.create_task(inference.newest(key, row, lambda rows: [done.append(rows[0])]))  # type: ignore[func-returns-value]
        for key, row in (("frame", "a"), ("sound", "b"), ("frame", "c"))
    ]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(holding, *asked)
    assert done == ["c", "b"], "the newest of each; first the kind that has waited longest"
    inference.stop()


async def test_how_long_a_job_took_is_told() -> None:
    clock, spans = ManualClock(5.0), []
    inference = Inference(clock, {})
    inference.start()
    await inference.run(
        lambda: clock.advance(0.25), BAR, lambda start_s, end_s: spans.append((start_s, end_s))
    )
    assert spans == [(5.0, 5.25)]
    inference.stop()


async def test_without_a_style_net_restyling_is_refused() -> None:
    nets = AsyncPainter(SimpleNamespace(), Inline())  # type: ignore[arg-type]
    assert not nets.restyles
    with pytest.raises(DeviceError, match="no style"):
        await nets.restyle(np.zeros((4, 4, 3), np.uint8), np.ones(5), 1.0)


def turns(*jobs: tuple[int, float], now_s: float) -> list[int]:
    """In which order these jobs, each (kind, asked at), have their turn."""
    waiting = [
        _Job(kind, order, asked_s, Future(), lambda: None, None)
        for order, (kind, asked_s) in enumerate(jobs)
    ]
    return [job.priority for job in sorted(waiting, key=lambda job: _turn(job, now_s))]


def test_paintings_go_before_frames_until_frames_are_late() -> None:
    jobs = (FRAME, 9.98), (MEMORY, 9.9), (PAINTING, 9.99), (BAR, 9.999)
    assert turns(*jobs, now_s=10.0) == [BAR, PAINTING, MEMORY, FRAME]
    assert turns(*jobs, now_s=10.03) == [BAR, FRAME, PAINTING, MEMORY]
    assert turns(*jobs, now_s=10.2) == [BAR, MEMORY, FRAME, PAINTING]


def test_under_load_nothing_waits_for_ever() -> None:
    jobs = (PAINTING, 8.9), (FRAME, 9.9), (MEMORY, 9.7)
    assert turns(*jobs, now_s=10.0) == [PAINTING, MEMORY, FRAME]


async def test_a_frame_that_overtakes_keeps_the_place_of_the_first() -> None:
    clock, done = ManualClock(), []
    inference = Inference(clock, {})
    entered, gate = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        assert gate.wait(10)

    def frame_work(rows: list[str]) -> list[None]:
        done.append(rows[0])
        return [None]

    inference.start()
    asked = [asyncio.create_task(inference.run(hold, BAR))]
    assert await asyncio.to_thread(entered.wait, 10)
    for name in ("a", "b", "c"):  # a frame each 30 ms, while a bar keeps the thread
        asked.append(asyncio.create_task(inference.newest("frame", name, frame_work)))
        await asyncio.sleep(0)
        clock.advance(0.03)
    asked.append(asyncio.create_task(inference.run(lambda: done.append("painting"), PAINTING)))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*asked)
    assert done == ["c", "painting"]
    inference.stop()


async def test_who_waits_for_the_nets_may_give_up() -> None:
    """A show that ends while they still load."""
    loading, go_on = threading.Event(), threading.Event()

    def load() -> Any:
        loading.set()
        go_on.wait(30)
        return SimpleNamespace(warm_up=lambda: None, complaints=())

    inference = Inference(ManualClock(), {"slow": NetSpec(load)})
    inference.start()
    assert loading.wait(30)
    waiting = asyncio.ensure_future(asyncio.wrap_future(inference.ready))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0)  # what was given up is told on
    go_on.set()
    assert set(inference.ready.result(30)) == {"slow"}
    inference.stop()

"""Recorded work, on a lane that keeps a GPU's rules on a processor; and on a GPU where there is
one.
"""

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from livesyn.nets import music_vae, vis_vae
from livesyn.nets.cuda_graphs import CapturedGraph, CudaGraphDevice, GraphedEncoder
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.vis_vae import VisVAE


class Blind(TorchDispatchMode):
    """Refuses what would wait for a GPU to tell a number."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket in (
            torch.ops.aten._local_scalar_dense,
            torch.ops.aten.item,
            torch.ops.aten.nonzero,
        ):
            raise RuntimeError("operation not permitted when stream is capturing")
        return func(*args, **(kwargs or {}))


class FakeLane:
    """Replays do the same work on the tensors that were there, into the result that was returned,
    which before the first of them holds nothing of use; and, as in a recording, nothing may be
    looked at while the work is done.
    """

    def __init__(self):
        self.device, self.recorded, self.replayed = torch.device("cpu"), 0, 0

    def record(self, work):
        self.recorded += 1
        with Blind():
            result = work()
        result.fill_(float("nan") if result.is_floating_point() else -1)

        def replay():
            self.replayed += 1
            result.copy_(work())

        return replay, result

    def shared(self, shape, dtype):
        return torch.empty(shape, dtype=dtype)

    def mark(self):
        return lambda: None


@pytest.fixture(
    params=[
        "fake",
        pytest.param(
            "cuda",
            marks=pytest.mark.skipif(
                not torch.cuda.is_available(), reason="there is no CUDA device here"
            ),
        ),
    ]
)
def lane(request):
    return FakeLane() if request.param == "fake" else CudaGraphDevice()


def test_each_kind_of_call_is_recorded_once_and_gives_what_the_work_gives(lane):
    calls = []

    def work(x, y, times):
        calls.append(times)
        return x * times + y

    quick = CapturedGraph(work, lane)
    one, two = torch.arange(3.0), torch.ones(3)
    first = quick(one, two, times=2)
    kept = first.clone()
    assert quick(one + 1, two, times=2).tolist() == (2 * (one + 1) + two).tolist()
    assert first.tolist() == kept.tolist()  # the first result is the caller's own
    runs = len(calls)
    assert quick(one, two, times=3).tolist() == (3 * one + two).tolist()
    assert quick(one[:2], two[:2], times=2).tolist() == (2 * one + two)[:2].tolist()
    assert len(calls) > runs
    if isinstance(lane, FakeLane):
        assert (lane.recorded, lane.replayed) == (3, 4)


def test_what_cannot_be_recorded_is_done_as_it_is_and_says_why():
    looks = CapturedGraph(lambda x: x * float(x.sum()), FakeLane())
    assert looks(torch.ones(2)).tolist() == [2, 2] and "not permitted" in looks.complaint
    assert looks(torch.full((2,), 2.0)).tolist() == [8, 8]


def test_bars_are_the_same_when_recorded(lane):
    torch.manual_seed(0)
    net = MusicVAE(music_vae.preset("toy")).eval().to(lane.device)
    z = torch.randn(1, 16)
    forced = torch.randint(0, 90, (1, 16))
    quick = CapturedGraph(net.write, lane)
    for temperature, given in (
        (0.5, None),
        (0.9, None),
        (0.0, None),
        (0.5, forced),
        (0.5, forced.flip(1)),
    ):
        given = None if given is None else given.to(lane.device)
        bars = []
        for net.writer in (None, quick):
            with torch.inference_mode():
                bars.append(
                    net.decode(
                        z.to(lane.device), temperature, torch.Generator().manual_seed(5), given
                    )
                )
        assert (bars[0] == bars[1]).all()
        z = z + 0.3
    if isinstance(lane, FakeLane):
        # drawn, likeliest, and with a bar given: a temperature is no kind of its own
        assert (lane.recorded, lane.replayed) == (
            3,
            5,
        )


def test_an_eye_sees_what_the_encoder_sees(lane):
    torch.manual_seed(0)
    net = VisVAE(vis_vae.preset("toy")).eval().to(lane.device)
    size = net.config.size
    eye = GraphedEncoder(net.encode, size, net.config.latent, lane)
    random = np.random.default_rng(0)
    before = None
    for _ in range(3):
        pixels = random.integers(0, 256, (size, size, 3), dtype=np.uint8)
        mean, std = eye(pixels)
        with torch.inference_mode():
            true_mean, true_std = net.encode(
                torch.from_numpy(pixels).to(lane.device).permute(2, 0, 1)[None].float() / 255
            )
        np.testing.assert_allclose(mean, true_mean[0].cpu(), atol=1e-4)
        np.testing.assert_allclose(std, true_std[0].cpu(), atol=1e-4)
        assert before is None or not np.array_equal(before[0], mean)
        # the last one's latent stays what it was
        assert before is None or np.array_equal(before[0], before[1])
        before = mean, mean.copy()

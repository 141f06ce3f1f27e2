"""Work on a GPU that is recorded once and replayed: a bar is some four hundred small kernels, and
starting each from Python takes longer than running it. And pictures that go there and back without
either side standing still.

`CudaGraphDevice` is the real GPU; tests have a lane of their own that keeps the same rules on a
processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

WARM = 3  # runs before the recording, in which libraries choose their kernels and take their memory


class GraphDevice(Protocol):
    """What is asked of a GPU. One thread uses it."""

    device: torch.device

    def record(self, work: Callable[[], Tensor]) -> tuple[Callable[[], None], Tensor]:
        """Keep `work`, on tensors that stay where they are.

        Returns what does it again and the tensor in which the result then lies.
        """

    def shared(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """Memory of the processor's that the GPU reads and writes by itself."""

    def mark(self) -> Callable[[], None]:
        """What waits until all that was asked for until now has been done, and for nothing that is
        asked for later.
        """


class CudaGraphDevice:
    """The current CUDA device: graphs, pinned memory, events."""

    def __init__(self) -> None:
        self.device = torch.device("cuda", torch.cuda.current_device())

    def record(self, work: Callable[[], Tensor]) -> tuple[Callable[[], None], Tensor]:
        """See `GraphDevice`."""
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(WARM):
                work()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            result = work()
        return graph.replay, result

    def shared(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """See `GraphDevice`."""
        return torch.empty(shape, dtype=dtype, pin_memory=True)

    def mark(self) -> Callable[[], None]:
        """See `GraphDevice`."""
        event = torch.cuda.Event()
        event.record()
        return event.synchronize


class CapturedGraph:
    """`work(*tensors, **fixed)`, recorded at the first call of each kind: shapes and types of the
    tensors, values of the others. What it returns is the caller's own. `work` must wait for nothing
    and draw nothing. One thread uses it. What cannot be recorded is done as it is, and `complaint`
    says why.
    """

    def __init__(self, work: Callable[..., Tensor], lane: GraphDevice) -> None:
        self._work, self._lane = work, lane
        self._known: dict[Any, tuple[list[Tensor], Callable[[], None], Tensor] | None] = {}
        self.complaint = ""

    @torch.inference_mode()
    def __call__(self, *tensors: Tensor, **fixed: Any) -> Tensor:
        """See the class."""
        kind = (tuple((t.shape, t.dtype) for t in tensors), tuple(sorted(fixed.items())))
        if kind not in self._known:
            self._known[kind] = self._record(tensors, fixed)
        known = self._known[kind]
        if known is None:
            return self._work(*(t.to(self._lane.device) for t in tensors), **fixed)
        inputs, replay, result = known
        for place, tensor in zip(inputs, tensors, strict=True):
            place.copy_(tensor, non_blocking=True)
        replay()
        return result.clone()

    def _record(
        self, tensors: tuple[Tensor, ...], fixed: dict[str, Any]
    ) -> tuple[list[Tensor], Callable[[], None], Tensor] | None:
        inputs = [t.to(self._lane.device, copy=True) for t in tensors]
        try:
            return (inputs, *self._lane.record(lambda: self._work(*inputs, **fixed)))
        except RuntimeError as error:  # drivers and libraries refuse in many words
            self.complaint = (str(error) or type(error).__name__).splitlines()[0]
            return None


class GraphedEncoder:
    """Pictures (S, S, 3) uint8 to posteriors, one at a time: `encode(pictures (1, 3, S, S))`
    recorded, its input and its output in memory that the GPU reaches by itself. Nothing waits on
    the way there; the caller waits for the latent it asked for.
    """

    def __init__(
        self,
        encode: Callable[[Tensor], tuple[Tensor, Tensor]],
        size: int,
        latent: int,
        lane: GraphDevice,
    ) -> None:
        self._lane = lane
        self.work = CapturedGraph(
            lambda pixels: torch.stack(encode(pixels.permute(0, 3, 1, 2).float() / 255)), lane
        )
        self._in, self._out = (
            lane.shared((1, size, size, 3), torch.uint8),
            lane.shared((2, 1, latent), torch.float32),
        )

    @torch.inference_mode()
    def __call__(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (D,)."""
        self._in.copy_(torch.from_numpy(pixels)[None])
        self._out.copy_(self.work(self._in), non_blocking=True)
        self._lane.mark()()  # the one wait, for this latent; the interpreter is free meanwhile
        mean, std = self._out[:, 0].numpy().copy()
        return mean, std

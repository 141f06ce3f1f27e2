"""The one thread in which the nets run, and what the chain awaits of it.

Bars go before paintings, these before memory pictures, all before frames; of frames only the newest
waits.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import CheckpointError, DeviceError
from livesyn.base.scheduling import leave_quiet_core
from livesyn.base.types import Frame, Latent
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.chains.hear_to_see.style import Stylist
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.metrics import Recent

BAR, PAINTING, MEMORY = 0, 1, 2
WAITING = 64  # jobs; the chain awaits each, so only a bug reaches this


def latent_of(model: Model, frame: Frame) -> Latent | None:
    """The latent of `frame`; None when it is not one of finite numbers."""
    return finite(*model.encode(frame.pixels), frame.time_s)


def finite(mean: np.ndarray, std: np.ndarray, time_s: float) -> Latent | None:
    """The latent of these, (D,) each; None when it is not one of finite numbers."""
    fine = np.isfinite(mean).all() and np.isfinite(std).all() and (std > 0).all()
    return Latent(mean, std, time_s) if fine else None


class Inference:
    """Nets behind awaitables. `load` is called in the inference thread, so that importing
    torch holds nobody up; `ready` is done when the model is loaded and warm, or has the
    LivesynError that says why not. `load_painter` likewise, where there is something to listen to,
    and `load_stylist`, where there is a picture to restyle as well: without it the show goes on,
    and `complaints` say so.

    `encode_ms`, `decode_ms` and `latency_ms` (frame taken to latent there) are sliding;
    `skipped` counts frames that gave no finite latent, `overtaken` those that a newer one
    replaced. The async methods belong to one asyncio loop.
    """

    def __init__(
        self,
        load: Callable[[], Model],
        clock: Clock,
        load_painter: Callable[[], Painter] | None = None,
        load_stylist: Callable[[], Stylist] | None = None,
    ) -> None:
        self._load, self._load_painter, self._load_stylist = load, load_painter, load_stylist
        self._stylist: Stylist | None = None
        self.complaints: tuple[str, ...] = ()
        self._painter: Painter | None = None
        self._clock = clock
        self._wake = threading.Condition()
        self._jobs: list[tuple[int, int, Future, Callable[[Model], Any]]] = []
        self._order = itertools.count()
        self._frame: tuple[Future, Frame] | None = None
        self._stopping = False
        self._model: Model | None = None
        self.ready: Future[Model] = Future()
        self.encode_ms, self.decode_ms, self.latency_ms, self.age_ms = (
            Recent(600),
            Recent(120),
            Recent(600),
            Recent(600),
        )
        self.paint_ms = Recent(600)
        self.skipped = self.overtaken = self.encoded = 0
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)

    def start(self) -> None:
        """Begin to load; see `ready`."""
        self._thread.start()

    @property
    def model(self) -> Model:
        """The model, once `ready`."""
        return self.ready.result(0)

    async def encode(self, frame: Frame) -> Latent | None:
        """The latent of `frame`; None when a newer frame overtook it, or when it is not a
        finite one (skipped and counted)."""
        future: Future[Latent | None] = Future()
        with self._wake:
            self._check()
            if self._frame is not None:
                if self._frame[0].set_running_or_notify_cancel():
                    self._frame[0].set_result(None)
                self.overtaken += 1
            self._frame = future, frame
            self._wake.notify()
        return await asyncio.wrap_future(future)

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        """Two bars of tokens (32,) of `part` from z (D,); `forced` (K,) are the first K. Goes
        first. See `Model.decode`.
        """
        return await self._ask(
            BAR, lambda model: self._decode(model, z, forced, temperature, seed, part)
        )

    async def remember(self, tokens: np.ndarray) -> np.ndarray:
        """The picture the music (32,) remembers, (64, 64, 3) uint8."""
        return await self._ask(MEMORY, lambda model: model.remember(tokens))

    @property
    def painter(self) -> Painter:
        """The painter, once `ready`. Raises DeviceError where none was asked for."""
        if self._painter is None:
            raise DeviceError("nothing paints here: the show was not told what to listen to")
        return self._painter

    @property
    def restyles(self) -> bool:
        """Whether `restyle` can be asked."""
        return self._stylist is not None

    async def restyle(self, pixels: np.ndarray, weights: np.ndarray, amount: float) -> np.ndarray:
        """A picture (H, W, 3) uint8 in the manner of the periods, weighed by `weights` (P,); see
        `Stylist.restyle`.
        """
        stylist = self._stylist
        if stylist is None:
            raise DeviceError("no style can be laid over the picture here")
        return await self._ask(
            PAINTING, lambda _: self._timed(lambda: stylist.restyle(pixels, weights, amount))
        )

    async def listen(self, columns: np.ndarray) -> np.ndarray:
        """The embedding (E,) of a mel window (128, 768), dB."""
        return await self._ask(MEMORY, lambda _: self.painter.listen(columns))

    async def listen_notes(self, tokens: np.ndarray) -> np.ndarray:
        """Where two bars (32,) lie, z (D,)."""
        return await self._ask(MEMORY, lambda model: model.notes_latent(tokens))

    async def paint_latent(self, z: np.ndarray) -> np.ndarray:
        """The picture of z (D,) by the visual decoder, (S, S, 3) uint8."""
        return await self._ask(PAINTING, lambda model: self._timed(lambda: model.paint(z)))

    async def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The painting of an embedding (E,) and noise (N,), (S, S, 3) uint8."""
        return await self._ask(
            PAINTING, lambda _: self._timed(lambda: self.painter.paint(embedding, noise))
        )

    def stop(self, timeout_s: float = 2.0) -> None:
        """End the thread after what it is doing; what waits is cancelled."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    async def _ask(self, priority: int, work: Callable[[Model], Any]) -> Any:
        future: Future = Future()
        with self._wake:
            self._check()
            heapq.heappush(self._jobs, (priority, next(self._order), future, work))
            self._wake.notify()
        return await asyncio.wrap_future(future)

    def _check(self) -> None:
        if self._stopping:
            raise DeviceError("inference has ended")
        if len(self._jobs) >= WAITING:
            raise DeviceError(
                f"{WAITING} bars are waiting to be decoded; this machine is too slow for this model"
            )

    def _run(self) -> None:
        leave_quiet_core()
        try:
            model = self._load()
            model.warm_up()
            if self._load_painter is not None:
                self._painter = self._load_painter()
                self._painter.warm_up()
            if self._load_stylist is not None:
                self._prepare_stylist(self._load_stylist)
        except BaseException as error:
            self._stopping = True
            self.ready.set_exception(error)
            self._cancel_all()
            return
        self.ready.set_result(model)
        while (job := self._next()) is not None:
            future, work = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work(model))
            except Exception as error:  # the one who awaits it decides what it means
                future.set_exception(error)
        self._cancel_all()

    def _prepare_stylist(self, load: Callable[[], Stylist]) -> None:
        try:
            stylist = load()
            stylist.warm_up()
            self._stylist = stylist
        except CheckpointError as error:
            self.complaints = (*self.complaints, f"no style can be laid over the camera: {error}")

    def _next(self) -> tuple[Future, Callable[[Model], Any]] | None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._jobs or self._frame)
            if self._stopping:
                return None
            if self._jobs:
                _, _, future, work = heapq.heappop(self._jobs)
                return future, work
            assert self._frame is not None
            (future, frame), self._frame = self._frame, None
            return future, lambda model: self._encode(model, frame)

    def _encode(self, model: Model, frame: Frame) -> Latent | None:
        start_s = self._clock.now_s()
        latent = latent_of(model, frame)
        end_s = self._clock.now_s()
        self.age_ms.add(1000 * (start_s - frame.time_s))
        self.encode_ms.add(1000 * (end_s - start_s))
        self.latency_ms.add(1000 * (end_s - frame.time_s))
        self.encoded += latent is not None
        self.skipped += latent is None
        return latent

    def _decode(
        self,
        model: Model,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str,
    ) -> np.ndarray:
        start_s = self._clock.now_s()
        tokens = model.decode(z, forced, temperature, seed, part)
        self.decode_ms.add(1000 * (self._clock.now_s() - start_s))
        return tokens

    def _timed(self, paint: Callable[[], np.ndarray]) -> np.ndarray:
        start_s = self._clock.now_s()
        pixels = paint()
        self.paint_ms.add(1000 * (self._clock.now_s() - start_s))
        return pixels

    def _cancel_all(self) -> None:
        with self._wake:
            waiting = [job[2] for job in self._jobs] + ([self._frame[0]] if self._frame else [])
            self._jobs, self._frame = [], None
        for future in waiting:
            future.cancel()


class Direct:
    """The same awaitables without a thread, for files: the work is done when asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.skipped = 0

    async def encode(self, frame: Frame) -> Latent | None:
        """See `Inference.encode`."""
        latent = latent_of(self.model, frame)
        self.skipped += latent is None
        return latent

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        """See `Inference.decode`."""
        return self.model.decode(z, forced, temperature, seed, part)

    async def remember(self, tokens: np.ndarray) -> np.ndarray:
        """See `Inference.remember`."""
        return self.model.remember(tokens)

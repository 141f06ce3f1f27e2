"""The one thread in which nets run while a show plays. It knows none of them: a chain says which
nets it needs (`NetSpec`) and hands in the work.

Bars go before paintings, these before memory pictures, all before frames; of frames only the newest
waits. But on a machine that is full, paintings slow down first: a frame that has waited for longer
than frames are apart goes before them, and so does a memory picture after a while, and none of them
waits for ever.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from livesyn.base.clock import Clock
from livesyn.base.errors import CheckpointError, DeviceError
from livesyn.base.scheduling import leave_quiet_core
from livesyn.engine.executor import BAR, FRAME, MEMORY, PAINTING, Executor, Timed

# from when on a job goes before all others but bars
OVERDUE_S = {BAR: math.inf, FRAME: 0.04, MEMORY: 0.25, PAINTING: 1.0}
# in words
MADE = {BAR: "a bar", FRAME: "a frame", MEMORY: "a picture remembered", PAINTING: "a painting"}
WAITING = 64  # jobs; chains await each of theirs, so only a bug or a machine far too slow gets here

T = TypeVar("T")


class Net(Protocol):
    """A net ready to run, with the checkpoint's `name` and the `device` it is on."""

    name: str
    device: str

    def warm_up(self) -> None:
        """Run everything before it is needed: the first run takes ten times as long."""


@dataclass(frozen=True, slots=True)
class NetSpec:
    """How to get a net: `load` is called in the inference thread, so that importing what the net
    plays by holds nobody up. Where the show can do `without` it, that says in words what is then
    missing.
    """

    load: Callable[[], Net]
    without: str = ""


class _Job(NamedTuple):
    priority: int
    order: int
    asked_s: float  # of frames, when the first of those was that this one has overtaken
    future: Future[Any]
    work: Callable[[], Any]
    timed: Timed | None


class Inference(Executor):
    """`start` loads the nets of `specs`; `ready` is done when they are there and warm, by name, or
    has the LivesynError that says why one that is needed is not. `complaints` are sentences about
    what the show does without.

    The awaitables belong to one asyncio loop.
    """

    def __init__(self, clock: Clock, specs: Mapping[str, NetSpec]) -> None:
        self._clock, self._specs = clock, dict(specs)
        self.complaints: tuple[str, ...] = ()
        self.ready: Future[dict[str, Any]] = Future()
        self._wake = threading.Condition()
        self._jobs: list[_Job] = []
        self._newest: dict[Hashable, _Job] = {}
        self._order = itertools.count()
        self._stopping = False
        self._busy: tuple[_Job, float] | None = None  # what is being done, and since when
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)

    def load_others(self, specs: Mapping[str, NetSpec]) -> None:
        """Load the nets of `specs` instead; before `start`."""
        self._specs = dict(specs)

    def start(self) -> None:
        """Begin to load; see `ready`."""
        # whoever waits may give up, but not take it back: the thread says how it ended
        self.ready.set_running_or_notify_cancel()
        self._thread.start()

    async def run(self, work: Callable[[], T], priority: int, timed: Timed | None = None) -> T:
        """See `Executor.run`. Raises DeviceError when the thread has ended or cannot keep up."""
        job = self._job(priority, work, timed)
        with self._wake:
            self._check()
            self._jobs.append(job)
            self._wake.notify()
        answer: T = await asyncio.wrap_future(job.future)
        return answer

    async def newest(
        self,
        key: Hashable,
        row: Any,
        work: Callable[[list[Any]], list[T]],
        timed: Timed | None = None,
    ) -> T | None:
        """See `Executor.newest`. Raises as `run` does."""
        job = self._job(FRAME, lambda: work([row])[0], timed)
        with self._wake:
            self._check()
            overtaken = self._newest.get(key)
            if overtaken is not None:
                job = job._replace(asked_s=overtaken.asked_s, order=overtaken.order)
                if overtaken.future.set_running_or_notify_cancel():
                    overtaken.future.set_result(None)
            self._newest[key] = job
            self._wake.notify()
        answer: T | None = await asyncio.wrap_future(job.future)
        return answer

    def busy(self, now_s: float) -> tuple[str, float]:
        """What is being made now, and for how many seconds; "" and 0 while nothing is."""
        if (busy := self._busy) is None:
            return "", 0.0
        return MADE[busy[0].priority], now_s - busy[1]

    def stop(self, timeout_s: float = 2.0) -> None:
        """End the thread after what it is doing; what waits is cancelled."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _job(self, priority: int, work: Callable[[], Any], timed: Timed | None) -> _Job:
        return _Job(priority, next(self._order), self._clock.now_s(), Future(), work, timed)

    def _check(self) -> None:
        if self._stopping:
            raise DeviceError("inference has ended")
        if len(self._jobs) >= WAITING:
            raise DeviceError(
                f"{WAITING} jobs are waiting for the nets; this machine is too slow for them"
            )

    def _run(self) -> None:
        leave_quiet_core()
        try:
            nets = self._load()
        except BaseException as error:
            self._stopping = True
            self.ready.set_exception(error)
            self._cancel_all()
            return
        self.ready.set_result(nets)
        while (job := self._next()) is not None:
            if job.future.set_running_or_notify_cancel():
                self._do(job)
        self._cancel_all()

    def _load(self) -> dict[str, Any]:
        nets: dict[str, Any] = {}
        for name, spec in self._specs.items():
            try:
                net = spec.load()
                net.warm_up()
            except CheckpointError as error:
                if not spec.without:
                    raise
                self.complaints = (*self.complaints, f"{spec.without}: {error}")
                continue
            nets[name] = net
            self.complaints = (*self.complaints, *getattr(net, "complaints", ()))
        return nets

    def _next(self) -> _Job | None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._jobs or self._newest)
            if self._stopping:
                return None
            now_s = self._clock.now_s()
            waiting = [*self._jobs, *self._newest.values()]
            job = min(waiting, key=lambda job: _turn(job, now_s))
            if job.priority == FRAME:
                self._newest = {k: j for k, j in self._newest.items() if j is not job}
            else:
                self._jobs.remove(job)
            return job

    def _do(self, job: _Job) -> None:
        start_s = self._clock.now_s()
        self._busy = job, start_s
        try:
            answer = job.work()
        except Exception as error:  # the one who awaits it decides what it means
            job.future.set_exception(error)
            return
        finally:
            self._busy = None
        if job.timed is not None:
            job.timed(start_s, self._clock.now_s())
        job.future.set_result(answer)

    def _cancel_all(self) -> None:
        with self._wake:
            waiting = [*self._jobs, *self._newest.values()]
            self._jobs, self._newest = [], {}
        for job in waiting:
            job.future.cancel()


def _turn(job: _Job, now_s: float) -> tuple[float, ...]:
    """The smallest goes first: bars, then what is overdue, longest first, then by priority."""
    if job.priority == BAR:
        return 0, job.order
    if now_s - job.asked_s >= OVERDUE_S[job.priority]:
        return 1, job.asked_s
    return 2, job.priority, job.order

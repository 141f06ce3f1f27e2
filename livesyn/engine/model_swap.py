"""Another checkpoint in place of one that plays, while the show goes on.

It is loaded and warmed in a thread of its own. Until it is ready the old one plays; the chains then
change over at their own time: music at a bar's line, pictures by a crossfade. What cannot be
loaded, does not fit the show, or finds no room in memory changes nothing, and is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from livesyn.base import models
from livesyn.base.clock import Clock
from livesyn.base.errors import CheckpointError, LivesynError
from livesyn.base.memory import free_bytes, give_back
from livesyn.base.scheduling import leave_quiet_core
from livesyn.config.sections import MODEL_FIELDS, Config
from livesyn.engine.chains.live_chain import ChainSpec, LiveChain
from livesyn.engine.executor import PAINTING, Executor
from livesyn.engine.inference import Net, NetSpec
from livesyn.ipc.messages import Message, ModelUsed, UseModel

LOOK_S = 10.0  # how often to look which checkpoints there are
# What loading a net takes at the most: measured, up to 6 times the weights of a large one (they are
# held as they were read, as float32 and in the library's own layout), and as much again for others.
TIMES_WEIGHTS, BESIDES_BYTES = 8, 64 << 20

T = TypeVar("T")
log = logging.getLogger(__name__)


class Shown(Protocol):
    """Where the page looks (`engine.page_view.PageView`)."""

    models: dict[str, str]
    loading: str
    choices: Sequence[Mapping[str, str]]

    def say(self, text: str) -> None: ...


def specs_of(config: Config, chains: Sequence[ChainSpec]) -> dict[str, NetSpec]:
    """The nets that `chains` need in a show of `config`, by kind."""
    specs: dict[str, NetSpec] = {}
    for chain in chains:
        specs |= chain.nets(config)
    return specs


def with_models(config: Config, names: Mapping[str, str]) -> Config:
    """`config` with other checkpoints, by kind; kinds that no show plays are left out."""
    fields: dict[str, Any] = {
        MODEL_FIELDS[kind]: name for kind, name in names.items() if kind in MODEL_FIELDS
    }
    return replace(config, model=replace(config.model, **fields))


def recalled(
    config: Config,
    names: Mapping[str, str],
    chains: Sequence[ChainSpec],
    say: Callable[[str], object],
) -> dict[str, NetSpec]:
    """The nets of a show that was changed over to the checkpoints `names` before: one that can no
    longer be loaded is replaced by the one of `config`, and that is said. Any thread calls `say`.
    """
    own, changed = specs_of(config, chains), specs_of(with_models(config, names), chains)

    def either(kind: str) -> NetSpec:
        def load() -> Net:
            try:
                return changed[kind].load()
            except LivesynError as error:
                say(f"{names[kind]!r} is not played any more ({error})")
                return own[kind].load()

        return replace(own[kind], load=load) if kind in names else own[kind]

    return {kind: either(kind) for kind in own}


class ModelSwap:
    """Changes the nets of the chains of one show. Belongs to the engine's loop.

    `ask` is newest wins. `nets` are those in use, by kind; `run` changes them there and in the
    chains, and tells the player, which remembers them, by `send`.
    """

    def __init__(
        self,
        config: Config,
        specs: Sequence[ChainSpec],
        executor: Executor,
        clock: Clock,
        view: Shown,
        send: Callable[[Message], object],
        say: Callable[[str], object],
        free: Callable[[], int | None] = free_bytes,
    ) -> None:
        self._config, self._specs, self._executor, self._clock = config, specs, executor, clock
        self._view, self._send, self._say, self._free = view, send, say, free
        self._asked: asyncio.Queue[UseModel] = asyncio.Queue()
        self._nets: dict[str, Any] = {}

    def ask(self, message: UseModel) -> None:
        """Play by another checkpoint as soon as it can be."""
        self._asked.put_nowait(message)

    def recall(self, names: Mapping[str, str], origin: str, asked_s: float) -> None:
        """The player says what it remembers: play by these, where others play now."""
        for kind, name in names.items():
            if kind in self._nets and self._nets[kind].name != name:
                self.ask(UseModel(name, origin=origin, asked_s=asked_s))

    async def run(self, nets: dict[str, Any], chains: Sequence[LiveChain]) -> None:
        """Do what is asked for, until cancelled."""
        self._nets = nets
        for kind, name in {kind: net.name for kind, net in nets.items()}.items():
            self._tell(kind, name, "engine", self._clock.now_s())
        while True:
            self._view.choices = await in_thread(lambda: choices(set(self._nets)))
            try:
                async with asyncio.timeout(LOOK_S):
                    message = await self._asked.get()
            except TimeoutError:
                continue
            while not self._asked.empty():
                message = self._asked.get_nowait()
            try:
                await self._change(message, chains)
            except LivesynError as error:
                self._say(f"{message.name!r} is not played: {error}")
            except Exception as error:  # whatever a checkpoint brings, the old one plays on
                log.warning("%s could not be loaded", message.name, exc_info=error)
                self._say(f"{message.name!r} is not played: {type(error).__name__}: {error}")
            finally:
                self._view.loading = ""

    async def _change(self, message: UseModel, chains: Sequence[LiveChain]) -> None:
        name = message.name
        self._view.loading = name
        kind = await in_thread(lambda: self._check(name))
        before = self._nets.get(kind)
        if before is not None and before.name == name:
            self._tell(kind, name, message.origin, message.asked_s)
            return
        config = with_models(self._config, {kind: name})
        spec = specs_of(config, self._specs)[kind]

        def load() -> Any:
            leave_quiet_core()  # before a library starts threads, which do as this one
            net = spec.load()
            if net.device == "cpu":
                net.warm_up()
            give_back()
            return net

        net = await in_thread(load)
        if net.device != "cpu":  # what is recorded on a GPU is recorded where it is replayed
            await self._executor.run(net.warm_up, PAINTING)
        for chain in chains:
            chain.check_net(kind, net)
        for chain in chains:
            await chain.change_net(kind, net)
        self._config, self._nets[kind] = config, net
        replaced = before.name if before is not None else "nothing"
        del before  # its memory is to be given back
        await in_thread(give_back)
        for complaint in getattr(net, "complaints", ()):
            self._say(complaint)
        self._tell(kind, name, message.origin, message.asked_s)
        self._say(f"{name}, in place of {replaced}, is ready")

    def _check(self, name: str) -> str:
        """The kind of checkpoint `name`. Raises CheckpointError where this show cannot play it."""
        folder = models.folder_of(name)
        if folder is None:
            raise models.absent(name)
        kind = models.kind_in(folder) or "of none"
        if kind not in specs_of(self._config, self._specs):
            played = " or ".join(specs_of(self._config, self._specs)) or "nothing"
            raise CheckpointError(f"it is of the kind {kind}; this show plays by {played}")
        needed = BESIDES_BYTES + TIMES_WEIGHTS * models.weights_bytes(folder)
        free = self._free()
        if free is not None and free < needed:
            raise CheckpointError(
                f"loading it can take {needed >> 20} MB of memory, and {free >> 20} MB are free;"
                " end other programs, or take a smaller one"
            )
        return kind

    def _tell(self, kind: str, name: str, origin: str, asked_s: float) -> None:
        self._view.models = {**self._view.models, kind: name}
        self._send(ModelUsed(kind, name, origin=origin, asked_s=asked_s))


def choices(kinds: set[str]) -> list[dict[str, str]]:
    """The checkpoints that are here of `kinds`, each its `name` and `kind`."""
    return [
        {"name": name, "kind": kind}
        for name, folder in models.there_are().items()
        if (kind := models.kind_in(folder)) in kinds and kind
    ]


async def in_thread(work: Callable[[], T]) -> T:
    """What `work()` answers, in a thread of its own that keeps no process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(answer: T | None, error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(answer)  # type: ignore[arg-type]  # it is what work answered

    def do() -> None:
        answer: T | None = None
        failed: Exception | None = None
        try:
            answer = work()
        except Exception as error:  # it is raised to the one who awaits it
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, answer, failed)

    threading.Thread(target=do, name="models", daemon=True).start()
    return await done

"""An engine in the test's own process and loop, with a list in place of the supervisor."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from livesyn.config.sections import Config
from livesyn.engine.chains.live_chain import ChainSpec
from livesyn.engine.chains.registry import CHAINS
from livesyn.engine.process import Engine
from tests.fakes_child_pipe import Reports


def engine_of(
    folder: Path, config: Config, chains: Sequence[ChainSpec] = CHAINS, first: bool = True
) -> tuple[Engine, Reports]:
    """An engine that has not begun. Not `first`: it was started again in the middle of a show."""
    if not first:
        (folder / "player.engine").touch()
    reports = Reports()
    engine = Engine(folder / "player", config, reports, chains)
    engine._loop, engine._end = asyncio.get_running_loop(), asyncio.Event()
    return engine, reports


@asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[asyncio.Task[None]]:
    """The engine at work; it must not end before the test does."""
    work = asyncio.create_task(engine._work())
    try:
        yield work
        assert not work.done(), work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        engine._close()
        gc.unfreeze()  # what an engine keeps for good, a test does not


async def until(what: Callable[[], object], limit_s: float = 10.0) -> None:
    """Wait for `what` to be true."""
    async with asyncio.timeout(limit_s):
        while not what():
            await asyncio.sleep(0.01)

"""The engine process: source, nets, page and the line to the player, put together.

`python -m livesyn.engine --socket PATH`, with the show's config as the first line of stdin.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livesyn.base import signals
from livesyn.base.clock import SystemClock
from livesyn.base.errors import LivesynError
from livesyn.base.mailbox import Latest
from livesyn.base.params import SCENES
from livesyn.base.types import Frame
from livesyn.config.sections import DEFAULT_VISUAL, NONE, Config
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.chains.hear_to_see.style import Stylist
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.engine.chains.see_to_hear.live import Live
from livesyn.engine.chains.see_to_hear.nets import Model, pick_device
from livesyn.engine.inference import Inference
from livesyn.engine.metrics import Rate, Recent
from livesyn.engine.news import News
from livesyn.engine.picture_side import LIGHTS, PictureSide
from livesyn.engine.stage import Stage
from livesyn.ipc import child_start, messages
from livesyn.ipc.child_messages import (
    Beat,
    Bye,
    Command,
    EngineFigures,
    Error,
    Page,
    Ready,
    Stop,
)
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.ipc.player_link import PlayerLink
from livesyn.latent.scenes import Scenes
from livesyn.sources.factory import build_source
from livesyn.sources.feed import Feed, Report
from livesyn.web.server import Web

SWITCH_S = 0.001
BEAT_S = 0.2
STATUS_S = 1.0
SOURCE_AGAIN_S = 1.0
LEAVE_S = 1.2  # what hangs does not keep the process; the supervisor waits 1.5 s

log = logging.getLogger(__name__)


class Engine:
    """One engine. `run` returns the exit code: 0 told to end, 1 failed, 2 a user's mistake."""

    def __init__(self, socket_path: Path, config: Config, child_pipe: ChildPipe) -> None:
        source, wanted = config.source, config.model
        self._clock = SystemClock()
        self._born_s = self._clock.now_s()
        # A first engine refuses what the user asked for in vain; one that was started again
        # in the middle of a show keeps trying.
        self._been_here = socket_path.with_name(socket_path.name + ".engine")
        self._first = not self._been_here.exists()
        self._scenes_path = socket_path.with_name(socket_path.name + ".scenes")
        self._seed = wanted.seed
        self._web_config = config.web
        self._loop: asyncio.AbstractEventLoop
        self._end: asyncio.Event
        self._child_pipe = child_pipe
        self._mailbox: Latest[Frame] = Latest()
        self._sees = source.kind != NONE
        make = build_source(
            source.kind if self._sees else "visuals",  # type: ignore[arg-type]  # it checks
            source.value if self._sees else DEFAULT_VISUAL,
            clock=self._clock,
            seed=self._seed,
        )
        self._feed = Feed(make, self._clock, self._mailbox, on_report=self._soon(self._see_source))
        hears = config.sound.kind in ("device", "file", "jack")
        self._inference = Inference(
            lambda: Model.load(
                wanted.name, wanted.device, parts=wanted.parts, companions=wanted.companions
            ),
            self._clock,
            (lambda: Painter.load(wanted.painter, pick_device(wanted.device))) if hears else None,
            (
                (lambda: Stylist.load(wanted.style, pick_device(wanted.device)))
                if hears and self._sees
                else None
            ),
        )
        self._link = PlayerLink(
            socket_path, self._soon(self._hear_player), heartbeat=False
        )  # a loop that hangs must not beat
        self._margins_ms = Recent(256)
        self._stage = Stage(self._link.send, self._clock)
        self._pictures = PictureSide(
            config.sound,
            config.display,
            socket_path.with_name("window"),
            self._stage,
            self._inference,
            self._clock,
            self._complain,
            self._soon,
            lambda levels: self._link.send(messages.Heard(dict(levels))),
        )
        if not self._sees:
            self._stage.source["state"] = "off"
        self._live: Live | None = None
        self._chain: SeeToHear | None = None
        self._news = News(self._complain)
        self._unseen = 0  # frames that came before the nets were there

    def run(self) -> int:
        """Live until told to end, or until the supervisor is gone."""
        sys.setswitchinterval(SWITCH_S)
        # Until the nets are there: looking through torch's modules as they come takes an eighth of
        # the time in which they are imported.
        gc.disable()
        return asyncio.run(self._run())

    async def _run(self) -> int:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._stage.on_param = self._obey_param
        self._stage.on_move = self._obey_move
        self._child_pipe.start(self._obey, self._gone)
        for number in (signal.SIGTERM, *signals.heard([signal.SIGINT])):
            with contextlib.suppress(NotImplementedError):
                self._loop.add_signal_handler(number, self._end.set)
        work = asyncio.create_task(self._work())
        ending = asyncio.create_task(self._end.wait())
        await asyncio.wait({work, ending}, return_when=asyncio.FIRST_COMPLETED)
        code = 0
        if work.done() and (error := work.exception()) is not None:
            code = self._blame(error)
        self._leave_soon(code)
        work.cancel()
        ending.cancel()
        await asyncio.gather(work, ending, return_exceptions=True)
        self._feed.stop()
        self._pictures.stop()
        self._link.close()
        self._inference.stop(0.5)
        if code == 0:
            self._been_here.unlink(missing_ok=True)
            self._scenes_path.unlink(missing_ok=True)
        self._child_pipe.report(Bye())
        return code

    async def _work(self) -> None:
        """Everything, in the order that shows something soonest: nets load while the source
        opens.
        """
        self._inference.start()
        self._link.start()
        beating = asyncio.create_task(self._beat())
        web = self._web()
        try:
            if web is not None:
                await web.start()
                self._stage.on_bar = web.nudge
                self._child_pipe.report(Page(web.url))
            if self._first:  # at the desk, what cannot be opened is a mistake
                await self._open()
            model = await asyncio.wrap_future(self._inference.ready)
            self._stage.model = {"model": model.name, "device": model.device}
            for complaint in (*model.complaints, *self._inference.complaints):
                self._stage.say(complaint)
                self._child_pipe.report(Error(complaint))
            self._chain = SeeToHear(
                self._inference,
                model.space,
                self._seed,
                Scenes(model.space.dimensions, self._scenes_path),
                model.voices,
            )
            live = self._live = Live(
                self._chain,
                self._inference,
                self._stage,
                self._mailbox,
                self._link.offer,
                self._clock,
            )
            # from before there were eyes: not the newest, and no frame to count as dropped
            self._mailbox.take()
            self._unseen = self._mailbox.dropped
            gc.collect()
            gc.freeze()  # torch and its modules need never be looked through again
            gc.enable()
            self._been_here.touch()
            self._child_pipe.report(
                Ready(
                    os.getpid(),
                    {
                        "url": web.url if web else None,
                        "model": model.name,
                        "device": model.device,
                        "after_s": self._clock.now_s() - self._born_s,
                    },
                )
            )
            async with asyncio.TaskGroup() as tasks:
                # in the middle of a show a camera that is missing holds up no painting, nor a
                # microphone the music
                if not self._first:
                    tasks.create_task(self._open_source())
                    tasks.create_task(self._pictures.open(False))
                tasks.create_task(live.run())
                tasks.create_task(self._pictures.run(self._seed))
                tasks.create_task(self._tell_status(live))
        finally:
            beating.cancel()
            if web is not None:
                await web.stop()

    def _web(self) -> Web | None:
        web = self._web_config
        return (
            Web(
                self._stage,
                web.host,
                web.port,
                web.token,
                clock=self._clock,
                say=self._complain,
            )
            if web.on
            else None
        )

    async def _open(self) -> None:
        await self._open_source()
        await self._pictures.open(True)

    async def _open_source(self) -> None:
        """Open the source, if there is one; in the middle of a show, for as long as it takes."""
        while self._sees:
            try:
                await asyncio.to_thread(self._feed.start)
                return
            except LivesynError as error:
                if self._first:
                    raise
                self._stage.source = {
                    "name": self._feed.report.name,
                    "state": "lost",
                    "reason": str(error),
                }
                self._news.see("source", "lost", str(error))
            await asyncio.sleep(SOURCE_AGAIN_S)

    # Duties.

    async def _beat(self) -> None:
        """Tell player and supervisor that this loop turns."""
        while True:
            if self._link.connected:
                self._link.send(messages.Beat())
            self._child_pipe.report(Beat())
            await asyncio.sleep(BEAT_S)

    async def _tell_status(self, live: Live) -> None:
        rate = Rate()
        while True:
            self._pictures.look_after()
            numbers = self.numbers(live, rate.read(self._clock.now_s(), self._inference.encoded))
            shown = {
                "fps": numbers["fps"],
                "latency_ms": numbers["latency_ms_p50"],
                "dropped": numbers["dropped"],
            }
            self._stage.numbers |= shown | {
                "pictures_fps": numbers.get("pictures_fps"),
                "sound_to_picture_ms": numbers.get("sound_to_picture_ms_p50"),
                "flashes_held": numbers.get("flashes_held"),
            }
            self._link.send(messages.EngineStatus(**shown))
            self._child_pipe.report(EngineFigures.of(numbers))
            await asyncio.sleep(STATUS_S)

    def numbers(self, live: Live, fps: float | None) -> dict[str, Any]:
        """The figures of the last while (about 600 pictures, 60 bars); None where not known yet.
        `dropped` counts pictures that a newer one replaced, `skipped` those without a finite
        latent.
        """
        nets, report, heard = self._inference, self._feed.report, self._stage.heard
        return {
            "fps": fps,
            "source_fps": report.fps,
            "latency_ms_p50": nets.latency_ms.percentile(50),
            "frame_age_ms_p99": nets.age_ms.percentile(99),
            "encode_ms_p50": nets.encode_ms.percentile(50),
            "encode_ms_p95": nets.encode_ms.percentile(95),
            "decode_ms_p50": nets.decode_ms.percentile(50),
            "decode_ms_p95": nets.decode_ms.percentile(95),
            "making_ms_p99": live.making_ms.percentile(99),
            "ready_margin_ms_min": self._margins_ms.least,
            "ready_margin_ms": self._margins_ms.newest,
            "dropped": self._mailbox.dropped - self._unseen + nets.overtaken,
            "skipped": nets.skipped,
            "failures": live.failures,
            "radius": None if heard is None else heard.radius,
            "bar": None if heard is None else heard.bar,
            "first_bar_s": live.first_bar_s,
            "source": {
                "name": report.name,
                "state": report.state,
                "reason": report.reason,
                "lost": report.lost,
            },
            "link": self._link.connected,
            **self._stage.model,
            **self._pictures.numbers(),
        }

    # What others say.

    def _soon(self, listen: Any) -> Any:
        """`listen` in the loop, from any thread."""

        def call(message: object) -> None:
            with contextlib.suppress(RuntimeError, AttributeError):  # no loop yet, or no more
                self._loop.call_soon_threadsafe(listen, message)

        return call

    def _hear_player(self, message: messages.FromPlayer) -> None:
        self._stage.apply(message)
        if isinstance(message, messages.Committed) and message.margin_ms is not None:
            self._margins_ms.add(message.margin_ms)

    def _see_source(self, report: Report) -> None:
        self._stage.source = {
            "name": report.name,
            "state": LIGHTS[report.state],
            "reason": report.reason if report.state == "lost" else report.complaint,
        }
        self._news.see("source", report.state, report.reason, report.complaint, report.name)

    def _complain(self, sentence: str) -> None:
        self._stage.say(sentence)
        self._child_pipe.report(Error(sentence))

    def _obey_param(self, name: str, value: float) -> None:
        if name == "visual_speed":
            self._feed.set_speed(value)

    def _obey_move(self, name: str, value: float) -> None:
        if name == "store" and value and self._chain is not None:
            scene = SCENES[int(value) - 1]
            stored = self._chain.store(scene)
            self._stage.set_param("store", 0.0, "engine")  # the button comes up again, everywhere
            self._stage.say(
                f"scene {scene} is kept"
                if stored
                else f"scene {scene} is not kept: there is no bar yet"
            )

    def _obey(self, command: Command) -> None:
        if isinstance(command, Stop):
            self._soon(lambda _: self._end.set())(None)

    def _gone(self) -> None:
        """The supervisor is gone: leave, even if the loop hangs."""
        self._obey(Stop())
        self._leave_soon()

    def _leave_soon(self, code: int = 0) -> None:
        timer = threading.Timer(LEAVE_S, os._exit, (code,))
        timer.daemon = True
        timer.start()

    def _blame(self, error: BaseException) -> int:
        """Report what ended the work; the exit code."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, LivesynError):
            fatal = self._first and self._live is None
            self._child_pipe.report(Error(str(error), fatal))
            return 2 if fatal else 1
        log.error("the engine failed", exc_info=error)
        self._child_pipe.report(Error(f"the engine failed ({type(error).__name__}: {error})"))
        return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an engine; returns its exit code."""
    logging.basicConfig(level=logging.WARNING, format="engine: %(message)s")
    engine = child_start.build(
        "engine", "The process that sees", "where the player listens", Engine, arguments
    )
    return 2 if engine is None else engine.run()

"""The engine process: inputs, nets, chains, page and the line to the player, put together.

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
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from livesyn.base import signals
from livesyn.base.clock import SystemClock
from livesyn.base.errors import ConfigError, DeviceError, LivesynError
from livesyn.base.health import LOST, OFF, RUNNING, Announcements, Health
from livesyn.base.load import machine_full
from livesyn.base.mailbox import Bounded, Latest
from livesyn.base.places import data_folder
from livesyn.base.refusals import Refusals
from livesyn.base.types import AudioBlock, Frame, Phrase
from livesyn.config.sections import AUDIO, NONE, Config
from livesyn.engine.chains.live_chain import ChainSpec, Context, LiveChain, Pictures
from livesyn.engine.chains.registry import CHAINS
from livesyn.engine.failures import Failures
from livesyn.engine.feed_input import FeedInput
from livesyn.engine.inference import Inference
from livesyn.engine.metrics import Recent
from livesyn.engine.model_swap import ModelSwap, recalled, specs_of
from livesyn.engine.notes_input import NotesInput
from livesyn.engine.page_view import PageView
from livesyn.engine.picture_colours import tell_colours
from livesyn.engine.picture_input import PictureInput
from livesyn.engine.picture_output import PictureOutput
from livesyn.engine.show_mirror import ShowMirror
from livesyn.engine.sound_listener import QUEUED_BLOCKS, SoundListener
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
from livesyn.sources.factory import build_sound
from livesyn.sources.feed import SOUND
from livesyn.web.server import Web
from livesyn.web.settings import FILE as SETTINGS_FILE
from livesyn.web.settings import Settings

SWITCH_S = 0.001
BEAT_S = 0.2
STATUS_S = 1.0
AGAIN_S = 0.1  # after a chain failed
UNREAD = "that it did not read in time"
WELCOME_S = 1.0  # for the player to say what was played before this engine came
HANG_S, HUNG_S = 2.0, 12.0  # a net that has worked on one thing for so long: said, given up
LEAVE_S = 1.2  # what hangs does not keep the process; the supervisor waits 1.5 s

log = logging.getLogger(__name__)


class Engine:
    """One engine, which plays those of `chains` that the show wants. `run` returns the exit code:
    0 told to end, 1 failed, 2 a user's mistake.
    """

    def __init__(
        self,
        socket_path: Path,
        config: Config,
        child_pipe: ChildPipe,
        chains: Sequence[ChainSpec] = CHAINS,
    ) -> None:
        self._config, self._clock = config, SystemClock()
        self._born_s = self._clock.now_s()
        # A first engine refuses what the user asked for in vain; one that was started again
        # in the middle of a show keeps trying.
        self._restart_mark = socket_path.with_name(socket_path.name + ".engine")
        self._first = not self._restart_mark.exists()
        self._loop: asyncio.AbstractEventLoop
        self._end: asyncio.Event
        self._over = False  # the show is, not this engine alone
        self._child_pipe = child_pipe
        # a loop that hangs must not beat
        self._link = PlayerLink(socket_path, self._soon(self._take_message), heartbeat=False)
        self._show = ShowMirror(self._link.send, self._clock)
        self._view = PageView(self._show, self._clock)
        self._announcements = Announcements(self._say)
        self._failures = Failures(self._view.say)
        self._losses = Refusals(self._clock, self._say, "messages to the player")
        self._margins_ms = Recent(256)
        self._wanted = [spec for spec in chains if spec.wanted(config)]
        self._inference = Inference(self._clock, specs_of(config, self._wanted))
        self._welcomed = asyncio.Event()
        self._models: Mapping[str, str] = {}  # that the player remembers, by kind
        self._swap = ModelSwap(
            config,
            self._wanted,
            self._inference,
            self._clock,
            self._view,
            self._link.send,
            self._say,
        )
        self._chains: list[LiveChain] = []
        self._nets: dict[str, Any] = {}
        self._build_inputs()
        self._output = PictureOutput(
            config.display,
            socket_path.with_name("window"),
            self._show,
            self._view,
            self._clock,
            self._say,
            self._soon,
        )

    def _build_inputs(self) -> None:
        config, clock = self._config, self._clock
        self._notes = NotesInput()
        self._frames: Latest[Frame] = Latest()
        self._picture_input: PictureInput | None = None
        if config.source.kind != NONE:
            self._picture_input = PictureInput(
                (config.source.kind, config.source.value),
                self._frames,
                clock,
                self._view,
                self._say,
                self._soon,
                config.model.seed,
            )
        else:
            self._view.source = Health("", OFF).light()
        self._sound_input: FeedInput[Any, AudioBlock] | None = None
        self._sound: SoundListener | None = None
        if config.sound.kind in AUDIO:
            blocks: Bounded[AudioBlock] = Bounded(QUEUED_BLOCKS)
            self._sound = SoundListener(blocks, self._show.params, clock, say=self._soon(self._say))
            self._sound_input = FeedInput(
                build_sound(
                    config.sound.kind,  # type: ignore[arg-type]  # it checks
                    config.sound.value,
                    clock=clock,
                    channels=config.sound.channels,
                ),
                blocks,
                SOUND,
                clock,
                self._view.sound,
                self._announcements,
                self._soon,
            )

    def run(self) -> int:
        """Live until told to end, or until the supervisor is gone."""
        sys.setswitchinterval(SWITCH_S)
        # Until the nets are there: looking through a library's modules as they come takes an eighth
        # of the time in which they are imported.
        gc.disable()
        return asyncio.run(self._run())

    async def _run(self) -> int:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._show.on_param = self._obey_param
        self._show.on_move = self._obey_move
        self._child_pipe.start(self._obey, self._gone)
        for number in (signal.SIGTERM, *signals.not_ignored([signal.SIGINT, signals.HANG_UP])):
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
        self._close()
        if self._over:  # else another engine goes on with the show
            self._restart_mark.unlink(missing_ok=True)
        self._child_pipe.report(Bye())
        return code

    def _close(self) -> None:
        if self._picture_input is not None:
            self._picture_input.stop()
        if self._sound_input is not None:
            self._sound_input.feed.stop()
        if self._sound is not None:
            self._sound.stop()
        self._output.stop()
        self._link.close()
        self._inference.stop(0.5)

    async def _work(self) -> None:
        """Everything, in the order that shows something soonest: nets load while the source
        opens.
        """
        self._link.start()
        if not self._first:
            await self._recall_models()
        self._inference.start()
        beating = asyncio.create_task(self._beat())
        web = self._web()
        try:
            if web is not None:
                await web.start()
                self._show.on_bar = web.nudge
                self._view.pages = lambda: web.pages
                self._child_pipe.report(Page(web.url))
            if self._first:  # at the desk, what cannot be opened is a mistake
                for open_it in self._openings():
                    await open_it(True)
            await self._build_chains()
            gc.collect()
            gc.freeze()  # what has been imported need never be looked through again
            gc.enable()
            self._restart_mark.touch()
            facts = {
                "url": web.url if web else None,
                **self._view.model,
                "after_s": self._clock.now_s() - self._born_s,
            }
            self._child_pipe.report(Ready(os.getpid(), facts))
            async with asyncio.TaskGroup() as tasks:
                # in the middle of a show a camera that is missing holds up no painting, nor a
                # microphone the music
                for open_it in () if self._first else self._openings():
                    tasks.create_task(open_it(False))
                for chain in self._chains:
                    tasks.create_task(self._keep_running(chain))
                if (pictures := self._pictures()) is not None:
                    tasks.create_task(self._output.run(pictures))
                tasks.create_task(self._swap.run(self._nets, self._chains))
                if self._config.lights.fixtures:
                    view = self._view
                    told = tell_colours(
                        view.painting, view.frame, self._link.send, self._clock, self._failures
                    )
                    tasks.create_task(told)
                tasks.create_task(self._tell_status())
        finally:
            beating.cancel()
            if web is not None:
                await web.stop()

    def _web(self) -> Web | None:
        web = self._config.web
        if not web.on:
            return None
        try:
            settings = Settings(data_folder() / SETTINGS_FILE, self._say)
        except ConfigError:  # there is no home
            settings = Settings()
        return Web(
            self._view,
            web.host,
            web.port,
            web.token,
            clock=self._clock,
            say=self._say,
            settings=settings,
        )

    def _openings(self) -> list[Callable[[bool], Coroutine[Any, Any, None]]]:
        """What opens inputs and outputs; each is told whether it is the first time."""
        if self._sound is not None:
            self._sound.start()
        devices = (self._picture_input, self._output, self._sound_input)
        return [device.open for device in devices if device is not None]

    async def _recall_models(self) -> None:
        """The show may have changed its models: play by those that the player remembers."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WELCOME_S):
                await self._welcomed.wait()
        say = self._soon(self._say)
        self._inference.load_others(recalled(self._config, self._models, self._wanted, say))

    async def _build_chains(self) -> None:
        """Wait for the nets, and build the chains that play them."""
        self._nets = nets = await asyncio.wrap_future(self._inference.ready)
        if (net := next(iter(nets.values()), None)) is not None:
            self._view.model = {"model": net.name, "device": net.device}
        for complaint in self._inference.complaints:
            self._say(complaint)
        context = Context(
            self._config,
            self._clock,
            self._inference,
            nets,
            self._show,
            self._view,
            self._frames,
            self._sound,
            self._notes,
            self._offer,
            self._link.send,
        )
        self._chains = [spec.build(context) for spec in self._wanted]

    def _pictures(self) -> Pictures | None:
        """What is shown: the pictures of the last chain that makes any."""
        made = [chain.pictures for chain in self._chains if chain.pictures is not None]
        return made[-1] if made else None

    async def _keep_running(self, chain: LiveChain) -> None:
        """Run a chain; a fault in one ends neither it nor another."""
        while True:
            try:
                await chain.run()
                return
            except Exception as error:
                while isinstance(error, ExceptionGroup):
                    error = error.exceptions[0]
                self._failures.add(f"{type(chain).__name__} failed and runs again", error)
            await asyncio.sleep(AGAIN_S)

    # Duties.

    async def _beat(self) -> None:
        """Tell player and supervisor that this loop turns."""
        while True:
            if self._link.connected:
                self._link.send(messages.Beat())
            self._child_pipe.report(Beat())
            await asyncio.sleep(BEAT_S)

    async def _tell_status(self) -> None:
        while True:
            self._output.look_after()
            self._look_for_strain()
            self._look_after_nets()
            numbers = self.numbers()
            shown = {
                "fps": numbers.get("fps"),
                "latency_ms": numbers.get("latency_ms_p50"),
                "dropped": numbers.get("dropped"),
            }
            self._view.numbers |= shown | {
                "pictures_fps": numbers.get("pictures_fps"),
                "sound_to_picture_ms": numbers.get("sound_to_picture_ms_p50"),
                "flashes_held": numbers.get("flashes_held"),
            }
            self._view.outlets = self._output.health()
            self._tell_loss()
            dropped = self._notes.dropped
            lead_ms = numbers.get("lead_ms")
            self._link.send(messages.EngineStatus(**shown, notes_dropped=dropped, lead_ms=lead_ms))
            self._child_pipe.report(EngineFigures.of(numbers))
            await asyncio.sleep(STATUS_S)

    def _tell_loss(self) -> None:
        if lost := self._link.unread - self._losses.count(UNREAD):
            sentence = f"the player did not read for a while: {lost} messages to it were dropped"
            self._losses.add(UNREAD, "", lambda: sentence, lost)

    def _look_after_nets(self) -> None:
        """Show each net's light. Raises DeviceError where they hang for good: another engine is
        started then, and the player repeats the last bar until it plays.
        """
        made, busy_s = self._inference.busy(self._clock.now_s())
        hangs = f"{made} has been in the making for {busy_s:.0f} s" if busy_s > HANG_S else ""
        self._view.nets = [
            Health(kind, LOST if hangs else RUNNING, hangs, label=net.name)
            for kind, net in self._nets.items()
        ]
        if hangs and not self._view.slow:
            self._view.slow = hangs
        if busy_s > HUNG_S:
            raise DeviceError(f"the nets hang ({hangs}); they are started again")

    def _look_for_strain(self) -> None:
        """Say on the lights what does not keep up, and why."""
        now_s = self._clock.now_s()
        found: dict[str, str] = {}
        for chain in self._chains:
            found |= chain.slow(now_s)
        if sentence := self._output.slow(now_s):
            found["sound"] = sentence
        full = machine_full()
        for name, feed_input in (("source", self._picture_input), ("sound", self._sound_input)):
            if feed_input is not None:
                reason = found.get(name, "")
                feed_input.slow("; ".join(filter(None, (reason, reason and full))))
        self._view.slow = "; ".join(filter(None, (found.get("engine", ""), full)))

    def numbers(self) -> dict[str, Any]:
        """The figures of the last while; None where not known yet."""
        numbers: dict[str, Any] = {
            "ready_margin_ms_min": self._margins_ms.least,
            "ready_margin_ms": self._margins_ms.newest,
            "link": self._link.connected,
            "slow": self._view.slow,
            **self._view.model,
        }
        for chain in self._chains:
            numbers |= chain.numbers()
        numbers["failures"] = numbers.get("failures", 0) + self._failures.count
        numbers |= self._output.numbers()
        if self._picture_input is not None:
            numbers["source"] = self._picture_input.numbers()
            numbers["source_fps"] = self._picture_input.feed.report.fps
        if self._sound_input is not None and self._sound is not None:
            numbers |= self._sound.numbers
            numbers["sound"] = self._sound_input.numbers()
            numbers["xruns"] = self._sound_input.feed.report.xruns
        return numbers

    def _offer(self, bar: int, phrase: Phrase, controls: tuple[float, ...]) -> bool:
        return self._link.offer(bar, phrase, controls, "engine", self._clock.now_s())

    # What others say.

    def _soon(self, call: Callable[[Any], object]) -> Callable[[Any], None]:
        """`call` in the loop, from any thread."""

        def told(value: Any) -> None:
            with contextlib.suppress(RuntimeError, AttributeError):  # no loop yet, or no more
                self._loop.call_soon_threadsafe(call, value)

        return told

    def _take_message(self, message: messages.FromPlayer) -> None:
        self._show.apply(message)
        self._view.apply(message)
        if isinstance(message, messages.NotesIn):
            self._notes.push(message)
        elif isinstance(message, messages.UseModel):
            self._swap.ask(message)
        elif isinstance(message, messages.UseSource):
            self._use_source()
        elif isinstance(message, messages.Welcome):  # what came before, or between, may be lost
            now_s = self._clock.now_s()
            self._models = message.models
            self._welcomed.set()
            self._swap.recall(message.models, "player", now_s)
            timeline = self._notes.clock or self._show.timeline
            self._notes.rest(now_s, timeline.beat_at(now_s))
            self._use_source()
        elif isinstance(message, messages.Committed) and message.margin_ms is not None:
            self._margins_ms.add(message.margin_ms)

    def _use_source(self) -> None:
        """Look at what the player says, which a scene may have changed."""
        if self._picture_input is not None:
            self._picture_input.use(self._show.source, self._show.timeline)
        elif self._show.source is not None:
            self._say(
                "this show looks at no pictures, so a scene cannot change what it looks at: start"
                " it with a source"
            )

    def _say(self, sentence: str) -> None:
        """To the page and the terminal."""
        self._view.say(sentence)
        self._child_pipe.report(Error(sentence))

    def _obey_param(self, name: str, value: float) -> None:
        if name == "visual_speed" and self._picture_input is not None:
            self._picture_input.set_speed(value)

    def _obey_move(self, name: str, value: float) -> None:
        for chain in self._chains:
            chain.moved(name, value)

    def _obey(self, command: Command) -> None:
        if isinstance(command, Stop):
            self._over = True
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
            fatal = self._first and not self._chains
            self._child_pipe.report(Error(str(error), fatal))
            return 2 if fatal else 1
        log.error("the engine failed", exc_info=error)
        self._child_pipe.report(Error(f"the engine failed ({type(error).__name__}: {error})"))
        return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an engine; returns its exit code."""
    logging.basicConfig(level=logging.WARNING, format="engine: %(message)s")
    engine = child_start.build(
        "engine",
        "The process that runs sources, nets and chains",
        "where the player listens",
        Engine,
        arguments,
    )
    return 2 if engine is None else engine.run()

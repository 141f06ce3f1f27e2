"""The half of the engine that makes pictures: what it hears, what paints, and where paintings go,
put together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.clock import Clock
from livesyn.base.errors import LivesynError
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock
from livesyn.config.sections import FILES, Display, Sound, outlet_of
from livesyn.engine.chains.hear_to_see.chain import HearToSee
from livesyn.engine.chains.hear_to_see.listener import QUEUED_BLOCKS, SoundListener
from livesyn.engine.chains.hear_to_see.live import (
    LivePictures,
    MemoryPictures,
    NotePictures,
    Pictures,
    SoundPictures,
)
from livesyn.engine.chains.notes_to_see.chain import NotesToSee
from livesyn.engine.inference import Inference
from livesyn.engine.metrics import Rate
from livesyn.engine.news import News
from livesyn.engine.stage import Stage
from livesyn.ipc.window_messages import Marks
from livesyn.sinks.pictures.factory import build_outlet_sink
from livesyn.sinks.pictures.outlet import Outlet, OutletReport
from livesyn.sinks.pictures.video import free_path
from livesyn.sources.factory import build_sound
from livesyn.sources.feed import SOUND, Feed, Report
from livesyn.sources.midi_in import MidiIn

LIGHTS = {"opening": "waiting", "running": "ok", "lost": "lost", "stopped": "off"}
AGAIN_S = 1.0


class PictureSide:
    """One engine's pictures. `sound` and `display` are the config's, `window` is where the window
    listens; `say(text)` is told what goes wrong; `tell(levels)` hears the levels about 30 times a
    second. Belongs to the engine's loop.

    Raises ConfigError for an output there is not.
    """

    def __init__(
        self,
        sound: Sound,
        display: Display,
        window: Path,
        stage: Stage,
        inference: Inference,
        clock: Clock,
        say: Callable[[str], object],
        soon: Callable[[Any], Any],
        tell: Callable[[Mapping[str, float]], object],
    ) -> None:
        self._stage, self._inference, self._clock, self._tell = stage, inference, clock, tell
        self._say = say
        self._news = News(say)
        self._blocks: Bounded[AudioBlock] = Bounded(QUEUED_BLOCKS)
        self._feed: Feed[Any, AudioBlock] | None = None
        self._ear: SoundListener | None = None
        if sound.kind in ("device", "file", "jack"):
            self._feed = Feed(
                build_sound(sound.kind, sound.value, clock=clock),  # type: ignore[arg-type]
                clock,
                self._blocks,
                SOUND,
                on_report=soon(self._see_sound),
            )
            self._ear = SoundListener(self._blocks, stage.params, clock)
        self._midi = MidiIn(sound.value, clock, say=soon(say)) if sound.kind == "midi" else None
        wanted = [outlet_of(text) for text in display.out]
        if display.on:
            wanted.append(("window", str(window)))
        self._outlets = [
            Outlet(
                build_outlet_sink(kind, value, marks=self._marks),
                clock,
                on_report=soon(self._see_outlet),
            )
            for kind, value in wanted
        ]
        self._to_files = [
            outlet for outlet, (kind, _) in zip(self._outlets, wanted, strict=True) if kind in FILES
        ]
        films = [
            (film.name, free_path(film).name)
            for film in (Path(value) for kind, value in wanted if kind == "video")
        ]
        self._renamed = [
            f"{taken} is there already and stays; what is filmed now is {free}"
            for taken, free in films
            if free != taken
        ]
        self._live: LivePictures | None = None
        self._rate = Rate()

    @property
    def wanted(self) -> bool:
        """Whether there is anything to paint from or to show on."""
        return self._feed is not None or self._midi is not None or bool(self._outlets)

    async def open(self, first: bool) -> None:
        """Open what is heard and where pictures go. At the first opening what fails is raised; in
        the middle of a show it is tried again.

        Raises LivesynError.
        """
        for outlet in self._outlets:
            await asyncio.to_thread(
                outlet.start, patient=not first or outlet.report.name == "window"
            )  # the window's process may come later
        if self._midi is not None:
            await asyncio.to_thread(self._midi.open, first)
        if self._feed is None or self._ear is None:
            return
        self._ear.start()
        while True:
            try:
                await asyncio.to_thread(self._feed.start)
                return
            except LivesynError as error:
                if first:
                    raise
                self._stage.sound = {
                    "name": self._feed.report.name,
                    "state": "lost",
                    "reason": str(error),
                }
                self._news.see("sound", "lost", str(error))
            await asyncio.sleep(AGAIN_S)

    async def run(self, seed: int) -> None:
        """Make pictures until cancelled; the nets are there."""
        if not self.wanted:
            return
        for sentence in self._renamed:
            self._say(sentence)
        self._live = LivePictures(self._pictures(seed), self._stage, self._outlets, self._clock)
        await self._live.run()

    def _pictures(self, seed: int) -> Pictures:
        if self._ear is not None:
            painter = self._inference.painter
            chain = HearToSee(self._inference, painter.centres, painter.noise_size, seed)

            def tell(levels: Mapping[str, float]) -> None:
                self._stage.levels, self._stage.period = (
                    levels,
                    period_of(chain.embedding, painter.centres, painter.periods),
                )
                self._tell(levels)

            return SoundPictures(
                chain,
                self._ear,
                tell,
                lambda: self._stage.pixels if self._inference.restyles else None,
            )
        if self._midi is not None:
            return NotePictures(NotesToSee(self._inference), self._midi.drain, self._stage)
        return MemoryPictures(self._stage)

    def look_after(self) -> None:
        """Say what cannot say itself, once; about once a second."""
        for outlet in self._outlets:
            self._see_outlet(outlet.report)  # one that hangs in a picture
        if self._ear is not None and self._ear.complaint:
            self._news.see("ear", "lost", self._ear.complaint)
        if self._midi is not None:
            reason = self._midi.health()
            self._stage.sound = {
                "name": self._midi.name,
                "state": "lost" if reason else "ok",
                "reason": reason,
            }
            self._news.see("MIDI in", "lost" if reason else "running", reason)

    def numbers(self) -> dict[str, Any]:
        """The figures of the last while; None where not known yet."""
        live, ear, feed = self._live, self._ear, self._feed
        if not self.wanted:
            return {}
        return {
            "pictures_fps": (
                None if live is None else self._rate.read(self._clock.now_s(), live.shown)
            ),
            "sound_to_picture_ms_p50": None if live is None else live.latency_ms.percentile(50),
            "sound_to_picture_ms_p99": None if live is None else live.latency_ms.percentile(99),
            "paint_ms_p50": self._inference.paint_ms.percentile(50),
            "picture_failures": 0 if live is None else live.failures,
            "flashes_held": 0 if live is None else live.held,
            **({} if ear is None else ear.numbers),
            **(
                {}
                if feed is None
                else {
                    "xruns": feed.report.xruns,
                    "sound": {
                        "name": feed.report.name,
                        "state": feed.report.state,
                        "reason": feed.report.reason if feed.report.state == "lost" else "",
                        "lost": feed.report.lost,
                    },
                }
            ),
            **(
                {}
                if self._midi is None
                else {
                    "midi_in": {
                        "name": self._midi.name,
                        "state": "lost" if self._midi.health() else "running",
                        "reason": self._midi.health(),
                        "lost": self._midi.lost,
                        "dropped": self._midi.dropped,
                        "bad": self._midi.bad,
                    }
                }
            ),
            "outlets": [
                {
                    "name": o.report.name,
                    "state": o.report.state,
                    "reason": o.report.reason,
                    "shown": o.report.shown,
                    "dropped": o.report.dropped,
                }
                for o in self._outlets
            ],
        }

    def stop(self) -> None:
        """Let go of everything. What waits is shown first."""
        if self._feed is not None:
            self._feed.stop()
        if self._ear is not None:
            self._ear.stop()
        if self._midi is not None:
            self._midi.close()
        for outlet in self._outlets:
            outlet.stop(0.5)
        for outlet in self._to_files:
            if not outlet.report.shown and outlet.report.name not in self._news:
                self._say(
                    f"{outlet.report.name}: nothing was written, for the set was over before its"
                    " first picture"
                )

    def _marks(self) -> Marks:
        return Marks(bool(self._stage.params["freeze"]), bool(self._stage.params["blackout"]))

    def _see_sound(self, report: Report) -> None:
        self._stage.sound = {
            "name": report.name,
            "state": LIGHTS[report.state],
            "reason": report.reason if report.state == "lost" else report.complaint,
        }
        self._news.see("sound", report.state, report.reason, report.complaint)

    def _see_outlet(self, report: OutletReport) -> None:
        if (
            report.name != "window"
        ):  # who looks after the window's process says when that is gone, or was closed
            self._news.see(report.name, report.state, report.reason)


def period_of(embedding: np.ndarray | None, centres: np.ndarray, periods: tuple[str, ...]) -> str:
    """The period whose centre is nearest to an embedding (E,); "" before there is one."""
    if embedding is None or not len(periods):
        return ""
    return periods[int(np.linalg.norm(centres - embedding, axis=1).argmin())]

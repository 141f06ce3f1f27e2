"""The scenes of a show: recalled, stored, and gone through in the order of a set list. The player
keeps them, so they outlive engines.
"""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.errors import ConfigError
from livesyn.control.fade import Fade
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import Row
from livesyn.control.scene import STORED, Cue, Latent, Place, Scene
from livesyn.control.scene_name import LIVE, checked_name
from livesyn.ipc import messages
from livesyn.player.scene_library import SceneLibrary
from livesyn.player.scene_orders import SceneOrders
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

AHEAD_S = 0.5  # before it has to be known, a scene of the set list is recalled


class State(Protocol):
    """What a scene does to the show's state (`player.state.ShowState`). Thread-safe."""

    def params(self) -> dict[str, float]: ...

    @property
    def course(self) -> Any: ...

    @property
    def lead_s(self) -> float: ...

    def fade_to(
        self,
        scene: str,
        ends: dict[str, float],
        rows: Sequence[Row] | None,
        beats: float,
        origin: str = "",
        asked_s: float | None = None,
        line: float | None = None,
    ) -> Fade: ...


@dataclass(frozen=True)
class _Begins:
    """A scene that begins on `beat`, and stays for `bars` bars (0: until somebody says so)."""

    name: str
    scene: Scene
    beat: float
    beats: float
    bars: int


@dataclass(frozen=True)
class SceneMemory:
    """What is kept of the scenes when a player ends. `cue` counts from 1, 0 before the first."""

    current: str = ""
    hold: messages.Hold | None = None
    source: messages.UseSource | None = None
    model: str | None = None
    cue: int = 0
    leaves_on: float | None = None

    def whole_source(self) -> tuple[str, str] | None:
        """Kind and value of the source that a scene asked for."""
        return None if self.source is None else (self.source.kind, self.source.value)


class Scenes(SceneOrders):
    """Thread-safe; no method waits for the disk but `look`.

    `tell(message)` goes to the engines, `say(sentence)` to people, `announce(name)` to whoever
    listens by OSC. `mapping()` is the map of controls (None: the default one), `use_mapping(rows)`
    has another; `use_model(name)` asks for another model. `timeline()` is that of the transport,
    None while it stands. `source` and `model` are those that the show begins
    with; `write(job)` runs a job that may wait for the disk.
    """

    def __init__(
        self,
        library: SceneLibrary,
        state: State,
        clock: Clock,
        tell: Callable[[messages.Message], object],
        say: Callable[[str], object],
        *,
        timeline: Callable[[], Timeline | None] = lambda: None,
        mapping: Callable[[], Sequence[MapRow] | None] = lambda: None,
        use_mapping: Callable[[tuple[MapRow, ...]], object] = lambda rows: None,
        use_model: Callable[[str], object] = lambda name: None,
        announce: Callable[[str], object] = lambda name: None,
        write: Callable[[Callable[[], None]], object] = lambda job: job(),
        source: tuple[str, str] | None = None,
        model: str | None = None,
        memory: SceneMemory | None = None,
    ) -> None:
        self._library, self._state, self._clock = library, state, clock
        self._tell, self._say, self._announce, self._write = tell, say, announce, write
        self._timeline, self._mapping, self._use_mapping = timeline, mapping, use_mapping
        self._use_model = use_model
        self._lock = threading.RLock()
        memory = memory or SceneMemory()
        self._current, self._hold, self._source_now = memory.current, memory.hold, memory.source
        self._source, self._model = memory.whole_source() or source, memory.model or model
        self._place = Place()
        self._place.index = memory.cue - 1
        self._begins: _Begins | None = None  # the scene whose line has not fallen
        self._leaves_on = memory.leaves_on  # the beat on which the set goes on by itself
        self._latent: Latent | None = None  # of the newest bar
        self._told: messages.SceneList | None = None
        self._kept: messages.Kept = messages.Kept()

    # What is asked.

    def plays(self, model: str) -> None:
        """The show plays by another checkpoint now: scenes are stored with it."""
        self._model = model

    def order(self, order: messages.SceneOrder) -> None:
        """Do what an engine's page asks for."""
        match order.do:
            case "recall":
                self.recall(order.name, order.bars, order.origin, order.asked_s)
            case "store":
                self.store(order.name, order.origin)
            case "next" | "previous":
                self.step(1 if order.do == "next" else -1, order.origin, order.asked_s)

    def recall(
        self,
        name: str,
        bars: float | None = None,
        origin: str = "",
        asked_s: float | None = None,
    ) -> bool:
        """See `SceneOrders`."""
        with self._lock:
            if not self._is_there(name):
                return False
            self._place.went_to(name)
            self._go(name, bars, origin, asked_s, None)
        return True

    def step(self, by: int, origin: str = "", asked_s: float | None = None) -> bool:
        """See `SceneOrders`."""
        with self._lock:
            cue = self._place.step(by)
            if cue is None:
                self._say(
                    f"the set list ends here; its {'last' if by > 0 else 'first'} scene goes on"
                    if self._place.cues
                    else "there is no set list: write set.toml beside the scenes"
                )
                return False
            return self._go_to_cue(cue, origin, asked_s, None)

    def store(self, name: str, origin: str = "") -> bool:
        """See `SceneOrders`."""
        try:
            checked_name(name)
        except ConfigError as error:
            self._say(str(error))
            return False
        with self._lock:
            before = self._library.scenes.get(name, Scene())
            values, rows = self._state.params(), list(self._state.course.rows)
            while rows and rows[-1] == Row():
                rows.pop()
            mapping = self._mapping()
            scene = Scene(
                before.about,
                before.fade_bars,
                self._source,
                self._model,
                {key: values[key] for key in STORED},
                tuple(rows),
                None if mapping is None else tuple(mapping),
                self._latent,
            )
        self._write(lambda: self._keep(name, scene))
        return True

    def _keep(self, name: str, scene: Scene) -> None:
        self._library.store(name, scene)
        self._say(
            f"scene {name} is kept"
            + ("" if scene.latent is not None else ", without a latent: no bar has been made yet")
        )
        self.report()

    # What the engine says.

    def hear(self, latent: Latent) -> None:
        """The latent of the newest bar."""
        self._latent = latent

    # What goes on by itself.

    def look(self) -> None:
        """Read what was saved in the folder. About twice a second, where the disk may be waited
        for.
        """
        if self._library.look():
            with self._lock:
                self._place.replace(self._library.cues)
                self._hold_again()
            self.report()

    def _hold_again(self) -> None:
        """A show that goes on from another leads the latent where that one did."""
        scene = self._library.scenes.get(self._current)
        if self._begins is None and self._hold is None and scene is not None and scene.latent:
            now_s = self._clock.now_s()
            self._hold = messages.Hold(
                self._current, 0.0, 0.0, scene.latent, origin="player", asked_s=now_s
            )
            self._tell(self._hold)

    def follow(self) -> None:
        """Recall the next scene of the set list before its line. About ten times a second."""
        with self._lock:
            timeline = self._timeline()
            if timeline is None or self._leaves_on is None:
                return
            lead_s = self._state.lead_s + AHEAD_S
            if timeline.beat_at(self._clock.now_s() + lead_s) < self._leaves_on:
                return
            line, self._leaves_on = self._leaves_on, None
            cue = self._place.step(1)
            if cue is not None:
                self._go_to_cue(cue, "set", None, line)

    def begins(self, fade: Fade) -> None:
        """The line of a scene has fallen."""
        with self._lock:
            coming, self._begins = self._begins, None
            if coming is None or coming.name != fade.scene:
                return
            self._current = coming.name
            if coming.scene.mapping is not None:
                self._use_mapping(coming.scene.mapping)
            self._leaves_on = (
                fade.beat + coming.bars * BEATS_PER_BAR
                if coming.bars and self._timeline() is not None
                else None
            )
        self._announce(coming.name)
        self.report()

    # What is told and kept.

    def report(self) -> None:
        """Tell the engines what has changed."""
        with self._lock:
            shown, kept = self.shown(), self.kept()
            news = shown != self._told, kept != self._kept
            self._told, self._kept = shown, kept
        if news[1]:
            self._tell(kept)
        if news[0]:
            self._tell(shown)

    def shown(self) -> messages.SceneList:
        """All scenes, for people."""
        with self._lock:
            library = self._library
            names = dict.fromkeys((*params.SCENES, *sorted({*library.scenes, *library.wrong})))
            coming = self._begins
            return messages.SceneList(
                tuple(
                    messages.SceneRow(
                        name,
                        name in library.scenes,
                        library.scenes[name].about if name in library.scenes else "",
                        library.wrong.get(name, ""),
                    )
                    for name in names
                    if name != "set"
                ),
                self._current,
                coming.name if coming is not None else "",
                coming.beat if coming is not None else 0.0,
                coming.beats if coming is not None else 0.0,
                self._place.index + 1,
                tuple(cue.scene for cue in self._place.cues),
            )

    def kept(self) -> messages.Kept:
        """The latents that `morph_to` names."""
        scenes = self._library.scenes
        return messages.Kept(
            {
                name: latent
                for name in params.SCENES
                if name in scenes and (latent := scenes[name].latent) is not None
            }
        )

    @property
    def hold(self) -> messages.Hold | None:
        """Where the latent is led to."""
        return self._hold

    @property
    def source(self) -> messages.UseSource | None:
        """The source that a scene has asked for; None: that of the show."""
        return self._source_now

    def memory(self) -> SceneMemory:
        """What the next player goes on from."""
        with self._lock:
            return SceneMemory(
                self._current,
                self._hold,
                self._source_now,
                self._model,
                self._place.index + 1,
                self._leaves_on,
            )

    def _is_there(self, name: str) -> bool:
        if name == LIVE or name in self._library.scenes:
            return True
        near = difflib.get_close_matches(name, (*self._library.scenes, LIVE), 1)
        if why := self._library.wrong.get(name):
            self._say(f"scene {name} cannot be recalled: {why}")
        elif name in params.SCENES:
            self._say(f"scene {name} is empty: store it first")
        else:
            self._say(
                f"there is no scene {name[:60]!r}"
                + (f"; did you mean {near[0]!r}?" if near else "; store it first")
            )
        return False

    def _go_to_cue(self, cue: Cue, origin: str, asked_s: float | None, line: float | None) -> bool:
        if not self._is_there(cue.scene):
            return False
        self._go(cue.scene, cue.fade_bars, origin, asked_s, line, cue.bars)
        return True

    def _go(
        self,
        name: str,
        bars: float | None,
        origin: str,
        asked_s: float | None,
        line: float | None,
        stays_bars: int = 0,
    ) -> None:
        """Under the lock."""
        scene = Scene() if name == LIVE else self._library.scenes[name]
        if bars is None:
            bars = scene.fade_bars
        if bars is None:
            bars = self._state.params()["scene_fade"]
        beats, ends = bars * BEATS_PER_BAR, dict(scene.params)
        leads = scene.latent is not None or name == LIVE
        if leads:
            ends.setdefault("morph", 0.0)  # or it would not be the latent that was stored
        when_s = self._clock.now_s() if asked_s is None else asked_s
        self._leaves_on = None
        # before the state has it: the line may fall at once, on another thread
        self._begins = _Begins(name, scene, 0.0, beats, stays_bars)
        fade = self._state.fade_to(name, ends, scene.modulation, beats, origin, when_s, line)
        if self._begins is not None:  # it has not begun at once
            self._begins = replace(self._begins, beat=fade.beat)
        if leads:
            self._hold = messages.Hold(
                name, fade.beat, beats, scene.latent, origin=origin, asked_s=when_s
            )
            self._tell(self._hold)
        source = self._library.source_of(scene)
        if source is not None and source != self._source:
            self._source_now = messages.UseSource(
                *source, fade.beat, beats, origin=origin, asked_s=when_s
            )
            self._source = source
            self._tell(self._source_now)
        model = scene.model
        if model is not None and model != self._model:
            self._use_model(model)  # if it can be had, `plays` says so
        self.report()

"""What the engine knows of the show, and what the page sees of it (`livesyn.web.view.View`).

The player owns parameters and transport; this is their mirror. Asks go to the player and
come back as its messages.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from livesyn.base import params as table
from livesyn.base.clock import Clock
from livesyn.base.health import OFF, OPENING, Health
from livesyn.base.types import Phrase
from livesyn.engine.chains.see_to_hear.chain import ComposedBar
from livesyn.ipc import messages
from livesyn.music.played import STORED, as_played
from livesyn.transport.timeline import Timeline, bar_of

KEPT_BARS = 24
KEPT_EVENTS = 12
DIRECTIONS = (0.0,) * table.DIRECTIONS


class Stage:
    """Belongs to the engine's loop. `send` hands a message to the player; `on_param` is told
    of every value, `on_move` of those that somebody just set, `on_bar` of every bar the player has
    settled.

    `changed` is set when the timeline, the transport or a parameter changed; `run` counts
    starts of the transport, whose bars begin at 0 again.
    """

    def __init__(self, send: Callable[[messages.Message], object], clock: Clock) -> None:
        self._send, self._clock = send, clock
        self.params: dict[str, float] = table.defaults()
        self.timeline = Timeline(0.0, clock.now_s(), self.params["tempo"])
        self.playing = False
        self.run = 0
        self.changed = asyncio.Event()
        self.on_param: Callable[[str, float], None] = lambda name, value: None
        self.on_move: Callable[[str, float], None] = lambda name, value: None
        self.on_bar: Callable[[], None] = lambda: None
        self.model: dict[str, str] = {"model": "", "device": ""}
        self.numbers: dict[str, Any] = dict.fromkeys(
            (
                "fps",
                "latency_ms",
                "ready_margin_ms",
                "late_ms_p99",
                "late",
                "dropped",
                "repeats",
                "realtime",
            )
        )
        self.source = Health("", OPENING).light()
        self.sound = Health("", OFF).light()
        self.levels: Mapping[str, float] | None = None
        self.period = ""
        self.midi = Health("", OPENING).light()
        self.pixels: np.ndarray | None = None
        self.memory_pixels: np.ndarray | None = None
        self.painting_pixels: np.ndarray | None = None
        self.heard: ComposedBar | None = None
        self.coming: ComposedBar | None = None
        self._made: dict[int, Phrase] = {}
        self._settled: dict[int, dict[str, Any]] = {}
        self._good: Phrase | None = None
        self._events: deque[str] = deque(maxlen=KEPT_EVENTS)
        self._complaint = ""  # the player's, as it was heard last

    # From the engine.

    def say(self, text: str) -> None:
        """A line for the page; one said last is not said again."""
        if not self._events or self._events[-1] != text:
            self._events.append(text)

    def made(self, heard: ComposedBar) -> None:
        """Bar `heard.bar` has been made and offered to the player."""
        self.heard, self.coming = heard, None
        self._made[heard.bar] = heard.phrase
        _forget(self._made)

    # From the player.

    def apply(self, message: messages.FromPlayer) -> None:
        """Take in a message of the player."""
        match message:
            case messages.Welcome():
                self._set_transport(message.timeline.value(), message.playing)
                for name, value in message.params.items():
                    self._set_param(name, value)
            case messages.TimelineChange():
                self._set_transport(message.timeline.value(), message.playing)
            case messages.ParamChange():
                self._set_param(message.name, message.value)
                self.on_move(message.name, message.value)
            case messages.Committed():
                self._settle(message.bar, message.played, message.margin_ms)
            case messages.Stats():
                self._take_stats(message)
            case messages.Event():
                self.say(message.text)
            case messages.Refusal():
                self.say(f"the player says: {message.text}")
        self.changed.set()

    def _set_transport(self, timeline: Timeline, playing: bool) -> None:
        self.timeline = timeline
        if playing and not self.playing:
            self.run += 1
            self._made.clear()
            self._settled.clear()
        self.playing = playing

    def _set_param(self, name: str, value: float) -> None:
        if name in table.BY_NAME:
            self.params[name] = value
            self.on_param(name, value)

    def _settle(self, bar: int, played: str, margin_ms: float | None) -> None:
        """The player says what bar `bar` plays; find the notes to it."""
        if played in ("new", "silent"):
            self._good = self._made.get(bar, self._good)
        phrase = STORED[bar % len(STORED)] if played == "stored" else self._good
        if margin_ms is not None:
            self.numbers["ready_margin_ms"] = margin_ms
        self._settled[bar] = {
            "bar": bar,
            "notes": _notes(phrase, self.params["swing"]),
            "played": played,
        }
        _forget(self._settled)
        self.on_bar()

    def _take_stats(self, stats: messages.Stats) -> None:
        for name in ("late_ms_p99", "late", "repeats", "realtime"):
            self.numbers[name] = getattr(stats, name)
        midi = (port for port in stats.ports if port.name == "midi")
        self.midi = next(midi, Health("", OFF)).light()
        if stats.complaint != self._complaint:
            self._complaint = stats.complaint
            if stats.complaint and stats.complaint not in self._events:
                self.say(stats.complaint)

    # What the page asks (View).

    def snapshot(self) -> dict[str, Any]:
        """See `View.snapshot`. Also `coming`: the bar after the one made last as it would be if
        nothing changed, not committed; or None."""
        now_s = self._clock.now_s()
        bar = bar_of(self.timeline.beat_at(now_s)) if self.playing else 0
        heard, coming = self.heard, self.coming
        return {
            "now_s": now_s,
            "timeline": {
                "beat": self.timeline.beat,
                "time_s": self.timeline.time_s,
                "bpm": self.timeline.bpm,
                "playing": self.playing,
            },
            "bar": bar,
            "phrase": self._settled.get(bar, {"bar": bar, "notes": [], "played": "silent"}),
            "next": self._settled.get(bar + 1),
            "coming": None
            if coming is None
            else {
                "bar": coming.bar,
                "notes": _notes(coming.phrase, self.params["swing"]),
                "played": "new",
            },
            "latent": [] if heard is None else heard.z.tolist(),
            "directions": list(DIRECTIONS if heard is None else heard.controls),
            "radius": 0.0 if heard is None else heard.radius,
            "params": dict(self.params),
            "source": dict(self.source),
            "sound": {
                **self.sound,
                **(
                    {}
                    if self.levels is None
                    else {"levels": dict(self.levels), "period": self.period}
                ),
            },
            "midi": dict(self.midi),
            "numbers": dict(self.numbers),
            "engine": dict(self.model),
            "events": list(self._events),
        }

    def frame(self) -> np.ndarray | None:
        """See `View.frame`."""
        return self.pixels

    def memory(self) -> np.ndarray | None:
        """See `View.memory`."""
        return self.memory_pixels

    def painting(self) -> np.ndarray | None:
        """See `View.painting`."""
        return self.painting_pixels

    def set_param(self, name: str, value: float, origin: str = "page") -> None:
        """See `View.set_param`."""
        self._send(messages.SetParam(name, value, origin, self._clock.now_s()))

    def transport(self, do: str, value: float | None, origin: str = "page") -> None:
        """See `View.transport`; the player is nudged by milliseconds."""
        if do == "nudge" and value is not None:
            value = value * 60_000 / self.timeline.bpm
        self._send(messages.Transport(do, value, origin, self._clock.now_s()))

    def panic(self, origin: str = "page") -> None:
        """See `View.panic`."""
        self._send(messages.Panic(origin, self._clock.now_s()))


def _notes(phrase: Phrase | None, swing: float) -> list[list[float]]:
    """The notes of one bar as they are played."""
    notes = () if phrase is None else as_played(phrase, swing).notes
    return [[n.start_beats, n.duration_beats, n.pitch, n.velocity, n.channel] for n in notes]


def _forget(bars: dict[int, Any]) -> None:
    while len(bars) > KEPT_BARS:
        del bars[next(iter(bars))]

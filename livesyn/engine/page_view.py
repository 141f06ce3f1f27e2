"""What the page sees of the show (`livesyn.web.view.View`)."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from livesyn.base import params as table
from livesyn.base.clock import Clock
from livesyn.base.health import OFF, OPENING, RUNNING, SLOW, STALE_S, Health
from livesyn.base.types import Phrase
from livesyn.control.mapping import MapRow
from livesyn.engine.show_mirror import SettledBar, ShowMirror
from livesyn.ipc import messages
from livesyn.music.chords import chord_of
from livesyn.music.played import as_played
from livesyn.transport.timeline import BEATS_PER_BAR, bar_of

KEPT_EVENTS = 12
NUMBERS = (
    "fps",
    "latency_ms",
    "ready_margin_ms",
    "late_ms_p99",
    "late",
    "dropped",
    "repeats",
    "realtime",
)
OF_PLAYER = ("late_ms_p99", "late", "repeats", "realtime")
SOURCES = ("osc_in", "artnet_in", "midi_control")  # of the player's ports
PORTS = {"midi": "MIDI", "osc": "OSC out", "osc_in": "OSC in", "recorder": "recorder"}
UNKNOWN = {"state": OPENING, "reason": "the player does not report"}


class PageView:
    """The show as `show` mirrors it, and what inputs, chains and outputs put here: lights, figures,
    pictures, the newest latent. Belongs to the engine's loop.
    """

    def __init__(self, show: ShowMirror, clock: Clock) -> None:
        self._show, self._clock = show, clock
        self.model: dict[str, str] = {"model": "", "device": ""}
        self.nets: Sequence[Health] = ()
        self.outlets: Sequence[Health] = ()
        self.pages: Callable[[], int] = lambda: 0  # how many are open
        self._ports: tuple[Health, ...] = ()  # of the player
        self.models: dict[str, str] = {}  # in use, by kind
        self.loading = ""  # the checkpoint that is to be played next
        self.choices: Sequence[Mapping[str, str]] = ()  # of checkpoints
        self.slow = ""  # why the engine does not keep up
        self.numbers: dict[str, Any] = dict.fromkeys(NUMBERS)
        self.source, self.midi = Health("", OPENING).light(), Health("", OPENING).light()
        self.sound = Health("", OFF).light()
        self.sync = Health("", OFF).light()  # who leads the beat
        self.lamps = Health("", OFF).light()
        self.levels: Mapping[str, float] | None = None
        self.period = ""
        self.pixels: np.ndarray | None = None
        self.memory_pixels: np.ndarray | None = None
        self.painting_pixels: np.ndarray | None = None
        self.latent = np.zeros(0)
        self.directions: Sequence[float] = (0.0,) * table.DIRECTIONS
        self.radius = 0.0
        self.coming: tuple[int, Phrase] | None = None
        self._mapping, self._map_version = messages.MapState(), 0
        self._knobs: Mapping[str, messages.KnobRow] = {}
        self._control_ports: list[dict[str, str]] = []
        self._events: deque[str] = deque(maxlen=KEPT_EVENTS)
        self._complaint = ""  # the player's, as it was told last
        self._stats_s = float("-inf")  # when the player reported last
        self._plays_midi_in = False  # what is listened to are the player's notes

    def say(self, text: str) -> None:
        """A line for people; one said last is not said again."""
        if not self._events or self._events[-1] != text:
            self._events.append(text)

    def apply(self, message: messages.FromPlayer) -> None:
        """Take in a message of the player."""
        match message:
            case messages.Committed():
                if message.margin_ms is not None:
                    self.numbers["ready_margin_ms"] = message.margin_ms
            case messages.Stats():
                self._take_stats(message)
            case messages.Welcome() if message.mapping is not None:
                self._take_map(message.mapping)
                self._knobs = {}  # of another player, maybe, which will tell of those that move
            case messages.MapState():
                self._take_map(message)
            case messages.Knobs():
                self._knobs = message.knobs
            case messages.Event():
                self.say(message.text)
            case messages.Refusal():
                self.say(f"the player says: {message.text}")

    def _take_map(self, mapping: messages.MapState) -> None:
        self._map_version += mapping.rows != self._mapping.rows
        self._mapping = mapping

    def _take_stats(self, stats: messages.Stats) -> None:
        self._stats_s = self._clock.now_s()
        for name in OF_PLAYER:
            self.numbers[name] = getattr(stats, name)
        self._ports = stats.ports
        ports = {port.name: port for port in stats.ports}
        self.midi = ports.get("midi", Health("", OFF)).light()
        self.lamps = ports.get("lights", Health("", OFF)).light()
        self.sync = ports.get("sync", Health("", OFF)).light()
        self._plays_midi_in = "midi_in" in ports
        if self._plays_midi_in:
            self.sound = ports["midi_in"].light()
        self._control_ports = [
            port.light() for name, port in ports.items() if name.startswith("midi_")
        ]
        if stats.complaint != self._complaint:
            self._complaint = stats.complaint
            if stats.complaint and stats.complaint not in self._events:
                self.say(stats.complaint)

    # What the page asks (View).

    def snapshot(self) -> dict[str, Any]:
        """See `View.snapshot`."""
        now_s, timeline, playing = self._clock.now_s(), self._show.timeline, self._show.playing
        bar = bar_of(timeline.beat_at(now_s)) if playing else 0
        known = now_s - self._stats_s < STALE_S
        midi = self.midi if known else {**self.midi, **UNKNOWN}
        lamps = self.lamps if known or not self.lamps["name"] else {**self.lamps, **UNKNOWN}
        sync = self.sync if known or self.sync["state"] == OFF else {**self.sync, **UNKNOWN}
        sound = self.sound if known or not self._plays_midi_in else {**self.sound, **UNKNOWN}
        numbers = self.numbers if known else {**self.numbers, **dict.fromkeys(OF_PLAYER)}
        levels = {} if self.levels is None else {"levels": dict(self.levels), "period": self.period}
        return {
            "now_s": now_s,
            "timeline": {
                "beat": timeline.beat,
                "time_s": timeline.time_s,
                "bpm": timeline.bpm,
                "playing": playing,
            },
            "bar": bar,
            "phrase": _shown(self._show.settled(bar) or SettledBar(bar, None, "silent")),
            "next": None
            if (following := self._show.settled(bar + 1)) is None
            else _shown(following),
            "coming": self._coming(),
            "latent": self.latent.tolist(),
            "directions": list(self.directions),
            "radius": self.radius,
            "params": dict(self._show.course.values),
            "moved": dict(self._show.moved),
            "waiting": [
                {"name": change.name, "value": change.value, "beat": change.beat}
                for change in self._show.course.waiting
            ],
            "modulation": [dataclasses.asdict(row) for row in self._show.course.rows],
            "chord": self._chord(),
            "source": dict(self.source),
            "sound": {**sound, **levels},
            "midi": dict(midi),
            "scenes": self._scenes(),
            "scene_set": self._scene_set(),
            "lamps": dict(lamps),
            "mapping": self._shown_map(),
            "sync": dict(sync),
            "numbers": dict(numbers),
            "engine": {
                **self.model,
                "state": SLOW if self.slow else RUNNING,
                "reason": self.slow,
            },
            "standby": {"leads": self._show.role.leads, "words": self._show.role.words},
            "models": {
                "used": dict(self.models),
                "loading": self.loading,
                "choices": list(self.choices),
            },
            "lights": self._lights(known),
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

    def set_param(self, name: str, value: float) -> None:
        """See `View.set_param`."""
        self._show.set_param(name, value, "page")

    def set_modulation(self, row: int, field: str, value: float | str) -> None:
        """See `View.set_modulation`."""
        self._show.set_modulation(row, field, value, "page")

    def transport(self, do: str, value: float | None) -> None:
        """See `View.transport`."""
        self._show.transport(do, value, "page")

    def order_scene(self, do: str, name: str, bars: float | None) -> None:
        """See `View.order_scene`."""
        self._show.order_scene(do, name, bars, "page")

    def learn(self, to: str) -> None:
        """See `View.learn`."""
        self._show.learn(to, "page")

    def put_row(self, row: MapRow | None, instead: MapRow | None) -> None:
        """See `View.put_row`."""
        self._show.put_row(row, instead, "page")

    def replace_map(self, rows: tuple[MapRow, ...] | None) -> None:
        """See `View.replace_map`."""
        self._show.replace_map(rows, "page")

    def press(self, key: str, down: bool) -> None:
        """See `View.press`."""
        self._show.press(key, down, "page")

    def rows(self) -> tuple[MapRow, ...]:
        """See `View.rows`."""
        return self._mapping.rows

    def use_model(self, name: str) -> None:
        """See `View.use_model`."""
        self._show.use_model(name, "page")

    def panic(self) -> None:
        """See `View.panic`."""
        self._show.panic("page")

    def _chord(self) -> str:
        """What is followed, for people; "" while no band is."""
        follow = table.FOLLOW[int(self._show.params["follow"])]
        if follow == "off":
            return ""
        if follow == "live":
            key, scale = (int(self._show.params[name]) for name in ("key", "scale"))
            return f"{table.KEYS[key]} {table.SCALES[scale]}" if scale else "no key"
        chord = chord_of(self._show.chord)
        return "no chord yet" if chord is None else chord.name

    def _scenes(self) -> list[dict[str, Any]]:
        shown = self._show.scenes
        chosen = table.SCENES[int(self._show.params["morph_to"])]
        return [
            {
                "name": row.name,
                "full": row.full,
                "current": row.name == shown.current,
                "next": row.name == shown.next,
                "chosen": row.full and row.name == chosen,
                "about": row.about,
                "wrong": row.wrong,
            }
            for row in shown.scenes
        ]

    def _scene_set(self) -> dict[str, Any]:
        shown = self._show.scenes
        return {
            "current": shown.current,
            "next": shown.next,
            "beat": shown.beat,
            "beats": shown.beats,
            "cue": shown.cue,
            "cues": list(shown.cues),
        }

    def _shown_map(self) -> dict[str, Any]:
        mapping = self._mapping
        return {
            "version": self._map_version,
            "target": mapping.target,
            "learnt": None if mapping.learnt is None else asdict(mapping.learnt),
            "heard": mapping.heard,
            "knobs": {name: [knob.value, knob.holds] for name, knob in self._knobs.items()},
            "ports": self._control_ports,
        }

    def _lights(self, known: bool) -> list[dict[str, str]]:
        """A light for each source, net, output and client; `known` is whether the player reports
        now.
        """
        rows = [
            *(("source", light) for light in (self.source, self.sound) if light["name"]),
            *(("model", net.light()) for net in self.nets),
            *(
                ("source" if port.name in SOURCES else "output", _port_light(port))
                for port in self._ports
                if port.name != "midi_in"  # it is the sound
            ),
            *(("output", outlet.light()) for outlet in self.outlets),
        ]
        shown = [{"kind": kind, **light} for kind, light in rows]
        if not known:
            names = {_port_light(port)["name"] for port in self._ports}
            shown = [{**light, **UNKNOWN} if light["name"] in names else light for light in shown]
        player = {"state": RUNNING, "reason": ""} if known else UNKNOWN
        pages = self.pages()
        return [
            *shown,
            {"kind": "client", "name": "player", **player},
            {"kind": "client", "name": f"pages: {pages}", "state": RUNNING, "reason": ""},
        ]

    def _coming(self) -> dict[str, Any] | None:
        if self.coming is None:
            return None
        bar, phrase = self.coming
        swing = self._show.course.value("swing", bar * BEATS_PER_BAR)
        return _shown(SettledBar(bar, as_played(phrase, swing, self._show.fit_of(bar)), "new"))


def _port_light(port: Health) -> dict[str, str]:
    """A port of the player: what it is, and what it calls itself."""
    word = PORTS.get(port.name, "")
    return {**port.light(), "name": f"{word} {port.label}".strip() or port.name}


def _shown(settled: SettledBar) -> dict[str, Any]:
    notes = () if settled.phrase is None else settled.phrase.notes
    return {
        "bar": settled.bar,
        "notes": [[n.start_beats, n.duration_beats, n.pitch, n.velocity, n.channel] for n in notes],
        "played": settled.played,
    }

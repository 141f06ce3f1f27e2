"""What is known of the show, in words for a terminal."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.health import OPENING, RUNNING, SLOW, STALE_S, Health, State
from livesyn.ipc.child_messages import EngineFigures, PlayerFigures, Status
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

KEPT_EVENTS = 5
PORTS = {
    "midi": "MIDI",
    "osc": "OSC",
    "sync": "beat from",
    "clock_in": "MIDI clock in",
    "lights": "DMX",
    "artnet_in": "Art-Net in",
}
SHOWN_APART = ("osc_in", "midi_in")  # of the player's ports
UNKNOWN = "–"

Light = tuple[str, State, str]  # name, state, and what is to be said of it


class Board:
    """What is known of the show, from facts, reports and events. What a child reported is known for
    STALE_S; later it is None, and its figures are unknown.
    """

    def __init__(self, facts: Mapping[str, str], clock: Clock) -> None:
        self.facts, self._clock = facts, clock
        self._reports: dict[str, tuple[float, Status]] = {}
        self.paints = False
        self._begun_s = clock.now_s()
        self.events: deque[tuple[float, str]] = deque(maxlen=KEPT_EVENTS)

    def update(self, child: str, status: Status) -> None:
        """Take in a status report."""
        self._reports[child] = self._clock.now_s(), status
        self.paints |= isinstance(status, EngineFigures) and "pictures_fps" in status.numbers

    def note(self, sentence: str) -> None:
        """Remember an event and when it was."""
        self.events.append((self._clock.now_s() - self._begun_s, sentence))

    def fresh(self, child: str) -> bool:
        """Whether `child` has reported lately."""
        return self._latest(child) is not None

    def has_reported(self, child: str) -> bool:
        """Whether `child` has ever reported."""
        return child in self._reports

    @property
    def player(self) -> PlayerFigures | None:
        """What the player reported lately."""
        status = self._latest("player")
        return status if isinstance(status, PlayerFigures) else None

    @property
    def engine(self) -> EngineFigures | None:
        """What the engine reported lately."""
        status = self._latest("engine")
        return status if isinstance(status, EngineFigures) else None

    def _latest(self, child: str) -> Status | None:
        at_s, status = self._reports.get(child, (float("-inf"), None))
        return status if self._clock.now_s() - at_s < STALE_S else None

    @property
    def position(self) -> tuple[int, int] | None:
        """Bar and beat now, both from 1; None while nothing plays."""
        player = self.player
        if player is None or not player.playing:
            return None
        beat = Timeline(player.beat, player.time_s, player.bpm).beat_at(self._clock.now_s())
        return (
            (int(beat // BEATS_PER_BAR) + 1, int(beat % BEATS_PER_BAR) + 1) if beat >= 0 else None
        )

    @property
    def key(self) -> str:
        """Key and scale in words, "" without."""
        values = self.player.params if self.player else {}
        scale = int(values.get("scale", 0))
        return f"{params.KEYS[int(values.get('key', 0))]} {params.SCALES[scale]}" if scale else ""

    @property
    def source(self) -> Light:
        """What is seen."""
        if self.engine is None:
            return self.facts["source"], OPENING, self.why_silent("engine")
        return _light(self.engine.source, self.facts["source"])

    @property
    def sound(self) -> Light:
        """What is listened to."""
        of_engine = self.engine.sound if self.engine else None
        return _light(self._port("midi_in") or of_engine, self.facts["sound"])

    @property
    def painting(self) -> str:
        """How pictures are made of sound."""
        e = self.numbers
        return (
            f"{_figure(e, 'pictures_fps', '.1f')} pictures/s,"
            f" {_figure(e, 'sound_to_picture_ms_p50', '.0f')} ms from sound to picture,"
            f" {_figure(e, 'flashes_held', 'd')} flashes held back"
        )

    @property
    def outlets(self) -> list[Light]:
        """Everything that pictures go to."""
        if self.engine is None:
            return []
        return [
            (
                outlet.name,
                outlet.state,
                outlet.reason or f"{outlet.shown} shown, {outlet.dropped} dropped",
            )
            for outlet in self.engine.outlets
        ]

    @property
    def ports(self) -> list[Light]:
        """Each output of the player."""
        if self.player is None:
            return []
        labels = {"osc": self.facts["osc_out"]}
        return [
            (
                f"{PORTS.get(port.name, port.name)} {labels.get(port.name, port.label)}".strip(),
                port.state,
                port.reason,
            )
            for port in self.player.ports
            if port.name not in SHOWN_APART
        ]

    @property
    def osc_in(self) -> Light:
        """What OSC in obeys."""
        _, state, reason = _light(self._port("osc_in"), "")
        return f"OSC {self.facts['osc_in']}", state, reason or self.obeying

    def _port(self, name: str) -> Health | None:
        """One of the player's ports; None while it has not reported lately, or has no such."""
        ports = self.player.ports if self.player is not None else ()
        return next((port for port in ports if port.name == name), None)

    def child(self, name: str) -> State:
        """How a child is doing."""
        if not self.fresh(name):
            return OPENING
        return SLOW if name == "engine" and self.slow else RUNNING

    @property
    def slow(self) -> str:
        """Why the engine does not keep up; "" while it does."""
        return str(self.engine.numbers.get("slow") or "") if self.engine else ""

    def why_silent(self, name: str) -> str:
        """Of a child that has not reported lately."""
        return f"the {name} " + ("is silent" if self.has_reported(name) else "is being started")

    @property
    def obeying(self) -> str:
        """How much OSC came in, and how much of it was refused."""
        counts = (self.player and self.player.osc_in) or {}
        received, lost = counts.get("received", 0), counts.get("overflowed", 0)
        refused = sum(counts.values()) - received - lost
        words = f"{received} received, {refused} refused"
        return words + f", {lost} lost" * bool(lost) if counts else ""

    @property
    def numbers(self) -> Mapping[str, Any]:
        """What the engine's chains count."""
        return self.engine.numbers if self.engine else {}

    @property
    def seeing(self) -> str:
        """How what is seen becomes latents."""
        e = self.numbers
        return (
            f"{_figure(e, 'fps', '.1f')} fps, {_figure(e, 'latency_ms_p50', '.1f')} ms to latent,"
            f" {_figure(e, 'dropped', 'd')} dropped"
        )

    @property
    def making(self) -> str:
        """How long before their time bars are made."""
        return (
            f"bars ready {_figure(self.numbers, 'ready_margin_ms', '.0f')} ms ahead,"
            f" {_figure(self.numbers, 'ready_margin_ms_min', '.0f')} at the least"
        )

    @property
    def playing(self) -> str:
        """How punctually the player plays."""
        if self.player is None:
            return f"{UNKNOWN} ms late at p99, {UNKNOWN} late, {UNKNOWN} repeats, {UNKNOWN} dropped"
        p = self.player
        priority = "real-time priority" if p.realtime else "ordinary priority"
        return (
            f"{p.late_ms_p99:.2f} ms late at p99, {p.late} late, {p.repeats} repeats,"
            f" {p.dropped} dropped, {priority}"
        )


def _figure(numbers: Mapping[str, Any], name: str, form: str) -> str:
    value = numbers.get(name)
    return UNKNOWN if value is None else format(value, form)


def _light(health: Health | None, name: str) -> Light:
    """What to show of a device called `name`, or awaited."""
    if health is None:
        return name, OPENING, ""
    return health.label or health.name or name, health.state, health.reason or health.complaint

"""The show in the terminal: a calm live view, plain lines, JSON lines, or errors only.

A view is told of status reports, events and the children's logs, all on one thread.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, Protocol

from livesyn.base import params
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.health import LOST, OFF, OPENING, RUNNING, SLOW, Health, State
from livesyn.base.words import Stream
from livesyn.ipc.child_messages import (
    DisplayFigures,
    EngineFigures,
    PlayerFigures,
    Status,
    figures_of,
)
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

if TYPE_CHECKING:
    from rich.console import RenderableType

REFRESH_HZ = 4
PLAIN_EVERY_S = 5.0
STALE_S = 3.0
KEPT_EVENTS = 5
COLOURS = {RUNNING: "green", OPENING: "yellow", SLOW: "yellow", LOST: "red", OFF: "bright_black"}
PORTS = {"midi": "MIDI", "osc": "OSC"}
SHOWN_APART = ("osc_in", "midi_in")  # of the player's ports

Light = tuple[str, State, str]  # name, state, and what is to be said of it


class View(Protocol):
    """Where the show is shown."""

    def open(self) -> None: ...

    def status(self, child: str, status: Status) -> None: ...

    def event(self, sentence: str) -> None: ...

    def log(self, child: str, line: str) -> None: ...

    def close(self) -> None: ...


def open_view(facts: Mapping[str, str], quiet: bool, log_json: bool) -> View:
    """The view for these flags and this terminal.

    `facts` is what the config says (`show.facts`).
    """
    clock = SystemClock()
    if log_json:
        return JsonLines(facts, clock, sys.stdout)
    if quiet:
        return Errors(sys.stderr)
    if sys.stdout.isatty():
        return Live(facts, clock)
    return Lines(facts, clock, sys.stdout)


def is_good_news(sentence: str) -> bool:
    """Whether an event is no error: `--quiet` leaves it out."""
    return sentence.endswith((" is ready", " is ready again", " is back"))


class Errors:
    """`--quiet`: nothing but what went wrong."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def open(self) -> None: ...

    def status(self, child: str, status: Status) -> None: ...

    def event(self, sentence: str) -> None:
        if not is_good_news(sentence):
            print(f"livesyn: {sentence}", file=self._out, flush=True)

    def log(self, child: str, line: str) -> None: ...

    def close(self) -> None: ...


class JsonLines:
    """`--log-json`: one object a line, `t` is start, status, event, log, end, or lost (lines that
    could not be written); `s` counts seconds.
    """

    def __init__(self, facts: Mapping[str, str], clock: Clock, out: IO[str]) -> None:
        self._facts, self._clock, self._out, self._begun_s = facts, clock, out, clock.now_s()
        if isinstance(out, Stream):
            out.writer.notice = lambda lost, why: self._line(
                {"t": "lost", "lines": lost, "why": why}
            )

    def open(self) -> None:
        self._say({"t": "start", **self._facts})

    def status(self, child: str, status: Status) -> None:
        self._say({"t": "status", "from": child, **figures_of(status)})

    def event(self, sentence: str) -> None:
        self._say({"t": "event", "text": sentence})

    def log(self, child: str, line: str) -> None:
        self._say({"t": "log", "from": child, "text": line})

    def close(self) -> None:
        self._say({"t": "end"})

    def _say(self, values: Mapping[str, Any]) -> None:
        print(self._line(values), end="", file=self._out, flush=True)

    def _line(self, values: Mapping[str, Any]) -> str:
        return json.dumps({"s": round(self._clock.now_s() - self._begun_s, 3), **values}) + "\n"


class Board:
    """What is known of the show, from facts, reports and events."""

    def __init__(self, facts: Mapping[str, str], clock: Clock) -> None:
        self.facts, self._clock = facts, clock
        self.player: PlayerFigures | None = None
        self.engine: EngineFigures | None = None
        self.display: DisplayFigures | None = None
        self._heard_s: dict[str, float] = {}
        self._begun_s = clock.now_s()
        self.events: deque[tuple[float, str]] = deque(maxlen=KEPT_EVENTS)

    def update(self, child: str, status: Status) -> None:
        """Take in a status report."""
        match status:
            case PlayerFigures():
                self.player = status
            case EngineFigures():
                self.engine = status
            case DisplayFigures():
                self.display = status
        self._heard_s[child] = self._clock.now_s()

    def note(self, sentence: str) -> None:
        """Remember an event and when it was."""
        self.events.append((self._clock.now_s() - self._begun_s, sentence))

    def fresh(self, child: str) -> bool:
        """Whether `child` has reported lately."""
        return self._clock.now_s() - self._heard_s.get(child, float("-inf")) < STALE_S

    @property
    def position(self) -> tuple[int, int] | None:
        """Bar and beat now, both from 1; None while nothing plays."""
        player = self.player
        if player is None or not player.playing or not self.fresh("player"):
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
        if self.engine is None or not self.fresh("engine"):
            return self.facts["source"], OPENING, "the engine is being started"
        return _light(self.engine.source, self.facts["source"])

    @property
    def sound(self) -> Light:
        """What is listened to."""
        heard = self._port("midi_in") or (
            self.engine.sound if self.engine and self.fresh("engine") else None
        )
        return _light(heard, self.facts["sound"])

    @property
    def painting(self) -> str:
        """The figures of the brush."""
        e = self.numbers
        return (
            f"{_figure(e, 'pictures_fps', '.1f')} pictures/s,"
            f" {_figure(e, 'sound_to_picture_ms_p50', '.0f')} ms from sound to picture,"
            f" {_figure(e, 'flashes_held', 'd')} flashes held back"
        )

    @property
    def outlets(self) -> list[Light]:
        """Everything that pictures go to."""
        if self.engine is None or not self.fresh("engine"):
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
        if self.player is None or not self.fresh("player"):
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
        ports = self.player.ports if self.player is not None and self.fresh("player") else ()
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

    @property
    def obeying(self) -> str:
        """The figures of OSC in."""
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
        """The figures of the eye."""
        e = self.numbers
        return (
            f"{_figure(e, 'fps', '.1f')} fps, {_figure(e, 'latency_ms_p50', '.1f')} ms to latent,"
            f" {_figure(e, 'dropped', 'd')} dropped"
        )

    @property
    def making(self) -> str:
        """The figures of the bars."""
        return (
            f"bars ready {_figure(self.numbers, 'ready_margin_ms', '.0f')} ms ahead,"
            f" {_figure(self.numbers, 'ready_margin_ms_min', '.0f')} at the least"
        )

    @property
    def playing(self) -> str:
        """The figures of the hand."""
        if self.player is None:
            return "– ms late at p99, – late, – repeats, – dropped"
        p = self.player
        priority = "real-time priority" if p.realtime else "ordinary priority"
        return (
            f"{p.late_ms_p99:.2f} ms late at p99, {p.late} late, {p.repeats} repeats,"
            f" {p.dropped} dropped, {priority}"
        )


def _figure(numbers: Mapping[str, Any], name: str, form: str) -> str:
    value = numbers.get(name)
    return "–" if value is None else format(value, form)


def _light(health: Health | None, name: str) -> Light:
    """What to show of a device called `name`, or awaited."""
    if health is None:
        return name, OPENING, ""
    return health.label or health.name or name, health.state, health.reason or health.complaint


class Lines:
    """Not a terminal: events as they come, the figures every few seconds."""

    def __init__(self, facts: Mapping[str, str], clock: Clock, out: IO[str]) -> None:
        self._board, self._clock, self._out = Board(facts, clock), clock, out
        self._said_s = float("-inf")

    def open(self) -> None:
        facts = self._board.facts
        deeds = [f"sees {facts['source']}"] * bool(facts["source"]) + [
            f"hears {facts['sound']}"
        ] * bool(facts["sound"])
        self._say(
            f"livesyn {' and '.join(deeds)}"
            + (f"; the page is at {facts['page']}" if facts["page"] else "")
        )

    def status(self, child: str, status: Status) -> None:
        board = self._board
        board.update(child, status)
        if self._clock.now_s() - self._said_s >= PLAIN_EVERY_S and board.player and board.engine:
            self._said_s = self._clock.now_s()
            position = board.position
            where = f"bar {position[0]}" if position else "stopped"
            eye = (
                [
                    f"{where}, {board.player.bpm:g} bpm",
                    board.seeing,
                    board.making,
                    board.playing,
                ]
                if board.facts["source"]
                else []
            )
            self._say(
                " | ".join([*eye, *([board.painting] if "pictures_fps" in board.numbers else [])])
            )

    def event(self, sentence: str) -> None:
        self._say(sentence)

    def log(self, child: str, line: str) -> None:
        self._say(line)

    def close(self) -> None: ...

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


class Live:
    """A terminal: one calm picture of the show, four times a second."""

    def __init__(self, facts: Mapping[str, str], clock: Clock) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        self.board = Board(facts, clock)
        self._console = Console()
        if isinstance(sys.stdout, Stream):  # a picture that was not drawn is followed by the next
            sys.stdout.writer.notice = lambda lost, why: ""
        self._live = RichLive(
            get_renderable=self.picture,
            console=self._console,
            refresh_per_second=REFRESH_HZ,
            transient=False,
        )

    def open(self) -> None:
        self._live.start()

    def status(self, child: str, status: Status) -> None:
        self.board.update(child, status)

    def event(self, sentence: str) -> None:
        self.board.note(sentence)

    def log(self, child: str, line: str) -> None:
        self.board.note(line)

    def close(self) -> None:
        self._live.stop()

    def picture(self) -> RenderableType:
        """The show now."""
        from rich.console import Group
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        board, facts = self.board, self.board.facts
        rows = Table.grid(padding=(0, 2))
        rows.add_column(style="dim", no_wrap=True)
        rows.add_column(no_wrap=True)
        rows.add_column(ratio=1)
        if facts["source"]:
            name, state, reason = board.source
            rows.add_row("sees", _lamp(name, state), reason or board.seeing)
        if facts["sound"]:
            name, state, reason = board.sound
            rows.add_row("listens", _lamp(name, state), reason or board.painting)
        for name, state, words in board.outlets:
            rows.add_row("shows", _lamp(name, state), words)
        device = (board.engine and board.engine.device) or facts["device"]
        rows.add_row(
            "thinks",
            _lamp(f"{facts['model']} on {device}", board.child("engine")),
            board.slow or (board.making if facts["source"] else ""),
        )
        rows.add_row("plays", _lamp("player", board.child("player")), board.playing)
        for name, state, reason in board.ports:
            rows.add_row("", _lamp(name, state), reason)
        if facts["osc_in"]:
            name, state, words = board.osc_in
            rows.add_row("hears", _lamp(name, state), words)
        if facts["page"]:
            rows.add_row("page", _lamp(facts["page"], board.child("engine")), "")
        if facts["record"]:
            rows.add_row("writes", Text(f"  {facts['record']}"), "")
        events = [
            Text(f"{int(at_s) // 60}:{int(at_s) % 60:02}  {sentence}", style="dim", overflow="fold")
            for at_s, sentence in board.events
        ]
        return Padding(
            Group(
                self._headline(),
                Text(),
                rows,
                *([Text(), *events] if events else []),
                Text(),
                Text("Ctrl-C ends the set", style="dim"),
            ),
            (1, 2),
        )

    def _headline(self) -> RenderableType:
        from rich.text import Text

        position, player = self.board.position, self.board.player
        head = Text().append("livesyn", style="bold")
        if position is None or player is None:
            return head.append(
                "   stopped" if self.board.fresh("player") else "   starting", style="yellow"
            )
        bar, beat = position
        head.append(f"   bar {bar}   ")
        for n in range(1, BEATS_PER_BAR + 1):
            head.append("● " if n == beat else "○ ", style="bold cyan" if n == beat else "dim")
        head.append(f"  {player.bpm:.4g} bpm")
        return head.append(f"   {self.board.key}")


def _lamp(name: str, state: State) -> Any:
    from rich.text import Text

    return (
        Text("● ", style=COLOURS[state])
        .append(name, style="default")
        .append("" if state == RUNNING else f" ({state})", style=COLOURS[state])
    )

"""The live view: one calm picture of the show, drawn by rich."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from livesyn.base.clock import Clock
from livesyn.base.health import LOST, OFF, OPENING, RUNNING, SLOW, State
from livesyn.base.words import Stream
from livesyn.ipc.child_messages import Status
from livesyn.show.board import Board
from livesyn.transport.timeline import BEATS_PER_BAR

if TYPE_CHECKING:
    from rich.console import RenderableType

REFRESH_HZ = 4
COLOURS = {RUNNING: "green", OPENING: "yellow", SLOW: "yellow", LOST: "red", OFF: "bright_black"}


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
        if facts.get("log"):
            rows.add_row("set log", Text(f"  {facts['log']}"), "")
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
            why = "stopped" if player is not None else self.board.why_silent("player")
            return head.append(f"   {why}", style="yellow")
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

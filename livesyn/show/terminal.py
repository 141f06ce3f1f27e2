"""The show in the terminal: a calm live view, plain lines, JSON lines, or errors only.

A view is told of status reports, events and the children's logs, all on one thread.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import IO, Any, Protocol

from livesyn.base.clock import Clock, SystemClock
from livesyn.base.words import Stream
from livesyn.ipc.child_messages import Status, figures_of
from livesyn.show.board import UNKNOWN, Board
from livesyn.show.live_view import Live

PLAIN_EVERY_S = 5.0


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
        begun = board.has_reported("player") and board.has_reported("engine")
        if begun and self._clock.now_s() - self._said_s >= PLAIN_EVERY_S:
            self._said_s = self._clock.now_s()
            music = [self._place(), board.seeing, board.making, board.playing]
            self._say(
                " | ".join(music * bool(board.facts["source"]) + [board.painting] * board.paints)
            )

    def _place(self) -> str:
        """Bar and tempo."""
        player, position = self._board.player, self._board.position
        if player is None:
            return f"bar {UNKNOWN}, {UNKNOWN} bpm"
        return f"{f'bar {position[0]}' if position else 'stopped'}, {player.bpm:g} bpm"

    def event(self, sentence: str) -> None:
        self._say(sentence)

    def log(self, child: str, line: str) -> None:
        self._say(line)

    def close(self) -> None: ...

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

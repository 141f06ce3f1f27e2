"""What the engine gives a chain, with nothing behind it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from livesyn.base.clock import Clock, ManualClock
from livesyn.base.mailbox import Latest
from livesyn.config.sections import Config
from livesyn.engine.chains.live_chain import Context
from livesyn.engine.executor import Inline
from livesyn.engine.notes_input import NotesInput
from livesyn.engine.page_view import PageView
from livesyn.engine.show_mirror import ShowMirror
from livesyn.ipc.messages import FromPlayer


def context_of(
    clock: Clock | None = None, send: Callable[[Any], object] = lambda message: None, **given: Any
) -> Context:
    """A Context at work inline; `given` replaces its fields."""
    clock = clock or ManualClock()
    show = ShowMirror(send, clock)
    fields: dict[str, Any] = {
        "config": Config(),
        "clock": clock,
        "executor": Inline(),
        "nets": {},
        "show": show,
        "view": PageView(show, clock),
        "frames": Latest(),
        "sound": None,
        "notes": NotesInput(),
        "offer": lambda bar, phrase, controls: None,
        "send": send,
    }
    return Context(**{**fields, **given})


class Page(SimpleNamespace):
    """A mirror and the page's view of it, which both take in the player's messages."""

    def __init__(
        self, send: Callable[[Any], object] = lambda message: None, now_s: float = 0.0
    ) -> None:
        clock = ManualClock(now_s)
        show = ShowMirror(send, clock)
        super().__init__(show=show, view=PageView(show, clock))

    def apply(self, message: FromPlayer) -> None:
        self.show.apply(message)
        self.view.apply(message)

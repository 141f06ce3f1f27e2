"""Lines of the set log, from what the player has."""

from __future__ import annotations

import json
from dataclasses import replace

from livesyn import __version__
from livesyn.base.clock import wall_offset_s
from livesyn.base.types import Phrase
from livesyn.config.encoded import encode
from livesyn.config.sections import Config
from livesyn.ipc import set_log
from livesyn.ipc.set_log import Begin, Obeyed, PhraseRow, Sent, Settled, Step
from livesyn.music.harmony import Fit
from livesyn.player import tape
from livesyn.player.bars import Bar
from livesyn.player.core import Player
from livesyn.player.state import ShowState

# a step as the scheduler leaves it: the time of the step before, its own, what was obeyed, what was
# settled (with its line, swing and silence), what was sent, what notes were fitted to
Left = tuple[
    float,
    float,
    list[tuple[str, tuple[object, ...]]],
    list[tuple[Bar, float, float, bool]],
    tuple[tape.Bar, ...],
    list[Fit | None],
]


def begin_of(config: Config, player: Player, state: ShowState, again: bool) -> Begin:
    """The show as it is before its first step; `again`: it goes on from another player's."""
    course, last = state.course, player.last_bar()
    kept = replace(config, web=replace(config.web, token=None))
    return Begin(
        set_log.FORMAT,
        set_log.VERSION,
        player.stepped_s,
        player.stepped_s + wall_offset_s(),
        f"livesyn {__version__}",
        state.params() | player.values(),
        json.loads(encode(kept)),
        course.rows,
        course.waiting,
        None if last is None else (PhraseRow.of(last[0]), last[1]),
        again,
        player.muted,
    )


def step_of(left: Left) -> Step:
    """The line of a step."""
    before_s, at_s, obeyed, settled, sent, fits = left
    return Step(
        before_s,
        at_s,
        tuple(Obeyed(do, [_plain(arg) for arg in args]) for do, args in obeyed),
        tuple(
            Settled(
                bar.number,
                line_s,
                bar.played,
                swing,
                silent,
                None if bar.margin_s is None else bar.margin_s * 1000,
                bar.origin,
                bar.asked_s,
            )
            for bar, line_s, swing, silent in settled
        ),
        sent_of(sent),
        () if not any(fits) else tuple(fits),
    )


def sent_of(bars: tuple[tape.Bar, ...]) -> tuple[Sent, ...]:
    return tuple(Sent(bar.number, bar.sent) for bar in bars)


def _plain(arg: object) -> object:
    """An argument as the log writes it; `msgspec` writes what else there is by its fields."""
    return PhraseRow.of(arg) if isinstance(arg, Phrase) else arg

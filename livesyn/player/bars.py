"""Which phrase a bar plays: a new one, the last good one again, or the stored one; and its
swing.
"""

from __future__ import annotations

from dataclasses import dataclass

from livesyn.base.params import DIRECTIONS
from livesyn.base.types import Phrase
from livesyn.ipc.messages import Played
from livesyn.music.played import STORED, as_played
from livesyn.transport.timeline import BEATS_PER_BAR

AHEAD_BARS = 16  # further ahead than any engine works: a bar number left over from before a restart


@dataclass(frozen=True, slots=True)
class Bar:
    """What bar `number` plays.

    `margin_s` is how long before its line a new phrase was there, else None. What is there for the
    bar was made by `origin` at `asked_s`; "" and None where nothing was.
    """

    number: int
    phrase: Phrase
    controls: tuple[float, ...]
    played: Played
    margin_s: float | None = None
    origin: str = ""
    asked_s: float | None = None


class Bars:
    """Phrases that wait for their bar. Not thread-safe: the scheduler thread owns it.

    A later phrase for a bar replaces an earlier one; one for a bar that is settled, or over
    `AHEAD_BARS` ahead, is dropped and counted in `dropped`. `last` is the last bar that had notes:
    when none comes, a rest must not become a silent show.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Phrase, tuple[float, ...], float, str, float | None]] = {}
        self.last: tuple[Phrase, tuple[float, ...]] | None = None
        self.next_number = 0
        self.repeats = 0
        self.dropped = 0

    def offer(
        self,
        number: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        arrived_s: float,
        origin: str = "",
        asked_s: float | None = None,
    ) -> bool:
        """A phrase for bar `number`; False when it was dropped."""
        if not self.next_number <= number < self.next_number + AHEAD_BARS:
            self.dropped += 1
            return False
        self._waiting[number] = (phrase, controls, arrived_s, origin, asked_s)
        return True

    def settle(self, line_s: float, swing: float, silent: bool = False, held: bool = False) -> Bar:
        """What the next bar, whose line falls on `line_s`, plays; the one after is next then.
        `silent`: the show is meant to be, so nothing old is played. `held`: the last bar that had
        notes is to repeat; what was made for this one is let go."""
        number, self.next_number = self.next_number, self.next_number + 1
        found = self._waiting.pop(number, None)
        if held and self.last is not None:
            phrase = Phrase((), BEATS_PER_BAR) if silent else as_played(self.last[0], swing)
            return Bar(number, phrase, self.last[1], "held")
        if found is not None:
            phrase, controls, arrived_s, origin, asked_s = found
            if phrase.notes:
                self.last = (phrase, controls)
            played: Played = "new" if phrase.notes else "silent"
            return Bar(
                number,
                as_played(phrase, swing),
                controls,
                played,
                line_s - arrived_s if phrase.notes else None,
                origin,
                asked_s,
            )
        if self.last is not None:
            self.repeats += 1
            return Bar(
                number,
                Phrase((), BEATS_PER_BAR) if silent else as_played(self.last[0], swing),
                self.last[1],
                "repeat",
            )
        if silent:
            return Bar(number, Phrase((), BEATS_PER_BAR), (0.0,) * DIRECTIONS, "silent")
        return Bar(
            number, as_played(STORED[number % len(STORED)], swing), (0.0,) * DIRECTIONS, "stored"
        )

    def skip_to(self, number: int) -> None:
        """Bar `number` is next, those between are not played; goes forward only."""
        self.next_number = max(self.next_number, number)
        self._waiting = {
            n: waiting for n, waiting in self._waiting.items() if n >= self.next_number
        }

    def restart(self, number: int = 0) -> None:
        """Bar `number` is next; what waited belonged to another run and is let go."""
        self._waiting.clear()
        self.next_number = number

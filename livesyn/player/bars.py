"""Which phrase a bar plays: a new one, the last good one again, or the stored one; and its
swing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from livesyn.base.params import DIRECTIONS
from livesyn.base.types import Note, Phrase
from livesyn.ipc.messages import Played
from livesyn.music.harmony import Fit
from livesyn.music.played import STORED, sounding, written
from livesyn.transport.timeline import BEATS_PER_BAR

REST = Phrase((), BEATS_PER_BAR)
AHEAD_BARS = 16  # further ahead than any engine works: a bar number left over from before a restart


@dataclass(frozen=True, slots=True)
class Bar:
    """What bar `number` plays: `phrase` as it sounds, of the notes `written`, in their order.

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
    written: tuple[Note, ...] = ()


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

    def settle(
        self, line_s: float, swing: float, silent: bool = False, fit: Fit | None = None
    ) -> Bar:
        """What the next bar, whose line falls on `line_s`, plays; the one after is next then.
        `silent`: the show is meant to be, so nothing old is played. `fit` is what its notes are
        fitted to, new ones and old.
        """
        number, self.next_number = self.next_number, self.next_number + 1
        found = self._waiting.pop(number, None)
        if found is not None:
            phrase, controls, arrived_s, origin, asked_s = found
            if phrase.notes:
                self.last = (phrase, controls)
            played: Played = "new" if phrase.notes else "silent"
            margin_s = line_s - arrived_s if phrase.notes else None
            bar = Bar(number, phrase, controls, played, margin_s, origin, asked_s)
        elif self.last is not None:
            self.repeats += 1
            bar = Bar(number, REST if silent else self.last[0], self.last[1], "repeat")
        elif silent:
            bar = Bar(number, REST, (0.0,) * DIRECTIONS, "silent")
        else:
            bar = Bar(number, STORED[number % len(STORED)], (0.0,) * DIRECTIONS, "stored")
        notes = written(bar.phrase)
        heard = Phrase(tuple(sounding(note, swing, fit) for note in notes), BEATS_PER_BAR)
        return replace(bar, phrase=heard, written=notes)

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

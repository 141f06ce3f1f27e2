"""Which phrase a bar plays: a new one, the last good one again, or the stored one; and its
swing.
"""

from __future__ import annotations

from dataclasses import dataclass

from livesyn.base.types import Note, Phrase
from livesyn.transport.timeline import BEATS_PER_BAR

CONTROLS = 12
AHEAD_BARS = 16  # further ahead than any engine works: a bar number left over from before a restart
SHORTEST_BEATS = 1 / 64
PAIR_BEATS = 0.5  # swing bends pairs of sixteenths

# Two bars over A minor and F: a rising question, a falling answer that leads back to its start.
_QUESTION = (
    (0.0, 0.75, 69),
    (0.75, 0.25, 72),
    (1.0, 0.5, 76),
    (1.5, 0.5, 74),
    (2.0, 0.75, 72),
    (2.75, 0.25, 71),
    (3.0, 0.5, 72),
    (3.5, 0.5, 64),
)
_ANSWER = (
    (0.0, 0.75, 65),
    (0.75, 0.25, 69),
    (1.0, 0.5, 72),
    (1.5, 0.5, 77),
    (2.0, 1.0, 76),
    (3.0, 0.5, 71),
    (3.5, 0.5, 68),
)
STORED = tuple(
    Phrase(
        tuple(
            Note(start, 0.95 * length, pitch, 92 if start % 2 == 0 else 78)
            for start, length, pitch in half
        ),
        BEATS_PER_BAR,
    )
    for half in (_QUESTION, _ANSWER)
)


def swung_beat(beat: float, swing: float) -> float:
    """Where `beat` falls when every second sixteenth comes `swing` sixteenths late. Strictly
    increasing for `swing` < 1; whole and half beats stay."""
    pair, inside = divmod(beat, PAIR_BEATS)
    half = PAIR_BEATS / 2
    bent = (
        inside * (1 + swing) if inside <= half else PAIR_BEATS - (PAIR_BEATS - inside) * (1 - swing)
    )
    return pair * PAIR_BEATS + bent


def as_played(phrase: Phrase, swing: float) -> Phrase:
    """The first bar of `phrase` as it will sound: swung, in order, cut to the bar."""
    notes = []
    for note in sorted(phrase.notes):
        if 0 <= note.start_beats < BEATS_PER_BAR:
            start = swung_beat(note.start_beats, swing)
            end = min(swung_beat(note.end_beats, swing), float(BEATS_PER_BAR))
            notes.append(
                Note(
                    start, max(end - start, SHORTEST_BEATS), note.pitch, note.velocity, note.channel
                )
            )
    return Phrase(tuple(notes), BEATS_PER_BAR)


@dataclass(frozen=True, slots=True)
class Bar:
    """What bar `number` plays.

    `margin_s` is how long before its line a new phrase was there, else None.
    """

    number: int
    phrase: Phrase
    controls: tuple[float, ...]
    played: str
    margin_s: float | None = None


class Bars:
    """Phrases that wait for their bar. Not thread-safe: the scheduler thread owns it.

    A later phrase for a bar replaces an earlier one; one for a bar that is settled, or over
    `AHEAD_BARS` ahead, is dropped and counted in `dropped`. `last` is the last bar that had notes:
    when none comes, a rest must not become a silent show.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Phrase, tuple[float, ...], float]] = {}
        self.last: tuple[Phrase, tuple[float, ...]] | None = None
        self.next_number = 0
        self.repeats = 0
        self.dropped = 0

    def offer(
        self, number: int, phrase: Phrase, controls: tuple[float, ...], arrived_s: float
    ) -> bool:
        """A phrase for bar `number`; False when it was dropped."""
        if not self.next_number <= number < self.next_number + AHEAD_BARS:
            self.dropped += 1
            return False
        self._waiting[number] = (phrase, controls, arrived_s)
        return True

    def settle(self, line_s: float, swing: float, silent: bool = False) -> Bar:
        """What the next bar, whose line falls on `line_s`, plays; the one after is next then.
        `silent`: the show is meant to be, so nothing old is played."""
        number, self.next_number = self.next_number, self.next_number + 1
        found = self._waiting.pop(number, None)
        if found is not None:
            phrase, controls, arrived_s = found
            if phrase.notes:
                self.last = (phrase, controls)
            played = "new" if phrase.notes else "silent"
            return Bar(
                number,
                as_played(phrase, swing),
                controls,
                played,
                line_s - arrived_s if phrase.notes else None,
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
            return Bar(number, Phrase((), BEATS_PER_BAR), (0.0,) * CONTROLS, "silent")
        return Bar(
            number, as_played(STORED[number % len(STORED)], swing), (0.0,) * CONTROLS, "stored"
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

"""What is played on the show's MIDI input, as the player tells of it."""

from __future__ import annotations

from livesyn.base.mailbox import Bounded
from livesyn.ipc.messages import NoteEvent, NotesIn
from livesyn.transport.timeline import Timeline

WAITING_EVENTS = 1024


class NotesReader:
    """What has come for one chain and was not taken yet: at most `WAITING_EVENTS`, of which the
    oldest goes first. Where one was lost all notes end, since it may have been the end of one.
    """

    def __init__(self) -> None:
        self._events: Bounded[NoteEvent] = Bounded(WAITING_EVENTS)
        self._told_dropped = 0

    @property
    def dropped(self) -> int:
        """Events that were not taken in time."""
        return self._events.dropped

    def put(self, event: NoteEvent) -> None:
        """Keep `event` until it is taken."""
        self._events.put(event)

    def drain(self) -> list[NoteEvent]:
        """All that was played since the last time, oldest first."""
        events = self._events.drain()
        if events and self._events.dropped != self._told_dropped:
            self._told_dropped = self._events.dropped
            events.insert(0, NoteEvent("rest", events[0].time_s, events[0].beat))
        return events


class NotesInput:
    """Hands what is played to every reader. The player is told of `dropped`, and says it. `clock`
    is the sender's timeline, None while it has none. Belongs to one thread.
    """

    def __init__(self) -> None:
        self._readers: list[NotesReader] = []
        self.clock: Timeline | None = None

    @property
    def dropped(self) -> int:
        """Events that a reader did not take in time, all readers together."""
        return sum(reader.dropped for reader in self._readers)

    def reader(self) -> NotesReader:
        """A reader of its own for a chain, of all that is played from now on."""
        self._readers.append(NotesReader())
        return self._readers[-1]

    def push(self, message: NotesIn) -> None:
        """Take in a message of the player."""
        self.clock = None if message.clock is None else message.clock.value()
        for event in message.events:
            self._put(event)

    def rest(self, time_s: float, beat: float) -> None:
        """End all notes: what was played may have been lost on its way here."""
        self._put(NoteEvent("rest", time_s, beat))

    def _put(self, event: NoteEvent) -> None:
        for reader in self._readers:
            reader.put(event)

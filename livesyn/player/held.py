"""Which notes sound. Every note-on has an entry here until its note-off."""

from __future__ import annotations

from livesyn.base.types import Note


class HeldNotes:
    """At most one note sounds on a key of a channel.

    Not thread-safe: the scheduler thread owns it.
    """

    def __init__(self) -> None:
        self._notes: dict[tuple[int, int], Note] = {}

    def __len__(self) -> int:
        return len(self._notes)

    def strike(self, note: Note) -> Note | None:
        """`note` sounds from now; returns the note on the same key that must end first."""
        key = (note.channel, note.pitch)
        before = self._notes.get(key)
        self._notes[key] = note
        return before

    def release(self, note: Note) -> bool:
        """True when `note` itself sounded and now ends; False when it was ended, struck over or
        never struck.
        """
        key = (note.channel, note.pitch)
        if self._notes.get(key) is not note:
            return False
        del self._notes[key]
        return True

    def release_all(self) -> list[Note]:
        """Everything that sounded; nothing does any more."""
        notes = list(self._notes.values())
        self._notes.clear()
        return notes

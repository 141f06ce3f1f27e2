"""What the tests of the patches play with: a show's performer that counts."""

from __future__ import annotations


class Performer:
    """Counts what the show asks of its player."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def play(self, origin: str, asked_s: float | None) -> None:
        self.asked.append("play")

    def stop(self, origin: str, asked_s: float | None) -> None:
        self.asked.append("stop")

    def panic(self, origin: str = "") -> None:
        self.asked.append("panic")

    def nudge(self, later_s: float, origin: str, asked_s: float | None) -> None:
        self.asked.append("nudge")

    def set_value(self, name: str, value: float, origin: str, asked_s: float | None) -> None: ...

    def set_chord(self, chord: tuple[int, ...], origin: str, asked_s: float | None) -> None: ...

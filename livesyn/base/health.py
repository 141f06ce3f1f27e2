"""How devices are doing: the words, the value and the sentences, once for feeds, outlets, MIDI,
OSC, the recorder, messages, page and terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

State = Literal["opening", "running", "slow", "lost", "off"]

OPENING: Final = "opening"
RUNNING: Final = "running"
SLOW: Final = "slow"  # it runs, but does not keep up
LOST: Final = "lost"  # it went, could not be had, or does not work; it is tried again
OFF: Final = "off"  # not opened, or closed

STALE_S = 3.0  # figures of a process that has reported none for so long are unknown
FIRST_BACK_OFF_S = 0.1
LONGEST_BACK_OFF_S = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """How one device is doing. `reason` is the sentence why it does not run, "" while it runs;
    `lost` counts how often it went after it had been opened, `dropped` what it could not take or
    hand on; `complaint` is what is wrong with it though it runs; `label` what it calls itself.
    """

    name: str
    state: State = OFF
    reason: str = ""
    lost: int = 0
    dropped: int = 0
    complaint: str = ""
    label: str = ""

    def hindered(self, reason: str) -> Self:
        """The same, but lost for `reason` if it runs and there is one: it is open and does not
        work. Not counted in `lost`.
        """
        if not reason or self.state != RUNNING:
            return self
        return replace(self, state=LOST, reason=reason)

    def slowed(self, reason: str) -> Self:
        """The same, but slow for `reason` if it runs and there is one."""
        if not reason or self.state != RUNNING:
            return self
        return replace(self, state=SLOW, reason=reason)

    def light(self) -> dict[str, str]:
        """What a light on the page shows: `name`, `state` and the sentence to it, `reason`."""
        return {
            "name": self.label or self.name,
            "state": self.state,
            "reason": self.reason or self.complaint,
        }


class BackOff:
    """The pauses between one try and the next: 0.1 s, then twice as long each time, up to
    `longest_s`.
    """

    def __init__(self, longest_s: float = LONGEST_BACK_OFF_S) -> None:
        self._pause_s = FIRST_BACK_OFF_S
        self._longest_s = longest_s

    def next_s(self) -> float:
        """The pause before the next try, in seconds."""
        pause_s = self._pause_s
        self._pause_s = min(2 * pause_s, self._longest_s)
        return pause_s

    def reset(self) -> None:
        """It worked: begin with the shortest again."""
        self._pause_s = FIRST_BACK_OFF_S


class Announcements:
    """Tells `say(sentence)` of a loss once, however often it is tried again and whatever fails
    then, of the return, and of what is wrong with something that runs. For one thread.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._lost: set[str] = set()
        self._complaints: dict[str, str] = {}

    def see(self, health: Health, name: str = "", promise: str = "") -> None:
        """Look at `health`; `name` is what people call the device, if not as it says. What is said
        of a loss ends with `promise`.
        """
        name = name or health.name
        if health.state == RUNNING:
            if name in self._lost:
                self._lost.remove(name)
                self._say(f"{name} is back")
            if health.complaint and self._complaints.get(name) != health.complaint:
                self._complaints[name] = health.complaint
                self._say(health.complaint)
        elif health.state == LOST and name not in self._lost:
            self._lost.add(name)
            self._say(health.reason + promise)

    def __contains__(self, name: object) -> bool:
        """Whether `name` is lost now."""
        return name in self._lost

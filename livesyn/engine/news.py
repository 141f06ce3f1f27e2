"""What is said of sources and outputs that come and go, whenever it happens."""

from __future__ import annotations

from collections.abc import Callable


class News:
    """Tells `say(sentence)` of a loss once, however often it is tried again, of a return, and of
    what is wrong with something that goes on.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._lost: dict[str, str] = {}
        self._complaints: dict[str, str] = {}

    def see(
        self, name: str, state: str, reason: str = "", complaint: str = "", label: str = ""
    ) -> None:
        """`name` is `running` or `lost`, for `reason`; `label` is what it is called, if not so."""
        if state == "running":
            if self._lost.pop(name, None) is not None:
                self._say(f"{label or name} is back")
            if complaint and self._complaints.get(name) != complaint:
                self._say(complaint)
            self._complaints[name] = complaint or self._complaints.get(name, "")
        elif state == "lost" and self._lost.get(name) != reason:
            self._lost[name] = reason
            self._say(reason)

    def __contains__(self, name: object) -> bool:
        """Whether `name` is lost now."""
        return name in self._lost

"""Soft takeover: a knob that stands elsewhere than its value moves nothing until it has passed it.
Pure.
"""

from __future__ import annotations


class Takeover:
    """One knob. Positions go from 0 to 1."""

    def __init__(self) -> None:
        self.position: float | None = None  # where the knob stands; None until it has moved

    def takes(self, position: float, current: float, holds: bool, step: float) -> bool:
        """Whether the knob at `position` may set a value that now stands at `current`: it `holds`
        the value because it set it last, it has passed it, or it is within a `step` of it.
        """
        before, self.position = self.position, position
        return (
            holds
            or abs(position - current) <= step
            or (before is not None and min(before, position) <= current <= max(before, position))
        )

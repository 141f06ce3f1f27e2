"""Which port is meant by a name."""

from __future__ import annotations

from collections.abc import Sequence

from livesyn.base.errors import DeviceError


def find_port(wanted: str, names: Sequence[str]) -> str:
    """The one of `names` that is `wanted`, or the only one that contains it in any case.

    Raises DeviceError.
    """
    if wanted in names:
        return wanted
    found = [name for name in names if wanted.lower() in name.lower()]
    if len(found) == 1:
        return found[0]
    there = ", ".join(found or names) or "none"
    raise DeviceError(
        f"MIDI port {wanted!r} {'could be any of' if found else 'is not there; there are'}: {there}"
    )

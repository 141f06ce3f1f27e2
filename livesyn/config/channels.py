"""Channels of a sound by number, as a person names them: "1,2", "3", "1-8"."""

from __future__ import annotations

import re
from typing import Any

from livesyn.base.errors import ConfigError

HIGHEST = 256
_PART = re.compile(r"\s*([0-9]{1,3})\s*(?:-\s*([0-9]{1,3})\s*)?")


def parse_channels(value: Any) -> tuple[int, ...]:
    """The channels that a text, a whole number or a list of these names, in their order. Raises
    ConfigError.
    """
    parts = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(part, str | int) and not isinstance(part, bool) for part in parts):
        raise _refusal(value)
    found: list[int] = []
    for part in ",".join(map(str, parts)).split(","):
        match = _PART.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= HIGHEST:
            raise _refusal(value)
        found += range(first, last + 1)
    for channel in found:
        if found.count(channel) > 1:
            raise ConfigError(f"the channels are {value!r}; name channel {channel} once")
    return tuple(found)


def _refusal(value: Any) -> ConfigError:
    return ConfigError(
        f"the channels are {value!r}; they are numbers from 1 to {HIGHEST}, or ranges, like 1,2 or"
        " 1-8"
    )

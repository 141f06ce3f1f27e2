"""What is said of an OSC message that is refused: what was got, what is legal, what to do."""

from __future__ import annotations

import contextlib
import difflib
import math
from collections.abc import Iterable
from typing import Any

from livesyn.base import params
from livesyn.control.actions import ACTIONS
from livesyn.control.scene import MOST_BARS
from livesyn.player.osc_decoder import Message, OscError

LONGEST_NAME = 1024  # of a checkpoint, which may be a path
SHOWN = 80  # characters of an address in a sentence
KINDS = (
    "from senders not on the allow-list",
    "that cannot be read",
    "to addresses where nothing listens",
    "with the wrong arguments",
    "for which the system had no room",
)
STORE_IS_NO_PARAMETER = (
    "/livesyn/param/store keeps a scene as before, but is an old name: send the scene's name, any"
    " name, to /livesyn/scene/store"
)
SENDER, MALFORMED, UNKNOWN, IGNORED, OVERFLOWED = KINDS


def unread(error: OscError) -> str:
    """A packet or message that cannot be read."""
    return f"a message to {error.address} {error}" if error.address else f"a packet that {error}"


def failed(message: Message, error: Exception) -> str:
    """A message that is all right, and an order that failed."""
    return f"{message.address[:SHOWN]} could not be obeyed ({type(error).__name__}: {error})"


def unset(error: Exception) -> str:
    """Values that are all right, and could not be set."""
    return f"OSC messages could not be obeyed ({type(error).__name__}: {error})"


def nowhere(message: Message, addresses: Iterable[str]) -> str:
    """A message to none of `addresses`."""
    address = message.address[:SHOWN]
    if set(address) & set("*?[]{}"):
        return f"{address} is a pattern, and patterns are not followed; send to each address"
    near = difflib.get_close_matches(address, addresses, 1)
    return f"nothing listens at {address}" + (f"; did you mean {near[0]}?" if near else "")


def not_a_model(message: Message) -> str:
    """Arguments that are not the one name of a checkpoint."""
    return f"{message.address} takes one name of a checkpoint, as text; livesyn models lists them"


def not_a_number(message: Message, row: params.Param | None) -> str:
    """Arguments that are not the one number, or the choice of `row`, that the address takes."""
    legal, advice = "one number", ""
    if row is not None and row.choices:
        legal += f" or one of {row.named_choices}"
    if len(message.values) > 1:
        advice = "; send it alone"
    elif message.tags in ("s", "S") and _is_number(message.values[0]):
        advice = ", a number as text; send it as a float"
    got = " and ".join(_shown(value) for value in message.values[:4]) or "nothing"
    return f"{message.address} takes {legal}; it got {got}{advice}"


def not_a_field(message: Message) -> str:
    """Arguments that are not the one value that a field of a row of modulation takes."""
    got = " and ".join(_shown(value) for value in message.values[:4]) or "nothing"
    return f"{message.address} takes one number or text; it got {got}"


def not_a_name(message: Message) -> str:
    """Arguments that are not the name of a parameter or action."""
    got = " and ".join(_shown(value) for value in message.values[:4]) or "nothing"
    name = message.values[0] if message.values and isinstance(message.values[0], str) else ""
    near = difflib.get_close_matches(name, (*params.BY_NAME, *ACTIONS), 1)
    advice = f"; did you mean {near[0]!r}?" if near else ""
    return f"{message.address} takes the name of a parameter or action; it got {got}{advice}"


def not_a_scene(message: Message) -> str:
    """Arguments that are not the name of a scene, with the bars of a crossfade."""
    got = " and ".join(_shown(value) for value in message.values[:4]) or "nothing"
    legal = "the name of a scene"
    if message.address.endswith("recall"):
        legal += f", and the bars of the crossfade (0 to {MOST_BARS:g}) if not its own"
    return f"{message.address} takes {legal}; it got {got}"


def _is_number(text: str) -> bool:
    with contextlib.suppress(ValueError):
        return math.isfinite(float(text))
    return False


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"a blob of {len(value)} bytes"
    if value is None:
        return "nil"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return f"{value:g}" if isinstance(value, float) else repr(value)[:40]


def listed(allow: tuple[str, ...]) -> str:
    """An allow-list in few words."""
    return ", ".join(allow[:4]) + (f" and {len(allow) - 4} more" if len(allow) > 4 else "")


def unwelcome(sender: str, allow: tuple[str, ...]) -> str:
    """A sender that is not on the allow-list."""
    plain = sender.removeprefix("::ffff:")
    return (
        f"OSC from {plain} was refused: not on the allow-list ({listed(allow)}); start"
        f" with --osc-allow {plain.partition('%')[0]} if it belongs to the show"
    )


def lost(count: int, room_bytes: int, wanted_bytes: int) -> str:
    """Packets that came while the socket was full."""
    more = ", or let more wait (on Linux sysctl -w net.core.rmem_max=8388608)"
    return (
        f"{count:,} OSC packets came faster than they were read and are lost: the system let"
        f" {room_bytes >> 10:,} kB wait; send less often{more * (room_bytes < wanted_bytes)}"
    )

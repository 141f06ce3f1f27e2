"""The table of OSC addresses: what `player.osc_routes` obeys and `sinks.osc` sends.

A test holds it to both; the reference of the documents and the tree of OSCQuery are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from livesyn.base.params import BY_ADDRESS, BY_NAME, DIRECTIONS, LEVELS

IN, OUT = "to livesyn", "from livesyn"
STATUS = ("fps", "latency_ms", "dropped", "late")
NUDGE_LIMIT_MS = 1000.0
ASK, MORE, LESS = "?", "+", "-"  # in the place of a value


@dataclass(frozen=True, slots=True)
class Argument:
    """One value of a message: what it is, its type tag, and its range where it has one."""

    name: str
    tag: str
    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One address, or, where `pattern` ends in a name in capitals, one for each of `names`. What
    sets a parameter has its values from there; a message with none is a press. The loss of a
    `critical` one would be heard or seen.
    """

    direction: str
    pattern: str
    arguments: str
    about: str
    names: tuple[str, ...] = ()
    values: tuple[Argument, ...] = ()
    critical: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        if not self.names:
            return (self.pattern,)
        return tuple(f"{self.pattern.rpartition('/')[0]}/{name}" for name in self.names)


def _out(
    pattern: str,
    about: str,
    *values: Argument,
    names: tuple[str, ...] = (),
    critical: bool = False,
) -> Row:
    arguments = ", ".join(f"{value.name} {value.tag}" for value in values)
    return Row(OUT, pattern, arguments, about, names, values, critical)


_INDICES = tuple(str(i) for i in range(DIRECTIONS))
_PRESS = "none, an impulse, or a number other than 0"
TABLE: tuple[Row, ...] = (
    Row(
        IN,
        "/livesyn/param/NAME",
        "number, or the name of a choice; `?`, `+` or `-`",
        "Set a parameter; a value out of range is clamped. `?` asks for it, `+` and `-` step it.",
        tuple(BY_NAME),
    ),
    Row(
        IN,
        "/livesyn/latent/N",
        "-3 to 3; `?`, `+` or `-`",
        "Steer along a principal direction: the parameter steer_N.",
        _INDICES,
    ),
    Row(
        IN,
        "/livesyn/transport/play",
        f"{_PRESS}; `?`",
        "Play, from the next bar line. `?` asks whether it plays.",
        critical=True,
    ),
    Row(IN, "/livesyn/transport/stop", _PRESS, "Stop, and end every note.", critical=True),
    Row(IN, "/livesyn/transport/tap", _PRESS, "Tap the tempo."),
    Row(IN, "/livesyn/transport/tempo", "bpm; `?`, `+` or `-`", "Set the tempo."),
    Row(
        IN,
        "/livesyn/transport/nudge",
        "ms",
        "Move the beat later; earlier when negative.",
        values=(Argument("ms", "f", -NUDGE_LIMIT_MS, NUDGE_LIMIT_MS, "ms"),),
    ),
    Row(
        IN,
        "/livesyn/freeze",
        "1 or 0; none or an impulse is 1; `?`, `+` or `-`",
        "Hold what is seen.",
    ),
    Row(IN, "/livesyn/panic", _PRESS, "End every note, now and 50 ms later.", critical=True),
    Row(IN, "/livesyn/dump", _PRESS, "Report every parameter."),
    Row(IN, "/livesyn/params", _PRESS, "The same as /livesyn/dump."),
    _out(
        "/livesyn/note",
        "A note, as it is struck. The offset goes from the packet's moment to the note's.",
        Argument("channel", "i", 1, 16),
        Argument("pitch", "i", 0, 127, "MIDI note"),
        Argument("velocity", "i", 0, 127),
        Argument("length in beats", "f", unit="beats"),
        Argument("offset in ms", "f", unit="ms"),
    ),
    _out("/livesyn/beat", "A beat falls.", Argument("number from 0", "i", 0)),
    _out("/livesyn/bar", "A bar begins.", Argument("number from 0", "i", 0)),
    _out(
        "/livesyn/latent/N",
        "The latent along a principal direction, once a bar.",
        Argument("standard deviations", "f", -4, 4, "std"),
        names=_INDICES,
    ),
    _out(
        "/livesyn/param/NAME",
        "A parameter, whenever it is set, by whomever; the same value again at most ten times a"
        " second.",
        Argument("value", "f"),
        names=tuple(BY_NAME),
    ),
    _out(
        "/livesyn/transport/play",
        "The transport plays or stands.",
        Argument("1 or 0", "i", 0, 1),
        critical=True,
    ),
    _out(
        "/livesyn/audio/NAME",
        "Levels of what is heard, about 30 times a second.",
        Argument("0 to 1", "f", 0, 1),
        names=tuple(LEVELS),
    ),
    _out(
        "/livesyn/status/NAME",
        "Figures of the show, once a second.",
        Argument("number", "f"),
        names=STATUS,
    ),
    _out(
        "/livesyn/panic",
        "End your own notes too. Not sent for a panic that comes within 100 ms of one sent out.",
        Argument("1", "i"),
        critical=True,
    ),
)
# what sets a parameter -> its name
SET_BY = {
    **{address: row.name for address, row in BY_ADDRESS.items()},
    **{f"/livesyn/latent/{index}": f"steer_{index}" for index in range(DIRECTIONS)},
    "/livesyn/transport/tempo": "tempo",
    "/livesyn/freeze": "freeze",
}


def addresses(direction: str) -> set[str]:
    """Every address of `direction`, IN or OUT."""
    return {a for row in TABLE if row.direction == direction for a in row.addresses}

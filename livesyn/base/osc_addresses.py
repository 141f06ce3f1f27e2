"""The table of OSC addresses: what `player.osc_routes` obeys and `sinks.osc` sends.

A test holds it to both; the reference of the documents and the tree of OSCQuery are made from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from livesyn.base.params import BY_ADDRESS, BY_NAME, DIRECTIONS, LEVELS

IN, OUT = "to livesyn", "from livesyn"
STATUS = ("fps", "latency_ms", "dropped", "late")
NUDGE_LIMIT_MS = 1000.0
STORE_OF_OLD = "/livesyn/param/store"  # once a parameter
ASK, MORE, LESS = "?", "+", "-"  # in the place of a value
MODEL = "/livesyn/model"
SWITCHES = ("freeze", "blackout", "hold", "mute")  # of pictures, and of music


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
    """One address, or, where `pattern` has a name in capitals, one for each of `names`, which stand
    for it and what follows. What sets a parameter has its values from there; a message with none is
    a press. The loss of a `critical` one would be heard or seen. An `old` one is obeyed still, and
    OSCQuery does not show it.
    """

    direction: str
    pattern: str
    arguments: str
    about: str
    names: tuple[str, ...] = ()
    values: tuple[Argument, ...] = ()
    critical: bool = False
    old: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        if not self.names:
            return (self.pattern,)
        stem = re.split("/[A-Z]", self.pattern, maxsplit=1)[0]
        return tuple(f"{stem}/{name}" for name in self.names)


def _out(
    pattern: str,
    about: str,
    *values: Argument,
    names: tuple[str, ...] = (),
    critical: bool = False,
) -> Row:
    arguments = ", ".join(f"{value.name} {value.tag}" for value in values)
    return Row(OUT, pattern, arguments, about, names, values, critical)


# fields of the modulation matrix; a test keeps them those of control.modulation
_ROWS = range(1, 17)
_TEXTS = ("source", "period", "target", "mode")
_NUMBERS = ("phase", "depth", "on")
MODULATION_TEXTS, MODULATION_NUMBERS = (
    tuple(f"{row}/{field}" for row in _ROWS for field in fields) for fields in (_TEXTS, _NUMBERS)
)
_INDICES = tuple(str(i) for i in range(DIRECTIONS))
_MOVABLE = tuple(name for name in BY_NAME if not BY_NAME[name].direct)
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
        "/livesyn/transport/sync",
        "internal, link or midi; or 0, 1, 2; `?`, `+` or `-`",
        "Who leads the beat: the parameter sync.",
    ),
    Row(
        IN,
        "/livesyn/transport/nudge",
        "ms",
        "Move the beat later; earlier when negative.",
        values=(Argument("ms", "f", -NUDGE_LIMIT_MS, NUDGE_LIMIT_MS, "ms"),),
    ),
    *(
        Row(IN, f"/livesyn/{name}", "1 or 0; none or an impulse is 1; `?`, `+` or `-`", about)
        for name, about in (
            ("freeze", "Hold what is seen."),
            ("blackout", "All pictures go black."),
            ("hold", "The bar that plays repeats."),
            ("mute", "No notes; the clock goes on."),
        )
    ),
    Row(
        IN,
        "/livesyn/take_over",
        _PRESS,
        "Lead, where this show is muted and follows another (a standby).",
        critical=True,
    ),
    Row(IN, "/livesyn/panic", _PRESS, "End every note, now and 50 ms later.", critical=True),
    Row(
        IN,
        "/livesyn/modulation/ROW/FIELD",
        "the name of a choice, or its place in the list from 0",
        "Set what a row (1 to 16) of the modulation matrix leads from, and to: source, period,"
        " target, mode.",
        MODULATION_TEXTS,
        (Argument("choice", "s"),),
    ),
    Row(
        IN,
        "/livesyn/modulation/ROW/FIELD",
        "number",
        "Set how a row of the modulation matrix does so: phase, depth, on.",
        MODULATION_NUMBERS,
        (Argument("value", "f"),),
    ),
    Row(
        IN,
        "/livesyn/learn",
        "name of a parameter or action; none or an empty one ends it",
        "The next MIDI control that moves is to move this.",
        values=(Argument("name", "s"),),
    ),
    Row(
        IN,
        "/livesyn/unlearn",
        "name of a parameter or action",
        "Take every MIDI control from it.",
        values=(Argument("name", "s"),),
    ),
    Row(
        IN,
        MODEL,
        "name of a checkpoint; `?`",
        "Play by another checkpoint, from the next bar; livesyn models lists them. `?` asks which"
        " plays.",
        values=(Argument("name", "s"),),
        critical=True,
    ),
    Row(
        IN,
        "/livesyn/scene/recall",
        "name, and how many bars the crossfade takes",
        "Go to a scene, from the next line that recall_on says; live leads back to the picture.",
        values=(Argument("name", "s"),),
        critical=True,
    ),
    Row(
        IN,
        "/livesyn/scene/store",
        "name",
        "Keep the show as it is as a scene.",
        values=(Argument("name", "s"),),
        critical=True,
    ),
    Row(IN, "/livesyn/scene/next", _PRESS, "Go to the next scene of the set list.", critical=True),
    Row(IN, "/livesyn/scene/previous", _PRESS, "Go back to the scene before in the set list."),
    Row(
        IN,
        STORE_OF_OLD,
        "A, B, C or D",
        "An old name of /livesyn/scene/store.",
        values=(Argument("letter", "s"),),
        old=True,
    ),
    Row(IN, "/livesyn/dump", _PRESS, "Report every parameter, and each row of modulation in use."),
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
        "/livesyn/next/NAME",
        "A change waits for its line: what the parameter will be, and on which beat.",
        Argument("value", "f"),
        Argument("beat", "f", unit="beats"),
        names=_MOVABLE,
    ),
    _out(
        "/livesyn/now/NAME",
        "What modulation makes of a parameter, some 30 times a second while it moves.",
        Argument("value", "f"),
        names=_MOVABLE,
    ),
    _out(
        "/livesyn/modulation/ROW/FIELD",
        "A choice of a row of the modulation matrix, whenever it is set.",
        Argument("choice", "s"),
        names=MODULATION_TEXTS,
    ),
    _out(
        "/livesyn/modulation/ROW/FIELD",
        "A number of a row of the modulation matrix, whenever it is set.",
        Argument("value", "f"),
        names=MODULATION_NUMBERS,
    ),
    _out(
        "/livesyn/scene/current",
        "A scene begins.",
        Argument("name", "s"),
        critical=True,
    ),
    _out(
        "/livesyn/transport/play",
        "The transport plays or stands.",
        Argument("1 or 0", "i", 0, 1),
        critical=True,
    ),
    _out(
        "/livesyn/chord",
        "The chord of the band that is followed, like Am7 or C/E, whenever it changes.",
        Argument("name", "s"),
    ),
    _out(
        "/livesyn/standby/leads",
        "Whether this show leads, or is muted and follows another; when that changes, and once a"
        " second. Only of a show that has a standby, or is one.",
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
        MODEL,
        "A checkpoint plays from now on, in place of the one of its kind.",
        Argument("name", "s"),
        critical=True,
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
    **{f"/livesyn/{name}": name for name in SWITCHES},
    "/livesyn/transport/sync": "sync",
}


def addresses(direction: str) -> set[str]:
    """Every address of `direction`, IN or OUT."""
    return {a for row in TABLE if row.direction == direction for a in row.addresses}

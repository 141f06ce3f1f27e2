"""The table of OSC addresses: what `player.osc_routes` obeys and `sinks.osc` sends.

A test holds it to both; the reference of the documents is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from livesyn.base.params import BY_NAME, DIRECTIONS, LEVELS

IN, OUT = "to livesyn", "from livesyn"
STATUS = ("fps", "latency_ms", "dropped", "late")


@dataclass(frozen=True, slots=True)
class Row:
    """One address, or, where `pattern` ends in a name in capitals, one for each of `names`."""

    direction: str
    pattern: str
    arguments: str
    about: str
    names: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        if not self.names:
            return (self.pattern,)
        return tuple(f"{self.pattern.rpartition('/')[0]}/{name}" for name in self.names)


_INDICES = tuple(str(i) for i in range(DIRECTIONS))
_PRESS = "none, an impulse, or a number other than 0"
TABLE: tuple[Row, ...] = (
    Row(
        IN,
        "/livesyn/param/NAME",
        "number, or the name of a choice",
        "Set a parameter; a value out of range is clamped.",
        tuple(BY_NAME),
    ),
    Row(
        IN,
        "/livesyn/latent/N",
        "-3 to 3",
        "Steer along a principal direction: the parameter steer_N.",
        _INDICES,
    ),
    Row(IN, "/livesyn/transport/play", _PRESS, "Play, from the next bar line."),
    Row(IN, "/livesyn/transport/stop", _PRESS, "Stop, and end every note."),
    Row(IN, "/livesyn/transport/tap", _PRESS, "Tap the tempo."),
    Row(IN, "/livesyn/transport/tempo", "bpm", "Set the tempo."),
    Row(
        IN,
        "/livesyn/transport/sync",
        "internal, link or midi; or 0, 1, 2",
        "Who leads the beat.",
    ),
    Row(IN, "/livesyn/transport/nudge", "ms", "Move the beat later; earlier when negative."),
    Row(IN, "/livesyn/freeze", "1 or 0; none or an impulse is 1", "Hold what is seen."),
    Row(IN, "/livesyn/panic", _PRESS, "End every note, now and 50 ms later."),
    Row(IN, "/livesyn/dump", _PRESS, "Report every parameter."),
    Row(IN, "/livesyn/params", _PRESS, "The same as /livesyn/dump."),
    Row(
        OUT,
        "/livesyn/note",
        "channel i, pitch i, velocity i, length in beats f, offset in ms f",
        "A note, as it is struck. The offset goes from the packet's moment to the note's.",
    ),
    Row(OUT, "/livesyn/beat", "number from 0 i", "A beat falls."),
    Row(OUT, "/livesyn/bar", "number from 0 i", "A bar begins."),
    Row(
        OUT,
        "/livesyn/latent/N",
        "standard deviations f",
        "The latent along a principal direction, once a bar.",
        _INDICES,
    ),
    Row(
        OUT,
        "/livesyn/param/NAME",
        "value f",
        "A parameter, whenever it is set, by whomever; the same value again at most ten times a"
        " second.",
        tuple(BY_NAME),
    ),
    Row(OUT, "/livesyn/transport/play", "1 or 0 i", "The transport plays or stands."),
    Row(
        OUT,
        "/livesyn/audio/NAME",
        "0 to 1 f",
        "Levels of what is heard, about 30 times a second.",
        tuple(LEVELS),
    ),
    Row(OUT, "/livesyn/status/NAME", "number f", "Figures of the show, once a second.", STATUS),
    Row(
        OUT,
        "/livesyn/panic",
        "1 i",
        "End your own notes too. Not sent for a panic that comes within 100 ms of one sent out.",
    ),
)


def addresses(direction: str) -> set[str]:
    """Every address of `direction`, IN or OUT."""
    return {a for row in TABLE if row.direction == direction for a in row.addresses}

"""The Max patch and the Max for Live device: livesyn's notes, levels and latents in, a dial for
every parameter out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livesyn.base import params
from patch_files.max_patcher import Patcher

DIAL_PX, ROW_PX, LEFT_PX = 54, 52, 216
DIALS_A_COLUMN = 3  # a device of Live is 169 px high
PARTS = ("all", "melody", "bass", "chords", "drums")
FIRST_LATENT_CC, FIRST_LEVEL_CC = 20, 85
BUTTONS = {
    "play": "/livesyn/transport/play",
    "stop": "/livesyn/transport/stop",
    "tap": "/livesyn/transport/tap",
    "panic": "/livesyn/panic",
    "ask": "/livesyn/dump",
}


def patch(device: bool) -> bytes:
    """The whole patch."""
    p = Patcher()
    heard = _receiver(p)
    _notes(p, heard)
    _watch(p, heard)
    _sender(p, device)
    _dials(p, heard)
    columns = -(-len(params.TABLE) // DIALS_A_COLUMN)
    return p.file(device, LEFT_PX + columns * DIAL_PX)


def _receiver(p: Patcher) -> dict[str, tuple[str, int]]:
    """Address -> the outlet where what came under it comes out."""
    port = p.box("port 9701", 20, 20, "message")
    receive = p.box("udpreceive 9701", 20, 50)
    everyone = p.box("s livesyn_in", 20, 80)
    p.chain(port, receive, everyone)
    p.box("one device holds the port; all others hear it through livesyn_in", 130, 80, "comment")
    heard: dict[str, tuple[str, int]] = {}
    above, outlet = p.box("r livesyn_in", 20, 120), 0
    groups = (
        [
            f"/livesyn/{name}"
            for name in ("note", "bar", "beat", "transport/play", "panic", "chord", "scene/current")
        ],
        [f"/livesyn/latent/{index}" for index in range(params.DIRECTIONS)],
        [f"/livesyn/audio/{name}" for name in params.LEVELS],
        *(
            [row.address for row in params.TABLE[first : first + 8]]
            for first in range(0, len(params.TABLE), 8)
        ),
    )
    for depth, group in enumerate(groups):
        route = p.box(" ".join(("route", *group)), 20, 150 + 30 * depth)
        p.line(above, outlet, route)
        heard |= {address: (route, index) for index, address in enumerate(group)}
        above, outlet = route, len(group)
    return heard


def _notes(p: Patcher, heard: dict[str, tuple[str, int]]) -> None:
    x, y = 20, 520
    part = p.box(
        "part",
        x + 300,
        y,
        "live.menu",
        shown=(8, 142, 88, 15),
        **_parameter("part", PARTS, 0, 4, 0),
    )
    channel = p.box("expr ($i1 == 4) * 10 + ($i1 < 4) * $i1", x + 300, y + 30)
    p.chain(part, channel)
    split = p.box("t l l", x, y + 30)
    first = p.box("$1", x + 120, y + 60, "message")
    mine = p.box("expr ($i2 == 0) || ($i1 == $i2)", x + 120, y + 90)
    gate = p.box("gate 1 1", x, y + 120)
    order = p.box("$2 $3 $4 $1", x, y + 150, "message")
    unpack = p.box("unpack 0 0 0. 0", x, y + 180, shape=(1, ("int", "int", "float", "int")))
    lasting = p.box("* 545.", x + 120, y + 210, shape=(2, ("float",)))
    make = p.box("makenote 92 500 1", x, y + 240)
    out = p.box("noteout", x, y + 270)
    p.line(*heard["/livesyn/note"], split)
    p.line(split, 1, first)
    p.chain(first, mine, gate)
    p.line(channel, 0, mine, 1)
    p.line(split, 0, gate, 1)
    p.chain(gate, order, unpack, make, out)
    p.line(unpack, 1, make, 1)
    p.line(unpack, 2, lasting)
    p.line(lasting, 0, make, 2)
    p.line(unpack, 3, make, 3)
    p.line(make, 1, out, 1)
    p.line(make, 2, out, 2)
    beat_ms = p.box("!/ 60000.", x + 300, y + 210, shape=(2, ("float",)))
    p.line(*heard["/livesyn/param/tempo"], beat_ms)
    p.line(beat_ms, 0, lasting, 1)
    silence = p.box("stop", x + 300, y + 240, "message")
    p.line(*heard["/livesyn/panic"], silence)
    p.line(silence, 0, make)
    through = p.box("midiin", x + 400, y + 240)
    p.chain(through, p.box("midiout", x + 400, y + 270))


def _watch(p: Patcher, heard: dict[str, tuple[str, int]]) -> None:
    """Bar and beat, latents and levels, which also leave as MIDI controllers."""
    x, y = 700, 520
    for index, name in enumerate(("bar", "beat")):
        p.box(name, x, y - 30, "comment", shown=(8, 6 + 20 * index, 40, 18))
        number = p.box("", x + 60 * index, y, "number", shown=(48, 6 + 20 * index, 50, 20))
        p.line(*heard[f"/livesyn/{name}"], number)
    for index, name in enumerate(("scene/current", "chord")):
        text = p.box("prepend set", x + 200 + 100 * index, y - 30)  # what a message box shows
        shown = p.box("", x + 200 + 100 * index, y, "message", shown=(8, 100 + 20 * index, 88, 18))
        p.line(*heard[f"/livesyn/{name}"], text)
        p.chain(text, shown)
    for name, what, addresses, low, high, first_cc, top in (
        ("latents", "12 latents", [f"/livesyn/latent/{i}" for i in range(params.DIRECTIONS)],
         -4.0, 4.0, FIRST_LATENT_CC, 6),
        ("levels", "rms low mid high onset", [f"/livesyn/audio/{n}" for n in params.LEVELS],
         0.0, 1.0, FIRST_LEVEL_CC, 70),
    ):  # fmt: skip
        y += 90
        p.box(what, x, y - 25, "comment", shown=(104, top - 4, 104, 18))
        collect = p.box(" ".join(("pak", *["0."] * len(addresses))), x, y)
        bars = p.box(
            name, x, y + 30, "multislider", shown=(106, top + 14, 100, 44),
            size=len(addresses), setminmax=[low, high], setstyle=1,
        )  # fmt: skip
        p.chain(collect, bars)
        for index, address in enumerate(addresses):
            p.line(*heard[address], collect, index)
            scale = p.box(f"scale {low} {high} 0. 127.", x + 300 + 170 * index, y)
            clip = p.box("clip 0 127", x + 300 + 170 * index, y + 25)
            control = p.box(f"ctlout {first_cc + index} 1", x + 300 + 170 * index, y + 50)
            p.line(*heard[address], scale)
            p.chain(scale, clip, control)
    # a bar that does not follow the last one: livesyn was started, or we were
    both = p.box("t i i", x, y + 90)
    other = p.box("!= -1", x, y + 150)
    following = p.box("+ 1", x + 80, y + 120)
    new = p.box("sel 1", x, y + 180)
    p.line(*heard["/livesyn/bar"], both)
    p.line(both, 1, other)
    p.line(both, 0, following)
    p.line(following, 0, other, 1)
    p.chain(other, new, p.box("s ---livesyn_ask", x, y + 210))


def _sender(p: Patcher, device: bool) -> None:
    x, y = 20, 880
    gate = p.box("gate 1 0", x, y + 60)
    send = p.box("udpsend 127.0.0.1 9700", x, y + 90)
    p.line(p.box("r ---livesyn_out", x + 80, y), 0, gate, 1)
    p.line(gate, 0, send)
    for index, text in enumerate(("host 127.0.0.1", "port 9700")):
        p.line(p.box(text, x + 200, y + 30 * index, "message"), 0, send)
    # What Live restores when a set is opened is not sent: the show knows its values, and is asked.
    loaded = p.box("live.thisdevice" if device else "loadbang", x + 360, y)
    soon = p.box("delay 500", x + 360, y + 30)
    later = p.box("delay 1500", x + 460, y + 30)
    p.line(loaded, 0, soon)
    p.line(loaded, 0, later)
    p.line(soon, 0, p.box("s ---livesyn_ask", x + 360, y + 60))
    opened = p.box("1", x + 560, y + 30, "message")
    p.chain(later, opened, gate)
    ask = p.box(BUTTONS["ask"], x + 560, y + 60, "message")
    p.chain(p.box("r ---livesyn_ask", x + 560, y), ask, send)
    for index, (name, address) in enumerate(BUTTONS.items()):
        place = (8 + 45 * (index % 2), 52 + 28 * (index // 2), 42, 22)
        button = p.box(
            name, x + 120 * index, y + 130, "live.text", shown=place, mode=0, texton=name,
            **_parameter(f"button {name}", ("off", "on"), 0, 1, 0, hidden=True),
        )  # fmt: skip
        p.chain(button, p.box(address, x + 120 * index, y + 160, "message"), send)


def _dials(p: Patcher, heard: dict[str, tuple[str, int]]) -> None:
    for index, row in enumerate(params.TABLE):
        column, line = divmod(index, DIALS_A_COLUMN)
        x, y = 20 + 190 * (index % 12), 1100 + 130 * (index // 12)
        place = (LEFT_PX + column * DIAL_PX, 4 + line * ROW_PX, DIAL_PX - 4, 48)
        maxclass = "live.dial"
        if row.choices:
            maxclass, place = "live.menu", (place[0], place[1] + 18, place[2], 15)
            above = (place[0] - 2, place[1] - 18, DIAL_PX, 18)
            p.box(row.name, x, y - 25, "comment", shown=above, fontsize=8.0)
        back = p.box("prepend set", x, y)
        dial = p.box(
            row.name, x, y + 30, maxclass, shown=place, varname=row.name,
            annotation=row.description, annotation_name=row.name,
            **_parameter(row.name, row.choices, row.low, row.high, row.default, row.integer),
        )  # fmt: skip
        said = p.box(f"prepend {row.address}", x, y + 60)
        p.line(*heard[row.address], back)
        p.chain(back, dial, said, p.box("s ---livesyn_out", x, y + 90))


def _parameter(
    name: str,
    choices: Sequence[str],
    low: float,
    high: float,
    default: float,
    integer: bool = False,
    hidden: bool = False,
) -> dict[str, Any]:
    """What makes a box a parameter of Live, which can be mapped and automated."""
    kind = 2 if choices else 1 if integer else 0
    value: dict[str, Any] = {
        "parameter_longname": name,
        "parameter_shortname": name,
        "parameter_type": kind,
        "parameter_mmin": low,
        "parameter_mmax": high,
        "parameter_initial": [default],
        "parameter_initial_enable": 1,
        "parameter_unitstyle": 1 if kind == 0 else 0,
    }
    if choices:
        value["parameter_enum"] = list(choices)
    if hidden:
        value["parameter_invisible"] = 2
    return {"parameter_enable": 1, "saved_attribute_attributes": {"valueof": value}}

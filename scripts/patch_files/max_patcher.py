"""The files of Max: a patcher's boxes and lines as a .maxpat, and the container of a device."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

MIDI_EFFECT = b"mmmm"
# class of a box without text -> its inlets and its outlets' types
SHAPES: dict[str, tuple[int, tuple[str, ...]]] = {
    "comment": (1, ()),
    "message": (2, ("",)),
    "number": (1, ("", "bang")),
    "multislider": (1, ("", "")),
    "live.dial": (1, ("", "float")),
    "live.menu": (1, ("", "", "float")),
    "live.text": (1, ("", "")),
}


@dataclass
class Patcher:
    """Boxes and the lines between them, as a .maxpat file has them."""

    boxes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def box(
        self,
        text: str,
        x: float,
        y: float,
        maxclass: str = "newobj",
        shape: tuple[int, Sequence[str]] | None = None,
        shown: tuple[float, float, float, float] | None = None,
        **more: Any,
    ) -> str:
        """A box; its id. `shown` is its place in presentation."""
        inlets, outlets = shape or SHAPES.get(maxclass) or shape_of(text)
        name = f"obj-{len(self.boxes) + 1}"
        made: dict[str, Any] = {
            "id": name,
            "maxclass": maxclass,
            "numinlets": inlets,
            "numoutlets": len(outlets),
            "patching_rect": [x, y, max(40.0, 7.0 * len(text) + 12), 22.0],
        }
        if outlets:
            made["outlettype"] = list(outlets)
        if maxclass in ("newobj", "message", "comment", "live.text"):
            made["text"] = text
        if shown:
            made |= {"presentation": 1, "presentation_rect": list(shown)}
        self.boxes.append({"box": made | more})
        return name

    def line(self, source: str, outlet: int, target: str, inlet: int = 0) -> None:
        """From an outlet to an inlet."""
        self.lines.append(
            {"patchline": {"source": [source, outlet], "destination": [target, inlet]}}
        )

    def chain(self, *names: str) -> None:
        """Each one's first outlet to the next one's first inlet."""
        for source, target in itertools.pairwise(names):
            self.line(source, 0, target)

    def file(self, device: bool, width_px: int) -> bytes:
        """The patch as a .maxpat, or as the patch within an .amxd."""
        patcher: dict[str, Any] = {
            "fileversion": 1,
            "appversion": {
                "major": 8,
                "minor": 5,
                "revision": 0,
                "architecture": "x64",
                "modernui": 1,
            },
            "classnamespace": "box",
            "rect": [60.0, 80.0, 1500.0, 900.0],
            "openinpresentation": 1,
            "devicewidth": float(width_px),
            "boxes": self.boxes,
            "lines": self.lines,
        }
        if device:
            patcher["project"] = {
                "version": 1,
                "amxdtype": int.from_bytes(MIDI_EFFECT, "big"),
                "hideprojectwindow": 1,
                "contents": {"patchers": {}},
            }
        return json.dumps({"patcher": patcher}, indent=1).encode()


def shape_of(text: str) -> tuple[int, tuple[str, ...]]:
    """Inlets and outlets of an object by its text."""
    name, *arguments = text.split()
    count = len(arguments)
    if name in ("route", "sel"):
        return count + 1, ("",) * count + ("",)
    if name in ("t", "unpack"):
        return 1, tuple({"i": "int", "f": "float", "b": "bang"}.get(a, "") for a in arguments)
    if name == "pak":
        return count, ("",)
    return {
        "udpreceive": (1, ("",)),
        "udpsend": (1, ()),
        "s": (1, ()),
        "r": (0, ("",)),
        "gate": (2, ("",)),
        "prepend": (1, ("",)),
        "scale": (6, ("",)),
        "clip": (3, ("",)),
        "makenote": (4, ("float", "float", "float")),
        "noteout": (3, ()),
        "ctlout": (3, ()),
        "midiin": (1, ("int",)),
        "midiout": (1, ()),
        "delay": (2, ("bang",)),
        "loadbang": (1, ("bang",)),
        "live.thisdevice": (1, ("bang", "int", "int")),
        "expr": (2, ("",)),
    }.get(name, (2, ("int",)))


def amxd(patcher: bytes) -> bytes:
    """A Max for Live device: chunks of a name, a size and what is in them, all little-endian."""
    chunks = (
        (b"ampf", MIDI_EFFECT),  # its content is the device's kind
        (b"meta", struct.pack("<I", 0)),
        (b"ptch", patcher + b"\n\0"),
    )
    return b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)

"""The drawn pictures of patches whose programs are not here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livesyn.control.osc_map_file import load
from patch_files.drawing import Box, draw
from patch_files.touchdesigner import network_with, run_script

KINDS = {"live.dial": "dial", "comment": "text"}


def of_device(patch: dict[str, Any]) -> str:
    """The device's face: what is shown in presentation."""
    boxes = []
    for one in (entry["box"] for entry in patch["patcher"]["boxes"]):
        if "presentation_rect" in one:
            label = one.get("text") or one.get("varname", "")
            kind = KINDS.get(one["maxclass"], "box")
            if one["maxclass"] == "live.menu":
                names = one["saved_attribute_attributes"]["valueof"]
                label = names["parameter_enum"][int(names["parameter_initial"][0])]
            boxes.append(Box(*one["presentation_rect"], label, kind))
    return draw(boxes, size=7)


def of_touchdesigner(script: str) -> str:
    """The network that the script builds."""
    network, dat = network_with(script)
    run_script(dat)
    comp = network.op("livesyn")
    assert comp is not None
    boxes = {name: Box(one.nodeX, -one.nodeY, 130, 60, name) for name, one in comp.children.items()}
    wires = [
        (boxes[source.name], boxes[name])
        for name, one in comp.children.items()
        for source in one.inputConnectors[0].connections
    ]
    wires += [
        (boxes[one.par.callbacks.val], boxes[name])
        for name, one in comp.children.items()
        if hasattr(one.par, "callbacks")
    ]
    wires += [(boxes["osc_in"], boxes["notes"]), (boxes["knobs"], boxes["osc_out"])]
    kinds = [
        Box(box.x, box.y + 60, 130, 16, comp.children[name].OPType, "text")
        for name, box in boxes.items()
    ]
    return draw([*boxes.values(), *kinds], wires, size=11)


def of_map(path: Path) -> str:
    """What goes where: livesyn's addresses on the left, the other program's on the right."""
    osc_map = load(path)
    pairs = [(rule.source, rule.target, False) for rule in osc_map.out]
    pairs += [(entry.target, entry.source, True) for entry in osc_map.into]
    boxes, wires = [], []
    for index, (ours, theirs, back) in enumerate(pairs):
        y = 34 * index
        left, right = Box(0, y, 240, 24, ours), Box(380, y, 380, 24, theirs)
        boxes += [left, right, Box(240, y, 140, 24, "<" if back else ">", "text")]
        wires.append((left, right))
    return draw(boxes, wires, size=11)

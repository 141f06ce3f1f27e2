"""The Max for Live device: that its files are whole, that every line connects what is there, and
that it says and hears only what livesyn does.
"""

from __future__ import annotations

import json
import struct

import pytest

from livesyn.base import osc_addresses, params
from livesyn.base.osc_addresses import IN, OUT
from tests.patches.scripts_patches import FOLDER, patches

max_patch = patches().max_patch
PATCH = FOLDER / "max-for-live" / "livesyn.maxpat"
DEVICE = FOLDER / "max-for-live" / "livesyn.amxd"


def chunks(data):
    """Name and content of each chunk of an .amxd."""
    at, found = 0, []
    while at < len(data):
        name, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        assert at + 8 + size <= len(data), f"{name!r} is cut short"
        found.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size
    return found


def patcher(path):
    data = path.read_bytes()
    if path == DEVICE:
        data = dict(chunks(data))[b"ptch"].removesuffix(b"\0")
    return json.loads(data)["patcher"]


@pytest.fixture(params=[PATCH, DEVICE], ids=["maxpat", "amxd"])
def patch(request):
    return patcher(request.param)


def boxes_of(patch):
    return {one["box"]["id"]: one["box"] for one in patch["boxes"]}


def wires_of(patch):
    return [
        (*line["patchline"]["source"], *line["patchline"]["destination"]) for line in patch["lines"]
    ]


def test_the_device_is_a_midi_effect_in_live_s_container():
    (first, kind), (second, meta), (third, body) = chunks(DEVICE.read_bytes())
    assert (first, second, third) == (b"ampf", b"meta", b"ptch")
    assert kind == b"mmmm" and meta == bytes(4) and body.endswith(b"\n\0")
    made = patcher(DEVICE)
    assert made["project"]["amxdtype"] == 0x6D6D6D6D
    assert "project" not in patcher(PATCH)


def test_every_line_goes_from_an_outlet_to_an_inlet_that_is_there(patch):
    boxes, wires = boxes_of(patch), wires_of(patch)
    assert len(boxes) == len(patch["boxes"]), "an id is given twice"
    assert len(set(wires)) == len(wires), "a line is drawn twice"
    for source, outlet, target, inlet in wires:
        assert 0 <= outlet < boxes[source]["numoutlets"]
        assert 0 <= inlet < boxes[target]["numinlets"]
    for box in boxes.values():
        assert len(box.get("outlettype", ())) == box["numoutlets"]


def test_no_box_is_left_alone(patch):
    joined = {name for source, _, target, _ in wires_of(patch) for name in (source, target)}
    alone = [b for n, b in boxes_of(patch).items() if n not in joined]
    assert {box["maxclass"] for box in alone} == {"comment"}


def words_of(patch, first):
    """What follows `first` in each object's text."""
    for box in boxes_of(patch).values():
        name, *rest = box.get("text", "").split() or [""]
        if box["maxclass"] == "newobj" and name == first:
            yield rest


def test_it_hears_all_that_livesyn_sends_but_figures_modulation_and_names_of_models(patch):
    heard = [word for rest in words_of(patch, "route") for word in rest]
    assert len(heard) == len(set(heard))
    left_out = tuple(
        f"/livesyn/{name}"
        for name in ("status/", "modulation/", "standby/", "model", "now/", "next/")
    )
    assert set(heard) == {
        address for address in osc_addresses.addresses(OUT) if not address.startswith(left_out)
    }


def test_it_says_only_what_livesyn_obeys_and_can_set_every_parameter(patch):
    said = {rest[0] for rest in words_of(patch, "prepend") if rest[0] != "set"}
    assert said == set(params.BY_ADDRESS)
    pressed = {
        box["text"]
        for box in boxes_of(patch).values()
        if box["maxclass"] == "message" and box["text"].startswith("/")
    }
    assert pressed == set(max_patch.BUTTONS.values()) <= osc_addresses.addresses(IN)


def routes(box, address):
    """Whether a box tells an address from others."""
    name, *rest = box.get("text", "").split() or [""]
    return name == "route" and address in rest


def follow(patch, name, outlet=0):
    """The boxes that a box's outlet leads to."""
    boxes = boxes_of(patch)
    return [boxes[t] for s, o, t, _ in wires_of(patch) if (s, o) == (name, outlet)]


@pytest.mark.parametrize("row", params.TABLE, ids=lambda row: row.name)
def test_a_parameter_s_dial_has_its_range_sends_its_address_and_shows_what_comes_back(row):
    patch = patcher(DEVICE)
    (dial,) = (box for box in boxes_of(patch).values() if box.get("varname") == row.name)
    value = dial["saved_attribute_attributes"]["valueof"]
    assert dial["parameter_enable"] == 1 and value["parameter_longname"] == row.name
    assert (value["parameter_mmin"], value["parameter_mmax"]) == (row.low, row.high)
    assert value["parameter_initial"] == [row.default]
    kind = 2 if row.choices else 1 if row.integer else 0
    assert value["parameter_type"] == kind
    assert value.get("parameter_enum", []) == list(row.choices)
    (said,) = follow(patch, dial["id"])
    assert said["text"] == f"prepend {row.address}"
    assert [box["text"] for box in follow(patch, said["id"])] == ["s ---livesyn_out"]
    (route,) = (box for box in boxes_of(patch).values() if routes(box, row.address))
    outlet = route["text"].split()[1:].index(row.address)
    back = [box for box in follow(patch, route["id"], outlet) if box["text"] == "prepend set"]
    assert [box["id"] for box in follow(patch, back[0]["id"])] == [dial["id"]], "without a loop"


def test_parameters_of_live_have_names_of_their_own_and_lie_on_the_device(patch):
    shown = [box for box in boxes_of(patch).values() if box.get("presentation")]
    names = [
        box["saved_attribute_attributes"]["valueof"]["parameter_longname"]
        for box in shown
        if "saved_attribute_attributes" in box
    ]
    assert len(names) == len(set(names)) >= len(params.TABLE)
    for box in shown:
        x, y, width, height = box["presentation_rect"]
        assert 0 <= x and x + width <= patch["devicewidth"] and 0 <= y and y + height <= 169


def test_nothing_is_sent_before_the_show_was_asked(patch):
    (gate,) = (box for box in boxes_of(patch).values() if box.get("text") == "gate 1 0")
    boxes = boxes_of(patch)
    (sender,) = (box for box in boxes.values() if box.get("text", "").startswith("udpsend"))
    assert follow(patch, gate["id"]) == [sender]
    into = {boxes[s]["text"]: inlet for s, _, t, inlet in wires_of(patch) if t == gate["id"]}
    assert into == {"1": 0, "r ---livesyn_out": 1}
    dumps = [b for b in boxes.values() if b.get("text") == "/livesyn/dump"]
    assert any(follow(patch, box["id"]) == [sender] for box in dumps)


def test_notes_are_made_with_pitch_last(patch):
    """Max sends from right to left: what strikes the note has to come after what it needs."""
    boxes = boxes_of(patch)
    (make,) = (box for box in boxes.values() if box.get("text", "").startswith("makenote"))
    (unpack,) = (box for box in boxes.values() if box.get("text") == "unpack 0 0 0. 0")
    into = {(s, o): i for s, o, t, i in wires_of(patch) if t == make["id"]}
    assert into[unpack["id"], 0] == 0 and into[unpack["id"], 1] == 1
    assert into[unpack["id"], 3] == 3
    (order,) = (box for box in boxes.values() if box.get("text") == "$2 $3 $4 $1")
    assert follow(patch, order["id"]) == [unpack]

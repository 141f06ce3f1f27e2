"""Adds a row to the table of parameters before anything else is imported, as somebody who writes
one would, and looks for it in every place a parameter has. Prints a JSON object: place -> what was
found. For `test_one_table.py`; the table's name is `probe`, from -2 to 6, at first 1.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from livesyn.base import params

ROW = params.Param("probe", "dB", -2, 6, 1, "Only here to be found.", "music", cc=119, step=0.25)
params.TABLE = (*params.TABLE, ROW)
params.BY_NAME = {row.name: row for row in params.TABLE}
params.BY_ADDRESS = {row.address: row for row in params.TABLE}

# ruff: noqa: E402  what follows is to see the row
from livesyn.base import osc_addresses
from livesyn.base.addresses import Target
from livesyn.base.clock import ManualClock
from livesyn.cli.main import main
from livesyn.cli.parser import parser
from livesyn.cli.show_config import config_of
from livesyn.config.encoded import decode, encode
from livesyn.config.scene_file import parse as parse_scene
from livesyn.config.scene_file import text_of as scene_text
from livesyn.config.show_file import load
from livesyn.control.mapping import default_map
from livesyn.control.osc_tree import Tree, host_info
from livesyn.control.scene import STORED, Scene
from livesyn.player import snapshot
from livesyn.player.core import Player
from livesyn.player.osc_control import OscControl
from livesyn.player.osc_decoder import Message, read
from livesyn.player.osc_sent import Sent
from livesyn.player.state import ShowState
from livesyn.sinks.osc import OscOut
from livesyn.sinks.osc_packets import message, typed
from livesyn.transport.timeline import Timeline
from livesyn.web.messages import SetParam, parse
from tests.from_file import module_from

ROOT = Path(__file__).parents[1]
ADDRESS = "/livesyn/param/probe"
HERE = "127.0.0.1"


def printed(*words: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(list(words))
    return out.getvalue()


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if "probe" in line]


class OscRig:
    """The show's state between OSC in and OSC out."""

    def __init__(self) -> None:
        self.clock = ManualClock(10.0)
        self.sent: list[bytes] = []
        self.answers: list[bytes] = []
        out = OscOut([Target(HERE, 9)], self.clock)
        out._send = self.sent.append  # type: ignore[method-assign,assignment]
        self.tree = Tree()
        self.streamed = Sent(self.tree, self.clock, lambda: None)
        self.streamed.want([ADDRESS])
        self.player = Player((out, self.streamed), self.clock)
        self.state = ShowState(
            self.player, self.clock, announce=lambda *told: self.player.tell("param", *told)
        )
        self.control = OscControl(
            self.state, port=0, clock=self.clock, report=lambda address: self.state.report("probe")
        )

    def hear(self, packet: bytes) -> float:
        """Its value after the packet."""
        self.control.hear(packet, HERE, self.answers.append)
        self.clock.advance(1.0)
        return self.state.params()["probe"]


def value_in(packet: bytes) -> list[Any]:
    found = read(packet)
    assert isinstance(found, Message)
    return [found.address, *found.values]


def by_osc() -> dict[str, Any]:
    rig = OscRig()
    found: dict[str, Any] = {}
    found["set"] = [rig.hear(message(ADDRESS, 2.0)), rig.hear(message(ADDRESS, 99.0))]
    found["echo"] = [value_in(packet) for packet in rig.sent]
    found["step"] = [rig.hear(typed(ADDRESS, "s", ["-"])), rig.hear(typed(ADDRESS, "s", ["+"]))]
    rig.sent.clear()
    rig.hear(typed(ADDRESS, "s", ["?"]))
    found["ask"] = [value_in(packet) for packet in (*rig.answers, *rig.sent)]
    rig.sent.clear()
    rig.control._dump = lambda name, value: rig.state.report(name)
    rig.hear(message("/livesyn/dump"))
    found["dump"] = [value_in(packet) for packet in rig.sent if packet.startswith(ADDRESS.encode())]

    def value_of(method: Any) -> Any:
        return None if method.param is None else (rig.state.params()[method.param.name],)

    found["tree"] = rig.tree.answer(ADDRESS, "", value_of, host_info(1, 1))[1]
    found["listen"] = [list(values) for _, values in rig.streamed.take()]
    return found


def in_files() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "show.toml")
        path.write_text("[params]\nprobe = 3.5\n", encoding="utf-8")
        read_back = decode(encode(load(path).with_source()))  # as the processes are given it
        kept = Path(folder, "kept")
        snapshot.ShowSnapshot(0.0, {"probe": 3.5}, Timeline(0.0, 0.0, 120.0), True).save(kept)
        loaded = snapshot.load(kept)
        written = scene_text(Scene(params={"probe": 3.5}))
        return {
            "toml": read_back.params["probe"],
            "snapshot": loaded.params["probe"] if loaded else None,
            "scene": parse_scene("x", lambda file: written.encode()).params.get("probe"),
            "is stored": "probe" in STORED,
        }


async def on_the_page() -> dict[str, Any]:
    from aiohttp.test_utils import TestClient, TestServer

    from livesyn.web.server import Web
    from tests.fakes_web import DemoView

    async with TestClient(TestServer(Web(DemoView(), port=0).app())) as client:
        async with client.get("/api/params") as answer:
            rows = {row["name"]: row for row in (await answer.json())["params"]}
        async with client.get("/api/state") as answer:
            state = await answer.json()
    order = parse(json.dumps({"t": "param", "name": "probe", "value": 4.0}))
    return {
        "row": rows["probe"],
        "state": state["params"]["probe"],
        "order": [order.name, order.value] if isinstance(order, SetParam) else str(order),
    }


def main_of_this() -> None:
    words = ["run", "--param", "probe=2.5", "--no-midi"]
    reference = module_from(ROOT / "scripts" / "reference.py").pages()
    found = {
        "command line": config_of(parser().parse_args(words)).params["probe"],
        "listed": lines_of(printed("params")),
        "table for patches": lines_of(printed("params", "--markdown")),
        "files": in_files(),
        "osc": by_osc(),
        "osc addresses": [
            ADDRESS in osc_addresses.addresses(d) for d in ("to livesyn", "from livesyn")
        ],
        "page": asyncio.run(on_the_page()),
        "reference": lines_of(reference["parameters.md"]),
        "midi": [row.control for row in default_map() if row.to == "probe"],
        "row": dataclasses.asdict(ROW),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main_of_this()

"""A show with no engine behind it, for the page's tests and for looking at the page:

python -m tests.fakes_web [PORT]
"""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from typing import Any

import numpy as np

from livesyn.base import params
from livesyn.base.clock import Clock, SystemClock
from livesyn.control.mapping import MapRow, default_map
from livesyn.control.modulation import EMPTY, Course, with_field
from livesyn.web import Web

LATENT = 128
AHEAD_S = 0.4
MOTIFS = ((0, 2, 4, 7, 4), (7, 5, 4, 2, 0), (0, 4, 7, 9, 7, 4), (9, 7, 4, 2, 4, 7))
RHYTHMS = (
    (0, 1, 1.5, 2, 3),
    (0, 0.5, 1, 2, 3),
    (0, 0.75, 1.5, 2, 2.5, 3),
    (0.5, 1, 1.5, 2.5, 3, 3.5),
)


class DemoView:
    """Plays a seeded tune in time, moves its latents and paints its pictures. What it was told
    is in `sets`, `transports` and `panics`."""

    def __init__(self, clock: Clock | None = None, seed: int = 7) -> None:
        self.clock = clock or SystemClock()
        self.seed = seed
        self.params = params.defaults()
        self.timeline: dict[str, Any] = {
            "beat": 0.0,
            "time_s": self.clock.now_s(),
            "bpm": self.params["tempo"],
            "playing": True,
        }
        self.sets: list[tuple[str, float]] = []
        self.modulation = list(EMPTY)
        self.sync = {"name": "", "state": "off", "reason": ""}
        self.waiting: list[dict[str, Any]] = []
        self.transports: list[tuple[str, float | None]] = []
        self.panics = 0
        self.models: list[str] = []  # asked for
        self.learns: list[str] = []
        self.presses: list[tuple[str, bool]] = []
        self.scene_orders: list[tuple[str, str, float | None]] = []
        self.scenes = {name: name in "AC" for name in params.SCENES}
        self.scene = ""
        self.target = ""
        self.map, self.map_version = default_map(), 0
        self.knobs: dict[str, tuple[float, bool]] = {}
        self.paints = True
        self.source = {"name": "visuals: tide", "state": "running", "reason": ""}
        self.events = ["engine ready on cpu", "first bar made from a picture after 3.1 s"]
        self._grid = np.meshgrid(np.linspace(-1.6, 1.6, 320), np.linspace(-0.9, 0.9, 180))

    def beat(self) -> float:
        line = self.timeline
        return (
            line["beat"]
            + (self.clock.now_s() - line["time_s"]) * line["bpm"] / 60 * line["playing"]
        )

    def time_of(self, beat: float) -> float:
        return self.timeline["time_s"] + (beat - self.timeline["beat"]) * 60 / self.timeline["bpm"]

    def bar_notes(self, bar: int) -> dict[str, Any]:
        motif, rhythm = MOTIFS[(bar * 5 + self.seed) % 4], RHYTHMS[(bar * 3 + self.seed) % 4]
        root = (57, 53, 60, 55)[bar // 2 % 4]
        ends = [*rhythm[1:], 4.0]
        notes = [
            [s, (e - s) * 0.95, root + m, 70 + 22 * (s % 1 == 0), 1]
            for s, e, m in zip(rhythm, ends, motif, strict=False)
        ]
        return {"bar": bar, "notes": notes, "played": "repeat" if bar % 8 == 7 else "new"}

    def snapshot(self) -> dict[str, Any]:
        now_s, beat = self.clock.now_s(), self.beat()
        bar = int(beat // 4)
        committed = self.time_of(4 * bar + 4) - now_s < AHEAD_S and self.timeline["playing"]
        phases = np.arange(LATENT) * 2.4
        latent = np.sin(phases + now_s * 0.3) * (0.6 + 0.8 * np.sin(phases * 1.7) ** 2)
        steer = np.array([self.params[f"steer_{i}"] for i in range(params.DIRECTIONS)])
        directions = 1.4 * np.sin(np.arange(12) * 1.9 + now_s * np.linspace(0.1, 0.5, 12)) + steer
        return {
            "now_s": now_s,
            "timeline": dict(self.timeline),
            "bar": bar,
            "phrase": self.bar_notes(bar),
            "next": self.bar_notes(bar + 1) if committed else None,
            "latent": latent,
            "directions": directions,
            "radius": float(np.sqrt((latent**2).mean()) * 1.1),
            "params": dict(self.params),
            "moved": Course(self.params, tuple(self.modulation)).moved(beat),
            "waiting": self.waiting,
            "modulation": [dataclasses.asdict(row) for row in self.modulation],
            "source": dict(self.source),
            "sync": dict(self.sync),
            "scenes": self._scenes(),
            "sound": {
                "name": "sound: strings",
                "state": "running",
                "reason": "",
                "period": "romantic",
                "levels": {
                    name: 0.5 + 0.4 * float(np.sin(now_s * (2 + i) + i))
                    for i, name in enumerate(params.LEVELS)
                },
            },
            "midi": {"name": "livesyn", "state": "running", "reason": ""},
            "scene_set": {
                "current": self.scene,
                "next": "",
                "beat": 0.0,
                "beats": 4.0,
                "cue": 0,
                "cues": ["A", "B"],
            },
            "lamps": {"name": "", "state": "off", "reason": ""},
            "mapping": {
                "version": self.map_version,
                "target": self.target,
                "learnt": None,
                "heard": "",
                "knobs": dict(self.knobs),
                "ports": [{"name": "livesyn control", "state": "running", "reason": ""}],
            },
            "numbers": {
                "fps": 29.97,
                "latency_ms": 6.4,
                "ready_margin_ms": 268.0,
                "late_ms_p99": 0.31,
                "late": 0,
                "dropped": 12,
                "repeats": bar // 8,
                "realtime": True,
            },
            "engine": {"model": "melody-small", "device": "cpu"},
            "lights": [
                {"kind": kind, "name": name, "state": state, "reason": reason}
                for kind, name, state, reason in (
                    ("source", "visuals: tide", "running", ""),
                    ("model", "synvae-art", "running", ""),
                    ("output", "MIDI livesyn", "running", ""),
                    ("output", "NDI", "lost", "no receiver"),
                    ("client", "pages: 1", "running", ""),
                )
            ],
            "models": {
                "used": {"syn-vae": self.models[-1] if self.models else "synvae-art"},
                "loading": "",
                "choices": [
                    {"name": name, "kind": "syn-vae"} for name in ("synvae-art", "synvae-nights")
                ],
            },
            "events": list(self.events),
        }

    def _scenes(self) -> list[dict[str, Any]]:
        letter = params.SCENES[int(self.params["morph_to"])]
        return [
            {
                "name": name,
                "full": full,
                "current": name == self.scene,
                "next": False,
                "chosen": full and name == letter,
                "about": "",
                "wrong": "",
            }
            for name, full in self.scenes.items()
        ]

    def frame(self) -> np.ndarray:
        x, y = self._grid
        t = self.clock.now_s() * 0.35 * self.params["visual_speed"]
        swell = np.sin(3 * x + 2 * np.sin(1.3 * y + t) + t) + np.sin(
            4 * y + 2 * np.sin(1.1 * x - t)
        )
        bands = np.stack([swell + shift for shift in (0.0, 0.5, 1.1)], -1)
        paint = 0.5 + 0.5 * np.sin(bands * np.array([1.6, 1.3, 1.0]) + np.array([0.2, 0.9, 2.1]))
        return (255 * paint * np.array([0.86, 0.62, 0.5])).astype(np.uint8)

    def memory(self) -> np.ndarray:
        small = self.frame()[:180:, 70:250].astype(np.float32)
        rows, columns = np.linspace(0, 179, 64).astype(int), np.linspace(0, 179, 64).astype(int)
        soft = (
            sum(
                small[np.clip(rows + d, 0, 179)][:, np.clip(columns + e, 0, 179)]
                for d in (-9, 0, 9)
                for e in (-9, 0, 9)
            )
            / 9
        )
        return np.asarray(soft, np.float32).astype(np.uint8)

    def painting(self) -> np.ndarray | None:
        if not self.paints:
            return None
        small = self.frame()[::3, ::3][:60, :60]
        return np.ascontiguousarray(
            np.pad(small, ((2, 2), (2, 2), (0, 0)), mode="edge")[:, ::-1, ::-1]
        )

    def set_param(self, name: str, value: float) -> None:
        self.sets.append((name, value))
        self.params[name] = value
        if name == "tempo":
            self._move(bpm=value)

    def set_modulation(self, row: int, field: str, value: float | str) -> None:
        self.modulation[row - 1] = with_field(self.modulation[row - 1], field, value)

    def transport(self, do: str, value: float | None) -> None:
        self.transports.append((do, value))
        if do == "tempo" and value is not None:
            self.set_param("tempo", value)
        elif do in ("play", "stop"):
            self._move(playing=do == "play")

    def order_scene(self, do: str, name: str, bars: float | None) -> None:
        self.scene_orders.append((do, name, bars))
        if do == "store":
            self.scenes[name] = True
        elif do == "recall" and (name == "live" or self.scenes.get(name)):
            self.scene = name

    def learn(self, to: str) -> None:
        self.learns.append(to)
        self.target = to

    def put_row(self, row: MapRow | None, instead: MapRow | None) -> None:
        rows = [kept for kept in self.map if kept != instead]
        self.replace_map((*rows, *([] if row is None else [row])))

    def replace_map(self, rows: tuple[MapRow, ...] | None) -> None:
        self.map = default_map() if rows is None else rows
        self.map_version += 1

    def press(self, key: str, down: bool) -> None:
        self.presses.append((key, down))

    def rows(self) -> tuple[MapRow, ...]:
        return self.map

    def use_model(self, name: str) -> None:
        self.models.append(name)

    def panic(self) -> None:
        self.panics += 1
        self.events.append("panic: every note ended")

    def _move(self, **changes: Any) -> None:
        self.timeline = {
            **self.timeline,
            "beat": self.beat(),
            "time_s": self.clock.now_s(),
            **changes,
        }


async def main(port: int) -> None:
    page = Web(DemoView(), port=port)
    await page.start()
    print(page.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8770))

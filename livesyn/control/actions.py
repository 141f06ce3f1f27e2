"""What a button can do beside setting a parameter. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control.scene_name import LIVE, checked_name

RECALL, STORE = "recall_", "store_"  # and the name of a scene
ACTIONS: Mapping[str, str] = {
    "panic": "End every note, now and 50 ms later.",
    "play": "Play, from the next bar line.",
    "stop": "Stop, and end every note.",
    "play_stop": "Play where it stands, stop where it plays.",
    "take_over": "Lead, where this show is muted and follows another (a standby).",
    "tap": "Tap the tempo.",
    "slower": "One beat a minute slower.",
    "faster": "One beat a minute faster.",
    "nudge_earlier": "Move the beat 10 ms earlier.",
    "nudge_later": "Move the beat 10 ms later.",
    "next_scene": "Go to the next scene of the set list.",
    "previous_scene": "Go back to the scene before in the set list.",
    **{f"{STORE}{name}": f"Keep the show as it is now as scene {name}." for name in params.SCENES},
    **{f"{RECALL}{name}": f"Go to scene {name}." for name in params.SCENES},
    f"{RECALL}{LIVE}": "Back from the scene to the live picture.",
}


def is_action(name: str) -> bool:
    """Whether a button may do this: one of `ACTIONS`, or recall_ or store_ and a scene's name."""
    return name in ACTIONS or scene_of(name) is not None


def scene_of(action: str) -> tuple[str, str] | None:
    """What an action does with which scene: ("recall" or "store", its name); None for others."""
    for kind in (RECALL, STORE):
        name = action.removeprefix(kind)
        if name == action:
            continue
        if kind == RECALL and name == LIVE:
            return kind[:-1], name
        try:
            return kind[:-1], checked_name(name)
        except ConfigError:
            return None
    return None

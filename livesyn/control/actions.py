"""What a button can do beside setting a parameter. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from livesyn.base import params

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
    **{f"store_{name}": f"Keep what is heard now as scene {name}." for name in params.SCENES},
    **{f"recall_{name}": f"Go to scene {name}." for name in params.SCENES},
    "recall_live": "Back from the scene to the live picture.",
}


def settings_of(action: str) -> tuple[tuple[str, float], ...]:
    """The parameters that an action sets, and to what; none for the others."""
    kind, _, name = action.partition("_")
    if action == "recall_live":
        return (("morph", 0.0),)
    if kind == "store":
        return (("store", params.SCENES.index(name) + 1.0),)
    if kind == "recall":
        return (("morph_to", float(params.SCENES.index(name))), ("morph", 1.0))
    return ()

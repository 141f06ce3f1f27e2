"""What a scene may be called: its name is also that of its file. Pure."""

from __future__ import annotations

import re

from livesyn.base.errors import ConfigError

LIVE = "live"  # in the place of a scene's name: the latent follows the picture again
SET = "set"  # the file of this name is the set list
_NAME = re.compile(r"\w[\w +.-]{0,39}")
_DEVICES = frozenset({"con", "prn", "aux", "nul"}).union(  # Windows has no files of these names
    f"{word}{number}" for word in ("com", "lpt") for number in range(10)
)


def checked_name(name: str) -> str:
    """`name` when a scene may be called so. Raises ConfigError."""
    if name in (LIVE, SET):
        why = "the live picture" if name == LIVE else "the file of the set list"
        raise ConfigError(f"no scene is called {name!r}: that is {why}; give it another name")
    if (
        not _NAME.fullmatch(name)
        or name[-1] in " ."
        or name.split(".")[0].strip().lower() in _DEVICES
        or name.lower().endswith((".toml", ".latent"))
    ):
        raise ConfigError(
            f"no scene is called {name[:60]!r}; a name has 1 to 40 letters, digits, spaces or any"
            " of - _ + . and begins with a letter or digit, like verse 2"
        )
    return name

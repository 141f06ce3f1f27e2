"""What `--pictures-out`, and `out` in [display], name. Standard library only."""

from __future__ import annotations

from pathlib import Path

from livesyn.base.errors import ConfigError
from livesyn.config.tables import unknown

SCHEMES = ("ndi", "spout", "syphon", "camera")  # of pictures to other programs
FILMS = (".mp4", ".avi", ".mkv", ".mov")
FILES = ("video", "folder")  # the kinds of output that leave something on this machine


def outlet_of(text: str) -> tuple[str, str]:
    """Kind and value of what `--pictures-out` names: "ndi:NAME" and the like, a film by its ending,
    else a folder. Raises ConfigError.
    """
    import mimetypes

    scheme, colon, rest = text.partition(":")
    if colon and scheme in SCHEMES:
        return scheme, rest
    if colon and len(scheme) > 1 and not {"/", "\\"} & set(scheme):  # C:\\ is a folder's
        raise ConfigError(
            unknown("output for pictures", scheme + ":", tuple(f"{known}:" for known in SCHEMES))
            + "; or name a folder, or a film (.mp4)"
        )
    suffix = Path(text).suffix.lower()
    if suffix not in FILMS and (mimetypes.guess_type(f"x{suffix}")[0] or "").split("/")[0] in (
        "video",
        "image",
        "audio",
    ):
        raise ConfigError(
            f"{Path(text).name} cannot be written; a film's name ends in one of {', '.join(FILMS)},"
            " a folder's in none"
        )
    return ("video" if suffix in FILMS else "folder"), text


def outlet_is_file(text: str) -> bool:
    """Whether it is a path on this machine."""
    return outlet_of(text)[0] in FILES

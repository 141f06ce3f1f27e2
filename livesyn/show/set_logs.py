"""Where a show's set log goes: named once, so that a player that is started again goes on in it.

Standard library only.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
from dataclasses import replace
from pathlib import Path

from livesyn.base.clock import SystemClock, wall_offset_s
from livesyn.base.errors import ConfigError
from livesyn.base.places import user_folder, whole_path
from livesyn.config.sections import AUTO, OFF, Config

FOLDER_VARIABLE = "LIVESYN_SETS"  # in the place of the user's own folder
SUFFIX = ".jsonl"
KEPT_BYTES = 4 << 30  # of logs in the user's own folder; the oldest make room


def check(config: Config) -> None:
    """The place that was named can be written to. Raises ConfigError."""
    if config.log.to not in (AUTO, OFF):
        place = whole_path(config.log.to)
        folder = place if _is_folder(config.log.to, place) else place.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refusal(config.log.to, error) from None
        if not os.access(place if place.exists() else folder, os.W_OK):
            raise ConfigError(
                f"the set log {config.log.to!r} cannot be written there; name another place with"
                " --log, or off"
            )


def named(config: Config, now_s: float | None = None) -> Config:
    """`config` with the file that its log goes to, whole; off where the user's own folder cannot be
    had. `now_s` is Unix time. Raises ConfigError.
    """
    to = config.log.to
    if to == OFF:
        return config
    if to != AUTO and not _is_folder(to, place := whole_path(to)):
        return _to(config, str(place))
    try:
        folder = own_folder() if to == AUTO else whole_path(to)
        folder.mkdir(parents=True, exist_ok=True)
        if to == AUTO:
            make_room(folder)
        return _to(config, str(_new(folder, now_s)))
    except (OSError, ConfigError) as error:
        if to == AUTO:
            return _to(config, OFF)
        raise _refusal(to, error) from None


def own_folder() -> Path:
    """Where a user's logs are kept. Raises ConfigError where there is no home."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_folder("sets")


def make_room(folder: Path, kept_bytes: int = KEPT_BYTES) -> None:
    """Remove the oldest logs in `folder` until those left are no more than `kept_bytes`."""
    logs = sorted(folder.glob(f"livesyn-*{SUFFIX}"), reverse=True)  # the newest first, by name
    total = 0
    for path in logs:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
            if total > kept_bytes:
                path.unlink()


def _new(folder: Path, now_s: float | None) -> Path:
    begun = datetime.datetime.fromtimestamp(
        SystemClock().now_s() + wall_offset_s() if now_s is None else now_s
    )
    for take in itertools.count(1):
        path = folder / (f"livesyn-{begun:%Y-%m-%d-%H%M%S}{f'-{take}' if take > 1 else ''}{SUFFIX}")
        with contextlib.suppress(FileExistsError):
            path.touch(0o600, exist_ok=False)  # nobody else's from now on
            return path
    raise AssertionError


def _is_folder(name: str, place: Path) -> bool:
    return (
        place.is_dir() or name.endswith(("/", os.sep)) or (not place.suffix and not place.exists())
    )


def _to(config: Config, to: str) -> Config:
    return replace(config, log=replace(config.log, to=to))


def _refusal(name: str, error: OSError | ConfigError) -> ConfigError:
    why = getattr(error, "strerror", None) or str(error)
    return ConfigError(
        f"the set log {name!r} cannot be written ({why.lower()}); name another place with --log, or"
        " off"
    )

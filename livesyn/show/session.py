"""How the last show ended, and what is left of it: a folder for each, with a lock that is held
while it plays and a mark that it ended as it should. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from livesyn.base import params, places
from livesyn.base.clock import SystemClock, wall_offset_s
from livesyn.config.outlets import outlet_is_file
from livesyn.config.sections import Config, Session, Source
from livesyn.config.session_file import LeftAs, load

STATE, ENDED, UNCLEAN = "show.json", "ended", "unclean"
RECENT_S = 3600.0  # an unclean end as old as this is gone on from without being asked
OFFER_AFTER = 2  # unclean ends in a row
ANSWER_S = 15.0


@dataclass(frozen=True)
class Ended:
    """The last show. `unclean` counts the unclean ends in a row up to it, 0 where it ended as it
    should; `age_s` is how long ago it was last heard of.
    """

    left_as: LeftAs | None
    unclean: int
    age_s: float


def look(base: Path) -> Ended | None:
    """The show that ended last of those in `base`; None where there is none. Those before it are
    removed, those that play are left alone.
    """
    found: list[tuple[float, Path, bool]] = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(base):
            if not places.FOLDER.fullmatch(entry.name):
                continue
            folder = Path(entry.path)
            with contextlib.suppress(OSError):
                ended = (folder / ENDED).exists()
                if ended or places.is_dead(entry.path):
                    found.append((_touched_s(folder), folder, ended))
    if not found:
        return None
    *older, (touched_s, folder, ended) = sorted(found)
    for _, other, _ in older:
        shutil.rmtree(other, ignore_errors=True)
    unclean = 0
    if not ended:
        with contextlib.suppress(OSError, ValueError):
            unclean = int((folder / UNCLEAN).read_text())
        unclean += 1
    now_s = SystemClock().now_s() + wall_offset_s()
    return Ended(load(folder / STATE), unclean, max(0.0, now_s - touched_s))


def _touched_s(folder: Path) -> float:
    state = folder / STATE
    return (state if state.exists() else folder).stat().st_mtime


@contextlib.contextmanager
def begun(base: Path, unclean: int) -> Iterator[Path | None]:
    """A folder of the show that begins, after so many unclean ends; the path of the file that is to
    say how it is, None where nothing can be written. What is raised within is no unclean end: it
    was said.
    """
    try:
        base.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=places.PREFIX, dir=base))
        lock = places.take_lock(folder)
        (folder / UNCLEAN).write_text(str(unclean))
    except OSError:  # a machine without a home; the show goes on, and cannot be gone on from
        yield None
        return
    try:
        yield folder / STATE
    finally:
        with contextlib.suppress(OSError):
            (folder / ENDED).touch()
        if lock is not None:
            os.close(lock)


def resumed(
    config: Config,
    last: Ended | None,
    restore: bool | None,
    safe: bool,
    say: Callable[[str], object],
    ask: Callable[[str], bool | None],
) -> Config:
    """The show that begins: `config`, as the last one was left where that is to be.

    `restore`: as the last was left, however it ended; not at all; None: if it ended uncleanly less
    than an hour ago. `safe`: without cameras, Link and outlets; after two unclean ends in a row it
    is offered. `ask(question)` is None where nobody can answer.
    """
    unclean = 0 if last is None else last.unclean
    if unclean >= OFFER_AFTER and not safe:
        said = f"the last {unclean} shows did not end as they should"
        answer = ask(f"{said}. Start without cameras, Link and outlets? [y/N] ")
        if answer is None:
            say(f"{said}: livesyn run --safe starts without cameras, Link and outlets")
        safe = bool(answer)
    if safe:
        config = made_safe(config, say)
    recent = unclean > 0 and last is not None and last.age_s <= RECENT_S
    if restore is False or not (restore or recent):
        if unclean and restore is None and last is not None and last.left_as is not None:
            say("the last show did not end as it should; --restore brings back how it was")
        return config
    if last is None or last.left_as is None:
        if restore:
            say("there is no show to bring back: this one begins as it is")
        return config
    say(
        ("the last show did not end as it should: its" if unclean else "the last show's")
        + " parameters, scene, map of controls and modulation are back"
        + (" (--no-restore begins anew)" if restore is None else "")
    )
    return last.left_as.over(config)


def made_safe(config: Config, say: Callable[[str], object]) -> Config:
    """Without what may have brought the show down: cameras, Link, and outlets."""
    left_out = []
    if config.source.kind == "camera":
        config, left_out = replace(config, source=Source()), [f"camera {config.source.value}"]
    devices = tuple(out for out in config.display.out if not outlet_is_file(out))
    if devices:
        kept = tuple(out for out in config.display.out if outlet_is_file(out))
        config = replace(config, display=replace(config.display, out=kept))
        left_out += devices
    if "sync" in params.BY_NAME and config.params.get("sync"):
        config = config.with_params({"sync": 0.0})
        left_out.append("its tempo source")
    say(
        "the show starts safely"
        + (f", without {', '.join(left_out)}" if left_out else ": it has no camera, Link or outlet")
    )
    return config


def with_session(config: Config, file: Path | None) -> Config:
    """`config`, which says where the player is to write how the show is."""
    return replace(config, session=Session(None if file is None else str(file)))


def ask_at_terminal(question: str) -> bool | None:
    """Yes or no; None where there is no terminal, or nobody answers in 15 s."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    print(question, end="", flush=True)
    if os.name == "posix" and not select.select([sys.stdin], [], [], ANSWER_S)[0]:
        print("\nnobody answered; the show starts as it is")
        return None
    return sys.stdin.readline().strip().lower() in ("y", "yes")

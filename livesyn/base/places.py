"""Where things are on this machine: paths that a user names, and a folder for a show's sockets.

Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from livesyn.base.errors import ConfigError

try:
    import fcntl
except ImportError:  # Windows: a file that is open there cannot be removed, which says the same
    fcntl = None  # type: ignore[assignment]

PREFIX = "livesyn-"
FOLDER = re.compile(PREFIX + "[a-z0-9_]{8}")
LOCK = "show.lock"  # held while the folder's show runs
LONGEST_NAME = "window"  # of a socket in the folder
_gone = False  # the folder that livesyn was started in
UNIX = hasattr(socket, "AF_UNIX") and os.name == "posix"


def path_of(text: str | os.PathLike[str]) -> Path:
    """The path that a user named: ~ and ~NAME are homes. Raises ConfigError."""
    name = os.fspath(text)
    if "\0" in name:
        raise ConfigError(f"the path {name!r} has a zero byte in it; name another")
    try:
        path = Path(name).expanduser()
    except RuntimeError:
        if os.path.lexists(name):  # a file that is really called so
            return Path(name)
        head = Path(name).parts[0]
        whose = (
            "HOME is not set, and this user has no home folder" if head == "~" else "no such user"
        )
        raise ConfigError(
            f"{name!r} begins with {head}, which stands for a home folder, but there is none"
            f" ({whose}); write the whole path"
        ) from None
    if _gone and not path.is_absolute():
        raise ConfigError(
            f"{name!r} is looked for in the folder that livesyn was started in, which is gone or"
            " closed to you; cd to another, or write the whole path"
        )
    return path


def data_folder() -> Path:
    """Where this user's programs keep what is made with them. Raises ConfigError where there is no
    home.
    """
    return _user_folder("XDG_DATA_HOME", (".local", "share"))


def state_folder() -> Path:
    """Where this user's programs keep how they were left. Raises ConfigError where there is no
    home.
    """
    return _user_folder("XDG_STATE_HOME", (".local", "state"))


def _user_folder(variable: str, below_home: tuple[str, ...]) -> Path:
    named = os.environ.get(variable, "")
    if sys.platform not in ("win32", "darwin") and Path(named).is_absolute():
        return Path(named) / "livesyn"
    try:
        home = Path.home()
    except RuntimeError:
        raise ConfigError("HOME is not set, and this user has no home folder; set HOME") from None
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "livesyn"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "livesyn"
    return home.joinpath(*below_home) / "livesyn"


def user_folder(name: str) -> Path:
    """The folder `name` in `data_folder`. Raises ConfigError."""
    return data_folder() / name


def for_c(path: Path) -> str | bytes:
    """`path` for a library that encodes names itself, and refuses those that are not UTF-8."""
    return os.fsencode(path) if os.name == "posix" else os.fspath(path)


@contextlib.contextmanager
def in_utf8(path: Path) -> Iterator[str]:
    """A name of the file at `path` for a library that takes UTF-8 alone: its own; where that is
    none, an open descriptor's. Raises OSError.
    """
    name = str(path)
    try:
        name.encode()
        opened = None
    except UnicodeEncodeError:
        opened = os.open(path, os.O_RDONLY) if os.name == "posix" else None
    try:
        yield name if opened is None else f"/dev/fd/{opened}"
    finally:
        if opened is not None:
            os.close(opened)


def whole_path(text: str | os.PathLike[str]) -> Path:
    """The same from the root on, links followed. Raises ConfigError."""
    path = path_of(text)
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # links in a circle are a RuntimeError before 3.13
        raise ConfigError(f"the path {str(path)!r} leads nowhere ({error})") from None


def leave_gone_folder() -> None:
    """Where the folder that livesyn was started in was removed, or is closed to this user, go to
    the root: some libraries abort where there is no working directory. From then on `path_of`
    refuses paths that begin in it.
    """
    global _gone
    try:
        os.getcwd()
    except OSError:
        _gone = True
        with contextlib.suppress(OSError):
            os.chdir(os.sep)


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this user and show alone, in which a Unix socket can be made; gone afterwards.
    Also removes such folders of shows that were killed. Raises ConfigError.
    """
    folder, lock = _make_folder()
    try:
        yield folder
    finally:
        if lock is not None:
            os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


def _make_folder() -> tuple[Path, int | None]:
    refused = []
    bases = _bases()
    for (
        base
    ) in bases:  # in all: a show that was killed may have been started with another one first
        remove_dead(base)
    for base in bases:
        folder = None
        try:
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
            folder.chmod(0o700)  # whatever umask and access lists say
            _try_socket(folder / LONGEST_NAME)
            return folder, take_lock(folder)
        except OSError as error:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            refused.append(f"{base} ({(error.strerror or str(error)).lower()})")
    raise ConfigError(
        "there is no folder for the sockets over which a show's processes talk; tried:"
        f" {', '.join(refused) or 'none'}; set TMPDIR to a folder with a short path that you can"
        " write to"
    )


def _bases() -> list[Path]:
    """Where the folder may be made, the best place first."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    named = [Path(runtime)] if _is_own(runtime) else []
    with contextlib.suppress(OSError):  # none is usable
        named.append(Path(tempfile.gettempdir()))
    if UNIX:
        own = f"/run/user/{os.geteuid()}"
        named += [Path(own)] * _is_own(own)
        named += [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")]
    return [base for base in dict.fromkeys(named) if base.is_absolute() and os.path.isdir(base)]


def _is_own(folder: str) -> bool:
    """Whether it is a folder of this user, to write to: sudo leaves another's in the variable."""
    try:
        told = os.stat(folder)
    except (OSError, ValueError):
        return False
    own = not hasattr(os, "geteuid") or told.st_uid == os.geteuid()
    return own and stat.S_ISDIR(told.st_mode) and os.access(folder, os.W_OK | os.X_OK)


def _try_socket(path: Path) -> None:
    """Raises OSError where a socket's path may not be that long, or the disk has no sockets."""
    if UNIX:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.bind(os.fspath(path))
        path.unlink()


def take_lock(folder: Path) -> int | None:
    """A descriptor whose lock is released with this process, however that ends. Under its name only
    once it is held, so that nobody finds it free before.
    """
    draft = folder / f"{LOCK}.new"
    lock = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if fcntl is None:
            os.close(lock)
            draft.rename(folder / LOCK)  # which Windows does not do to an open file
            return os.open(folder / LOCK, os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(folder / LOCK)
        return lock
    except OSError:  # a disk without locks: the folder is left where this process is killed
        with contextlib.suppress(OSError):
            os.close(lock)
        draft.unlink(missing_ok=True)
        return None


def remove_dead(base: Path) -> None:
    """Remove this user's folders in `base` whose shows have ended: their locks are free."""
    try:
        entries = [entry for entry in os.scandir(base) if FOLDER.fullmatch(entry.name)]
    except OSError:
        return
    for entry in entries:
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False) and _is_own(entry.path) and is_dead(entry.path):
                shutil.rmtree(entry.path, ignore_errors=True)


def is_dead(folder: str) -> bool:
    """Whether nobody holds the lock in `folder`. Raises OSError where there is none."""
    path = os.path.join(folder, LOCK)
    if fcntl is None:
        os.unlink(path)  # fails while it is open
        return True
    lock = os.open(path, os.O_RDWR | os.O_NOFOLLOW | getattr(os, "O_NONBLOCK", 0))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
    finally:
        os.close(lock)

"""Where two processes of a show meet.

On POSIX an address is the path of a Unix socket in a private folder. On Windows the same
path names a file in which the one that listens leaves its loopback port and a token.
"""

from __future__ import annotations

import socket
from pathlib import Path

from livesyn.base.errors import DeviceError
from livesyn.base.places import UNIX


def listen(path: Path, unix: bool = UNIX, who: str = "player") -> tuple[socket.socket, str]:
    """A listening socket at `path`, and the token a peer must say ("" on a Unix socket, which
    its folder's rights guard). Makes the folder, for its owner alone; `who` is named in complaints.
    Raises DeviceError.
    """
    server = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # left by one that died
        if unix:
            if path.parent.stat().st_mode & 0o077:
                raise DeviceError(
                    f"the folder {path.parent} of the {who}'s socket is open to others; give it"
                    " mode 0700 or name another"
                )
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.bind(str(path))
            token = ""
        else:
            import secrets

            server, token = socket.socket(socket.AF_INET, socket.SOCK_STREAM), secrets.token_hex(16)
            server.bind(("127.0.0.1", 0))
            draft = path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(f"{server.getsockname()[1]} {token}")
            draft.replace(path)
        server.listen(8)
        server.setblocking(False)
        return server, token
    except OSError as error:
        if server is not None:
            server.close()
        raise DeviceError(
            f"the {who} cannot listen at {path}: {error.strerror or error}; a shorter path in a"
            " folder of your own may do"
        ) from error


def connect(path: Path, unix: bool = UNIX, timeout_s: float = 1.0) -> tuple[socket.socket, str]:
    """A socket to whoever listens at `path`, and the token to say.

    Raises OSError when there is none (yet).
    """
    if unix:
        sock, token = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), ""
        target: str | tuple[str, int] = str(path)
    else:
        port, _, token = path.read_text().partition(" ")
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = ("127.0.0.1", int(port) if port.isdigit() else 0)
    sock.settimeout(timeout_s)
    try:
        sock.connect(target)
    except BaseException:
        sock.close()
        raise
    return sock, token

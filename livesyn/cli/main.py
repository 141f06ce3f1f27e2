"""Parses the command line, runs the command, turns errors into exit codes.

0: done. 2: a mistake of the user's, one sentence on stderr. 1: a fault of ours, its traceback in a
file; or `doctor` found a fault; or output that was asked for could not be written. 130: interrupted
(but Ctrl-C is how a set ends: 0).
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence

from livesyn import __version__
from livesyn.base import words
from livesyn.base.errors import LivesynError
from livesyn.base.installing import PACKAGES, install
from livesyn.cli.parser import parser
from livesyn.cli.registry import COMMANDS

DONE, FAULT, MISTAKE, INTERRUPTED = 0, 1, 2, 130
THE_MACHINES = {  # what the system refuses is no fault of ours
    getattr(errno, name, None)
    for name in (
        *("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "ENAMETOOLONG", "ELOOP"),
        *("EMFILE", "ENFILE", "ESTALE", "ENOTDIR", "EISDIR"),
    )
} - {None}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        first = COMMANDS.get(given[0]) if given else None
        with_settings = first is not None and first.add_settings is not None
        args = parser(with_settings).parse_args(given)
        return COMMANDS[args.command].run(args) or DONE
    except LivesynError as error:
        print(f"livesyn: {error}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        module = (error.name or "livesyn").partition(".")[0]
        if module != "livesyn":
            print(
                f"livesyn: this needs the Python package {PACKAGES.get(module, module)}, which is"
                f" not here; install it with: {install(module)}",
                file=sys.stderr,
            )
            return MISTAKE
        print(f"livesyn: {_keep_traceback(error, given)}", file=sys.stderr)
        return FAULT
    except Exception as error:
        if isinstance(error, OSError) and error.errno in THE_MACHINES:
            print(f"livesyn: {_refusal(error)}", file=sys.stderr)
            return MISTAKE
        print(f"livesyn: {_keep_traceback(error, given)}", file=sys.stderr)
        return FAULT


def _refusal(error: OSError) -> str:
    """What the system refused, in a sentence."""
    why = (error.strerror or str(error)).lower()
    if error.filename is None:
        return f"the system refuses ({why}); put that right, and start again"
    return (
        f"{os.fsdecode(error.filename)!r} cannot be used ({why}); put that right, or name another"
    )


def _keep_traceback(error: Exception, given: list[str]) -> str:
    """Write down where `error` came from; returns the sentence that says so. Never raises."""
    said = f"this is a fault of livesyn's own ({words.in_words(error)}); please report it with"
    try:
        trace = "".join(traceback.format_exception(error))
    except Exception:  # an error whose text is one itself
        trace = "".join(traceback.format_tb(error.__traceback__))
    report = (
        f"livesyn {__version__}, Python {sys.version}, {sys.platform}\nlivesyn {' '.join(given)}\n"
        f"{trace}"
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="livesyn-",
            suffix=".log",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as log:
            log.write(report)
        return f"{said} {log.name}"
    except OSError as refused:
        why = (refused.strerror or str(refused)).lower()
        return f"{said} what follows, which could not be written to a file ({why}):\n{report}"

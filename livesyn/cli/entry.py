"""The entry point of the command `livesyn`: Ctrl-C is handled while modules are still loaded, and
all output goes through `livesyn.base.words`.
"""

from __future__ import annotations

DONE, FAULT, INTERRUPTED = 0, 1, 130


def main() -> int:
    """Run the command line; returns the exit code."""
    try:
        from livesyn.base import places, words

        words.install()
        places.leave_gone_folder()
        return words.finish(_run())
    except KeyboardInterrupt:  # while modules are still loaded, or a reader is waited for
        return INTERRUPTED


def _run() -> int:
    try:
        from livesyn.cli import main as command_line

        return command_line.main()
    except SystemExit as left:  # --help; or nobody reads what is said
        return left.code if isinstance(left.code, int) else FAULT if left.code else DONE
    except KeyboardInterrupt:
        return INTERRUPTED

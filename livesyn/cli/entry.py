"""Where the command `livesyn` begins: Ctrl-C is answered from its first moment on."""

from __future__ import annotations

INTERRUPTED = 130


def main() -> int:
    """Run the command line; returns the exit code."""
    try:
        from livesyn.cli import main

        return main.main()
    except KeyboardInterrupt:  # while modules are still loaded
        return INTERRUPTED

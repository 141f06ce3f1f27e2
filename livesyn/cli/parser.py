"""The parser of the whole command line. Standard library only: `livesyn --help` and the supervisor
start in a tenth of a second.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from livesyn import __version__
from livesyn.base.errors import ConfigError
from livesyn.cli import command
from livesyn.cli.registry import COMMANDS

ABOUT = "livesyn turns what it sees into bars of music, live."


class Parser(argparse.ArgumentParser):
    """argparse, but a mistake is one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            **{
                "formatter_class": argparse.RawDescriptionHelpFormatter,
                "allow_abbrev": False,
                **kwargs,
            },
        )

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        """As argparse; an empty text is refused, but where it is itself what stands without one."""
        of_subcommand = action.nargs == argparse.PARSER  # its own parser looks at them
        may_be = of_subcommand or "" in (action.const, action.default)
        if not arg_string.strip() and not may_be:
            name = "/".join(action.option_strings) or action.metavar or action.dest
            raise ConfigError(
                f"{name} is empty; give a value"
                + (", or leave the option out" if action.option_strings else "")
            )
        return super()._get_value(action, arg_string)

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}; see: {self.prog} --help")


def parser(with_settings: bool = False) -> Parser:
    """The whole command line. `with_settings` adds the flags of `livesyn train`, which are made
    from the training scripts' Settings and so cost an import of torch.
    """
    top = Parser(prog="livesyn", description=ABOUT, epilog=command.text("livesyn"))
    top.add_argument("--version", action="version", version=f"livesyn {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    command.add(commands, COMMANDS.values(), with_settings)
    return top


def actions(of: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """Every action of `of` and of its subcommands."""
    return [
        *of._actions,
        *(action for sub in command.subcommands(of).values() for action in actions(sub)),
    ]

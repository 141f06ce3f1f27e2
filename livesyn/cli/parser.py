"""The parser of the whole command line. Standard library only: `livesyn --help` and the supervisor
start in a tenth of a second.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from livesyn import __version__
from livesyn.base.errors import ConfigError
from livesyn.cli import command
from livesyn.cli.registry import COMMANDS

ALIKE = 0.66  # what is less like it was not meant
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
        self._given: Sequence[str] = ()

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

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse, but what is left over is refused here, where the options that were meant are
        known, not by the parser of the whole command line.
        """
        self._given = sys.argv[1:] if args is None else list(args)
        found, left = super().parse_known_args(args, namespace)
        if left:
            self._refuse_options(left)
            self._mistake(f"{left[0]!r} is one argument too many")
        return found, left

    def _refuse_options(self, given: Sequence[str]) -> None:
        """Refuse the first of `given` that is an option there is not."""
        options = list(self._option_string_actions)
        for name in (text.partition("=")[0] for text in given if text[:1] == "-"):
            if len(name) > 1 and name != "--" and name not in options:
                near = _nearest(name, options)
                meant = f"; did you mean {near}?" if near else ""
                self._mistake(f"there is no option {name}{meant}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """As argparse, but the nearest of what may be said is named."""
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        near = _nearest(str(value), choices)
        meant, known = f"did you mean {near!r}?", f"there are: {', '.join(choices)}"
        if action.nargs == argparse.PARSER:
            self._refuse_options(self._given[: self._given.index(value)])
            self._mistake(f"there is no command {value!r}; {meant if near else known}")
        name = "/".join(action.option_strings) or action.metavar or action.dest
        self._mistake(f"{name} is {value!r}; {f'{meant} ' if near else ''}{known}")

    def error(self, message: str) -> NoReturn:
        """What argparse has to say; a mistyped option may be why something else is missing."""
        if "are required" in message:
            self._refuse_options(self._given)
        self._mistake(message)

    def _mistake(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}; see: {self.prog} --help")


def _nearest(name: str, names: Sequence[str]) -> str | None:
    """The one of `names` that was probably meant."""
    import difflib

    bare = {one.lstrip("-"): one for one in reversed(names)}
    name = name.lstrip("-")
    begun = [one for one in bare if len(name) > 1 and one.startswith(name)]
    near = begun if len(begun) == 1 else difflib.get_close_matches(name, bare, 1, ALIKE)
    return bare[near[0]] if near else None


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

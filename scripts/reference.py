"""Makes docs/reference/ from the code. `--check` only says whether it is as the code has it."""

from __future__ import annotations

import argparse
import dataclasses
import html
import json
import re
import sys
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from livesyn.base import models, osc_addresses, params
from livesyn.base.osc_addresses import IN, OUT
from livesyn.cli.commands.params import table_of_params
from livesyn.cli.parser import parser
from livesyn.config import sections
from livesyn.control.actions import ACTIONS
from livesyn.control.fade import Fade
from livesyn.control.mapping import CURVES, KINDS, MapRow
from livesyn.control.mapping import MODES as MAP_MODES
from livesyn.control.modulation import MODES, PERIODS, SOURCES, Row
from livesyn.control.quantise import Waiting
from livesyn.ipc import child_messages, messages, set_log
from livesyn.nets.checkpoint import BUILDERS, FORMAT
from livesyn.player import oscquery

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by scripts/reference.py. Change the code, then run it. -->"
FILES = (  # of a checkpoint
    (
        "`config.json`",
        f"`format` ({FORMAT}), `kind`, `net` (its sizes), `training` (its settings)",
    ),
    (
        "`weights.safetensors`",
        "every tensor of the net's state, float16 or float32; float64 and bfloat16 are read too",
    ),
    ("`MODEL_CARD.md`", "what it is, what it was trained on, how it was measured, its terms"),
    ("`metrics.json`", "figures on works that were held out"),
    ("`ATTRIBUTION.md`", "whose works it learnt from, where the terms ask for it"),
    (
        "`attributes.safetensors`, `attributes.json`",
        "attribute vectors and what they do; made by `livesyn attributes` for these very weights",
    ),
    ("`learnt.npy`", "which pictures it learnt, so that nothing is measured on those"),
)
DEFAULTS = (None, False, argparse.SUPPRESS, [], ())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    made = pages()
    stale = [name for name, text in made.items() if _read(FOLDER / name) != text]
    strange = {path.name for path in FOLDER.glob("*.md")} - set(made)
    if check:
        for name in (*stale, *sorted(strange)):
            print(f"docs/reference/{name} is not what the code says; run scripts/reference.py")
        return bool(stale or strange)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(made[name], encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


def pages() -> dict[str, str]:
    """Name of each page -> its text."""
    made = {
        name: f"# {title}\n\n{MADE}\n\n{body.strip()}\n"
        for name, title, body in (
            ("index.md", "Reference", _index()),
            ("parameters.md", "Parameters", _parameters()),
            ("osc.md", "OSC", _osc()),
            ("command-line.md", "Command line", _command_line()),
            ("config-file.md", "Config file", _config_file()),
            ("messages.md", "Messages", _messages()),
            ("set-log.md", "Set log", _set_log()),
            ("checkpoints.md", "Checkpoints", _checkpoints()),
        )
    }
    return {name: _linked(text, made["messages.md"]) for name, text in made.items()}


def _linked(text: str, messages_page: str) -> str:
    """Types that are described on another page, or on none, do not link to their own."""
    here, there = (
        {found.lower() for found in re.findall(r"^#+ `?([\w.]+)`?$", page, re.M)}
        for page in (text, messages_page)
    )

    def link(found: re.Match[str]) -> str:
        if found[2] in here:
            return found[0]
        return f"[{found[1]}](messages.md#{found[2]})" if found[2] in there else f"`{found[1]}`"

    return re.sub(r"\[(\w+)\]\(#(\w+)\)", link, text)


def _index() -> str:
    return """\
Made from the code; a test holds it to the code.

- [Parameters](parameters.md): what can be changed while it plays.
- [OSC](osc.md): the addresses, in and out.
- [Command line](command-line.md): every command and option.
- [Config file](config-file.md): every section and key.
- [Messages](messages.md): what engine, player and supervisor say to each other.
- [Set log](set-log.md): the lines of a log, to read and to replay.
- [Checkpoints](checkpoints.md): the files of a net."""


def _parameters() -> str:
    return f"""\
Start values: `--param NAME=VALUE`, or `[params]` in a [config file](config-file.md). Live: the
page's sliders, a knob ([MIDI learn](../how-to/midi-learn.md); the table has the controllers of the
default map), or `/livesyn/param/NAME` by [OSC](osc.md). A live value out of range is clamped; a
start value out of range is refused.

{table_of_params()}"""


def table_of_addresses(direction: str) -> str:
    """Every OSC address of a direction, IN or OUT, as a table in Markdown."""
    return _table(
        ("address", "arguments", "what it does"),
        (
            (_pattern(row), row.arguments, row.about)
            for row in osc_addresses.TABLE
            if row.direction == direction
        ),
    )


def _osc() -> str:
    into = f"{sections.Osc.in_host}:{sections.Osc.in_port}"
    return f"""\
UDP. A message that is not as the tables say is refused whole and said once; see
[Staying up](../explanation/robustness.md).

## To livesyn

Where livesyn listens: `--osc-in`, else {into}. Whom it obeys: `--osc-allow`, else {
        ", ".join(sections.Osc.allow)
    }.

{table_of_addresses(IN)}

A number is one argument of type i, f, h, d, T or F. Text in its place:

- `?` asks. The answer goes to where the question was sent from, under the address that was asked,
  and to every `--osc-out` as if the parameter had been set now.
- `+` and `-` step: an integer by 1, tempo by 1 bpm, other numbers by about a hundredth of their
  range, as 1, 2 or 5 times a power of ten; they stop at the ends. Choices go round, so `+` on
  `/livesyn/freeze` holds and lets go. With a number behind it (`+ 0.25`) that is the step.

## From livesyn

To every `--osc-out`, else {
        ", ".join(sections.Osc.out)
    }. With `/ahead` after the port, bars, beats and notes come as
bundles with their timetags, ahead of time; without it, when they are due.

{table_of_addresses(OUT)}

A value that was set under another address comes back under its parameter's:
`/livesyn/transport/tempo` as `/livesyn/param/tempo`, `/livesyn/freeze` as `/livesyn/param/freeze`,
`/livesyn/latent/N` as `/livesyn/param/steer_N`.

## OSCQuery

At the same address and number as OSC in, on TCP (`--no-oscquery`: not), for whom `--osc-allow`
names. After the third revision of the OSCQuery proposal; [how to use it](../how-to/oscquery.md).

HTTP: `GET /ADDRESS` describes an address and all below it in JSON, `?ATTRIBUTE` gives that
attribute alone, `?HOST_INFO` the server.

{_oscquery()}

| status | when |
| --- | --- |
| 204 | VALUE of what has none to read; an attribute of the proposal that is not given |
| 400 | an attribute that the proposal has not |
| 403 | a sender that is not on the allow-list; a page of another site, by its Host or Origin |
| 404 | nothing is at this address |

WebSocket, at any path: binary frames are OSC packets, obeyed as those by UDP are and answered on
the same socket; text frames are `{{"COMMAND": "LISTEN", "DATA": "/ADDRESS"}}` and `IGNORE`. Who
listens to an address is sent what is sent under it, in the TYPE of the tree; who listens to a
container, all below it. Frames go to {oscquery.LARGEST_BYTES} bytes, {
        oscquery.MOST_SOCKETS
    } sockets at a time. The tree does not change while a show runs,
so PATH_CHANGED is never sent.

mDNS: `_oscjson._tcp` and `_osc._udp`, called `livesyn on` and the machine's name, where the extra
`mdns` is installed; a show that listens on this machine alone is announced there alone."""


def _oscquery() -> str:
    about = {
        "FULL_PATH": "the address",
        "CONTENTS": "of a container: what is below it, by name",
        "TYPE": "type tags: f, i, s (a choice, by its name), I (a button); several of a note",
        "ACCESS": "1 is told, 2 can be set, 3 both, 0 a container",
        "VALUE": "an array; null where there is none",
        "RANGE": "MIN and MAX, or VALS with the names of choices",
        "DESCRIPTION": "a sentence",
        "TAGS": "the group of a parameter",
        "UNIT": "by the proposal's name where it has one",
        "CRITICAL": "true: to be sent by the WebSocket, for a loss would be heard or seen",
        "CLIPMODE": '"both": a value out of range is clamped',
        "OVERLOADS": "other types that do the same: a choice by number, a button by 1",
        "DEFAULT": "the value at first; an attribute of our own",
    }
    return _table(("attribute", "what it is"), ((f"`{k}`", v) for k, v in about.items()))


def _pattern(row: osc_addresses.Row) -> str:
    stem, _, name = row.pattern.rpartition("/")
    if not row.names:
        return f"`{row.pattern}`"
    if name == "N":
        return f"`{stem}/{row.names[0]}` … `{row.names[-1]}`"
    if set(row.names) == set(params.BY_NAME) or any("/" in name for name in row.names):
        return f"`{row.pattern}`"
    first, *others = row.names
    return ", ".join((f"`{stem}/{first}`", *(f"`{other}`" for other in others)))


def _command_line() -> str:
    return "\n\n".join(_command(parser(with_settings=True)))


def _command(command: argparse.ArgumentParser) -> Iterable[str]:
    depth = command.prog.count(" ")
    if depth:
        yield f"{'#' * min(depth + 1, 4)} {command.prog}"
    if command.description:
        yield _line(command.description)
    subs = [a for a in command._actions if isinstance(a, argparse._SubParsersAction)]
    for sub in subs:
        summaries = {a.dest: a.help or "" for a in sub._choices_actions}
        yield _table(
            ("command", "what it does"),
            ((f"`{command.prog} {name}`", summaries.get(name, "")) for name in sub.choices),
        )
    for group in command._action_groups:
        actions = [
            action
            for action in group._group_actions
            if action.help != argparse.SUPPRESS
            and not isinstance(action, (argparse._SubParsersAction, argparse._HelpAction))
        ]
        if not actions:
            continue
        if group.title not in ("options", "positional arguments"):
            yield f"**{_line(group.title or '')}**"
        yield _table(
            ("argument", "what it does", "default"), (_argument(action) for action in actions)
        )
    if command.epilog:
        yield f"```text\n{command.epilog.strip()}\n```"
    for sub in subs:
        for one in sub.choices.values():
            yield from _command(one)


def _argument(action: argparse.Action) -> tuple[str, str, str]:
    value = action.metavar or (
        "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    )
    if isinstance(value, tuple):
        value = " ".join(value)
    flags = ", ".join(action.option_strings)
    shown = flags or str(value)
    if flags and action.nargs != 0:
        shown += f" [{value}]" if action.nargs == "?" else f" {value}"
    about = (action.help or "") % {**vars(action), "prog": "livesyn"} if action.help else ""
    if action.required and action.option_strings:
        about += " (needed)"
    if action.choices and not isinstance(action, argparse._SubParsersAction) and action.metavar:
        known = ", ".join(map(str, action.choices))
        about += "" if known in about else f" (one of {known})"
    default = "" if action.default in DEFAULTS or action.nargs == 0 else _value(action.default)
    return _code(shown), about, default


def _config_file() -> str:
    parts = [
        f"""\
TOML. `livesyn run --config FILE`; the command line wins over it, and every key may be left out. An
unknown section or key is refused, with the nearest one.
[How to write one](../how-to/config-file.md).

## [source]

Where pictures come from. One key, which says of what kind and which one: {
            _codes(sections.SOURCES)
        }. A camera is a number or part of its name, the others are text in quotes.
Without it: `visuals = "{sections.DEFAULT_VISUAL}"`, or nothing in a show that
only listens. The visuals: {_codes(sections.VISUALS)}.

## [sound]

What is listened to, and painted. One key, which says of what kind and which one: {
            _codes(sections.SOUNDS)
        }. A device is a number or part of its name, the others are text in quotes; `""` is
the system's own device, a JACK port that is connected by hand, or a virtual MIDI port. Without it
nothing is listened to.

Beside it may stand `channels`, which of them are listened to: text like `"1,2"` or `"1-8"`, a whole
number, or a list of these. Without it: all of a file, the first two of a device, JACK's as one."""
    ]
    for name, cls in sections.SECTIONS.items():
        hints = typing.get_type_hints(cls)
        rows = [
            (f"`{f.name}`", _type(hints[f.name]), _value(f.default, quoted=True))
            for f in dataclasses.fields(cls)
            if hints[f.name] != tuple[MapRow, ...] | None  # a table of its own
        ]
        parts.append(f"## [{name}]\n\n{_about(cls)}\n\n{_table(('key', 'type', 'default'), rows)}")
        parts += [
            _item(of) for hint in hints.values() for of in typing.get_args(hint) if _is_table(of)
        ]
    rows = [
        (f"`{f.name}`", _type(typing.get_type_hints(Row)[f.name]), _value(f.default, quoted=True))
        for f in dataclasses.fields(Row)
    ]
    parts.append(
        "## [modulation.1] to [modulation.16]\n\nA row of the modulation matrix;"
        " [what its fields are](../how-to/modulate.md)."
        f"\n\n{_table(('key', 'type', 'default'), rows)}\n\n"
        f"Sources: {_codes(SOURCES)}.\n\nPeriods: {_codes(PERIODS)}. Modes: {_codes(MODES)}."
    )
    modes = _table(
        ("mode", "what it is"), ((f"`{name}`", about) for name, about in MAP_MODES.items())
    )
    actions = _table(
        ("action", "what it does"), ((f"`{name}`", about) for name, about in ACTIONS.items())
    )
    parts.append(
        f"""\
## [[midi.map]]

{_about(MapRow)} [How to](../how-to/midi-learn.md).

{_fields(MapRow)}

Kinds of controls: {_codes(KINDS)}. Curves: {_codes(CURVES)}.

{modes}

{actions}"""
    )
    parts.append(
        "## [params]\n\nStarting values of the [parameters](parameters.md). `key` may be a key and"
        ' scale in words, like `"A minor"`.'
    )
    return "\n\n".join(parts)


def _is_table(hint: Any) -> bool:
    return dataclasses.is_dataclass(hint) and hint is not MapRow


def _item(cls: Any) -> str:
    """A table of which a section lists several."""
    hints = typing.get_type_hints(cls)
    rows = [
        (
            f"`{f.name}`",
            _type(hints[f.name]),
            "" if f.default is dataclasses.MISSING else _value(f.default, quoted=True),
        )
        for f in dataclasses.fields(cls)
    ]
    return f"### {cls.__name__}\n\n{_about(cls)}\n\n{_table(('key', 'type', 'default'), rows)}"


def _messages() -> str:
    def union(of: Any) -> str:
        return "\n\n".join(_message(cls) for cls in typing.get_args(of))

    rows = "\n\n".join(
        f"### {cls.__name__}\n\n{_about(cls)}\n\n{_fields(cls)}"
        for cls in (
            messages.Timeline,
            messages.NoteRow,
            messages.NoteEvent,
            messages.KnobRow,
            MapRow,
            messages.Health,
            Row,
            Waiting,
            messages.Fit,
            Fade,
            messages.SceneRow,
            child_messages.DeviceFigures,
        )
    )
    return f"""\
Version {messages.VERSION}, `livesyn/ipc/messages.py`. One JSON object a line, at most
{messages.MAX_LINE_BYTES:,} bytes; `t` names the type. The player never waits for an
engine: what a slow engine does not read is dropped and counted.

## Engine to player

{union(messages.FromEngine)}

## Player to engine

{union(messages.FromPlayer)}

## Child to supervisor

`livesyn/ipc/child_messages.py`, on the child's stdout. A report that is not legal is left out,
counted and said once.

{union(child_messages.Report)}

## Supervisor to child

On the child's stdin, after one line that is the show's config: the sections of the
[config file](config-file.md) as a JSON object, but `source` and `sound` have `kind` and `value`.

{union(child_messages.Command)}

## Values in them

`NoteRow`, `NoteEvent` and `KnobRow` are written as lists, the others as objects.

{rows}"""


def _set_log() -> str:
    lines = "\n\n".join(_message(cls) for cls in typing.get_args(set_log.Lines))
    values = "\n\n".join(
        f"### `{cls.__name__}`\n\n{_about(cls)}\n\n{_fields(cls)}"
        for cls in (set_log.Obeyed, set_log.Settled, set_log.Sent, set_log.PhraseRow)
    )
    return f"""\
Version {set_log.VERSION}, `livesyn/ipc/set_log.py`. How to write, read and replay one:
[The set log](../how-to/set-log.md).

One JSON object a line, in UTF-8, at most {set_log.MAX_LINE_BYTES >> 20} MB long; lines are only
ever appended. `t` names the type. A field that has its default is left out. The last field of a
line, `crc`, is the CRC-32 (as in zlib, eight hexadecimal digits) of all bytes before `,"crc"`.
Bytes are base64. Times are monotonic seconds. The first line is a `begin`; each player that goes on
after another adds its own.

## Lines

{lines}

## Values in them

`Obeyed`, `Sent` and `PhraseRow` are written as lists, `Settled` as an object; `NoteRow`,
`NoteEvent`, `Row` and `Waiting` are those of the [messages](messages.md). The arguments of a
command are those of the method of that name in `livesyn/player/core.py`.

{values}"""


def _message(cls: type[msgspec.Struct]) -> str:
    return f"### `{cls.__struct_config__.tag}`\n\n{_about(cls)}\n\n{_fields(cls)}".rstrip()


def _fields(cls: type[Any]) -> str:
    hints = typing.get_type_hints(cls, include_extras=True)
    if dataclasses.is_dataclass(cls):
        found = [
            (f.name, f.default, f.default is dataclasses.MISSING) for f in dataclasses.fields(cls)
        ]
    else:
        found = [(f.name, _default(f), f.required) for f in msgspec.structs.fields(cls)]
    rows = [
        (f"`{name}`", _type(hints[name]), "" if required else _value(default, quoted=True))
        for name, default, required in found
    ]
    return _table(("field", "type", "default"), rows) if rows else ""


def _default(field: Any) -> Any:
    made = field.default is msgspec.NODEFAULT and not field.required
    return field.default_factory() if made else field.default


def _checkpoints() -> str:
    listed = models.published()
    kinds = [
        (
            f"`{kind}`",
            ", ".join(
                f"[{name}](../../models/{name}/MODEL_CARD.md)"
                for name, one in listed.items()
                if one.kind == kind
            ),
        )
        for kind in sorted(BUILDERS)
    ]
    published = [
        (
            f"[{name}](../../models/{name}/MODEL_CARD.md)",
            one.about,
            one.licence,
            f"{one.size_bytes / 1e6:.1f} MB",
            "yes" if one.in_wheel else "",
        )
        for name, one in listed.items()
    ]
    sizes = "\n\n".join(
        f"### {name}\n\n{_table(('key', 'value'), _sizes(name))}" for name in listed
    )
    return f"""\
A checkpoint is a folder. `livesyn models` lists those that are here;
[how to get one](../how-to/checkpoints.md). Format {FORMAT}.

{_table(("file", "what is in it"), FILES)}

Only the first two are needed to play. Loading is strict: every tensor has its name, shape and
number type, and nothing is unpickled.

## Kinds

{_table(("kind", "published"), kinds)}

## Published

{_table(("name", "what it is", "licence", "size", "in the wheel"), published)}

## The sizes of the published ones

What `net` in `config.json` holds.

{sizes}"""


def _sizes(name: str) -> list[tuple[str, str]]:
    config = json.loads((ROOT / "models" / name / "config.json").read_text(encoding="utf-8"))
    return [(f"`{key}`", _value(value)) for key, value in _flat(config["net"])]


def _flat(values: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value


def _about(thing: type) -> str:
    return _line(thing.__doc__ or "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _code(text: str) -> str:
    """In a table's cell, where readers of Markdown differ on a bar in backquotes."""
    if "|" in text:
        return f"<code>{html.escape(text).replace('|', '&#124;')}</code>"
    return f"`{text}`"


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(_line(cell).replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def _value(value: Any, quoted: bool = False) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`' if quoted else _code(value) if value else ""
    if isinstance(value, (tuple, list)):
        return f"`{json.dumps(list(value))}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _type(hint: Any) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return f"{_type(args[0])}{_limits(args[1])}"
    if origin is typing.Literal:
        return f"one of {_codes(args)}"
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_type(arg) for arg in args)
    if origin is tuple:
        return f"list of {_type(args[0])}"
    if origin is dict:
        return f"object, name to {_type(args[1])}"
    words = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        Any: "anything",
        bytes: "bytes in base64",
        list: "list",
        type(None): "null",
    }
    if hint in words:
        return words[hint]
    tag = hint.__struct_config__.tag if issubclass(hint, msgspec.Struct) else None
    return f"[{hint.__name__}](#{tag or hint.__name__.lower()})"


def _limits(meta: msgspec.Meta) -> str:
    if meta.min_length is not None and meta.min_length == meta.max_length:
        return f", {meta.min_length} of them"
    if meta.max_length is not None:
        return f", at most {meta.max_length}"
    if meta.ge is not None and meta.le is not None:
        return f", {meta.ge:g} to {meta.le:g}"
    return ", above 0" if meta.gt == 0 else ""


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())

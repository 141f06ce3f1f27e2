"""Model cards: what a checkpoint is, what it was made from, what it measured.

Their texts are in templates/, one file a net; a paragraph there is one line, as in the card.
"""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import nn

from livesyn.base.text_file import read_text
from livesyn.nets import checkpoint
from livesyn.train.data_parallel import join

TEMPLATES = Path(__file__).with_name("templates")
OTHER_DATA = "the user’s own data"


def write(
    folder: Path,
    script: str,
    net: nn.Module,
    settings: Any,
    run_folder: Path,
    data: Mapping[str, object],
    figures: Mapping,
    before: Sequence[str] = (),
    **more: object,
) -> None:
    """Write `folder/MODEL_CARD.md` from templates/SCRIPT.md, for what `livesyn train SCRIPT` made.

    `data` maps a set's name to how much of it was used; `before` are the commands that came before
    the training. In the template stand `name`, `net`, `s` (the settings), `parameters`, `body`
    (data, commands, figures), `terms`, and `more`.
    """
    known = json.loads((TEMPLATES / "data.json").read_text(encoding="utf-8"))
    body = fill(
        "body",
        data="\n".join(
            f"- **{name}**: {known.get(name, OTHER_DATA)} ({amount})"
            for name, amount in data.items()
        ),
        commands="\n".join([*before, command(script, settings, run_folder, folder)]),
        split=figures.get("split", "test"),
        figures="\n".join(f"| {name} | {value} |" for name, value in _rows(figures)),
        curves="\n\n![Curves](curves.png)" if (folder / "curves.png").is_file() else "",
    )
    text = fill(
        script,
        name=folder.name,
        net=net,
        s=settings,
        parameters=count(net),
        body=body,
        terms=fill("terms"),
        **more,
    )
    (folder / "MODEL_CARD.md").write_text(text + "\n", encoding="utf-8")


def fill(template: str, **values: object) -> str:
    """templates/TEMPLATE.md with `values` in it, without the newline that ends the file."""
    text = (TEMPLATES / f"{template}.md").read_text(encoding="utf-8")
    return text.removesuffix("\n").format(**values)


def count(net: nn.Module) -> int:
    """How many parameters `net` has."""
    return sum(p.numel() for p in net.parameters())


def command(net: str, settings: Any, run_folder: Path, out: Path) -> str:
    """The command line that makes a checkpoint again: every setting that is not the default."""
    words = [
        (
            f"livesyn train {net} --run {run_folder.name}"
            if (size := join().size) == 1
            else (
                f"torchrun --nproc-per-node {size} -m -- livesyn train {net} --run"
                f" {run_folder.name}"
            )
        )
    ]
    for f in dataclasses.fields(settings):
        value = getattr(settings, f.name)
        if value != f.default:
            flag = f.name.replace("_", "-")
            words.append(
                (f"--{flag}" if value else f"--no-{flag}")
                if isinstance(value, bool)
                else f"--{flag} {shlex.quote(str(value))}"
            )
    return " ".join([*words, f"--out models/{out.name}"])


def write_attribution(folder: Path, origin: Mapping) -> None:
    """Write `folder/ATTRIBUTION.md` from a melody cache's `origin`."""
    works = "".join(f"- {line}\n" for line in origin.get("attribution", []))
    text = fill("attribution", works=works)
    (folder / "ATTRIBUTION.md").write_text(text, encoding="utf-8")


def copy_attribution(folder: Path, name: str) -> None:
    """What checkpoint `name` owes to others, the one in `folder` that holds its weights owes too:
    added to its ATTRIBUTION.md.
    """
    theirs = checkpoint.find(name) / "ATTRIBUTION.md"
    if not theirs.is_file():
        return
    own = folder / "ATTRIBUTION.md"
    lines = read_text(own).splitlines() if own.is_file() else []
    known = set(lines)
    lines += [
        line for line in read_text(theirs).splitlines() if not lines or (line and line not in known)
    ]
    own.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(figures: Mapping, prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            rows += _rows(value, f"{prefix}{name}: ")
        elif isinstance(value, list):
            rows.append((prefix + name, " ".join(f"{x:g}" for x in value)))
        elif name != "split":
            rows.append(
                (
                    prefix + name.replace("_", " "),
                    f"{value:.4g}" if isinstance(value, float) else json.dumps(value),
                )
            )
    return rows

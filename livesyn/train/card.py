"""Model cards: what a checkpoint is, what it was made from, what it measured."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from livesyn.base.text_file import read_text
from livesyn.nets import checkpoint
from livesyn.train.data_parallel import join

# What is known of the sets this project trains on, by the name of their folder.
DATA = {
    "lieder": "OpenScore Lieder corpus (MusicXML), CC0",
    "quartets": "OpenScore String Quartet corpus (MusicXML), CC0",
    "mutopia": (
        "Mutopia project (MIDI), a licence per file; the files that ask for attribution are in"
        " ATTRIBUTION.md"
    ),
    "music21": (
        "the corpus that comes with music21 (its corpus/license.txt), without the Essen collection"
        " (non-commercial) and Palestrina (rights reserved)"
    ),
    "grooves": (
        "drum patterns made by rule (livesyn/train/data/grooves.py): the common grooves of popular"
        " and dance music, varied by a seeded draw; no recording, score or collection went into"
        " them"
    ),
    "paintings": (
        "paintings released as CC0 or under a museum's open access (Art Institute of Chicago, The"
        " Metropolitan Museum of Art and others; a rights column per work)"
    ),
}


def write(
    folder: Path,
    title: str,
    about: str,
    data: Mapping[str, object],
    commands: list[str],
    figures: Mapping,
    notes: list[str],
) -> None:
    """Write `folder/MODEL_CARD.md`; `data` maps a set's name to how much of it was used."""
    lines = [f"# {title}", "", about, "", "## Data", ""]
    lines += [
        f"- **{name}**: {DATA.get(name, 'the user’s own data')} ({amount})"
        for name, amount in data.items()
    ]
    lines += ["", "## Made with", "", "```", *commands, "```", "", "## Measured", ""]
    lines += [
        (
            f"On the *{figures.get('split', 'test')}* split, which holds no piece or picture of the"
            " training split."
        ),
        "",
        "| figure | value |",
        "|---|---|",
    ]
    lines += [f"| {name} | {value} |" for name, value in _rows(figures)]
    lines += ["", "![Curves](curves.png)"] * (folder / "curves.png").is_file()
    lines += ["", "## Notes", "", *[f"- {note}" for note in notes]]
    lines += [
        "- The weights may be used under the project's licence, with the attributions that the data"
        " asks for."
    ]
    (folder / "MODEL_CARD.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


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
    lines = [
        "# Attribution",
        "",
        "Works of the training data whose licence asks for attribution.",
        "",
    ]
    lines += [f"- {line}" for line in origin.get("attribution", [])]
    (folder / "ATTRIBUTION.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


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

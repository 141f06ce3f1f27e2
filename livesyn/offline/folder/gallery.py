"""The page: index.html with all it needs in the folder `gallery`, to be opened as a file.

Nothing is fetched: pictures, styles and scripts lie beside it, and the music of every picture is
in data.js. What comes from a file name or a manifest reaches the page as JSON, and the screen as
text.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from livesyn.base.types import Note
from livesyn.music.drums import CHANNEL as DRUMS
from livesyn.music.midi_file import TICKS_PER_BEAT
from livesyn.offline.folder.labels import Label
from livesyn.offline.folder.record import write_whole

STATIC = Path(__file__).parent / "static"
SYNTHESISER = Path(__file__).parents[2] / "web" / "static" / "synth.js"
PREFIX, SUFFIX = "window.livesynGallery =\n", ";\n"


class Gallery:
    """What the page below the folder `out` shows. `pictures` maps the name of what was written to
    what the page knows of it; those of an earlier run are found again.
    """

    def __init__(self, out: Path) -> None:
        self.out, self.folder = out, out / "gallery"
        self.pictures: dict[str, dict[str, Any]] = {}
        self._lines: dict[str, str] = {}

    def prepare(self) -> None:
        """Make the folders and put the page there."""
        for name in ("pictures", "thumbs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("gallery.css", "gallery.js"):
            write_whole(self.folder / name, (STATIC / name).read_text(encoding="utf-8"))
        # a page that is opened as a file may load no modules: the synthesiser as a plain script
        write_whole(
            self.folder / "synth.js",
            SYNTHESISER.read_text(encoding="utf-8").replace("export class", "class"),
        )

    def remember(self) -> None:
        """Read the entries of an earlier run; none, where they cannot be read."""
        try:
            text = (self.folder / "data.js").read_text(encoding="utf-8")
            held = json.loads(text.removeprefix(PREFIX).removesuffix(SUFFIX))
            self.pictures = {str(picture["name"]): picture for picture in held["pictures"]}
        except (OSError, ValueError, KeyError, TypeError):
            self.pictures = {}

    def shown(self, name: str) -> Path:
        """Where the picture of this name lies for the page."""
        return self.folder / "pictures" / f"{_key(name)}.jpg"

    def thumb(self, name: str) -> Path:
        """Where its thumbnail lies."""
        return self.folder / "thumbs" / f"{_key(name)}.jpg"

    def holds(self, name: str) -> bool:
        """Whether all that the page shows of it is there."""
        return name in self.pictures and self.shown(name).is_file() and self.thumb(name).is_file()

    def hang(self, name: str, size: tuple[int, int], notes: Sequence[Note], wav: bool) -> None:
        """Put a picture of `size` (width, height) on the page, with its music."""
        ticks = [
            (
                round(n.start_beats * TICKS_PER_BEAT),
                max(1, round(n.duration_beats * TICKS_PER_BEAT)),
                n.pitch,
                n.velocity,
            )
            for n in notes
            if n.channel != DRUMS
        ]
        struck = [
            (round(n.start_beats * TICKS_PER_BEAT), n.pitch, n.velocity)
            for n in notes
            if n.channel == DRUMS
        ]
        self.pictures[name] = {
            "name": name,
            "key": _key(name),
            "size": list(size),
            "files": [
                _address(f"{name}{suffix}") for suffix in ((".mid", ".wav") if wav else (".mid",))
            ],
            "notes": [number for note in ticks for number in note],
            "drums": [number for stroke in struck for number in stroke],
        }
        self._lines.pop(name, None)

    def write(
        self, title: str, bpm: float, beats: float, labels: Iterable[tuple[str, Label]]
    ) -> None:
        """Write data.js and index.html: the pictures named by `labels`, in that order, as far as
        they were added.
        """
        lines = []
        for name, label in labels:
            if name in self.pictures:
                said = {"title": label.title, "artist": label.artist, "year": label.year}
                if name not in self._lines or any(
                    self.pictures[name].get(key) != value for key, value in said.items()
                ):
                    self.pictures[name] |= said
                    self._lines[name] = _json(self.pictures[name])
                lines.append(self._lines[name])
        head = {"title": title, "bpm": bpm, "beats": beats, "ticks": TICKS_PER_BEAT}
        write_whole(
            self.folder / "data.js",
            f'{PREFIX}{_json(head)[:-1]},"pictures":[\n' + ",\n".join(lines) + f"\n]}}{SUFFIX}",
        )
        page = (STATIC / "index.html").read_text(encoding="utf-8")
        write_whole(
            self.out / "index.html",
            page.replace("{{title}}", html.escape(title.encode("utf-8", "replace").decode())),
        )


def _key(name: str) -> str:
    """A file name for any name: plain, and the same in the next run."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _address(file: str) -> str:
    return quote_from_bytes(file.encode("utf-8", "surrogateescape"))


def _json(value: Any) -> str:
    """JSON in plain ASCII that ends no script, wherever it may be put."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")

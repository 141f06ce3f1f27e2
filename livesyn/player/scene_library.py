"""The scenes of a folder: read when their files change, written when one is stored."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.config.scene_file import ENDING, MOST_BYTES, parse, parse_set, text_of
from livesyn.control.scene import Cue, Scene
from livesyn.control.scene_name import SET, checked_name

LATENT_ENDING = f".latent{ENDING}"  # of files that scenes name, and that are none themselves
MOST_FILES = 500
FILES = ("video", "images")  # kinds of source that are paths
Signature = tuple[int, int, int]  # of a file: changed whenever it is


class SceneLibrary:
    """`scenes` and `cues` are replaced whole, so any thread may read them; `look` and `store` are
    for one thread, which may wait for the disk. Without a folder what is stored is kept as long as
    the player.

    A file that is not legal keeps the scene that was read from it before; `wrong` says why, by
    name, and `say(sentence)` once.
    """

    def __init__(self, folder: Path | None, say: Callable[[str], object]) -> None:
        self.folder, self._say = folder, say
        self.scenes: Mapping[str, Scene] = {}
        self.wrong: Mapping[str, str] = {}
        self.cues: tuple[Cue, ...] = ()
        self._seen: dict[str, Signature] = {}  # file -> as it was at the last look
        self._read: dict[str, dict[str, Signature | None]] = {}  # name -> files it was made from
        self._said = ""  # of the folder

    def look(self) -> bool:
        """Read what was saved since the last look; whether anything has changed. A file that
        changes at this moment may be half written, and is read at the next look.
        """
        if self.folder is None:
            return False
        before, self._seen = self._seen, self._files()
        names = {file.removesuffix(ENDING) for file in self._seen if _is_scene(file)}
        scenes, wrong = dict(self.scenes), dict(self.wrong)
        changed = False
        for name in self._read.keys() - names:
            del self._read[name]
            scenes.pop(name, None)
            wrong.pop(name, None)
            changed = True
        for name in sorted(names):
            file = f"{name}{ENDING}"
            if before.get(file) != self._seen[file] and before:
                continue  # still being written, maybe
            made_from = self._read.get(name)
            if made_from is not None and all(
                self._seen.get(file) == signature for file, signature in made_from.items()
            ):
                continue
            changed = True
            self._make(name, scenes, wrong)
        self.scenes, self.wrong = scenes, wrong
        return changed

    def store(self, name: str, scene: Scene) -> bool:
        """Keep `scene`, and write it to its file; whether that is written. Raises ConfigError for a
        name that no scene may have.
        """
        checked_name(name)
        self.scenes = {**self.scenes, name: scene}
        self.wrong = {key: why for key, why in self.wrong.items() if key != name}
        if self.folder is None:
            return False
        path = self.folder / f"{name}{ENDING}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.draft")
            draft.write_text(text_of(scene), encoding="utf-8")
            draft.replace(path)
            signature = _signature(path)
        except OSError as error:
            self._say(
                f"scene {name} cannot be written to {str(path)!r}"
                f" ({(error.strerror or str(error)).lower()}); it is kept while this player plays"
            )
            return False
        self._seen[path.name] = signature
        self._read[name] = {path.name: signature}
        return True

    def source_of(self, scene: Scene) -> tuple[str, str] | None:
        """Kind and value of a scene's source; a path in it begins where the scenes lie."""
        if scene.source is None or scene.source[0] not in FILES:
            return scene.source
        kind, value = scene.source
        try:
            path = path_of(value)
        except ConfigError:
            return scene.source  # whoever opens it says so
        return kind, str(path if self.folder is None else self.folder / path)

    def _files(self) -> dict[str, Signature]:
        assert self.folder is not None
        found: dict[str, Signature] = {}
        try:
            for entry in os.scandir(self.folder):
                if not entry.name.endswith(ENDING) or entry.name.startswith("."):
                    continue
                with contextlib.suppress(OSError):  # gone again
                    told = entry.stat()
                    if stat.S_ISREG(told.st_mode):  # a pipe would be waited for
                        found[entry.name] = (told.st_mtime_ns, told.st_size, told.st_ino)
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._say_once(
                f"the folder of scenes, {str(self.folder)!r}, cannot be read"
                f" ({(error.strerror or str(error)).lower()})"
            )
            return self._seen
        if len(found) > MOST_FILES:
            self._say_once(
                f"the folder of scenes, {str(self.folder)!r}, has {len(found)} files; the first"
                f" {MOST_FILES} by name are read"
            )
        return {file: found[file] for file in sorted(found)[:MOST_FILES]}

    def _make(self, name: str, scenes: dict[str, Scene], wrong: dict[str, str]) -> None:
        """Read one scene, or the set list."""
        made_from: dict[str, Signature | None] = {}
        self._read[name] = made_from

        def read(file: str) -> bytes:
            assert self.folder is not None
            made_from[file] = self._seen.get(file)
            with (self.folder / file).open("rb") as opened:
                return opened.read(MOST_BYTES + 1)

        file = f"{name}{ENDING}"
        made_from[file] = self._seen.get(file)
        try:
            if name == SET:
                self.cues = parse_set(read(file))
            else:
                scenes[name] = parse(name, read)
        except ConfigError as error:
            self._refuse(name, str(error), scenes, wrong)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            self._refuse(name, f"{file}: it cannot be read ({why})", scenes, wrong)
        else:
            wrong.pop(name, None)

    def _refuse(
        self, name: str, why: str, scenes: Mapping[str, Scene], wrong: dict[str, str]
    ) -> None:
        why = why if why.startswith(f"{name}{ENDING}") else f"{name}{ENDING}: {why}"
        what = "the set list" if name == SET else f"scene {name}"
        stays = name in scenes or name == SET
        wrong[name] = why
        self._say(f"{what} {'stays as it was' if stays else 'is not read'}: {why}")

    def _say_once(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._say(sentence)


def _is_scene(file: str) -> bool:
    return file.endswith(ENDING) and not file.endswith(LATENT_ENDING)


def _signature(path: Path) -> Signature:
    told = path.stat()
    return told.st_mtime_ns, told.st_size, told.st_ino

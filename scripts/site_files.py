"""A hook of MkDocs: files of the repository that lie outside docs/ and are linked from it belong to
the site too, and links between them are brought to where they lie there.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
BESIDE = (  # globs from the root
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "REHEARSAL.md",
    "models/*/*.md",
    "models/*/*.json",
    "models/*/*.jpg",
    "models/*/*.png",
    "patches/*/*.md",
    "patches/*/livesyn*",
    "patches/*/*.toml",
    "scripts/device/README.md",
)
LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")


def on_files(files: Files, config: Any, **_: Any) -> Files:
    for glob in BESIDE:
        for path in sorted(ROOT.glob(glob)):
            source = path.relative_to(ROOT).as_posix()
            target = _in_the_site(source)
            file = File.generated(config, target, abs_src_path=str(path))
            if source.endswith(".md") and f": {source}" not in _config():
                file.inclusion = file.inclusion.NOT_IN_NAV
            files.append(file)
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    here = page.file.src_uri
    source = _in_the_repository(here)

    def moved(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2]))
        uri = _in_the_site(target)
        if files.get_file_from_path(uri) is None:
            return link[0]  # MkDocs says what is wrong with it
        return link[1] + posixpath.relpath(uri, posixpath.dirname(here) or ".") + link[3]

    return LINK.sub(moved, markdown)


def _in_the_site(source: str) -> str:
    source = source.removeprefix("docs/")
    return "start.md" if source == "README.md" else source  # README.md would be the index


def _in_the_repository(uri: str) -> str:
    uri = "README.md" if uri == "start.md" else uri
    return f"docs/{uri}" if (ROOT / "docs" / uri).exists() else uri


def _config() -> str:
    return (ROOT / "mkdocs.yml").read_text(encoding="utf-8")

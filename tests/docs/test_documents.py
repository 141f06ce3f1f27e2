"""What the documents name is there, and they keep their sizes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "patches").rglob("*.md"),
        *(ROOT / "scripts").rglob("*.md"),
    ]
)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """Without code blocks."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    files = [t.partition("#")[0] for t in targets if not re.match(r"[a-z]+:", t)]
    assert [t for t in files if t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_modules_named_are_there(page):
    named = re.findall(
        r"`(livesyn/[\w/]+(?:\.py|/)|(?:scripts|tests|models)/[\w./-]+)`", prose(page)
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_map_has_every_folder():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in (ROOT / "livesyn").glob("*/__init__.py")}
    assert set(re.findall(r"^\|[ 0-9]*\| `(\w+)` \|", text, re.MULTILINE)) == folders
    assert len(text.splitlines()) <= 150


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 700


def test_the_rehearsals_numbers_are_unique():
    text = (ROOT / "REHEARSAL.md").read_text(encoding="utf-8")
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))

"""patches/ is what scripts/patches.py makes of the tables, and each patch has what it must."""

from __future__ import annotations

import re

import pytest

from livesyn.base import osc_addresses, params
from tests.patches.scripts_patches import FOLDER, patches

script = patches()
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def test_the_patches_of_the_six_programs_are_there():
    assert NAMES == [
        *("ableton", "max-for-live", "puredata", "resolume", "supercollider", "touchdesigner"),
    ]


def test_the_files_are_what_the_code_says():
    made = script.files()
    stale = [name for name, data in made.items() if (FOLDER / name).read_bytes() != data]
    assert not stale, "run scripts/patches.py"
    assert {f"{name}/README.md" for name in NAMES} < made.keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_readme_is_a_recipe_with_a_picture_and_every_message(name):
    text = (FOLDER / name / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^1\. .*\n(?:.*\n)*?3\. ", text, re.MULTILINE), "three steps at least"
    assert re.search(r"!\[[^]]{20,}\]\((livesyn\.(?:png|svg))\)", text), "its picture, in words too"
    for row in osc_addresses.TABLE:
        assert row.about in text
    for name_of_one in params.BY_NAME:
        assert f"| `{name_of_one}` |" in text


def test_a_table_that_lost_its_marks_is_said():
    with pytest.raises(ValueError, match="puredata/README.md has lost its marks"):
        script.tables.readme(FOLDER / "puredata" / "README.md", "# no marks")


def test_marks_inside_a_line_and_text_around_them_are_kept():
    text = "a\n\t// begin: made\nold\n\t// end\nb\n"
    assert script.tables.between(text, "begin", "end", "new\n", "here") == (
        "a\n\t// begin: made\nnew\n\t// end\nb\n"
    )

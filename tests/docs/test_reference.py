"""docs/reference/ is what scripts/reference.py makes of the code."""

from pathlib import Path

import pytest

from livesyn.cli.parser import actions, parser
from tests.from_file import module_from

ROOT = Path(__file__).parents[2]
reference = module_from(ROOT / "scripts" / "reference.py")


@pytest.fixture(scope="module")
def made():
    return reference.pages()


def test_the_pages_are_what_the_code_says(made):
    here = {path.name: path.read_text(encoding="utf-8") for path in reference.FOLDER.glob("*.md")}
    assert here.keys() == made.keys()
    stale = [name for name in made if here[name] != made[name]]
    assert not stale, "run scripts/reference.py"


def test_every_option_key_message_and_kind_is_there(made):
    for action in actions(parser(with_settings=True)):
        if action.option_strings and action.option_strings != ["-h", "--help"]:
            assert ", ".join(action.option_strings) in made["command-line.md"]
    for tag in ("hello", "phrase", "welcome", "bar", "stats", "event"):
        assert f"### `{tag}`" in made["messages.md"]
    for kind in reference.BUILDERS:
        assert f"`{kind}`" in made["checkpoints.md"]
    for section in ("source", "sound", *reference.sections.SECTIONS, "params"):
        assert f"## [{section}]" in made["config-file.md"]

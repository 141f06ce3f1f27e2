"""What to type where a package is missing, and that nobody is sent to files a wheel has not."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from livesyn.base.installing import install
from livesyn.cli import main
from livesyn.cli.command import Command

PACKAGE = Path(main.__file__).parents[1]


def test_the_package_is_named_and_the_python_that_runs():
    assert install("sklearn").endswith(" -m pip install --force-reinstall scikit-learn")
    assert install("torch").endswith(" torch") and Path(sys.executable).name in install("torch")


def said_in(path: Path) -> list[str]:
    """Every string of a module that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_no_message_names_a_script_of_the_source(path):
    assert not [text for text in said_in(path) if "scripts/" in text]


def test_a_package_that_is_missing_is_one_sentence(monkeypatch, capsys):
    def needs(args):
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn.svm")

    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", needs))
    assert main.main(["params"]) == main.MISTAKE
    said = capsys.readouterr().err
    assert "needs the Python package scikit-learn" in said and said.count("\n") == 1


def test_a_module_of_livesyns_own_that_is_missing_is_a_fault(monkeypatch, capsys):
    def broken(args):
        raise ModuleNotFoundError("No module named 'livesyn.gone'", name="livesyn.gone")

    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", broken))
    assert main.main(["params"]) == main.FAULT

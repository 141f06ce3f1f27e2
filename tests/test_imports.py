"""What a module may import and call, read from the source. Which folder may import which says
the import-linter contract in pyproject.toml, kept by scripts/check.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "livesyn"
DEVICE_LIBRARIES = {
    "aalink",
    "av",
    "cv2",
    "rtmidi",
    "rtmidi2",
    "sounddevice",
    "pythonosc",
    "pygame",
    "jack",
    "soundfile",
    "soxr",
    "zeroconf",
    "ifaddr",
}
STANDARD_ONLY = (
    "show/supervisor.py",
    "show/child.py",
    "show/preflight.py",
    "show/launch.py",
    "show/set_logs.py",
    "config/sections.py",
    "config/channels.py",
    "config/checks.py",
    "config/encoded.py",
    "config/lights.py",
    "config/outlets.py",
    "config/show_file.py",
    "config/tables.py",
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "cli").rglob("*.py"))),
    "ipc/child_pipe.py",
    "base/params.py",
    "base/words.py",
    "base/places.py",
    "base/signals.py",
)


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    relative = path.relative_to(ROOT.parent).with_suffix("")
    return ".".join(p for p in relative.parts if p != "__init__")


def imports(tree: ast.AST) -> set[str]:
    """Dotted names of what is imported anywhere in `tree`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            module = node.module or ""
            found |= (
                {f"{module}.{alias.name}" for alias in node.names}
                if module == "livesyn"
                else {module}
            )
    return found


def at_the_top(tree: ast.Module) -> set[str]:
    """What is imported when the module is: not inside functions, nor for type checkers."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found |= imports(node)
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_device_libraries_are_imported_when_opened(path):
    assert (
        not {name.split(".")[0] for name in at_the_top(ast.parse(path.read_text(encoding="utf-8")))}
        & DEVICE_LIBRARIES
    )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_clock_reads_the_time(path):
    if path.name == "clock.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert "time" not in imports(tree), "ask a Clock"
    calls = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"utcnow", "today", "perf_counter", "monotonic"}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_home_is_looked_for_in_one_place(path):
    """`Path.expanduser` raises where there is none; `places.path_of` says so in a sentence."""
    if path != ROOT / "base" / "places.py":
        assert ").expanduser(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_nothing_is_unpickled_or_evaluated(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not {name.split(".")[0] for name in imports(tree)} & {
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
    }
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & {"eval", "exec", "torch.load"}


@pytest.mark.parametrize("name", STANDARD_ONLY)
def test_what_must_start_at_once_is_standard_library_only(name):
    tops = {
        found.split(".")[0]
        for found in at_the_top(ast.parse((ROOT / name).read_text(encoding="utf-8")))
    }
    assert tops - {"livesyn"} <= set(sys.stdlib_module_names)


def heavy_after(module: str) -> set[str]:
    """Which heavy packages are in, once `module` is imported in a Python of its own."""
    code = (
        f"import sys, {module}; print(*sorted({{'torch', 'numpy', 'cv2', 'rich', 'aiohttp'}} &"
        " set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT.parent)},
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["livesyn.cli.main", "livesyn.show.launch"])
def test_the_desk_is_light(module):
    assert heavy_after(module) == set()


def test_a_show_begins_with_the_standard_library_and_msgspec():
    """The supervisor lives with what it was born with: nothing that may fail to load, or hang."""
    code = (
        "import sys; before = {*sys.modules}; import livesyn.show.launch;"
        " print(*sorted({name.split('.')[0] for name in {*sys.modules} - before}"
        " - {*sys.stdlib_module_names}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT.parent)},
    )
    found = {*done.stdout.split()} - {"typing_extensions"}  # msgspec's, where it is there
    assert found == {"livesyn", "msgspec"}


def test_the_player_imports_no_torch():
    assert not heavy_after("livesyn.player.process") & {"torch", "cv2", "numpy"}


@pytest.mark.parametrize(
    "module",
    [
        "livesyn.engine.process",
        "livesyn.offline.picture_to_music",
        "livesyn.offline.interpolate",
        "livesyn.offline.music_to_picture",
        "livesyn.offline.sound_to_film",
    ],
)
def test_what_plays_imports_torch_only_for_a_gpu(module):
    """In the inference thread, while the source opens and the page is there already."""
    assert "torch" not in heavy_after(module)

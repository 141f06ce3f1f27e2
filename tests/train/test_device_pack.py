"""What leaves a checkout for a machine that takes little, and comes back whatever happens."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.from_file import module_from

SCRIPT = Path(__file__).parents[2] / "scripts/device/pack"
device_pack = module_from(SCRIPT, "device_pack")


def git(folder, *words):
    names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *names, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A project with code and two checkpoints, of which the sitting reads `kept`."""
    folder = tmp_path / "checkout"
    files = {
        ".gitignore": "/build/\n/data/\n",
        "code.py": "pass\n",
        "models/kept/weights.safetensors": "k" * 500,
        "models/first/weights.safetensors": "f" * 3000,
        "models/first/MODEL_CARD.md": "ümlaut\n",
        "models/second/weights.safetensors": "s" * 2000,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    (folder / "new.py").write_text("# git does not know it yet\n")

    def campaign(*words):
        if words[0] == "pack":
            out = folder / "build/sitting/bundles"
            out.mkdir(parents=True)
            (out / "mnist.npz").write_bytes(b"m" * 1000)
        return {"minutes": 11.0, "shipped": ["kept"]}

    monkeypatch.setattr(device_pack, "ROOT", folder)
    monkeypatch.setattr(device_pack, "campaign", campaign)
    return folder


def contents(folder):
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and not {".git", "build"} & set(p.relative_to(folder).parts)
    }


def test_checkpoints_leave_and_come_back_and_commits_keep_them(checkout, capsys):
    before = contents(checkout)
    assert device_pack.main(["A"]) == 0
    said = capsys.readouterr().out
    assert "3 files are away" in said and "--minutes 9" in said and "--sitting A" in said
    assert set(contents(checkout)) == {
        ".gitignore",
        "code.py",
        "new.py",
        "models/kept/weights.safetensors",
    }
    (checkout / "code.py").write_text("mended\n")
    git(checkout, "commit", "-qam", "mended there")  # all that git sees as changed
    assert git(checkout, "ls-tree", "-r", "--name-only", "HEAD").count("models/") == 4
    assert device_pack.main(["B"]) == 2 and "--back" in capsys.readouterr().err
    assert device_pack.main(["--back"]) == 0 and "3 files are back" in capsys.readouterr().out
    assert contents(checkout) == before | {"code.py": b"mended\n"}
    assert git(checkout, "status", "--porcelain").split() == ["??", "new.py"]
    assert "S " not in git(checkout, "ls-files", "-t")
    assert device_pack.main(["--back"]) == 0 and "0 files" in capsys.readouterr().out


@pytest.mark.parametrize("survived", range(5))
def test_whenever_it_dies_nothing_is_lost(checkout, monkeypatch, survived):
    """Killed before the n-th change: of git's index once, then of each file; and again on the way
    back.
    """
    before = contents(checkout)
    left = [survived]

    def dies(real):
        def step(*words, **options):
            if "update-index" in words or "checkout-index" in words or real is unlink:
                if left[0] == 0:
                    raise MemoryError
                left[0] -= 1
            return real(*words, **options)

        return step

    unlink = Path.unlink
    with monkeypatch.context() as patch:
        patch.setattr(device_pack, "git", dies(device_pack.git))
        patch.setattr(Path, "unlink", dies(unlink))
        for words in (["A"], ["--back"]):
            left[0] = survived
            try:
                device_pack.main(words)
            except MemoryError:
                continue
    assert device_pack.main(["--back"]) == 0
    assert contents(checkout) == before
    assert git(checkout, "status", "--porcelain").split() == ["??", "new.py"]
    assert "S " not in git(checkout, "ls-files", "-t")


def test_what_was_made_in_the_meantime_stays(checkout):
    device_pack.main(["A"])
    there = checkout / "models/first/weights.safetensors"
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text("better")
    device_pack.main(["--back"])
    assert there.read_text() == "better"
    assert "models/first/weights.safetensors" in git(checkout, "status", "--porcelain")
    assert (checkout / "models/second/weights.safetensors").read_text() == "s" * 2000


def test_changes_that_git_has_not_are_not_risked(checkout, capsys):
    (checkout / "models/first/weights.safetensors").write_text("only here")
    assert device_pack.main(["A"]) == 2
    said = capsys.readouterr().err
    assert "commit or undo" in said and "models/first" in said and "Traceback" not in said
    assert len(contents(checkout)) == 7


def test_a_copy_is_what_would_be_sent_and_no_more(checkout, tmp_path, capsys, monkeypatch):
    before = contents(checkout)
    assert device_pack.main(["A", "--copy", str(tmp_path / "copy")]) == 0
    copied = {str(p.relative_to(tmp_path / "copy")) for p in (tmp_path / "copy").rglob("*.*")}
    assert copied - {".gitignore"} == {
        "code.py",
        "new.py",
        "models/kept/weights.safetensors",
        "build/sitting/bundles/mnist.npz",
    }
    assert contents(checkout) == before and not device_pack.note().exists()
    assert device_pack.main(["A", "--copy", str(tmp_path / "copy")]) == 2
    assert "not empty" in capsys.readouterr().err
    monkeypatch.setattr(device_pack, "MOST", 1500)
    assert device_pack.main(["A"]) == 2
    assert "build/sitting/bundles/mnist.npz" in capsys.readouterr().err
    assert contents(checkout) == before


def test_what_an_earlier_sitting_left_goes_along(checkout, tmp_path, capsys):
    (tmp_path / "results").mkdir()
    (tmp_path / "results/results-1.zip").write_bytes(b"zip")
    assert device_pack.main(["B", "--from", str(tmp_path / "results")]) == 0
    assert (checkout / "build/sitting/from/results-1.zip").read_bytes() == b"zip"
    assert "--from build/sitting/from" in capsys.readouterr().out
    assert json.loads(device_pack.note().read_text())[0].startswith("models/")
    device_pack.main(["--back"])

"""Where checkpoints are looked for, and how one is fetched. Servers are on this machine."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesyn.base import model_fetch, models
from livesyn.base.errors import CheckpointError, ConfigError
from livesyn.cli import main
from livesyn.config import sections
from livesyn.offline import music_to_picture
from tests.from_file import module_from

ROOT = Path(__file__).parents[2]
FILES = {"config.json": b'{"kind": "music-vae"}', "weights.safetensors": b"w" * 5000}


def publish(name: str, needs: tuple[str, ...] = (), in_wheel: bool = False) -> models.Published:
    files = tuple(
        models.File(file, len(told), hashlib.sha256(told).hexdigest())
        for file, told in content(name).items()
    )
    return models.Published(name, "music-vae", "a toy", "MIT", in_wheel, needs, files)


def content(name: str) -> dict[str, bytes]:
    return {file: told + name.encode() for file, told in FILES.items()} | {
        "config.json": json.dumps({"kind": "music-vae", "name": name}).encode()
    }


def lay(folder: Path, *names: str) -> Path:
    """A models/ that holds the checkpoints `names`."""
    for name in names:
        (folder / name).mkdir(parents=True)
        for file, told in content(name).items():
            (folder / name / file).write_bytes(told)
    return folder


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As it is when a wheel with the checkpoint `inside` is installed; the user's own folder."""
    lay(tmp_path / "package" / "models", "inside")
    toys = {"inside": publish("inside", in_wheel=True)}
    toys |= {"over": publish("over", ("under",)), "under": publish("under")}
    monkeypatch.setattr(models, "published", lambda: toys)
    monkeypatch.setattr(models, "PACKAGE", tmp_path / "package")
    monkeypatch.setattr(models, "_user_folder", lambda: tmp_path / "own")
    monkeypatch.delenv(models.FOLDER_VARIABLE, raising=False)
    return tmp_path / "own"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The URL of tmp_path/served."""
    (tmp_path / "served").mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path / "served"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_list_is_of_the_top_level_models():
    script = module_from(ROOT / "scripts" / "list_models.py")
    assert models.LIST.read_text(encoding="utf-8") == script.text(), (
        "run scripts/list_models.py again"
    )


def test_what_plays_unless_another_is_named_travels_in_the_wheel():
    inside = {name for name, row in models.published().items() if row.in_wheel}
    assert inside >= {
        sections.DEFAULT_MODEL,
        sections.DEFAULT_PAINTER,
        sections.DEFAULT_STYLE,
        *sections.Model(parts=sections.PARTS).companions.values(),
        music_to_picture.DEFAULT_MODEL,
    }
    needed = {each for name in inside for each in models.published()[name].needs}
    assert needed <= inside
    assert sum(models.published()[name].size_bytes for name in inside) < 90e6


def test_a_checkout_has_its_models_at_the_top(monkeypatch):
    monkeypatch.delenv(models.FOLDER_VARIABLE, raising=False)
    assert models.places() == [ROOT / "models"]


def test_the_user_s_own_come_before_the_wheel_s(wheel):
    assert models.places() == [wheel, models.PACKAGE / "models"]
    assert models.folder_of("inside") == models.PACKAGE / "models" / "inside"
    lay(wheel, "inside")
    assert models.folder_of("inside") == wheel / "inside"


def test_a_folder_can_be_named(wheel, tmp_path, monkeypatch):
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(lay(tmp_path / "named", "over")))
    assert models.folder_of("over") == tmp_path / "named" / "over"
    assert models.folder_of(str(tmp_path / "named" / "over")) == tmp_path / "named" / "over"
    assert models.folder_of("under") is None and models.folder_of("") is None


def test_without_a_home_the_wheel_s_play_and_a_folder_is_to_be_named(wheel, tmp_path, monkeypatch):
    def homeless() -> Path:
        raise ConfigError("HOME is not set")

    monkeypatch.setattr(models, "_user_folder", homeless)
    assert models.folder_of("inside") is not None
    with pytest.raises(CheckpointError, match="no home folder.*LIVESYN_MODELS"):
        model_fetch.get("under", str(lay(tmp_path / "source", "under")))


def test_what_is_not_here_names_the_command(wheel):
    with pytest.raises(CheckpointError) as refused:
        raise models.absent("over", "music-vae")
    assert "livesyn models get over --from FOLDER_OR_URL" in str(refused.value)
    assert "there are: inside" in str(models.absent("nobody's"))
    assert "models get" not in str(models.absent("over", "syn-vae"))


def test_a_damaged_one_of_ours_names_the_command(wheel, tmp_path):
    assert "models get inside" in models.fetch_again(models.PACKAGE / "models" / "inside")
    assert models.fetch_again(tmp_path / "inside") == "fetch the checkpoint again"


@pytest.mark.parametrize("source", ["", "over", "over/", ".."])
def test_it_and_what_it_plays_over_come_from_a_folder(wheel, tmp_path, source):
    folder = lay(tmp_path / "source" / "models", "over", "under")
    assert model_fetch.get("over", f"{folder}/{source}") == [wheel / "over", wheel / "under"]
    assert not models.wrong_in(wheel / "over", "over")
    assert sorted(path.name for path in wheel.iterdir()) == ["over", "under"]
    assert model_fetch.get("over", "/nowhere") == [], "it is here"


@pytest.mark.parametrize("source", ["", "/", "/over"])
def test_it_comes_from_a_url(wheel, tmp_path, served, source):
    lay(tmp_path / "served", "over", "under")
    model_fetch.get("over", served + source)
    assert models.folder_of("under") == wheel / "under"
    assert not models.wrong_in(wheel / "under", "under")


def test_what_is_not_as_published_is_refused_whole(wheel, tmp_path, served):
    folder = lay(tmp_path / "served", "under")
    weights = folder / "under" / "weights.safetensors"
    whole = weights.read_bytes()
    for other in (whole[:-1], whole + b"x", b"", b"v" + whole[1:]):
        weights.write_bytes(other)
        for source in (str(folder), served):
            with pytest.raises(CheckpointError, match=r"weights.*SHA-256.*nothing was taken"):
                model_fetch.get("under", source)
    weights.unlink()
    with pytest.raises(CheckpointError, match=r"weights.safetensors cannot be read"):
        model_fetch.get("under", served)
    assert not list(wheel.iterdir())


def test_a_damaged_one_is_fetched_anew(wheel, tmp_path):
    source = str(lay(tmp_path / "source", "inside", "under"))
    model_fetch.get("under", source)
    (wheel / "under" / "weights.safetensors").write_bytes(b"")
    assert model_fetch.get("under", source) == [wheel / "under"]
    shutil.rmtree(models.PACKAGE / "models" / "inside")
    assert model_fetch.get("inside", source) == [wheel / "inside"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("/nowhere/at/all", "is not in /nowhere/at/all .*no such file"),
        ("http://127.0.0.1:9", "refused"),
        ("http://[", "cannot be read"),
        ("ftp://example.invalid/models", "is not in ftp"),
    ],
)
def test_a_source_without_it_is_one_sentence(wheel, source, said):
    with pytest.raises(CheckpointError, match=said) as refused:
        model_fetch.get("under", source)
    assert "\n" not in str(refused.value)


def test_one_that_is_not_published_is_refused(wheel):
    with pytest.raises(CheckpointError, match="no checkpoint 'mine'; it is one of: inside, over"):
        model_fetch.get("mine", "/")


def test_a_folder_that_cannot_be_written_is_one_sentence(wheel, tmp_path):
    wheel.write_text("a file is in the way")
    with pytest.raises(CheckpointError, match=r"cannot be written.*LIVESYN_MODELS"):
        model_fetch.get("under", str(lay(tmp_path / "source", "under")))


def test_the_list_says_what_where_and_under_which_licence(wheel, tmp_path, capsys):
    lay(wheel, "mine")
    (models.PACKAGE / "models" / "inside" / "weights.safetensors").write_bytes(b"other")
    assert main.main(["models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows["over"]["folder"] is None and rows["over"]["needs"] == ["under"]
    assert rows["inside"]["changed"] == "weights.safetensors"
    assert rows["mine"]["published"] is False and rows["mine"]["size_bytes"] > 5000
    assert main.main(["models"]) == 0
    said = capsys.readouterr().out
    assert "a toy, 0.0 MB, MIT (plays over under)" in said
    assert "not here; fetch it with: livesyn models get under --from FOLDER_OR_URL" in said
    assert str(wheel / "mine") in said
    source = str(lay(tmp_path / "source", "over", "under"))
    assert main.main(["models", "get", "over", "--from", source]) == 0
    assert capsys.readouterr().out.splitlines() == [str(wheel / "over"), str(wheel / "under")]
    assert main.main(["models", "get", "over", "--from", source]) == 0
    assert "is here already" in capsys.readouterr().out

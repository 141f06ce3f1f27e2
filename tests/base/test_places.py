"""Paths that users name and the folder for a show's sockets, on machines that lack something."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

from livesyn.base import places
from livesyn.base.errors import ConfigError
from livesyn.base.places import LOCK, in_utf8, leave_gone_folder, path_of, private_folder

POSIX = pytest.mark.skipif(os.name != "posix", reason="homes, links and sockets as on POSIX")


@pytest.fixture(autouse=True)
def temp(tmp_path, monkeypatch):
    """A temporary folder of the test's own, with a path as short as most have."""
    with tempfile.TemporaryDirectory(dir="/tmp" if os.name == "posix" else None) as folder:
        monkeypatch.setattr(tempfile, "tempdir", None)
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        monkeypatch.setattr(places, "_gone", False)
        yield Path(folder)
    tempfile.tempdir = None


def test_a_path_is_what_it_says(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert path_of("~/a") == tmp_path / "a" and path_of("b/~") == Path("b/~")


@POSIX
@pytest.mark.parametrize("text", ["~nosuchuser/x", "~nosuchuser"])
def test_a_home_that_nobody_has_is_one_sentence(text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="no such user"):
        path_of(text)
    (tmp_path / "~nosuchuser").touch()
    assert path_of("~nosuchuser") == Path("~nosuchuser"), "a file that is really called so"


@POSIX
def test_a_user_without_a_home(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a uid without an entry
    with pytest.raises(ConfigError, match="HOME is not set"):
        path_of("~/x")
    assert path_of("x") == Path("x")


def test_a_zero_byte_is_one_sentence():
    with pytest.raises(ConfigError, match="zero byte"):
        path_of("a\0b")


@POSIX
def test_a_folder_that_is_gone(tmp_path, monkeypatch):
    before, gone = Path.cwd(), tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    try:
        gone.rmdir()
        leave_gone_folder()
        with pytest.raises(ConfigError, match="is gone"):
            path_of("out")
        assert path_of(str(tmp_path)) == tmp_path and Path.cwd() == Path("/")
    finally:
        os.chdir(before)


@POSIX
@pytest.mark.parametrize("name", [b"caf\xe9.txt", "café.txt".encode()], ids=["latin-1", "utf-8"])
def test_a_name_for_libraries_that_take_utf_8_alone(tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    path.write_text("text")
    with in_utf8(path) as told:
        assert told.encode() and Path(told).read_text() == "text"


def holds_a_socket(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.bind(str(folder / places.LONGEST_NAME))
    (folder / places.LONGEST_NAME).unlink()
    return True


def test_the_folder_is_private_and_goes(temp):
    with private_folder() as folder:
        assert folder.parent == temp and folder.is_dir()
        assert os.name != "posix" or folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


@POSIX
@pytest.mark.parametrize("variable", ["TMPDIR", "XDG_RUNTIME_DIR"])
def test_a_long_path_is_passed_over(temp, monkeypatch, variable):
    long = temp / ("a" * 95)
    long.mkdir()
    monkeypatch.setenv(variable, str(long))
    with private_folder() as folder:
        assert holds_a_socket(folder) and long not in folder.parents
    assert not list(long.iterdir())


@POSIX
@pytest.mark.parametrize("runtime", ["another's", "missing", "relative", "file"])
def test_a_runtime_folder_that_is_not_ones_own_is_passed_over(temp, monkeypatch, runtime):
    (temp / "x").mkdir()
    (temp / "file").touch()
    if runtime == "another's":
        monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
        monkeypatch.setattr("os.path.isdir", lambda path: "/run/user" not in str(path))
    monkeypatch.chdir(temp)
    told = {"another's": temp / "x", "missing": temp / "no", "relative": "x", "file": temp / "file"}
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(told[runtime]))
    with private_folder() as folder:
        assert folder.parent == temp and holds_a_socket(folder)


@POSIX
def test_where_no_folder_will_do_the_sentence_names_the_variable(temp, monkeypatch):
    def refuse(path):
        raise OSError(36, "File name too long")

    monkeypatch.setattr(places, "_try_socket", refuse)
    with pytest.raises(ConfigError, match=r"file name too long.*set TMPDIR"), private_folder():
        pass
    assert not list(temp.iterdir())


@POSIX
def test_no_usable_temporary_folder_at_all_is_no_fault(monkeypatch):
    def nowhere():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    assert Path("/tmp") in places._bases()


def left_behind(base: Path) -> Path:
    """A folder as a killed show leaves it: its lock is held by nobody."""
    folder = Path(tempfile.mkdtemp(prefix=places.PREFIX, dir=base))
    lock = places.take_lock(folder)
    assert lock is not None
    os.close(lock)
    (folder / "player.json").touch()
    return folder


def test_what_killed_shows_left_is_removed_and_nothing_else(temp):
    with private_folder() as alive:
        dead = left_behind(temp)
        fresh = Path(tempfile.mkdtemp(prefix=places.PREFIX, dir=temp))  # no lock is in it yet
        mine = temp / "livesyn-recordings"
        mine.mkdir()
        (mine / LOCK).touch()
        with private_folder() as folder:
            assert not dead.exists()
            assert alive.is_dir() and fresh.is_dir() and mine.is_dir() and folder.is_dir()


def test_what_was_left_where_another_folder_would_do_now_is_removed_too(
    temp, tmp_path, monkeypatch
):
    left = left_behind(temp)
    monkeypatch.setattr(places, "_bases", lambda: [tmp_path, temp])
    with private_folder() as folder:
        assert folder.parent == tmp_path and not left.exists()


@POSIX
def test_links_and_others_folders_are_left_alone(temp, tmp_path, monkeypatch):
    away = left_behind(tmp_path)
    link = temp / "livesyn-abcd1234"
    link.symlink_to(away)
    places.remove_dead(temp)
    assert link.is_symlink() and away.is_dir()
    others = left_behind(temp)
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    places.remove_dead(temp)
    assert others.is_dir()


@POSIX
def test_a_disk_without_locks_is_no_fault(temp, monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    with private_folder() as folder:
        assert not list(folder.iterdir())
        with private_folder():
            assert folder.is_dir()

"""Where the set log of a show goes."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from livesyn.base.errors import ConfigError
from livesyn.config.sections import AUTO, OFF, Config, Log
from livesyn.show import set_logs

MORNING_S = 1.0e9


def config(to: str) -> Config:
    return Config(log=Log(to=to))


def test_by_default_it_goes_into_a_folder_of_the_users_own(tmp_path, monkeypatch):
    monkeypatch.setenv(set_logs.FOLDER_VARIABLE, str(tmp_path / "sets"))
    found = [set_logs.named(config(AUTO), MORNING_S).log.to for _ in range(2)]
    assert len(set(found)) == 2  # two shows of one second
    for to in found:
        assert Path(to).parent == tmp_path / "sets" and Path(to).name.startswith("livesyn-2001-09-")
    assert set_logs.named(config(OFF)).log.to == OFF


def test_where_there_is_no_home_the_show_goes_on_without(monkeypatch):
    def homeless(name: str) -> Path:
        raise ConfigError("no home")

    monkeypatch.delenv(set_logs.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(set_logs, "user_folder", homeless)
    assert set_logs.named(config(AUTO), MORNING_S).log.to == OFF


def test_a_folder_takes_a_file_for_each_show_and_a_file_is_appended_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("logs", "logs/", str(tmp_path / "deep" / "er") + os.sep):
        found = Path(set_logs.named(config(name), MORNING_S).log.to)
        assert found.parent == Path(name).resolve() and found.suffix == set_logs.SUFFIX
    for _ in range(2):
        assert set_logs.named(config("tonight.jsonl")).log.to == str(tmp_path / "tonight.jsonl")


def test_a_place_that_cannot_be_written_is_refused_at_the_desk(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        set_logs.check(config(str(tmp_path / "file" / "set.jsonl")))
    set_logs.check(config(str(tmp_path / "new" / "set.jsonl")))
    set_logs.check(config(AUTO))
    set_logs.check(config(OFF))


def test_only_the_oldest_of_its_own_logs_make_room(tmp_path):
    for day in range(5):
        (tmp_path / f"livesyn-2026-01-0{day + 1}-200000.jsonl").write_bytes(b"x" * 100)
    (tmp_path / "mine.jsonl").write_bytes(b"x" * 100)
    set_logs.make_room(tmp_path, 250)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "livesyn-2026-01-04-200000.jsonl",
        "livesyn-2026-01-05-200000.jsonl",
        "mine.jsonl",
    ]


def test_the_file_and_not_the_folder_is_what_children_are_told(tmp_path):
    """So that a player that is started again goes on in the same log."""
    named = set_logs.named(config(str(tmp_path)), MORNING_S)
    assert set_logs.named(named, MORNING_S + 60).log.to == named.log.to
    assert replace(named, log=Log()) == replace(config(AUTO), log=Log())

"""Whether the machine is full: by Linux's pressure figures, else by its load."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from livesyn.base import load

LINE = (
    "some avg10={} avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
)


@pytest.mark.parametrize(("share", "full"), [("0.00", False), ("39.90", False), ("71.25", True)])
def test_pressure_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: str, full: bool
) -> None:
    (tmp_path / "cpu").write_text(LINE.format(share))
    monkeypatch.setattr(load, "PRESSURE", tmp_path / "cpu")
    said = load.machine_full()
    assert bool(said) == full and ("71 %" in said) == full


def test_without_pressure_the_load_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "PRESSURE", tmp_path / "none")
    monkeypatch.setattr(load, "cores", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (1.0, 0.0, 0.0), raising=False)
    assert load.machine_full() == ""
    monkeypatch.setattr(os, "getloadavg", lambda: (7.0, 0.0, 0.0), raising=False)
    assert "3.5 programs" in load.machine_full()


def test_where_nothing_is_known_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> tuple[float, float, float]:
        raise OSError("not here")

    monkeypatch.setattr(load, "PRESSURE", tmp_path / "none")
    monkeypatch.setattr(os, "getloadavg", unknown, raising=False)
    assert load.machine_full() == ""

"""Sets of pictures as spreadsheets, phones and other systems leave them."""

from __future__ import annotations

import logging
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from livesyn.base.errors import DataError
from livesyn.media import picture_file
from livesyn.train.data import bundles, musart, pictures, scores

SOURCE = pictures.Source(size=8, held_out=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty pictures, of which some are called in other letters, cases and kinds."""
    where = tmp_path / "set"
    (where / "Saal 1").mkdir(parents=True)
    random = np.random.default_rng(0)
    for i in range(40):
        name = ("p{}.png", "P{}.JPG", "p{}.JPEG", "Saal 1/ö{}.jfif")[i % 4].format(i)
        colour = random.integers(0, 255, 3)
        path = where / unicodedata.normalize("NFD", name)
        Image.fromarray(np.full((20, 30, 3), colour, np.uint8)).save(
            path, "PNG" if i % 4 == 0 else "JPEG"
        )
    return where


def names(found: dict[str, pictures.Pictures]) -> list[str]:
    return sorted(name for split in found.values() for name in split.names)


def test_a_manifest_from_a_spreadsheet_on_another_system(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = ["sep=;", "File Name;Era;Rights;Split"]
    for path in sorted(folder.rglob("*.*")):
        name = unicodedata.normalize("NFC", str(path.relative_to(folder))).replace("/", "\\")
        rows.append(f"{name};alt;CC0 für alle;TEST" if len(rows) < 8 else f"{name};neu;CC0;")
    rows += [rows[5], rows[6].replace(";alt", ";neu"), ";;;", "", "gone.jpg;neu;CC0;"]
    (folder / "MANIFEST.CSV").write_bytes("\r\n".join(rows).encode("utf-16"))
    found = pictures.load(folder, pictures.Source(size=8, held_out=4, label="Era"))
    assert len(names(found)) == 40 == len(set(names(found)))
    assert len(found["test"]) == 6 and set(found["test"].labels) == {"alt"}
    said = [record.getMessage() for record in caplog.records]
    assert sum("'gone.jpg' cannot be read" in text for text in said) == 1
    assert sum("stands twice" in text for text in said) == 1


def test_a_folder_without_one_reads_every_suffix_in_any_case(folder: Path) -> None:
    (folder / "._p1.jpg").write_bytes(b"what a Mac leaves")
    assert len(names(pictures.load(folder, SOURCE))) == 40


def test_the_same_split_however_letters_are_composed(folder: Path, tmp_path: Path) -> None:
    there = pictures.load(folder, SOURCE)
    for path in sorted(folder.rglob("*.*")):
        path.rename(path.with_name(unicodedata.normalize("NFC", path.name)))
    here = pictures.load(folder, SOURCE)
    for split in ("train", "valid", "test"):
        assert {unicodedata.normalize("NFC", name) for name in there[split].names} == set(
            here[split].names
        )


def test_an_archive_in_capitals_with_what_a_mac_adds(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "SET.ZIP", "w") as archive:
        for path in sorted(folder.rglob("*.*")):
            archive.write(path, f"old/{path.name}")
            archive.writestr(f"__MACOSX/old/._{path.name}", b"nothing")
    assert len(names(pictures.load(tmp_path / "SET.ZIP", SOURCE))) == 40


def test_a_damaged_member_is_left_out_and_named(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in sorted(folder.rglob("*.*")):
            archive.write(path, f"old/{path.name}")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[data.index(b"old/P1.JPG") + 12] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert len(names(pictures.load(tmp_path / "a.zip", SOURCE))) == 39
    assert "P1.JPG" in caplog.text


def test_pictures_too_large_are_named_and_counted_and_icons_are_taken(
    folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for i in range(2):
        Image.new("1", (700, 500)).save(folder / f"scan{i}.png")
    Image.new("RGB", (32, 32), (9, 200, 9)).save(folder / "icon.ico")
    monkeypatch.setattr(picture_file, "MOST_PIXELS", 300_000)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder))
    for where in (folder, tmp_path / "set.zip"):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            found = names(pictures.load(where, SOURCE))
        assert len(found) == 41 and "icon.ico" in found
        assert "'scan0.png' is too large: 700 × 500 are 350,000 pixels, and at most" in caplog.text
        assert "2 of 43 pictures are left out" in caplog.text


def test_a_damaged_array_file_is_one_sentence(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros((40, 8, 8), np.uint8))
    data = (tmp_path / "a.npz").read_bytes()
    for cut in (0, 10, len(data) // 2):
        (tmp_path / "A.NPZ").write_bytes(data[:cut])
        with pytest.raises(DataError, match="is not an .npz"):
            pictures.load(tmp_path / "A.NPZ", SOURCE)


def test_a_bundle_finds_the_same_pictures(folder: Path, tmp_path: Path) -> None:
    rows = ["file,era,rights"]
    for path in sorted(folder.rglob("*.*")):
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        rows.append(f"{name},old,CC0")
    (folder / "manifest.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    data = tmp_path / "data"
    data.mkdir()
    folder.rename(data / "paintings")
    bundles.pack(data, tmp_path / "out", ["CC0"])
    with zipfile.ZipFile(tmp_path / "out" / "paintings.zip") as archive:
        assert len(archive.namelist()) == 40


def test_music_owes_what_its_manifest_says(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_bytes(
        "Path;Composer;Title;License;Source\r\n"
        "baroque\\A.MID;Bach;Fuge;CC BY;kern\\bach\\1\r\n"
        "baroque\\b.mid;Bach;Air;Public Domain;kern\\bach\\2\r\n".encode("cp1252")
    )
    assert musart._attribution(tmp_path, {"baroque/a.mid", "baroque/b.mid"}) == [
        f"Bach, Fuge: CC BY, {tmp_path.name}/kern\\bach\\1"
    ]
    row = {"license": "CC BY", "title": "Fuge"}
    assert scores.attribution_of(row, "set") == "Fuge: CC BY, set/"
    assert scores.attribution_of({"title": "Fuge"}, "set") == ""

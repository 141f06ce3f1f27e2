"""A folder as an afternoon: the same notes as alone, resumed, nothing lost, a page that is safe to
open.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from livesyn.base import params
from livesyn.base.errors import DataError, DeviceError
from livesyn.base.types import Note
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.offline import picture_to_music
from livesyn.offline.batched import ROWS
from livesyn.offline.folder import translation
from livesyn.offline.folder.gallery import PREFIX, SUFFIX, Gallery
from livesyn.offline.folder.labels import Label, label_of, labels_in
from livesyn.offline.folder.record import Record, Settings, open_record
from livesyn.offline.folder.translation import FolderTranslation, works_in
from tests.toys import save_toy

BARS = 2


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_toy(tmp_path_factory.mktemp("toy")))


def paint(path: Path, number: int, size: tuple[int, int] = (70, 50), **options: Any) -> Path:
    """A picture of coloured blocks, another for each number."""
    blocks = np.random.default_rng(number).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize(size, Image.Resampling.NEAREST).save(path, **options)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six pictures."""
    made = tmp_path / "pictures"
    made.mkdir()
    for number in range(6):
        paint(made / f"p{number}.png", number)
    return made


def run(source: Path, out: Path, toy: str, **options: Any) -> list[Path]:
    usual: dict[str, Any] = {"wav": False, "bars": BARS, "model": toy, "quiet": True}
    return picture_to_music.translate(source, out, **usual | options)


def names(written: list[Path]) -> list[str]:
    return [path.name for path in written]


def midi(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.mid"))}


def data_of(out: Path) -> dict:
    text = (out / "gallery" / "data.js").read_text(encoding="ascii")
    return json.loads(text.removeprefix(PREFIX).removesuffix(SUFFIX))


def test_a_picture_gives_the_same_notes_alone_in_a_batch_and_in_any_other(
    toy: str, tmp_path: Path
) -> None:
    all_, few = tmp_path / "all", tmp_path / "few"
    all_.mkdir()
    few.mkdir()
    count = ROWS + 5
    for number in range(count):
        paint(all_ / f"p{number:02}.png", number)
    for number in (3, 20, count - 1):
        shutil.copy(all_ / f"p{number:02}.png", few)
    run(all_, tmp_path / "a", toy)
    run(few, tmp_path / "f", toy)
    together, other = midi(tmp_path / "a"), midi(tmp_path / "f")
    assert len(together) == count and len(set(together.values())) > count - 3  # music of their own
    assert other.items() <= together.items()
    for number in range(0, count, 4):
        run(all_ / f"p{number:02}.png", tmp_path / "alone", toy)
    assert midi(tmp_path / "alone").items() <= together.items()


def test_the_shipped_model_too(tmp_path: Path) -> None:
    """Its products are large enough for every kernel of the machine's matrix library."""
    for number in range(7):
        paint(tmp_path / f"p{number}.jpg", number, (300, 200), quality=90)
    run(tmp_path, tmp_path / "all", "synvae-art")
    for number in (0, 6):
        run(tmp_path / f"p{number}.jpg", tmp_path / "alone", "synvae-art")
    assert len(midi(tmp_path / "all")) == 7
    assert midi(tmp_path / "alone").items() <= midi(tmp_path / "all").items()


def test_many_are_decoded_at_once(
    toy: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    encode, decode = Model.encode_many, Model.decode_many

    def encode_many(self: Model, pictures: Any) -> Any:
        asked.append(("encode", len(pictures)))
        return encode(self, pictures)

    def decode_many(self: Model, z: Any, *rest: Any) -> Any:
        asked.append(("decode", len(z)))
        return decode(self, z, *rest)

    monkeypatch.setattr(Model, "encode_many", encode_many)
    monkeypatch.setattr(Model, "decode_many", decode_many)
    run(folder, tmp_path / "out", toy, bars=4)
    assert asked == [("encode", ROWS), *[("decode", ROWS)] * 4]


def test_a_second_run_makes_only_what_is_missing(
    toy: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert len(run(folder, out, toy)) == 6
    whole, page = midi(out), data_of(out)
    assert run(folder, out, toy) == []
    assert midi(out) == whole and data_of(out) == page

    (out / "p1.mid").unlink()
    (out / "gallery" / "thumbs" / f"{page['pictures'][2]['key']}.jpg").unlink()
    paint(folder / "p3.png", 33)
    paint(folder / "p9.png", 9)
    (folder / "p4.png").unlink()
    written = picture_to_music.translate(folder, out, model=toy, wav=False, bars=BARS)
    assert names(written) == ["p1.mid", "p2.mid", "p3.mid", "p9.mid"]
    assert "4 pictures translated, 2 were done before" in capsys.readouterr().err
    assert midi(out)["p3.mid"] != whole["p3.mid"]
    assert {
        name: data for name, data in midi(out).items() if name in ("p0.mid", "p1.mid", "p2.mid")
    } == {name: whole[name] for name in ("p0.mid", "p1.mid", "p2.mid")}
    assert [picture["name"] for picture in data_of(out)["pictures"]] == [
        "p0",
        "p1",
        "p2",
        "p3",
        "p5",
        "p9",
    ]


def test_other_settings_are_refused_in_a_sentence_and_made_again_when_wanted(
    toy: str, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(folder, out, toy)
    before, held = midi(out), (out / "translate.json").read_text()
    other = str(save_toy(tmp_path / "other", seed=5))
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"seed": 3}, "seed 0, now 3"),
        ({"bars": 3}, "bars 2, now 3"),
        ({"values": {"tempo": 90.0}}, "tempo 110, now 90"),
        ({"model": other}, "model .*, now .*other"),
    )
    for options, words in changes:
        with pytest.raises(DataError, match=f"{words}.*--again"):
            run(folder, out, toy, **options)
    assert midi(out) == before and (out / "translate.json").read_text() == held

    moved = tmp_path / "moved"  # the same weights, wherever they lie, are the same model
    shutil.copytree(toy, moved)
    assert run(folder, out, str(moved)) == []

    assert len(run(folder, out, toy, seed=3, again=True)) == 6
    assert all(midi(out)[name] != data for name, data in before.items())
    with pytest.raises(DataError, match="seed 3, now 0"):
        run(folder, out, toy)


def test_a_new_parameter_at_its_default_is_no_other_setting() -> None:
    then = Settings("m", "w", 0, 8, {"tempo": 110.0})
    assert Settings("m", "w", 0, 8, params.defaults()).other(then) == []
    assert Settings("m", "w", 0, 8, params.defaults() | {"radius": 0.5}).other(then) == [
        "radius 1, now 0.5"
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 9}', '{"format": 1, "settings": {}, "done": {}}']
)
def test_a_damaged_record_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "translate.json").write_text(text)
    settings = Settings("m", "w", 0, 8, params.defaults())
    with pytest.raises(DataError, match=r"damaged.*--again"):
        open_record(tmp_path, settings, again=False)
    assert open_record(tmp_path, settings, again=True).done == {}


def test_what_cannot_be_read_is_named_skipped_and_counted(
    toy: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "no picture.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (folder / "p2.png").write_bytes((folder / "p2.png").read_bytes()[:60])
    written = picture_to_music.translate(folder, tmp_path / "out", model=toy, wav=False, bars=BARS)
    said = capsys.readouterr().err
    assert names(written) == ["p0.mid", "p1.mid", "p3.mid", "p4.mid", "p5.mid"]
    assert "5 pictures translated; 2 failed:" in said
    # when it is met, and at the end
    assert (
        said.count("'no picture.jpg' cannot be read") == 2
        and said.count("'p2.png' cannot be read") == 2
    )
    paint(folder / "p2.png", 2)
    assert names(run(folder, tmp_path / "out", toy)) == ["p2.mid"]


def afternoon_of(
    toy: str,
    folder: Path,
    out: Path,
    render: Callable[[Path], Path] | None = None,
    advance: Callable[[], None] = lambda: None,
    said: list[str] | None = None,
) -> tuple[FolderTranslation, Record]:
    out.mkdir(exist_ok=True)
    settings = Settings(toy, "w", 0, BARS, params.defaults())
    run = FolderTranslation(
        folder,
        out,
        Model.load(toy, "cpu", threads=1),
        0,
        BARS,
        params.defaults(),
        render,
        (said if said is not None else []).append,
        advance,
    )
    return run, open_record(out, settings, again=False)


@pytest.mark.parametrize("with_sound", [False, True])
def test_ctrl_c_loses_at_most_the_batch(
    with_sound: bool, toy: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, tmp_path / "whole", toy)
    monkeypatch.setattr(translation, "ROWS", 2)
    monkeypatch.setattr(translation, "AT_ONCE", 1)
    out, over = tmp_path / "out", []

    def advance() -> None:
        over.append(1)
        if len(over) == 3:  # in the middle of the second batch
            raise KeyboardInterrupt

    def render(path: Path) -> Path:
        path.with_suffix(".wav").write_bytes(b"RIFF")
        return path.with_suffix(".wav")

    sound = render if with_sound else None
    stopped, record = afternoon_of(toy, folder, out, sound, advance=advance)
    with pytest.raises(KeyboardInterrupt):
        stopped.run(works_in(folder), record)
    held = json.loads((out / "translate.json").read_text())["done"]
    assert {"p0", "p1"} <= set(held)
    assert set(held) == {picture["name"] for picture in data_of(out)["pictures"]}
    again, record = afternoon_of(toy, folder, out, sound)
    outcome = again.run(works_in(folder), record)
    assert (outcome.before, outcome.done) == (len(held), 6 - len(held))
    assert midi(out) == midi(tmp_path / "whole")


def test_sound_is_made_beside_and_its_failure_is_local(
    toy: str, folder: Path, tmp_path: Path
) -> None:
    def render(path: Path) -> Path:
        if path.stem == "p3":
            raise DeviceError("p3 has no sound")
        path.with_suffix(".wav").write_bytes(b"RIFF")
        return path.with_suffix(".wav")

    out = tmp_path / "out"
    said: list[str] = []
    first, record = afternoon_of(toy, folder, out, render, said=said)
    outcome = first.run(works_in(folder), record)
    assert outcome.failed == said == ["p3 has no sound"]
    assert names(outcome.written)[:2] == ["p0.mid", "p0.wav"] and len(outcome.written) == 10
    assert [len(picture["files"]) for picture in data_of(out)["pictures"]] == [2, 2, 2, 1, 2, 2]
    (out / "p1.wav").unlink()
    again, record = afternoon_of(toy, folder, out, lambda path: path.with_suffix(".wav"))
    assert names(again.run(works_in(folder), record).written) == [
        "p1.mid",
        "p1.wav",
        "p3.mid",
        "p3.wav",
    ]
    silent, record = afternoon_of(toy, folder, out)
    assert silent.run(works_in(folder), record).before == 6  # without sound there is nothing to do


def test_names_are_told_apart(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png", "A.png", "b.png.jpg", "b.jpg", "b.png"):
        (tmp_path / name).write_bytes(b"x")
    found = {work.path.name: work.name for work in works_in(tmp_path)}
    assert (
        len({name.casefold() for name in found.values()}) == len(found) == len(os.listdir(tmp_path))
    )
    assert found["A.png"] == "A" and found["a.jpg"] == "a.jpg" and found["b.jpg"] == "b"


def test_the_page_has_every_note_and_no_markup_from_outside(toy: str, tmp_path: Path) -> None:
    source, out = tmp_path / 'a <b>wall & "more"', tmp_path / "out"
    source.mkdir()
    evil = "<img src=x onerror=alert(1)>.png"
    paint(source / evil, 1)
    paint(source / "second_picture.png", 2, (1600, 900))
    (source / "manifest.csv").write_text(
        '\ufefffile,title,artist,year\nsecond_picture.png,"</script><script>alert(2)\u2028</script>",Ærø'
        " & Søn,1888\n",
        encoding="utf-8",
    )
    run(source, out, toy)
    text = (out / "gallery" / "data.js").read_bytes()
    assert b"<" not in text and text.isascii()
    page = data_of(out)
    assert page["title"] == source.name and page["beats"] == 4 * BARS and page["bpm"] == 110
    first, second = page["pictures"]
    assert (first["title"], first["artist"]) == (evil.removesuffix(".png"), "")
    assert (second["title"], second["artist"], second["year"]) == (
        "</script><script>alert(2)\u2028</script>",
        "Ærø & Søn",
        "1888",
    )
    assert first["files"] == ["%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E.mid"]
    assert (first["size"], second["size"]) == ([70, 50], [960, 540])
    for picture in page["pictures"]:
        for kind, longest in (("pictures", 960), ("thumbs", 400)):
            with Image.open(out / "gallery" / kind / f"{picture['key']}.jpg") as image:
                assert max(image.size) == min(longest, max(picture["size"]))
        assert len(picture["notes"]) % 4 == 0 and picture["notes"]
        assert all(0 <= tick < page["beats"] * page["ticks"] for tick in picture["notes"][::4])
        assert all(21 <= pitch <= 108 for pitch in picture["notes"][2::4])
    html = (out / "index.html").read_text(encoding="utf-8")
    assert (
        "<b>wall" not in html
        and "a &lt;b&gt;wall &amp; &quot;more&quot;" in html
        and "{{" not in html
    )
    assert (
        "http" not in html
        and "export" not in (out / "gallery" / "synth.js").read_text().split("class Synth")[0]
    )


def test_nothing_of_a_camera_is_shown_and_pictures_stand_upright(toy: str, tmp_path: Path) -> None:
    source = tmp_path / "photos"
    source.mkdir()
    exif = Image.Exif()
    exif[274], exif[271] = 6, "Camera of mine"  # turned by a quarter
    paint(source / "a.jpg", 1, (80, 40), exif=exif.tobytes(), comment=b"at home")
    plain = paint(source / "b.jpg", 2, (80, 40))
    run(source, tmp_path / "out", toy)
    turned, same = data_of(tmp_path / "out")["pictures"]
    shown = tmp_path / "out" / "gallery" / "pictures"
    assert turned["size"] == [40, 80]
    with Image.open(shown / f"{turned['key']}.jpg") as image:
        assert image.size == (40, 80) and not image.getexif()
    for file in (tmp_path / "out" / "gallery").rglob("*.jpg"):
        assert b"Camera" not in file.read_bytes() and b"at home" not in file.read_bytes()
    assert (shown / f"{same['key']}.jpg").read_bytes() == plain.read_bytes()


def test_a_label_comes_from_the_manifest_or_the_file(tmp_path: Path) -> None:
    assert labels_in(tmp_path) == {}
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "File, Title ,artist\nhall/a.jpg,Night,\nb_c.jpg,,Someone,extra\n,lost,\n", encoding="utf-8"
    )
    labels = labels_in(tmp_path)
    assert labels == {"a.jpg": Label("Night"), "b_c.jpg": Label("b c", "Someone")}
    assert label_of("x_y.png", labels) == Label("x y")
    manifest.write_text("title,artist\nNight,Someone\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column 'file'"):
        labels_in(tmp_path)


def test_a_label_is_found_however_the_name_is_written(tmp_path: Path) -> None:
    (tmp_path / "Manifest.csv").write_bytes(
        'Dateiname;File Name;Title\r\n1;Saal\\Du\u0308rer.JPG;"Hase;\r\nsitzend"\r\n'.encode(
            "utf-16"
        )
    )
    labels = labels_in(tmp_path)
    assert label_of("D\u00fcrer.jpg", labels) == Label("Hase;\nsitzend")


def test_a_manifest_that_says_nothing_does_not_stop_it(
    toy: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "manifest.csv").write_text("title\nNight\n", encoding="utf-8")
    picture_to_music.translate(folder, tmp_path / "out", model=toy, wav=False, bars=1)
    assert "no column 'file'" in capsys.readouterr().err
    assert [picture["title"] for picture in data_of(tmp_path / "out")["pictures"]] == [
        f"p{n}" for n in range(6)
    ]
    (folder / "manifest.csv").write_text("file,title\np0.png,Night\n", encoding="utf-8")
    # a label is no reason to play again, but is hung
    assert run(folder, tmp_path / "out", toy, bars=1) == []
    assert data_of(tmp_path / "out")["pictures"][0]["title"] == "Night"


def test_the_gallery_survives_a_damaged_page(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    gallery.prepare()
    gallery.hang("a", (3, 2), [Note(0.5, 0.25, 60, 90)], wav=False)
    gallery.write("wall", 110, 8, [("a", Label("A")), ("missing", Label("M"))])
    assert data_of(tmp_path)["pictures"][0]["notes"] == [240, 120, 60, 90]
    for text in ("", "window.x = 3", PREFIX + "{}" + SUFFIX, PREFIX + "[1]" + SUFFIX):
        (tmp_path / "gallery" / "data.js").write_text(text)
        again = Gallery(tmp_path)
        again.remember()
        assert again.pictures == {} and not again.holds("a")


def test_a_full_or_closed_folder_is_one_sentence(
    toy: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("livesyn.music.midi_file.save", full)
    with pytest.raises(DeviceError, match="cannot write into .*: No space left on device"):
        run(folder, tmp_path / "out", toy)

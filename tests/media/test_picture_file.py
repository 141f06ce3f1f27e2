"""Pictures as phones, scanners and browsers write them: all become upright RGB in sRGB."""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageCms

from livesyn.base.errors import DataError
from livesyn.media import picture_file
from livesyn.media.picture_file import load_picture, open_picture

WIDTH, HEIGHT = 64, 48
GREY = np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))
COLOURS = np.stack([GREY, np.ascontiguousarray(GREY[:, ::-1]), np.full_like(GREY, 90)], -1)
PICTURE = Image.fromarray(COLOURS)


def pixels_of(path: Path) -> np.ndarray:
    return np.asarray(open_picture(path)).astype(int)


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def in_lab() -> Image.Image:
    lab = ImageCms.createProfile("LAB")
    done = ImageCms.profileToProfile(PICTURE, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    assert done is not None
    return done


@pytest.mark.parametrize(
    ("name", "image", "options"),
    [
        ("a.jpg", PICTURE, {"quality": 98, "subsampling": 0}),
        ("a.jfif", PICTURE, {"quality": 98, "subsampling": 0, "format": "JPEG"}),
        ("a.JPE", PICTURE, {"quality": 98, "subsampling": 0, "progressive": True}),
        ("a.mpo", PICTURE, {"quality": 98, "save_all": True, "append_images": [PICTURE]}),
        ("a.webp", PICTURE, {"lossless": True}),
        ("a.png", PICTURE.convert("RGBA"), {}),
        ("a.tif", PICTURE, {"compression": "tiff_lzw"}),
        ("a.tif", PICTURE.convert("CMYK"), {}),
        ("a.jpg", PICTURE.convert("CMYK"), {"quality": 98}),
        ("a.tif", PICTURE.convert("YCbCr"), {}),
        ("a.tif", in_lab(), {}),
        ("a.tif", PICTURE, {"save_all": True, "append_images": [PICTURE.rotate(90)]}),
        ("a.png", PICTURE, {"icc_profile": b"no profile at all" * 20}),
        (
            "a.png",
            PICTURE,
            {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()},
        ),
    ],
)
def test_colours_are_the_same_in_every_file(
    name: str, image: Image.Image, options: dict, tmp_path: Path
) -> None:
    seen = pixels_of(saved(tmp_path / name, image, **options))
    assert np.abs(seen - COLOURS).mean() < 3


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("16.png", GREY.astype(np.uint16) * 257),
        ("16.tif", GREY.astype(np.uint16) * 257),
        ("16b.tif", (GREY.astype(np.uint16) * 257).astype(">u2")),
        ("32.tif", GREY.astype(np.int32) * 257),
        ("negative.tif", GREY.astype(np.int32) * 1000 - 127_500),
        ("one.tif", GREY.astype(np.float32) / 255),
        ("full.tif", GREY.astype(np.float32)),
        ("deep.tif", GREY.astype(np.float32) * 257),
    ],
)
def test_deep_greys_keep_their_scale(name: str, values: np.ndarray, tmp_path: Path) -> None:
    seen = pixels_of(saved(tmp_path / name, Image.fromarray(values)))
    assert np.abs(seen - GREY[..., None]).max() <= 1


@pytest.mark.parametrize(("kind", "scale"), [(np.uint16, 257), (np.float32, 1 / 255)])
def test_deep_colours_keep_their_scale(kind: type, scale: float, tmp_path: Path) -> None:
    deep = (COLOURS[..., ::-1] * np.array(scale)).astype(kind)
    cv2.imwrite(str(tmp_path / "a.tif"), deep)
    assert np.abs(pixels_of(tmp_path / "a.tif") - COLOURS).max() <= 1


def test_numbers_that_are_none_are_black_or_white(tmp_path: Path) -> None:
    values = np.full((4, 4), 0.5, np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    seen = pixels_of(saved(tmp_path / "a.tif", Image.fromarray(values)))[..., 0]
    assert seen[0].tolist() == [0, 255, 0, 128] and (seen[1:] == 128).all()


def test_what_shines_through_is_black_whatever_it_hides(tmp_path: Path) -> None:
    clear = PICTURE.quantize(16)
    hidden = np.asarray(clear) == 0
    for name in ("a.png", "a.gif"):
        seen = pixels_of(saved(tmp_path / name, clear, transparency=0))
        assert (seen[hidden] == 0).all() and seen[~hidden].mean() > 50
    half = PICTURE.copy()
    half.putalpha(128)
    assert np.abs(pixels_of(saved(tmp_path / "half.png", half)) - COLOURS / 2).max() < 2
    grey = Image.fromarray(GREY)
    grey.putalpha(0)
    assert pixels_of(saved(tmp_path / "la.png", grey)).max() == 0


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    seen = pixels_of(saved(tmp_path / "a.tif", PICTURE.convert("1"), compression="group4"))
    assert set(np.unique(seen)) == {0, 255}


def swapped_profile() -> bytes:
    """sRGB's profile with the primaries of red and blue changed for one another."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "clear.png", "palette.png"])
def test_colours_of_another_profile_are_converted(name: str, tmp_path: Path) -> None:
    image = Image.new("RGB", (32, 32), (200, 20, 20))
    if name == "clear.png":
        image.putalpha(255)
    if name == "palette.png":
        image = image.quantize(4)
    path = saved(tmp_path / name, image, icc_profile=swapped_profile())
    red, _, blue = pixels_of(path).mean((0, 1))
    assert blue > 190 and red < 40


@pytest.mark.parametrize("turn", range(1, 9))
def test_is_upright_as_its_exif_says(turn: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    turned = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    stored = PICTURE if turned is None else PICTURE.transpose(turned)
    for name in ("a.jpg", "a.png", "a.tif"):
        options = {"quality": 98} if name == "a.jpg" else {}
        seen = pixels_of(saved(tmp_path / name, stored, exif=exif, **options))
        assert seen.shape == COLOURS.shape and np.abs(seen - COLOURS).mean() < 4


def test_a_thumbnail_before_the_page_is_passed_over(tmp_path: Path) -> None:
    page = PICTURE.copy()
    page.encoderinfo = {"tiffinfo": {254: 0}}  # type: ignore[attr-defined]
    path = saved(
        tmp_path / "a.tif",
        PICTURE.resize((8, 6)),
        tiffinfo={254: 1},
        save_all=True,
        append_images=[page],
    )
    assert open_picture(path).size == (WIDTH, HEIGHT)
    alone = saved(tmp_path / "b.tif", PICTURE.resize((8, 6)), tiffinfo={254: 1})
    assert open_picture(alone).size == (8, 6)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "BMP"])
def test_a_picture_that_breaks_off_shows_what_is_there_and_says_so_once(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = io.BytesIO()
    PICTURE.resize((640, 480)).save(whole, kind)
    path = tmp_path / "a"
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    with caplog.at_level(logging.WARNING):
        first = pixels_of(path)
        assert (pixels_of(path) == first).all()
    assert first.shape == (480, 640, 3)
    upper = first[-120:] if kind == "BMP" else first[:120]
    wanted = np.asarray(PICTURE.resize((640, 480)))[:120].astype(int)
    assert np.abs(upper - wanted).mean() < (60 if kind == "GIF" else 12)
    assert [r.getMessage() for r in caplog.records] == [
        "the picture 'a' breaks off; what is there is shown"
    ]


def test_sizes_from_one_pixel_to_a_line(tmp_path: Path) -> None:
    for name, size in (("a.png", (1, 1)), ("b.png", (30_000, 1)), ("c.jpg", (2, 20_000))):
        path = saved(tmp_path / name, Image.new("RGB", size, (10, 200, 10)))
        seen = load_picture(path, 16)
        assert seen.shape == (16, 16, 3) and not seen.flags.writeable
        assert np.abs(seen.astype(int) - (10, 200, 10)).max() < 5


def test_a_large_jpeg_is_read_smaller_and_other_large_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = PICTURE.resize((1600, 1200))
    for name in ("a.jpg", "a.png", "a.tif"):
        large.save(tmp_path / name)
    monkeypatch.setattr(picture_file, "MOST_PIXELS", 1_600_000)
    assert open_picture(tmp_path / "a.jpg", 100).size == (200, 150)
    assert open_picture(tmp_path / "a.jpg").size == (800, 600)
    for name in ("a.png", "a.tif"):
        with pytest.raises(DataError, match=f"'{name}' is too large: 1600 × 1200 are 1,920,000"):
            open_picture(tmp_path / name)
    monkeypatch.setattr(picture_file, "MOST_STORED", 1_000_000)
    with pytest.raises(DataError, match="save it smaller"):
        open_picture(tmp_path / "a.jpg", 100)


def test_deep_colours_too_large_for_memory_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv2.imwrite(str(tmp_path / "a.tif"), np.zeros((30, 40, 3), np.uint16))
    assert open_picture(tmp_path / "a.tif").size == (40, 30)
    monkeypatch.setattr(picture_file, "MOST_PIXELS", 1000)
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(DataError, match="'a.tif' is too large: 40 × 30 are 1,200 pixels, and at"):
        open_picture(tmp_path / "a.tif")


def test_postscript_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PICTURE.save(tmp_path / "a.png", "EPS")
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", None)
    with pytest.raises(DataError, match="is PostScript, a program that is not run here"):
        open_picture(tmp_path / "a.png")


def test_a_scan_of_more_pixels_than_pillow_likes_is_read(tmp_path: Path) -> None:
    scan = Image.new("1", (13_600, 13_600), 1)  # 185 million: Pillow calls it a bomb
    assert load_picture(saved(tmp_path / "a.tif", scan, compression="group4"), 8).min() == 255


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<html>", "no kind that is known"),
        (b"\xff\xd8\xff\xe0 not a picture", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
        (b"II*\0\x08\0\0\0", "cannot be read"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
    ],
)
def test_what_is_no_picture_is_one_sentence(data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(DataError, match=words) as caught:
        open_picture(tmp_path / "a.jpg")
    assert "'a.jpg'" in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(DataError, match="'b.jpg' cannot be read"):
        open_picture(tmp_path / "b.jpg")


def test_of_an_archive_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(saved(tmp_path / "a.png", PICTURE), "a.png")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, archive.open("a.png") as member:
        assert open_picture(member, name="a.png").size == (WIDTH, HEIGHT)

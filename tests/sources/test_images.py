"""The slide show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.media.picture_file import load_picture
from livesyn.sources.images import FPS, Images

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def show(folder: Path, **options: object) -> Images:
    return Images(folder, ManualClock(), size=32, **options)  # type: ignore[arg-type]


def colour(pixels: np.ndarray | None) -> np.ndarray:
    assert pixels is not None
    return pixels.reshape(-1, 3).mean(0)


def colours(source: Images, seconds: float) -> np.ndarray:
    return np.array([colour(source.read()) for _ in range(round(seconds * FPS))])


def test_shows_each_in_order_and_starts_over(folder: Path) -> None:
    source = show(folder, seconds=1, crossfade=0)
    source.open()
    seen = colours(source, 4)
    for second, wanted in enumerate((RED, GREEN, BLUE, RED)):
        assert np.abs(seen[int(second * FPS) + 10] - wanted).max() < 6
    source.close()


def test_blends_over_the_crossfade_without_a_jump(folder: Path) -> None:
    source = show(folder, seconds=2, crossfade=1)
    source.open()
    seen = colours(source, 4)
    assert np.abs(np.diff(seen, axis=0)).max() < 255 * 1.6 / FPS
    half = seen[round(2.5 * FPS) - 1]
    assert 90 < half[0] < 165 and 90 < half[1] < 165
    source.close()


def test_thirty_frames_a_second(folder: Path) -> None:
    clock = ManualClock(10)
    source = Images(folder, clock, size=32)
    source.open()
    for _ in range(31):
        source.read()
    assert clock.now_s() == pytest.approx(11)
    source.close()


def test_speed_scales_the_show(folder: Path) -> None:
    source = show(folder, seconds=2, crossfade=0)
    source.open()
    source.speed = 0
    assert np.abs(colours(source, 5) - RED).max() < 6
    source.speed = 4
    assert np.abs(colours(source, 0.75)[-1] - GREEN).max() < 6
    source.close()


def test_a_damaged_picture_is_named_once_and_left_out(folder: Path) -> None:
    (folder / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    named: list[str] = []
    source = show(folder, seconds=0.2, crossfade=0, on_damaged=named.append)
    source.open()
    seen = colours(source, 3)
    assert len(named) == 1 and "'b.jpg' cannot be read" in named[0]
    assert seen[:, 1].max() < 10 and seen[:, 0].max() > 200 and seen[:, 2].max() > 200
    source.close()


def test_new_files_are_found_at_the_next_round(folder: Path) -> None:
    source = show(folder, seconds=0.2, crossfade=0)
    source.open()
    Image.new("RGB", (40, 40), (255, 255, 255)).save(folder / "d.bmp")
    assert colours(source, 2).min(axis=1).max() == 255
    source.close()


def test_when_all_pictures_are_gone_it_gives_none(folder: Path) -> None:
    source = show(folder, seconds=0.1, crossfade=0)
    source.open()
    for path in folder.iterdir():
        path.unlink()
    given = [source.read() for _ in range(60)]
    assert given[0] is not None and given[-1] is None
    source.close()


def test_empty_missing_and_unreadable_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no folder"):
        show(tmp_path / "none").open()
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "._hidden.jpg").write_text("no picture")
    with pytest.raises(DataError, match="holds no picture"):
        show(tmp_path).open()
    (tmp_path / "x.png").write_bytes(b"no")
    with pytest.raises(DataError, match="none of the 1 pictures"):
        show(tmp_path, on_damaged=lambda _: None).open()


def test_offline_each_comes_once_with_its_file(folder: Path) -> None:
    pictures = list(show(folder).pictures())
    assert [path.name for path, _ in pictures] == ["a.png", "b.jpg", "c.webp"]
    assert np.abs(colour(pictures[2][1]) - BLUE).max() < 6


def test_is_turned_upright_as_its_exif_says(tmp_path: Path) -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:20] = 255
    image = Image.fromarray(pixels)
    exif = image.getexif()
    exif[0x0112] = 6  # the top of the scene is at the right
    image.save(tmp_path / "turned.png", exif=exif)
    seen = load_picture(tmp_path / "turned.png", 40)
    assert seen[:, 30].mean() > 250 and seen[:, 10].mean() < 5


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_becomes_rgb(mode: str, tmp_path: Path) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.full((50, 30), 40000, np.uint16))
    else:
        image = Image.new(
            "RGBA" if mode in ("LA", "P") else "RGB", (30, 50), (200, 200, 200)
        ).convert(mode)
    path = tmp_path / ("x.tiff" if mode in ("CMYK", "F") else "x.png")
    image.save(path)
    seen = load_picture(path, 24)
    assert seen.shape == (24, 24, 3) and seen.dtype == np.uint8 and 120 < seen.mean() <= 255


def test_what_shines_through_is_black(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (255, 255, 255, 0)).save(tmp_path / "clear.png")
    assert load_picture(tmp_path / "clear.png", 16).max() == 0


def test_a_big_picture_is_cut_to_its_middle_square(tmp_path: Path) -> None:
    pixels = np.zeros((400, 1600, 3), np.uint8)
    pixels[:, 600:1000] = 255
    Image.fromarray(pixels).save(tmp_path / "wide.jpg", quality=95)
    seen = load_picture(tmp_path / "wide.jpg", 64)
    assert seen.shape == (64, 64, 3) and seen[:, 3:-3].min() > 240

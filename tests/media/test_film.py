"""Films as people have them."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from livesyn.base.errors import DataError
from livesyn.media.film import Film
from livesyn.media.rgb import turned as turned_pixels
from tests.films import film, level, picture, streamed, tone, turned, with_a_hole


def shown(path: Path) -> tuple[Film, list[float], list[np.ndarray]]:
    """A film that has been seen to its end: with the time and picture of each frame."""
    one = Film(path)
    one.open()
    times, pictures = [], []
    while (frame := one.next_frame()) is not None:
        times.append(frame.time_s)
        pictures.append(frame.pixels())
    one.close()
    return one, times, pictures


def test_a_varying_rate_is_played_by_its_stamps(tmp_path: Path) -> None:
    stamps = [0, 0.5, 0.6, 0.61, 2.6, 2.7]
    for name in ("a.mp4", "a.mkv"):
        one, times, pictures = shown(film(tmp_path / name, stamps, lasts=0.3))
        assert times == pytest.approx(stamps, abs=0.002) and one.end_s == pytest.approx(3, abs=0.01)
        assert [level(pixels) for pixels in pictures] == [0, 1, 2, 3, 4, 5]
        assert one.told_s == pytest.approx(3, abs=0.02) and one.complaint() == ""


def test_streamed_webm_tells_neither_length_nor_rate(tmp_path: Path) -> None:
    stamps = [n / 6 for n in range(24)]
    one, times, _ = shown(streamed(tmp_path / "a.webm", stamps))
    assert one.told_s == 0 and times == pytest.approx(stamps, abs=0.001)


@pytest.mark.parametrize("fps", [0.5, 300.0])
def test_odd_rates(fps: float, tmp_path: Path) -> None:
    one, times, _ = shown(film(tmp_path / "a.mp4", range(5), fps, lasts=1 / fps))
    assert times == pytest.approx([n / fps for n in range(5)])
    assert one.end_s == pytest.approx(5 / fps) and one.fps == pytest.approx(fps, rel=0.01)


def test_an_hour_between_two_frames(tmp_path: Path) -> None:
    one, times, _ = shown(film(tmp_path / "a.mkv", [0, 3600]))
    assert times == [0, 3600] and one.complaint() == ""


def test_streams_one_after_the_other(tmp_path: Path) -> None:
    parts = [film(tmp_path / f"{n}.ts", range(12 + n), 25, codec="mpeg2video") for n in range(2)]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    one, times, _ = shown(joined)
    assert times == pytest.approx([n / 25 for n in range(25)], abs=0.001)
    assert one.complaint() == ""


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_behind_a_damaged_place_it_goes_on(name: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 48, 64, 3), dtype=np.uint8)
    path = film(tmp_path / name, range(200), 25, pictures=noise)
    with_a_hole(path, 3000)
    one, times, pictures = shown(path)
    assert times[-1] == pytest.approx(199 / 25, abs=0.002) and one.end_s == pytest.approx(8)
    assert 100 < len(pictures) == one.count < 200
    assert one.damaged == pytest.approx(200 - len(pictures), abs=2)
    assert f"{one.damaged} frame" in one.complaint() and "passed over" in one.complaint()


def test_a_film_cut_off_says_where_it_ends(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (100, 48, 64, 3), dtype=np.uint8)
    whole = film(
        tmp_path / "a.mp4", range(100), 25, pictures=noise, settings={"movflags": "+faststart"}
    )
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    one, times, _ = shown(whole)
    assert 1 < times[-1] < 2.5 and "s of 4.0" in one.complaint()


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm", "a.mov", "a.ts"])
@pytest.mark.parametrize("begin_s", [0, 100])
def test_a_film_may_begin_at_any_time(name: str, begin_s: int, tmp_path: Path) -> None:
    codec = "libvpx" if name == "a.webm" else "libx264"
    settings = {"use_editlist": "0"} if name in ("a.mp4", "a.mov") else {}
    stamps = range(begin_s * 25, begin_s * 25 + 250)
    whole = Film(film(tmp_path / name, stamps, 25, codec=codec, settings=settings))
    whole.open()
    while whole.next_frame():
        pass
    assert whole.complaint() == "" and whole.end_s == pytest.approx(10.0, abs=0.1)
    assert whole.told_s == pytest.approx(10.0, abs=0.1)


def test_a_film_cut_off_says_so_where_its_time_begins_late_too(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", range(2500, 2750), 25)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    cut = Film(path)
    cut.open()
    while cut.next_frame():
        pass
    assert f"it ends after {cut.end_s:.1f} s of 10.0" in cut.complaint() and 1 < cut.end_s < 9


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(DataError, match=r"a.mp4' is empty; give another film \(\.mp4"):
        Film(tmp_path / "a.mp4").open()


def test_a_film_without_its_index_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", range(100), 25)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"moov") - 4])
    with pytest.raises(DataError, match=r"its index \(moov\) is missing"):
        Film(path).open()


QUARTERS = {  # the matrix of a phone that was held so, and where the red quarter then is
    "upright": ((1, 0, 0, 1), (0, 0)),
    "a quarter to the right": ((0, 1, -1, 0), (0, 1)),
    "upside down": ((-1, 0, 0, -1), (1, 1)),
    "a quarter to the left": ((0, -1, 1, 0), (1, 0)),
    "mirrored": ((-1, 0, 0, 1), (0, 1)),
}


@pytest.mark.parametrize(("matrix", "corner"), QUARTERS.values(), ids=QUARTERS)
def test_phones_are_held_in_many_ways(
    matrix: tuple[int, int, int, int], corner: tuple[int, int], tmp_path: Path
) -> None:
    _, _, pictures = shown(turned(film(tmp_path / "a.mp4", [0, 1]), matrix))
    pixels = pictures[0]
    assert pixels.shape == ((64, 48, 3) if matrix[1] else (48, 64, 3))
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    reds = {
        (row, column): float(
            pixels[row * height :, column * width :][4 : height - 4, 4 : width - 4, 0].mean()
        )
        for row in (0, 1)
        for column in (0, 1)
    }
    assert max(reds, key=reds.__getitem__) == corner and reds[corner] > 200


def test_turning_is_what_the_matrix_says() -> None:
    """x' = ax + cy, y' = bx + dy."""
    pixels = np.arange(6).reshape(2, 3, 1)
    assert turned_pixels(pixels, (0, 1, -1, 0))[..., 0].tolist() == [[3, 0], [4, 1], [5, 2]]


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    wide = shown(film(tmp_path / "w.mp4", [0, 1], aspect=Fraction(2)))[2][0]
    high = shown(film(tmp_path / "h.mp4", [0, 1], aspect=Fraction(3, 4)))[2][0]
    absurd = shown(film(tmp_path / "a.mp4", [0, 1], aspect=Fraction(200)))[2][0]
    assert (wide.shape, high.shape, absurd.shape) == ((48, 128, 3), (64, 64, 3), (48, 64, 3))


def test_what_shines_through_is_black(tmp_path: Path) -> None:
    glass = np.full((48, 64, 4), 200, np.uint8)
    glass[..., 3] = np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[None], 48, 0)
    path = film(tmp_path / "a.mov", [0], codec="png", pixel_format="rgba", pictures=[glass])
    pixels = shown(path)[2][0]
    assert (
        pixels[:, 0].max() == 0 and pixels[:, -1].min() == 200 and 90 < pixels[:, 32].mean() < 110
    )


@pytest.mark.parametrize(
    ("codec", "pixel_format", "size"),
    [
        ("ffv1", "bgr0", (63, 47)),
        ("ffv1", "yuv420p10le", (65, 49)),
        ("ffv1", "gray16le", (64, 48)),
        ("ffv1", "yuv444p", (33, 1)),
        ("mpeg4", "yuv420p", (64, 48)),
    ],
)
def test_odd_sizes_and_deep_pixels(
    codec: str, pixel_format: str, size: tuple[int, int], tmp_path: Path
) -> None:
    path = film(
        tmp_path / "a.mkv",
        range(5),
        25,
        codec=codec,
        pixel_format=pixel_format,
        size=size,
        pictures=[np.full((size[1], size[0], 3), 50 * n, np.uint8) for n in range(5)],
    )
    for number, pixels in enumerate(shown(path)[2]):
        assert pixels.shape == (size[1], size[0], 3) and pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous and abs(float(pixels.mean()) - 50 * number) < 4


def test_colours_are_those_of_its_own_matrix(tmp_path: Path) -> None:
    """BT.709 read as BT.601 would turn this green yellowish."""
    import av

    green = np.zeros((48, 64, 3), np.uint8)
    green[...] = (30, 180, 60)
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv444p"
        stream.codec_context.colorspace = 1
        stream.codec_context.color_range = 1
        frame = av.VideoFrame.from_ndarray(green, "rgb24").reformat(
            format="yuv444p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert np.abs(shown(path)[2][0].reshape(-1, 3).mean(0) - (30, 180, 60)).max() < 4


def test_a_high_dynamic_range_is_brought_to_a_screens() -> None:
    from livesyn.media.rgb import HLG, PQ, _to_screen

    for transfer, white in ((PQ, 0.58), (HLG, 0.75)):  # the code of diffuse white, BT.2408
        table = _to_screen(transfer)
        assert (np.diff(table.astype(int)) >= 0).all() and table[0] == 0 and table[255] == 255
        assert 215 < table[round(255 * white)] < 250


def test_sound_alone_is_refused_and_covers_are_no_film(tmp_path: Path) -> None:
    for path in (
        tone(tmp_path / "a.m4a", "aac"),
        tone(tmp_path / "b.mp3", "libmp3lame", cover=picture(0, 64, 64)),
    ):
        with pytest.raises(
            DataError, match="holds sound but has no pictures in it; .*--audio-file"
        ):
            Film(path).open()


def test_of_several_streams_of_pictures_the_cover_is_not_shown(tmp_path: Path) -> None:
    import av

    path = film(tmp_path / "a.mp4", range(5), 25, cover=np.full((400, 400, 3), 250, np.uint8))
    with av.open(str(path)) as container:
        covers = [bool(s.disposition & Disposition.attached_pic) for s in container.streams.video]
    assert sorted(covers) == [False, True]
    _, times, pictures = shown(path)
    assert len(times) == 5 and pictures[0].shape == (48, 64, 3)


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_animations_keep_their_durations(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    frames = [Image.new("RGB", (32, 24), (80 * n, 0, 0)) for n in range(4)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[100, 700, 50, 200])
    one, times, pictures = shown(path)
    assert times == pytest.approx([0, 0.1, 0.8, 0.85]) and one.end_s == pytest.approx(1.05)
    assert [round(float(p[..., 0].mean()) / 80) for p in pictures] == [0, 1, 2, 3]


def test_an_animation_that_tells_no_time_is_as_in_a_browser(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (32, 24), (n, 0, 0)) for n in (3, 190)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=0)
    assert shown(tmp_path / "a.gif")[1] == pytest.approx([0, 0.1])


def test_a_picture_is_a_film_of_one_frame(tmp_path: Path) -> None:
    Image.new("RGB", (32, 24), (200, 0, 0)).save(tmp_path / "a.jpg")
    one, times, pictures = shown(tmp_path / "a.jpg")
    assert times == [0] and pictures[0].shape == (24, 32, 3) and one.complaint() == ""


def test_what_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    film(tmp_path / "a.ts", range(5), 25, codec="mpeg2video")
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:5,\na.ts\n#EXT-X-ENDLIST\n")
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile a.ts\n")
    for name in ("list.m3u8", "list.mp4"):
        with pytest.raises(DataError, match="not a video that can be played here.*text file"):
            Film(tmp_path / name).open()
    for address in ("rtsp://127.0.0.1:9/x", "http://127.0.0.1:9/a.mp4"):
        with pytest.raises(DataError, match="it is an address"):
            Film(address).open()


def test_names_that_look_like_addresses_are_files(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "concat-100% %d [x].mkv"
    film(tmp_path / name, range(3), 25)
    assert len(shown(Path(name))[1]) == 3


def test_a_frame_of_another_size_is_fitted_to_the_first(tmp_path: Path) -> None:
    parts = [
        film(tmp_path / f"{w}.ts", range(6), 25, codec="mpeg2video", size=(w, h))
        for w, h in ((64, 48), (96, 80))
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    pictures = shown(joined)[2]
    assert len(pictures) >= 11 and {pixels.shape for pixels in pictures} == {(48, 64, 3)}


def test_a_matrix_askew_is_taken_to_the_nearest_right_angle(tmp_path: Path) -> None:
    path = turned(film(tmp_path / "a.mp4", [0]), (0, 1, -1, 0))
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 44
    content[at : at + 4] = struct.pack(">i", 6000)  # a little of a: 85 degrees
    path.write_bytes(content)
    assert shown(path)[2][0].shape == (64, 48, 3)


def test_what_is_damaged_looks_the_same_every_time(tmp_path: Path) -> None:
    """By one decoder thread, as offline."""
    noise = np.random.default_rng(0).integers(0, 255, (60, 48, 64, 3), dtype=np.uint8)
    path = with_a_hole(film(tmp_path / "a.mp4", range(60), 25, pictures=noise), 2000)
    seen = set()
    for _ in range(5):
        one = Film(path, threads=1)
        one.open()
        pictures = []
        while (frame := one.next_frame()) is not None:
            pictures.append(frame.pixels().tobytes())
        seen.add(b"".join(pictures))
    assert len(seen) == 1


def test_frames_that_were_seen_are_let_go(tmp_path: Path) -> None:
    """PyAV's side data refer to their frame, which then waits for the garbage collector."""
    import gc

    one = Film(turned(film(tmp_path / "a.mp4", range(40), 25), (0, 1, -1, 0)))
    one.open()
    gc.collect()
    gc.disable()
    try:
        while (frame := one.next_frame()) is not None:
            frame.pixels()
        assert gc.collect() < 60
    finally:
        gc.enable()

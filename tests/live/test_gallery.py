"""The gallery in a real chromium, opened as a file: by keyboard, by ear of the audio clock, on a
phone.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from livesyn.offline.picture_to_music import translate
from tests.chromium import PROGRAM, chromium
from tests.toys import save_toy

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]

EVIL = "<img src=x onerror='window.hacked=1'><script>window.hacked=2</script>"
COUNT = 30


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, out = tmp_path_factory.mktemp("a wall"), tmp_path_factory.mktemp("out")
    random = np.random.default_rng(0)
    for number in range(COUNT):
        blocks = Image.fromarray(random.integers(0, 256, (5, 6, 3), dtype=np.uint8))
        blocks.resize((300, 200) if number % 3 else (200, 260), Image.Resampling.BICUBIC).save(
            folder / f"p{number:02}.jpg"
        )
    (folder / "manifest.csv").write_text(
        f'file,title,artist,year\np01.jpg,"{EVIL}",{EVIL},1888\np02.jpg,Évening,Someone,1900\n',
        encoding="utf-8",
    )
    translate(
        folder,
        out,
        model=str(save_toy(tmp_path_factory.mktemp("toy"))),
        bars=2,
        wav=False,
        quiet=True,
    )
    return out / "index.html"


@asynccontextmanager
async def opened(
    page: Path, width: int = 1280, height: int = 800, mobile: bool = False, calm: bool = False
):
    async with chromium() as tab:
        for domain in ("Page", "Runtime", "Log"):
            await tab.call(f"{domain}.enable")
        await tab.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )
        if calm:
            await tab.call(
                "Emulation.setEmulatedMedia",
                features=[{"name": "prefers-reduced-motion", "value": "reduce"}],
            )
        await tab.call("Page.navigate", url=page.as_uri())
        await tab.until("window.livesynPlayer && document.readyState === 'complete'")
        yield tab
        assert tab.errors == []
        assert await tab.evaluate("window.hacked === undefined")


async def press(tab, key: str, code: int = 0, **more) -> None:
    text = {"text": "\r"} if key == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        await tab.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key=key,
            windowsVirtualKeyCode=code,
            **(text if kind == "keyDown" else {}),
            **more,
        )


FOCUS = "document.activeElement.dataset?.index ?? document.activeElement.id"
SAID = "document.getElementById('said').textContent"


async def test_a_picture_is_found_and_played_by_keyboard_alone(gallery):
    async with opened(gallery) as tab:
        assert await tab.evaluate("document.querySelectorAll('.piece').length") == COUNT
        assert await tab.evaluate("livesynPlayer.context") is None  # silent until asked
        for _ in range(4):  # the skip link, Find, Play all, the first picture
            await press(tab, "Tab", 9)
        assert await tab.evaluate(FOCUS) == "0"
        assert (
            await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        )
        await press(tab, "ArrowRight", 39)
        await press(tab, "ArrowRight", 39)
        await press(tab, "ArrowDown", 40)
        below = int(await tab.evaluate(FOCUS))
        tops = await tab.evaluate(
            "[...document.querySelectorAll('.piece')].map(e =>"
            " Math.round(e.getBoundingClientRect().top + scrollY))"
        )
        assert tops[below] == sorted(set(tops))[1]
        await press(tab, "ArrowUp", 38)
        assert abs(int(await tab.evaluate(FOCUS)) - 2) <= 1
        await press(tab, "Home", 36)
        await press(tab, "ArrowRight", 39)
        await press(tab, "ArrowRight", 39)
        await press(tab, "Enter", 13)

        await tab.until("livesynPlayer.playing === 2 && livesynPlayer.context.state === 'running'")
        assert await tab.until(SAID) == f"Playing Évening, Someone, 1900. 3 of {COUNT}."
        assert (
            await tab.evaluate("document.querySelector('[aria-pressed=true].piece').dataset.index")
            == "2"
        )
        # every note is handed to the audio clock when it is due: as far apart as it is written
        await tab.until(
            "livesynPlayer.counts.scheduled === livesynGallery.pictures[2].notes.length / 4"
        )
        heard = await tab.evaluate("livesynPlayer.counts.notes")
        written = await tab.evaluate("livesynGallery.pictures[2].notes")
        assert [note["pitch"] for note in heard] == written[2::4]
        for note, tick in zip(heard, written[::4], strict=True):
            assert note["at"] - heard[0]["at"] == pytest.approx(
                (tick - written[0]) / 480 * 60 / 110, abs=1e-6
            )

        await press(tab, "Escape", 27)
        await tab.until("livesynPlayer.playing === -1")
        assert await tab.until(f"{SAID} === 'Stopped.'")
        await tab.until("livesynPlayer.synth.voices.size === 0")
        assert await tab.evaluate(FOCUS) == "2"  # where one was


async def test_it_walks_on_by_itself_and_what_is_hidden_is_left_out(gallery):
    async with opened(gallery, calm=True) as tab:
        await tab.evaluate(
            "(e => { e.value = 'p1'; e.dispatchEvent(new Event('input', {bubbles: true}));"
            " })(document.getElementById('find'))"
        )
        assert await tab.evaluate(
            "[...document.querySelectorAll('.wall li:not([hidden]) .piece')].map(e =>"
            " +e.dataset.index)"
        ) == list(range(10, 20))
        assert await tab.until(f"{SAID} === '10 found.'")
        await tab.click("#walk")
        await tab.until("livesynPlayer.playing === 10")
        await tab.until("livesynPlayer.playing === 11")  # two bars and what rings on later
        await tab.evaluate(
            "(e => { e.value = 'evening 1900'; e.dispatchEvent(new Event('input', {bubbles:"
            " true})); })(document.getElementById('find'))"
        )
        await tab.click("#on")
        await tab.until("livesynPlayer.playing === 2")
        await tab.evaluate(
            "(e => { e.value = 'nothing such'; e.dispatchEvent(new Event('input', {bubbles:"
            " true})); })(document.getElementById('find'))"
        )
        assert await tab.evaluate("!document.getElementById('none').hidden")


async def test_a_picture_is_shown_large_and_markup_stays_text(gallery):
    async with opened(gallery) as tab:
        await tab.click(".piece[data-index='1']")
        await tab.until("livesynPlayer.playing === 1")
        await tab.click("#enlarge")
        await tab.until("document.getElementById('large-picture').naturalWidth > 0")
        assert await tab.evaluate("document.getElementById('large-title').textContent") == EVIL
        assert (
            await tab.evaluate("document.querySelector('.piece[data-index=\"1\"] b').textContent")
            == EVIL
        )
        assert await tab.evaluate("document.querySelectorAll('script').length") == 3
        await press(tab, "ArrowRight", 39)
        await tab.until("livesynPlayer.playing === 2")
        await press(tab, "Escape", 27)  # closes; the music goes on
        await tab.until("!document.getElementById('large').open")
        assert await tab.evaluate("livesynPlayer.playing") == 2


@pytest.mark.parametrize("width", [320, 390])
async def test_a_phone_needs_no_sideways_scroll_and_its_keys_fit_a_finger(gallery, width):
    async with opened(gallery, width, 844, mobile=True) as tab:
        await tab.click(".piece[data-index='1']")
        await tab.until("livesynPlayer.playing === 1")
        assert await tab.evaluate("document.documentElement.scrollWidth") == width
        small = await tab.evaluate(
            "[...document.querySelectorAll('button, input, a[download]')].filter(e =>"
            " e.offsetParent !== null && !e.closest('[hidden]')).map(e => [e.id,"
            " e.getBoundingClientRect().width, e.getBoundingClientRect().height]).filter(([, w, h])"
            " => Math.min(w, h) < 40)"
        )
        assert small == []
        await tab.click("#enlarge")
        assert await tab.evaluate("document.getElementById('large').scrollWidth") == width


async def test_pictures_out_of_sight_are_not_loaded(gallery):
    async with opened(gallery, 390, 500) as tab:
        await tab.until("document.querySelector('.piece img').naturalWidth > 0")
        assert (
            await tab.evaluate("[...document.querySelectorAll('.piece img')].at(-1).naturalWidth")
            == 0
        )
        await tab.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await tab.until("[...document.querySelectorAll('.piece img')].at(-1).naturalWidth > 0")

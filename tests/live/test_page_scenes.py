"""Scenes on the page in a real chromium: pads, store, and a scene of a new name."""

import pytest

from tests.chromium import PROGRAM
from tests.live.test_page import playing, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]


def pad(name: str) -> str:
    return f"#scene-pads [data-scene={name}]"


def state_of(name: str) -> str:
    return f"document.querySelector('{pad(name)}').className"


async def test_a_pad_recalls_and_stores_when_that_is_switched_on():
    async with playing(1440, 900) as (view, page, tab):
        await tab.until("document.querySelectorAll('#scene-pads .scene').length === 4")
        assert await tab.evaluate(state_of("B")) == "scene empty"
        await tab.click("#scene-store")
        await tab.click(pad("B"))
        await until(lambda: view.scene_orders == [("store", "B", None)])
        await tab.until(f"{state_of('B')} === 'scene full'")
        pressed = "document.getElementById('scene-store').getAttribute('aria-pressed')"
        assert await tab.evaluate(pressed) == "false", "for one press"
        await tab.click(pad("B"))
        await until(lambda: view.scene_orders[-1] == ("recall", "B", None))
        await tab.until(f"{state_of('B')} === 'scene current'")
        await tab.click("#scene-next")
        await until(lambda: view.scene_orders[-1] == ("next", "", None))
        await tab.click("#scene-live")
        await until(lambda: view.scene_orders[-1] == ("recall", "live", None))


async def test_a_new_scene_has_the_name_that_is_typed_and_letters_play_nothing():
    async with playing(390, 844) as (view, page, tab):
        await tab.until("document.querySelectorAll('#scene-pads .scene').length === 4")
        await tab.evaluate(
            "(() => { const field = document.getElementById('scene-name'); field.focus();"
            " field.value = 'tap the beat'; field.form.requestSubmit(); })()"
        )
        await until(lambda: view.scene_orders == [("store", "tap the beat", None)])
        await tab.until("document.querySelectorAll('#scene-pads .scene').length === 5")
        await tab.key("p")
        assert view.panics == 0, "who types a name does not panic"

"""Scenes on the page in a real chromium: the set list, and a scene of a new name."""

import pytest

from tests.chromium import PROGRAM
from tests.live.test_page import playing, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]


async def test_the_set_list_is_gone_through_by_its_keys():
    async with playing(1440, 900) as (view, page, tab):
        await tab.until("document.getElementById('scene-cue').textContent === '0 of 2, then A'")
        await tab.click("#scene-next")
        await until(lambda: view.scene_orders == [("next", "", None)])
        await tab.click("#scene-previous")
        await until(lambda: view.scene_orders[-1] == ("previous", "", None))


async def test_a_new_scene_has_the_name_that_is_typed_and_letters_play_nothing():
    async with playing(390, 844) as (view, page, tab):
        await tab.until("document.querySelectorAll('#pads .pad').length === 4")
        focus = "document.getElementById('scene-name').focus()"
        await tab.evaluate(focus)
        await tab.key("p")
        assert view.panics == 0, "who types a name does not panic"
        await tab.evaluate(
            "(() => { const field = document.getElementById('scene-name');"
            " field.value = 'tap the beat'; field.form.requestSubmit(); })()"
        )
        await until(lambda: view.scene_orders == [("store", "tap the beat", None)])
        await tab.until("document.querySelectorAll('#pads .pad').length === 5")

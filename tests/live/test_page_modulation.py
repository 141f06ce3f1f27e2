"""The modulation matrix and the marks on the sliders, in a real chromium."""

from __future__ import annotations

import pytest

from livesyn.control.modulation import Row
from tests.chromium import PROGRAM
from tests.live.test_page import playing, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]

CHOOSE = """(() => { const rows = document.querySelectorAll(".modulation-row");
    const select = rows[%d].querySelectorAll("select")[%d]; select.value = %r;
    select.dispatchEvent(new Event("input", { bubbles: true })); return true; })()"""
SHOWN = "document.querySelectorAll('.modulation-row:not([hidden])').length"


@pytest.mark.parametrize(("width", "height", "mobile"), [(1440, 900, False), (390, 844, True)])
async def test_a_row_is_made_moves_its_slider_and_is_let_go(width, height, mobile):
    async with playing(width, height, mobile) as (view, _, tab):
        await tab.until("livesyn.state && document.querySelector('.modulation-row')")
        await tab.evaluate("void (document.querySelector('.modulation').open = true)")
        assert await tab.evaluate(SHOWN) == 1  # the first that is free
        assert await tab.evaluate(CHOOSE % (0, 0, "triangle"))
        assert await tab.evaluate(CHOOSE % (0, 1, "temperature"))
        await until(lambda: view.modulation[0] == Row("triangle", target="temperature"))
        await tab.until(f"{SHOWN} === 2")
        await tab.evaluate(
            """void (() => { const depth = document.querySelector(
            ".modulation-row input[type=range]"); depth.value = 0.4;
            depth.dispatchEvent(new Event("input", { bubbles: true })); })()"""
        )
        await until(lambda: view.modulation[0].depth == 0.4)
        box = "document.getElementById('param-temperature').closest('.row')"
        await tab.until(f"{box}.classList.contains('moving')")
        now = await tab.evaluate(f"{box}.style.getPropertyValue('--now')")
        await tab.until(f"{box}.style.getPropertyValue('--now') !== {now!r}")
        value = float(await tab.evaluate("document.getElementById('param-temperature').value"))
        assert value == view.params["temperature"]  # its own
        assert await tab.evaluate("document.getElementById('matrix-count').textContent") == "1"
        view.modulation[0] = Row()
        await tab.until(f"!{box}.classList.contains('moving')")


async def test_what_waits_is_marked():
    async with playing(1440, 900) as (view, _, tab):
        await tab.until("livesyn.state && document.getElementById('param-glide')")
        view.waiting = [
            {"name": "glide", "value": 15.0, "beat": 8.0},
            {"name": "scale", "value": 2.0, "beat": 8.0},
        ]
        glide = "document.getElementById('param-glide').closest('.row')"
        scale = "document.getElementById('param-scale').closest('.row')"
        await tab.until(f"{glide}.classList.contains('waits')")
        assert float(await tab.evaluate(f"{glide}.style.getPropertyValue('--next')")) == 0.5
        assert await tab.evaluate(f"{scale}.querySelector('.will').textContent") == " → minor"
        view.waiting = []
        await tab.until(f"!{glide}.classList.contains('waits')")

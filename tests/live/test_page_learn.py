"""MIDI learn on the page in a real chromium: what a person clicks, types and sees."""

import pytest

from livesyn.control.mapping import MapRow
from tests.chromium import PROGRAM
from tests.live.test_page import playing, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]
ROW = "#params [data-learn=temperature]"


async def test_a_click_on_a_control_asks_for_its_knob_and_moves_nothing():
    async with playing(1440, 900) as (view, page, tab):
        await tab.key("m")
        await tab.until("!document.getElementById('learn').hidden")
        await tab.until(f"document.querySelector('{ROW}').dataset.by === 'cc 16'")
        await tab.click(ROW)
        await until(lambda: view.learns[-1:] == ["temperature"])
        await tab.until(f"document.querySelector('{ROW}').classList.contains('waits')")
        await tab.until("document.getElementById('learn-says').textContent.includes('temperature')")
        assert view.sets == []
        await tab.click("#play")
        await until(lambda: view.learns[-1:] == ["play_stop"])
        assert view.transports == []
        await tab.click("#panic")  # panics, whatever else is going on
        await until(lambda: view.panics == 1)
        await tab.key("Escape")
        await tab.until("document.getElementById('learn').hidden")
        await until(lambda: view.learns[-1:] == [""])
        await tab.click("#play")
        await until(lambda: len(view.transports) == 1)


async def test_a_row_is_changed_and_removed_and_a_mark_shows_where_the_knob_is():
    async with playing(1440, 900) as (view, page, tab):
        view.replace_map((MapRow("cc 16", "temperature"), MapRow("key q", "tap", mode="trigger")))
        view.knobs = {"temperature": (1.5, False)}
        await tab.click("#learn-key")
        await tab.until("document.querySelectorAll('#learn-rows li').length === 2")
        await tab.evaluate(
            "(() => { const s = document.querySelector('#learn-rows select[aria-label$=mode]');"
            " s.value = 'jump'; s.dispatchEvent(new Event('change')); })()"
        )
        await until(lambda: MapRow("cc 16", "temperature", mode="jump") in view.map)
        await tab.until(
            "document.querySelector('#learn-rows select[aria-label$=mode]').value === 'jump'"
        )
        await tab.until(f"!document.querySelector('{ROW} .knob').hidden")
        await tab.evaluate("document.querySelector('#learn-rows .word').click()")
        await until(lambda: len(view.map) == 1)
        await tab.click("#learn-close")
        await tab.key("q")
        await until(lambda: view.presses[-2:] == [("q", True), ("q", False)])


async def test_the_map_is_downloaded_and_taken_from_a_file():
    async with playing(1440, 900) as (view, page, tab):
        script = """(async () => {
            const text = await (await fetch('/midi-map.toml')).text();
            const put = (body) => fetch('/midi-map.toml', { method: 'PUT', body });
            const bad = await put('[[midi.map]]\\ncontrol = "cc 1"\\nto = "tempi"');
            const good = await put('[[midi.map]]\\ncontrol = "cc 1"\\nto = "tempo"');
            return [text, bad.status, await bad.text(), good.status]; })()"""
        text, bad, sentence, good = await tab.evaluate(script)
        assert 'control = "cc 16"\nto = "temperature"' in text
        assert (bad, good) == (400, 200) and "did you mean 'tempo'?" in sentence
        assert view.map == (MapRow("cc 1", "tempo"),)
        tab.errors.clear()  # chromium logs the 400

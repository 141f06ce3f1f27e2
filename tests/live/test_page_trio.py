"""Three parts on the page, in a real chromium: drums lie below the score, and are heard as
drums.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from livesyn.music import drums
from livesyn.web import Web
from tests.chromium import PROGRAM, chromium
from tests.fakes_web import DemoView

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]


class Trio(DemoView):
    """The demo's melody, a bass below it, and drums."""

    def bar_notes(self, bar: int) -> dict[str, Any]:
        found = super().bar_notes(bar)
        bass = [[float(beat), 0.9, 40, 90, 2] for beat in range(0, 4, 2)]
        kit = [
            [n.start_beats, n.duration_beats, n.pitch, 90, 10]
            for n in drums.tokens_to_notes([5, 0, 4, 0, 6, 0, 4, 0] * 2)
        ]
        return {**found, "notes": sorted([*found["notes"], *bass, *kit])}


async def test_a_trio_is_drawn_and_heard() -> None:
    page = Web(Trio(), port=0)
    await page.start()
    try:
        async with chromium() as tab:
            await tab.open(page.url, 1440, 900)
            await tab.until("livesyn.score.shown.size === 2 && livesyn.score.strip > 0")
            # towards 37, below the bass; drums do not pull it down
            assert await tab.evaluate("livesyn.score.low > 34")
            await tab.evaluate(
                """import('/static/synth.js').then(({ Synth }) => {
                window.struck = []; const plain = Synth.prototype.strike;
                Synth.prototype.strike = function (pitch, velocity, at) {
                    window.struck.push(pitch); plain.call(this, pitch, velocity, at); }; })"""
            )
            await tab.click("#listen")
            await tab.until("struck.includes(36) && struck.includes(42) && struck.includes(38)")
            # its next may be half a bar away
            await tab.until("livesyn.listener.counts.notes.some((note) => note.pitch === 40)")
            if folder := os.environ.get("LIVESYN_SHOTS"):
                await tab.screenshot(Path(folder) / "trio.png")
            await tab.click("#listen")
            await tab.until("livesyn.listener.synth.voices.size === 0")
            assert tab.errors == []
    finally:
        await page.stop()

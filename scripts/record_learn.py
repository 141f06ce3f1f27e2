"""Takes the picture of MIDI learn for docs/how-to/midi-learn.md: the page, a map, a control that
waits for its knob. Needs chromium.

    .venv/bin/python scripts/record_learn.py [--out docs/midi-learn.webp]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # livesyn and tests of this copy of the source

from livesyn.control.mapping import MapRow  # noqa: E402
from livesyn.web import Web  # noqa: E402
from tests.chromium import PROGRAM, chromium  # noqa: E402
from tests.fakes_web import DemoView  # noqa: E402

PAGE = (1440, 900)  # px of the window
SIZE = (1200, 750)  # px of the picture
MAP = (
    MapRow("cc14 21", "temperature", 1, "nanoKONTROL2"),
    MapRow("cc 22", "radius", low=0.5, high=1.5, curve="s"),
    MapRow("cc 23", "steer_3", mode="twos"),
    MapRow("note 36", "play_stop", 10, mode="trigger"),
    MapRow("note 37", "recall_A", 10, mode="trigger"),
    MapRow("key q", "tap", mode="trigger"),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "midi-learn.webp")
    args = parser.parse_args()
    if PROGRAM is None:
        sys.exit("chromium is not installed; scripts/setup-live installs it")
    with tempfile.TemporaryDirectory(prefix="livesyn-learn-") as folder:
        shot = Path(folder) / "page.png"
        asyncio.run(take(shot))
        page = Image.open(shot).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        page.save(args.out, "WEBP", quality=80, method=6)
    print(f"{args.out}: {args.out.stat().st_size:,} bytes")
    return 0


async def take(shot: Path) -> None:
    """The page of a made-up show, while `drift` waits for its knob."""
    view = DemoView()
    view.replace_map(MAP)
    view.knobs = {"temperature": (1.5, False)}
    page = Web(view, port=0)
    await page.start()
    try:
        async with chromium() as tab:
            await tab.open(page.url, *PAGE)
            await tab.click("#learn-key")
            await tab.until(f"document.querySelectorAll('#learn-rows li').length === {len(MAP)}")
            await tab.click("#params [data-learn=drift]")
            await tab.until("Boolean(document.querySelector('.waits'))")
            await tab.screenshot(shot)
    finally:
        await page.stop()


if __name__ == "__main__":
    sys.exit(main())

"""Takes the pictures of docs/how-to/stage-view.md: the stage view on a laptop, and page and stage
view on a phone. Needs chromium.

    .venv/bin/python scripts/record_stage.py [--out docs]
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

from livesyn.web import Web  # noqa: E402
from tests.chromium import PROGRAM, Tab, chromium  # noqa: E402
from tests.fakes_web import DemoView  # noqa: E402

LAPTOP, PHONE = (1366, 768), (390, 844)  # px of the window
STAGE_SIZE, PHONE_SIZE = (1000, 562), (420, 909)  # px of the picture
GAP = 20
BARS_PLAYED = 127


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="the folder")
    args = parser.parse_args()
    if PROGRAM is None:
        sys.exit("chromium is not installed; scripts/setup-live installs it")
    with tempfile.TemporaryDirectory(prefix="livesyn-stage-") as folder:
        stage, *phones = asyncio.run(take(Path(folder)))
        save(stage.resize(STAGE_SIZE, Image.Resampling.LANCZOS), args.out / "stage-view.webp")
        both = Image.new("RGB", (2 * PHONE_SIZE[0] + GAP, PHONE_SIZE[1]), "white")
        for number, phone in enumerate(phones):
            small = phone.resize(PHONE_SIZE, Image.Resampling.LANCZOS)
            both.paste(small, (number * (PHONE_SIZE[0] + GAP), 0))
        save(both, args.out / "phone.webp")
    return 0


def save(picture: Image.Image, path: Path) -> None:
    picture.save(path, "WEBP", quality=80, method=6)
    print(f"{path}: {path.stat().st_size:,} bytes")


async def take(folder: Path) -> list[Image.Image]:
    """The stage view on a laptop, page and stage view on a phone, of a made-up show."""
    view = DemoView()
    view.params.update(tempo=124.0, morph=0.6, steer_0=1.1, steer_1=0.7)
    view.timeline |= {"beat": 4.0 * BARS_PLAYED, "time_s": view.clock.now_s(), "bpm": 124.0}
    page = Web(view, port=0)
    await page.start()
    shots = []
    try:
        for path, size in (("stage", LAPTOP), ("", PHONE), ("stage", PHONE)):
            async with chromium() as tab:
                await tab.open(page.url + path, *size, size == PHONE)
                await settled(tab)
                shot = folder / "shot.png"
                await tab.screenshot(shot)
                with Image.open(shot) as picture:
                    shots.append(picture.convert("RGB"))
    finally:
        await page.stop()
    return shots


async def settled(tab: Tab) -> None:
    """Until a beat has just begun, so that its lamp is bright."""
    await tab.until("livesyn.clock.samples.length >= 6")
    await tab.until(
        "Number(getComputedStyle(document.querySelector('.stage-beats .on, .beats"
        " .on')).getPropertyValue('--lit')) > 0.7"
    )


if __name__ == "__main__":
    sys.exit(main())

"""A real chromium, driven by its DevTools protocol over aiohttp. For tests and screenshots."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
PROGRAM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
WAIT_S = 40.0


class Tab:
    """One page.

    Every call waits for its answer; what the page throws or logs as an error is in `errors`.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.errors: list[str] = []

    async def read(self) -> None:
        async for heard in self._socket:
            data = heard.json()
            if data.get("id") in self._waiting:
                self._waiting.pop(data["id"]).set_result(data)
            elif data.get("method") == "Runtime.exceptionThrown":
                details = data["params"]["exceptionDetails"]
                self.errors.append(
                    details.get("exception", {}).get("description") or details["text"]
                )
            elif (
                data.get("method") == "Log.entryAdded"
                and data["params"]["entry"]["level"] == "error"
            ):
                self.errors.append(data["params"]["entry"]["text"])

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(WAIT_S):
            data = await answer
        if "error" in data:
            raise RuntimeError(f"{method}: {data['error']['message']}")
        return data["result"]

    async def evaluate(self, script: str) -> Any:
        answer = await self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(
                answer["exceptionDetails"].get("exception", {}).get("description", "the page threw")
            )
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """The value of `script` once it is true; it is asked at every frame of the page."""
        ask = (
            f"new Promise(done => {{ const look = () => {{ const v = ({script}); v ? done(v) :"
            " requestAnimationFrame(look); }; look(); })"
        )
        return await self.evaluate(ask)

    async def open(self, url: str, width: int, height: int, mobile: bool = False) -> None:
        await self.call("Page.enable")
        await self.call("Runtime.enable")
        await self.call("Log.enable")
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )
        await self.call("Emulation.setTouchEmulationEnabled", enabled=mobile)
        await self.call("Page.navigate", url=url)
        await self.until("window.livesyn?.state && document.querySelector('.row')")

    async def centre(self, selector: str) -> tuple[float, float]:
        script = (
            f"(() => {{ const e = document.querySelector({selector!r});"
            " e.scrollIntoView({block: 'nearest'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        x, y = await self.evaluate(script)
        return x, y

    async def mouse(self, kind: str, x: float, y: float, clicks: int = 1) -> None:
        await self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left",
            buttons=int(kind != "mouseReleased"),
            clickCount=clicks,
        )

    async def click(self, selector: str, clicks: int = 1) -> None:
        x, y = await self.centre(selector)
        for count in range(1, clicks + 1):
            await self.mouse("mousePressed", x, y, count)
            await self.mouse("mouseReleased", x, y, count)

    async def key(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def screenshot(self, path: Path, whole: bool = False) -> None:
        shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))


@asynccontextmanager
async def chromium() -> AsyncIterator[Tab]:
    """A fresh browser with one empty tab; ended, with its folder, on leaving."""
    folder = Path(tempfile.mkdtemp(prefix="livesyn-chromium-"))
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM),
        *FLAGS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with aiohttp.ClientSession() as session:
            address = await _address(process)
            async with session.get(
                address.replace("ws://", "http://").partition("/devtools")[0] + "/json/list"
            ) as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
            async with session.ws_connect(
                pages[0]["webSocketDebuggerUrl"], max_msg_size=0
            ) as socket:
                tab = Tab(socket)
                reading = asyncio.create_task(tab.read())
                try:
                    yield tab
                finally:
                    reading.cancel()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(WAIT_S):
        async for line in process.stderr:
            if b"DevTools listening on " in line:
                return line.decode().partition(" on ")[2].strip()
    raise RuntimeError("chromium ended before it listened")

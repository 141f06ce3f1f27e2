"""The listening study in a real chromium: from welcome to thanks by keyboard alone, over a
reload.
"""

from __future__ import annotations

from contextlib import asynccontextmanager

import numpy as np
import pytest
from PIL import Image

from livesyn.evaluate.study import folder
from livesyn.evaluate.study.answers import Answers
from livesyn.evaluate.study.folder import Piece, Question, Study
from livesyn.evaluate.study.report import figures
from livesyn.evaluate.study.server import StudyServer
from tests.chromium import PROGRAM, Tab, chromium

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]

KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowRight": 39, "ArrowDown": 40}
FOCUS = (
    "(e => e && (e.getAttribute('aria-label') || e.textContent.trim() ||"
    " e.id))(document.activeElement)"
)


def write_study(where, tasks=3, examples=2) -> Study:
    """A study of coloured squares whose music is one short note, in classes an octave apart."""
    (where / "pictures").mkdir()
    pieces, per_class = {}, tasks + examples
    for number in range(3 * per_class):
        label = number // per_class
        name = f"p{(number * 11) % (3 * per_class) + 1:02d}"
        pieces[name] = Piece(name, label, f"{number}.png", 1.0, ((0.0, 0.1, 48 + 12 * label, 96),))
        pixels = np.full((96, 96, 3), 40, np.uint8)
        pixels[..., label] = 200
        Image.fromarray(pixels).save(folder.picture(where, name))
    names = [[name for name, piece in pieces.items() if piece.label == c] for c in range(3)]
    questions = tuple(
        Question(tuple(names[c][examples + t] for c in range(3)), t % 3, 1.0) for t in range(tasks)
    )
    bpm = 4800.0  # eight beats in a tenth of a second
    study = Study(
        "toy",
        "",
        "squares",
        "test",
        False,
        "colour",
        0,
        bpm,
        8.0,
        0.5,
        ("a", "b", "c"),
        (),
        3.0,
        tuple(tuple(group[:examples]) for group in names),
        questions,
        pieces,
    )
    folder.write(where, study)
    return study


@asynccontextmanager
async def page_of(where, width, height, mobile=False):
    desk = StudyServer(where, port=0)
    await desk.start()
    try:
        async with chromium() as tab:
            for domain in ("Page", "Runtime", "Log", "Accessibility"):
                await tab.call(f"{domain}.enable")
            await tab.call(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=2 if mobile else 1,
                mobile=mobile,
            )
            await tab.call("Page.navigate", url=desk.url)
            await tab.until("window.livesyn?.state.stage")
            yield tab, desk
            assert tab.errors == []
    finally:
        await desk.stop()


async def press(tab: Tab, key: str) -> None:
    text = {"Enter": {"text": "\r"}, " ": {"text": " "}}.get(key, {})
    code = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": KEYS[key]}
    await tab.call("Input.dispatchKeyEvent", type="keyDown", **code, **text)
    await tab.call("Input.dispatchKeyEvent", type="keyUp", **code)


async def tab_to(tab: Tab, name: str) -> None:
    """Tab until what has the focus is called so: all must be reached that way, and be seen to
    be.
    """
    for _ in range(30):
        await press(tab, "Tab")
        if name in (await tab.evaluate(FOCUS) or ""):
            ring = (
                "(e => getComputedStyle(e.matches('.option input') ? e.nextElementSibling :"
                " e).outlineStyle)(document.activeElement)"
            )
            assert await tab.evaluate(ring) != "none", f"no ring around {name}"
            return
    raise AssertionError(f"Tab does not lead to {name}")


async def stage(tab: Tab, name: str) -> None:
    await tab.until(f"livesyn.state.stage === '{name}'")
    # where a screen reader goes on
    assert await tab.evaluate("document.activeElement.tagName") == "H1"


async def spoken(tab: Tab) -> list[tuple[str, str]]:
    """Role and name of everything that the accessibility tree has to say."""
    nodes = (await tab.call("Accessibility.getFullAXTree"))["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]


async def hear_examples(tab: Tab, key: str = "Enter") -> None:
    for _ in range(await tab.evaluate("livesyn.state.heard_first")):
        await tab_to(tab, "Play the music of group")
        await press(tab, key)
    await tab_to(tab, "Go on to the tasks")
    await press(tab, "Enter")


async def answer(tab: Tab, arrows: int) -> str:
    """Listen, go to an option, give the answer; returns the id of the picture chosen."""
    await tab_to(tab, "Play the music")
    await press(tab, "Enter")
    await tab.until("document.querySelector('#said').textContent.includes('is over')")
    await tab_to(tab, "option-")
    await press(tab, " ")
    for _ in range(arrows):
        await press(tab, "ArrowRight")
    chosen = await tab.evaluate(
        "String(livesyn.state.options[document.querySelector('#options input:checked').value])"
    )
    task = await tab.evaluate("livesyn.state.task")
    await tab_to(tab, "Give this answer")
    await press(tab, "Enter")
    await tab.until(f"livesyn.state.stage === 'done' || livesyn.state.task === {task + 1}")
    return chosen


async def test_a_study_by_keyboard_alone(tmp_path):
    study = write_study(tmp_path)
    async with page_of(tmp_path, 1280, 900) as (tab, _):
        await stage(tab, "welcome")
        await tab_to(tab, "by-ear")
        await tab_to(tab, "Begin")
        await press(tab, "Enter")
        await stage(tab, "examples")

        # not on before all is heard, and it is said why
        await tab_to(tab, "Go on to the tasks")
        await press(tab, "Enter")
        await tab.until("document.querySelector('#trouble').textContent.includes('6 are left')")
        said = await spoken(tab)
        assert (
            ("group", "Group 1") in said
            and ("button", "Play the music of group 3, picture 2") in said
            and any(role == "alert" for role, _ in said)
        )
        await tab.evaluate("document.querySelector('#examples h1').focus()")
        await hear_examples(tab)
        await stage(tab, "task")

        # an answer wants ears and a choice
        await tab_to(tab, "Give this answer")
        await press(tab, "Enter")
        await tab.until("document.querySelector('#trouble').textContent.includes('listen')")
        assert await tab.evaluate("livesyn.state.task") == 0
        said = await spoken(tab)
        assert ("heading", "Task 1 of 3") in said and {
            ("radio", f"Picture {letter}") for letter in "ABC"
        } <= set(said)
        assert not any(word in name for word in ("png", "p0", "p1") for _, name in said)
        await tab.evaluate("document.querySelector('#task h1').focus()")
        chosen = [await answer(tab, 1)]

        # a reload goes on at the same task with the same options
        before = await tab.evaluate("JSON.stringify(livesyn.state)")
        await tab.call("Page.reload")
        await tab.until("window.livesyn?.state.stage === 'task'")
        assert await tab.evaluate("JSON.stringify(livesyn.state)") == before
        assert await tab.evaluate("document.querySelectorAll('#options input:checked').length") == 0
        chosen += [await answer(tab, 0), await answer(tab, 2)]
        await stage(tab, "done")
        shown = (await tab.evaluate("document.body.innerText")).lower()
        assert "thank you" in shown and not any(
            word in shown for word in ("wrong", "correct", "accuracy", "%")
        )
    answers = Answers(tmp_path / folder.ANSWERS)
    (person,) = answers.people()
    answers.close()
    assert [study.questions[t].options[c] for t, c in enumerate(person.choices)] == chosen
    assert figures(study, [person])["people"] == 1


async def test_by_ear_alone_on_a_phone(tmp_path):
    write_study(tmp_path)
    async with page_of(tmp_path, 360, 740, mobile=True) as (tab, _):
        await tab_to(tab, "by-ear")
        await press(tab, " ")
        await tab_to(tab, "Begin")
        await press(tab, "Enter")
        await stage(tab, "examples")
        assert await tab.evaluate("document.querySelectorAll('main img').length") == 0
        await hear_examples(tab, " ")
        await stage(tab, "task")
        assert {("radio", f"Group {n}") for n in (1, 2, 3)} <= set(await spoken(tab))
        for _ in range(3):
            await answer(tab, 1)
        await stage(tab, "done")
        await tab_to(tab, "Let another person")
        await press(tab, "Enter")
        await stage(tab, "welcome")


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1280, 900)])
async def test_nothing_sticks_out_and_targets_are_large(tmp_path, width, height):
    write_study(tmp_path, examples=4)
    sizes = (
        "[...document.querySelectorAll('button, .option input, #by-ear')].filter(e =>"
        " e.offsetParent).map(e => Math.min(e.offsetWidth, e.offsetHeight))"
    )
    async with page_of(tmp_path, width, height, mobile=width < 500) as (tab, _):
        for path in ("", "enter", "begin"):
            if path:
                await tab.evaluate(
                    f"fetch('/api/{path}', {{method: 'POST', body: '{{}}'}}).then(() =>"
                    " location.reload())"
                )
                await tab.until(
                    "window.livesyn?.state.stage ==="
                    f" '{ {'enter': 'examples', 'begin': 'task'}[path] }'"
                )
            assert await tab.evaluate("document.documentElement.scrollWidth") <= width
            assert min(await tab.evaluate(sizes)) >= 24  # WCAG 2.2, 2.5.8


async def test_a_lost_connection_loses_nothing(tmp_path):
    write_study(tmp_path)
    async with page_of(tmp_path, 390, 844, mobile=True) as (tab, _):
        await tab_to(tab, "Begin")
        await tab.call("Network.enable")
        for offline, then in (
            (True, "document.querySelector('#trouble').textContent.includes('cannot be reached')"),
            (False, "livesyn.state.stage === 'examples'"),
        ):
            await tab.call(
                "Network.emulateNetworkConditions",
                offline=offline,
                latency=0,
                downloadThroughput=-1,
                uploadThroughput=-1,
            )
            await press(tab, "Enter")
            await tab.until(then)
        assert len(tab.errors) == 1  # the browser's own line on the request that failed
        tab.errors.clear()

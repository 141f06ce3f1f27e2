"""The page's server: stages, no way back, resuming, and nothing given away."""

import json
import re
import sqlite3

import pytest

from livesyn.base.errors import ConfigError, DataError, DeviceError
from livesyn.evaluate.study import folder, server
from livesyn.evaluate.study.answers import Answers
from livesyn.evaluate.study.server import COOKIE, STATIC, StudyServer


@pytest.fixture
async def page(study, aiohttp_client):
    desk = StudyServer(study)
    yield await aiohttp_client(desk.app())
    desk._answers.close()


async def post(page, path, body=None, status=200):
    answer = await page.post(f"/api/{path}", json=body or {})
    assert answer.status == status, await answer.text()
    return await answer.json() if status in (200, 409) else await answer.text()


async def state(page):
    return await (await page.get("/api/state")).json()


async def through_examples(page, mode="see"):
    await post(page, "enter", {"mode": mode})
    return await post(page, "begin")


async def test_from_welcome_to_thanks(page, study):
    kept = folder.read(study)
    assert (await state(page))["stage"] == "welcome"
    first = await post(page, "enter", {"mode": "see"})
    assert first["stage"] == "examples" and [len(group) for group in first["groups"]] == [2, 2, 2]
    assert {frozenset(piece["picture"] for piece in group) for group in first["groups"]} == set(
        map(frozenset, kept.examples)
    )
    now = await post(page, "begin")
    for task, question in enumerate(kept.questions):
        assert (now["stage"], now["task"], now["of"]) == ("task", task, 5)
        assert sorted(now["options"]) == sorted(question.options)
        assert now["notes"] == [
            list(row) for row in kept.pieces[question.options[question.truth]].notes
        ]
        now = await post(
            page,
            "answer",
            {
                "task": task,
                "option": now["options"].index(question.options[question.truth]),
                "plays": 2,
            },
        )
    assert now["stage"] == "done" and "notes" not in now
    answers = Answers(study / folder.ANSWERS)
    (person,) = answers.people()
    answers.close()
    assert person.choices == tuple(question.truth for question in kept.questions)


async def test_a_reload_goes_on_where_it_was_also_after_a_restart(page, study, aiohttp_client):
    now = await through_examples(page)
    now = await post(page, "answer", {"task": 0, "option": 1, "plays": 1})
    assert await state(page) == now  # the same task, the same order of options
    word = page.session.cookie_jar.filter_cookies(page.make_url("/"))[COOKIE].value
    again = StudyServer(study)
    other = await aiohttp_client(again.app(), cookies={COOKIE: word})
    assert await state(other) == now
    again._answers.close()


async def test_there_is_no_way_back_and_none_ahead(page, study):
    await post(page, "enter", {"mode": "see"})
    # not before the examples are done
    assert (await post(page, "answer", {"task": 0, "option": 0, "plays": 1}, 409))[
        "stage"
    ] == "examples"
    await post(page, "begin")
    after = await post(page, "answer", {"task": 0, "option": 2, "plays": 1})
    for task in (0, 2, 4, 99):
        assert await post(page, "answer", {"task": task, "option": 0, "plays": 1}, 409) == after
    assert (await post(page, "begin"))["stage"] == "task"  # nor to the examples
    with sqlite3.connect(study / folder.ANSWERS) as base:
        assert base.execute("SELECT task, place FROM answers").fetchall() == [(0, 2)]
    base.close()


async def test_nothing_gives_the_answers_away(page, study):
    kept = folder.read(study)
    said = [json.dumps(await post(page, "enter", {"mode": "see"}))]
    now = await post(page, "begin")
    for task in range(5):
        said.append(json.dumps(now))
        now = await post(page, "answer", {"task": task, "option": 0, "plays": 1})
    said.append(json.dumps(now))
    for word in (
        "truth",
        "label",
        "distance",
        "accuracy",
        "correct",
        *kept.classes,
        *(piece.name for piece in kept.pieces.values()),
    ):
        assert not any(word in text for text in said), word
    for path in (
        "/study.json",
        "/answers.sqlite",
        "/pictures/../study.json",
        "/pictures/%2e%2e%2fstudy.png",
        "/static/../serve.py",
        "/music/p01.mid",
    ):
        assert (await page.get(path)).status == 404


async def test_the_order_is_each_persons_own(made):
    from livesyn.evaluate.study.answers import Person

    study = made[1]
    seen = {
        tuple(server.order(study, Person(f"person {i}", "see", True, (), ()), task))
        for i in range(12)
        for task in range(5)
    }
    assert len(seen) == 6
    assert (
        len(
            {
                tuple(server.groups(study, Person(f"person {i}", "see", True, (), ())))
                for i in range(40)
            }
        )
        == 6
    )
    one = Person("one", "see", True, (0,), (0,))
    assert server.view(study, one) == server.view(study, one)


async def test_by_ear_alone_there_are_groups_for_pictures(page, study):
    kept = folder.read(study)
    first = await post(page, "enter", {"mode": "hear"})
    assert all(piece["picture"] is None for group in first["groups"] for piece in group)
    now = await post(page, "begin")
    assert now["options"] == [1, 2, 3] and now["mode"] == "hear"
    truth = kept.questions[0].truth
    music = [list(row) for name in kept.examples[truth] for row in kept.pieces[name].notes]
    group = next(
        i
        for i, pieces in enumerate(first["groups"])
        if sorted(row for piece in pieces for row in piece["notes"]) == sorted(music)
    )
    await post(page, "answer", {"task": 0, "option": group, "plays": 1})
    answers = Answers(study / folder.ANSWERS)
    assert [(person.mode, person.choices) for person in answers.people()] == [("hear", (truth,))]
    answers.close()


async def test_strange_requests_are_refused(page):
    assert "enter first" in await post(page, "begin", status=403)
    await through_examples(page)
    for body in (
        {},
        {"task": 0, "option": 3, "plays": 1},
        {"task": 0, "option": -1, "plays": 1},
        {"task": True, "option": 0, "plays": 0},
        {"task": 0, "option": "0", "plays": 0},
    ):
        await post(page, "answer", body, 400)
    assert (await page.post("/api/answer", data=b"[1]")).status == 400
    assert (await page.post("/api/answer", data=b"\xff")).status == 400
    assert (await page.post("/api/answer", data=b" " * 5000)).status == 413
    # a second click is the same person
    assert (await page.post("/api/enter", json={"mode": "see"})).status == 200
    assert (await page.post("/api/leave")).status == 409  # not before the end
    assert (await state(page))["task"] == 0


async def test_the_next_person_at_the_same_browser(page):
    now = await through_examples(page)
    while now["stage"] == "task":
        now = await post(page, "answer", {"task": now["task"], "option": 0, "plays": 1})
    assert (await post(page, "leave"))["stage"] == "welcome" == (await state(page))["stage"]


async def test_open_to_the_network_it_wants_its_token(study, aiohttp_client):
    with pytest.raises(ConfigError, match="token"):
        StudyServer(study, "0.0.0.0")
    desk = StudyServer(study, "0.0.0.0", token="opensesame")
    page = await aiohttp_client(desk.app())
    assert (
        (await page.get("/")).status == 401
        and (await page.get("/api/state")).status == 401
        and (await page.post("/api/enter")).status == 401
    )
    assert (await page.get("/?token=opensesame")).status == 200 and (
        await page.get("/api/state")
    ).status == 200
    desk._answers.close()


async def test_another_site_is_turned_away(page):
    assert (
        await page.post("/api/enter", json={}, headers={"Origin": "http://elsewhere.example"})
    ).status == 403
    assert (await page.get("/", headers={"Host": "elsewhere.example"})).status == 403
    assert "frame-ancestors 'none'" in (await page.get("/")).headers["Content-Security-Policy"]


async def test_a_person_is_a_random_word_and_nothing_else(page, study):
    entered = await page.post("/api/enter", json={"mode": "see"})
    cookie = entered.cookies[COOKIE]
    assert len(cookie.value) >= 20 and cookie["httponly"] and cookie["samesite"] == "Strict"
    with sqlite3.connect(study / folder.ANSWERS) as base:
        assert {
            row[1]
            for table in ("persons", "answers")
            for row in base.execute(f"PRAGMA table_info({table})")
        } == {"id", "mode", "begun", "person", "task", "choice", "place", "plays"}
    base.close()


async def test_start_and_stop(study):
    desk = StudyServer(study, port=0)
    await desk.start()
    port = int(desk.url.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(DeviceError, match="another program has it"):
        await StudyServer(study, port=port).start()
    await desk.stop()


def test_a_folder_that_is_no_study_or_cannot_be_written(study, tmp_path):
    with pytest.raises(DataError, match="not the folder of a study"):
        StudyServer(tmp_path)
    (study / folder.ANSWERS).write_bytes(
        b"not a base at all, but long enough to be taken for one" * 20
    )
    with pytest.raises(DataError, match="cannot be kept"):
        StudyServer(study)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("soft", "paper", 7),
        ("bad", "paper", 4.5),
        ("blue", "paper", 4.5),
        ("rule", "paper", 3),
    ],
)
def test_colours_stand_out(ink, ground, least):
    """WCAG 2.2: 4.5 for text, 3 for what shows a control; running text here has 7."""
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", (STATIC / "style.css").read_text()))
    light, dark = sorted((luminance(named[ink]), luminance(named[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least

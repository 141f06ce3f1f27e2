"""`livesyn study serve`: the page on which people take the study. (SynVAE thesis, section 5.3.)

The server knows where a person is; the page only shows it. So a reload goes on where it was,
an answer counts once, and neither answers nor classes ever reach the browser.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from livesyn.base.addresses import STUDY_PORT, THIS_MACHINE
from livesyn.base.clock import Clock, SystemClock
from livesyn.evaluate.study import folder
from livesyn.evaluate.study.answers import HEAR, SEE, Answers, Person
from livesyn.evaluate.study.folder import Study
from livesyn.web.server import STATIC as SHARED
from livesyn.web.site import Site

STATIC = Path(__file__).parent / "static"
COOKIE = "livesyn_person"
REMEMBERED_S = 90 * 24 * 3600
MAX_BYTES = 2048  # of what a page may send at once
MAX_PLAYS = 10_000
BODY_S = 10.0

log = logging.getLogger(__name__)


class StudyServer:
    """The study in `where` as a web page. On loopback it needs no token; elsewhere it must have
    one.

    All methods belong to the loop. Raises DataError for a folder that holds no study or cannot
    be written to, ConfigError for an open host without a token.
    """

    def __init__(
        self,
        where: Path,
        host: str = THIS_MACHINE,
        port: int = STUDY_PORT,
        token: str | None = None,
        *,
        clock: Clock | None = None,
        say: Callable[[str], object] = log.warning,
    ) -> None:
        self._where = where
        self._site = Site("the study", host, port, token, clock or SystemClock(), say)
        self._study = folder.read(where)
        self._answers = Answers(where / folder.ANSWERS)

    @property
    def url(self) -> str:
        """What to type into a browser on this machine, with the token where there is one."""
        return self._site.url

    def app(self) -> web.Application:
        """The routes, for a server or a test client."""
        app = web.Application(middlewares=[self._site.guard], client_max_size=MAX_BYTES)
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/static/synth.js", self._synth),
                web.get("/pictures/{name}.png", self._picture),
                web.get("/api/state", self._state),
                web.post("/api/enter", self._enter),
                web.post("/api/begin", self._begin),
                web.post("/api/answer", self._answer),
                web.post("/api/leave", self._leave),
            ]
        )
        app.router.add_static("/static/", STATIC)
        return app

    async def start(self) -> None:
        """Serve. Raises DeviceError when the address cannot be used."""
        await self._site.start(self.app())

    async def stop(self) -> None:
        """Free the port and the answers' file. Harmless when not started."""
        await self._site.stop()
        self._answers.close()

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._site.page(request, STATIC / "index.html")

    async def _synth(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(SHARED / "synth.js")

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in self._study.pieces:
            raise web.HTTPNotFound(text="there is no such picture")
        return web.FileResponse(folder.picture(self._where, name))

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(view(self._study, self._person(request)))

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        if (person := self._person(request)) is not None:  # a second click
            return web.json_response(view(self._study, person))
        mode = (await _body(request)).get("mode", SEE)
        if mode not in (SEE, HEAR):
            raise web.HTTPBadRequest(text=f"mode is {SEE} or {HEAR}")
        word = self._answers.enter(mode)
        response = web.json_response(view(self._study, self._answers.person(word)))
        response.set_cookie(
            COOKIE, word, max_age=REMEMBERED_S, httponly=True, samesite="Strict", path="/"
        )
        return response

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        person = self._known(request)
        self._answers.begin(person.id)
        return web.json_response(view(self._study, self._answers.person(person.id)))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Keep the answer to the task that this person is at. One to another task is not kept:
        409, with where the person is, so that a page which lost an answer's receipt goes on."""
        person, body = self._known(request), await _body(request)
        task, option, plays = _count(body, "task"), _count(body, "option"), _count(body, "plays")
        if option >= len(self._study.classes) or plays > MAX_PLAYS:
            raise web.HTTPBadRequest(
                text=f"option is below {len(self._study.classes)}, plays at most {MAX_PLAYS}"
            )
        kept = False
        if task == len(person.choices) < len(self._study.questions):
            kept = self._answers.add(
                person.id, task, order(self._study, person, task)[option], option, plays
            )
        return web.json_response(
            view(self._study, self._answers.person(person.id)), status=200 if kept else 409
        )

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        """Make room for the next person at this browser, once this one is through."""
        person = self._known(request)
        if len(person.choices) < len(self._study.questions):
            raise web.HTTPConflict(text="there are tasks left")
        response = web.json_response(view(self._study, None))
        response.del_cookie(COOKIE, path="/")
        return response

    def _person(self, request: web.Request) -> Person | None:
        word = request.cookies.get(COOKIE, "")
        return self._answers.person(word) if word else None

    def _known(self, request: web.Request) -> Person:
        person = self._person(request)
        if person is None:
            raise web.HTTPForbidden(text="enter first")
        return person


def view(study: Study, person: Person | None) -> dict[str, Any]:
    """What the page of this person shows now. Holds neither classes nor truths."""
    known = {
        "bpm": study.bpm,
        "of": len(study.questions),
        "mode": person.mode if person else SEE,
        "heard_first": sum(map(len, study.examples)),
    }
    if person is None:
        return known | {"stage": "welcome"}
    if not person.begun:
        return known | {
            "stage": "examples",
            "groups": [
                [
                    _piece(study, name, person.mode)
                    for name in _shuffled(study, person, f"group {c}", study.examples[c])
                ]
                for c in groups(study, person)
            ],
        }
    task = len(person.choices)
    if task >= len(study.questions):
        return known | {"stage": "done"}
    question = study.questions[task]
    shown: list[Any] = [
        question.options[c] if person.mode == SEE else groups(study, person).index(c) + 1
        for c in order(study, person, task)
    ]
    return known | {
        "stage": "task",
        "task": task,
        "options": shown,
        "notes": _notes(study, question.options[question.truth]),
    }


def groups(study: Study, person: Person) -> list[int]:
    """The classes in the order in which this person meets them as groups of examples."""
    return _shuffled(study, person, "groups", range(len(study.classes)))


def order(study: Study, person: Person, task: int) -> list[int]:
    """The classes in the order of the options of `task`: drawn for each person and task, but
    by the groups' numbers where there are no pictures, for those were drawn already."""
    return (
        groups(study, person)
        if person.mode == HEAR
        else _shuffled(study, person, f"task {task}", range(len(study.classes)))
    )


def _shuffled(study: Study, person: Person, what: str, things: Any) -> list[Any]:
    return random.Random(f"{study.seed} {person.id} {what}").sample(list(things), len(things))


def _piece(study: Study, name: str, mode: str) -> dict[str, Any]:
    return {"picture": name if mode == SEE else None, "notes": _notes(study, name)}


def _notes(study: Study, name: str) -> list[tuple[float, float, int, int]]:
    return list(study.pieces[name].notes)


def _count(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise web.HTTPBadRequest(text=f"{name} is a whole number from 0")
    return value


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        async with asyncio.timeout(BODY_S):
            body = await request.json()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the rest of it did not come") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise web.HTTPBadRequest(text="a JSON object is expected") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="a JSON object is expected")
    return body

"""Each bar in time: when it is due, what moves it, what happens when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock
from livesyn.base.health import LOST, OPENING, RUNNING, STALE_S, Health
from livesyn.base.types import Frame
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.engine.chains.see_to_hear.live import LiveSeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.chains.see_to_hear.schedule import AHEAD_S, lead_s, next_bar
from livesyn.engine.executor import Inline
from livesyn.engine.metrics import Rate, Recent
from livesyn.ipc import messages
from livesyn.ipc.messages import FromEngine, decode, encode
from livesyn.transport.timeline import Timeline
from livesyn.web.pictures import encode_json
from tests.asked import BY
from tests.engine.context import Page, context_of
from tests.toys import save_toy

# The schedule.


@given(
    st.floats(20, 300),
    st.floats(0, 500),
    st.floats(0.2, 2),
    st.one_of(st.none(), st.integers(0, 40)),
    st.floats(0, 0.5),
)
def test_the_next_bar_lies_ahead_and_never_twice(
    bpm: float, now_s: float, lead: float, done: int | None, making_s: float
) -> None:
    timeline = Timeline(0, 0, bpm)
    bar, due_s = next_bar(timeline, now_s, done, lead, making_s)
    line_s = timeline.time_of(4 * bar)
    assert line_s > now_s
    assert due_s == pytest.approx(line_s - lead)
    if done is not None:
        assert bar > done
    if done is None or bar > done + 1:
        assert line_s - now_s >= min(AHEAD_S + making_s, timeline.time_of(4) - 1e-6) - 1e-6


def test_lead_grows_with_slow_decoding() -> None:
    assert lead_s(300, None) == pytest.approx(0.5)
    assert lead_s(300, 50) == pytest.approx(0.3)
    assert lead_s(300, 150) == pytest.approx(0.5)
    assert lead_s(1000, 150) == pytest.approx(1.0)


def test_lead_never_grows_past_a_second_unless_asked() -> None:
    assert lead_s(300, 4000) == pytest.approx(1.0)
    assert lead_s(1500, 4000) == pytest.approx(1.5)


def test_percentiles_and_rates() -> None:
    recent = Recent(4)
    assert recent.percentile(50) is None and recent.least is None and recent.newest is None
    for value in (9, 1, 2, 3, 4):
        recent.add(value)
    figures: list[float | None] = [recent.percentile(50), recent.percentile(99)]
    figures += [recent.least, recent.newest]
    assert figures == [2, 4, 1, 4]
    rate = Rate()
    assert rate.read(0.0, 5) is None
    assert rate.read(2.0, 65) == pytest.approx(30)


# The loops.


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model.load(str(save_toy(tmp_path_factory.mktemp("toy"))), "cpu", threads=1)


@asynccontextmanager
async def living(model: Model, nets: AsyncModel | None = None) -> AsyncIterator[SimpleNamespace]:
    """A chain at work, at time 0, 120 bpm (a bar is 2 s), beat 0 at 0 s."""
    nets = nets or AsyncModel(model, Inline())
    clock, offers = ManualClock(), []

    def offer(bar: int, phrase: object, controls: tuple[float, ...]) -> None:
        offers.append((bar, clock.now_s(), phrase, controls))

    context = context_of(clock, offer=offer)
    show, view = context.show, context.view
    live = LiveSeeToHear(context, SeeToHear(nets, model.space, 0), nets)
    task = asyncio.create_task(live.run())

    async def at(time_s: float) -> None:
        """Let the engine do all it wants to do at `time_s`."""
        clock.advance(time_s - clock.now_s())
        show.changed.set()
        for _ in range(20):
            await asyncio.sleep(0)

    async def see(shade: int) -> None:
        context.frames.put(Frame(np.full((64, 64, 3), shade, np.uint8), clock.now_s()))
        async with asyncio.timeout(5):
            while view.pixels is None or view.pixels[0, 0, 0] != shade:
                await asyncio.sleep(0.001)
        await at(clock.now_s())

    yield SimpleNamespace(
        live=live,
        show=show,
        view=view,
        clock=clock,
        offers=offers,
        at=at,
        see=see,
        task=task,
        bars=lambda: [o[0] for o in offers],
    )
    assert not task.done(), task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def playing(
    bpm: float = 120, time_s: float = 0, beat: float = 0, on: bool = True
) -> messages.TimelineChange:
    return messages.TimelineChange(messages.Timeline(beat, time_s, bpm), on, **BY)


async def test_a_bar_is_made_when_it_is_due_and_not_before(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        await e.see(50)
        await e.at(1.49)
        assert e.bars() == []
        await e.at(1.51)  # 500 ms before bar 1's line at 2 s: how long it takes is not known yet
        assert e.bars() == [1]
        await e.at(3.59)
        assert e.bars() == [1]
        await e.at(3.61)  # 400 ms before the next
        assert e.bars() == [1, 2]
        assert e.live.first_bar_s == pytest.approx(2.0)
        assert e.view.memory_pixels.shape == (64, 64, 3)
        assert e.view.snapshot()["coming"]["bar"] == 3


async def test_nothing_is_sent_before_a_picture_or_while_stopped(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        await e.at(1.75)
        assert e.bars() == []
        e.show.apply(playing(on=False))
        await e.see(50)
        await e.at(7.75)
        assert e.bars() == []
        e.show.apply(playing(time_s=7.75))
        await e.at(9.5)
        assert e.bars() == [1]


async def test_a_new_tempo_moves_what_is_due(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        await e.see(50)
        await e.at(0.5)
        e.show.apply(playing(bpm=240, time_s=0.5, beat=1))  # bar 1's line: 0.5 + 3/4 = 1.25 s
        await e.at(0.74)
        assert e.bars() == []
        await e.at(0.76)
        assert e.bars() == [1]


async def test_an_engine_that_comes_in_late_leaves_that_bar_to_the_player(model: Model) -> None:
    async with living(model) as e:
        await e.see(50)
        e.show.apply(playing(time_s=-1.9))  # bar 1's line in 100 ms
        await e.at(0.01)
        assert e.bars() == []
        await e.at(1.85)
        assert e.bars() == [2]


async def test_a_stalled_engine_still_tries_the_bar_that_follows(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        await e.see(50)
        await e.at(1.75)
        await e.at(3.95)  # 50 ms before bar 2's line
        assert e.bars() == [1, 2]
        await e.at(9.95)  # bars 3 and 4 are gone; 5 begins in 50 ms and did not follow
        assert e.bars() == [1, 2]
        await e.at(11.75)
        assert e.bars() == [1, 2, 6]


async def test_play_again_begins_again(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        await e.see(50)
        for time_s in (1.75, 3.75, 5.75):
            await e.at(time_s)
        e.show.apply(playing(on=False))
        e.show.apply(playing(time_s=6.0))
        await e.at(7.75)
        assert e.bars() == [1, 2, 3, 1]
        first, again = e.offers[0], e.offers[3]
        assert again[3] != () and len(first[3]) == 12


async def test_a_bar_that_cannot_be_made_is_counted_and_the_next_is_tried(model: Model) -> None:
    class Moody(AsyncModel):
        broken = True

        async def decode(self, *args: object) -> np.ndarray:
            if self.broken:
                raise RuntimeError("out of memory")
            return await super().decode(*args)  # type: ignore[arg-type]

    nets = Moody(model, Inline())
    async with living(model, nets) as e:
        e.show.apply(playing())
        await e.see(50)
        await e.at(1.75)
        assert e.bars() == [] and e.live.failures.count == 1
        assert "bar 2 could not be made: out of memory" in e.view.snapshot()["events"]
        nets.broken = False
        await e.at(3.75)
        assert e.bars() == [2]


# What the page sees.


def page_of(send: Callable[[object], object] = lambda message: None) -> Page:
    page = Page(send, 10.0)
    page.apply(
        messages.Welcome(
            messages.VERSION,
            messages.Timeline(0, 9.0, 120),
            {"tempo": 120.0, "swing": 0.0, "future": 1.0},
            True,
            0,
        )
    )
    return page


async def test_the_page_sees_what_the_player_plays(model: Model) -> None:
    context = context_of(ManualClock(10.0))
    show, view = context.show, context.view
    nets = AsyncModel(model, Inline())
    live = LiveSeeToHear(context, SeeToHear(nets, model.space, 0), nets)
    await live._chain.observe(Frame(np.zeros((64, 64, 3), np.uint8), 0.0))
    nudged: list[int] = []
    show.on_bar = lambda: nudged.append(1)
    for message in (
        messages.Welcome(
            messages.VERSION, messages.Timeline(0, 9.0, 120), {"future": 1.0}, True, 0
        ),
    ):
        show.apply(message)
    await live._make(0)
    composed = live._chain.last
    assert composed is not None
    for committed in (
        messages.Committed(0, 9.0, "new", 251.0, **BY),
        messages.Committed(1, 11.0, "repeat", **BY),
    ):
        show.apply(committed)
        view.apply(committed)
    shown = view.snapshot()
    assert (shown["bar"], shown["phrase"]["played"], shown["next"]["played"]) == (
        0,
        "new",
        "repeat",
    )
    assert len(shown["phrase"]["notes"]) == len(composed.phrase.notes) > 0
    assert shown["next"]["notes"] == shown["phrase"]["notes"]
    assert shown["numbers"]["ready_margin_ms"] == 251.0
    assert (
        len(shown["directions"]) == 12
        and len(shown["latent"]) == 16
        and shown["radius"] == composed.radius
    )
    assert "future" not in shown["params"] and nudged == [1, 1]
    encode_json(shown)


def test_the_page_does_not_know_the_figures_of_a_player_that_is_silent() -> None:
    clock = ManualClock(10.0)
    context = context_of(clock)
    stats = messages.Stats(
        late_ms_p99=0.3,
        late=2,
        repeats=1,
        realtime=True,
        ports=(Health("midi", RUNNING, label="IAC"), Health("midi_in", RUNNING, label="Push")),
    )
    of_player = ("late_ms_p99", "late", "repeats", "realtime")
    for _ in range(2):  # and known again when it reports again
        context.view.apply(stats)
        clock.advance(STALE_S / 2)
        shown = context.view.snapshot()
        assert [shown["numbers"][name] for name in of_player] == [0.3, 2, 1, True]
        assert (shown["midi"]["state"], shown["sound"]["state"]) == (RUNNING, RUNNING)
        clock.advance(STALE_S / 2)
        shown = context.view.snapshot()
        assert [shown["numbers"][name] for name in of_player] == [None] * 4
        for light, name in (("midi", "IAC"), ("sound", "Push")):
            assert (shown[light]["name"], shown[light]["state"]) == (name, OPENING)
            assert shown[light]["reason"] == "the player does not report"


def test_before_anything_the_page_has_every_key() -> None:
    view = Page().view
    shown = view.snapshot()
    assert {
        "now_s",
        "timeline",
        "bar",
        "phrase",
        "next",
        "latent",
        "directions",
        "radius",
        "params",
        "source",
        "midi",
        "numbers",
        "engine",
        "events",
    } <= set(shown)
    assert {
        "fps",
        "latency_ms",
        "ready_margin_ms",
        "late_ms_p99",
        "late",
        "dropped",
        "repeats",
        "realtime",
    } <= set(shown["numbers"])
    assert view.frame() is None and view.memory() is None
    encode_json(shown)


def test_stored_bars_and_the_players_lights() -> None:
    page = page_of()
    page.apply(messages.Committed(0, 9.0, "stored", **BY))
    page.apply(
        messages.Stats(
            late_ms_p99=0.2,
            late=1,
            repeats=3,
            realtime=True,
            ports=(Health("midi", RUNNING, label="livesyn"),),
        )
    )
    shown = page.view.snapshot()
    assert shown["phrase"]["played"] == "stored" and shown["phrase"]["notes"]
    assert shown["midi"] == {"name": "livesyn", "state": "running", "reason": ""}
    assert (
        shown["numbers"]["late_ms_p99"],
        shown["numbers"]["repeats"],
        shown["numbers"]["realtime"],
    ) == (0.2, 3, True)
    page.apply(messages.Stats(ports=(Health("midi", LOST, "the port is gone"),)))
    assert page.view.snapshot()["midi"]["state"] == "lost"
    page.apply(messages.Stats())
    assert page.view.snapshot()["midi"]["state"] == "off"


def test_what_the_player_says_is_on_the_page_once() -> None:
    page = page_of()
    page.apply(messages.Event("OSC was refused"))
    for complaint in ("OSC was refused", "a sink failed", "a sink failed", ""):
        page.apply(messages.Stats(complaint=complaint))
    assert page.view.snapshot()["events"] == ["OSC was refused", "a sink failed"]


def test_what_the_page_asks_is_legal_for_the_player() -> None:
    sent: list = []
    page = page_of(sent.append)
    view = page.view
    view.set_param("temperature", 0.7)
    view.transport("tempo", 130.0)
    view.transport("nudge", 20.0)
    view.transport("stop", None)
    view.panic()
    assert [type(decode(encode(message), FromEngine)) for message in sent] == [
        messages.SetParam,
        messages.Transport,
        messages.Transport,
        messages.Transport,
        messages.Panic,
    ]
    assert sent[2].value == 20.0, "nudges are milliseconds on the page and in the player"
    assert all(message.origin == "page" for message in sent)


def test_a_line_is_not_said_twice_in_a_row() -> None:
    page = page_of()
    for text in ("a", "a", "b", "a"):
        page.view.say(text)
    assert page.view.snapshot()["events"] == ["a", "b", "a"]


async def test_what_does_not_keep_up_is_said(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        await e.see(50)
        assert e.live.slow(e.clock.now_s()) == {}
        assert e.live.slow(e.clock.now_s() + 3.5) == {"source": "no picture was encoded for 4 s"}
        e.show.apply(messages.Committed(4, 8.0, "repeat", **BY))
        assert e.live.slow(e.clock.now_s()) == {
            "engine": "bar 5 was not ready in time; the one before was repeated"
        }
        e.show.apply(messages.Committed(5, 10.0, "new", 200.0, **BY))
        assert e.live.slow(e.clock.now_s()) == {}


async def test_a_bar_repeated_before_anything_was_seen_is_no_fault(model: Model) -> None:
    async with living(model) as e:
        e.show.apply(playing())
        e.show.apply(messages.Committed(0, 0.0, "repeat", **BY))
        assert e.live.slow(0.0) == {}

"""Notes to pictures: from MIDI messages through a net to pixels."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.params import defaults
from livesyn.base.types import Note
from livesyn.engine.chains.notes_to_see.chain import NotesToSee
from livesyn.engine.chains.notes_to_see.live import LiveNotesToSee, play
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import Inline
from livesyn.engine.notes_input import WAITING_EVENTS, NotesInput
from livesyn.ipc.messages import NoteEvent, NotesIn
from livesyn.ipc.messages import Timeline as Line
from livesyn.music import vocabulary as v
from livesyn.music.note_window import NoteWindow
from livesyn.transport.timeline import Timeline
from tests.engine.context import context_of

PARAMS = defaults()
SHOW = Timeline(0.0, 100.0, 120.0)
SIXTEENTH_S = 0.125
UP = [Note(beat / 2, 0.5, 60 + 2 * beat) for beat in range(16)]
DOWN = [Note(beat, 0.75, 84 - 3 * beat) for beat in range(8)]
SHIPPED = Path(__file__).parents[2] / "models" / "synvae-art"


class Counted:
    """A model's nets as awaitables, which remember what they were asked."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.listened: list[np.ndarray] = []
        self.painted: list[np.ndarray] = []
        self.mean: np.ndarray | None = None  # in place of the model's

    async def encode_notes(self, tokens: np.ndarray) -> np.ndarray:
        self.listened.append(tokens)
        return self.model.notes_latent(tokens) if self.mean is None else self.mean

    async def paint_latent(self, z: np.ndarray) -> np.ndarray:
        self.painted.append(z)
        return self.model.paint(z)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(str(SHIPPED), "cpu", threads=1)


@pytest.fixture
def nets(model: Model) -> Counted:
    return Counted(model)


def events_of(
    notes: list[Note], start_beat: float = 0.0, timeline: Timeline = SHOW
) -> list[NoteEvent]:
    """What the player tells of while these are played."""
    played = sorted(
        (start_beat + beat, kind, note.pitch)
        for note in notes
        for beat, kind in ((note.start_beats, "strike"), (note.end_beats, "release"))
    )
    return [
        NoteEvent(kind, timeline.time_of(beat), beat, pitch)  # type: ignore[arg-type]
        for beat, kind, pitch in played
    ]


def window_of(notes: list[Note]) -> np.ndarray:
    window = NoteWindow()
    window.at(0.0)
    play(events_of(notes), window)
    return window.at(7.9)


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """How far two pictures are apart, grey levels (root mean square)."""
    return float(np.sqrt(np.mean((a.astype(float) - b) ** 2)))


async def picture(nets: Counted, notes: list[Note]) -> np.ndarray:
    chain = NotesToSee(nets)
    await chain.observe(window_of(notes))
    return await chain.produce(0.0, PARAMS)


async def test_the_same_melody_gives_the_same_picture_and_another_another(nets):
    up, again, down = await picture(nets, UP), await picture(nets, UP), await picture(nets, DOWN)
    assert up.shape == (nets.model.image_size,) * 2 + (3,) and up.dtype == np.uint8
    assert (up == again).all() and apart(up, down) > 10


async def test_the_picture_moves_within_a_sixteenth_of_a_note(nets):
    chain, window = NotesToSee(nets), NoteWindow()
    window.at(0.0)
    play(events_of(DOWN), window)
    struck_s = SHOW.time_of(8.0)
    await chain.observe(window.at(SHOW.beat_at(struck_s - 0.01)))
    for frame in range(90):  # it has arrived
        before = await chain.produce(struck_s - 3 + frame / 30, PARAMS)
    play([NoteEvent("strike", struck_s, 8.0, 48)], window)
    frames = []
    for frame in range(4):
        now_s = struck_s + 0.02 + frame / 30
        await chain.observe(window.at(SHOW.beat_at(now_s)))
        frames.append(await chain.produce(now_s, PARAMS))
    assert (
        now_s - struck_s < SIXTEENTH_S
        and apart(frames[0], before) > 0
        and apart(frames[-1], before) > 0.3
    )
    assert all(apart(a, b) < 8 for a, b in itertools.pairwise([before, *frames])), "it glides"
    assert all(
        np.linalg.norm(z) == pytest.approx(np.sqrt(len(z)), rel=1e-4) for z in nets.painted
    ), "and keeps its radius"


async def test_after_the_half_life_half_of_the_angle_is_left(nets):
    chain = NotesToSee(nets)
    await chain.observe(window_of(UP))
    await chain.produce(0.0, PARAMS)
    start = chain.latent
    await chain.observe(window_of(DOWN))
    await chain.produce(1.0, PARAMS | {"glide": 1.0})
    halfway = chain.latent
    await chain.produce(2.0, PARAMS | {"glide": 0.0})
    angle = lambda a, b: float(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))  # noqa: E731
    assert angle(start, halfway) == pytest.approx(angle(halfway, chain.latent), rel=1e-3)


async def test_in_silence_it_rests_and_nothing_is_computed(nets):
    chain, window = NotesToSee(nets), NoteWindow()
    with pytest.raises(LookupError):
        await chain.produce(0.0, PARAMS)
    await chain.observe(window.at(0.0))
    assert not chain.is_ready and not nets.listened
    play(events_of(UP[:6]), window)
    for step in range(300):
        now_s = SHOW.time_of(4 + step / 4)
        await chain.observe(window.at(SHOW.beat_at(now_s)))
        last = await chain.produce(now_s, PARAMS)
    listened, painted = len(nets.listened), len(nets.painted)
    assert not window.at(SHOW.beat_at(now_s)).any() and listened < 30
    for step in range(30):
        await chain.observe(window.at(SHOW.beat_at(now_s + step / 30)))
        assert (await chain.produce(now_s + step / 30, PARAMS) == last).all()
    assert (len(nets.listened), len(nets.painted)) == (listened, painted)


async def test_frozen_it_holds(nets):
    chain = NotesToSee(nets)
    await chain.observe(window_of(UP))
    first = await chain.produce(0.0, PARAMS)
    await chain.observe(window_of(DOWN))
    for second in range(1, 20):
        assert (await chain.produce(second, PARAMS | {"freeze": 1.0}) == first).all()
    thawed = await chain.produce(19.03, PARAMS)
    assert 0 < apart(thawed, first) < 8, "and goes on from there, without a jump"
    assert apart(await chain.produce(60.0, PARAMS), first) > 10


async def test_spread_is_how_far_it_strays_from_the_average_picture(nets):
    average = nets.model.paint(np.zeros(nets.model.space.dimensions, np.float32))
    chain = NotesToSee(nets)
    await chain.observe(window_of(UP))
    far = [
        apart(await chain.produce(0.0, PARAMS | {"spread": spread}), average)
        for spread in (0.0, 0.5, 1.0)
    ]
    assert far[0] == 0 < far[1] < far[2]


@pytest.mark.parametrize("broken", [np.nan, np.inf, 0.0])
async def test_a_latent_that_is_none_changes_nothing(nets, broken):
    chain = NotesToSee(nets)
    await chain.observe(window_of(UP))
    first = await chain.produce(0.0, PARAMS)
    nets.mean = np.full(nets.model.space.dimensions, broken, np.float32)
    await chain.observe(window_of(DOWN))
    assert (await chain.produce(9.0, PARAMS) == first).all()


async def test_the_senders_clock_sets_the_bars(model):
    context, theirs = context_of(ManualClock(100.0)), Timeline(0.0, 103.3, 141.0)
    nets = Asked(model)
    live = LiveNotesToSee(context, nets)
    now_s = theirs.time_of(7.95)
    context.notes.push(NotesIn(tuple(events_of(UP, timeline=theirs)), Line.of(theirs)))
    live.update()
    found = await live.picture(now_s, PARAMS)
    assert found is not None and found[1] == pytest.approx(theirs.time_of(0.0))
    assert nets.asked[-1].tolist() == v.notes_to_tokens(UP).tolist()
    context.notes.push(NotesIn((NoteEvent("rest", now_s, 8.0),), None))
    live.update()
    await live.picture(SHOW.time_of(2.5), PARAMS)
    assert nets.asked[-1].tolist() != v.notes_to_tokens(UP).tolist(), "the show's own beats again"


class Asked(AsyncModel):
    def __init__(self, model: Model) -> None:
        super().__init__(model, Inline())
        self.asked: list[np.ndarray] = []

    async def encode_notes(self, tokens: np.ndarray) -> np.ndarray:
        self.asked.append(tokens)
        return await super().encode_notes(tokens)


def test_where_notes_were_lost_all_of_them_end():
    notes = NotesInput()
    reader, other = notes.reader(), notes.reader()
    strikes = tuple(NoteEvent("strike", n / 100, n / 10, 60) for n in range(WAITING_EVENTS + 5))
    notes.push(NotesIn(strikes))
    first, second, *_ = reader.drain()
    assert reader.dropped == 5 and first.kind == "rest" and second == strikes[5]
    assert first.beat == second.beat
    notes.push(NotesIn(strikes[:1]))
    assert [event.kind for event in reader.drain()] == ["strike"] and reader.drain() == []
    assert other.dropped == 6 == notes.dropped - 5, "each chain has a reader of its own"


def test_after_a_loss_on_the_way_here_all_notes_end_though_none_follows():
    """Strike, flood, release: the release was lost, the player says how the show stands."""
    notes, window = NotesInput(), NoteWindow()
    reader = notes.reader()
    notes.push(NotesIn((NoteEvent("strike", 100.0, 0.0, 60),)))
    notes.rest(102.0, 4.0)
    play(reader.drain(), window)
    assert v.tokens_to_notes(window.at(7.9)) == [Note(0.0, 4.0, 60)]

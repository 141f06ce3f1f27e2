"""Scenes in the show's state: recalled on a line, crossfaded, stored, in the order of a set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from livesyn.base import params
from livesyn.config.scene_file import set_text_of, text_of
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import EMPTY, Row
from livesyn.control.scene import Cue, Latent, Scene
from livesyn.engine.show_mirror import ShowMirror
from livesyn.ipc import messages
from livesyn.ipc.messages import FromPlayer, decode, encode
from livesyn.player import snapshot
from livesyn.player.audience import EnginesAndSinks
from livesyn.player.osc_control import OscControl
from livesyn.player.scene_library import SceneLibrary
from livesyn.player.scenes import SceneMemory, Scenes
from livesyn.sinks.osc_packets import message, text_message, typed
from tests.player.test_movement import Stage

LATENT = Latent((0.5, -1.0), (0.1, 0.2))
VERSE = Scene(
    fade_bars=2.0,
    params={"swing": 0.4, "scale": 2.0, "velocity": 60.0},
    modulation=(Row("square", target="radius", depth=0.5),),
    mapping=(MapRow("cc 9", "swing"),),
    latent=LATENT,
)
PLAIN = Scene(fade_bars=0.0, params={"swing": 0.1})


class Show(Stage):
    """A stage with scenes, as `player.process` wires them."""

    def __init__(self, folder: Path | None = None, memory: SceneMemory | None = None) -> None:
        super().__init__()
        self.said: list[str] = []
        self.mapping: Any = None
        self.maps: list[Any] = []
        self.models: list[str] = []
        self.library = SceneLibrary(folder, self.said.append)
        self.scenes = Scenes(
            self.library,
            self.state,
            self.clock,
            self.told.append,
            self.said.append,
            timeline=lambda: self.player.show.timeline if self.player.show.playing else None,
            mapping=lambda: self.mapping,
            use_mapping=self.maps.append,
            use_model=self.use_model,
            announce=lambda name: self.player.tell("scene", name),
            source=("visuals", "ink"),
            model="own",
            memory=memory,
        )
        self.state._audience = EnginesAndSinks(
            self.told.append,
            self.player.tell,
            lambda name: self.state.course.values[name],
            self.scenes.begins,
        )
        self.control = OscControl(
            self.state, port=0, clock=self.clock, scenes=self.scenes, say=self.said.append
        )

    def use_model(self, name: str) -> None:
        self.models.append(name)
        if name != "too big":
            self.scenes.plays(name)  # as the engine says when it does

    def keep(self, **scenes: Scene) -> None:
        for name, scene in scenes.items():
            self.library.store(name, scene)

    def go(self, beat: float) -> None:
        """As `to_beat`, with what the player does now and then."""
        while (at := self.player.show.timeline.beat_at(self.clock.now_s())) < beat - 1e-9:
            self.to_beat(min(beat, at + 0.2))
            self.scenes.follow()

    @property
    def current(self) -> str:
        return self.scenes.shown().current


@pytest.fixture
def show() -> Show:
    made = Show()
    made.keep(verse=VERSE, plain=PLAIN)
    return made


def test_a_scene_begins_on_the_next_bar_that_has_not_been_made_and_is_there_after_its_bars(show):
    show.play()
    show.go(1.0)
    show.scenes.recall("verse", origin="osc")
    assert show.scenes.shown().next == "verse" and show.scenes.shown().beat == 4.0
    show.go(3.9)
    assert show.own("swing") == 0.0 and show.current == "" and not show.maps
    show.go(4.1)
    assert show.current == "verse" and show.scenes.shown().next == ""
    assert show.state.course.rows[:1] == VERSE.modulation
    assert show.maps == [VERSE.mapping]
    assert list(show.sink.of("scene")) == [[0.0, "scene", "verse"]]
    show.go(8.0)
    assert show.own("swing") == pytest.approx(0.2, abs=0.01) and show.own("scale") == 2.0
    assert show.state.course.own("swing", 8.0) == pytest.approx(0.2), "to the bar, exactly"
    show.go(12.1)
    assert (show.own("swing"), show.own("velocity")) == (0.4, 60.0)
    assert show.state.course.fades == () and show.of(messages.Fading)[-1] == messages.Fading()
    hold = show.of(messages.Hold)[-1]
    assert (hold.scene, hold.beat, hold.beats, hold.latent) == ("verse", 4.0, 8.0, LATENT)
    assert hold.origin == "osc"


def test_a_bar_that_is_being_made_is_not_changed(show):
    show.play()
    show.go(3.5)  # a quarter of a second before its line, and bars are made 0.4 s ahead
    show.scenes.recall("plain")
    assert show.scenes.shown().beat == 8.0


def test_the_engine_knows_beforehand_what_a_bar_is_made_with(show):
    mirror = ShowMirror(lambda message: None, show.clock)
    show.play()
    show.go(1.0)
    show.scenes.recall("verse")
    show.go(1.1)
    for told in show.told:
        mirror.apply(decode(encode(told), FromPlayer))
    assert mirror.params_of(0)["swing"] == 0.0 and mirror.params["swing"] == 0.0
    assert mirror.params_of(2)["swing"] == pytest.approx(0.2)
    assert mirror.params_of(3) | {"radius": 1.0} == {
        **mirror.params_of(0),
        **VERSE.params,
        "radius": 1.0,
    }
    assert mirror.course.rows_on(4.0)[0].target == "radius" and mirror.course.rows == EMPTY
    assert mirror.hold is not None and mirror.hold.latent == LATENT
    assert mirror.scenes.next == "verse"


@pytest.mark.parametrize(
    ("recall_on", "beat"), [("now", 1.1), ("beat", 2.0), ("bar", 4.0), ("4 bars", 16.0)]
)
def test_it_begins_on_the_line_that_is_asked_for(show, recall_on, beat):
    show.set("recall_on", params.QUANTA.index(recall_on))
    show.play()
    show.go(1.1)
    show.scenes.recall("plain", bars=0)
    assert show.state.course.fades[-1].beat == pytest.approx(beat)
    show.go(max(1.15, beat - 0.1))
    assert (show.own("swing") == 0.1) == (recall_on == "now")
    show.go(beat + 0.1)
    assert show.own("swing") == 0.1


def test_while_the_transport_stands_a_scene_is_there_at_once(show):
    show.scenes.recall("verse")
    show.state.step(show.clock.now_s())
    assert show.own("swing") == 0.4 and show.current == "verse" and show.maps == [VERSE.mapping]


def test_a_transport_that_stops_or_begins_anew_leaves_no_crossfade_hanging(show):
    show.play()
    show.go(1.0)
    show.scenes.recall("verse", bars=8)
    show.go(6.0)
    show.state.transport("stop")
    show.player.step(show.clock.now_s())
    show.state.step(show.clock.now_s())
    assert show.own("swing") == 0.4 and show.state.course.fades == ()
    show.play()
    show.go(60.0)
    show.scenes.recall("plain", bars=8)
    show.state.transport("stop")
    show.player.step(show.clock.now_s())
    show.play()
    show.go(0.2)
    assert show.own("swing") == 0.1


def test_a_hand_takes_its_parameter_out_of_the_crossfade_and_a_knob_has_to_pick_it_up(show):
    show.play()
    show.go(1.0)
    show.state.set_param("velocity", 100.0, "midi")
    show.scenes.recall("verse")
    show.go(6.0)
    assert show.state.standing().origins["velocity"] == "scene"
    show.state.set_param("swing", 0.7, "page")
    show.go(20.0)
    assert show.own("swing") == 0.7 and show.own("velocity") == 60.0


def test_the_next_scene_takes_over_where_the_first_is_and_leads_its_rest_to_the_end(show):
    show.play()
    show.go(1.0)
    show.scenes.recall("verse", bars=4)
    show.go(10.0)
    velocity = show.own("velocity")
    show.scenes.recall("plain", bars=1)
    show.go(11.9)
    assert show.own("velocity") < velocity, "the first goes on until the second begins"
    show.go(12.1)
    assert show.current == "plain"
    show.go(16.1)
    assert (show.own("swing"), show.own("velocity"), show.own("scale")) == (0.1, 60.0, 2.0)


def test_of_two_that_wait_the_later_begins_and_nothing_of_the_first_is_heard(show):
    show.play()
    show.go(1.0)
    show.scenes.recall("verse")
    show.scenes.recall("plain")
    show.go(20.0)
    assert show.current == "plain" and show.own("swing") == 0.1 and show.own("velocity") == 92.0
    assert not show.maps and show.state.course.rows == EMPTY


def test_a_scene_leaves_the_tempo_to_who_leads_it(show):
    led: list[str] = []
    show.state._leader = lambda origin: led[0] if led else ""
    show.keep(fast=Scene(params={"tempo": 180.0, "swing": 0.2}, fade_bars=0.0))
    show.keep(slow=Scene(params={"tempo": 60.0, "swing": 0.1}, fade_bars=4.0))
    led.append("Link")
    show.scenes.recall("fast")
    show.state.step(show.clock.now_s())
    assert (show.own("tempo"), show.own("swing")) == (120.0, 0.2)
    led.clear()
    show.play()
    show.go(1.0)
    show.scenes.recall("slow")
    show.go(6.1)
    slower = show.own("tempo")
    assert 60.0 < slower < 120.0
    led.append("Link")  # in the middle
    show.go(12.0)
    assert show.own("tempo") == slower and show.own("swing") == pytest.approx(0.15, abs=0.01)


def test_live_leads_the_latent_back_and_leaves_the_rest(show):
    show.scenes.recall("verse")
    show.state.step(show.clock.now_s())
    show.set("morph", 0.5)
    show.scenes.recall("live")
    show.state.step(show.clock.now_s())
    assert show.of(messages.Hold)[-1].latent is None and show.current == "live"
    assert show.own("swing") == 0.4 and show.own("morph") == 0.0


def test_what_is_not_there_is_said(show):
    show.library.wrong = {"coda": "coda.toml: it is not TOML"}
    for name in ("verze", "B", "coda"):
        assert not show.scenes.recall(name)
    assert show.said == [
        "there is no scene 'verze'; did you mean 'verse'?",
        "scene B is empty: store it first",
        "scene coda cannot be recalled: coda.toml: it is not TOML",
    ]
    assert not show.scenes.store("../x") and "no scene is called" in show.said[-1]


def test_what_is_stored_comes_back(show):
    show.set("swing", 0.3)
    show.set("freeze", 1.0)
    show.state.set_modulation(2, "target", "radius")
    show.mapping = VERSE.mapping
    show.scenes.hear(LATENT)
    assert show.scenes.store("coda", "osc") and show.said[-1] == "scene coda is kept"
    kept = show.library.scenes["coda"]
    assert kept.params["swing"] == 0.3 and "freeze" not in kept.params
    assert kept.latent == LATENT and kept.mapping == VERSE.mapping
    assert kept.source == ("visuals", "ink") and kept.model == "own"
    assert kept.modulation == (Row(), Row(), Row(target="radius"))
    show.set("swing", 0.0)
    show.scenes.recall("coda")
    show.state.step(show.clock.now_s())
    assert show.own("swing") == 0.3
    assert not show.of(messages.UseSource) and not show.models, "they are what they were"


def test_another_source_and_model_are_asked_for_once(show):
    show.keep(other=Scene(source=("camera", "1"), model="big"))
    show.play()
    show.go(1.0)
    show.scenes.recall("other", bars=2)
    show.scenes.recall("other", bars=2)
    (source,) = show.of(messages.UseSource)
    assert (source.kind, source.value, source.beat, source.beats) == ("camera", "1", 4.0, 8.0)
    assert show.models == ["big"]
    show.keep(home=Scene(source=("visuals", "ink")))
    show.scenes.recall("home")  # before the other has begun
    assert show.of(messages.UseSource)[-1].kind == "visuals"
    assert show.scenes.source.value == "ink"
    show.keep(huge=Scene(model="too big"))
    for _ in range(2):
        show.scenes.recall("huge")
    assert show.models[1:] == ["too big"] * 2, "it was not had, so it is asked for again"
    show.scenes.store("now")
    assert show.library.scenes["now"].model == "big"


def test_a_path_in_a_scene_begins_where_the_scenes_lie(tmp_path):
    show = Show(tmp_path)
    show.keep(here=Scene(source=("images", "pictures")), there=Scene(source=("video", "/a.mp4")))
    show.scenes.recall("here")
    show.scenes.recall("there")
    values = [told.value for told in show.of(messages.UseSource)]
    assert values[0] == str(tmp_path / "pictures")
    assert Path(values[1]) == Path("/a.mp4").absolute()


def test_the_letters_latents_are_told_for_morph(show):
    show.scenes.report()
    show.keep(B=VERSE)
    show.scenes.report()
    assert show.of(messages.Kept)[-1].latents == {"B": LATENT}
    shown = show.scenes.shown().scenes
    assert [row.name for row in shown][:4] == ["A", "B", "C", "D"]
    assert {row.name for row in shown if row.full} == {"B", "verse", "plain"}


def test_a_set_goes_through_its_scenes_by_itself_and_by_hand(tmp_path):
    show = Show(tmp_path)
    show.keep(verse=VERSE, plain=PLAIN)
    cues = (Cue("plain", 2, 0.0), Cue("verse", 4, 2.0), Cue("plain"))
    (tmp_path / "set.toml").write_text(set_text_of(cues))
    show.scenes.look()
    show.scenes.look()  # it could have been half written
    show.play()
    show.go(1.0)
    show.scenes.step(1)
    show.go(4.1)
    assert show.current == "plain" and show.scenes.shown().cue == 1
    show.go(11.9)
    assert show.current == "plain" and show.scenes.shown().next == "verse"
    show.go(12.1)
    assert show.current == "verse", "two bars after its line"
    show.go(28.1)
    assert show.current == "plain", "four bars later"
    show.go(60.0)
    assert show.current == "plain" and not show.scenes.step(1)
    assert "the set list ends here" in show.said[-1]
    show.scenes.step(-1)
    show.go(65.0)
    assert show.current == "verse"
    show.scenes.recall("plain")  # by hand: the set waits there for a hand
    show.go(120.0)
    assert show.current == "plain"


def test_every_way_in_by_osc(show):
    def osc(*packets: bytes) -> None:
        for packet in packets:
            show.control.hear(packet, "127.0.0.1")

    show.play()
    show.go(1.0)
    osc(typed("/livesyn/scene/recall", "sf", ["verse", 3.0]))
    assert show.state.course.fades[-1].beats == 12.0
    osc(text_message("/livesyn/scene/store", "new one"), text_message("/livesyn/param/store", "A"))
    assert {"new one", "A"} <= show.library.scenes.keys()
    osc(message("/livesyn/scene/next"))
    assert "there is no set list" in show.said[-1]
    for packet in (
        message("/livesyn/scene/recall", 3.0),
        typed("/livesyn/scene/recall", "sf", ["verse", -1.0]),
        typed("/livesyn/scene/recall", "ss", ["verse", "x"]),
        message("/livesyn/scene/store"),
        text_message("/livesyn/param/store", "E"),
    ):
        count = len(show.said)
        osc(packet)
        assert len(show.said) == count + 1 and "the name of a scene" in show.said[-1]
    osc(message("/livesyn/param/store", 0.0), text_message("/livesyn/param/store", "off"))


def test_a_player_that_is_started_again_goes_on_with_its_scene(show, tmp_path):
    show.play()
    show.go(1.0)
    show.scenes.recall("verse", bars=8)
    show.go(10.0)
    course = show.state.course
    saved = snapshot.ShowSnapshot(
        show.clock.now_s(),
        show.state.params(),
        show.player.show.timeline,
        True,
        modulation=course.rows,
        fades=course.fades,
        next_rows=course.next_rows,
        scenes=show.scenes.memory(),
    )
    saved.save(tmp_path / "show")
    found = snapshot.load(tmp_path / "show")
    assert found is not None and found == saved
    again = Show(memory=found.scenes)
    assert again.current == "verse" and again.scenes.hold == show.scenes.hold


def test_a_show_that_goes_on_from_another_holds_the_latent_of_its_scene(tmp_path):
    show = Show(tmp_path, SceneMemory("verse"))
    (tmp_path / "verse.toml").write_text(text_of(VERSE))
    show.scenes.look()
    assert show.scenes.hold is not None and show.scenes.hold.latent == LATENT
    assert show.own("swing") == 0.0, "its parameters are those that were left"


class Folder:
    """A folder of scenes, and what is said of it."""

    def __init__(self, path: Path) -> None:
        self.path, self.said = path, list[str]()
        self.library = SceneLibrary(path, self.said.append)
        self._time_ns = 10**18

    def write(self, name: str, text: str) -> None:
        path = self.path / name
        path.write_text(text)
        self._time_ns += 10**9  # as a disk whose clock is coarse may not say
        os.utime(path, ns=(self._time_ns, self._time_ns))

    def look(self, times: int = 2) -> bool:
        found = [self.library.look() for _ in range(times)]
        return any(found)


def test_a_scene_is_read_again_when_its_file_is_saved_and_kept_when_that_is_wrong(tmp_path):
    folder = Folder(tmp_path)
    folder.write("verse.toml", "[params]\nswing = 0.1\n")
    assert folder.look() and folder.library.scenes["verse"].params == {"swing": 0.1}
    assert not folder.look(), "nothing has changed"
    folder.write("verse.toml", "[params]\nswing = 0.2\n")
    assert not folder.library.look(), "it may be half written"
    assert folder.library.look() and folder.library.scenes["verse"].params == {"swing": 0.2}
    folder.write("verse.toml", "[params]\nswing = 9\n")
    folder.look(6)
    assert folder.library.scenes["verse"].params == {"swing": 0.2}
    (said,) = folder.said
    assert said.startswith("scene verse stays as it was: verse.toml: swing is 9")
    assert folder.library.wrong["verse"] in said
    folder.write("verse.toml", "[params]\nswing = 0.3\n")
    folder.look()
    assert folder.library.wrong == {} and folder.library.scenes["verse"].params["swing"] == 0.3
    (tmp_path / "verse.toml").unlink()
    assert folder.look() and "verse" not in folder.library.scenes


def test_a_scene_is_read_again_when_one_it_is_like_is_saved(tmp_path):
    folder = Folder(tmp_path)
    folder.write("verse.toml", '[scene]\nlike = "base"\n[latent]\nfile = "l.latent.toml"\n')
    folder.look()
    assert "l.latent.toml, which it names, cannot be read" in folder.said[0]
    folder.write("base.toml", "[params]\nswing = 0.1\n")
    folder.write("l.latent.toml", "mean = [1.0]\nstd = [1.0]\n")
    folder.look()
    assert folder.library.scenes["verse"].params == {"swing": 0.1}
    assert "l.latent" not in folder.library.scenes, "a latent is no scene"
    folder.write("base.toml", "[params]\nswing = 0.2\n")
    folder.look()
    assert folder.library.scenes["verse"].params == {"swing": 0.2}
    folder.write("base.toml", '[scene]\nlike = "verse"\n')
    folder.look()
    assert all(
        "circle" in folder.library.wrong[name] and name in folder.library.scenes
        for name in ("base", "verse")
    )


def test_what_is_no_scene_is_left_alone_and_a_folder_may_come_later(tmp_path):
    folder = Folder(tmp_path / "later")
    assert not folder.look()
    folder.path.mkdir()
    folder.write("notes.txt", "not a scene")
    folder.write(".hidden.toml", "= 3")
    (folder.path / "dir.toml").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder.path / "pipe.toml")
    folder.write("live.toml", "")
    assert folder.look()
    assert folder.library.scenes == {} and list(folder.library.wrong) == ["live"]


def test_what_is_stored_is_not_read_again_and_a_disk_that_is_full_loses_nothing(tmp_path):
    folder = Folder(tmp_path / "made")
    assert folder.library.store("verse", VERSE)
    assert (tmp_path / "made" / "verse.toml").read_text() == text_of(VERSE)
    assert not folder.look(), "it is known already"
    blocked = SceneLibrary(tmp_path / "made" / "verse.toml" / "no folder", folder.said.append)
    assert not blocked.store("verse", VERSE) and blocked.scenes["verse"] == VERSE
    assert "cannot be written" in folder.said[0]


def test_a_wrong_set_list_keeps_the_one_before(tmp_path):
    folder = Folder(tmp_path)
    folder.write("set.toml", '[[set]]\nscene = "a"\n')
    folder.look()
    folder.write("set.toml", "[[set]]\nbars = 4\n")
    folder.look()
    assert folder.library.cues == (Cue("a"),)
    assert folder.said[0].startswith("the set list stays as it was: set.toml: [[set]] 1 names no")

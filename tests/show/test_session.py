"""How a show goes on from the one before, and how it starts safely."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params, places
from livesyn.config import session_file
from livesyn.config.sections import Config, Display, Midi, Modulation, Source
from livesyn.config.session_file import LeftAs
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import EMPTY, Row
from livesyn.show import session
from livesyn.show.session import Ended, begun, look, resumed

ROWS = (Row("square", target="radius", depth=0.5), *EMPTY[1:])
LEFT_AS = LeftAs({"swing": 0.3, "tempo": 90.0}, ROWS, (MapRow("cc 9", "swing"),), "verse")


class Desk:
    """Who is told, and who is asked."""

    def __init__(self, answer: bool | None = None) -> None:
        self.said, self.asked, self.answer = list[str](), list[str](), answer

    def resume(
        self,
        last: Ended | None,
        restore: bool | None = None,
        safe: bool = False,
        config: Config | None = None,
    ) -> Config:
        return resumed(config or Config(), last, restore, safe, self.said.append, self.ask)

    def ask(self, question: str) -> bool | None:
        self.asked.append(question)
        return self.answer


def killed(base: Path, left_as: LeftAs | None = LEFT_AS, unclean: int = 0) -> Path:
    """A folder as a show leaves it that was killed."""
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(session.tempfile.mkdtemp(prefix=places.PREFIX, dir=base))
    lock = places.take_lock(folder)
    assert lock is not None
    os.close(lock)
    (folder / session.UNCLEAN).write_text(str(unclean))
    if left_as is not None:
        left_as.save(folder / session.STATE)
    return folder


def test_what_is_written_down_is_read_again(tmp_path: Path) -> None:
    LEFT_AS.save(tmp_path / "show.json")
    assert session_file.load(tmp_path / "show.json") == LEFT_AS
    LeftAs().save(tmp_path / "show.json")
    assert session_file.load(tmp_path / "show.json") == LeftAs()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 2}', "null", "[" * 10_000])
def test_what_cannot_be_read_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "show.json").write_text(text)
    assert session_file.load(tmp_path / "show.json") is None
    assert session_file.load(tmp_path / "none") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["swing", "tempo", "1", "17", "depth", "to", "control", "x"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(["params", "modulation", "mapping"], JSON)))
def test_of_a_damaged_note_what_is_legal_comes_back(tmp_path_factory: Any, table: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_text(session_file.json.dumps({"v": 1, "scene": "verse", **table}))
    found = session_file.load(path)
    assert found is not None and found.scene == "verse" and len(found.modulation) == len(EMPTY)
    for name, value in found.params.items():
        assert params.BY_NAME[name].clamp(value) == value


def test_a_show_that_ends_is_known_to_have_ended_and_one_that_plays_is_left_alone(
    tmp_path: Path,
) -> None:
    base = tmp_path / "state" / "sessions"
    assert look(base) is None
    with begun(base, 0) as file:
        assert file is not None
        LEFT_AS.save(file)
        assert look(base) is None, "it plays"
    last = look(base)
    assert last is not None and last.unclean == 0 and last.left_as == LEFT_AS
    assert 0 <= last.age_s < 60


def test_unclean_ends_are_counted_until_one_is_clean(tmp_path: Path) -> None:
    killed(tmp_path, unclean=1)
    last = look(tmp_path)
    assert last is not None and last.unclean == 2 and last.left_as == LEFT_AS
    with begun(tmp_path, last.unclean):
        pass
    after = look(tmp_path)
    assert after is not None and after.unclean == 0
    assert len(list(tmp_path.iterdir())) == 1, "older ones are removed"


def test_what_somebody_else_keeps_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "livesyn-abcdefgh").write_text("a file")
    killed(tmp_path)
    assert look(tmp_path) is not None and (tmp_path / "mine").is_dir()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_process_that_is_killed_leaves_an_unclean_end(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom livesyn.show.session import begun\n"
        "with begun(pathlib.Path(sys.argv[1]), 0):\n    print('here', flush=True)\n    input()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None and child.stdout.readline() == b"here\n"
    assert look(tmp_path) is None
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=10)
    last = look(tmp_path)
    assert last is not None and last.unclean == 1


def test_after_an_unclean_end_the_show_is_as_it_was_left_and_it_is_said() -> None:
    desk = Desk()
    config = desk.resume(Ended(LEFT_AS, 1, 20.0), config=Config(params={"swing": 0.1, "key": 2.0}))
    assert config.params == {"swing": 0.3, "tempo": 90.0, "key": 2.0}
    assert config.modulation.rows == ROWS and config.scenes.current == "verse"
    assert config.midi.map == LEFT_AS.mapping
    assert desk.said == [
        "the last show did not end as it should: its parameters, scene, map of controls and"
        " modulation are back (--no-restore begins anew)"
    ]


@pytest.mark.parametrize(
    ("last", "restore", "back", "said"),
    [
        (None, None, False, ""),
        (None, True, False, "there is no show to bring back"),
        (Ended(LEFT_AS, 0, 20.0), None, False, ""),
        (Ended(LEFT_AS, 0, 1e6), True, True, "the last show's parameters"),
        (Ended(LEFT_AS, 1, 20.0), False, False, ""),
        (Ended(LEFT_AS, 1, 7200.0), None, False, "--restore brings back how it was"),
        (Ended(LEFT_AS, 1, 7200.0), True, True, "did not end as it should"),
        (Ended(None, 1, 20.0), None, False, ""),
    ],
)
def test_when_it_is_brought_back(
    last: Ended | None, restore: bool | None, back: bool, said: str
) -> None:
    desk = Desk()
    config = desk.resume(last, restore)
    assert ("swing" in config.params) == back
    assert (said in desk.said[0]) if said else not desk.said


def test_a_show_with_its_pitches_crossed_starts_again() -> None:
    crossed = LeftAs({"pitch_low": 90.0, "pitch_high": 40.0})
    config = Desk().resume(Ended(crossed, 1, 1.0))
    assert (config.params["pitch_low"], config.params["pitch_high"]) == (40.0, 90.0)


def test_a_map_of_its_own_stays_where_the_last_show_had_the_default_one() -> None:
    config = Config(midi=Midi(map=(MapRow("cc 1", "swing"),)))
    assert LeftAs().over(config).midi == config.midi


UNSAFE = Config(
    source=Source("camera", "1"), display=Display(out=("ndi:stage", "film.mp4", "spout:x"))
)


def test_a_safe_start_has_no_camera_and_no_outlet_but_files() -> None:
    desk = Desk()
    config = desk.resume(None, safe=True, config=UNSAFE)
    assert config.source == Source() and config.display.out == ("film.mp4",)
    assert desk.said == ["the show starts safely, without camera 1, ndi:stage, spout:x"]
    assert Desk().resume(None, safe=True) == Config(), "what has none is as it was"


@pytest.mark.parametrize("answer", [True, False, None])
def test_after_two_unclean_ends_a_safe_start_is_offered(answer: bool | None) -> None:
    desk = Desk(answer)
    config = desk.resume(Ended(LEFT_AS, 2, 20.0), config=UNSAFE)
    assert len(desk.asked) == 1 and "Start without cameras, Link and outlets?" in desk.asked[0]
    assert (config.source.kind == "visuals") == bool(answer)
    assert ("--safe" in desk.said[0]) == (answer is None)
    assert config.params["swing"] == 0.3
    once = Desk(answer)
    once.resume(Ended(LEFT_AS, 1, 20.0), config=UNSAFE)
    assert not once.asked
    named = Desk(answer)
    named.resume(Ended(LEFT_AS, 5, 20.0), safe=True, config=UNSAFE)
    assert not named.asked, "it is safe already"


def test_a_machine_without_a_home_plays_without_a_note(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with begun(blocked / "sessions", 0) as file:
        assert file is None
    assert session.with_session(Config(), None).session.file is None
    assert replace(Config(), modulation=Modulation(ROWS)).modulation.rows == ROWS

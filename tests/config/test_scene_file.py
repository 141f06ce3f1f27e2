"""Scenes as files: written, read, shared, and broken."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.config.scene_file import parse, parse_set, set_text_of, text_of
from livesyn.control.mapping import MapRow, default_map
from livesyn.control.modulation import MODES, PERIODS, SOURCES, TARGETS, Row
from livesyn.control.scene import MOST_BARS, NEVER, Cue, Latent, Scene

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
BARS = st.floats(0, MOST_BARS)


def value_of(name: str) -> st.SearchStrategy[float]:
    row = params.BY_NAME[name]
    numbers = st.integers(int(row.low), int(row.high)).map(float)
    return numbers if row.integer else st.floats(row.low, row.high)


NAMES = sorted(set(params.BY_NAME) - NEVER)
VALUES = st.sets(st.sampled_from(NAMES), max_size=12).flatmap(
    lambda names: st.fixed_dictionaries({name: value_of(name) for name in names})
)
ROWS = st.builds(
    Row,
    source=st.sampled_from(SOURCES),
    period=st.sampled_from(PERIODS),
    phase=st.floats(0, 1),
    target=st.sampled_from(TARGETS),
    depth=st.floats(-1, 1),
    mode=st.sampled_from(MODES),
    on=st.booleans(),
)
MAPS = st.lists(
    st.builds(
        MapRow,
        control=st.integers(0, 119).map(lambda n: f"cc {n}"),
        to=st.sampled_from(["temperature", "swing", "panic", "recall_verse 2"]),
        channel=st.integers(0, 16),
        port=TEXTS,
        inverted=st.booleans(),
    ),
    max_size=4,
).map(tuple)
NUMBERS = st.floats(-1e3, 1e3)
LATENTS = st.integers(1, 20).flatmap(
    lambda size: st.builds(
        Latent,
        st.tuples(*[NUMBERS] * size),
        st.tuples(*[st.floats(1e-6, 1e3)] * size),
    )
)
SCENES = st.builds(
    Scene,
    about=TEXTS,
    fade_bars=st.none() | BARS,
    source=st.none() | st.tuples(st.sampled_from(["camera", "video", "images", "visuals"]), TEXTS),
    model=st.none() | TEXTS.filter(bool),
    params=VALUES,
    modulation=st.none() | st.lists(ROWS.filter(Row().__ne__), max_size=16).map(tuple),
    mapping=st.none() | MAPS,
    latent=st.none() | LATENTS,
)


def reader(files: Mapping[str, str | bytes]) -> Any:
    def read(file: str) -> bytes:
        if file not in files:
            raise FileNotFoundError(2, "No such file or directory")
        content = files[file]
        return content.encode() if isinstance(content, str) else content

    return read


def scene_of(files: Mapping[str, str | bytes], name: str = "verse") -> Scene:
    return parse(name, reader(files))


@settings(max_examples=400, deadline=None)
@given(SCENES)
@example(Scene(mapping=(), modulation=()))
@example(Scene(about='\x7f \\ " 🎹', params={"scale": 2.0, "freeze": 1.0}))
def test_a_scene_that_is_written_and_read_is_the_same(scene: Scene) -> None:
    assert scene_of({"verse.toml": text_of(scene)}) == scene


def test_a_person_can_write_one() -> None:
    scene = scene_of(
        {
            "verse.toml": """
            [scene]
            about = "quiet"
            fade = 4
            [source]
            camera = 1
            [params]
            key = "A minor"
            freeze = true
            tempo = 96
            [modulation.2]
            source = "sine"
            target = "swing"
            depth = 0.2
            [[midi.map]]
            control = "cc 21"
            to = "swing"
            [latent]
            mean = [1, -0.5]
            std = [1, 0.1]
            """
        }
    )
    assert (scene.about, scene.fade_bars, scene.source) == ("quiet", 4.0, ("camera", "1"))
    assert scene.params == {"key": 9.0, "scale": 2.0, "freeze": 1.0, "tempo": 96.0}
    assert scene.modulation == (Row(), Row("sine", target="swing", depth=0.2))
    assert scene.mapping == (MapRow("cc 21", "swing"),) and scene.model is None
    assert scene.latent == Latent((1.0, -0.5), (1.0, 0.1))


def test_an_empty_file_leaves_everything_as_it_is() -> None:
    assert scene_of({"verse.toml": ""}) == Scene()


def test_a_scene_may_be_like_another_and_its_latent_in_a_file_of_its_own() -> None:
    files = {
        "verse.toml": '[scene]\nlike = "base"\n[params]\nswing = 0.2\n',
        "base.toml": '[scene]\nlike = "root"\n[params]\nswing = 0.5\ntempo = 90\n'
        '[latent]\nfile = "base.latent.toml"\n',
        "root.toml": '[scene]\nfade = 8\nabout = "root"\n[modulation]\n',
        "base.latent.toml": "mean = [1.0]\nstd = [0.5]\n",
    }
    scene = scene_of(files)
    assert scene.params == {"swing": 0.2, "tempo": 90.0} and scene.fade_bars == 8
    assert scene.latent == Latent((1.0,), (0.5,)) and scene.modulation == ()
    assert scene.about == "root"


WRONG: dict[str, tuple[str | bytes, str]] = {
    "a circle": ('[scene]\nlike = "a"\n', "circle: verse → a → verse"),
    "like itself": ('[scene]\nlike = "verse"\n', "circle: verse → verse"),
    "like nothing": ('[scene]\nlike = "coda"\n', "coda.toml: it cannot be read (no such file"),
    "a path": ('[scene]\nlike = "../x"\n', "no scene is called '../x'"),
    "no TOML": ("fade = = 3", "verse.toml: it is not TOML"),
    "nested": ("a = " + "[" * 3000, "it is not TOML"),
    "not text": (b"\xff\xfe\x00\x00\x00\x00", "verse.toml: "),
    "unknown section": ("[parms]\nswing = 1\n", "did you mean 'params'"),
    "not a section": ("params = 3\n", "it is a section"),
    "unknown parameter": ("[params]\nswyng = 1\n", "did you mean 'swing'"),
    "out of range": ("[params]\nswing = 9\n", "it goes from 0 to 0.75"),
    "the limiter": ('[params]\nflash_limit = "off"\n', "no scene changes it"),
    "a button of old": ("[params]\nstore = 1\n", "there is no parameter 'store'"),
    "fade": ('[scene]\nfade = "long"\n', "it is a number of bars, 0 to 64"),
    "endless fade": ("[scene]\nfade = inf\n", "it is a number of bars"),
    "row 17": ("[modulation.17]\ndepth = 1\n", "[modulation.17]"),
    "no control": ('[[midi.map]]\nto = "swing"\n', "has no control"),
    "two sources": ('[source]\ncamera = 1\nvisuals = "ink"\n', "name one of them"),
    "half a latent": ("[latent]\nmean = [1.0]\n", "it has mean and std"),
    "unequal": ("[latent]\nmean = [1.0]\nstd = [1.0, 2.0]\n", "1 means and 2 standard"),
    "std of 0": ("[latent]\nmean = [1.0]\nstd = [0.0]\n", "not above 0"),
    "nan": ("[latent]\nmean = [nan]\nstd = [1.0]\n", "not finite"),
    "texts": ('[latent]\nmean = ["a"]\nstd = [1.0]\n', "no list of numbers"),
    "huge": (f"[latent]\nmean = [1{'0' * 400}]\nstd = [1.0]\n", "too large"),
    "no such latent": ('[latent]\nfile = "x.toml"\n', "x.toml, which it names, cannot be read"),
    "a latent of latents": (
        '[latent]\nfile = "y.toml"\n',
        "which it names: the latent has",
    ),
    "elsewhere": ('[latent]\nfile = "/etc/passwd"\n', "it is a file beside the scene"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(what: str) -> None:
    text, said = WRONG[what]
    files: dict[str, str | bytes] = {
        "verse.toml": text,
        "a.toml": '[scene]\nlike = "verse"\n',
        "y.toml": 'file = "y.toml"\n',
    }
    with pytest.raises(ConfigError) as wrong:
        scene_of(files)
    sentence = str(wrong.value)
    assert said in sentence and "\n" not in sentence and len(sentence) < 500


BYTES = st.binary(max_size=200)
GARBAGE = st.text(string.printable, max_size=200).map(str.encode) | BYTES
PIECES = st.lists(
    st.sampled_from(
        [
            *("[scene]\n", "[params]\n", "[latent]\n", "[modulation.1]\n", "[[midi.map]]\n"),
            *('like = "verse"\n', "fade = 4\n", "mean = [1.0]\n", "std = [1.0]\n", "swing = 0.1\n"),
            *('to = "swing"\n', 'control = "cc 1"\n', "depth = 1\n", "[source]\n", "camera = 1\n"),
            *("[[set]]\n", 'scene = "a"\n', "bars = 1\n", "= 3\n", "tempo = nan\n", "[model]\n"),
        ]
    ),
    max_size=12,
).map(lambda pieces: "".join(pieces).encode())


@settings(max_examples=1000, deadline=None)
@given(GARBAGE | PIECES)
def test_whatever_a_file_holds_is_a_scene_or_one_sentence(content: bytes) -> None:
    for read in (lambda: scene_of({"verse.toml": content}), lambda: parse_set(content)):
        try:
            read()  # type: ignore[operator]
        except ConfigError as error:
            assert "\n" not in str(error)


@given(
    st.lists(
        st.builds(
            Cue,
            st.sampled_from(["verse", "live", "verse 2"]),
            st.integers(0, 10_000),
            st.none() | BARS,
        ),
        max_size=8,
    ).map(tuple)
)
def test_a_set_list_that_is_written_and_read_is_the_same(cues: tuple[Cue, ...]) -> None:
    assert parse_set(set_text_of(cues).encode()) == cues


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[set]]\nbars = 4\n", "names no scene"),
        ('[[set]]\nscene = "a"\nbars = 1.5\n', "whole number of bars"),
        ('[[set]]\nscene = "set"\n', "no scene is called 'set'"),
        ('set = ["a"]\n', "write \\[\\[set\\]\\]"),
        ("[[sets]]\n", "did you mean 'set'"),
        ('[[set]]\nscene = "a"\nfade = -1\n', "fade in \\[\\[set\\]\\] 1"),
    ],
)
def test_a_wrong_set_list_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_set(text.encode())


def test_the_default_map_fits() -> None:
    scene = Scene(mapping=default_map())
    assert scene_of({"verse.toml": text_of(scene)}) == scene

"""What pages share: favourites, names of directions, presets; kept in a file."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import LivesynError
from livesyn.web.messages import parse
from livesyn.web.settings import (
    KEPT,
    MOST_PRESETS,
    Favour,
    NameDirection,
    Preset,
    Settings,
    SettingsError,
)

NOW = {**params.defaults(), "temperature": 1.2, "tempo": 140.0, "blackout": 1.0, "morph": 0.7}


def changed(settings, change, now=NOW, model="small"):
    sets: dict[str, float] = {}
    settings.apply(change, model, now, sets.__setitem__)
    settings.write()
    return sets


def test_they_are_there_again_in_the_next_show(tmp_path):
    path = tmp_path / "not yet" / "page.json"
    settings = Settings(path)
    changed(settings, Favour("swing", True))
    changed(settings, Favour("gate", True))
    changed(settings, Favour("swing", True))  # again: the last
    changed(settings, NameDirection(2, "brighter"))
    changed(settings, NameDirection(3, "colder"), model="large")
    changed(settings, Preset("keep", "wild"))
    assert settings.version == 6
    again = Settings(path).shown("small")
    assert again == settings.shown("small")
    assert again["favourites"] == ["gate", "swing"]
    assert again["directions"] == ["", "brighter", *[""] * 10]
    assert again["presets"] == ["wild"]
    assert Settings(path).shown("large")["directions"][2] == "colder"

    changed(settings, Favour("swing", False))
    changed(settings, NameDirection(2, ""))
    changed(settings, Preset("forget", "wild"))
    assert Settings(path).shown("small") == {
        "favourites": ["gate"],
        "directions": [""] * 12,
        "presets": [],
    }


def test_a_preset_leaves_beat_scenes_and_safety_alone():
    settings = Settings()
    changed(settings, Preset("keep", "wild"))
    later = params.defaults()
    assert changed(settings, Preset("recall", "wild"), later) == {"temperature": 1.2}
    assert not {"tempo", "morph", "morph_to", "store", "blackout", "freeze", "flash_limit"} & {
        *KEPT
    }
    assert {"temperature", "steer_0", "light", "period"} <= {*KEPT}
    assert settings.version == 1  # a recall changes the show, not the settings


def test_what_is_wrong_is_said_and_changes_nothing():
    settings = Settings()
    for do in ("recall", "forget"):
        with pytest.raises(SettingsError, match="there is no preset 'calm'"):
            changed(settings, Preset(do, "calm"))
    for number in range(MOST_PRESETS):
        changed(settings, Preset("keep", f"p{number}"))
    with pytest.raises(SettingsError, match="remove one"):
        changed(settings, Preset("keep", "one more"))
    changed(settings, Preset("keep", "p0"))  # in place of itself
    assert len(settings.shown("")["presets"]) == MOST_PRESETS


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"{", "cannot be read"), (b'{"presets": 3}', "cannot be read"), (b"[" * 9999, "cannot")],
)
def test_a_damaged_file_is_put_aside_and_said(tmp_path, content, why):
    path = tmp_path / "page.json"
    said: list[str] = []
    path.write_bytes(content)
    settings = Settings(path, said.append)
    assert why in said[0] and "page.json.damaged" in said[0] and len(said) == 1
    assert (tmp_path / "page.json.damaged").read_bytes() == content
    changed(settings, Favour("gate", True))
    assert Settings(path, said.append).shown("")["favourites"] == ["gate"] and len(said) == 1


def test_a_file_of_another_version_keeps_what_is_legal(tmp_path):
    path = tmp_path / "page.json"
    content = {
        "favourites": ["gate", "gone"],
        "presets": {"a": {"swing": 99, "gone": 1, "blackout": 1, "temperature": 0.6}},
        "colour": "red",
    }
    path.write_text(json.dumps(content))
    settings = Settings(path)
    assert settings.shown("")["favourites"] == ["gate"]
    assert changed(settings, Preset("recall", "a"), params.defaults()) == {"temperature": 0.6}


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path):
    said: list[str] = []
    (tmp_path / "file").write_text("no folder")
    settings = Settings(tmp_path / "file" / "page.json", said.append)
    changed(settings, Favour("gate", True))
    assert settings.shown("")["favourites"] == ["gate"]
    assert any("not written to" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"t":"settings","favourite":"swing"}', Favour("swing", True)),
        ('{"t":"settings","favourite":"swing","on":false}', Favour("swing", False)),
        ('{"t":"settings","direction":12,"text":" dark \\n er "}', NameDirection(12, "dark er")),
        ('{"t":"settings","direction":1}', NameDirection(1, "")),
        ('{"t":"settings","preset":"calm","do":"keep"}', Preset("keep", "calm")),
    ],
)
def test_legal_messages(text, message):
    assert parse(text) == message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"t":"settings"}', "a favourite, a direction or a preset"),
        ('{"t":"settings","favourite":"swin"}', "no parameter 'swin'"),
        ('{"t":"settings","favourite":[]}', "no parameter"),
        ('{"t":"settings","direction":0,"text":"x"}', "they are 1 to 12"),
        ('{"t":"settings","direction":true,"text":"x"}', "they are 1 to 12"),
        ('{"t":"settings","direction":1,"text":7}', "a name is text"),
        ('{"t":"settings","direction":1,"text":"' + "x" * 33 + '"}', "at most 32 letters"),
        ('{"t":"settings","preset":"\\u0000","do":"keep"}', "needs a name"),
        ('{"t":"settings","preset":"a","do":"eat"}', "it can: keep, recall, forget"),
    ],
)
def test_illegal_messages_get_a_sentence(text, says):
    with pytest.raises(LivesynError, match=says):
        parse(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(["favourite", "direction", "preset", "do", "text", "on"])


@given(st.dictionaries(NAMES, JSON | st.sampled_from(["keep", "recall", "swing", 3])))
def test_whatever_a_page_says_is_obeyed_or_refused_in_a_sentence(data):
    settings = Settings()
    try:
        message = parse(json.dumps({"t": "settings", **data}))
        changed(settings, message)
    except LivesynError as error:
        assert str(error) and "\n" not in str(error) and len(str(error)) < 200
    assert json.dumps(settings.shown("small"))

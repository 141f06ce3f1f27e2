"""What a page may say, and what becomes of it when it may not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.web.messages import (
    BadMessage,
    OrderScene,
    Panic,
    Ping,
    Seen,
    SetModulation,
    SetParam,
    Transport,
    parse,
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"t":"param","name":"temperature","value":0.7}', SetParam("temperature", 0.7)),
        ('{"t":"param","name":"temperature","value":99}', SetParam("temperature", 2.0)),
        ('{"t":"param","name":"octave","value":1.4}', SetParam("octave", 1.0)),
        ('{"t":"param","name":"scale","value":"dorian"}', SetParam("scale", 4.0)),
        ('{"t":"transport","do":"play","value":null}', Transport("play", None)),
        ('{"t":"transport","do":"tap"}', Transport("tap", None)),
        ('{"t":"transport","do":"tempo","value":10000}', Transport("tempo", 300.0)),
        ('{"t":"transport","do":"nudge","value":-0.25}', Transport("nudge", -0.25)),
        (
            '{"t":"modulation","row":1,"field":"depth","value":9}',
            SetModulation(1, "depth", 1.0),
        ),
        (
            '{"t":"modulation","row":16,"field":"target","value":"kick"}',
            SetModulation(16, "target", "kick"),
        ),
        ('{"t":"scene","do":"recall","name":"verse 2"}', OrderScene("recall", "verse 2", None)),
        ('{"t":"scene","do":"recall","name":"live","bars":0}', OrderScene("recall", "live", 0.0)),
        ('{"t":"scene","do":"store","name":"A"}', OrderScene("store", "A", None)),
        ('{"t":"scene","do":"next","name":"x"}', OrderScene("next", "", None)),
        ('{"t":"panic"}', Panic()),
        ('{"t":"ping","c":12.5}', Ping(12.5)),
        ('{"t":"seen"}', Seen()),
    ],
)
def test_legal(text, message):
    assert parse(text) == message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "one JSON object"),
        ("[" * 4000, "one JSON object"),
        ("[1]", "one JSON object"),
        ('{"t":"shout"}', "there is no message 'shout'"),
        ('{"t":"modulation","row":17,"field":"depth","value":0}', "rows are 1 to 16"),
        ('{"t":"modulation","row":1,"field":"size","value":0}', "has no 'size'"),
        ('{"t":"modulation","row":1,"field":"target","value":"tempo"}', "cannot be modulated"),
        ('{"t":"modulation","row":1,"field":"depth","value":null}', "a number from -1 to 1"),
        ('{"t":"scene","do":"play"}', "it can: recall, store, next, previous"),
        ('{"t":"scene","do":"store","name":"live"}', "no scene is called 'live'"),
        ('{"t":"scene","do":"store","name":"../x"}', "no scene is called '../x'"),
        ('{"t":"scene","do":"recall","name":3}', "its name is text"),
        ('{"t":"scene","do":"recall","name":"A","bars":-1}', "takes 0 to 64"),
        ('{"t":["panic"]}', "there is no message"),
        ('{"t":"param","name":"temprature","value":1}', "there is no parameter 'temprature'"),
        ('{"t":"param","name":"tempo","value":NaN}', "tempo needs a number"),
        ('{"t":"param","name":"tempo","value":true}', "tempo needs a number"),
        ('{"t":"param","name":"tempo","value":1' + "0" * 400 + "}", "tempo needs a number"),
        ('{"t":"param","name":"scale","value":"lokrisch"}', "scale needs a number"),
        ('{"t":"transport","do":"rewind"}', "the transport cannot 'rewind'"),
        ('{"t":"transport","do":"tempo"}', "tempo needs a number"),
        ('{"t":"ping"}', "c needs a number"),
    ],
)
def test_refused_with_a_sentence(text, says):
    with pytest.raises(BadMessage, match=says.replace("[", r"\[")) as error:
        parse(text)
    assert len(str(error.value)) < 200


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_any_json_is_read_or_refused(value):
    for text in (json.dumps(value), json.dumps({"t": "param", "name": "tempo", "value": value})):
        try:
            message = parse(text)
        except BadMessage:
            continue
        assert (
            isinstance(message, SetParam)
            and params.BY_NAME["tempo"].check(message.value) == message.value
        )

"""What a map makes of what moves: knobs, buttons, encoders, notes; and how a control is learnt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.control import map_file
from livesyn.control.actions import ACTIONS, is_action, scene_of
from livesyn.control.guess import LISTEN_MOST_S, LISTEN_S, encoder_of
from livesyn.control.mapping import CURVES, MODES, MapRow, checked, default_map
from livesyn.control.midi_controls import ORIGIN, Knob, MidiControls, Order, Standing
from livesyn.control.midi_writer import messages_of

CC = 0xB0


class Stage:
    """Controls, and the show they move: what is ordered is so from then on."""

    def __init__(self, *rows: MapRow) -> None:
        self.controls = MidiControls(rows)
        self.values, self.origins = params.defaults(), dict.fromkeys(params.BY_NAME, "page")
        self.done: list[str] = []
        self.now_s = 0.0

    def __call__(self, *messages: tuple[int, ...], port: str = "nano") -> list[Sequence[int]]:
        """Hear these; returns those that are no controls."""
        standing = Standing(dict(self.values), dict(self.origins))
        rest, orders = self.controls.hear(port, messages, self.now_s, standing)
        self.obey(orders)
        self.now_s += 0.004
        return rest

    def obey(self, orders: list[Order]) -> None:
        for name, value in orders:
            if value is None:
                self.done.append(name)
            else:
                self.set(name, value, ORIGIN)

    def set(self, name: str, value: float, origin: str = "page") -> None:
        self.values[name] = params.BY_NAME[name].clamp(value)
        self.origins[name] = origin

    def learn(self, to: str, *messages: tuple[int, ...]) -> MapRow:
        self.controls.learn(to)
        self(*messages)
        self.now_s += LISTEN_MOST_S
        assert self.controls.settle(self.now_s)
        assert self.controls.learnt is not None
        return self.controls.learnt


def turn(*values: int, number: int = 16, channel: int = 1) -> tuple[tuple[int, ...], ...]:
    return tuple((CC | channel - 1, number, value) for value in values)


def test_notes_of_a_chord_are_not_learnt_and_go_where_they_are_played():
    stage = Stage(MapRow("note 36", "panic"))
    stage.controls.learn("blackout")
    chord = [(0x90, pitch, 90) for pitch in (60, 64, 67)]
    standing = Standing(dict(stage.values), dict(stage.origins))
    rest, orders = stage.controls.hear("keys", chord, 0.0, standing, learns_notes=False)
    assert rest == chord and orders == []
    assert not stage.controls.settle(LISTEN_MOST_S) and stage.controls.target == "blackout"
    rest, orders = stage.controls.hear("keys", [(0x90, 36, 90)], 1.0, standing, learns_notes=False)
    assert rest == [] and orders == [Order("panic", None)], "what is a control stays one"
    knob = turn(3, 4, 5, number=21)
    stage.controls.hear("keys", knob, 2.0, standing, learns_notes=False)
    assert stage.controls.settle(2.0 + LISTEN_MOST_S)
    assert stage.controls.learnt is not None and stage.controls.learnt.control == "cc 21"


# Soft takeover.


def test_a_knob_moves_nothing_until_it_has_passed_the_value_and_then_all():
    stage = Stage(MapRow("cc 16", "steer_0"))  # from -3 to 3, at 0: the knob's middle
    stage(*turn(10))
    stage(*turn(40))
    assert stage.values["steer_0"] == 0
    assert stage.controls.knobs["steer_0"] == Knob(-1.125, False)
    stage(*turn(70))  # passes 64
    assert stage.values["steer_0"] == pytest.approx(6 / 63 * 3)
    stage(*turn(127))
    assert stage.values["steer_0"] == 3 and stage.controls.knobs["steer_0"] == Knob(3, True)


def test_a_value_that_somebody_else_moved_has_to_be_passed_again():
    stage = Stage(MapRow("cc 16", "steer_0"))
    stage(*turn(64, 96))
    moved = stage.values["steer_0"]
    stage.set("steer_0", -2)
    stage(*turn(97))
    assert stage.values["steer_0"] == -2 != moved
    stage(*turn(10))
    assert stage.values["steer_0"] == pytest.approx(-3 + 6 * 10 / 128)


def test_jump_takes_over_at_once():
    stage = Stage(MapRow("cc 16", "steer_0", mode="jump"))
    stage(*turn(127))
    assert stage.values["steer_0"] == 3


FLOATS = [row.name for row in params.TABLE if not row.integer]


@given(
    st.sampled_from(FLOATS),
    st.sampled_from(tuple(CURVES)),
    st.booleans(),
    st.lists(
        st.one_of(st.integers(0, 127), st.floats(0, 1)), min_size=1, max_size=30
    ),  # a whole number is the knob's, another one somebody else's value
)
@settings(max_examples=1000)
def test_soft_takeover_never_jumps_further_than_the_knob_was_moved(name, curve, inverted, moves):
    wired = checked(MapRow("cc 16", name, curve=curve, inverted=inverted))
    stage, before = Stage(wired.row), None
    for move in moves:
        if isinstance(move, float):
            stage.set(name, wired.value_at(move))
            continue
        at = wired.position_at(stage.values[name])
        stage(*turn(move))
        position = wired.at(move)
        jumped = abs(wired.position_at(stage.values[name]) - at)
        step = 1.5 / 128 if before is None else max(abs(position - before), 1.5 / 128)
        assert jumped <= step + 1e-9
        before = position


@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 255), st.integers(-9, 300)), max_size=4), max_size=25
    ),
    st.lists(
        st.builds(
            MapRow,
            st.sampled_from(["cc 1", "cc14 2", "nrpn 5", "note 60", "bend", "program", "pressure"]),
            st.sampled_from([*params.BY_NAME, *ACTIONS]),
            mode=st.sampled_from([mode for mode in MODES if mode not in ("twos", "signed")]),
            inverted=st.booleans(),
        ).filter(lambda row: row.mode != "offset"),
        max_size=4,
    ),
    st.sampled_from(["", "tempo", "panic", "store_A"]),
)
@settings(max_examples=1000)
def test_whatever_comes_in_nothing_raises_and_all_that_is_set_is_legal(stream, rows, target):
    stage = Stage(*rows)
    stage.controls.learn(target)
    for data in stream:
        _, orders = stage.controls.hear(
            "x", [data], stage.now_s, Standing(stage.values, stage.origins)
        )
        for name, value in orders:
            assert name in ACTIONS if value is None else params.BY_NAME[name].clamp(value) == value
        stage.now_s += 0.1
        stage.controls.settle(stage.now_s)


# A flood.


def test_of_a_flood_only_the_newest_value_is_ordered():
    controls = MidiControls([MapRow("cc 16", "steer_0", mode="jump")])
    _, orders = controls.hear("x", turn(*range(128), 5), 0.0, Standing(params.defaults(), {}))
    assert orders == [Order("steer_0", -3 + 6 * 5 / 128)]


# Buttons.


def test_buttons():
    stage = Stage(
        MapRow("note 36", "freeze", mode="toggle"),
        MapRow("note 37", "blackout", mode="momentary"),
        MapRow("cc 50", "scale", mode="next"),
        MapRow("cc 51", "octave", mode="up"),
        MapRow("note 38", "panic", mode="trigger"),
        MapRow("note 39", "recall_B", mode="trigger"),
    )
    press, release = (0x90, 36, 100), (0x80, 36, 0)
    stage(press)
    assert stage.values["freeze"] == 1
    stage(release, press, (0x90, 36, 0))
    assert stage.values["freeze"] == 0
    stage((0x90, 37, 1))
    assert stage.values["blackout"] == 1
    stage((0x90, 37, 0))
    assert stage.values["blackout"] == 0
    for _ in range(3):
        stage(*turn(127, 0, number=50))
    assert stage.values["scale"] == 3
    stage(*turn(127, number=51), *turn(127, number=51))  # a button that never says it is let go
    assert stage.values["octave"] == 2
    stage((0x90, 38, 9), (0x90, 39, 9))
    assert stage.done == ["panic", "recall_B"]


def test_next_goes_round():
    stage = Stage(MapRow("cc 50", "morph_to", mode="next"))
    seen = []
    for _ in range(5):
        stage(*turn(127, 0, number=50))
        seen.append(stage.values["morph_to"])
    assert seen == [1, 2, 3, 0, 1]


def test_a_press_of_store_is_not_lost_to_another_in_the_same_turn():
    stage = Stage(MapRow("note 1", "store_A"), MapRow("note 2", "store_B"))
    standing = Standing(params.defaults(), {})
    _, orders = stage.controls.hear("x", [(0x90, 1, 9), (0x90, 2, 9)], 0.0, standing)
    assert orders == [Order("store_A", None), Order("store_B", None)]


def test_a_program_change_chooses_or_presses():
    stage = Stage(MapRow("program", "morph_to", mode="jump"), MapRow("program 9", "panic"))
    stage((0xC0, 2))
    assert stage.values["morph_to"] == 2 and not stage.done
    stage((0xC0, 9))
    assert stage.done == ["panic"]


def test_an_action_may_name_any_scene():
    assert all(map(is_action, ACTIONS))
    assert scene_of("recall_verse 2") == ("recall", "verse 2") and is_action("store_coda")
    assert scene_of("recall_live") == ("recall", "live") and not is_action("store_live")
    for action in ("recall", "recall_", "store_../x", "recall_set", "panic_now"):
        assert not is_action(action)
    checked(MapRow("program 3", "recall_chorus"))


def test_encoders_turn_both_ways_and_whole_numbers_step_by_one():
    for mode, right, left in (("twos", 1, 127), ("signed", 1, 65), ("offset", 65, 63)):
        stage = Stage(MapRow("cc 16", "steer_0", mode=mode), MapRow("cc 17", "octave", mode=mode))
        stage(*turn(*[right] * 10))
        assert stage.values["steer_0"] == pytest.approx(6 * 10 / 127)
        stage(*turn(*[left] * 20))
        assert stage.values["steer_0"] == pytest.approx(-6 * 10 / 127)
        stage(*turn(right, number=17))
        assert stage.values["octave"] == 1
        stage(*turn(*[left] * 9, number=17))
        assert stage.values["octave"] == -3


def test_steps_presses_and_knobs_go_on_from_a_value_that_still_waits_for_its_bar():
    controls = MidiControls(
        [
            MapRow("cc 16", "steer_0", mode="twos"),
            MapRow("note 1", "freeze", mode="toggle"),
            MapRow("cc 17", "steer_1"),
        ]
    )
    values, origins = params.defaults(), dict[str, str]()

    def ordered(*messages: tuple[int, ...]) -> list[Order]:
        orders = controls.hear("x", messages, 0.0, Standing(values, origins))[1]
        origins.update({order.name: ORIGIN for order in orders})  # asked, and not set yet
        return orders

    (first,), (second,) = ordered(*turn(1)), ordered(*turn(1))
    assert [first.value, second.value] == pytest.approx([6 / 127, 12 / 127])
    assert [ordered((0x90, 1, 9)) for _ in range(2)] == [[Order("freeze", 1)], [Order("freeze", 0)]]
    ordered(*turn(64, number=17))
    assert ordered(*turn(90, number=17)) and ordered(*turn(120, number=17))


# Ports, channels, notes that are also played.


def test_a_row_of_a_channel_and_a_port_hears_no_other():
    stage = Stage(MapRow("cc 16", "steer_0", channel=3, port="NANO", mode="jump"))
    assert stage(*turn(127)) == list(turn(127))
    assert stage(*turn(127, channel=3), port="Launchpad") == list(turn(127, channel=3))
    assert stage.values["steer_0"] == 0
    assert stage(*turn(127, channel=3), port="nanoKONTROL2 1") == []
    assert stage.values["steer_0"] == 3


def test_notes_that_are_controls_are_not_played_and_their_ends_go_where_they_went():
    stage = Stage(MapRow("note 36", "freeze", mode="toggle"))
    played = (0x90, 60, 80)
    assert stage((0x90, 36, 80), played, (0x80, 36, 0)) == [played]
    stage.controls.replace([])
    stage((0x90, 36, 80))
    stage.controls.replace([MapRow("note 36", "freeze", mode="toggle")])
    end = (0x80, 36, 0)
    assert stage(end) == [end]  # its beginning was played


# Learning.


@pytest.mark.parametrize(
    ("to", "messages", "control", "channel", "mode"),
    [
        ("radius", turn(*range(30, 50), number=21, channel=4), "cc 21", 4, "pickup"),
        ("radius", ((CC, 21, 63), (CC, 53, 4), (CC, 21, 64), (CC, 53, 9)), "cc14 21", 1, "pickup"),
        ("radius", ((CC, 99, 2), (CC, 98, 44), (CC, 6, 5), (CC, 6, 7)), "nrpn 300", 1, "pickup"),
        ("radius", ((CC, 99, 2), (CC, 98, 44), (CC, 6, 5), (CC, 38, 7)), "nrpn14 300", 1, "pickup"),
        ("radius", ((0x90, 104, 127), (0xE8, 0, 30), (0xE8, 0, 31)), "bend", 9, "pickup"),
        ("radius", turn(1, 1, 1, 2, 1, 127, 127), "cc 16", 1, "twos"),
        ("radius", turn(1, 1, 1, 2, 1, 65, 65), "cc 16", 1, "signed"),
        ("radius", turn(65, 65, 65, 66, 63, 63), "cc 16", 1, "offset"),
        ("radius", ((0x99, 36, 80), (0x89, 36, 0)), "note 36", 10, "momentary"),
        ("radius", turn(127, 0), "cc 16", 1, "momentary"),
        ("freeze", ((0x99, 36, 80), (0x89, 36, 0)), "note 36", 10, "toggle"),
        ("scale", turn(127, 0), "cc 16", 1, "next"),
        ("panic", ((0x99, 36, 80), (0xD9, 40)), "note 36", 10, "trigger"),
        ("recall_A", ((0xC2, 7),), "program 7", 3, "trigger"),
        ("morph_to", ((0xC2, 7),), "program", 3, "jump"),
        ("store_A", turn(127, 0), "cc 16", 1, "trigger"),
    ],
)
def test_what_was_moved_is_what_was_meant(to, messages, control, channel, mode):
    row = Stage().learn(to, *messages)
    assert (row.control, row.channel, row.mode, row.to) == (control, channel, mode, to)


def test_a_knob_that_is_learnt_leaves_its_old_target_and_keeps_the_new_ones_range():
    stage = Stage(
        MapRow("cc 16", "temperature"),
        MapRow("cc 20", "radius", low=0.5, high=1.5, curve="s"),
        MapRow("cc 30", "drift"),
    )
    row = stage.learn("radius", *turn(*range(20, 40)))
    assert row == MapRow("cc 16", "radius", 1, low=0.5, high=1.5, curve="s")
    assert stage.controls.rows == (MapRow("cc 30", "drift"), row)
    assert stage.values == params.defaults()  # while it was learnt it moved nothing


def test_a_panic_is_obeyed_while_something_is_learnt_and_learning_can_end():
    stage = Stage(MapRow("note 1", "panic"))
    stage.controls.learn("radius")
    stage((0x90, 1, 9))
    assert stage.done == ["panic"]
    stage.controls.learn("")
    stage.now_s += 9
    assert not stage.controls.settle(stage.now_s) and stage.controls.target == ""
    with pytest.raises(ConfigError, match="did you mean 'radius'"):
        stage.controls.learn("radios")


def test_nothing_is_learnt_before_it_is_known():
    stage = Stage()
    stage.controls.learn("radius")
    stage(*turn(1))
    assert not stage.controls.settle(LISTEN_S / 2)
    assert not stage.controls.settle(LISTEN_S + 0.01)  # one message is no encoder and no knob yet


def test_a_key_is_learnt_and_pressed():
    stage = Stage()
    standing = Standing(stage.values, stage.origins)
    stage.controls.learn("tap")
    stage.controls.press("Q", True, 0.0, standing)
    assert stage.controls.settle(LISTEN_S)
    assert stage.controls.rows == (MapRow("key q", "tap", mode="trigger"),)
    assert stage.controls.press("q", True, 9.0, standing) == [Order("tap", None)]
    assert stage.controls.press("q", False, 9.1, standing) == []


def test_a_knob_of_many_values_is_no_encoder():
    assert encoder_of([*range(60, 70)]) == "" and encoder_of([64, 64]) == ""
    assert encoder_of([1, 1, 1, 1]) == "twos"


# Rows.


def test_rows_are_put_replaced_and_taken_away():
    a, b, c = MapRow("cc 1", "tempo"), MapRow("cc 2", "swing"), MapRow("cc 3", "gate")
    controls = MidiControls([a, b])
    controls.put(c, a)
    assert list(controls.rows) == [c, b]
    controls.put(a)
    controls.put(a)
    assert list(controls.rows) == [c, b, a]
    controls.put(None, c)
    assert list(controls.rows) == [b, a]
    wanted = (b, MapRow("cc 1", "tempo", curve="exp"))
    controls.put(MapRow("cc 1", "tempo", curve="s"), a)
    controls.put(MapRow("cc 1", "tempo", curve="exp"), a)  # who asked had not heard of the s
    assert list(controls.rows) == list(wanted)
    controls.put(a, controls.rows[1])
    with pytest.raises(ConfigError):
        controls.put(MapRow("cc 1", "nothing"), a)
    assert controls.rows == (b, a)


def test_a_knob_keeps_its_hold_when_another_row_changes():
    stage = Stage(MapRow("cc 16", "steer_0"))
    stage(*turn(64, 100))
    stage.controls.put(MapRow("cc 2", "swing"))
    stage(*turn(127))
    assert stage.values["steer_0"] == 3


# Back to the controls.


def test_lights_are_told_and_a_fader_that_is_held_is_not():
    controls = MidiControls(
        [MapRow("cc 16", "steer_0", channel=2), MapRow("cc 17", "steer_0", mode="twos")]
    )
    assert controls.echo("steer_0", 0.0, by_control=False) == [
        ("", bytes((0xB1, 16, 64))),
        ("", bytes((0xB0, 17, 64))),
    ]
    assert controls.echo("steer_0", 0.0, by_control=True) == [("", bytes((0xB0, 17, 64)))]
    assert messages_of(checked(MapRow("key q", "tempo", mode="up")), 9.0) == []


# The file.


def test_a_map_is_written_and_read_again(tmp_path):
    rows = (
        *default_map(),
        MapRow("note 36", "panic", 10, 'a "port" \u00e9\x7f', "trigger"),
        MapRow("cc14 1", "tempo", low=90.0, high=140.5, curve="exp", inverted=True),
    )
    path = tmp_path / "map.toml"
    map_file.save(path, rows)
    assert map_file.load(path) == rows == map_file.parse(path.read_bytes())
    map_file.save(path, ())
    assert map_file.load(path) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1", "it holds no map"),
        ("[midi]\nmap = 3", "it is written as [[midi.map]]"),
        ('[[midi.map]]\ncontrol = "cc 1"', "has no to"),
        ('[[midi.map]]\ncontrol = 1\nto = "tempo"', "it is text in quotes"),
        ('[[midi.map]]\ncontrol = "cc 1"\nto = "tempo"\nhigh = true', "it is a number"),
        ('[[midi.map]]\ncontrol = "cc 1"\nto = "tempo"\nsize = 1', "its keys are: control, to"),
        ("[[midi.map]\n", "is not TOML"),
    ],
)
def test_a_file_that_is_no_map_is_refused_with_its_name(tmp_path, text, sentence):
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        map_file.load(path)
    assert sentence in str(refused.value) and str(path) in str(refused.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=1000)
def test_no_file_raises_anything_but_a_sentence(data):
    try:
        map_file.parse(data)
    except ConfigError as error:
        assert "\n" not in str(error)[:20]

"""The config file and the command line on top of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from livesyn.base import models
from livesyn.base.errors import ConfigError, LivesynError
from livesyn.cli.parser import parser
from livesyn.cli.show_config import config_of
from livesyn.config import sections
from livesyn.config.encoded import decode, encode
from livesyn.config.outlets import outlet_of
from livesyn.config.sections import Config, Osc, Sound, Source, Web
from livesyn.config.show_file import load
from livesyn.media.film import Film
from livesyn.media.sound import open_sound
from livesyn.show import launch, preflight
from livesyn.sources.visuals import DEFAULT, NAMES
from tests.films import film, picture, tone
from tests.toys import save_toy

WHOLE = """
[source]
camera = 1
[model]
name = "other"
device = "cpu"
seed = 7
[midi]
out = "IAC"
[osc]
out = ["127.0.0.1:57120/ahead"]
in_port = 9800
[web]
port = 9000
[record]
folder = "sets"
[params]
tempo = 96
key = "A minor"
freeze = true
temperature = 0.7
"""


def parse(*words: str) -> Config:
    return config_of(parser().parse_args(["run", *words]))


def from_text(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "show.toml"
    path.write_text(text, encoding="utf-8")
    return parse("--config", str(path))


def test_every_section_is_read(tmp_path):
    c = from_text(tmp_path, WHOLE)
    assert c.source == Source("camera", "1")
    assert (c.model.name, c.model.device, c.model.seed) == ("other", "cpu", 7)
    assert c.midi.out == "IAC" and c.osc.out == ("127.0.0.1:57120/ahead",) and c.osc.in_port == 9800
    assert c.web.port == 9000 and c.record.folder == "sets"
    assert c.params == {"tempo": 96, "key": 9, "scale": 2, "freeze": 1, "temperature": 0.7}


def test_the_command_line_wins_over_the_file(tmp_path):
    path = tmp_path / "show.toml"
    path.write_text(WHOLE, encoding="utf-8")
    c = parse(
        "--config",
        str(path),
        "--video",
        "a.mp4",
        "--bpm",
        "120",
        "--seed",
        "9",
        "--web",
        "off",
        "--osc-out",
        "10.0.0.2:9701",
        "--no-midi",
        "--param",
        "octave=-1",
    )
    assert c.source == Source("video", "a.mp4") and c.model.seed == 9 and c.model.name == "other"
    assert not c.web.on and not c.midi.on and c.osc.out == ("10.0.0.2:9701",)
    assert c.params == {
        "tempo": 120,
        "key": 9,
        "scale": 2,
        "freeze": 1,
        "temperature": 0.7,
        "octave": -1,
    }


def test_without_words_it_is_the_default_show():
    c = parse()
    assert (
        c == Config()
        and c.source == Source("visuals", DEFAULT)
        and c.osc == Osc()
        and c.web == Web()
    )


@pytest.mark.parametrize(
    "text, words",
    [
        ("[source]\nvisuals = 'ink'\n[sound]\nfile = 'a.wav'", ()),
        ("[source]\nvisuals = 'ink'", ("--audio-file", "a.wav")),
        ("[sound]\nfile = 'a.wav'", ("--visuals", "ink")),
        ("", ("--visuals", "ink", "--audio-file", "a.wav")),
        ("[source]\ncamera = 0", ("--visuals", "ink", "--audio-file", "a.wav")),
    ],
)
def test_what_is_named_is_seen_though_it_is_the_default(tmp_path, text, words):
    path = tmp_path / "show.toml"
    path.write_text(text, encoding="utf-8")
    c = parse("--config", str(path), *words)
    assert c.source == Source("visuals", "ink") and c.sound == Sound("file", "a.wav")
    assert decode(encode(c)) == c


def test_a_default_that_is_named_wins_over_the_file(tmp_path):
    path = tmp_path / "show.toml"
    path.write_text(
        "[source]\ncamera = 0\n[display]\nmonitor = 2\nfit = 'cover'\n[midi]\non = false\n"
        "[model]\nname = 'other'\npainter = 'other'\ndevice = 'cpu'\nseed = 7\nparts = ['bass']\n"
        "[osc]\nout = []\nin_port = 0\n[web]\non = false\nport = 9000\n"
        "[params]\ntempo = 96\nkey = 'A minor'\ntemperature = 0.7\n",
        encoding="utf-8",
    )
    c = parse(
        *("--config", str(path), "--visuals", "ink", "--display", "0", "--fit", "contain"),
        *("--midi-out", "IAC", "--model", "synvae-art", "--painter", "mvnet", "--device", "auto"),
        *("--seed", "0", "--parts", "melody", "--osc-out", "127.0.0.1:9701", "--osc-in", "9700"),
        *("--web", "8770", "--bpm", "110", "--key", "off", "--param", "temperature=0.9"),
    )
    default = Config()
    assert c.source == default.source and c.model == default.model
    assert c.osc == default.osc and c.web == default.web
    assert c.midi == replace(default.midi, out="IAC")
    assert c.display == replace(default.display, on=True)
    assert c.params == {"tempo": 110, "key": 9, "scale": 0, "temperature": 0.9}


def test_what_a_file_leaves_open_the_command_line_may_say(tmp_path):
    c = tmp_path / "show.toml"
    c.write_text("[osc]\nin_host = '0.0.0.0'\n[sound]\nchannels = [3]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="show.toml: channels are named, but no sound is"):
        parse("--config", str(c))
    with pytest.raises(ConfigError):
        parse("--config", str(c), "--audio-in")  # nobody is named whom to obey
    both = parse("--config", str(c), "--audio-in", "--osc-allow", "10.0.0.7")
    assert both.sound == Sound("device", "", (3,)) and both.osc.allow == ("127.0.0.1", "10.0.0.7")


def test_the_network_is_not_listened_to_for_this_machine_alone(tmp_path):
    for allow in ("['127.0.0.1']", "['127.0.0.0/8', '::1']", "[]"):
        with pytest.raises(ConfigError, match="name whom to obey with --osc-allow"):
            from_text(tmp_path, f"[osc]\nin_host = '0.0.0.0'\nallow = {allow}")


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.parametrize(
    "section, key, form",
    [
        *(("source", key, "{!r}") for key in sections.SOURCES),
        ("sound", "file", "{!r}"),
        *(("model", key, "{!r}") for key in ("name", "long", "bass", "drums", "painter", "style")),
        ("display", "out", "[{!r}]"),
        ("midi", "out", "{!r}"),
        *(("osc", key, form) for key, form in (("out", "[{!r}]"), ("in_host", "{!r}"))),
        ("osc", "allow", "['10.0.0.7', {!r}]"),
        *(("web", key, "{!r}") for key in ("host", "token")),
        ("record", "folder", "{!r}"),
    ],
)
def test_an_empty_text_in_a_file_names_nothing(tmp_path, section, key, form, empty):
    with pytest.raises(ConfigError) as caught:
        from_text(tmp_path, f"[{section}]\n{key} = {form.format(empty)}\n")
    assert str(caught.value).endswith(
        f"show.toml: {key} in [{section}] is empty; name one, or leave it out"
    )


def test_the_systems_own_sound_has_no_name(tmp_path):
    for kind in ("device", "jack", "midi"):
        assert from_text(tmp_path, f"[sound]\n{kind} = ''").sound == Sound(kind, "")


def test_parts_and_a_long_melody(tmp_path):
    assert Config().model.companions == {}
    c = parse("--parts", "drums, melody", "--long", "melody-16bar")
    assert c.model.parts == ("melody", "drums")
    assert c.model.companions == {"melody": "melody-16bar", "drums": "drums-small"}
    assert from_text(tmp_path, "[model]\nparts = ['bass']\nbass = 'mine'").model.companions == {
        "bass": "mine"
    }
    with pytest.raises(ConfigError, match="no part called 'base'; did you mean 'bass'"):
        parse("--parts", "melody,base")
    with pytest.raises(ConfigError, match="no part is named"):
        parse("--parts", ",")


def test_off_and_addresses():
    c = parse("--osc-in", "off", "--osc-out", "off", "--web", "8800")
    assert (
        c.osc.in_port == 0 and c.osc.out == () and (c.web.host, c.web.port) == ("127.0.0.1", 8800)
    )
    c = parse("--web", "[::1]:8800", "--osc-in", "0.0.0.0:9700", "--osc-allow", "192.168.1.0/24")
    assert (c.web.host, c.web.port) == ("::1", 8800) and c.osc.allow == (
        "127.0.0.1",
        "192.168.1.0/24",
    )
    assert c.osc.query and not parse("--no-oscquery").osc.query
    # another machine's
    assert parse("--osc-out", "192.168.1.20:9700").osc.out == ("192.168.1.20:9700",)


@pytest.mark.parametrize(
    ("text", "needles"),
    [
        ("[modle]\nname = 'x'", ["modle", "'model'"]),
        ("[model]\nnmae = 'x'", ["nmae", "'name'"]),
        ("[source]\ncamra = 0", ["camra", "'camera'"]),
        ("[source]\ncamera = 0\nvideo = 'x'", ["camera and video", "one"]),
        ("[source]\nvideo = 3", ["video", "text"]),
        ("[params]\ntemprature = 1", ["temprature", "'temperature'"]),
        ("[params]\ntempo = 0", ["tempo", "20", "300"]),
        ("[params]\ntempo = true", ["tempo", "20", "300"]),
        ("[params]\nscale = 'mjor'", ["mjor", "major"]),
        ("[params]\npitch_low = 90\npitch_high = 40", ["pitch_low", "pitch_high"]),
        ("[osc]\nout = '127.0.0.1:1'", ["out", "list"]),
        ("[model]\nparts = 'bass'", ["parts", "list", "melody"]),
        ("[model]\nparts = ['drum']", ["'drum'", "'drums'"]),
        ("[osc]\nout = ['nowhere']", ["nowhere", "HOST:PORT"]),
        ("[osc]\nallow = ['no address']", ["allow-list", "no address"]),
        ("[osc]\nin_host = '0.0.0.0'", ["0.0.0.0", "--osc-allow"]),
        ("[web]\nport = '80'", ["port", "whole number"]),
        ("[web]\nport = 70000", ["70000", "65535"]),
        ("[midi]\non = 1", ["on", "true or false"]),
        ("[model]\ndevice = 'tpu'", ["tpu", "auto"]),
        ("model = 3", ["model", "[model]"]),
        ("[model", ["not TOML"]),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(tmp_path, text, needles):
    with pytest.raises(ConfigError) as caught:
        from_text(tmp_path, text)
    sentence = str(caught.value)
    assert "show.toml" in sentence and "\n" not in sentence
    assert all(needle in sentence for needle in needles), sentence


def test_a_file_that_is_not_there():
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(Path("nowhere.toml"))


@pytest.mark.parametrize(
    ("words", "needles"),
    [
        (["--bpm", "0"], ["0", "20", "300"]),
        (["--bpm", "10000"], ["10000", "20", "300"]),
        (["--bpm", "nan"], ["nan"]),
        (["--bpm", "fast"], ["fast", "number"]),
        (["--key", "H minor"], ["H minor", "A minor"]),
        (["--seed", "-1"], ["-1", "0"]),
        (["--seconds", "0"], ["0"]),
        (["--visuals", "inkk"], ["inkk", "aurora"]),
        (["--param", "temperature"], ["NAME=VALUE"]),
        (["--param", "temperature=9"], ["temperature", "2"]),
        (["--osc-in", "99999"], ["99999", "65535"]),
        (
            ["--osc-in", "9955", "--osc-out", "127.0.0.1:9955"],
            ["127.0.0.1:9955", "itself listens", "--osc-in"],
        ),
        (
            [
                "--osc-in",
                "0.0.0.0:9955",
                "--osc-allow",
                "10.0.0.7",
                "--osc-out",
                "10.0.0.2:9701",
                "--osc-out",
                "localhost:9955/ahead",
            ],
            ["localhost:9955/ahead", "itself listens"],
        ),
        (["--osc-out", "[::1]:9700"], ["[::1]:9700", "itself listens"]),
        (
            ["--osc-in", "10.0.0.2:9955", "--osc-allow", "10.0.0.7", "--osc-out", "10.0.0.2:9955"],
            ["10.0.0.2:9955", "itself listens"],
        ),
        (["--web", ":80"], [":80", "HOST:PORT"]),
        (["--camera", "0", "--visuals", "ink"], ["not allowed"]),
        (["--loud"], ["--loud"]),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(words, needles):
    with pytest.raises(ConfigError) as caught:
        parse(*words)
    assert "\n" not in str(caught.value) and all(
        needle in str(caught.value) for needle in needles
    ), str(caught.value)


def test_an_address_is_allowed_once():
    c = parse("--osc-in", "0.0.0.0:9700", "--osc-allow", "127.0.0.1", "--osc-allow", "10.0.0.7")
    assert c.osc.allow == ("127.0.0.1", "10.0.0.7")


def test_config_and_sources_agree_on_the_visuals():
    assert sections.VISUALS == NAMES and sections.DEFAULT_VISUAL == DEFAULT


def test_every_path_is_whole_before_a_child_is_told_of_it(tmp_path):
    c = launch.with_whole_paths(
        parse(
            *("--video", "~/a.mp4", "--record", "sets", "--audio-file", "b.wav"),
            *("--pictures-out", "film.mp4", "--pictures-out", "ndi:stage"),
        )
    )
    assert c.source == Source("video", str(Path("~/a.mp4").expanduser()))
    assert c.sound.value == str(Path("b.wav").resolve())
    assert c.record.folder == str(Path("sets").resolve())
    assert c.display.out == (str(Path("film.mp4").resolve()), "ndi:stage")
    named = parse("--camera", "0", "--jack-in", "band", "--osc-in", "9800", "--bpm", "96")
    assert launch.with_whole_paths(named) == named


def test_every_child_is_given_the_same_config_and_none_on_its_command_line(tmp_path):
    c = launch.with_token(parse("--web", "0.0.0.0:8770", "--display"))
    player, engine, display = launch.children_of(c, tmp_path)
    assert [player.name, engine.name, display.name] == ["player", "engine", "display"]
    for child in (player, engine, display):
        assert decode(child.config) == c
        assert c.web.token and c.web.token not in " ".join(child.arguments)
    assert len(launch.children_of(parse(), tmp_path)) == 2


def test_the_player_builds_its_sinks_from_it(tmp_path):
    from livesyn.player.process import build_sinks
    from livesyn.sinks.midi import MidiOut

    def names(*words):
        return [sink.name for sink in build_sinks(parse(*words))]

    assert names("--record", str(tmp_path)) == ["midi", "osc", "recorder"]
    assert names("--no-midi", "--osc-out", "off") == []
    named, virtual = build_sinks(parse("--midi-out", "IAC"))[0], build_sinks(parse())[0]
    assert isinstance(named, MidiOut) and isinstance(virtual, MidiOut)
    assert (named._wanted, named._virtual) == ("IAC", False)
    assert (virtual._wanted, virtual._virtual) == (None, True)


def test_an_open_page_gets_a_token_and_a_closed_one_does_not():
    opened = launch.with_token(parse("--web", "0.0.0.0:8770"))
    assert opened.web.token and len(opened.web.token) >= 12
    assert f"?token={opened.web.token}" in launch.facts(opened)["page"]
    assert launch.with_token(parse()).web.token is None
    given = replace(parse(), web=Web(host="0.0.0.0", token="mine"))
    assert launch.with_token(given) is given


def show_film(path: Path) -> None:
    """As a show does: what its first bytes do not tell is said when it is opened."""
    preflight.check_source(Source("video", str(path)))
    opened = Film(path)
    opened.open()
    opened.close()


def hear_file(path: Path) -> None:
    preflight.check_sound(Sound("file", str(path)))
    open_sound(path).close()


class TestPreflight:
    """What is refused before anything starts."""

    def test_maps_of_osc_addresses(self, tmp_path):
        def a_map(name):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            entry = '[[in]]\nfrom = "/link1"\nto = "/livesyn/param/tempo"\n'
            path.write_text(f'send = "127.0.0.1:7000"\n{entry}', encoding="utf-8")
            return str(path)

        one, two, same = a_map("one.toml"), a_map("two.toml"), a_map("b/one.toml")
        config = parse("--osc-map", one)
        assert config.osc.maps == (one,)
        preflight.check_maps(config.osc)
        for osc, words in (
            (Osc(maps=(one, two)), "/link1 is obeyed by two maps, .*one.toml and .*two.toml"),
            (Osc(maps=(one, same)), "two OSC maps are called one"),
            (Osc(maps=(one,), in_port=7000), "where this show itself listens"),
            (Osc(maps=(str(tmp_path / "none.toml"),)), "none.toml"),
        ):
            with pytest.raises(ConfigError, match=words):
                preflight.check_maps(osc)

    def test_a_map_that_was_spoilt_during_the_show_is_left_out_and_said(self, tmp_path):
        from livesyn.player.process import build_sinks, load_maps

        good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
        good.write_text('send = "127.0.0.1:7000"\n', encoding="utf-8")
        bad.write_text("send = \n", encoding="utf-8")
        said: list[str] = []
        config = parse("--osc-map", str(bad), "--osc-map", str(good), "--no-midi")
        maps = load_maps(config, said.append)
        assert list(maps) == ["good"] and [sink.name for sink in build_sinks(config, maps)] == [
            *("osc", "osc_good"),
        ]
        (sentence,) = said
        assert "bad.toml" in sentence and sentence.endswith("the show plays without it")

    def test_a_sound_checkpoint(self, tmp_path, monkeypatch):
        monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path))
        folder = save_toy(tmp_path / "toy")
        assert preflight.check_checkpoint(str(folder)) == folder
        assert preflight.check_checkpoint("toy") == tmp_path / "toy"

    def test_damaged_foreign_and_missing_checkpoints(self, tmp_path, monkeypatch):
        monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path))
        folder = save_toy(tmp_path / "toy")
        with pytest.raises(LivesynError, match="there are: .*toy"):
            preflight.check_checkpoint("nope")
        weights = folder / "weights.safetensors"
        whole = weights.read_bytes()
        for damaged in (whole[:-1], whole[:100], b"", b"\xff" * 64):
            weights.write_bytes(damaged)
            with pytest.raises(LivesynError, match="damaged"):
                preflight.check_checkpoint(str(folder))
        weights.write_bytes(whole)
        for text, needle in (
            ('{"kind": "gan"}', "gan"),
            ("[]", "no config of livesyn"),
            ("{", "no config of livesyn"),
        ):
            (folder / "config.json").write_text(text)
            with pytest.raises(LivesynError, match=needle):
                preflight.check_checkpoint(str(folder))

    def test_sources_that_are_not_there(self, tmp_path):
        (tmp_path / "empty.mp4").touch()
        for kind, value in (
            ("video", "nowhere.mp4"),
            ("video", str(tmp_path / "empty.mp4")),
            ("images", "nowhere"),
            ("images", str(tmp_path)),
            ("camera", "no such camera"),
            ("camera", "97"),
        ):
            with pytest.raises(LivesynError) as caught:
                preflight.check_source(Source(kind, value))
            assert value in str(caught.value)
        (tmp_path / "a.PNG").touch()
        preflight.check_source(Source("images", str(tmp_path)))

    def test_a_file_of_the_other_kind_is_pointed_to_its_option(self, tmp_path):
        for path in (
            tone(tmp_path / "a.mp4", "aac"),
            tone(tmp_path / "b.webm", "libopus"),
            tone(tmp_path / "c.mkv", "flac"),
            tone(tmp_path / "d.m4a", "aac"),
            tone(tmp_path / "e.mp3", "libmp3lame", cover=picture(0, 64, 64)),
        ):
            with pytest.raises(LivesynError, match="has no pictures in it; play it with --audio-f"):
                show_film(path)
            hear_file(path)
        Image.new("RGB", (9, 9)).save(tmp_path / "f.png")
        frames = [Image.new("RGB", (9, 9), (n, 0, 0)) for n in (0, 99)]
        frames[0].save(tmp_path / "g.gif", save_all=True, append_images=frames[1:])
        for path in (
            film(tmp_path / "h.mp4", range(5), 25),
            film(tmp_path / "i.webm", range(5), 25, codec="libvpx"),
            tmp_path / "f.png",
            tmp_path / "g.gif",
        ):
            with pytest.raises(LivesynError, match="but no sound in it; show it with --video"):
                hear_file(path)
            show_film(path)
        hear_file(film(tmp_path / "j.mp4", range(5), 25, sound="aac"))

    def test_a_port_in_use(self):
        import socket

        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as taken:
                taken.bind(("127.0.0.1", 0))
                if kind == socket.SOCK_STREAM:
                    taken.listen()
                port = taken.getsockname()[1]
                with pytest.raises(LivesynError, match=f"{port}.*--flag"):
                    preflight.check_port("thing", "--flag", "127.0.0.1", port, kind)
            preflight.check_port("thing", "--flag", "127.0.0.1", port, kind)

    def test_a_folder_that_cannot_be(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(ConfigError, match="file"):
            preflight.check_folder(str(tmp_path / "file" / "sets"))
        preflight.check_folder(str(tmp_path / "new"))
        assert (tmp_path / "new").is_dir()


def test_a_show_that_is_only_told_what_to_hear_makes_no_music():
    listens = parse(
        "--audio-in",
        "Scarlett",
        "--display",
        "1",
        "--pictures-out",
        "film.mp4",
        "--pictures-out",
        "ndi:stage",
    )
    assert (listens.sound.kind, listens.sound.value, listens.source.kind) == (
        "device",
        "Scarlett",
        "none",
    )
    assert (listens.display.on, listens.display.monitor, listens.display.windowed) == (
        True,
        1,
        False,
    )
    assert listens.display.out == ("film.mp4", "ndi:stage")
    both = parse("--camera", "0", "--audio-in")
    assert (both.sound.kind, both.sound.value, both.source.kind) == ("device", "", "camera")
    assert parse("--midi-in").sound == sections.Sound("midi", "") and parse("--windowed").display.on


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("[sound]\ndevice = 1\nfile = 'a.wav'", "name one of them"),
        ("[sound]\nfil = 'a.wav'", "did you mean 'file'"),
        ("[sound]\nfile = 3", "text in quotes"),
        ("[sound]\ndevice = 1\nchanels = 3", "did you mean 'channels'"),
        ("[sound]\ndevice = 1\nchannels = true", "the channels are True; they are numbers from 1"),
        ("[sound]\ndevice = 1\nchannels = 1.5", "the channels are 1.5; they are numbers from 1"),
        ("[sound]\ndevice = 1\nchannels = []", "the channels are ..; they are numbers from 1"),
        ("[display]\nfit = 'stretch'", "contain, cover"),
        ("[display]\nmonitor = -1", "count from 0"),
    ],
)
def test_what_is_heard_and_shown_is_checked(tmp_path, text, sentence):
    (tmp_path / "show.toml").write_text(text)
    with pytest.raises(ConfigError, match=sentence):
        parse("--config", str(tmp_path / "show.toml"))


def test_which_channels_are_heard(tmp_path):
    assert parse("--audio-in", "--audio-channels", "1-3,8").sound == sections.Sound(
        "device", "", (1, 2, 3, 8)
    )
    path = tmp_path / "show.toml"
    for value, channels in (("'1-8'", tuple(range(1, 9))), ("3", (3,)), ("[2, 1]", (2, 1))):
        path.write_text(f"[sound]\njack = 'daw'\nchannels = {value}\n")
        from_file = parse("--config", str(path))
        assert from_file.sound == sections.Sound("jack", "daw", channels)
        assert decode(encode(from_file)).sound.channels == channels
        over = parse("--config", str(path), "--audio-channels", "4")
        assert over.sound == sections.Sound("jack", "daw", (4,))
        other = parse("--config", str(path), "--audio-in", "USB")
        assert other.sound == sections.Sound("device", "USB"), "they were the other one's channels"


@pytest.mark.parametrize(
    "words",
    [
        ("--audio-channels", "1"),
        ("--midi-in", "--audio-channels", "1"),
        ("--visuals", "ink", "--audio-channels", "1"),
    ],
)
def test_channels_of_no_sound_are_refused(words):
    with pytest.raises(ConfigError, match="channels are named, but no sound is; name one with"):
        parse(*words)


def test_a_file_with_channels_of_no_sound_is_refused(tmp_path):
    (tmp_path / "show.toml").write_text("[sound]\nchannels = '1,2'\n")
    with pytest.raises(ConfigError, match="no sound is; name one with --audio-in"):
        parse("--config", str(tmp_path / "show.toml"))


def test_a_file_says_what_is_heard(tmp_path):
    (tmp_path / "show.toml").write_text(
        "[sound]\ndevice = 2\n[display]\non = true\nout = ['pics', 'spout:livesyn']\n"
    )
    listens = parse("--config", str(tmp_path / "show.toml"))
    assert listens.sound == sections.Sound("device", "2") and listens.source.kind == "none"
    assert [outlet_of(out) for out in listens.display.out] == [
        ("folder", "pics"),
        ("spout", "livesyn"),
    ]


@pytest.mark.parametrize(
    "text, sentence",
    [("ndl:stage", "did you mean 'ndi:'"), ("foo:bar", "or name a folder, or a film")],
)
def test_an_output_there_is_not_is_no_folder(text, sentence):
    with pytest.raises(ConfigError, match=sentence):
        parse("--audio-in", "--pictures-out", text)


def test_a_folder_may_have_a_colon_deeper_down_or_a_drive():
    for foreign in ("show.webm", "show.gif", "song.wav", "picture.png"):
        with pytest.raises(ConfigError, match="a film's name ends in one of .mp4"):
            outlet_of(foreign)
    assert outlet_of("frames.v2") == ("folder", "frames.v2")
    assert outlet_of("shows/a:b") == ("folder", "shows/a:b") and outlet_of("C:\\\\shows") == (
        "folder",
        "C:\\\\shows",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_config_may_come_from_any_editor(tmp_path, encoding, ends):
    text = ends.join(["# für Köln", "[midi]", 'out = "Flügel"', "[params]", "tempo = 100", ""])
    (tmp_path / "show.toml").write_bytes(text.encode(encoding))
    found = parse("--config", str(tmp_path / "show.toml"))
    assert found.midi.out == "Flügel" and found.params == {"tempo": 100}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[midi]\0\0", "zero bytes"),
        (b"\x7fELF\x02\x01\0\0\0\0", "zero bytes"),
        (b"#" * 2_000_000, "more than 1 MB"),
        (b"a = " + b"[" * 10_000, "nested too deeply"),
        (b"[midi", "is not TOML"),
    ],
)
def test_what_is_no_config_is_one_sentence(tmp_path, data, words):
    (tmp_path / "show.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=words) as caught:
        parse("--config", str(tmp_path / "show.toml"))
    assert "\n" not in str(caught.value)

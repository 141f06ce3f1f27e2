"""Microphone, sound file and JACK input, each by itself."""

from __future__ import annotations

import struct
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError, DeviceError
from livesyn.show import devices
from livesyn.sources import portaudio as portaudio_module
from livesyn.sources.channels import Channels
from livesyn.sources.inlet import Inlet
from livesyn.sources.jack_input import JackInput, find_ports
from livesyn.sources.microphone import CHANNELS, WAITING_BLOCKS, Microphone
from livesyn.sources.portaudio import HIDING_JACK, InputInfo, pick_input
from livesyn.sources.sound_file import SoundFile
from tests.fakes_sound import AHEAD, STEP, FakeJack, FakePortAudio, block

# The inlet.


def test_all_that_waits_comes_as_one_block_in_order() -> None:
    inlet = Inlet(4)
    for value in (1, 2, 3):
        inlet.put(block(value, size=2, channels=1))
    taken = inlet.take(0.0)
    assert (
        taken is not None
        and taken[:, 0].tolist() == [1, 1, 2, 2, 3, 3]
        and inlet.take(0.0) is None
        and inlet.dropped == 0
    )


def test_what_nobody_takes_goes_the_oldest_first_and_is_counted() -> None:
    inlet = Inlet(4)
    for value in range(10):
        inlet.put(block(value, size=1, channels=1))
    taken = inlet.take(0.0)
    assert taken is not None and taken[:, 0].tolist() == [6, 7, 8, 9] and inlet.dropped == 6


def test_the_end_wakes_who_waits() -> None:
    inlet, taken = Inlet(4), []
    reader = threading.Thread(target=lambda: taken.append(inlet.take(30.0)))
    reader.start()
    inlet.end()
    reader.join(5.0)
    assert taken == [None] and inlet.take(30.0) is None


# The microphone.


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ("", "Built-in Microphone"),
        (2, "USB Audio CODEC"),
        ("2", "USB Audio CODEC"),
        ("usb audio codec", "USB Audio CODEC"),
        ("built", "Built-in Microphone"),
    ],
)
def test_by_number_name_or_part_of_it(
    portaudio: FakePortAudio, which: int | str, name: str
) -> None:
    microphone = Microphone(which)
    microphone.open()
    assert (
        portaudio.streams[-1].name == name
        and portaudio.streams[-1].channels <= CHANNELS
        and microphone.rate_hz == 48000
    )
    samples = microphone.read()
    assert samples is not None and samples[::480, 0] == pytest.approx(np.arange(AHEAD) / 100)
    microphone.close()
    assert not portaudio.streams[-1].is_open


def test_one_device_of_many_sound_systems_is_the_default_one() -> None:
    inputs = [
        InputInfo(index, "USB", host, 2, 48000, host == "WASAPI")
        for index, host in enumerate(("MME", "WASAPI", "WDM"))
    ]
    assert pick_input("usb", inputs).host == "WASAPI" and pick_input("", inputs).host == "WASAPI"


@pytest.mark.parametrize("which", [0, 9, "piano"])
def test_an_unknown_one_names_those_there_are(portaudio: FakePortAudio, which: int | str) -> None:
    with pytest.raises(
        DeviceError,
        match=(
            rf"no audio input {which!r}; there is 1 \(Built-in Microphone\), 2 \(USB Audio CODEC\):"
            r" give a number"
        ),
    ):
        Microphone(which).open()


def test_no_input_at_all(portaudio: FakePortAudio) -> None:
    portaudio.plugged = [("HDMI", 0, 8)]
    with pytest.raises(DeviceError, match="there is none at all: plug one in, or use --audio-file"):
        Microphone().open()


def test_without_portaudio_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(DeviceError, match="apt-get install libportaudio2"):
        Microphone().open()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(DeviceError, match="pip install --force-reinstall sounddevice"):
        Microphone().open()


def test_a_refused_rate_is_another_then(portaudio: FakePortAudio) -> None:
    portaudio.rate_hz, portaudio.refused_hz = 96000, (96000, 48000)
    microphone = Microphone()
    microphone.open()
    assert microphone.rate_hz == 44100
    microphone.close()
    portaudio.refused_hz = (96000, 48000, 44100)
    with pytest.raises(DeviceError, match="refuses 96000, 48000, 44100 Hz"):
        microphone.open()


def test_one_in_use_says_so(portaudio: FakePortAudio) -> None:
    portaudio.broken = "Error opening InputStream: Device unavailable"
    with pytest.raises(
        DeviceError, match=r"cannot be opened .*Device unavailable.*close what else is using it"
    ):
        Microphone().open()


@pytest.mark.parametrize(
    ("channels", "opened", "given"),
    [
        (None, 2, [0, 1]),
        ((1,), 1, [0]),
        ((3,), 3, [2]),
        ((8, 1), 8, [7, 0]),
        (tuple(range(1, 9)), 8, [*range(8)]),
    ],
)
def test_it_opens_as_many_channels_as_the_highest_to_be_heard(
    portaudio: FakePortAudio, channels: Channels, opened: int, given: list[int]
) -> None:
    portaudio.plugged = [("Interface", 8, 8)]
    microphone = Microphone("Interface", channels)
    microphone.open()
    assert portaudio.streams[-1].channels == opened
    samples = microphone.read()
    assert samples is not None and samples[0] == pytest.approx(STEP * np.array(given))
    microphone.close()


def test_one_with_too_few_channels_says_how_many_it_has(portaudio: FakePortAudio) -> None:
    with pytest.raises(
        DeviceError,
        match=(
            r"audio input USB has 2 channels, and channel 8 is to be heard; give --audio-channels"
            r" 1-2 or some of these, or choose another input \(livesyn devices lists them\)"
        ),
    ):
        Microphone("USB", (1, 2, 8)).open()
    with pytest.raises(DeviceError, match="has 1 channel, and channel 2 .* --audio-channels 1 or"):
        Microphone("", (2,)).open()
    assert not portaudio.streams


def test_overflows_are_counted_and_never_fatal(portaudio: FakePortAudio) -> None:
    microphone = Microphone()
    microphone.open()
    stream = portaudio.streams[-1]
    stream.play(0.1, overflow=True)
    for _ in range(WAITING_BLOCKS):
        stream.play(0.2)
    assert microphone.xruns == 1 + AHEAD + 1
    samples = microphone.read()
    assert (
        samples is not None
        and len(samples) == WAITING_BLOCKS * 480
        and (samples == np.float32(0.2)).all()
    )
    microphone.close()


def test_pulled_out_it_gives_none_and_back_in_it_is_found(portaudio: FakePortAudio) -> None:
    """PortAudio sees devices when it is initialised: it is, anew, at every opening."""
    microphone = Microphone("USB")
    microphone.open()
    stream, plugged = portaudio.streams[-1], portaudio.plugged
    portaudio.plugged = plugged[:2]
    stream.vanish()
    assert microphone.read() is None
    microphone.close()
    with pytest.raises(DeviceError, match="no audio input 'USB'"):
        microphone.open()
    portaudio.plugged = [plugged[2], *plugged[:2]]  # at another number
    microphone.open()
    assert portaudio.streams[-1].name == "USB Audio CODEC" and microphone.read() is not None
    microphone.close()


def test_a_second_one_does_not_end_the_first(portaudio: FakePortAudio) -> None:
    first, second = Microphone(1), Microphone(2)
    first.open()
    initialised = portaudio.initialised
    second.open()
    assert portaudio.initialised == initialised and portaudio.streams[0].is_open
    first.close()
    second.close()
    first.open()
    assert portaudio.initialised == initialised + 1
    first.close()


def test_a_driver_that_hangs_in_portaudio_is_told_of(
    portaudio: FakePortAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio_module, "PATIENCE_S", 0.01)
    with portaudio_module.held(), pytest.raises(DeviceError, match="a sound driver hangs"):
        Microphone().open()


def test_jack_is_hidden_from_portaudio_and_from_nobody_else(
    portaudio: FakePortAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv("JACK_DEFAULT_SERVER", "mine")
    seen: list[dict[str, str | None]] = []
    monkeypatch.setattr(
        portaudio,
        "_initialize",
        lambda: seen.append({name: os.environ.get(name) for name in HIDING_JACK}),
    )
    microphone = Microphone()
    microphone.open()
    microphone.close()
    assert (
        seen == [HIDING_JACK]
        and os.environ["JACK_DEFAULT_SERVER"] == "mine"
        and "PIPEWIRE_NOJACK" not in os.environ
    )


# The file.


def test_it_plays_in_real_time_and_without_a_gap_round_and_round(tape: Path) -> None:
    clock = ManualClock(5.0)
    file = SoundFile(tape, clock)
    file.open()
    assert file.rate_hz == 44100 and file.length_s == pytest.approx(44500 / 44100)
    heard, played = [], soundfile.read(tape, dtype="float32")[0]
    for _ in range(250):
        samples = file.read()
        assert samples is not None and len(samples) == 441
        heard.append(samples)
    assert clock.now_s() - 5.0 == pytest.approx(2.49, abs=0.02)
    assert np.array_equal(np.concatenate(heard), np.tile(played, (3, 1))[: 250 * 441])
    file.close()


def test_what_fell_due_while_nobody_read_is_not_left_out(tape: Path) -> None:
    clock = ManualClock()
    file = SoundFile(tape, clock)
    file.open()
    first = file.read()
    clock.advance(0.1)
    late = file.read()
    assert first is not None and late is not None and len(late) == 10 * 441
    assert np.array_equal(
        np.concatenate([first, late]), soundfile.read(tape, dtype="float32")[0][: 11 * 441]
    )
    file.close()


def test_a_very_short_one_goes_round_many_times_in_a_block(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "click.wav", np.array([0.5, -0.5, 0.25]), 8000, subtype="FLOAT")
    file = SoundFile(tmp_path / "click.wav", ManualClock())
    file.open()
    samples = file.read()
    assert samples is not None and samples[:, 0] == pytest.approx(
        np.tile([0.5, -0.5, 0.25], 27)[:80]
    )
    file.close()


def test_a_file_gives_the_channels_named_in_their_order(tape: Path) -> None:
    played = soundfile.read(tape, dtype="float32")[0][:441]
    for channels, columns in (((1, 2), [0, 1]), ((2,), [1]), ((2, 1), [1, 0])):
        file = SoundFile(tape, ManualClock(), channels=channels)
        file.open()
        samples = file.read()
        assert samples is not None and np.array_equal(samples, played[:, columns])
        file.close()


def test_a_file_with_too_few_channels_says_how_many_it_has(tape: Path) -> None:
    file = SoundFile(tape, ManualClock(), channels=(1, 3))
    with pytest.raises(
        DataError,
        match=(
            r"sound ramp.wav has 2 channels, and channel 3 is to be heard; give --audio-channels"
            r" 1-2 or some of these, or give another file"
        ),
    ):
        file.open()
    assert file.read() is None


def test_once_it_ends(tape: Path) -> None:
    file = SoundFile(tape, ManualClock(), loop=False)
    file.open()
    sizes = []
    while (samples := file.read()) is not None:
        sizes.append(len(samples))
    assert sum(sizes) == 44500 and sizes[-1] == 44500 % 441
    file.close()


@pytest.mark.parametrize(
    ("suffix", "rate_hz"), [("wav", 22050), ("flac", 96000), ("ogg", 48000), ("mp3", 44100)]
)
def test_every_kind_of_file(tmp_path: Path, suffix: str, rate_hz: int) -> None:
    path, t = tmp_path / f"tone.{suffix}", np.arange(rate_hz) / rate_hz
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * 440 * t), rate_hz)
    file = SoundFile(path, ManualClock())
    file.open()
    heard = np.concatenate([file.read() for _ in range(80)])  # type: ignore[misc]
    assert file.rate_hz == rate_hz and heard.shape[1] == 1
    spectrum = np.abs(
        np.fft.rfft(heard[rate_hz // 10 :, 0] * np.hanning(len(heard) - rate_hz // 10))
    )
    assert spectrum.argmax() * rate_hz / (len(heard) - rate_hz // 10) == pytest.approx(440, abs=3)
    file.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.wav", None),
        ("text.mp3", b"no sound at all, only words " * 40),
        ("empty.wav", b""),
        ("headless.raw", b"\0" * 999),
        ("folder.wav", "folder"),
    ],
)
def test_what_is_no_sound_is_refused(
    tmp_path: Path, name: str, content: bytes | str | None
) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"\.wav, \.flac, \.ogg, \.mp3, \.m4a or \.opus"):
        SoundFile(path, ManualClock()).open()


def test_a_sound_of_no_length_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nothing.wav", np.zeros(0), 44100)
    with pytest.raises(DataError, match="has 0 samples"):
        SoundFile(tmp_path / "nothing.wav", ManualClock()).open()


# JACK.


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", []),
        ("synth:left", ["synth:left"]),
        ("SYNTH", ["synth:left", "synth:right"]),
        ("capture", ["system:capture_1", "system:capture_2"]),
        ("_2", ["system:capture_2"]),
    ],
)
def test_it_connects_to_a_port_a_client_or_what_is_called_so(
    jack: FakeJack, wanted: str, found: list[str]
) -> None:
    source = JackInput(wanted)
    source.open()
    jack.play()
    assert jack.clients[-1].connected == {"in": found} and source.rate_hz == 44100
    samples = source.read()
    assert (
        samples is not None
        and samples.shape == (AHEAD * 512, 1)
        and samples[::512, 0] == pytest.approx(np.arange(AHEAD) / 100)
    )
    source.close()
    assert source.read() is None


def test_each_channel_is_a_port_connected_to_an_output_of_its_own(jack: FakeJack) -> None:
    jack.outputs = [f"daw:track_{n}" for n in range(1, 9)]
    source = JackInput("daw", (1, 2, 7))
    source.open()
    (client,) = jack.clients
    assert client.connected == {
        "in_1": ["daw:track_1"],
        "in_2": ["daw:track_2"],
        "in_7": ["daw:track_7"],
    }
    jack.play()
    samples = source.read()
    assert samples is not None and samples.shape == (AHEAD * 512, 3)
    assert samples[0] == pytest.approx([0, STEP, 6 * STEP])
    source.close()
    by_hand = JackInput("", (2, 9))
    by_hand.open()
    assert client.connected["in_9"] == [] and client.connected["in_2"] == ["daw:track_2"]
    jack.play()
    samples = by_hand.read()
    assert samples is not None and samples[0] == pytest.approx([STEP, 8 * STEP]), "and no others"
    by_hand.close()


def test_too_few_outputs_say_how_many_there_are(jack: FakeJack) -> None:
    with pytest.raises(
        DeviceError,
        match=(
            "JACK input synth has 2 channels, and channel 8 is to be heard; give --audio-channels"
            " 1-2 or some of these, or name a client with more outputs"
        ),
    ):
        JackInput("synth", (1, 8)).open()
    JackInput("synth").open()
    assert len(jack.clients) == 1, "and the client was given back"


def test_one_port_serves_one_opening_after_the_other(jack: FakeJack) -> None:
    first, second, third = JackInput("synth"), JackInput("capture_1"), JackInput()
    first.open()
    first.close()
    second.open()
    (client,) = jack.clients
    assert client.connected == {"in": ["system:capture_1"]}
    third.open()
    assert len(jack.clients) == 2 and jack.clients[1].connected == {"in": []}, (
        "the first client is lent"
    )
    client.play(0.5)
    assert second.read() is not None
    second.close()
    client.connect("synth:left", client.ports["in"])  # by hand
    again = JackInput()
    again.open()
    assert len(jack.clients) == 2 and client.connected == {"in": ["system:capture_1", "synth:left"]}
    for source in (third, again):
        source.close()


def test_a_server_that_stands_still_gets_no_client_for_everybody_who_asks(
    jack: FakeJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livesyn.midi.jack_client.WAIT_S", 0.05)
    first = JackInput()
    first.open()
    first.close()
    stands, goes_on = threading.Event(), threading.Event()

    def wait(name: str) -> str:
        stands.set()
        assert goes_on.wait(20)
        return "7"

    monkeypatch.setattr(jack.clients[0], "get_uuid_for_client_name", wait)
    hung = JackInput()

    def open_and_close() -> None:  # as a feed does that has given it up
        hung.open()
        hung.close()

    thread = threading.Thread(target=open_and_close)
    thread.start()
    assert stands.wait(20)
    with pytest.raises(DeviceError, match="its server stands still"):
        JackInput().open()
    monkeypatch.setattr("livesyn.midi.jack_client.WAIT_S", 20.0)
    threading.Timer(0.05, goes_on.set).start()
    last = JackInput()
    last.open()
    thread.join(20)
    assert len(jack.clients) == 1
    last.close()


def test_an_unknown_port_names_those_there_are(jack: FakeJack) -> None:
    with pytest.raises(
        DeviceError,
        match=(
            "no output 'organ'; there is system:capture_1, system:capture_2, synth:left,"
            " synth:right"
        ),
    ):
        JackInput("organ").open()
    JackInput("synth").open()
    assert len(jack.clients) == 1
    with pytest.raises(DeviceError, match="there is none at all"):
        find_ports("organ", [])


def test_no_server_and_no_jack(jack: FakeJack, monkeypatch: pytest.MonkeyPatch) -> None:
    jack.runs = False
    with pytest.raises(DeviceError, match="no JACK server runs; start one"):
        JackInput().open()
    monkeypatch.setitem(sys.modules, "jack", None)
    with pytest.raises(DeviceError, match="JACK cannot be loaded"):
        JackInput().open()


def test_a_server_that_ends_is_noticed_and_its_client_left_alone(jack: FakeJack) -> None:
    source = JackInput("synth")
    source.open()
    jack.kill()
    assert source.read() is None
    source.close()
    jack.runs = True
    source.open()
    jack.play()
    assert source.read() is not None and len(jack.clients) == 2
    source.close()


def test_ports_that_go_are_a_loss(jack: FakeJack) -> None:
    source = JackInput("synth")
    source.open()
    client = jack.clients[-1]
    jack.outputs.remove("synth:left")
    for _ in range(50):
        client.play(0.1)
    assert source.read() is not None, "one is left"
    jack.outputs.remove("synth:right")
    for _ in range(50):
        client.play(0.1)
    assert source.read() is None
    source.close()


def test_a_client_that_was_started_again_is_connected_again(jack: FakeJack) -> None:
    """So fast that its ports were never seen to be gone; or one of its ports after the other."""
    source = JackInput("synth", (1, 2))
    source.open()
    client = jack.clients[-1]
    connected = {"in_1": ["synth:left"], "in_2": ["synth:right"]}

    def look() -> None:
        for _ in range(50):
            client.play(0.1)
        assert source.read() is not None

    for port in client.ports.values():
        port.connected.clear()
    look()
    assert client.connected == connected
    jack.outputs.remove("synth:right")
    client.ports["in_2"].connected.clear()
    look()
    assert client.connected == {"in_1": ["synth:left"], "in_2": []}
    jack.outputs.append("synth:right")
    client.connect("system:capture_1", client.ports["in_1"])  # by hand
    look()
    assert client.connected == {
        "in_1": ["synth:left", "system:capture_1"],
        "in_2": ["synth:right"],
    }
    source.close()


def test_xruns_are_counted(jack: FakeJack) -> None:
    source = JackInput()
    source.open()
    jack.play()
    jack.clients[-1].last_frame_time += 512
    for _ in range(64):
        jack.clients[-1].play(0.1)
    assert source.xruns == 1 + AHEAD
    source.close()


# What `livesyn devices` says of them.


def test_inputs_are_listed_with_what_to_type(portaudio: FakePortAudio) -> None:
    assert [(each.name, each.type_this) for each in devices.audio_inputs()] == [
        ("Built-in Microphone", "--audio-in"),
        ("USB Audio CODEC", '--audio-in "USB Audio CODEC"'),
    ]
    assert [each.name for each in devices.sound_cards()] == ["HDMI", "USB Audio CODEC"]


def test_jack_ports_are_listed_where_a_server_runs(jack: FakeJack) -> None:
    assert [each.type_this for each in devices.jack_outputs()][2:] == [
        '--jack-in "synth:left"',
        '--jack-in "synth:right"',
    ]
    assert len(jack.clients) == 1
    jack.runs = False
    with pytest.raises(DeviceError, match="no JACK server runs"):
        devices.jack_outputs()


def damaged(path, rng, samples=44100 * 4):
    """A FLAC of that many samples, its bytes and where its first third ends."""
    tone = 0.4 * np.sin(2 * np.pi * 330 * np.arange(samples) / 44100)
    soundfile.write(path, tone + 0.01 * rng.standard_normal(samples), 44100)
    data = bytearray(path.read_bytes())
    return data, len(data) // 3


def all_of(path):
    """What a file gives once through, and the file."""
    file = SoundFile(path, ManualClock(), loop=False)
    file.open()
    blocks = []
    while (block := file.read()) is not None:
        blocks.append(block)
    assert file.read() is None
    file.close()
    return np.concatenate(blocks), file


@pytest.mark.parametrize("where", ["begin", "middle", "end"])
def test_a_damaged_flac_plays_what_can_be_decoded_and_says_how_much_could_not(tmp_path, where):
    path = tmp_path / "hole.flac"
    data, third = damaged(path, np.random.default_rng(1))
    if where == "end":
        path.write_bytes(data[:third])
    else:
        at = {"begin": 9000, "middle": third}[where]
        data[at : at + 20_000] = bytes(20_000)
        path.write_bytes(data)
    samples, file = all_of(path)
    loud = np.abs(samples[:, 0]) > 0
    passed_over_s = 4.0 - loud.sum() / 44100
    assert 0.05 < passed_over_s < 3.2 and file.passed_over_s == pytest.approx(
        passed_over_s, abs=0.1
    )
    if where == "end":
        assert len(samples) == pytest.approx(4 * 44100 / 3, rel=0.1)  # the end comes sooner
    else:
        assert len(samples) == pytest.approx(4 * 44100, abs=8000)  # silence keeps the time
        assert loud[-30_000:-8000].mean() > 0.9
    assert f"{file.passed_over_s:.1f} s of the 4.0 s of sound hole.flac could not" in file.complaint


def test_a_damaged_flac_loops(tmp_path):
    path = tmp_path / "cut.flac"
    data, third = damaged(path, np.random.default_rng(2))
    path.write_bytes(data[:third])
    file = SoundFile(path, ManualClock())
    file.open()
    for _ in range(900):
        block = file.read()
        assert block is not None and len(block) == 441 and np.abs(block).max() > 0
    assert "could not be decoded" in file.complaint
    file.close()


def test_a_file_of_which_nothing_can_be_decoded_is_refused(tmp_path):
    path = tmp_path / "none.flac"
    data, _ = damaged(path, np.random.default_rng(3), 44100)
    data[200:] = bytes(len(data) - 200)
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"nothing of .*none.flac' can be decoded"):
        all_of(path)


def test_a_file_that_ends_sooner_than_it_says_tells_so(tmp_path):
    path = tmp_path / "short.mp3"
    tone = 0.4 * np.sin(2 * np.pi * 330 * np.arange(4 * 44100) / 44100)
    soundfile.write(path, tone, 44100, format="MP3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    samples, file = all_of(path)
    assert 1.5 < len(samples) / 44100 < 2.5
    assert "could not be decoded (the file is cut off or damaged)" in file.complaint or (
        file.length_s < 2.5  # libsndfile counted what is there
    )


def test_samples_that_are_no_numbers_are_silence_and_said(tmp_path):
    samples = np.full(4410, 0.25, np.float32)
    samples[100:200], samples[300], samples[301] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "nan.wav", samples, 44100, subtype="FLOAT")
    heard, file = all_of(tmp_path / "nan.wav")
    assert np.isfinite(heard).all() and (heard == 0.25).sum() == 4410 - 102
    assert file.complaint == "sound nan.wav has samples that are no numbers; they are silence"


@pytest.mark.parametrize(
    ("offset", "value", "legal"),
    [(40, 0, True), (40, 0xFFFFFFFF, True), (40, 2**31 - 2, True), (24, 0, False), (24, 4, False)],
)
def test_a_header_that_lies(tmp_path, offset, value, legal):
    path = tmp_path / "lies.wav"
    soundfile.write(path, np.full(44100, 0.25, np.float32), 44100, subtype="PCM_16")
    data = bytearray(path.read_bytes())
    data[offset : offset + 4] = value.to_bytes(4, "little")
    path.write_bytes(data)
    if legal:
        samples, _ = all_of(path)
        assert len(samples) == 44100
    else:
        with pytest.raises(DataError, match=r"lies\.wav"):
            SoundFile(path, ManualClock()).open()


def test_sixty_four_channels_are_heard(tmp_path):
    soundfile.write(tmp_path / "many.wav", np.full((4410, 64), 0.25, np.float32), 44100)
    samples, file = all_of(tmp_path / "many.wav")
    assert samples.shape == (4410, 64) and file.complaint == ""


@pytest.mark.parametrize("suffix", [b"", b"LIST\x02\0\0\0hi"])
def test_a_wav_that_was_cut_off_says_so(tmp_path: Path, suffix: bytes) -> None:
    path = tmp_path / "cut.wav"
    head = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + suffix
    body = b"WAVE" + head + b"data" + struct.pack("<I", 48000)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 48000) + body + bytes(24000))
    source = SoundFile(path, clock=ManualClock())
    source.open()
    assert "is cut off" in source.complaint and "1.5 s" in source.complaint
    source.close()

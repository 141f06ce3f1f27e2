"""`livesyn devices`: what there is to plug in, each with what to type.

A backend that is missing, or that complains, is one sentence; the other kinds are listed all
the same. Each kind is asked in a process of its own: a driver may hang or crash.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.installing import install
from livesyn.midi.jack_client import Client, acquire, release_client
from livesyn.midi.rtmidi_ports import Api, Direction, make_port

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Device:
    """One device, and the words of `livesyn run` that choose it ("" where nothing need be said)."""

    name: str
    type_this: str
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of device. `list` may raise LivesynError to say what is missing."""

    title: str
    none: str
    list: Callable[[], list[Device]]


def cameras() -> list[Device]:
    """The cameras, by number."""
    from livesyn.sources.devices import list_cameras

    return [
        Device(camera.name or f"camera {camera.index}", f"--camera {camera.index}")
        for camera in list_cameras()
    ]


def midi_outputs() -> list[Device]:
    """Ports that livesyn can play into."""
    return [Device(name, f'--midi-out "{name}"') for name in _midi_ports("MidiOut")]


def midi_inputs() -> list[Device]:
    """Ports that give MIDI, which livesyn can hear."""
    return [Device(name, f'--midi-in "{name}"') for name in _midi_ports("MidiIn")]


def _midi_ports(direction: Direction) -> list[str]:
    apis: list[Api] = ["system"]
    if sys.platform.startswith("linux"):
        apis = ["jack"] if jack_runs() else []
        if os.path.exists("/dev/snd/seq"):
            apis.append("system")
        if not apis:
            raise DeviceError(
                "no MIDI system: no JACK server runs and ALSA's sequencer is not loaded; start"
                " JACK, or: sudo modprobe snd-seq"
            )
    names: list[str] = []
    for api in apis:
        port = make_port(direction, api, "livesyn-devices")
        names += [
            name for name in port.names() if "livesyn-devices" not in name and name not in names
        ]
    return names


def jack_runs() -> bool:
    """Whether a JACK server answers; none is started."""
    try:
        release_client(acquire(Client, "livesyn-devices"))
    except DeviceError:
        return False
    return True


def audio_inputs() -> list[Device]:
    """What can be heard, as PortAudio sees it; the default one needs no name."""
    from livesyn.sources.portaudio import held, list_inputs

    with held() as library:
        inputs = list_inputs(library)
    # one device, once for every sound system
    named = {each.name: each for each in sorted(inputs, key=lambda each: each.default)}
    return [
        Device(
            each.name,
            "--audio-in" if each.default else f'--audio-in "{each.name}"',
            f"{each.channels} channels, {each.rate_hz} Hz",
        )
        for each in sorted(named.values(), key=lambda each: each.index)
    ]


def jack_outputs() -> list[Device]:
    """The ports of a running JACK server that give sound."""
    from livesyn.sources.jack_input import audio_outputs

    client = acquire(Client, "livesyn-devices")
    names = audio_outputs(client)
    release_client(client)
    return [Device(name, f'--jack-in "{name}"') for name in names]


def sound_cards() -> list[Device]:
    """Sound cards that play.

    livesyn plays through MIDI, OSC and the page; these are for your synthesiser.
    """
    from livesyn.sources.portaudio import held

    with held() as library:
        found = library.query_devices()
    return [
        Device(
            card["name"],
            "",
            f"{card['max_output_channels']} out, {card['default_samplerate']:g} Hz",
        )
        for card in found
        if card["max_output_channels"]
    ]


def torch_devices() -> list[Device]:
    """Where the nets can run."""
    try:
        import torch
    except ImportError as error:
        raise DeviceError(
            f"PyTorch cannot be loaded ({error}); install it with: {install('torch')}"
        ) from None
    found = [Device(f"CPU, {os.cpu_count()} cores", "--device cpu")]
    if torch.cuda.is_available():
        found = [
            Device(torch.cuda.get_device_name(i), "--device cuda")
            for i in range(torch.cuda.device_count())
        ] + found
    if torch.backends.mps.is_available():
        found.insert(0, Device("Apple GPU", "--device mps"))
    return found


KINDS: dict[str, Kind] = {
    "cameras": Kind("Cameras", "none; use --video, --images or --visuals", cameras),
    "midi_outputs": Kind(
        "MIDI outputs",
        "none to play into; livesyn makes its own virtual port, livesyn",
        midi_outputs,
    ),
    "midi_inputs": Kind(
        "MIDI inputs", "none; --midi-in makes one of its own, livesyn in", midi_inputs
    ),
    "audio_inputs": Kind(
        "Audio inputs", "none; use --audio-file, or --jack-in where JACK runs", audio_inputs
    ),
    "jack_outputs": Kind(
        "JACK outputs, to be heard", "none; start what shall be heard", jack_outputs
    ),
    "sound_cards": Kind(
        "Sound cards that play", "none; the page's Listen button plays in the browser", sound_cards
    ),
    "torch": Kind("Nets run on", "none", torch_devices),
}


def ask(kind: str) -> dict:
    """What there is of one kind: `devices`, or `missing`, a sentence. In this process."""
    try:
        return {"devices": [asdict(device) for device in KINDS[kind].list()], "missing": ""}
    except LivesynError as error:
        return {"devices": [], "missing": str(error)}


def ask_apart(kinds: list[str], patience_s: float = PATIENCE_S) -> dict[str, dict]:
    """`ask` for each kind, each in a process of its own, all at once. Never raises for a device."""
    command = [
        sys.executable,
        "-c",
        (
            "import json, sys; from livesyn.show.devices import ask;"
            " print(json.dumps(ask(sys.argv[1])))"
        ),
    ]
    asked = {
        kind: subprocess.Popen(
            [*command, kind],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for kind in kinds
    }
    found = {}
    for kind, process in asked.items():
        try:
            out, _ = process.communicate(timeout=patience_s)
            found[kind] = json.loads(out.splitlines()[-1])
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            found[kind] = {
                "devices": [],
                "missing": f"its driver gave no answer within {patience_s:g} s",
            }
        except (ValueError, IndexError):
            found[kind] = {
                "devices": [],
                "missing": f"its driver crashed (exit code {process.returncode})",
            }
    return found


def report(as_json: bool = False) -> int:
    """Print what there is. Returns the exit code."""
    found = ask_apart(list(KINDS))
    print(json.dumps(found) if as_json else describe(found))
    return 0


def describe(found: dict[str, dict]) -> str:
    """The answers of `ask_apart` in words."""
    lines: list[str] = []
    for name, answer in found.items():
        kind = KINDS[name]
        lines += ["", kind.title] if lines else [kind.title]
        if answer["missing"] or not answer["devices"]:
            lines.append(f"  {answer['missing'] or kind.none}")
        width = max((len(device["name"]) for device in answer["devices"]), default=0)
        lines += [
            f"  {device['name']:<{width}}  {device['type_this'] or device['note']}".rstrip()
            for device in answer["devices"]
        ]
    return "\n".join(lines)

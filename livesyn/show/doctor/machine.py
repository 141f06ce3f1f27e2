"""What a machine has: system, priority, MIDI, JACK, inputs, a window, ports, room."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.installing import install
from livesyn.base.scheduling import cores as usable_cores
from livesyn.config.sections import Osc, Web
from livesyn.show import devices, preflight
from livesyn.show.doctor.finding import BAD, GOOD, WEAK, Finding
from livesyn.show.doctor.measure import midi_round_trip

FREE_BYTES = 200_000_000


def python_version(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """3.11 or newer."""
    words = f"{'.'.join(map(str, version))} on {platform.system()} {platform.machine()}"
    return (
        Finding("Python", GOOD, words)
        if version >= (3, 11)
        else Finding("Python", BAD, f"{words}; livesyn needs 3.11 or newer")
    )


def system() -> Finding:
    """Cores, and on Linux what the kernel says of governor, preemption and HZ."""
    cores = usable_cores()
    known = [f"{cores} core{'s' if cores > 1 else ''}"]
    governor = _text(Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
    if governor:
        known.append(f"governor {governor}")
    if sys.platform.startswith("linux"):
        preempt = re.search(r"PREEMPT\w*", platform.version())
        known.append(
            f"kernel {preempt.group().lower()}" if preempt else "kernel without preemption"
        )
        hz = re.search(r"^CONFIG_HZ=(\d+)", _kernel_config(), re.MULTILINE)
        if hz:
            known.append(f"{hz.group(1)} Hz")
    words = ", ".join(known)
    if cores < 2:
        return Finding(
            "processor",
            WEAK,
            f"{words}; player and nets share one core: use a small model and keep other programs"
            " closed",
        )
    if governor == "powersave":
        return Finding(
            "processor", WEAK, f"{words}; for a show: sudo cpupower frequency-set -g performance"
        )
    return Finding("processor", GOOD, words)


def _kernel_config() -> str:
    try:
        return gzip.decompress(Path("/proc/config.gz").read_bytes()).decode(errors="replace")
    except (OSError, EOFError):
        return _text(Path(f"/boot/config-{platform.release()}"))


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def realtime() -> Finding:
    """Whether the player's scheduling thread would get SCHED_FIFO.

    Asked in another process, which then ends.
    """
    code = (
        "from livesyn.base.scheduling import ask_realtime; given, words = ask_realtime();"
        " print(int(given), words)"
    )
    given, _, words = _ask(code).partition(" ")
    return Finding(
        "real-time priority", GOOD if given == "1" else WEAK, words or "could not be asked for"
    )


def midi() -> Finding:
    """Whether there is a MIDI system; if so, the time to a listener and back."""
    answer = devices.ask_apart(["midi_outputs"])["midi_outputs"]
    if answer["missing"]:
        return Finding("MIDI", WEAK, f"{answer['missing']} (until then OSC and the page play)")
    code = (
        "import json; from livesyn.show.doctor.machine import midi_round_trip_json;"
        " print(midi_round_trip_json())"
    )
    try:
        times = json.loads(_ask(code))
    except ValueError:
        return Finding(
            "MIDI",
            WEAK,
            "the MIDI system is there, but a note sent to a virtual port did not come back; try"
            " again with other MIDI programs closed",
        )
    if isinstance(times, str):
        return Finding("MIDI", WEAK, times)
    p50_ms, max_ms = times[len(times) // 2], times[-1]
    words = f"a note to the virtual port is heard after {p50_ms:.1f} ms ({max_ms:.1f} at most)"
    return Finding(
        "MIDI", GOOD, words, {"midi_p50_ms": round(p50_ms, 3), "midi_max_ms": round(max_ms, 3)}
    )


def midi_round_trip_json() -> str:
    """`midi_round_trip`, or a sentence, as JSON: for another process."""
    try:
        return json.dumps(midi_round_trip())
    except LivesynError as error:
        return json.dumps(str(error))


def _ask(code: str, limit_s: float = 30.0) -> str:
    """The last line that `code` prints in a Python of its own; "" when it crashes or hangs."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired:
        return ""
    return (done.stdout.splitlines() or [""])[-1]


def jack() -> Finding:
    """Whether a JACK server answers."""
    if not sys.platform.startswith("linux"):
        return Finding("JACK", GOOD, "not needed here")
    runs = _ask("from livesyn.show.devices import jack_runs; print(jack_runs())") == "True"
    return Finding(
        "JACK",
        GOOD,
        (
            "a server runs; MIDI goes through it"
            if runs
            else "no server runs; MIDI goes through ALSA where it is loaded"
        ),
    )


def hearing() -> Finding:
    """Whether there is anything to listen with."""
    answer = devices.ask_apart(["audio_inputs"])["audio_inputs"]
    if answer["missing"]:
        return Finding(
            "hearing",
            WEAK,
            f"{answer['missing']}; sound files can be painted without (--audio-file)",
        )
    if not answer["devices"]:
        return Finding(
            "hearing",
            WEAK,
            "there is no sound card with an input; plug one in for --audio-in, or paint a file with"
            " --audio-file",
        )
    return Finding("hearing", GOOD, f"{len(answer['devices'])} inputs; livesyn devices names them")


def display(platform_name: str = sys.platform) -> Finding:
    """Whether a window could be opened."""
    if importlib.util.find_spec("pygame") is None:
        return Finding(
            "display",
            WEAK,
            "pygame is not installed, so --display has no window; install it with:"
            f" {install('pygame')}",
        )
    if platform_name.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return Finding(
            "display",
            WEAK,
            "no desktop session is known here (neither DISPLAY nor WAYLAND_DISPLAY is set); start"
            " livesyn from one for --display",
        )
    return Finding("display", GOOD, "a window can be opened with --display")


def ports() -> Finding:
    """The default ports are free."""
    try:
        preflight.check_port("web page", "--web", Web.host, Web.port, socket.SOCK_STREAM)
        preflight.check_port("OSC input", "--osc-in", Osc.in_host, Osc.in_port, socket.SOCK_DGRAM)
        preflight.check_port(
            "OSCQuery server", "--osc-in", Osc.in_host, Osc.in_port, socket.SOCK_STREAM
        )
    except DeviceError as error:
        return Finding("ports", WEAK, str(error))
    return Finding("ports", GOOD, f"{Web.port} (page) and {Osc.in_port} (OSC) are free")


def disk() -> Finding:
    """This folder and the temporary one can be written to, with some room."""
    for name in (os.curdir, None):
        folder: str | Path = "a folder for temporary files"
        try:
            folder = Path(name or tempfile.gettempdir()).absolute()
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            return Finding(
                "disk",
                WEAK,
                f"{folder} cannot be written to ({(error.strerror or str(error)).lower()}); record"
                " elsewhere with --record",
            )
        if shutil.disk_usage(folder).free < FREE_BYTES:
            return Finding(
                "disk",
                WEAK,
                f"{folder} has less than {FREE_BYTES // 1_000_000} MB left; make room before you"
                " record",
            )
    return Finding("disk", GOOD, "can be written to")


def soundfont() -> Finding:
    """Whether `livesyn translate` can make .wav files."""
    if shutil.which("fluidsynth"):
        return Finding("FluidSynth", GOOD, "here: livesyn translate makes .wav files too")
    return Finding("FluidSynth", GOOD, "not here; livesyn translate makes .mid files only")

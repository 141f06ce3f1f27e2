"""`livesyn doctor`: checks the machine, measures it, and says in words what is wrong and what to
do.
"""

from __future__ import annotations

import asyncio
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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livesyn.base.clock import SystemClock
from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.installing import install
from livesyn.base.scheduling import cores as usable_cores
from livesyn.config.sections import DEFAULT_PAINTER, Osc, Web
from livesyn.show import devices, preflight
from livesyn.show.doctor.measure import JitterApart, Latency, chain_latency, midi_round_trip

if TYPE_CHECKING:
    from livesyn.engine.chains.see_to_hear.nets import Model

GOOD, WEAK, BAD = "good", "weak", "bad"  # fine; the show goes on with less; it cannot be played
LIGHTS = {GOOD: "ok  ", WEAK: "weak", BAD: "BAD "}

FRAME_MS = 1000 / 30
LATE_MS = 5.0  # a note this late is heard as such
DECODE_MS = 100.0  # half of the least time that a bar is made ahead
FREE_BYTES = 200_000_000
MEASURED_S = 5.0
PAINTED = 20


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is good, weak or bad; `words` say what is, and what to do."""

    what: str
    state: str
    words: str
    figures: dict[str, float] | None = None


def report(model: str, device: str, as_json: bool = False) -> int:
    """Look, measure, print. 0 when a show can be played, else 1."""
    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        findings.append(finding)
        if not as_json:
            print(f"{LIGHTS[finding.state]}  {finding.what}: {finding.words}", flush=True)

    for look in (
        python_version,
        system,
        realtime,
        midi,
        jack,
        hearing,
        display,
        ports,
        disk,
        soundfont,
    ):
        tell(look())
    loaded, finding = checkpoint(model, device)
    tell(finding)
    for finding in measure(loaded):
        tell(finding)
    tell(painting(device))
    playable = all(finding.state != BAD for finding in findings)
    if as_json:
        print(
            json.dumps(
                {"playable": playable, "findings": [asdict(finding) for finding in findings]}
            )
        )
    else:
        print("\n" + verdict(findings))
    return 0 if playable else 1


def verdict(findings: list[Finding]) -> str:
    """The last line: can a show be played, and what first to do."""
    bad = [finding.what for finding in findings if finding.state == BAD]
    weak = [finding.what for finding in findings if finding.state == WEAK]
    if bad:
        return f"Not fit to play yet. Put right first: {', '.join(bad)}."
    return "Fit to play." if not weak else f"Fit to play; better with a look at: {', '.join(weak)}."


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
        "import json; from livesyn.show.doctor.report import midi_round_trip_json;"
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


def _ask(code: str, patience_s: float = 30.0) -> str:
    """The last line that `code` prints in a Python of its own; "" when it crashes or hangs."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience_s,
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


def painting(device: str, name: str = DEFAULT_PAINTER) -> Finding:
    """How fast the painter paints."""
    try:
        preflight.check_checkpoint(name, kind=preflight.PAINTER_KIND)
        from livesyn.engine.chains.hear_to_see.nets import Painter
        from livesyn.engine.chains.see_to_hear.nets import pick_device

        painter = Painter.load(name, pick_device(device))
        painter.warm_up()
    except LivesynError as error:
        return Finding("painting", WEAK, str(error))
    clock = SystemClock()
    embedding, noise = np.zeros_like(painter.centres[0]), np.zeros(painter.noise_size, np.float32)
    start_s = clock.now_s()
    for _ in range(PAINTED):
        painter.paint(embedding, noise)
    paint_ms = 1000 * (clock.now_s() - start_s) / PAINTED
    words = f"{paint_ms:.1f} ms a picture by {name}"
    figures = {"paint_ms": round(paint_ms, 2)}
    if paint_ms > FRAME_MS / 2:
        return Finding(
            "painting",
            WEAK,
            f"{words}; beside the music fewer than 30 a second will come: try another --device",
            figures,
        )
    return Finding("painting", GOOD, words, figures)


def ports() -> Finding:
    """The default ports are free."""
    try:
        preflight.check_port("web page", "--web", Web.host, Web.port, socket.SOCK_STREAM)
        preflight.check_port("OSC input", "--osc-in", Osc.in_host, Osc.in_port, socket.SOCK_DGRAM)
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


def checkpoint(name: str, device: str) -> tuple[Model | None, Finding]:
    """Load the model as the engine does."""
    try:
        preflight.check_checkpoint(name)
        from livesyn.engine.chains.see_to_hear.nets import Model

        model = Model.load(name, device)
        model.warm_up()
    except LivesynError as error:
        return None, Finding("checkpoint", BAD, str(error))
    except ImportError as error:
        return None, Finding(
            "checkpoint",
            BAD,
            f"neither ONNX Runtime nor PyTorch can be loaded ({error}); install it with:"
            f" {install('onnxruntime')}",
        )
    return model, Finding("checkpoint", GOOD, f"{model.name} on {model.device} by {model.library}")


def measure(model: Model | None, seconds: float = MEASURED_S) -> list[Finding]:
    """The player's lateness while the nets work, and the chain's latency."""
    apart = JitterApart(seconds)
    findings: list[Finding] = []
    if model is not None:
        try:
            findings += chain_findings(asyncio.run(chain_latency(model, bars=int(seconds) + 2)))
        except LivesynError as error:
            findings.append(Finding("picture to note", BAD, str(error)))
    try:
        jitter = apart.result()
    except LivesynError as error:
        return [*findings, Finding("player", BAD, str(error))]
    beside = " beside the working nets" if model is not None else ""
    words = (
        f"events leave {jitter.p50_ms:.2f} ms late at the median, {jitter.p99_ms:.2f} at p99, at 24"
        f" ppqn{beside}"
    )
    figures = {"late_p50_ms": round(jitter.p50_ms, 4), "late_p99_ms": round(jitter.p99_ms, 4)}
    if jitter.p99_ms <= LATE_MS:
        return [*findings, Finding("player", GOOD, words, figures)]
    advice = (
        "close other programs"
        if jitter.realtime
        else "close other programs, and grant real-time priority (see above)"
    )
    return [*findings, Finding("player", WEAK, f"{words}; that can be heard: {advice}", figures)]


def chain_findings(latency: Latency) -> list[Finding]:
    """What the measured chain means."""
    frame_ms, p99_ms, decode_ms = (
        latency.frame_to_latent_p50_ms,
        latency.frame_to_latent_p99_ms,
        latency.decode_p50_ms,
    )
    seen = Finding(
        "picture to latent",
        GOOD,
        f"{frame_ms:.1f} ms at the median, {p99_ms:.1f} at p99",
        {"frame_to_latent_p50_ms": round(frame_ms, 3), "frame_to_latent_p99_ms": round(p99_ms, 3)},
    )
    if frame_ms > FRAME_MS:
        seen = Finding(
            seen.what,
            WEAK,
            f"{seen.words}; pictures come faster than this, some will be dropped: try another"
            " --device or a smaller model",
            seen.figures,
        )
    decoded = Finding(
        "two bars decoded", GOOD, f"{decode_ms:.1f} ms", {"decode_p50_ms": round(decode_ms, 3)}
    )
    if decode_ms > DECODE_MS:
        decoded = Finding(
            decoded.what,
            WEAK,
            f"{decoded.words}; bars may come late: raise commit_ahead, or use a smaller model",
            decoded.figures,
        )
    total = Finding(
        "picture to note",
        GOOD,
        f"{latency.total_p50_ms:.0f} ms at the median of {latency.flashes} flashes,"
        f" {latency.total_max_ms:.0f} at most, with bars of {latency.bar_ms:.0f} ms: a bar answers"
        f" at its line, and was ready {latency.ready_margin_min_ms:.0f} ms before it at the least",
        {
            "total_p50_ms": round(latency.total_p50_ms, 1),
            "total_max_ms": round(latency.total_max_ms, 1),
            "bar_ms": latency.bar_ms,
            "ready_margin_min_ms": round(latency.ready_margin_min_ms, 1),
        },
    )
    if latency.ready_margin_min_ms < 0:
        total = Finding(
            total.what,
            BAD,
            f"{total.words}; bars come after their line: use another --device or a smaller model",
            total.figures,
        )
    return [seen, decoded, total]

"""The rows: what is measured, and who does it. Ours comes first in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HERE, APART, NODE = "here", "apart", "node"  # whose interpreter: livesyn's, the peers' own, node

ONNX = ("numpy", "onnx", "onnxruntime", "safetensors")


@dataclass(frozen=True)
class Contender:
    """One way to do a row's work: `python -m peers.<module> <arguments>`, or a script for node, run
    by an interpreter (`where`) once the peers' environment has `packages`. `note` says how it
    differs.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    where: str = APART
    packages: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Row:
    """What is measured, in which unit (less is better), and by whom; `contenders[0]` is ours."""

    key: str
    title: str
    unit: str
    contenders: tuple[Contender, ...]
    note: str = ""


def _clock(name: str, which: str, *packages: str, note: str = "") -> Contender:
    where = APART if packages else HERE
    return Contender(name, "clocks", (which,), where, packages, note=note)


def _clocks(policy: str) -> tuple[Contender, ...]:
    priority = {"LIVESYN_PRIORITY": "none" if policy == "ordinary" else "realtime"}
    return tuple(
        Contender(
            one.name,
            one.module,
            (*one.arguments, policy),
            one.where,
            one.packages,
            priority,
            one.note,
        )
        for one in (
            _clock("livesyn", "livesyn"),
            _clock("mido", "mido", "mido", note="MidiFile.play, which sleeps by time.sleep"),
            _clock("isobar", "isobar", "isobar", note="its Clock, which looks every 0.1 ms"),
            _clock("supriya", "supriya", "supriya", note="its Clock's thread"),
            _clock("aalink", "aalink", "aalink", note="Link.sync in asyncio"),
            _clock("asyncio", "asyncio", note="asyncio.sleep until the pulse"),
        )
    )


def _decoders(many: str) -> tuple[Contender, ...]:
    return (
        Contender("livesyn", "nets", ("bars", many), HERE),
        Contender("ONNX Runtime", "decoders", ("onnx", many), APART, ONNX, note="float32"),
        Contender(
            "ONNX Runtime, int8", "decoders", ("onnx-int8", many), APART, ONNX, note="weights int8"
        ),
        Contender("NumPy", "decoders", ("numpy", many), APART, ("numpy", "safetensors")),
        Contender("torch", "nets", ("bars-eager", many), HERE, note="eager nn.LSTM"),
        *(
            Contender(
                f"Magenta.js, {backend}",
                "magenta.js",
                (backend, many),
                NODE,
                ("@magenta/music@1.23.1", "@tensorflow/tfjs-backend-wasm@2.8.6"),
                note="a MusicVAE of the same sizes, random weights, the likeliest events",
            )
            for backend in ("wasm", "cpu")
            if backend == "wasm" or many == "1"  # 64 at once take it seven seconds
        ),
    )


ROWS = (
    Row("bars", "two bars from z, one at a time", "ms", _decoders("1")),
    Row("bars64", "two bars from z, 64 at once", "ms", _decoders("64")),
    Row(
        "encoder",
        "a picture of 64 × 64 to its latent",
        "ms",
        (
            Contender("livesyn", "nets", ("encoder",), HERE),
            Contender("ONNX Runtime", "pictures", ("encoder",), APART, ONNX),
            Contender("torch", "nets", ("encoder-eager",), HERE, note="eager"),
        ),
    ),
    Row(
        "painting",
        "a painting of 128 × 128",
        "ms",
        (
            Contender("livesyn", "nets", ("painting",), HERE, note="with its median filter"),
            Contender("ONNX Runtime", "pictures", ("painting",), APART, ONNX),
            Contender("torch", "nets", ("painting-eager",), HERE, note="eager"),
        ),
    ),
    Row(
        "mel",
        "mel, a block of 10 ms at 22,050 Hz",
        "µs",
        (
            Contender("livesyn", "sounds", ("livesyn-mel",), HERE),
            Contender("essentia", "sounds", ("essentia-mel",), APART, ("essentia", "numpy")),
            Contender("aubio", "sounds", ("aubio-mel",), APART, ("aubio", "numpy")),
            Contender("torch", "sounds", ("torch-mel",), HERE, note="torch.stft"),
        ),
    ),
    Row(
        "hearing",
        "hearing, a block of 10 ms",
        "µs",
        (
            Contender(
                "livesyn",
                "sounds",
                ("livesyn-hearing",),
                HERE,
                note="from 44.1 kHz: resampling, mel, loudness, bands, gain, attacks",
            ),
            Contender(
                "essentia",
                "sounds",
                ("essentia-hearing",),
                APART,
                ("essentia", "numpy"),
                note="at 22,050 Hz: mel, loudness, flux",
            ),
            Contender(
                "aubio",
                "sounds",
                ("aubio-hearing",),
                APART,
                ("aubio", "numpy"),
                note="at 22,050 Hz: mel, loudness, onset",
            ),
        ),
    ),
    Row(
        "osc",
        "OSC in and echo at 5,000 a second, p99",
        "ms",
        (
            Contender(
                "livesyn",
                "osc",
                ("livesyn",),
                HERE,
                environment={"LIVESYN_PRIORITY": "none"},
                note="the player's process, clock playing",
            ),
            Contender(
                "python-osc",
                "osc",
                ("python-osc",),
                HERE,  # the driver; the server is run by the peers' interpreter
                ("python-osc",),
                note="BlockingOSCUDPServer",
            ),
            Contender(
                "python-osc, threads",
                "osc",
                ("python-osc-threads",),
                HERE,
                ("python-osc",),
                note="ThreadingOSCUDPServer",
            ),
            Contender("pyliblo3", "osc", ("pyliblo3",), HERE, ("pyliblo3",), note="liblo"),
        ),
        note="some forty addresses in turn; answered: the message's own value came back",
    ),
    Row(
        "clock",
        "clock, 24 ppqn, p99, one busy process beside, ordinary priority",
        "ms",
        _clocks("ordinary"),
        note="where a clock does not tell its beginning, its earliest pulse is taken as on time",
    ),
    Row(
        "clock-fifo",
        "clock, 24 ppqn, p99, one busy process beside, SCHED_FIFO",
        "ms",
        _clocks("fifo"),
    ),
    Row(
        "folder",
        "50 pictures to MIDI, start included",
        "s",
        (
            Contender("livesyn", "folder", ("livesyn",), HERE, note="8 bars each"),
            Contender(
                "image-to-midi",
                "folder",
                ("image-to-midi",),
                APART,
                ("image-to-midi", "pillow<10"),
                note="a note for each pixel; no net",
            ),
        ),
    ),
)
KEYS = tuple(row.key for row in ROWS)
PACKAGES = sorted(
    {name for row in ROWS for one in row.contenders if one.where != NODE for name in one.packages}
)

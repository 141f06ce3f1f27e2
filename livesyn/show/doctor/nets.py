"""How fast a checkpoint is here, and how late the player beside it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from livesyn.base.clock import SystemClock
from livesyn.base.errors import LivesynError
from livesyn.base.installing import install
from livesyn.config.sections import DEFAULT_PAINTER
from livesyn.show import preflight
from livesyn.show.doctor.finding import BAD, GOOD, WEAK, Finding
from livesyn.show.doctor.measure import LATE_MS, JitterApart, Latency, chain_latency

if TYPE_CHECKING:
    from livesyn.engine.chains.see_to_hear.nets import Model

FRAME_MS = 1000 / 30
DECODE_MS = 100.0  # half of the least time that a bar is made ahead
MEASURED_S = 5.0
PAINTED = 20


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


def painting(device: str, name: str = DEFAULT_PAINTER) -> Finding:
    """How fast the painter paints."""
    try:
        preflight.check_checkpoint(name, kind=preflight.PAINTER_KIND)
        from livesyn.engine.chains.hear_to_see.nets import Painter
        from livesyn.nets.devices import pick_device

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

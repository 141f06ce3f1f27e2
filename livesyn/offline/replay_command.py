"""What `livesyn replay` does, in words and exit codes."""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from livesyn.base.addresses import parse_target
from livesyn.base.clock import SystemClock
from livesyn.base.errors import DataError
from livesyn.base.scheduling import ask_realtime
from livesyn.ipc.set_log import Begin, read
from livesyn.offline.replay import Phrases, Report, Until
from livesyn.offline.replay import replay as replay_log
from livesyn.offline.replay_outputs import MidFile, Pace, Retimed
from livesyn.player.replay import Difference, Replay
from livesyn.sinks.base import Sink

NEAR_S = 0.0005  # the clock spins this long before what is due


def replay(
    path: Path,
    *,
    out: Path | None = None,
    speed: float = 0.0,
    midi_out: str | None = None,
    midi: bool = True,
    osc_out: tuple[str, ...] = (),
    seconds: float | None = None,
    bar: int | None = None,
    check: bool = False,
    from_latents: bool = False,
    as_json: bool = False,
) -> int:
    """Replay the log at `path` and say what came of it; returns the exit code. `speed` 0: as fast
    as it goes, to no port. Raises LivesynError.
    """
    begin = next(iter(read(path)))
    if not isinstance(begin, Begin):
        raise DataError(f"{str(path)!r} is damaged in its first line, so nothing can be replayed")
    phrases = _remade(begin) if from_latents else None
    life: list[Replay] = []
    pace = Pace(SystemClock(NEAR_S), speed) if speed else None
    with contextlib.ExitStack() as stack:
        sinks: list[Sink] = []
        if out is not None:
            sinks.append(MidFile(out, lambda: life[-1].now_s if life else begin.at_s))
        if pace is not None:
            sinks += [Retimed(sink, pace) for sink in _ports(stack, midi_out, midi, osc_out)]
            ask_realtime()
        if out is not None:
            stack.callback(sinks[0].close)

        def begun(replay: Replay) -> None:
            life.append(replay)
            if pace is not None:
                pace.begin(replay)

        report = replay_log(
            path,
            sinks,
            until=Until(math.inf if seconds is None else seconds, bar),
            pace=None if pace is None else pace.wait,
            on_begin=begun,
            phrases=phrases,
        )
    _tell(report, phrases, check, as_json)
    others = getattr(phrases, "others", [])
    failed = report.difference is not None or bool(report.stuck) or bool(others)
    return int(failed and (check or from_latents))


def _ports(
    stack: contextlib.ExitStack, midi_out: str | None, midi: bool, osc_out: tuple[str, ...]
) -> list[Sink]:
    """The real outputs, open; closed when `stack` ends. Raises DeviceError."""
    found: list[Sink] = []
    if midi:
        from livesyn.sinks.midi import MidiOut

        found.append(MidiOut(midi_out, virtual=midi_out is None))
    if osc_out:
        from livesyn.sinks.osc import OscOut

        found.append(OscOut([parse_target(target) for target in osc_out]))
    for sink in found:
        sink.open()
        stack.callback(sink.close)
    return found


def _remade(begin: Begin) -> Phrases:
    from livesyn.config.encoded import decode_table
    from livesyn.offline.replay_latents import Remade

    return Remade(decode_table(begin.config))


def _tell(report: Report, phrases: Phrases | None, check: bool, as_json: bool) -> None:
    remade = None
    if phrases is not None:
        remade = {name: getattr(phrases, name) for name in ("same", "others", "unknown")}
    if as_json:
        print(json.dumps(figures(report, remade)))
        return
    length = clock_of(report.reached_s)
    print(
        f"{report.settled} {'bar' if report.settled == 1 else 'bars'}, {length} of music"
        + (f", by {report.lives} players one after another" if report.lives > 1 else "")
        + (f"; {report.ending}" if report.ending else "")
    )
    if check and report.difference is None:
        print(f"the same: {report.bytes} bytes in {report.bars} bars")
    if report.difference is not None:
        print(words_of(report.difference, report.differs_at_s))
    if report.stuck:
        print(f"{report.stuck} notes were not ended")
    if remade is not None:
        others = remade["others"]
        named = ", ".join(str(bar + 1) for bar in others[:10])
        print(
            f"phrases from their latents: {remade['same']} as in the log, {len(others)} others"
            + (f" (bars {named}{' …' if len(others) > 10 else ''})" if others else "")
            + (
                f", {remade['unknown']} could not be made (no latent in the log, or none before it)"
                if remade["unknown"]
                else ""
            )
        )


def words_of(found: Difference, at_s: float) -> str:
    """Where the bytes differ, in a sentence."""
    written, sent = (
        data.hex(" ") if data else "nothing more" for data in (found.written, found.sent)
    )
    where = f"bar {found.bar + 1}" if found.bar >= 0 else "before the first bar"
    return (
        f"not the same: at {clock_of(at_s)}, {where}, byte {found.at}: the log has {written}, the"
        f" replay sends {sent}"
    )


def figures(report: Report, remade: dict[str, Any] | None) -> dict[str, Any]:
    """The report as a table for JSON."""
    table = asdict(report)
    table["asked"] = dict(report.asked)  # `asdict` makes nonsense of a Counter
    table["same"] = report.difference is None
    if report.difference is not None:
        table["difference"] = {
            **asdict(report.difference),
            "written": report.difference.written.hex(),
            "sent": report.difference.sent.hex(),
        }
    if remade is not None:
        table["from_latents"] = remade
    return table


def clock_of(seconds: float) -> str:
    """As people read it: 1:02:03.450."""
    whole, ms = divmod(round(seconds * 1000), 1000)
    hours, rest = divmod(whole, 3600)
    return (
        f"{hours}:{rest // 60:02}:{rest % 60:02}.{ms:03}"
        if hours
        else f"{rest // 60}:{rest % 60:02}.{ms:03}"
    )

"""How player and engine get on beside programs that take every core."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from livesyn.base.errors import DeviceError
from livesyn.base.scheduling import cores as usable_cores
from livesyn.show.doctor.finding import GOOD, WEAK, Finding
from livesyn.show.doctor.measure import LATE_MS, Jitter, JitterApart

SECONDS = 0.8  # of each measurement
BPM = 300.0  # 120 clock pulses a second
LEAST_SHARE = 0.3  # of an even one
END_S = 30  # whatever becomes of us, a busy program ends by itself
BUSY = f"import time; end = time.monotonic() + {END_S}\nwhile time.monotonic() < end: pass"
ENGINE = """
import sys, time
from livesyn.base.scheduling import leave_quiet_core, yield_process
yield_process()
leave_quiet_core()
begun, used = time.monotonic(), time.process_time()
while (took := time.monotonic() - begun) < float(sys.argv[1]): pass
print((time.process_time() - used) / took)
"""


@dataclass(frozen=True)
class Player:
    """A player's lateness by itself, and beside the busy programs."""

    alone: Jitter
    busy: Jitter


@dataclass(frozen=True)
class FullMachine:
    """`players`: as a show gets it, and at ordinary priority if that is another. `engine_share` is
    what a process at the engine's niceness got, of a core.
    """

    cores: int
    players: tuple[Player, ...]
    engine_share: float


def full_machine() -> Finding:
    """Fill the machine for two seconds, and say how late the player was and what an engine got."""
    try:
        return finding(measure())
    except DeviceError as error:
        return Finding("full machine", WEAK, str(error))


def measure(seconds: float = SECONDS) -> FullMachine:
    """Measure each for `seconds`. Raises DeviceError."""
    cores, priorities = usable_cores(), ["", "none"]
    apart = [JitterApart(seconds, BPM, priority) for priority in priorities]
    alone = [player.result() for player in apart]
    if not alone[0].realtime:
        del priorities[1:]
    with contextlib.ExitStack() as stack:
        for _ in range(cores):
            stack.enter_context(_running(BUSY))
        engine = stack.enter_context(_running(ENGINE, str(seconds * len(priorities))))
        # one after the other: the one at real-time priority would hold up the other
        busy = [JitterApart(seconds, BPM, priority).result() for priority in priorities]
        try:
            share = float(engine.communicate(timeout=END_S)[0])
        except (ValueError, subprocess.TimeoutExpired):
            raise DeviceError(
                f"beside {cores} busy programs a process at the engine's niceness did not come to"
                " an end; close other programs before a show"
            ) from None
    players = tuple(Player(*both) for both in zip(alone, busy, strict=False))
    return FullMachine(cores, players, share)


@contextlib.contextmanager
def _running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Python in a session of its own, as in another terminal: Linux shares the cores by session."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
    except OSError as error:
        raise DeviceError(
            f"no busy program could be started ({error.strerror}), so it was not tried how the show"
            " gets on beside some"
        ) from None
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finding(measured: FullMachine) -> Finding:
    """What was measured means."""
    first = measured.players[0]
    late = ", ".join(
        f"at {_priority(player)} {player.busy.p99_ms:.2f} ms late at p99"
        f" ({player.alone.p99_ms:.2f} alone)"
        for player in measured.players
    )
    fair = measured.cores / (measured.cores + 1)
    words = (
        f"beside {measured.cores} busy program{'s' * (measured.cores > 1)} events leave {late}; a"
        f" process at the engine's niceness gets {measured.engine_share:.2f} of a core (an even"
        f" share is {fair:.2f})"
    )
    advice = []
    if first.busy.p99_ms > LATE_MS:
        advice.append(
            "notes will be heard late: keep other programs closed"
            + ", and grant real-time priority (see above)" * (not first.busy.realtime)
        )
    if measured.engine_share < LEAST_SHARE * fair:
        advice.append(
            "bars will repeat and pictures will stand: keep other programs closed, or start them"
            " with a lower priority (nice -n 19 on Linux and macOS)"
        )
    return Finding(
        "full machine",
        WEAK if advice else GOOD,
        "; ".join([words, *advice]),
        {
            "late_alone_p99_ms": round(first.alone.p99_ms, 4),
            "late_busy_p99_ms": round(first.busy.p99_ms, 4),
            "late_busy_ordinary_p99_ms": round(measured.players[-1].busy.p99_ms, 4),
            "engine_share": round(measured.engine_share, 3),
        },
    )


def _priority(player: Player) -> str:
    return "real-time priority" if player.busy.realtime else "ordinary priority"
